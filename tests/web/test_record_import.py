"""Initial records as BKPSDM brings them in: templates, a file that is tried, and what is written once confirmed."""

from __future__ import annotations

import csv
import io
import secrets
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.flows.stories import FORM
from tests.web.conftest import Visit
from tests.web.test_leave_pages import HEAD, OFFICER, SUPERIOR, WATI
from tests.web.visitor import Visitor
from web import record_import
from web.parts import Parts
from workflows.positions import Person
from workflows.record import incoming, rows
from workflows.record.model import OpenRow, Proposal, RecordImport, RecordRow
from workflows.record.rows import ADD, Write

VERIFIER, COLLEAGUE, AUDITOR, OWNER = "P029", "P025", "P012", "P026"
AWARD = "NIP;Nama penghargaan;Tanggal diberikan\n{};Satyalancana;17/8/2020\n"


@pytest.fixture
def kind() -> str:
    """What is written is tested on both kinds of database in tests/workflows/test_importing.py."""
    return "sqlite"


@pytest.fixture
def nip(parts: Parts) -> str:
    """Wati's NIP."""
    with parts.database.reads() as session:
        return session.get_one(Person, WATI).nip


def tried(visitor: Visitor, content: str | bytes, name: str = "penghargaan.csv") -> Visitor:
    """Bring a file to be tried."""
    visitor.open("/data/import")
    form = visitor.form()
    sent = {**visitor.kept(form), "file": (BytesIO(content.encode() if isinstance(content, str) else content), name)}
    visitor._show(visitor.client.post(visitor.target(form), data=sent, follow_redirects=True))
    return visitor


def awards(parts: Parts) -> list[str]:
    """What Wati was awarded."""
    with parts.database.reads() as session:
        return [row.name for row in rows.record(session, WATI).rows("award")]


def count(parts: Parts, table: Any) -> int:
    with parts.database.reads() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_file_is_tried_then_confirmed_and_then_listed(visit: Visit, parts: Parts, nip: str) -> None:
    verifier = tried(visit(VERIFIER), AWARD.format(nip))
    assert verifier.title.startswith("Periksa data awal")
    assert "Yang akan ditulis: 1 baris dari 1 pegawai." in verifier.text
    assert awards(parts) == []
    verifier.send()
    assert "Data awal sudah ditulis" in verifier.text
    assert "Baris yang ditulis: 1" in verifier.text
    assert awards(parts) == ["Satyalancana"]
    listed = verifier.open("/data/import").main.select_one("tbody tr")
    assert listed is not None
    assert "penghargaan.csv" in listed.get_text()


def test_confirming_twice_from_two_windows_writes_once(visit: Visit, parts: Parts, nip: str) -> None:
    verifier = tried(visit(VERIFIER), AWARD.format(nip))
    colleague = visit(COLLEAGUE).open(verifier.path)
    verifier.send()
    before = count(parts, RecordRow)
    colleague.send()
    assert "Data awal sudah ditulis" in colleague.text
    assert count(parts, RecordRow) == before
    assert "Semua baris berkas ini sudah tercatat" in tried(verifier, AWARD.format(nip)).text


def test_wrong_lines_are_listed_and_there_is_nothing_to_confirm(visit: Visit, parts: Parts, nip: str) -> None:
    verifier = tried(visit(VERIFIER), AWARD.format(nip) + f"{nip};;1/1/2020\n1;A;x\n")
    assert verifier.title.startswith("Kesalahan: ")
    said = [item.get_text() for item in verifier.main.select(".mistakes li b")]
    assert said == ["penghargaan, baris 3", "penghargaan, baris 4", "penghargaan, baris 4"]
    assert not verifier.main.select("form")
    assert "Coba berkas lain" in verifier.text


def test_what_no_longer_fits_when_it_is_confirmed_is_told_and_not_written(visit: Visit, nip: str) -> None:
    heading = "nip,name,given_on,decree\n"
    verifier = tried(visit(VERIFIER), f"{heading}{nip},Piagam,2020-01-01,SK 1\n")
    other = tried(visit(COLLEAGUE), f"{heading}{nip},Piagam,2020-01-01,SK 2\n")
    verifier.send()
    other.send()
    assert other.answer.status_code == 422
    assert "Sudah ada isi lain untuk: Nomor SK" in other.text


def test_what_a_request_changed_is_left_to_requests(visit: Visit, parts: Parts, nip: str) -> None:
    def change(session: Session) -> None:
        me = parts.people.actor(session, WATI, parts.clock())
        instance = parts.engine.start(session, "leave", me, FORM, now=parts.clock()).id
        row = Write("award", rows.single_row("x", "award"), ADD, {"name": "Piagam", "given_on": "2020-01-01"})
        now = parts.clock()
        rows.write(session, WATI, [row], by=HEAD, now=now, today=now.date(), instance=instance)

    parts.database.command(change)
    verifier = tried(visit(VERIFIER), AWARD.format(nip))
    assert "sudah pernah diubah lewat permohonan" in verifier.text
    assert not verifier.main.select("form")


def test_what_a_running_request_is_about_waits_for_its_decision(visit: Visit, parts: Parts) -> None:
    person, now = "P100", parts.clock()

    def ask(session: Session) -> str:
        me = parts.people.actor(session, person, now)
        instance = parts.engine.start(session, "leave", me, FORM, now=now).id
        session.add(Proposal(instance_id=instance, person=person, level=1, state="submitted", at=now))
        session.add(OpenRow(row=rows.single_row(person, "address"), instance_id=instance))
        return session.get_one(Person, person).nip

    nip = parts.database.command(ask)
    verifier = tried(visit(VERIFIER), f"nip,home\n{nip},Jalan Contoh 1\n", "address.csv")
    assert "Ada permohonan tentang data ini yang belum diputuskan" in verifier.text
    assert not verifier.main.select("form")


def test_ones_own_line_is_for_a_colleague(visit: Visit, parts: Parts) -> None:
    with parts.database.reads() as session:
        own = session.get_one(Person, VERIFIER).nip
    verifier = tried(visit(VERIFIER), AWARD.format(own))
    assert "Ini data Anda sendiri" in verifier.text
    colleague = visit(COLLEAGUE).open(verifier.path)
    assert "Yang akan ditulis" in colleague.text


def test_a_file_that_cannot_be_taken_is_refused_on_its_page(visit: Visit, parts: Parts) -> None:
    verifier = visit(VERIFIER)
    for content, name, says in (
        ("", "x.csv", "Pilih berkas XLSX atau CSV"),
        (b"x" * (record_import.LARGEST + 1), "x.csv", "lebih dari 5 MB"),
        (b"PK\3\4" + b"\0" * 40, "x.xlsx", "rusak"),
        (b"\xd0\xcf\x11\xe0", "x.xls", "terkunci kata sandi"),
        ("NIP;Nama penghargaan;Tanggal diberikan\n", "award.csv", "tidak berisi baris data"),
        (b"NIP;Nama\n1;\xe9\n", "award.csv", "CSV UTF-8"),
    ):
        tried(verifier, content, name)
        assert verifier.answer.status_code == 422, says
        assert says in verifier.text
        assert verifier.title.startswith("Kesalahan: ")
    assert count(parts, RecordImport) == 0


def test_more_people_than_one_transaction_holds_are_refused(
    visit: Visit, nip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_import, "MOST_PEOPLE", 0)
    assert "lebih dari 1.000 pegawai" in tried(visit(VERIFIER), AWARD.format(nip)).text


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_workbook_that_is_filled_in_is_read_as_it_is(visit: Visit, parts: Parts, nip: str, language: str) -> None:
    verifier = visit(VERIFIER)
    verifier.client.set_cookie("alur_language", language)
    answer = verifier.client.get("/data/import/template.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    assert book.sheetnames[1:] == [incoming.sheet_name(history) for history in incoming.histories()]
    sheet = book["Penghargaan"]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for label, value in zip(columns, (nip, "Satyalancana", "SK 1", "2020-08-01", "2020-08-17"), strict=True):
        sheet.cell(2, columns[label]).value = value
    filled = BytesIO()
    book.save(filled)
    tried(verifier, filled.getvalue(), "isi.xlsx").send()
    assert awards(parts) == ["Satyalancana"]


def test_the_dictionary_of_the_workbook_names_every_column(visit: Visit) -> None:
    answer = visit(VERIFIER).client.get("/data/import/template.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    told = {(line[0], line[1]) for line in book["Keterangan"].iter_rows(min_row=2, values_only=True)}
    heads = {(name, cell.value) for name in book.sheetnames[1:] for cell in book[name][1]}
    assert told == heads


def test_the_empty_file_of_a_history_has_its_heading(visit: Visit) -> None:
    client = visit(VERIFIER).client
    answer = client.get("/data/import/template/rank.csv")
    assert "riwayat-pangkat-golongan.csv" in answer.headers["Content-Disposition"]
    heading = next(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert heading[:2] == ["NIP", "Golongan ruang"]
    assert client.get("/data/import/template/photo.csv").status_code == 404
    assert client.get("/data/import/template/xyz.csv").status_code == 404


def test_only_bkpsdm_brings_in_records(visit: Visit, parts: Parts, nip: str) -> None:
    verifier = tried(visit(VERIFIER), AWARD.format(nip))
    for person in (WATI, OFFICER, SUPERIOR, HEAD, AUDITOR, OWNER, "P001"):
        visitor = visit(person)
        for path in ("/data/import", "/data/import/template.xlsx", "/data/import/template/rank.csv", verifier.path):
            assert visitor.client.get(path).status_code == 404, (person, path)
        own = visitor.open("/account/password")
        sent = own.kept(own.form())
        for path in ("/data/import", verifier.path):
            file = (BytesIO(AWARD.format(nip).encode()), "award.csv")
            data = {**sent, "_key": secrets.token_urlsafe(18), "file": file}
            assert visitor.client.post(path, data=data).status_code == 404, (person, path)
    assert awards(parts) == []
    assert count(parts, RecordImport) == 1


@pytest.mark.parametrize("name", ["piagam\0.csv", "../../etc/passwd", "--help", "\u202evsc.penghargaan", "x" * 5_000])
def test_a_file_may_be_called_anything(visit: Visit, nip: str, name: str) -> None:
    verifier = visit(VERIFIER).open("/data/import")
    sent = {**verifier.kept(verifier.form()), "file": (BytesIO(AWARD.format(nip).encode()), name)}
    assert verifier.client.post("/data/import", data=sent).status_code == 303
