"""`python -m tests.golden`: keep the saved instances of the release at hand, for every later one to load and finish."""

from __future__ import annotations

import gzip
import json
import sqlite3
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.golden import office
from tests.golden.cases import cases
from tests.golden.play import Json, recorded

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"


def release() -> str:
    """The release that this checkout is, by pyproject.toml."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def records(data: Path = DATA) -> Iterator[tuple[str, Json]]:
    """Every record of every release, by ``RELEASE/case``."""
    for file in sorted(data.glob("*/states/*.json")):
        yield f"{file.parts[-3]}/{file.stem}", json.loads(file.read_text(encoding="utf-8"))


def write(folder: Path) -> int:
    """Write everything into a folder that must not be there yet. Returns how many instances of `cases` were saved."""
    made = [(case.name, recorded(case)) for case in cases()]
    (folder / "states").mkdir(parents=True)
    for name, record in made:
        _write_json(folder / "states" / f"{name}.json", record)
    with TemporaryDirectory() as scratch:
        _write_json(folder / "office.json", office.made(Path(scratch)))
        _keep(Path(scratch), folder)
    return len(made)


def _keep(installation: Path, folder: Path) -> None:
    """The database in one file, small, and the checkpoints that had left it."""
    whole = installation / "whole.db"
    with closing(sqlite3.connect(installation / office.DATABASE)) as connection:
        connection.execute("VACUUM INTO ?", (str(whole),))
    (folder / f"{office.DATABASE}.gz").write_bytes(gzip.compress(whole.read_bytes(), 9, mtime=0))
    (folder / office.CHECKPOINTS).write_bytes((installation / office.CHECKPOINTS).read_bytes())


def _write_json(file: Path, content: Json) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Write the files of the present release; a release that has its files keeps them as they are."""
    folder = Path(arguments[0] if arguments else DATA) / release()
    if folder.exists():
        sys.stderr.write(f"{folder} is there: the files of a release are never written again.\n")
        return 1
    sys.stdout.write(f"{folder}: {write(folder)} saved instances and a database\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
