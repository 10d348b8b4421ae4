"""All subcommands but `check`: one line each here, what they do in the modules beside."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Sequence
from importlib.metadata import version

from sqlalchemy.exc import OperationalError

from engine.errors import DiagramError, EngineError
from engine.problems import Problem
from web import logs
from web.cli import leave, measuring, packages, people, record, records, serving
from web.cli.base import Stop, tell
from web.config import SettingsError

INTERRUPTED = 130
log = logging.getLogger("alur.cli")


def run(arguments: Sequence[str]) -> int:
    """Run one subcommand and answer with its exit code."""
    options = parser().parse_args(arguments)
    logs.to_stderr()
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return INTERRUPTED
    except DiagramError as error:
        tell(*_findings(error), f"{error.text.id} / {error.text.en}")
    except OperationalError as error:
        tell(f"The database cannot be reached, or `alur migrate` has not been run on it: {error.orig}")
    except EngineError as error:
        tell(f"{error.text.id} / {error.text.en}")
    except (Stop, SettingsError, OSError) as error:
        tell(str(error))
    except Exception:  # Python would print its words as they are
        log.exception("the command failed")
    return 1


def parser() -> argparse.ArgumentParser:
    """Reads the command line: each module beside adds its subcommands."""
    alur = argparse.ArgumentParser(prog="alur", description="Approvals that a personnel office changes by itself.")
    alur.add_argument("--version", action="version", version=f"alur {version('alur')}")
    commands = alur.add_subparsers(required=True, metavar="COMMAND")
    serving.add(commands)
    commands.add_parser("check", help="Say whether a package or a file can be deployed, and why not.")
    for module in (packages, record, records, people, leave, measuring):
        module.add(commands)
    return alur


def _findings(error: DiagramError) -> Iterator[str]:
    for found in error.problems:
        if isinstance(found, Problem):
            place = ":".join(str(part) for part in (found.file, found.line, found.element) if part)
            yield f"{place}: {found.code}\n  {found.message.id}\n  {found.message.en}"
        else:
            yield str(found)
