"""Who gets a request first, before it is sent: where the diagram leaves no doubt about the step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.actor import Case
from engine.bpmn.model import Process
from engine.catalog import Deployed
from engine.diagram import read_diagram
from engine.errors import Text
from engine.reminders import due_at
from engine.run import Run, role_of
from engine.steps import Step


@dataclass(frozen=True)
class Following:
    """The step that comes first after sending: its name, with whom it will be, and by when it is due."""

    name: Text
    holder: Text
    due: datetime
    by_clock: bool = False
    """Whether it is due at an hour, as a law counts, and not at the end of a working day."""


def following(run: Run, first: str) -> Following | None:
    """What follows the first step; None where the answers decide that, or nobody can say yet whose it is."""
    step = _step_after(run.deployed, first)
    if step is None:
        return None
    directory, row = run.directory, run.row
    role = role_of(directory.roles(), step.lane)
    designed = directory.principal(run.session, role, Case(row.process, row.subject, row.starter, row.unit), run.now)
    if designed is None:
        return None
    barred = set() if role.kind == "requester" else {row.subject, row.starter}
    holder = directory.holder(run.session, designed, barred=barred, matter=row.process, now=run.now)
    if holder is None:
        return None
    return Following(
        name=run.deployed.node_name(step.id),
        holder=directory.principal_label(run.session, holder, run.now),
        due=due_at(run.session, directory, step, row.unit, sent=run.now, begun=run.now),
        by_clock=step.due_hours is not None,
    )


def _step_after(deployed: Deployed, first: str) -> Step | None:
    """The person's step that every request comes to after the first one."""
    file, process = deployed.manifest.diagram, deployed.manifest.process
    drawn = read_diagram(deployed.package.files[file], file).process(process)
    return deployed.compiled.steps.get(_after(drawn, first) or "") if drawn else None


def _after(drawn: Process, first: str) -> str | None:
    met, here = {first}, first
    while len(flows := drawn.nodes[here].outgoing) == 1:
        here = drawn.flows[flows[0]].target
        if here in met or here not in drawn.nodes or drawn.nodes[here].is_person:
            return here
        met.add(here)
    return None
