"""How much of a record the reader of its pages sees, in words; and that it is written down when it is another's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Text
from web.parts import parts
from workflows.record import looking, register, values
from workflows.record.histories import HISTORIES, PLAIN, History, RecordField
from workflows.record.relations import relations_of
from workflows.record.sight import FULL, HIDDEN, MASKED, Relations, may_propose, sees_what_follows, sight


@dataclass(frozen=True)
class Sight:
    """What the reader is to the record, and so what they see of each field."""

    relations: Relations

    def sees(self, history: History, field: RecordField) -> bool:
        """Whether they see anything of a field."""
        return sight(self.relations, history, field) != HIDDEN

    def full(self, history: History, field: RecordField) -> bool:
        """Whether they see all of it."""
        return sight(self.relations, history, field) == FULL

    def any(self, history: str) -> bool:
        """Whether there is a field of a history that they see."""
        return any(self.sees(HISTORIES[history], field) for field in HISTORIES[history].fields)

    def hidden(self, history: History) -> frozenset[str]:
        """The fields of which they do not see all."""
        return frozenset(field.key for field in history.fields if not self.full(history, field))

    def words(self, history: History, field: RecordField, value: str) -> Text:
        """A value as they may read it."""
        if self.full(history, field) or not value:
            return values.shown(field, value)
        covered = values.masked(field, value) if sight(self.relations, history, field) == MASKED else values.HIDDEN
        return Text(covered, covered)

    def what_follows(self, history: History, changed: Iterable[RecordField]) -> bool:
        """Whether they may read what a change of these fields affects."""
        return sees_what_follows(self.relations, history, changed)

    def may_ask(self, history: History, field: RecordField) -> bool:
        """Whether they may ask for another value of a field."""
        return may_propose(self.relations, history, field)


def sight_of(session: Session, me: Actor, subject: str, now: datetime) -> Sight:
    """What the signed-in person sees of somebody's record."""
    return Sight(relations_of(session, me, subject, now))


def verifier(who: Actor) -> Actor:
    """The reader, if they bring records in and out for BKPSDM. Raises `NotFound`."""
    if not register.brings_in_and_out(who):
        raise NotFound
    return who


def looked(me: Actor, subject: str, history: str, seen: Sight, now: datetime) -> None:
    """Write down that the page of a history of another's was shown, if it says anything personal, masked or not."""
    told = any(field.care != PLAIN and seen.sees(HISTORIES[history], field) for field in HISTORIES[history].fields)
    if subject == me.person or not told or seen.relations.capacity is None:
        return
    capacity, database = seen.relations.capacity, parts().database
    with database.reads() as session:
        if not looking.is_new(session, me, subject, history, now):
            return
    database.command(lambda session: looking.note(session, me, subject, history, capacity, now))
