"""Beside each change stands what a verifier should look at and what it affects; neither refuses anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import pytest

from engine.db import Database
from tests.workflows.conftest import NOON
from workflows.record import rows
from workflows.record.checks import Facts, consequences, notes, warnings
from workflows.record.consequences import retirement, years_after
from workflows.record.rows import ADD, CHANGE, REMOVE, Record, Row, Write, single_row

TODAY = date(2026, 11, 2)
WHO = "P001"
FACTS = Facts("PNS", False, frozenset({"dinas kesehatan"}))
NOTHING = Record(WHO, {})
PERSONAL = {"nip": "198609262015051001", "name": "Budi", "birth_date": "1986-09-26", "sex": "L"}
CHILD = {
    "name": "Intan",
    "birth_date": "2019-04-09",
    "sex": "P",
    "relation": "own",
    "certificate": "A",
    "allowance": "yes",
}
SPOUSE = {"name": "Citra", "birth_date": "1988-01-01", "married_on": "2012-06-12", "status": "active", "staff": "no"}


def row(history: str, values: Mapping[str, str], since: str = "2020-01-01", name: str = "1") -> Row:
    """A row of a record."""
    single = single_row(WHO, history)
    id = single if rows.HISTORIES[history].single else uuid5(single, name)
    return Row(id, WHO, history, values, date.fromisoformat(since), 1, datetime(2026, 1, 1, tzinfo=UTC), "P029", None)


def known(*given: Row) -> Record:
    """A record with these rows."""
    return Record(WHO, {key: tuple(r for r in given if r.history == key) for key in {r.history for r in given}})


def added(history: str, values: Mapping[str, str]) -> Write:
    """A new row."""
    return Write(history, UUID(int=1), ADD, values)


def changed(history: str, values: Mapping[str, str]) -> Write:
    """A change of a single row."""
    return Write(history, single_row(WHO, history), CHANGE, values, 1)


WARNED = [
    (known(row("personal", PERSONAL)), changed("personal", {"birth_date": "1986-09-27"}), "Menurut NIP, tanggal lahir"),
    (known(row("personal", PERSONAL)), changed("personal", {"sex": "P"}), "Menurut NIP, jenis kelamin"),
    (
        known(row("personal", PERSONAL), row("identity", {"nik": "6299012609860001"})),
        changed("personal", {"birth_date": "1986-09-27"}),
        "Menurut NIK, tanggal lahir",
    ),
    (known(row("personal", PERSONAL)), changed("identity", {"nik": "6299016609860001"}), "Menurut NIK, jenis kelamin"),
    (
        known(row("identity", {"nik": "6299016609860001"})),
        changed("identity", {"npwp": "1" * 16}),
        "tidak sama dengan NIK",
    ),
    (known(row("personal", PERSONAL)), changed("bank", {"holder": "Citra"}), "tidak sama dengan nama pegawai"),
    (known(row("spouse", SPOUSE)), added("spouse", SPOUSE), "Lebih dari satu pasangan"),
    (NOTHING, added("spouse", SPOUSE | {"married_on": "1987-01-01"}), "tidak setelah tanggal lahir"),
    (NOTHING, added("spouse", SPOUSE | {"nik": "6299014202880001"}), "Menurut NIK, tanggal lahir"),
    (
        known(row("child", CHILD), row("child", CHILD, name="2")),
        added("child", CHILD),
        "Lebih dari 2 anak masuk tunjangan",
    ),
    (NOTHING, added("child", CHILD | {"birth_date": "2005-11-02"}), "Periksa surat keterangan sekolah"),
    (NOTHING, added("child", CHILD | {"birth_date": "2001-11-02"}), "sudah berumur 25 tahun"),
    (
        known(row("rank", {"grade": "III/c"})),
        added("rank", {"grade": "III/b", "since": "2024-04-01"}),
        "Golongan sebelumnya III/c",
    ),
    (NOTHING, added("position", {"title": "Analis", "unit": "Dinas Bulan", "since": "2024-04-01"}), "daftar unit"),
    (
        known(row("increment", {"salary": "1"}, since="2024-01-01")),
        added("increment", {"salary": "2", "since": "2025-12-01"}),
        "Belum 2 tahun",
    ),
    (
        known(row("personal", PERSONAL)),
        changed("appointment", {"cpns_since": "2016-05-01"}),
        "TMT CPNS adalah Mei 2015",
    ),
    (NOTHING, changed("appointment", {"cpns_since": "2016-05-01", "pns_since": "2015-05-01"}), "TMT PNS sebelum"),
]
CALM = [
    (known(row("personal", PERSONAL)), changed("personal", {"name": "Budi Baru"})),
    (known(row("personal", PERSONAL)), changed("personal", {"birth_date": "1986-09-26"})),
    (known(row("personal", PERSONAL)), changed("bank", {"holder": "BUDI"})),
    (NOTHING, added("spouse", SPOUSE)),
    (known(row("child", CHILD)), added("child", CHILD)),
    (known(row("child", CHILD)), Write("child", uuid5(single_row(WHO, "child"), "1"), REMOVE, base=1)),
    (known(row("rank", {"grade": "III/c"})), added("rank", {"grade": "III/d", "since": "2024-04-01"})),
    (NOTHING, added("position", {"title": "Analis", "unit": "Dinas Kesehatan", "since": "2024-04-01"})),
    (NOTHING, added("award", {"name": "Satyalancana"})),
]


@pytest.mark.parametrize(("record", "write", "said"), WARNED)
def test_a_verifier_is_told_what_to_look_at(record: Record, write: Write, said: str) -> None:
    found = [each.id for each in warnings(write, rows.after(record, [write], TODAY), FACTS, TODAY)]
    assert any(said in each for each in found), found


@pytest.mark.parametrize(("record", "write"), CALM)
def test_what_is_in_order_warns_of_nothing(record: Record, write: Write) -> None:
    assert warnings(write, rows.after(record, [write], TODAY), FACTS, TODAY) == []


AFFECTED = [
    (NOTHING, changed("personal", {"name": "Budi Baru"}), ["nama yang baru"]),
    (
        known(row("personal", PERSONAL)),
        changed("personal", {"birth_date": "1987-01-31"}),
        ["menjadi 1 Februari 2045. Sebelumnya 1 Oktober 2044."],
    ),
    (NOTHING, changed("personal", {"sex": "P", "marital": "married"}), ["Jenis cuti", "Tunjangan suami/istri"]),
    (NOTHING, changed("identity", {"npwp": "1" * 16}), ["Pajak gaji"]),
    (NOTHING, changed("identity", {"karpeg": "A1"}), []),
    (NOTHING, changed("bank", {"account": "12345678"}), ["dibayar ke rekening ini", "24 jam"]),
    (NOTHING, added("spouse", SPOUSE), ["10% dari gaji pokok"]),
    (NOTHING, added("spouse", SPOUSE | {"staff": "yes"}), ["yang gajinya lebih besar"]),
    (NOTHING, added("spouse", SPOUSE | {"status": "divorced"}), ["berhenti"]),
    (NOTHING, added("child", CHILD), ["2% dari gaji pokok", "sampai 9 April 2040"]),
    (NOTHING, added("child", CHILD | {"allowance": "no"}), ["tidak masuk tunjangan"]),
    (known(row("child", CHILD), row("child", CHILD, name="2")), added("child", CHILD), ["paling banyak 2 anak"]),
    (
        known(row("child", CHILD)),
        Write("child", uuid5(single_row(WHO, "child"), "1"), REMOVE, base=1),
        ["Tunjangan untuk anak ini berhenti"],
    ),
    (NOTHING, added("education", {"school": "Universitas"}), ["Gelar tidak ikut berubah"]),
    (NOTHING, added("rank", {"grade": "III/c"}), ["Gaji pokok mengikuti golongan"]),
    (NOTHING, added("position", {"title": "Analis"}), ["Tunjangan jabatan", "BKPSDM mengaturnya terpisah"]),
    (
        NOTHING,
        added("increment", {"salary": "3456700", "since": "2026-03-01"}),
        ["menjadi Rp3.456.700", "paling cepat 1 Maret 2028"],
    ),
    (NOTHING, added("performance", {"year": "2025"}), ["kenaikan pangkat dan KGB"]),
    (NOTHING, changed("appointment", {"cpns_since": "2016-05-01"}), ["tidak ikut berubah"]),
    (NOTHING, added("unpaid_leave", {"decree": "1"}), ["tidak dihitung sebagai masa kerja"]),
    (NOTHING, added("service_review", {"decree": "1"}), ["dihitung lagi"]),
    (NOTHING, added("discipline", {"measure": "Teguran"}), ["menunda kenaikan pangkat"]),
    (NOTHING, changed("contact", {"phone": "+6281234567890"}), []),
]


@pytest.mark.parametrize(("record", "write", "said"), AFFECTED)
def test_who_sends_and_who_decides_are_told_what_a_change_affects(
    record: Record, write: Write, said: list[str]
) -> None:
    found = [each.id for each in consequences(write, record, rows.after(record, [write], TODAY), today=TODAY)]
    assert len(found) == len(said)
    assert all(words in each for words, each in zip(said, found, strict=True)), found


def test_retirement_is_on_the_first_of_the_month_after_the_birthday() -> None:
    assert retirement(date(1986, 9, 26)) == date(2044, 10, 1)
    assert retirement(date(1986, 12, 1), 60) == date(2047, 1, 1)
    assert years_after(date(2004, 2, 29), 21) == date(2025, 3, 1)


def test_what_is_known_of_others_is_asked_of_the_database(demo: Database) -> None:
    other = "6299014405910097"  # Wati's
    writes = [
        Write("identity", single_row("P098", "identity"), CHANGE, {"nik": other}, 1),
        Write("position", UUID(int=1), ADD, {"title": "Analis", "unit": "Dinas Kesehatan", "since": "2026-01-01"}),
    ]
    with demo.reads() as session:
        nik, post = notes(session, rows.record(session, "P098"), writes, NOON.date())
    assert "NIK ini sudah tercatat untuk pegawai lain." in [each.id for each in nik.warnings]
    assert (post.warnings, len(post.consequences)) == ((), 2)
