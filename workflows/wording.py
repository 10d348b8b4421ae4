"""Dates and counts in words, in both languages."""

from __future__ import annotations

from datetime import date

from engine.errors import Text

_DAYS = (
    ("Senin", "Monday"),
    ("Selasa", "Tuesday"),
    ("Rabu", "Wednesday"),
    ("Kamis", "Thursday"),
    ("Jumat", "Friday"),
    ("Sabtu", "Saturday"),
    ("Minggu", "Sunday"),
)
_MONTHS = (
    ("Januari", "January"),
    ("Februari", "February"),
    ("Maret", "March"),
    ("April", "April"),
    ("Mei", "May"),
    ("Juni", "June"),
    ("Juli", "July"),
    ("Agustus", "August"),
    ("September", "September"),
    ("Oktober", "October"),
    ("November", "November"),
    ("Desember", "December"),
)


def plain_date(day: date) -> Text:
    """2 November 2026."""
    month = _MONTHS[day.month - 1]
    return Text(f"{day.day} {month[0]} {day.year}", f"{day.day} {month[1]} {day.year}")


def long_date(day: date) -> Text:
    """Senin, 2 November 2026 · Monday, 2 November 2026."""
    name, plain = _DAYS[day.weekday()], plain_date(day)
    return Text(f"{name[0]}, {plain.id}", f"{name[1]}, {plain.en}")


def working_days(days: int) -> Text:
    """4 hari kerja · 4 working days."""
    return Text(f"{days} hari kerja", f"{days} working day{'' if days == 1 else 's'}")


def month_and_year(day: date) -> Text:
    """November 2026, in either language."""
    month = _MONTHS[day.month - 1]
    return Text(f"{month[0]} {day.year}", f"{month[1]} {day.year}")


def calendar_days(days: int) -> Text:
    """4 hari · 4 days."""
    return Text(f"{days} hari", f"{days} day{'' if days == 1 else 's'}")


def months(number: int) -> Text:
    """3 bulan · 3 months."""
    return Text(f"{number} bulan", f"{number} month{'' if number == 1 else 's'}")
