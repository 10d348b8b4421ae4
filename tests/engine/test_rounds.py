"""A thousand rounds of rework, saved and loaded after every step: alive, and as cheap as the first ten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from engine.feel import compile_expression
from engine.limits import DEFAULT, Limits
from engine.package import Package
from engine.spiff import Workflow, compile_package
from engine.state import dump, load
from tests.engine.test_runtime import rework
from tests.support import Office, choice, diagram, form, form_of, package, timer


class Host:
    """Surroundings of a workflow without a database."""

    now = datetime(2026, 11, 2, tzinfo=UTC)
    zone: tzinfo = UTC
    limits: Limits = DEFAULT

    def evaluate(self, expression: str, data: Any) -> Any:
        return compile_expression(expression).evaluate(data, now=self.now, zone=self.zone)

    def call_service(self, name: str, parameters: Any, data: Any) -> Any:
        raise AssertionError(f"{name} is not part of this flow")

    decide = evaluate


def test_a_thousand_rounds_leave_the_state_and_the_number_of_tasks_as_they_were() -> None:
    compiled, host = compile_package(rework()), Host()
    workflow = Workflow(compiled, host)
    workflow.advance()
    sizes, objects = set(), set()
    for _ in range(1000):
        for step, outcome in (("submit", None), ("check", None), ("consider", "approve"), ("decide", "again")):
            waiting = [t for t in workflow.waiting_steps() if compiled.step_of(t) == step]
            assert len(waiting) == 1
            workflow.give(waiting[0], {"outcome": outcome})
            blob = dump(workflow, {})
            workflow, _steps = load(blob, compiled, host)
        sizes.add(len(blob))
        objects.add(len(list(workflow.everything())))
    assert sizes == {min(sizes), max(sizes)}
    assert max(sizes) - min(sizes) <= 64, "only the answers of the first round are missing at first"
    assert len(objects) == 1


def timed_rework() -> Package:
    """A flow that goes back to its first step, which has a timer for when it is returned."""
    nodes = {"start": "startEvent", "submit": "userTask", "check": "userTask", "right": "exclusiveGateway"}
    nodes |= {"late": "boundaryEvent", "done": "endEvent", "expired": "endEvent"}
    flows = ["start submit", "submit check", "check right", 'right submit | check.outcome = "again"']
    flows += ["right done | default", "late expired"]
    inside = {"submit": form_of("submit"), "check": form_of("check"), "late": timer("P30D")}
    files = {"submit.form": form(reason={}), "check.form": form(outcome=choice("again", "yes"))}
    lanes = {"Pegawai": ["start", "submit", "late", "expired"], "Petugas kepegawaian": ["check", "right", "done"]}
    drawing = diagram(nodes, flows, lanes=lanes, inside=inside, attributes={"late": 'attachedToRef="submit"'})
    return package(drawing, files=files)


def test_a_first_step_with_a_timer_begins_a_request_and_is_returned_to(office: Office) -> None:
    office.deploy(timed_rework())
    case = office.start("flow", "P097", reason="A")
    assert (case.open, case.row.next_due) == (["check"], None), "the timer of the first round is gone with it"
    office.wait(days=40)
    assert case.open == ["check"]
    for _ in range(3):
        case.complete("check", "P092", outcome="again")
        assert case.row.next_due == office.now + timedelta(days=30)
        case.complete("submit", "P097", reason="B")
        assert (case.open, case.row.next_due) == (["check"], None)
    case.complete("check", "P092", outcome="again")
    office.wait(days=31)
    assert (case.row.outcome, case.open) == ("expired", [])


def test_rounds_over_a_step_with_a_timer_leave_the_state_as_it_was() -> None:
    compiled, host = compile_package(timed_rework()), Host()
    workflow = Workflow(compiled, host)
    workflow.advance()
    sizes = set()
    for round_ in range(100):
        for step, outcome in (("submit", None), ("check", "again")):
            [waiting] = [t for t in workflow.waiting_steps() if compiled.step_of(t) == step]
            workflow.give(waiting, {"outcome": outcome})
            blob = dump(workflow, {})
            workflow, _steps = load(blob, compiled, host)
        sizes |= {len(blob)} if round_ else set()
    assert max(sizes) - min(sizes) <= 64
