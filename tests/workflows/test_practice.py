"""Scenarios of a package, played on the demo office."""

from __future__ import annotations

from typing import Any

import pytest

from engine.check import Scenario, Surprise, Turn
from engine.check.scenarios import read_scenario
from engine.package import Package
from workflows import packages
from workflows.practice import play

CERTIFICATE = Package.read(packages() / "surat_keterangan")
ASKED = {"purpose": "Visa"}
ISSUED = {"outcome": "issue", "number": "800/1/2026"}


def story(*steps: Turn, start: Turn | None = None, **expected: Any) -> Scenario:
    start = start or Turn(None, None, None, ASKED)
    known: dict[str, Any] = {"outcome": None, "open": None, "refused": False} | expected
    return Scenario("scenarios/x.yaml", "x", start, steps, **known)


def told(scenario: Scenario) -> str | None:
    found = play(CERTIFICATE, scenario)
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
