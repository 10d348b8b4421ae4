"""The web side of Alur: pages, commands and API over the engine and the flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from web.application import RELEASE, assemble, create_app

__all__ = ["RELEASE", "assemble", "create_app"]


def __getattr__(name: str) -> Any:
    """Load the application when it is first asked for: commands like `alur check` need none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from web import application

    return getattr(application, name)
