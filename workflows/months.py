"""Spans of months: where they end, and how long they are."""

from __future__ import annotations

from datetime import date

from workflows.workdays import ONE_DAY, Span


def months_later(day: date, months: int) -> date:
    """The same day some months later; a day that the month does not have becomes the first of the next."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 2, 1)  # never after December, which has all 31 days


def end_of(first: date, months: int) -> date:
    """The last day of so many months that begin on ``first``: 1 March and three months end on 31 May.

    Source: Peraturan BKN 24/2017 III.B (Aldi).
    """
    return months_later(first, months) - ONE_DAY


def length(span: Span) -> tuple[int, int]:
    """The whole months of a span and the days beyond them."""
    after = span.last + ONE_DAY
    months = (after.year - span.first.year) * 12 + after.month - span.first.month
    if months_later(span.first, months) > after:
        months -= 1
    return months, (after - months_later(span.first, months)).days
