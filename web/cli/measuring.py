"""Testing and measuring from a checkout."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from web.cli.base import ROOT, Commands, Stop, command


def add(commands: Commands) -> None:
    """`alur test | bench`."""
    parser = command(commands, "test", test)
    parser.add_argument("--long", action="store_true", help="the long runs too")
    parser.add_argument(
        "--library", metavar="VERSION", help="run what tests the engine on this SpiffWorkflow too; say what changes"
    )
    parser.add_argument("options", nargs=argparse.REMAINDER, help="paths and options for pytest")
    parser = command(commands, "bench", bench)
    parser.add_argument("--json", action="store_true", help="JSON alone on stdout")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--database", help="URL of an empty PostgreSQL database; else one is started for the run")


def test(options: argparse.Namespace) -> int:
    """Run the tests of this checkout."""
    if not (ROOT / "tests").is_dir():
        raise Stop("The tests are not installed; run ./alur test in a checkout.")
    if options.library:
        return subprocess.call([sys.executable, "-m", "tests.library", options.library], cwd=ROOT)
    whole = all(option.startswith("-") for option in options.options)
    spread = ["-n", "2", "--dist", "worksteal"] if whole and (os.cpu_count() or 1) > 1 else []
    long = ["--long"] if options.long else []
    return subprocess.call([sys.executable, "-m", "pytest", *spread, *long, *options.options], cwd=ROOT)


def bench(options: argparse.Namespace) -> int:
    """Measure the figures of the README, each beside its yardstick in the same run."""
    from web.bench.command import run

    return run(as_json=options.json, quick=options.quick, database=options.database)
