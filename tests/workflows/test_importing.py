"""Initial records: what is empty is filled in, nothing is replaced, and reading a file again adds nothing."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db import Database
from engine.errors import NotFound, Refused
from tests.workflows.conftest import NOON
from workflows.positions import Person
from workflows.record import importing, incoming, rows, spreadsheets
from workflows.record.histories import HISTORIES, History, RecordField
from workflows.record.incoming import Incoming
from workflows.record.model import RecordHead, RecordImport, RecordRow

TODAY = date(2026, 11, 2)
NEW, OTHER, VERIFIER = "N1", "N2", "P029"
NIPS = {NEW: "200001012015041001", OTHER: "200002022015042002"}
AWARD = {"nip": NIPS[NEW], "name": "Satyalancana", "given_on": "17/8/2020"}


@pytest.fixture
def office(demo: Database) -> Database:
    """The demo office with two people whose record is empty."""

    def join(session: Session) -> None:
        about = {"kind": "PNS", "unit": "SETDA", "service_start": date(2015, 4, 1)}
        session.add_all(Person(id=id, nip=nip, name="Pegawai Baru", **about) for id, nip in NIPS.items())

    demo.command(join)
    return demo


def file(history: str, *lines: Mapping[str, str]) -> Incoming:
    """A CSV file of a history, as it is read."""
    text, columns = io.StringIO(), list(dict.fromkeys(key for line in lines for key in line))
    made = csv.DictWriter(text, columns, restval="")
    made.writeheader()
    made.writerows(lines)
    content = io.BytesIO(text.getvalue().encode())
    return incoming.understood(spreadsheets.sheets(content, f"{history}.csv"), TODAY)


def together(*found: Incoming) -> Incoming:
    """Several files as one."""
    return replace(
        found[0],
        lines=tuple(line for each in found for line in each.lines),
        problems=tuple(problem for each in found for problem in each.problems),
    )


def post(office: Database, found: Incoming, by: str = VERIFIER) -> int:
    """Write the file; how many rows that were."""
    return office.command(lambda session: importing.post(session, found, by=by, now=NOON, today=TODAY)).rows


def wrong(office: Database, found: Incoming, by: str = VERIFIER) -> list[tuple[int, str]]:
    """What is wrong with which line."""
    with office.snapshot() as session:
        return [(each.line, each.text.id) for each in importing.tried(session, found, by).problems]


def values(office: Database, person: str, history: str) -> list[dict[str, str]]:
    """The rows of a history."""
    with office.reads() as session:
        return [dict(row.values) for row in rows.record(session, person).rows(history)]


def revisions(office: Database) -> int:
    with office.reads() as session:
        return session.scalar(select(func.count()).select_from(RecordRow)) or 0


def test_what_is_read_is_on_record_afterwards(office: Database) -> None:
    found = together(
        file(
            "personal", {"nip": NIPS[NEW], "Nama lengkap": "Wati", "Tanggal lahir": "1 Januari 2000", "Sex": "female"}
        ),
        file("rank", {"NIP": NIPS[NEW], "Golongan ruang": "III/a", "TMT": "2020-04-01"}),
    )
    assert found.problems == ()
    assert post(office, found) == 2
    assert values(office, NEW, "personal") == [
        {"nip": NIPS[NEW], "name": "Wati", "birth_date": "2000-01-01", "sex": "P"}
    ]
    with office.reads() as session:
        known = session.get_one(Person, NEW)
        assert (known.name, known.born, known.sex, known.grade) == ("Wati", date(2000, 1, 1), "P", "III/a")
        row = rows.record(session, NEW).rows("rank")[0]
        assert (row.since, row.revision, row.by, row.instance_id) == (date(2020, 4, 1), 1, VERIFIER, None)


def test_a_file_that_is_written_twice_adds_nothing(office: Database) -> None:
    found = together(file("award", AWARD), file("address", {"nip": NIPS[NEW], "home": "Jalan Contoh 1"}))
    assert post(office, found) == 2
    before = revisions(office)
    assert post(office, found) == 0
    with office.snapshot() as session:
        assert importing.tried(session, found).same == 2
    assert revisions(office) == before


def test_what_is_empty_is_filled_in_by_a_second_file(office: Database) -> None:
    post(office, together(file("identity", {"nip": NIPS[NEW], "karpeg": "A 1"}), file("award", AWARD)))
    more = together(
        file("identity", {"nip": NIPS[NEW], "karpeg": "A 1", "taspen": "T 2"}),
        file("award", {**AWARD, "decree": "SK 3"}),
    )
    assert post(office, more) == 2
    assert values(office, NEW, "identity") == [{"karpeg": "A 1", "taspen": "T 2"}]
    assert [each["decree"] for each in values(office, NEW, "award")] == ["SK 3"]


def test_nothing_on_record_is_replaced(office: Database) -> None:
    post(
        office, together(file("identity", {"nip": NIPS[NEW], "karpeg": "A 1"}), file("award", {**AWARD, "decree": "1"}))
    )
    before = revisions(office)
    found = together(file("identity", {"nip": NIPS[NEW], "karpeg": "B 2"}), file("award", {**AWARD, "decree": "2"}))
    told = wrong(office, found)
    assert [line for line, _text in told] == [2, 2]
    assert {text.partition(": ")[2].partition(".")[0] for _line, text in told} == {"Nomor Karpeg", "Nomor SK"}
    with pytest.raises(Refused):
        post(office, found)
    assert revisions(office) == before


@pytest.mark.parametrize(
    ("history", "line", "says"),
    [
        ("award", {**AWARD, "nip": "199912312015041999"}, "tidak terdaftar"),
        ("award", {**AWARD, "nip": "12"}, "18 angka"),
        ("award", {**AWARD, "name": ""}, "Nama penghargaan: isi"),
        ("award", {**AWARD, "given_on": "31/2/2020"}, "Tanggal diberikan: isi dengan tanggal"),
        ("award", {**AWARD, "xyz": "1"}, "“xyz”: kolom ini tidak dikenal"),
        ("award", {"nip": NIPS[NEW], "name": "X"}, "Tanggal diberikan: kolom ini tidak ada"),
        ("address", {"home": "Jalan"}, "kolom NIP tidak ada"),
        ("address", {"nip": NIPS[NEW], "home": "-"}, "Tidak ada data selain NIP"),
        ("address", {"nip": NIPS[NEW], "home": "x" * 301}, "paling banyak 300"),
        ("address", {"nip": NIPS[NEW], "home": "=HYPERLINK(1)"}, "berisi rumus"),
        ("personal", {"nip": NIPS[NEW], "religion": "x"}, "Agama: pilih salah satu"),
        ("training", {"nip": NIPS[NEW], "name": "A", "first": "2/2/2020", "last": "1/2/2020"}, "tidak sebelum"),
        ("lembar", {"nip": NIPS[NEW], "apa": "1"}, "lembar ini tidak dikenal"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_column(
    office: Database, history: str, line: Mapping[str, str], says: str
) -> None:
    found = file(history, line)
    told = wrong(office, found)
    assert len(told) == 1
    assert says in told[0][1]
    with pytest.raises(Refused):
        post(office, found)


def test_one_wrong_line_keeps_all_others_from_being_written(office: Database) -> None:
    before = revisions(office)
    with pytest.raises(Refused):
        post(office, together(file("award", AWARD), file("address", {"nip": "1" * 18, "home": "Jalan"})))
    assert revisions(office) == before


def test_lines_about_oneself_are_for_a_colleague(office: Database) -> None:
    assert [text for _line, text in wrong(office, file("award", AWARD), by=NEW)] == [
        "Ini data Anda sendiri. Keluarkan baris ini, lalu minta rekan membawanya masuk."
    ]


def test_a_line_that_repeats_another_and_a_shared_nik_are_told(office: Database) -> None:
    with office.reads() as session:
        nik = session.scalar(select(Person.nik).where(Person.id == "P097"))
    assert nik
    assert [text for _line, text in wrong(office, file("award", AWARD, {**AWARD, "decree": "9"}))] == [
        "Baris ini mengulang data pada baris 2."
    ]
    taken = file("identity", {"nip": NIPS[NEW], "nik": nik})
    both = file("identity", *({"nip": nip, "nik": "6299010101000001"} for nip in NIPS.values()))
    for found in (taken, both):
        assert [text for _line, text in wrong(office, found)] == ["NIK ini sudah dipakai pegawai lain."]


def typed(field: RecordField) -> str:
    """Something that a column takes."""
    if field.type == "choice":
        return field.choices[-1][1].id
    if field.type == "digits":
        return "2020" if field.digits == (4,) else "1" * field.digits[-1]
    return {"date": "1/4/2020", "phone": "0812 3456 7890", "email": "a@b.id"}.get(field.type, "11")


@pytest.mark.parametrize("history", incoming.histories(), ids=lambda history: history.key)
def test_every_column_of_every_history_is_taken_by_its_names(history: History) -> None:
    for name in (lambda f: f.key, lambda f: f.label.id, lambda f: f.label.en):
        line = {"nip": NIPS[NEW]} | {name(field): typed(field) for field in incoming.columns(history)}
        for sheet in (history.key, incoming.file_name(history), f"{incoming.sheet_name(history)} (1)", "Sheet1"):
            found = file(sheet, line)
            assert found.problems == (), sheet
            assert [each.history for each in found.lines] == [history.key], sheet
            assert found.lines[0].values.keys() == {field.key for field in incoming.columns(history)}


def test_photos_come_from_people_and_not_from_files() -> None:
    assert HISTORIES.keys() - {history.key for history in incoming.histories()} == incoming.LEFT_OUT


def kept(office: Database, found: Incoming, at: datetime = NOON) -> UUID:
    return office.command(
        lambda session: importing.keep(session, found, name="a\nb.csv", digest="0" * 64, by=VERIFIER, now=at)
    )


def confirm(office: Database, id: UUID) -> None:
    office.command(lambda session: importing.post_kept(session, id, by=VERIFIER, now=NOON, today=TODAY))


def test_what_is_kept_is_written_once_however_many_confirm_it(office: Database) -> None:
    id, before = kept(office, file("award", AWARD)), revisions(office)
    threads = [threading.Thread(target=confirm, args=(office, id)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert revisions(office) == before + 1
    with office.reads() as session:
        found = importing.kept(session, id)
        assert (found.content, found.rows, found.posted_by, found.name) == ("", 1, VERIFIER, "a b.csv")
        assert session.scalars(select(RecordHead.changes).where(RecordHead.person == NEW)).all() == [1]
        assert [each.id for each in importing.posted(session)] == [id]


def test_what_nobody_confirms_is_forgotten_after_a_day(office: Database) -> None:
    id = kept(office, file("award", AWARD))
    for days, there in ((1, 1), (2, 0)):
        office.command(lambda session, days=days: importing.forget(session, now=NOON + timedelta(days=days)))
        with office.reads() as session:
            assert session.scalar(select(func.count()).select_from(RecordImport)) == there
    with pytest.raises(NotFound):
        confirm(office, id)


def test_portions_hold_whole_people_and_a_killed_import_goes_on_where_it_was(
    office: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    lines: Sequence[Mapping[str, str]] = [
        {"nip": nip, "name": name, "given_on": "1/1/2020"} for name in ("A", "B") for nip in NIPS.values()
    ]
    found = file("award", *lines)
    first, second = importing.portions(found)
    assert [{line.nip for line in portion.lines} for portion in (first, second)] == [{nip} for nip in NIPS.values()]
    assert post(office, first) == 2
    assert [post(office, portion) for portion in importing.portions(found)] == [0, 2]


def test_what_is_kept_says_the_same_when_it_is_read_back() -> None:
    found = together(file("award", AWARD), file("award", {**AWARD, "nip": "1"}))
    assert incoming.unpacked(incoming.packed(found)) == found


def test_what_is_unusual_is_told_and_may_be_written_all_the_same(office: Database) -> None:
    found = together(
        file("personal", {"nip": NIPS[NEW], "birth_date": "2/1/2000", "sex": "L"}),
        file("identity", {"nip": NIPS[NEW], "nik": "6299014101000001"}),
    )
    with office.snapshot() as session:
        told = importing.notes(session, importing.tried(session, found), TODAY)
    assert {(each.person, each.history) for each in told} == {(NEW, "personal"), (NEW, "identity")}
    assert post(office, found) == 2


@pytest.mark.parametrize("kind", ["sqlite"])
def test_rows_with_nothing_but_what_is_needed_are_looked_at_and_written(office: Database) -> None:
    files = []
    for history in incoming.histories():
        least = incoming.needed(history) or {incoming.columns(history)[0].key}
        files.append(file(history.key, {"nip": NIPS[NEW]} | {key: typed(history.field(key)) for key in least}))
    found = together(*files)
    assert found.problems == ()
    with office.snapshot() as session:
        importing.notes(session, importing.tried(session, found), TODAY)
    assert post(office, found) == len(incoming.histories())
