"""The verdict: everything in a package, zip or single file that would be ignored, misread or fail when it runs.

Our own reading of the files comes first; only what that finds no fault with is given to the engine's parser.
All problems are told, each with its place, in both languages, with what to do instead (`engine.problems`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.check.scenarios import RunScenario, Scenario, Surprise, Turn
    from engine.check.subject import Subject, Surroundings
    from engine.check.verdict import Fence, check_package, check_path
    from engine.problems import CODES, Problem

__all__ = [
    "CODES",
    "Fence",
    "Problem",
    "RunScenario",
    "Scenario",
    "Subject",
    "Surprise",
    "Surroundings",
    "Turn",
    "check_package",
    "check_path",
]

_HOMES = {
    **dict.fromkeys(("RunScenario", "Scenario", "Surprise", "Turn"), "engine.check.scenarios"),
    **dict.fromkeys(("Subject", "Surroundings"), "engine.check.subject"),
    **dict.fromkeys(("CODES", "Problem"), "engine.problems"),
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: the process that only waits for a verdict needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "engine.check.verdict")), name)
