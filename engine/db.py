"""The engine's tables, and the only two ways to a database: `Database.reads` and `Database.command`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final, TypeVar, cast
from uuid import UUID

from sqlalchemy import DateTime as SaDateTime
from sqlalchemy import (
    Dialect,
    Engine,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

Answer = TypeVar("Answer")

OWN_WORDS = Text().with_variant(String(64), "sqlite")
"""Words of a diagram or a form, however long; SQLite never minded the length that the first release wrote there."""

EVERY_ENGINE: Final[Mapping[str, Any]] = {"max_overflow": 32, "hide_parameters": True}
"""The parameters of a statement are somebody's data: no error quotes them, so no log does."""
TRIES = 3
"""How often a command runs in all when the database reports a deadlock or a busy writer."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; stored in UTC. A naive value is a bug and raises ValueError."""

    impl = SaDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of Alur, of whatever package, hang on this metadata."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[Any] = {datetime: UtcDateTime, bytes: LargeBinary}


class Version(Base):
    """One deployed package: immutable, numbered per process. States: draft, pilot, live, retired."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("process", "number"),
        UniqueConstraint("process", "digest"),
        Index(
            "uq_version_live",
            "process",
            unique=True,
            sqlite_where=text("state = 'live'"),
            postgresql_where=text("state = 'live'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    process: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8))
    package: Mapped[bytes]
    names: Mapped[str] = mapped_column(Text)
    """JSON: the task spec names of each compiled process at deployment, in the order of the codec's numbers."""
    services: Mapped[str] = mapped_column(Text)
    """JSON: the signature, at deployment, of each service that the package calls."""
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str] = mapped_column(String(64))


class Instance(Base):
    """A running or finished case. ``state`` is the codec's blob; None once it has ended."""

    __tablename__ = "instance"
    __table_args__ = (
        Index(
            "ix_instance_next_due",
            "next_due",
            sqlite_where=text("next_due IS NOT NULL"),
            postgresql_where=text("next_due IS NOT NULL"),
        ),
        Index("ix_instance_subject", "subject", "started_at"),
        Index(
            "ix_instance_about",
            "about",
            sqlite_where=text("about IS NOT NULL"),
            postgresql_where=text("about IS NOT NULL"),
        ),
        Index(
            "ix_instance_undo_until",
            "undo_until",
            sqlite_where=text("undo_until IS NOT NULL"),
            postgresql_where=text("undo_until IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    process: Mapped[str] = mapped_column(String(64))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    subject: Mapped[str] = mapped_column(String(64))
    starter: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    """``running``, ``ended``, ``cancelled`` or ``incident``."""
    outcome: Mapped[str | None] = mapped_column(OWN_WORDS)
    """The id of the end event reached."""
    revision: Mapped[int] = mapped_column(default=0)
    state: Mapped[bytes | None]
    next_due: Mapped[datetime | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    events: Mapped[int] = mapped_column(default=0)
    head: Mapped[bytes]
    """Hash of the newest event of this instance's chain, 32 bytes."""
    about: Mapped[UUID | None] = mapped_column(default=None)
    """The instance that this one is about: a cancellation, say, is about the leave that it cancels."""
    undo: Mapped[bytes | None] = mapped_column(default=None, deferred=True)
    """What the last decision changed (see `engine.take_back`), as long as it can be taken back."""
    undo_until: Mapped[datetime | None] = mapped_column(default=None)
    summary: Mapped[str | None] = mapped_column(String(200), default=None)
    """What lists show of the first step's answers (see `engine.summary`)."""


class Task(Base):
    """A step that waits, or waited, for a person. States: open, done, cancelled."""

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "ix_task_inbox",
            "principal",
            "due",
            "id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_task_instance", "instance_id"),
        Index(
            "ix_task_alert_at",
            "alert_at",
            sqlite_where=text("state = 'open' AND alert_at IS NOT NULL"),
            postgresql_where=text("state = 'open' AND alert_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"))
    process: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(OWN_WORDS)
    item: Mapped[str | None] = mapped_column(OWN_WORDS)
    """Which item of a multi-instance step."""
    role: Mapped[str] = mapped_column(String(64))
    matter: Mapped[str] = mapped_column(OWN_WORDS)
    principal: Mapped[str] = mapped_column(String(160))
    designed: Mapped[str | None] = mapped_column(String(160))
    """The principal by the diagram, where the task fell to another because of a vacancy."""
    barred: Mapped[str] = mapped_column(Text)
    """Ids of the people who may not do it, each between spaces: `` P001 P002 ``."""
    subject_name: Mapped[str] = mapped_column(String(200))
    """Lower case, for search by prefix."""
    state: Mapped[str] = mapped_column(String(10))
    due: Mapped[datetime]
    created_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(64))
    done_at: Mapped[datetime | None]
    capacity: Mapped[str | None] = mapped_column(String(8))
    outcome: Mapped[str | None] = mapped_column(OWN_WORDS)
    alert_at: Mapped[datetime | None]
    """While it is open: when the worker looks at its deadline next (see `engine.reminders`); None: never again."""
    alerted: Mapped[str | None] = mapped_column(String(9))
    """The last stage of the deadline that people were told of; None: none yet."""


class Event(Base):
    """One line of an instance's record.

    Append-only: nothing but ``payload`` and ``salt`` ever changes, and those only to nothing (erasure).
    """

    __tablename__ = "event"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[bytes]
    """The exact bytes that are hashed: canonical JSON of who, in what capacity, did what, when, on which version."""
    hash: Mapped[bytes]
    """SHA-256 of the hash before and the record."""
    payload: Mapped[bytes | None]
    salt: Mapped[bytes | None]


class Checkpoint(Base):
    """A signed Merkle root over newly sealed events, chained to the checkpoint before."""

    __tablename__ = "checkpoint"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    body: Mapped[bytes]
    signature: Mapped[bytes]


class Message(Base):
    """Work that is done after commit, at least once: a mail, or (kind ``seal``) the sealing of an event."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "ix_message_due",
            "due",
            sqlite_where=text("done_at IS NULL AND failed_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
        ),
        Index(
            "ix_message_failed",
            "failed_at",
            sqlite_where=text("failed_at IS NOT NULL"),
            postgresql_where=text("failed_at IS NOT NULL"),
        ),
        Index(
            "ix_message_delivered",
            "done_at",
            sqlite_where=text("done_at IS NOT NULL AND kind IN ('mail', 'webhook')"),
            postgresql_where=text("done_at IS NOT NULL AND kind IN ('mail', 'webhook')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(240), unique=True)
    """Stable: a mail's Message-ID is made of it, so that a receiver can drop a repeat."""
    kind: Mapped[str] = mapped_column(String(32))
    recipient: Mapped[str] = mapped_column(String(160))
    instance_id: Mapped[UUID | None]
    body: Mapped[str] = mapped_column(Text)
    """JSON; no personal values beyond the reference."""
    due: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]


class Notice(Base):
    """Something a person is told inside Alur: one per change and person, none for one's own acts."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_person", "person", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instance.id"))
    """None: it is about no request, and its kind says which page it leads to."""
    event: Mapped[int]
    """The number of the change, in the request's record or among those of its kind."""
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Incident(Base):
    """Something that failed and needs an administrator: where, why, since when, and whether it is mended.

    One is open for each cause: for a request (None: one that could not start), the person's step that led
    there (None: a timer), the element that failed, and the kind of failure.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index(
            "ix_incident_open",
            "instance_id",
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instance.id"))
    step: Mapped[str | None] = mapped_column(Text)
    element: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(32))
    message_id: Mapped[str] = mapped_column(Text)
    message_en: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    """When it failed first."""
    tries: Mapped[int] = mapped_column(default=0)
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(64))

    @property
    def can_be_retried(self) -> bool:
        """Whether the worker can try again; what failed under somebody's hands waits for theirs."""
        return self.instance_id is not None and self.step is None


class Document(Base):
    """A file: attached by a person, or made by the system. Until it is attached to a request, only its owner has it."""

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_instance", "instance_id"),
        Index(
            "uq_document_unsent",
            "owner",
            "digest",
            unique=True,
            sqlite_where=text("instance_id IS NULL"),
            postgresql_where=text("instance_id IS NULL"),
        ),
        Index(
            "ix_document_undated",
            "instance_id",
            sqlite_where=text("keep_until IS NULL"),
            postgresql_where=text("keep_until IS NULL"),
        ),
        Index(
            "ix_document_keep_until",
            "keep_until",
            sqlite_where=text("keep_until IS NOT NULL AND content IS NOT NULL"),
            postgresql_where=text("keep_until IS NOT NULL AND content IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    """Who brought it; empty for what the system made."""
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("instance.id"))
    step: Mapped[str | None] = mapped_column(Text)
    """The step whose answers first named it."""
    kind: Mapped[str] = mapped_column(String(32))
    """``attachment``, or what its maker calls it."""
    name: Mapped[str] = mapped_column(String(160))
    media_type: Mapped[str] = mapped_column(String(100))
    digest: Mapped[bytes]
    """SHA-256 of the content, 32 bytes; it stays when the content is erased."""
    size: Mapped[int]
    """Bytes."""
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    at: Mapped[datetime]
    keep_until: Mapped[date | None]
    """The last day on which its content is kept; None: its request still runs, or it was not sent."""


class IdempotencyKey(Base):
    """The answer given to a request, kept so that its repetition gets the same answer and no second effect."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_at", "at"),)

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    route: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text)
    """JSON."""
    at: Mapped[datetime]


def table(model: type[Base]) -> Table:
    """A model's bare table: what is written on every act needs no objects made of it."""
    return cast("Table", model.__table__)


class Database:
    """A database by its URL; SQLite (WAL) or PostgreSQL 15+ through psycopg 3.

    Reading and writing have connections of their own: those for reading cannot write, and on PostgreSQL
    they need no BEGIN, since READ COMMITTED looks anew at each statement anyway.
    """

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        connectable = _sqlite if url.startswith("sqlite") else _postgresql
        self.engine = connectable(url, pool_size, writes=True)
        self._reading = connectable(url, pool_size, writes=False)

    @contextmanager
    def reads(self) -> Iterator[Session]:
        """Reading only; writing in it is an error of the database."""
        with Session(self._reading, autoflush=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Reading only, of one state of the whole database, whatever is written meanwhile: for long looks at much."""
        same_state = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with Session(self._reading.execution_options(**same_state), autoflush=False) as session:
            yield session

    def command(self, work: Callable[[Session], Answer]) -> Answer:
        """Run ``work`` in one transaction and commit it; repeat it whole on a deadlock or a busy database.

        It is repeated too when the connection was lost: a commit whose answer was lost shows itself then, as a
        task that is done or a key that is taken.
        """
        for attempt in range(1, TRIES + 1):
            try:
                with Session(self.engine, expire_on_commit=False) as session:
                    answer = work(session)
                    session.commit()
                    return answer
            except DBAPIError as error:
                if attempt == TRIES or not _worth_another_try(error):
                    raise
                time.sleep(random.uniform(0.005, 0.05) * attempt)  # unequal, so that two do not meet again
        raise AssertionError("unreachable")

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()
        self._reading.dispose()


def _sqlite(url: str, pool_size: int, *, writes: bool) -> Engine:
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": 30}, pool_size=pool_size, **EVERY_ENGINE
    )

    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # else Python's sqlite3 sends no BEGIN before a SELECT, and updates are lost
        query_only = f"query_only={'OFF' if writes else 'ON'}"
        for pragma in ("journal_mode=WAL", "busy_timeout=30000", "synchronous=FULL", "foreign_keys=ON", query_only):
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _postgresql(url: str, pool_size: int, *, writes: bool) -> Engine:
    if writes:
        return create_engine(url, isolation_level="READ COMMITTED", pool_size=pool_size, **EVERY_ENGINE)
    arguments = {"options": "-c default_transaction_read_only=on"}
    return create_engine(url, isolation_level="AUTOCOMMIT", connect_args=arguments, pool_size=pool_size, **EVERY_ENGINE)


def _worth_another_try(error: DBAPIError) -> bool:
    """Deadlock, serialization failure, lock not available, SQLite's busy, or a connection that was lost."""
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlstate", None)
    return code in {"40001", "40P01", "55P03"} or "database is locked" in str(error.orig)
