"""Initial records from the command line: looked at, written, killed in the middle and written again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event as Signal

import pytest
from sqlalchemy import func, select

from web.cli import main
from web.cli.base import installed
from web.config import Settings
from web.parts import Parts
from workflows.positions import Person
from workflows.record.model import RecordHead, RecordImport, RecordRow

Captured = pytest.CaptureFixture[str]
YEARS = range(2000, 2012)


@pytest.fixture
def kind() -> str:
    """Portions are written on both kinds of database in tests/workflows/test_importing.py."""
    return "sqlite"


@pytest.fixture
def office(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    """The demo installation, named in the environment as an administrator would."""
    monkeypatch.setenv("ALUR_DATABASE", settings.database)
    monkeypatch.setenv("ALUR_SECRET", settings.secret)
    monkeypatch.setenv("ALUR_KEY_FILE", str(settings.key_file))
    parts = installed()
    yield parts
    parts.database.dispose()


@pytest.fixture
def nips(office: Parts) -> list[str]:
    """The NIPs of all staff."""
    with office.database.reads() as session:
        found = session.scalars(select(Person.nip).where(Person.kind != "NEGARA").order_by(Person.nip))
        return [nip for nip in found if len(nip) == 18]


def awards(office: Parts) -> int:
    with office.database.reads() as session:
        return session.scalar(select(func.count()).select_from(RecordRow).where(RecordRow.history == "award")) or 0


def test_a_file_is_looked_at_before_it_is_written_and_written_once(
    office: Parts, nips: list[str], tmp_path: Path, capsys: Captured
) -> None:
    file = tmp_path / "award.csv"
    file.write_text(f"nip,name,given_on\n{nips[0]},Piagam,1/1/2020\n{nips[1]},Piagam,1/1/2020\n")
    assert main(["import-records", str(file)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "Penghargaan / Awards: 2",
        "2 baris dari 2 pegawai / rows of 2 people",
        "Tulis dengan --post / write with --post",
    ]
    assert awards(office) == 0
    for written in ("2 ditulis / written", "0 ditulis / written"):
        assert main(["import-records", str(file), "--post"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == written
        assert awards(office) == 2
    with office.database.reads() as session:
        assert session.scalars(select(RecordImport.rows).order_by(RecordImport.rows)).all() == [0, 2]


def test_wrong_lines_are_named_and_nothing_is_written(
    office: Parts, nips: list[str], tmp_path: Path, capsys: Captured
) -> None:
    file = tmp_path / "award.csv"
    file.write_text(f"nip,name,given_on\n{nips[0]},Piagam,1/1/2020\n1,Piagam,x\n")
    assert main(["import-records", str(file), "--post"]) == 1
    told = capsys.readouterr().out
    assert "award, baris/line 3: Isi NIP dengan 18 angka. / Give the NIP, 18 digits." in told
    assert "nothing was written" in told
    assert awards(office) == 0


@pytest.mark.usefixtures("office")
def test_a_file_that_is_not_there_or_no_file_is_refused(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK\3\4")
    for name, says in (("none.csv", "There is no file"), ("x.xlsx", "This file is broken")):
        assert main(["import-records", str(tmp_path / name)]) == 1
        assert says in capsys.readouterr().err


def test_an_import_that_is_killed_goes_on_where_it_was(office: Parts, nips: list[str], tmp_path: Path) -> None:
    file = tmp_path / "award.csv"
    lines = [f"{nip},Piagam {year},{year}-01-01" for nip in nips for year in YEARS]
    file.write_text("\n".join(["nip,name,given_on", *lines]))
    heads, command = dict(changes(office)), [sys.executable, "-m", "web", "import-records", str(file), "--post"]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    pause = Signal()
    while started.poll() is None and not awards(office):
        pause.wait(0.02)
    started.kill()
    started.wait()
    assert awards(office) % len(YEARS) == 0, "half a person"
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    assert awards(office) == len(nips) * len(YEARS)
    grown = {person: head - heads.get(person, 0) for person, head in changes(office)}
    assert {change for person, change in grown.items() if change} == {1}


def changes(office: Parts) -> list[tuple[str, int]]:
    """How often each record was changed."""
    with office.database.reads() as session:
        return [(head.person, head.changes) for head in session.scalars(select(RecordHead))]
