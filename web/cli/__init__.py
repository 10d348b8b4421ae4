"""The `alur` command. `alur check` has five seconds in all, so it is answered before anything else is loaded."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and answer with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["check"]:
        from engine.check import command

        return command.main(given[1:])
    from web.cli import commands

    return commands.run(given)
