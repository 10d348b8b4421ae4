"""The decision card of leave: how many of the unit are present on the days asked for, and who else is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import Text
from engine.views import Fact, TaskView
from workflows.card import Card, decides
from workflows.leave.absences import WAITING, Stretch, strength
from workflows.leave.model import LeaveRequest
from workflows.wording import long_date, plain_date

MOST_STRETCHES = 10
MOST_NAMES = 6
"""What a card shows before it sums up; a long leave in a large unit would fill pages."""

_TITLE = Text("Kekuatan unit pada tanggal itu", "Strength of the unit on these dates")
_LEAD = Text("Yang hadir bila cuti ini diberikan.", "Those present if this leave is granted.")
_MOST_THINNED = Text(
    f"Yang hadir bila cuti ini diberikan: {MOST_STRETCHES} rentang hari dengan kehadiran paling sedikit.",
    f"Those present if this leave is granted: the {MOST_STRETCHES} stretches of days with the fewest.",
)


def of_unit(session: Session, view: TaskView, actor: Actor, _now: datetime) -> tuple[Card, ...]:
    """The strength of the applicant's unit per working day, for whoever decides on leave that waits."""
    request = session.get(LeaveRequest, view.instance.id) if decides(view, actor) else None
    if request is None or request.status not in WAITING:
        return ()
    return (card(strength(session, request, view.instance.unit)),)


def card(found: Sequence[Stretch]) -> Card:
    """The strength in words; of many stretches those with the fewest people present, in order of date."""
    thinnest = sorted(found, key=lambda each: each.present)[:MOST_STRETCHES]
    shown = sorted(thinnest, key=lambda each: each.first)
    lead = _LEAD if len(shown) == len(found) else _MOST_THINNED
    return Card(_TITLE, lead, tuple(Fact(_days(each), _present(each)) for each in shown))


def _days(stretch: Stretch) -> Text:
    if stretch.first == stretch.last:
        return long_date(stretch.first)
    first, last = plain_date(stretch.first), plain_date(stretch.last)
    return Text(f"{first.id} s.d. {last.id}", f"{first.en} to {last.en}")


def _present(stretch: Stretch) -> Text:
    lines = [Text(f"{stretch.present} dari {stretch.due} hadir", f"{stretch.present} of {stretch.due} present")]
    if stretch.away:
        names = _names(stretch.away)
        lines.append(Text(f"Juga tidak hadir: {names.id}", f"Also away: {names.en}"))
    if stretch.waiting:
        names = _names(stretch.waiting)
        lines.append(Text(f"Juga mengajukan cuti: {names.id}", f"Also asking for leave: {names.en}"))
    return Text("\n".join(line.id for line in lines), "\n".join(line.en for line in lines))


def _names(people: Sequence[str]) -> Text:
    named, more = ", ".join(people[:MOST_NAMES]), len(people) - MOST_NAMES
    return Text(named, named) if more <= 0 else Text(f"{named}, dan {more} lainnya", f"{named} and {more} more")
