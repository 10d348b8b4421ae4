"""NIP and NIK are read digit by digit, and what does not agree with the record warns the verifier."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.record.identifiers import (
    Nik,
    Nip,
    appointment_warnings,
    decode_nik,
    decode_nip,
    nik_warnings,
    nip_warnings,
)

TODAY = date(2026, 11, 2)
NIP, NIK = "198609262015051001", "6299012609860001"


def test_a_nip_says_birth_candidacy_sex_and_serial() -> None:
    assert decode_nip(NIP) == Nip(date(1986, 9, 26), 2015, date(2015, 5, 1), "L", 1)


def test_a_number_of_contract_staff_has_the_contract_where_others_have_the_month() -> None:
    said = decode_nip("199107132023212996")
    assert said is not None
    assert said.pppk
    assert (said.year, said.began, said.sex) == (2023, None, "P")


@pytest.mark.parametrize(
    "digits",
    [
        "",
        "19860926201505100",
        "1986092620150510011",
        "198613262015051001",
        "198602302015051001",
        "198609262015001001",
        "198609262015053001",
        "198609262015051000",
        "198609261985051001",
        "19860926201505100a",
        "١٩٨٦٠٩٢٦٢٠١٥٠٥١٠٠١",
    ],
)
def test_what_cannot_be_a_nip_is_none(digits: str) -> None:
    assert decode_nip(digits) is None


@pytest.mark.parametrize(
    ("digits", "born", "sex"),
    [
        (NIK, date(1986, 9, 26), "L"),
        ("6299016609860001", date(1986, 9, 26), "P"),
        ("6299010101260001", date(2026, 1, 1), "L"),
        ("6299010312260001", date(1926, 12, 3), "L"),
        ("6299016902040001", date(2004, 2, 29), "P"),
    ],
)
def test_a_nik_says_birth_and_sex_women_with_forty_added(digits: str, born: date, sex: str) -> None:
    assert decode_nik(digits, TODAY) == Nik("629901", born, sex, 1)


@pytest.mark.parametrize(
    "digits",
    [
        "",
        "629901260986000",
        "6299013209860001",
        "6299010009860001",
        "6299014009860001",
        "6299017209860001",
        "6299012613860001",
        "6299012902030001",
        "6299012609860000",
        "629901260986000x",
    ],
)
def test_what_cannot_be_a_nik_is_none(digits: str) -> None:
    assert decode_nik(digits, TODAY) is None


def test_numbers_that_agree_with_the_record_warn_of_nothing() -> None:
    assert nip_warnings(NIP, born="1986-09-26", sex="L", kind="PNS", today=TODAY) == []
    assert nik_warnings(NIK, born="1986-09-26", sex="L", today=TODAY) == []
    assert appointment_warnings(NIP, "2015-05-01") == []


def test_what_is_not_on_record_is_not_compared() -> None:
    assert nip_warnings(NIP, born="", sex="", kind="NEGARA", today=TODAY) == []
    assert nik_warnings(NIK, born="", sex="", today=TODAY) == []
    assert appointment_warnings(NIP, "") == []
    assert appointment_warnings("199107132023212996", "2023-01-01") == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"born": "1986-09-27"}, "Menurut NIP, tanggal lahir adalah 26 September 1986."),
        ({"sex": "P"}, "Menurut NIP, jenis kelamin laki-laki."),
        ({"kind": "PPPK"}, "Menurut NIP, orang ini PNS, bukan PPPK."),
        ({"today": date(2015, 4, 30)}, "Menurut NIP, TMT CPNS adalah Mei 2015."),
        ({"nip": "198609262015212001"}, "Menurut NIP, orang ini PPPK, bukan PNS."),
        ({"nip": "1"}, "NIP ini tidak dapat dibaca sebagai NIP."),
    ],
)
def test_a_nip_that_does_not_agree_warns_of_what(given: dict[str, object], said: str) -> None:
    known = {"nip": NIP, "born": "1986-09-26", "sex": "L", "kind": "PNS", "today": TODAY} | given
    assert said in [each.id for each in nip_warnings(known.pop("nip"), **known)]  # type: ignore[arg-type] # by name


def test_a_nik_that_does_not_agree_or_is_another_s_warns() -> None:
    found = [each.id for each in nik_warnings(NIK, born="1986-09-25", sex="P", today=TODAY, taken=True)]
    assert found == [
        "NIK ini sudah tercatat untuk pegawai lain.",
        "Menurut NIK, tanggal lahir adalah 26 September 1986.",
        "Menurut NIK, jenis kelamin laki-laki.",
    ]
    assert [each.id for each in nik_warnings("1", born="", sex="", today=TODAY)] == [
        "NIK ini tidak dapat dibaca sebagai NIK."
    ]


def test_a_candidacy_at_another_time_or_an_unusual_age_warns() -> None:
    assert [each.id for each in appointment_warnings(NIP, "2023-01-01")] == [
        "Menurut NIP, TMT CPNS adalah Mei 2015.",
        "Umur pada TMT CPNS: 36 tahun.",
    ]


@given(st.dates(date(1930, 1, 1), date(2008, 1, 1)), st.sampled_from("LP"), st.integers(1, 999), st.integers(1, 12))
def test_a_number_made_of_a_birth_and_a_sex_says_them_again(born: date, sex: str, serial: int, month: int) -> None:
    nip = f"{born:%Y%m%d}{born.year + 20}{month:02}{'12'[sex == 'P']}{serial:03}"
    nik = f"629901{born.day + 40 * (sex == 'P'):02}{born:%m%y}{serial:04}"
    for said in (decode_nip(nip), decode_nik(nik, TODAY)):
        assert said is not None
        assert (said.born, said.sex, said.serial) == (born, sex, serial)
