"""The HR side of every flow: services, people, and the demo office."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflows.demo import DemoPerson, demo_people, load_demo
    from workflows.flows import cards, contents, fences, services
    from workflows.people import People
    from workflows.roles import packages

__all__ = ["DemoPerson", "People", "cards", "contents", "demo_people", "fences", "load_demo", "packages", "services"]

_HOMES = {
    "People": "people",
    "cards": "flows",
    "contents": "flows",
    "fences": "flows",
    "packages": "roles",
    "services": "flows",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: the check of a single file needs hardly any, and has no time."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'demo')}"), name)
