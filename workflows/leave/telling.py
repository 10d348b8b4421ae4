"""What people are told about a request for leave: facts with a label and a value, in both languages."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from engine.errors import Text
from engine.services import ServiceContext
from workflows.leave import bookkeeping, rules
from workflows.leave.model import Ledger
from workflows.people import People
from workflows.wording import long_date, working_days

TARGET_DAYS = 4
"""Working days until the decision: one for the check, one for the superior, two for the official."""


def counted(found: rules.Assessment) -> list[dict[str, Any]]:
    """The days counted, those left out with their names, and the balance before and after."""
    facts = [_fact(_LENGTH, working_days(found.days))]
    left_out = _left_out(found)
    if left_out.id:
        facts.append(_fact(_LEFT_OUT, left_out))
    if not found.refusals:
        after = found.available - found.days
        facts.append(_fact(_BALANCE, Text(*2 * (f"{found.available} → {after}",))))
    return facts


def _left_out(found: rules.Assessment) -> Text:
    named = [(long_date(day), off.name) for day, off in found.holidays]
    parts_id = [f"{day.id} ({name})" for day, name in named]
    parts_en = [f"{day.en} ({name})" for day, name in named]
    if found.rest_days:
        parts_id.append(f"{found.rest_days} hari akhir pekan")
        parts_en.append(f"{found.rest_days} weekend day{'' if found.rest_days == 1 else 's'}")
    return Text("; ".join(parts_id), "; ".join(parts_en))


def record(ledger: Ledger, year: int) -> list[dict[str, Any]]:
    """Part V of the form: what is left of the year before last, the last year and this one.

    Source: Peraturan BKN 24/2017, form 1.b part V.
    """
    left = bookkeeping.buckets(ledger.entries, year)
    rows = " · ".join(f"{each}: {left.get(each, 0)}" for each in (year - 2, year - 1, year))
    return [_fact(_LEAVE_RECORD, Text(rows, rows))]


def next_steps(ctx: ServiceContext) -> list[dict[str, Any]]:
    """Who looks at it first, and by when the decision is due."""
    directory = _directory()
    principal = directory.holder(
        ctx.session,
        f"role:personnel_officer@{ctx.unit}",
        barred={ctx.subject, ctx.starter},
        matter="leave",
        now=ctx.now,
    )
    expected = directory.due(ctx.session, ctx.unit, ctx.now, TARGET_DAYS).date()
    facts = [_fact(_DECIDED_BY, long_date(expected))]
    if principal is not None:
        facts.insert(0, _fact(_FIRST_CHECK, directory.principal_label(ctx.session, principal, ctx.now)))
    return facts


@cache
def _directory() -> People:
    return People()


def _fact(label: Text, value: Text) -> dict[str, Any]:
    return {"label": plain(label), "value": plain(value)}


def plain(text: Text) -> dict[str, str]:
    """A text as plain data."""
    return {"id": text.id, "en": text.en}


def ends_before(first: date) -> Text:
    """What to mend when the last day lies before the first."""
    day = long_date(first)
    return Text(f"Isi tanggal selesai {day.id} atau sesudahnya.", f"Enter a last day on or after {day.en}.")


_LENGTH = Text("Lamanya cuti", "Length of leave")
_LEFT_OUT = Text("Tidak dihitung", "Not counted")
_BALANCE = Text("Sisa cuti", "Leave left")
_LEAVE_RECORD = Text("Sisa per tahun setelah permohonan ini", "Left by year after this request")
_FIRST_CHECK = Text("Diperiksa dahulu oleh", "First checked by")
_DECIDED_BY = Text("Perkiraan keputusan", "Decision expected by")
