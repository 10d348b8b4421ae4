"""The HR side of every flow: services, people, and the demo office."""

from __future__ import annotations

from pathlib import Path

from engine.services import Services
from workflows import leave
from workflows.demo import DemoPerson, demo_people, load_demo
from workflows.people import BPMN, People

__all__ = ["DemoPerson", "People", "demo_people", "fences", "load_demo", "packages", "services"]

services = Services().merged(leave.services)
"""The automatic steps of all flows. A new flow is one more argument here."""

fences = (*leave.fences,)
"""The legal fences of all flows, for the check of a package."""


def packages() -> Path:
    """The folder of the process packages, one folder each."""
    return BPMN
