"""What the subcommands share: the installation they work on, and how they speak."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from engine.characters import marked
from web.config import Settings
from web.parts import Parts

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

ROOT = Path(__file__).resolve().parent.parent.parent
"""The checkout."""
DEMO = ROOT / "var"
"""Where the demo keeps its database and keys."""


class Stop(Exception):
    """The command cannot go on; the message says why and what to do."""


def command(commands: Commands, name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    """A subcommand, described by the first line of its function's docstring."""
    summary = (run.__doc__ or "").splitlines()[0]
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.set_defaults(run=run)
    return parser


def installed() -> Parts:
    """The installation whose settings stand in the environment, else the demo. Raises `SettingsError`."""
    from web import assemble, installation

    if "ALUR_DATABASE" not in os.environ and (DEMO / installation.DATABASE).exists():
        return assemble(installation.demo_settings(DEMO))
    return assemble(Settings.from_env(os.environ))


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def say(line: str) -> None:
    """A result, for whoever reads the output; no name or text in it can steer the screen."""
    sys.stdout.write(f"{marked(line)}\n")
    sys.stdout.flush()


def tell(*lines: str) -> None:
    """What happens or went wrong, for whoever watches."""
    for line in lines:
        sys.stderr.write(f"alur: {marked(line)}\n")
    sys.stderr.flush()
