"""The commands of the leave year: shown, posted, undone; and what people had before Alur."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from web.cli import leave, main
from web.cli.base import installed
from web.config import Settings
from web.parts import Parts
from workflows.leave.model import LeaveAccount
from workflows.people import Person

Captured = pytest.CaptureFixture[str]
NEW_YEAR = datetime(2027, 1, 4, 5, tzinfo=UTC)


@pytest.fixture
def kind() -> str:
    """Commands are the same on both kinds of database."""
    return "sqlite"


@pytest.fixture
def office(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    """The demo installation in January 2027, named in the environment as an administrator would."""
    monkeypatch.setenv("ALUR_DATABASE", settings.database)
    monkeypatch.setenv("ALUR_SECRET", settings.secret)
    monkeypatch.setenv("ALUR_KEY_FILE", str(settings.key_file))
    monkeypatch.setattr(leave, "now", lambda: NEW_YEAR)
    parts = installed()
    yield parts
    parts.database.dispose()


def opened(office: Parts) -> set[int]:
    with office.database.reads() as session:
        return set(session.scalars(select(LeaveAccount.opened)))


def test_a_year_is_shown_posted_once_and_undone(office: Parts, capsys: Captured) -> None:
    assert main(["year-end", "2026"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("nip;nama;")
    assert len(shown) == 121
    assert {line.rsplit(";", 1)[1] for line in shown[1:]} == {"belum"}
    assert opened(office) == {2026}
    for told in ("120 dibuka / opened", "0 dibuka / opened"):
        assert main(["year-end", "2026", "--post"]) == 0
        assert capsys.readouterr().out.strip() == told
        assert opened(office) == {2027}
    assert main(["year-end", "2026", "--undo"]) == 0
    assert opened(office) == {2026}


def test_a_year_that_is_not_over_is_refused_in_words(office: Parts, capsys: Captured) -> None:
    assert main(["year-end", "2027", "--post"]) == 1
    assert "This year is not over yet" in capsys.readouterr().err


def newcomer(office: Parts) -> str:
    nip = "200001012015041001"
    about = {"kind": "PNS", "unit": "SETDA", "service_start": date(2015, 4, 1)}
    person = Person(id="N1", nip=nip, name="Pegawai Baru", **about)
    office.database.command(lambda session: session.add(person))
    return nip


def test_opening_balances_are_looked_at_before_they_are_written(
    office: Parts, tmp_path: Path, capsys: Captured
) -> None:
    nip, file = newcomer(office), tmp_path / "saldo.csv"
    file.write_text(f"nip;year;left;taken\n{nip};2026;9;3\n", encoding="utf-8-sig")
    assert main(["opening-balances", str(file)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"{nip};Pegawai Baru;2026: 6;2027: 12"
    with office.database.reads() as session:
        assert session.get(LeaveAccount, "N1") is None
    assert main(["opening-balances", str(file), "--post"]) == 0
    assert main(["opening-balances", str(file), "--post"]) == 1
    assert "nothing was written" in capsys.readouterr().out


def test_opening_absences_name_the_lines_that_are_wrong(office: Parts, tmp_path: Path, capsys: Captured) -> None:
    nip, file = newcomer(office), tmp_path / "cuti.csv"
    file.write_text(f"nip,type,first,last\n{nip},long,2023-03-01,2023-05-31\n1,sick,2023-03-01,2023-03-01\n")
    assert main(["opening-absences", str(file), "--post"]) == 1
    assert "baris/line 3" in capsys.readouterr().out
    file.write_text(f"nip,type,first,last\n{nip},long,2023-03-01,2023-05-31\n")
    assert main(["opening-absences", str(file), "--post"]) == 0
    assert "1 ditulis" in capsys.readouterr().out


def test_a_file_that_is_no_text_is_refused(office: Parts, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "saldo.xlsx").write_bytes(b"PK\x03\x04\xff\xfe")
    assert main(["opening-balances", str(tmp_path / "saldo.xlsx")]) == 1
    assert "cannot be read" in capsys.readouterr().err
