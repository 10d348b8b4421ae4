"""What a change of the record affects elsewhere, in words for who sends it and who decides it; rules with their source.

They say what follows by law from what is recorded. What is paid or reckoned in the end is decided where it is paid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from engine.errors import Text
from workflows.record.histories import HISTORIES
from workflows.record.rows import ADD, REMOVE, Record, Write
from workflows.record.values import shown
from workflows.wording import plain_date

RETIREMENT_AGE = 58
"""The lowest age of retirement; leaders and some experts retire at 60 or 65."""
MOST_CHILDREN = 2
ALLOWANCE_AGE, STUDENT_AGE = 21, 25
INCREMENT_YEARS = 2

_Told = Callable[[Mapping[str, str], Write, Record, Record, date], list[Text]]
"""The row's values as they would be (of one that goes: as they are), the change, the record before and after, today."""


def consequences(write: Write, before: Record, after: Record, *, today: date) -> list[Text]:
    """What one change affects beside the record itself; ``after`` is the record with all changes of the proposal."""
    tell = _TOLD.get(write.history)
    row = before.row(write.row) if write.action == REMOVE else after.row(write.row)
    return tell(row.values if row else write.values, write, before, after, today) if tell else []


def retirement(born: date, age: int = RETIREMENT_AGE) -> date:
    """From when somebody is retired: the first of the month after they reach the age.

    Source: PP 11/2017 art. 239(2) (58, 60 or 65 years by the post); UU 20/2023 art. 55.
    """
    month = born.year * 12 + age * 12 + born.month  # counted from zero, so it is the month after
    return date(month // 12, month % 12 + 1, 1)


def years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def paid_children(record: Record, today: date) -> int:
    """Children that count for the allowance, and may by their age.

    Source: PP 7/1977 art. 16(2)-(4) (under 21, or 25 while studying); Keppres 16/1994 (two at most).
    """
    counted = [row.values for row in record.rows("child") if row.values.get("allowance") == "yes"]
    return sum(years_after(date.fromisoformat(child["birth_date"]), STUDENT_AGE) > today for child in counted)


def _personal(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    found: list[Text] = []
    if "name" in write.values:
        found.append(Text("Surat dan daftar memakai nama yang baru.", "Letters and lists bear the new name."))
    if write.values.get("birth_date"):
        found.append(_retires(before.value("personal", "birth_date"), write.values["birth_date"]))
    if "sex" in write.values:
        found.append(
            Text(
                "Jenis cuti yang dapat diajukan ikut berubah.",
                "The kinds of leave that can be asked for change with it.",
            )
        )
    if "marital" in write.values:
        found.append(
            Text(
                "Tunjangan suami/istri dan pajak gaji dihitung lagi.",
                "The spouse's allowance and the tax on salary are worked out again.",
            )
        )
    return found


def _retires(old: str, new: str) -> Text:
    day = plain_date(retirement(date.fromisoformat(new)))
    words = Text(
        f"Tanggal pensiun pada batas usia {RETIREMENT_AGE} tahun menjadi {day.id}.",
        f"Retirement at the age of {RETIREMENT_AGE} moves to {day.en}.",
    )
    if not old:
        return words
    was = plain_date(retirement(date.fromisoformat(old)))
    return Text(f"{words.id} Sebelumnya {was.id}.", f"{words.en} It was {was.en}.")


def _identity(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    if write.values.keys() & {"nik", "npwp"}:
        return [
            Text(
                "Pajak gaji, BPJS, dan tanda tangan elektronik memakai nomor ini.",
                "Tax on salary, health insurance and electronic signatures go by this number.",
            )
        ]
    return []


def _bank(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    """Source: working agreement of the office (24 hours in which the change can be stopped)."""
    return [
        Text("Gaji berikutnya dibayar ke rekening ini.", "The next salary is paid to this account."),
        Text(
            "Setelah disetujui ada masa tunggu 24 jam. Perubahan masih dapat dihentikan.",
            "Once approved it waits for 24 hours, and can still be stopped.",
        ),
    ]


def _spouse(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    """Source: PP 7/1977 art. 16(1), (3) (10 % of basic salary; of two civil servants one alone gets it)."""
    if write.action == REMOVE or values.get("status") != "active":
        return [Text("Tunjangan suami/istri berhenti.", "The spouse's allowance ends.")]
    if values.get("staff") == "yes":
        return [
            Text(
                "Pasangan juga ASN: tunjangan hanya untuk yang gajinya lebih besar.",
                "The spouse is civil service staff too: the allowance goes to whoever earns more.",
            )
        ]
    return [
        Text("Tunjangan suami/istri 10% dari gaji pokok.", "The spouse's allowance is 10% of the basic salary."),
    ]


def _child(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    """Source: PP 7/1977 art. 16(2)-(4); Keppres 16/1994 (2 % for each of two children at most)."""
    if write.action == REMOVE or values.get("allowance") != "yes":
        was = before.row(write.row)
        if was is not None and was.values.get("allowance") == "yes":
            return [Text("Tunjangan untuk anak ini berhenti.", "The allowance for this child ends.")]
        return [Text("Anak ini tidak masuk tunjangan.", "This child does not count for the allowance.")]
    if paid_children(after, today) > MOST_CHILDREN:
        return [
            Text(
                f"Tunjangan dibayar untuk paling banyak {MOST_CHILDREN} anak.",
                f"The allowance is paid for {MOST_CHILDREN} children at most.",
            )
        ]
    last = plain_date(years_after(date.fromisoformat(values["birth_date"]), ALLOWANCE_AGE))
    return [
        Text("Tunjangan anak 2% dari gaji pokok.", "The allowance is 2% of the basic salary."),
        Text(
            f"Tunjangan berlaku sampai {last.id}, atau sampai umur {STUDENT_AGE} tahun jika masih sekolah.",
            f"It is paid until {last.en}, or until the age of {STUDENT_AGE} while studying.",
        ),
    ]


def _education(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    if write.action != ADD:
        return []
    return [
        Text(
            "Gelar tidak ikut berubah. Ajukan gelar pada data pribadi.",
            "The title does not change with it. Propose it in the personal data.",
        )
    ]


def _rank(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    """Source: PP 5/2024 (basic salary by grade and years in it)."""
    return [Text("Gaji pokok mengikuti golongan ini sejak TMT.", "The basic salary goes by this grade from that day.")]


def _position(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    return [
        Text("Tunjangan jabatan mengikuti jabatan ini.", "The allowance for the post goes by this post."),
        Text(
            "Atasan dan alur persetujuan tidak ikut berubah. BKPSDM mengaturnya terpisah.",
            "The superior and who approves do not change with it. BKPSDM sets them apart.",
        ),
    ]


def _increment(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    """Source: PP 7/1977 art. 11 (an increment every two years)."""
    if write.action == REMOVE or not (values.get("salary") and values.get("since")):
        return []
    amount = HISTORIES["increment"].field("salary")
    assert amount is not None
    salary = shown(amount, values["salary"])
    again = plain_date(years_after(date.fromisoformat(values["since"]), INCREMENT_YEARS))
    return [
        Text(f"Gaji pokok menjadi {salary.id}.", f"The basic salary becomes {salary.en}."),
        Text(f"Kenaikan berikutnya paling cepat {again.id}.", f"The next increment is on {again.en} at the earliest."),
    ]


def _performance(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    return [
        Text(
            "Predikat menentukan kenaikan pangkat dan KGB.", "The rating decides about promotion and salary increments."
        )
    ]


def _appointment(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    if not write.values.keys() & {"cpns_since", "pns_since"}:
        return []
    return [
        Text(
            "Hak cuti yang sudah dihitung tidak ikut berubah. BKPSDM memeriksanya terpisah.",
            "Leave that was reckoned already does not change with it. BKPSDM looks at it apart.",
        )
    ]


def _unpaid_leave(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    """Source: Peraturan BKN 24/2017 III.G (no service is counted, nothing is paid)."""
    return [Text("Masa ini tidak dihitung sebagai masa kerja.", "This time is not counted as service.")]


def _service_review(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    return [
        Text(
            "Masa kerja golongan dan gaji pokok dihitung lagi.",
            "Years in the grade and the basic salary are worked out again.",
        )
    ]


def _discipline(values: Mapping[str, str], write: Write, before: Record, after: Record, today: date) -> list[Text]:
    """Source: PP 94/2021 art. 8 (what each measure brings with it)."""
    return [
        Text(
            "Hukuman dapat menunda kenaikan pangkat dan memotong tunjangan.",
            "The measure can put off promotion and cut allowances.",
        )
    ]


_TOLD: Mapping[str, _Told] = {
    "personal": _personal,
    "identity": _identity,
    "bank": _bank,
    "spouse": _spouse,
    "child": _child,
    "education": _education,
    "rank": _rank,
    "position": _position,
    "increment": _increment,
    "performance": _performance,
    "appointment": _appointment,
    "unpaid_leave": _unpaid_leave,
    "service_review": _service_review,
    "discipline": _discipline,
}
