"""A thousand rounds of rework, saved and loaded after every step: alive, and as cheap as the first ten."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from engine.feel import compile_expression
from engine.limits import DEFAULT, Limits
from engine.spiff import Workflow, compile_package
from engine.state import dump, load
from tests.engine.test_runtime import rework


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
