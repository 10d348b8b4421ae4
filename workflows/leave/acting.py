"""What the steps share: the account under its lock, the cause of an entry, and refusals by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from engine.errors import Refused, Text
from engine.services import ServiceContext
from workflows import letters
from workflows.leave import telling
from workflows.leave.ledger import Ledger
from workflows.leave.model import Cause
from workflows.leave.refusals import Refusal
from workflows.positions import Person
from workflows.workdays import Span


def locked(ctx: ServiceContext) -> Ledger:
    """The subject's account under its lock, with the years up to today's opened."""
    return Ledger.locked(ctx.session, person(ctx), ctx.today.year, ctx.now)


def person(ctx: ServiceContext) -> Person:
    """Whose leave it is."""
    return ctx.session.get_one(Person, ctx.subject)


def cause(ctx: ServiceContext, request: UUID | None = None) -> Cause:
    """The act that entries hang on; ``request``: the leave whose days move, if that is another instance."""
    return Cause(ctx.now, ctx.instance, ctx.event, request, ctx.today)


def ask_for_letter(ctx: ServiceContext, kind: str, about: UUID | None = None) -> None:
    """Ask for the subject's letter, made once the act is final; ``about``: the leave, if that is another instance."""
    letters.issue(
        ctx.session,
        instance=ctx.instance,
        kind=kind,
        person=ctx.subject,
        unit=ctx.unit,
        now=ctx.now,
        due=ctx.final_at or ctx.now,
        about=about,
    )


def span(first: date, last: date) -> Span:
    """The dates as a span. Raises `Refused` at the last day when it lies before the first."""
    if last < first:
        raise Refused({"last": [telling.ends_before(first)]})
    return Span(first, last)


def refuse(refusals: Iterable[Refusal], fields: Mapping[str, str] | None = None) -> None:
    """Raise `Refused` by field if there is anything; ``fields``: what a form calls some of them."""
    problems: dict[str, list[Text]] = {}
    for refusal in refusals:
        problems.setdefault((fields or {}).get(refusal.field, refusal.field), []).append(refusal.text)
    if problems:
        raise Refused(problems)


def dates(given: Iterable[Any]) -> list[date]:
    """Days as a form or an expression gives them, each once, the earliest first."""
    return sorted({day if isinstance(day, date) else date.fromisoformat(str(day)) for day in given})
