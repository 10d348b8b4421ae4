"""What people type for a field becomes one text that is kept, or a sentence that says what to do."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Text
from workflows.record.histories import HISTORIES, RecordField, fields
from workflows.record.values import HIDDEN, contradictions, is_kept, masked, read, shown

TODAY = date(2026, 11, 2)
DOCUMENT = "0b6f3e52-5f0e-4c57-9f4c-2f3b7f1a6d10"
GOOD = {
    "text": "Budi Santoso",
    "date": "2020-04-01",
    "digits": "1234567890123456",
    "number": "11",
    "money": "3456700",
    "phone": "+6281234567890",
    "email": "budi@contoh.com",
    "photo": DOCUMENT,
}


def field(history: str, key: str) -> RecordField:
    found = HISTORIES[history].field(key)
    assert found is not None
    return found


def good(asked: RecordField) -> str:
    """A value that the field takes."""
    if asked.choices:
        return asked.choices[0][0]
    if asked.type == "digits":
        return "2025" if asked.digits == (4,) else GOOD["digits"][:1] * asked.digits[0]
    return GOOD[asked.type]


@pytest.mark.parametrize(
    ("history", "key", "typed", "kept"),
    [
        ("personal", "birth_date", "1/2/86", "1986-02-01"),
        ("personal", "birth_date", "3-6-65", "1965-06-03"),
        ("personal", "birth_date", "29/2/40", "1940-02-29"),
        ("personal", "birth_date", "3 Juni 1986", "1986-06-03"),
        ("personal", "name", "  Budi   Santoso ", "Budi Santoso"),
        ("personal", "name", "Budi\u200b\u202e Santoso", "Budi Santoso"),
        ("personal", "sex", "perempuan", "P"),
        ("personal", "religion", "Kristen Protestan", "protestant"),
        ("personal", "title_front", "", ""),
        ("identity", "nik", "6299 0144.0591-0097", "6299014405910097"),
        ("identity", "npwp", "01.234.567.8-901.234", "012345678901234"),
        ("contact", "phone", "0812-3456-7890", "+6281234567890"),
        ("contact", "phone", "62 812 3456 7890", "+6281234567890"),
        ("contact", "email", " Budi@Contoh.com ", "Budi@Contoh.com"),
        ("increment", "salary", "Rp 3.456.700,-", "3456700"),
        ("increment", "salary", "Rp. 3.456.700,00", "3456700"),
        ("training", "hours", "1.200", "1200"),
        ("rank", "grade", "iii/c", "III/c"),
        ("rank", "since", "1/10/2026", "2026-10-01"),
        ("performance", "year", "2025", "2025"),
        ("photo", "profile", DOCUMENT.upper(), DOCUMENT),
    ],
)
def test_what_people_type_is_kept_in_one_form(history: str, key: str, typed: str, kept: str) -> None:
    assert read(field(history, key), typed, TODAY) == kept


@pytest.mark.parametrize(
    ("history", "key", "typed", "said"),
    [
        ("personal", "name", "", "Isi bagian ini."),
        ("personal", "name", "\u200b \u202e", "Isi bagian ini."),
        ("personal", "name", "x" * 201, "paling banyak 200 huruf"),
        ("personal", "birth_date", "3/11/2026", "sudah lewat"),
        ("personal", "birth_date", "30/2/1986", "hari itu tidak ada di kalender"),
        ("personal", "birth_date", "1886-01-01", "Isi dengan tanggal"),
        ("personal", "sex", "M", "Pilih salah satu"),
        ("identity", "nik", "629901440591009", "16 angka"),
        ("identity", "nik", "٦٢٩٩٠١٤٤٠٥٩١٠٠٩٧", "16 angka"),
        ("identity", "npwp", "123", "15 atau 16 angka"),
        ("bank", "account", "1234567", "8 sampai 20 angka"),
        ("contact", "phone", "021-555123", "08 atau +62"),
        ("contact", "email", "budi@contoh", "alamat email"),
        ("contact", "email", "budi@contoh.com, jahat@contoh.com", "alamat email"),
        ("rank", "since", "2/10/2026", "tanggal 1"),
        ("rank", "grade", "V/a", "Pilih salah satu"),
        ("training", "hours", "0", "dari 1 sampai"),
        ("training", "hours", "-3", "dari 1 sampai"),
        ("training", "hours", "12,5", "angka bulat"),
        ("service_review", "months", "12", "dari 0 sampai 11"),
        ("increment", "salary", "3,456", "rupiah"),
        ("performance", "year", "2027", "sampai 2026"),
        ("photo", "profile", "../../etc/passwd", "Pilih foto"),
        ("personal", "name", "Wa\x07ti", "Ketik ulang"),
        ("contact", "email", "wati\x7f@contoh.com", "Ketik ulang"),
    ],
)
def test_what_cannot_be_kept_is_answered_with_what_to_do(history: str, key: str, typed: str, said: str) -> None:
    found = read(field(history, key), typed, TODAY)
    assert isinstance(found, Text)
    assert said in found.id
    assert found.en != found.id


@pytest.mark.parametrize(("history", "asked"), [(h.key, f) for h, f in fields()], ids=lambda each: str(each)[:40])
def test_every_field_takes_a_good_value_shows_it_and_hides_it(history: str, asked: RecordField) -> None:
    value = good(asked)
    assert read(asked, value, TODAY) == value
    assert is_kept(asked, value, TODAY)
    assert shown(asked, value).id
    assert masked(asked, value) != value
    assert masked(asked, "") == ""
    assert isinstance(read(asked, "", TODAY), str) is asked.optional


@given(st.sampled_from([field for _history, field in fields()]), st.text(max_size=60))
def test_what_is_read_once_is_read_the_same_again(asked: RecordField, typed: str) -> None:
    kept = read(asked, typed, TODAY)
    if isinstance(kept, str) and kept:
        assert is_kept(asked, kept, TODAY)
        assert shown(asked, kept).id


@pytest.mark.parametrize(
    ("history", "key", "value", "words"),
    [
        ("personal", "nip", "199105042018012997", "19910504 201801 2 997"),
        ("personal", "birth_date", "1991-05-04", "4 Mei 1991"),
        ("personal", "sex", "P", "Perempuan"),
        ("personal", "sex", "", "Belum diisi"),
        ("identity", "nik", "6299014405910097", "6299 0144 0591 0097"),
        ("contact", "phone", "+6281234567890", "+62 812 3456 7890"),
        ("increment", "salary", "3456700", "Rp3.456.700"),
    ],
)
def test_values_are_shown_as_people_write_them(history: str, key: str, value: str, words: str) -> None:
    assert shown(field(history, key), value).id == words


@pytest.mark.parametrize(
    ("history", "key", "value", "left"),
    [
        ("identity", "nik", "6299014405910097", "629901******0097"),
        ("bank", "account", "629901000097", "******0097"),
        ("contact", "phone", "+6281234567890", "+628******890"),
        ("contact", "email", "budi@contoh.com", "b******@contoh.com"),
        ("personal", "religion", "islam", HIDDEN),
        ("child", "birth_date", "2019-04-09", HIDDEN),
        ("child", "name", "Intan", HIDDEN),
    ],
)
def test_a_masked_value_is_recognised_by_who_knows_it_alone(history: str, key: str, value: str, left: str) -> None:
    assert masked(field(history, key), value) == left


def test_days_of_a_row_that_cannot_be_true_together_are_named() -> None:
    wrong = contradictions(HISTORIES["training"], {"first": "2024-05-13", "last": "2024-05-12"})
    assert wrong["last"].id == "Isi dengan tanggal yang tidak sebelum “Tanggal mulai”."
    assert contradictions(HISTORIES["training"], {"first": "2024-05-13", "last": "2024-05-13"}) == {}
    assert "pns_since" in contradictions(
        HISTORIES["appointment"], {"cpns_since": "2020-01-01", "pns_since": "2019-01-01"}
    )
    assert contradictions(HISTORIES["organisation"], {"first": "2020-01-01"}) == {}
