"""The register of processing and the clocks of the registers: pure, and whole in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.errors import Text
from workflows.privacy.purposes import PURPOSES, read
from workflows.privacy.registers import Clock
from workflows.privacy.retention import KEPT

DUE = datetime(2026, 11, 5, 5, tzinfo=UTC)
LINE = {
    f"{name}{language}": f"{name} {language}"
    for name in ("title", "basis", "data", "seen_by")
    for language in ("", "_en")
}


@pytest.mark.parametrize(
    ("done", "now", "late", "hours"),
    [
        (None, timedelta(hours=-72), False, 72),
        (None, timedelta(minutes=-30), False, 0),
        (None, timedelta(), False, 0),
        (None, timedelta(hours=3, minutes=59), True, 3),
        (timedelta(hours=-5), timedelta(days=30), False, 5),
        (timedelta(hours=8), timedelta(days=30), True, 8),
    ],
)
def test_a_clock_says_what_is_left_or_by_how_much_it_is_late(
    done: timedelta | None, now: timedelta, late: bool, hours: int
) -> None:
    clock = Clock(DUE, None if done is None else DUE + done, DUE + now)
    assert (clock.is_late, clock.hours) == (late, hours)


def test_every_purpose_has_its_basis_and_says_how_long_in_both_languages() -> None:
    assert len(PURPOSES) >= 6
    for purpose in PURPOSES:
        texts: tuple[Text, ...] = (purpose.title, purpose.basis, purpose.data, purpose.seen_by)
        assert all(text.id and text.en and text.id != text.en for text in texts), purpose.key
        assert purpose.kept, purpose.key


def test_each_line_of_what_is_kept_belongs_to_a_purpose() -> None:
    assert {kept.key for purpose in PURPOSES for kept in purpose.kept} == set(KEPT)


def test_what_rests_on_consent_says_so_and_nothing_else_does() -> None:
    assert [purpose.key for purpose in PURPOSES if purpose.consent] == [
        purpose.key for purpose in PURPOSES if "Persetujuan" in purpose.basis.id
    ]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"kept": ["nothing"]}, KeyError), ({"kept": [], "colour": "red"}, TypeError), ({}, KeyError)],
)
def test_a_register_that_is_none_is_refused(wrong: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        read({"x": {**LINE, "sensitive": False, **wrong}})
