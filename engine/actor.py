"""Who acts, in what capacity, and what the engine asks the organisation about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import Text

if TYPE_CHECKING:  # a database library takes longer to load than most files to judge
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Grant:
    """A principal that a person may act for at a moment.

    ``principal``: ``person:ID``, ``position:ID``, ``role:NAME@UNIT`` or ``role:NAME@*``.
    ``capacity``: empty for one's own posts, else ``Plh.`` or ``Plt.``.
    ``excluded``: matters outside an acting officer's power; ``only``: if not None, the only matters.
    """

    principal: str
    capacity: str = ""
    excluded: frozenset[str] = frozenset()
    only: frozenset[str] | None = None


@dataclass(frozen=True)
class ActingPost:
    """A post in which a person acts at a moment, in what capacity, by which decree and until when (included)."""

    capacity: str
    title: str
    decree: str
    last: date


@dataclass(frozen=True)
class Actor:
    """A signed-in person with what they may do at this moment (loaded in the same transaction)."""

    person: str
    name: str
    unit: str
    grants: tuple[Grant, ...] = ()
    oversees: frozenset[str] = frozenset()
    """Units whose requests this person's office keeps: the personnel officer may read them."""
    auditor: bool = False
    process_owner: bool = False
    offices: tuple[Grant, ...] = ()
    """By which they see to it that the tasks of a unit are done, of all units with ``@*``, and may hand them on."""
    acting: tuple[ActingPost, ...] = ()
    """The posts in which the person acts for somebody else."""

    @property
    def assigns(self) -> bool:
        """Whether they see to it that the tasks of all units are done, if perhaps in some matters only."""
        return any(grant.principal.endswith("@*") for grant in self.offices)


@dataclass(frozen=True)
class Role:
    """A role of the catalogue; a lane bears its ``key`` or its ``name``.

    ``kind``: ``requester``, ``superior``, ``holder_in_unit``, ``office_wide`` or ``by_rule``.
    ``value``: for ``by_rule``, the path in the process data that holds the principal
    (written by a decision table or a service, never by a form).
    """

    key: str
    name: Text
    kind: str
    value: str | None = None


@dataclass(frozen=True)
class Case:
    """What the organisation needs to know of an instance to say whose task it is."""

    process: str
    subject: str
    starter: str
    unit: str
    data: Mapping[str, Any] = field(default_factory=dict)


class Directory(Protocol):
    """The organisation as the engine sees it; `workflows.people.People` is the real one."""

    def roles(self) -> Mapping[str, Role]:
        """The catalogue, by key."""

    def actor(self, session: Session, person: str, now: datetime) -> Actor:
        """The person with the grants they hold now. Raises `NotFound`."""

    def name(self, session: Session, person: str) -> str:
        """A person's name for the record."""

    def names(self, session: Session, people: Collection[str]) -> Mapping[str, str]:
        """The names of several people, read at once; asked before a page names them one by one."""

    def unit(self, session: Session, person: str) -> str:
        """The id of the unit a person belongs to."""

    def traits(self, session: Session, person: str) -> Mapping[str, Any]:
        """What conditions of forms may ask about the person whom a request concerns, as ``subject``."""

    def principal(self, session: Session, role: Role, case: Case, now: datetime) -> str | None:
        """Whose task it is by the rule of the role, before vacancies are looked at."""

    def holder(
        self, session: Session, principal: str, *, barred: Collection[str], matter: str, now: datetime
    ) -> str | None:
        """The principal that really gets the task: itself if somebody may act for it, else the
        next live position above, else the personnel office; None if there is nobody at all."""

    def others(
        self, session: Session, principal: str, *, barred: Collection[str], matter: str, now: datetime
    ) -> tuple[str, ...]:
        """To whom else a task of this principal may go: the next live post above; of a queue, its other people
        (``person:ID``) and the offices that stand in for it. Nobody who is barred."""

    def principal_label(self, session: Session, principal: str, now: datetime) -> Text:
        """Post and holder in words, for 'with whom is it'."""

    def due(self, session: Session, unit: str, start: datetime, working_days: int) -> datetime:
        """The end of the ``working_days``-th working day after ``start`` in the unit's zone, UTC."""

    def morning(self, session: Session, unit: str, begun: datetime, day: datetime, working_days: int) -> datetime:
        """When office hours begin on the ``working_days``-th working day after the day of a moment, UTC.

        Negative: before it; 0: on that day, or the next one on which people work. ``begun``: no later than any of these
        days, so that what was read of the calendar for the due time serves here too.
        """

    def office_time(self, session: Session, unit: str, now: datetime) -> datetime:
        """This moment if it lies in office hours of a working day, else when they begin again; UTC."""

    def people_of(
        self,
        session: Session,
        principal: str,
        now: datetime,
        *,
        barred: Collection[str] = (),
        matter: str | None = None,
    ) -> tuple[str, ...]:
        """Who stands behind a principal, but for those barred and those whose decree keeps them from the matter."""

    def above(
        self, session: Session, principal: str, *, barred: Collection[str], matter: str, now: datetime
    ) -> str | None:
        """The next post above those who hold a task, of a queue the head of its unit; None if nobody is there.

        Somebody sits there who holds the task neither themselves nor is barred from it.
        """

    def zone(self, session: Session, unit: str, now: datetime) -> tzinfo:
        """The time zone in which a unit counts its days."""

    def starters(self, session: Session, actor: Actor, roles: Sequence[str]) -> bool:
        """Whether the actor holds one of the roles that may start a process."""
