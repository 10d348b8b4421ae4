"""Whose calendar a page is about, and whether the reader may look at it or change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Refused, Text
from web.parts import parts, utcnow
from workflows.calendar_keepers import keeps, keeps_all, units_kept
from workflows.positions import ANYWHERE, Unit

YEARS_AHEAD = 3
"""How far ahead a calendar is kept."""
ALL_UNITS = Text("Semua unit", "All units")


@dataclass(frozen=True)
class Scope:
    """Whose calendar a page is about; ``unit`` None: that of all units."""

    unit: str | None
    name: Text

    @property
    def key(self) -> str:
        """How addresses name it."""
        return self.unit or ANYWHERE


def scope_to_read(session: Session, me: Actor) -> Scope:
    """The calendar that the address asks for: one's own unit's, or one that the reader keeps or audits."""
    wanted = request.values.get("unit") or (ANYWHERE if keeps_all(me) else me.unit)
    if wanted not in (me.unit, ANYWHERE) and not (keeps(me, wanted) or me.auditor):
        raise NotFound
    return _scope(session, wanted)


def scope_to_change(session: Session, me: Actor, unit: str | None = None) -> Scope:
    """The calendar that the address or the form names, for who keeps it. Others are not told that it can be changed."""
    wanted = unit or request.values.get("unit") or ANYWHERE
    if not keeps(me, None if wanted == ANYWHERE else wanted):
        raise NotFound
    return _scope(session, wanted)


def scopes_of(session: Session, me: Actor) -> Sequence[Scope]:
    """The calendars that somebody may choose from."""
    every = keeps_all(me) or me.auditor
    wanted = select(Unit.id, Unit.name).order_by(Unit.name)
    own = session.execute(wanted if every else wanted.where(Unit.id.in_({me.unit, *units_kept(me)})))
    units = [Scope(unit, Text(name, name)) for unit, name in own]
    return [Scope(None, ALL_UNITS), *units] if every else units


def today_of(session: Session, me: Actor) -> date:
    """The date where the reader works."""
    now = utcnow()
    return now.astimezone(parts().people.zone(session, me.unit, now)).date()


def years_kept(today: date) -> range:
    """The years whose days can be changed: this one and the next ones; an older one is closed."""
    return range(today.year, today.year + YEARS_AHEAD + 1)


def require_year(field: str, day: date, today: date) -> None:
    """Raises `Refused` at the field for a day of a year that is closed or too far away."""
    years = years_kept(today)
    if day.year not in years:
        words = (_OUTSIDE.id, _OUTSIDE.en)
        raise Refused({field: [Text(*(text.format(years[0], years[-1]) for text in words))]})


def _scope(session: Session, wanted: str) -> Scope:
    if wanted == ANYWHERE:
        return Scope(None, ALL_UNITS)
    name = session.scalar(select(Unit.name).where(Unit.id == wanted))
    if name is None:
        raise NotFound
    return Scope(wanted, Text(name, name))


_OUTSIDE = Text(
    "Isi tanggal dalam tahun {0} sampai {1}. Tahun yang sudah lewat tidak dapat diubah.",
    "Give a date in {0} to {1}. A year that is over cannot be changed.",
)
