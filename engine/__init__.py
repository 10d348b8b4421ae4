"""Runs BPMN packages and keeps their instances; knows SpiffWorkflow, knows nothing of personnel matters."""

from __future__ import annotations

from engine.catalog import Catalog
from engine.lists import Page, Startable, TaskRow
from engine.runtime import Engine
from engine.views import Fact, InstanceView, OpenTask, Preview, Section, TaskView, TimelineEntry

__all__ = [
    "Catalog",
    "Engine",
    "Fact",
    "InstanceView",
    "OpenTask",
    "Page",
    "Preview",
    "Section",
    "Startable",
    "TaskRow",
    "TaskView",
    "TimelineEntry",
]
