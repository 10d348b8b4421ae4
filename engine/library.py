"""The one version of SpiffWorkflow that this release is tested with, and so runs with."""

from __future__ import annotations

from importlib.metadata import version

from engine.errors import EngineError, Text

TESTED = "3.2.0"
"""As pinned in pyproject.toml: what the node classes and the state codec know of the library's insides."""


class LibraryUntested(EngineError):
    """Another version of SpiffWorkflow is installed than the one that this release is tested with."""

    def __init__(self, installed: str) -> None:
        super().__init__(
            Text(
                f"SpiffWorkflow {installed} terpasang, tetapi rilis ini hanya diuji dengan {TESTED}. "
                "Pasang dependensi dari requirements.lock.",
                f"SpiffWorkflow {installed} is installed, but this release is tested with {TESTED} alone. "
                "Install the dependencies of requirements.lock.",
            )
        )


def require_tested() -> None:
    """Refuse to run requests on a library that may decide otherwise. Raises `LibraryUntested`."""
    installed = version("SpiffWorkflow")
    if installed != TESTED:
        raise LibraryUntested(installed)
