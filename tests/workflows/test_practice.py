"""Scenarios of a package, played on the demo office."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.check import Scenario, Surprise, Turn, check_package
from engine.check.scenarios import read_scenario
from engine.package import Package
from tests.support import choice, diagram, form, form_of, package, timer
from workflows import packages, services
from workflows.practice import play

CERTIFICATE = Package.read(packages() / "surat_keterangan")
ASKED = {"purpose": "Visa"}
ISSUED = {"outcome": "issue", "number": "800/1/2026"}


def story(*steps: Turn, start: Turn | None = None, **expected: Any) -> Scenario:
    start = start or Turn(None, None, None, ASKED)
    known: dict[str, Any] = {"outcome": None, "open": None, "refused": False} | expected
    return Scenario("scenarios/x.yaml", "x", start, steps, **known)


def told(scenario: Scenario, package: Package = CERTIFICATE) -> str | None:
    found = play(package, scenario)
    return None if found is None else found.reason.en


@pytest.mark.parametrize("name", sorted(file.parent.name for file in packages().glob("*/process.toml")))
def test_the_packages_own_scenarios_end_as_they_say(name: str) -> None:
    package = Package.read(packages() / name)
    files = package.named(".yaml")
    assert len(files) >= 2
    for file, content in files.items():
        scenario, problems = read_scenario(content, file)
        assert scenario is not None, problems
        assert play(package, scenario) is None, file


def test_a_story_may_name_the_role_or_the_person_or_leave_it_to_whoever_holds_the_step() -> None:
    for who in (Turn("issue", None, "personnel_officer", ISSUED), Turn("issue", "P092", None, ISSUED)):
        assert told(story(who, outcome="issued")) is None
    assert told(story(Turn("issue", None, None, ISSUED), outcome="issued")) is None


def test_another_end_than_expected_is_told() -> None:
    assert told(story(Turn("issue", None, None, ISSUED), outcome="refused")) == "it ends at 'issued'"
    assert told(story(outcome="issued")) == "it ends at 'issue'"
    assert told(story(open=["submit"])) == "waiting are: issue"
    assert told(story(open=["issue"])) is None


def test_a_step_that_is_not_open_or_not_theirs_is_told() -> None:
    assert told(story(Turn("submit", None, None, ASKED))) == "step 'submit': this step is not waiting"
    assert told(story(Turn("issue", None, "verifier", ISSUED))) == (
        "step 'issue': The step is with the role personnel_officer."
    )
    assert told(story(Turn("issue", "P008", None, ISSUED))) is not None
    assert told(story(start=Turn(None, "P999", None, ASKED))) is not None


def test_a_refusal_may_be_what_is_expected() -> None:
    bad = Turn("issue", None, None, {"outcome": "issue"})
    assert told(story(bad, refused=True)) is None
    assert "number" in str(told(story(bad)))
    assert told(story(Turn("issue", None, None, ISSUED), refused=True)) == "the last answer is accepted"


def test_what_a_story_does_is_not_kept() -> None:
    scenario = story(open=["issue"])
    assert play(CERTIFICATE, scenario) is None
    assert play(CERTIFICATE, scenario) is None
    assert isinstance(play(CERTIFICATE, story(outcome="issued")), Surprise)


def correction(**manifest: Any) -> Package:
    """A correction of a certificate: the requester asks, the personnel officer answers within a week."""
    return package(
        diagram(
            {
                "begin": "startEvent",
                "ask": "userTask",
                "answer": "userTask",
                "late": "boundaryEvent",
                "done": "endEvent",
                "forgotten": "endEvent",
            },
            ["begin ask", "ask answer", "answer done", "late forgotten"],
            lanes={"requester": ["ask"], "personnel_officer": ["answer", "late"]},
            inside={"late": timer("P7D"), "ask": form_of("ask"), "answer": form_of("answer")},
            attributes={"late": 'attachedToRef="answer"'},
        ),
        files={
            "ask.form": form(letter={"type": "filepicker", "validate": {"required": True}}),
            "answer.form": form(outcome=choice("mend", "keep")),
        },
        key="correction",
        **manifest,
    )


CORRECTION = correction(about=["surat_keterangan"], behalf=["personnel_officer"])
BEFORE = """
about:
  process: surat_keterangan
  start: {by: P097, answers: {purpose: Visa}}
  steps:
    - {step: issue, answers: {outcome: issue, number: 800/1/2026}}
    - wait: P1D
"""
ASKS = """
start: {answers: {letter: surat.pdf}, by: P097}
"""


def read(text: str) -> Scenario:
    scenario, problems = read_scenario(text.encode(), "scenarios/a.yaml")
    assert scenario is not None, problems
    return scenario


def test_time_passes_in_a_story_and_timers_go_off() -> None:
    waits = "steps: [{wait: P6D}, {wait: P1DT1H}]\n"
    assert told(read(BEFORE + ASKS + waits + "expect: {outcome: forgotten}"), CORRECTION) is None
    assert told(read(BEFORE + ASKS + "steps: [{wait: P6D}]\nexpect: {open: [answer]}"), CORRECTION) is None


def test_a_story_is_about_a_request_whose_own_story_was_played_before() -> None:
    expected = "steps: [{step: answer, answers: {outcome: mend}}]\nexpect: {outcome: done, about: %s}"
    assert told(read(BEFORE + ASKS + expected % "issued"), CORRECTION) is None
    assert told(read(BEFORE + ASKS + expected % "ended"), CORRECTION) is None
    assert told(read(BEFORE + ASKS + expected % "cancelled"), CORRECTION) == "the request that is meant: 'issued'"


def test_what_goes_wrong_before_is_told_with_its_line() -> None:
    wrong = read(BEFORE.replace("step: issue", "step: ghost") + ASKS + "expect: {outcome: done}")
    found = play(CORRECTION, wrong)
    assert found is not None
    assert (found.line, found.reason.en) == (6, "step 'ghost': this step is not waiting")


def test_a_story_may_begin_on_another_day() -> None:
    on_time = read("on: 2026-12-23\nstart: {by: P097, answers: {purpose: Visa}}\nexpect: {open: [issue]}")
    assert on_time.on == date(2026, 12, 23)
    assert told(on_time) is None


def test_somebody_may_begin_a_story_for_a_colleague() -> None:
    start = "start: {by: P092, behalf: P097, answers: {letter: [surat.pdf]}}\nexpect: {open: [answer]}"
    assert told(read(start), correction(behalf=["personnel_officer"])) is None
    elsewhere = start.replace("by: P092", "by: P068")
    assert told(read(elsewhere), correction(behalf=["personnel_officer"])) == (
        "step 'start': You cannot start this request."
    )


def test_the_check_wants_a_story_of_the_request_that_is_meant_where_there_is_one() -> None:
    def codes(text: str, one: Package) -> list[str]:
        files = {**one.files, "scenarios/a.yaml": text.encode()}
        return [p.code for p in check_package(Package(files, one.manifest), services, None) if p.file.endswith("yaml")]

    end = "expect: {outcome: done}"
    assert codes(BEFORE + ASKS + end, CORRECTION) == []
    assert codes(ASKS + end, CORRECTION) == ["scenario-about"]
    assert codes(BEFORE + ASKS + end, correction()) == ["scenario-about"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("wait: P1D", "wait: soon", "scenario-value"),
        ("wait: P1D", "wait: P1M", "scenario-value"),
        ("wait: P1D", "wait: -P1D", "scenario-value"),
        ("wait: P1D", "wait: P1D\n      by: P001", "scenario-unknown"),
        ("process: surat_keterangan", "process: ../x", "scenario-value"),
        ("process: surat_keterangan", "proces: x", "scenario-unknown"),
        ("about:", "on: 2026-02-30x\nabout:", "scenario-value"),
        ("about:", "on: 2026-02-28 10:00:00\nabout:", "scenario-value"),
    ],
)
def test_what_a_story_cannot_mean_is_told(old: str, new: str, code: str) -> None:
    text = (BEFORE + ASKS + "expect: {outcome: done}").replace(old, new, 1)
    assert code in [problem.code for problem in read_scenario(text.encode(), "scenarios/a.yaml")[1]]


def test_waiting_is_read_as_a_time() -> None:
    waits = read(ASKS + "steps: [{wait: P1DT2H}]\nexpect: {}").steps
    assert [turn.wait for turn in waits] == [timedelta(days=1, hours=2)]
