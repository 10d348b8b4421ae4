"""What NIP and NIK say of a person, and where it does not agree with the record: warnings, never a refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from engine.errors import Text
from workflows.wording import month_and_year, plain_date

PPPK_CODES = range(13, 100)
"""Digits 13 and 14 of the number of contract staff, where others have the month of their candidacy."""
WOMEN = 40
"""Added to the day of birth in a woman's NIK."""
YOUNGEST, OLDEST = 18, 35
"""Ages at which people are usually appointed."""


@dataclass(frozen=True)
class Nip:
    """What the 18 digits say. ``began``: month of the candidacy; None for contract staff, who have a ``year``."""

    born: date
    year: int
    began: date | None
    sex: str
    serial: int

    @property
    def pppk(self) -> bool:
        """Whether it is the number of contract staff."""
        return self.began is None


@dataclass(frozen=True)
class Nik:
    """What the 16 digits say: the district of first issue, day of birth, sex and serial."""

    district: str
    born: date
    sex: str
    serial: int


def decode_nip(digits: str) -> Nip | None:
    """What a NIP or NI PPPK says; None if it cannot be one.

    Source: Peraturan Kepala BKN 22/2007 and 43/2007; for PPPK the frequency of the contract stands for the month.
    """
    if not re.fullmatch(r"[0-9]{14}[12][0-9]{3}", digits) or digits.endswith("000"):
        return None
    born, year, month = _day(digits[:4], digits[4:6], digits[6:8]), int(digits[8:12]), int(digits[12:14])
    if born is None or month == 0 or year <= born.year:
        return None
    began = None if month in PPPK_CODES else date(year, month, 1)
    return Nip(born, year, began, "L" if digits[14] == "1" else "P", int(digits[15:]))


def decode_nik(digits: str, today: date) -> Nik | None:
    """What a NIK says; None if it cannot be one. The century of birth is the last that is not in the future.

    Source: UU 23/2006 art. 13 and PP 40/2019 art. 3 (composition; the district never changes on moving).
    """
    if not re.fullmatch(r"[0-9]{16}", digits) or digits.endswith("0000"):
        return None
    day, woman = int(digits[6:8]), int(digits[6:8]) > WOMEN
    century = today.year // 100 * 100
    for first in (century, century - 100):
        born = _day(str(first + int(digits[10:12])), digits[8:10], str(day - WOMEN * woman))
        if born is not None and born <= today:
            return Nik(digits[:6], born, "P" if woman else "L", int(digits[12:]))
    return None


def nip_warnings(nip: str, *, born: str, sex: str, kind: str, today: date) -> list[Text]:
    """Where a NIP does not agree with birth date (as kept), sex and kind of staff; what is not known is not compared.

    Source: Peraturan Kepala BKN 22/2007 and 43/2007.
    """
    said = decode_nip(nip)
    if said is None:
        return [Text("NIP ini tidak dapat dibaca sebagai NIP.", "This NIP cannot be read as one.")]
    found = _disagreements("NIP", said.born, said.sex, born, sex)
    if said.began is not None and said.began > today:
        month = month_and_year(said.began)
        found.append(Text(f"Menurut NIP, TMT CPNS adalah {month.id}.", f"By the NIP, candidacy begins in {month.en}."))
    if kind in ("PNS", "CPNS", "PPPK") and said.pppk is not (kind == "PPPK"):
        other = "PPPK" if said.pppk else "PNS"
        found.append(Text(f"Menurut NIP, orang ini {other}, bukan {kind}.", f"By the NIP this is {other}, not {kind}."))
    return found


def appointment_warnings(nip: str, cpns_since: str) -> list[Text]:
    """Where the candidacy on record does not agree with the NIP, or began at an unusual age.

    Source: Peraturan Kepala BKN 22/2007; PP 11/2017 art. 23(1)(a) (18 to 35 years, other posts up to 40).
    """
    said = decode_nip(nip)
    if said is None or said.began is None or not cpns_since:
        return []
    found = []
    begun = date.fromisoformat(cpns_since)
    if (begun.year, begun.month) != (said.began.year, said.began.month):
        month = month_and_year(said.began)
        found.append(Text(f"Menurut NIP, TMT CPNS adalah {month.id}.", f"By the NIP, candidacy begins in {month.en}."))
    age = begun.year - said.born.year - ((begun.month, begun.day) < (said.born.month, said.born.day))
    if not YOUNGEST <= age <= OLDEST:
        found.append(Text(f"Umur pada TMT CPNS: {age} tahun.", f"Age when candidacy began: {age}."))
    return found


def nik_warnings(nik: str, *, born: str, sex: str, today: date, taken: bool = False) -> list[Text]:
    """Where a NIK does not agree with birth date and sex, and whether somebody else has it (``taken``).

    Source: UU 23/2006 art. 13 and PP 40/2019 art. 3; NIK are unique.
    """
    said = decode_nik(nik, today)
    found = [Text("NIK ini sudah tercatat untuk pegawai lain.", "Somebody else is on record with this NIK.")] * taken
    if said is None:
        return [*found, Text("NIK ini tidak dapat dibaca sebagai NIK.", "This NIK cannot be read as one.")]
    return [*found, *_disagreements("NIK", said.born, said.sex, born, sex)]


def _disagreements(what: str, born: date, sex: str, known_born: str, known_sex: str) -> list[Text]:
    found = []
    if known_born and known_born != born.isoformat():
        day = plain_date(born)
        found.append(Text(f"Menurut {what}, tanggal lahir adalah {day.id}.", f"By the {what}, born on {day.en}."))
    if known_sex and known_sex != sex:
        indonesian, english = ("laki-laki", "male") if sex == "L" else ("perempuan", "female")
        found.append(Text(f"Menurut {what}, jenis kelamin {indonesian}.", f"By the {what}, the sex is {english}."))
    return found


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
