"""The HR side of every flow: services, people, legal fences, and the demo office."""

from __future__ import annotations

from pathlib import Path

from workflows.demo import DemoPerson, demo_people, load_demo
from workflows.people import BPMN, People

__all__ = ["DemoPerson", "People", "demo_people", "load_demo", "packages"]


def packages() -> Path:
    """The folder of the process packages, one folder each."""
    return BPMN
