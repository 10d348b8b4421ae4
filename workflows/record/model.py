"""The record's tables. Nothing of a row is ever overwritten: a change adds a revision, and the newest holds."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class RecordRow(Base):
    """A revision of a row of a history: append-only.

    ``values`` is JSON by field, in the form that `workflows.record.values` writes; ``removed``: from this revision on
    the row is no longer there. ``instance_id`` is the proposal that brought it (None: it was there before Alur).
    """

    __tablename__ = "record_row"
    __table_args__ = (
        Index("ix_record_row_person", "person", "history"),
        Index(
            "ix_record_row_rank",
            "since",
            sqlite_where=text("history = 'rank'"),
            postgresql_where=text("history = 'rank'"),
        ),
    )

    row: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    """From 1."""
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    history: Mapped[str] = mapped_column(String(32))
    values: Mapped[str] = mapped_column(Text)
    since: Mapped[date]
    """From when it holds."""
    removed: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    """Who decided it, or who brought it in."""
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instance.id"))


class RecordHead(Base):
    """A person's record as a whole: what a change locks, and counts."""

    __tablename__ = "record_head"

    person: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    changes: Mapped[int] = mapped_column(default=0)


class Proposal(Base):
    """A request to change a record, as it stands now; its steps and reasons are in the instance.

    ``state``: submitted, verified, national (BKN has it), repair, cooling, approved, refused, withdrawn, expired,
    not_confirmed.
    """

    __tablename__ = "record_proposal"
    __table_args__ = (Index("ix_record_proposal_person", "person"),)

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    level: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    """When the state began."""


class ProposedChange(Base):
    """One change of a proposal: a field of a row, a whole new row, or a row that goes.

    ``action``: add, change or remove. ``field`` is empty but for change. ``old`` and ``new`` are JSON by field;
    ``base`` the revision of the row that ``old`` was read from (0: a new row). ``verdict`` of the last who looked:
    ok, repair or refuse. Applied and synchronised once the moments are there.
    """

    __tablename__ = "record_change"
    __table_args__ = (
        Index("ix_record_change_row", "row"),
        Index(
            "ix_record_change_unsynchronised",
            "applied_at",
            sqlite_where=text("applied_at IS NOT NULL AND synchronised_at IS NULL"),
            postgresql_where=text("applied_at IS NOT NULL AND synchronised_at IS NULL"),
        ),
    )

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 0, in the order of the proposal."""
    history: Mapped[str] = mapped_column(String(32))
    row: Mapped[UUID]
    action: Mapped[str] = mapped_column(String(8))
    field: Mapped[str] = mapped_column(String(32), default="")
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    base: Mapped[int]
    level: Mapped[int]
    """Who decides it, by the decision table: 0 the person with a code, 1 their unit, 2 BKPSDM, 3 BKN too."""
    documents: Mapped[str] = mapped_column(Text)
    """JSON: by kind of evidence the ids of the documents that prove it."""
    verdict: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(Text)
    applied_at: Mapped[datetime | None]
    exported_at: Mapped[datetime | None]
    synchronised_at: Mapped[datetime | None]
    synchronised_by: Mapped[str | None] = mapped_column(String(64))


class OpenRow(Base):
    """A row that a running proposal is about: no other one may be, whoever sends it first."""

    __tablename__ = "record_open"

    row: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), index=True)


class RecordConfirmed(Base):
    """“Data sudah sesuai”: the person looked at a history and found it right. Append-only."""

    __tablename__ = "record_confirmed"

    person: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    history: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what they saw; another one today means that it has changed since."""


class RecordView(Base):
    """Somebody looked at what is personal of another: append-only, shown to the person.

    ``what``: the key of a history, or ``document``; ``document`` then says which. ``reason``: what they wrote.
    """

    __tablename__ = "record_view"
    __table_args__ = (Index("ix_record_view_person", "person", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    viewer: Mapped[str] = mapped_column(String(64))
    capacity: Mapped[str] = mapped_column(String(160))
    """As what: the role or relation, in the words of `workflows.record.sight`."""
    what: Mapped[str] = mapped_column(String(32))
    document: Mapped[UUID | None]
    instance_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class RecordImport(Base):
    """A file of initial records: tried and waiting to be confirmed, or written.

    ``content`` is what was read of it (`workflows.record.incoming.packed`), deleted once it is written; ``rows`` are
    the rows that were written.
    """

    __tablename__ = "record_import"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the file."""
    content: Mapped[str] = mapped_column(Text)
    rows: Mapped[int]
    posted_at: Mapped[datetime | None]
    posted_by: Mapped[str | None] = mapped_column(String(64))
