"""Runs BPMN packages and keeps their instances; knows SpiffWorkflow, knows nothing of personnel matters."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.catalog import Catalog
    from engine.lists import Page, Startable, TaskRow
    from engine.runtime import Engine
    from engine.views import Fact, InstanceView, OpenTask, Preview, Related, Section, TaskView, TimelineEntry

__all__ = [
    "Catalog",
    "Engine",
    "Fact",
    "InstanceView",
    "OpenTask",
    "Page",
    "Preview",
    "Related",
    "Section",
    "Startable",
    "TaskRow",
    "TaskView",
    "TimelineEntry",
]

_HOMES = {"Catalog": "catalog", "Engine": "runtime", "Page": "lists", "Startable": "lists", "TaskRow": "lists"}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: `alur check` needs none of them and has five seconds in all."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'views')}"), name)
