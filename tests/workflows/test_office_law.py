"""What an office fixes otherwise: read from its file, each from its day on, and nothing that makes no sense."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from workflows.leave.law import LAWS, MAKS18
from workflows.leave.office_law import laws_of_office, read_laws

TWO = """
[[law]]
effective = 2027-01-01
carry = "MAKS18"
late_days = 3

[[law]]
effective = 2028-07-01
maternity_months = 6
late_types = ["sick"]
hajj_waives_interval = false
"""


def test_each_line_holds_from_its_day_and_keeps_what_went_before() -> None:
    first, second, third = read_laws(TWO)
    assert first == LAWS[0]
    assert (second.effective, second.carry, second.late_days) == (date(2027, 1, 1), MAKS18, 3)
    assert (second.maternity_months, third.maternity_months, third.carry) == (3, 6, MAKS18)
    assert (third.late_types, third.hajj_waives_interval) == (("sick",), False)


def test_the_order_of_the_file_does_not_matter() -> None:
    parts = TWO.split("[[law]]")
    assert read_laws(f"[[law]]{parts[2]}[[law]]{parts[1]}") == read_laws(TWO)


def test_the_first_law_itself_can_be_fixed_otherwise() -> None:
    (law,) = read_laws('[[law]]\neffective = 2018-01-01\ncarry = "MAKS18"')
    assert law.carry == MAKS18


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("anual_days = 12", "anual_days"),
        ("annual_days = -1", "annual_days"),
        ("annual_days = 99999", "annual_days"),
        ("annual_days = true", "annual_days"),
        ("annual_days = 12.5", "annual_days"),
        ('annual_days = "12"', "annual_days"),
        ('carry = "MAKS12"', "MAKS12"),
        ('late_types = "sick"', "late_types"),
        ('late_types = ["sik"]', "sik"),
        ("late_types = [[1]]", "late_types"),
        ("hajj_waives_interval = 1", "hajj_waives_interval"),
    ],
)
def test_what_makes_no_sense_is_named(line: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_laws(f"[[law]]\neffective = 2027-01-01\n{line}")


@pytest.mark.parametrize(
    "text",
    [
        "[[law]]\ncarry = 'MAKS18'",
        "[[law]]\neffective = 2017-12-31",
        "[[law]]\neffective = 2027-01-01T00:00:00",
        "[law]\neffective = 2027-01-01",
        "law = 3",
        "[[laws]]\neffective = 2027-01-01",
        "[[law]",
    ],
)
def test_a_file_that_is_not_of_this_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_laws(text)


def test_without_a_file_the_regulation_holds(tmp_path: Path) -> None:
    assert laws_of_office(None) == LAWS
    file = tmp_path / "law.toml"
    file.write_text(TWO)
    assert laws_of_office(file) == read_laws(TWO)
