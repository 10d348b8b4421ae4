"""How long files are kept, what holds them back, and what is left of a request whose content was erased."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import audit, documents
from engine.db import Document, Instance, table
from engine.errors import Conflict, Refused
from engine.uploads import Upload
from tests import papers
from tests.conftest import Clock
from tests.leftovers import places
from tests.web import leaves
from web import sessions
from web.db import Draft, WebSession
from web.keys import read_key
from web.parts import Parts
from web.worker import Worker
from workflows.positions import Person
from workflows.privacy import erasing, holding, keeping
from workflows.record import rows
from workflows.record.rows import Write, record

WATI, OFFICER, HEAD, KEEPER = "P097", "P092", "P091", "P006"
SECRET = "kandungankusendiri"
YEARS = timedelta(days=366 * 7)


@pytest.fixture
def sick(parts: Parts) -> Parts:
    """The process that asks for a letter is live."""
    parts.database.command(
        lambda session: parts.engine.deploy(session, papers.sick_note(), by="P026", now=parts.clock(), state="live")
    )
    return parts


@pytest.fixture
def case(sick: Parts) -> UUID:
    """A request with a letter that says the secret, decided."""
    letter, now = Upload(f"{SECRET}.pdf", "application/pdf", papers.pdf(SECRET)), sick.clock()

    def send(session: Any) -> UUID:
        wati = sick.people.actor(session, WATI, now)
        file = documents.store(session, owner=WATI, upload=letter, now=now)
        return sick.engine.start(session, "sick", wati, {"reason": SECRET, "letter": str(file)}, now=now).id

    instance = sick.database.command(send)
    sick.database.command(lambda session: keeping.set_dates(session, now=now))
    assert until(sick, instance) is None
    task = leaves.task_of(sick, instance)
    sick.database.command(
        lambda session: sick.engine.decide(
            session, task.id, sick.people.actor(session, OFFICER, now), {"outcome": "complete"}, now=now
        )
    )
    sick.database.command(lambda session: keeping.set_dates(session, now=now))
    assert until(sick, instance) is None  # the decision can still be taken back
    return instance


def worked(parts: Parts) -> None:
    """A new worker passes over everything that is due."""
    Worker(parts).pass_once()


def until(parts: Parts, instance: UUID) -> date | None:
    with parts.database.reads() as session:
        return keeping.until_of(session, instance)


def content(parts: Parts, instance: UUID) -> list[bytes | None]:
    with parts.database.reads() as session:
        return list(session.scalars(select(table(Document).c.content).where(Document.instance_id == instance)))


def ended_with_its_date(parts: Parts, clock: Clock) -> None:
    """The decision can no longer be taken back, and the worker has been there."""
    clock.forward(days=2)
    worked(parts)


def held(parts: Parts, person: str, instance: UUID | None) -> None:
    """Hold a request, or all of a person's."""

    def hold(session: Any) -> None:
        who = session.get_one(Instance, instance).reference if instance else session.get_one(Person, person).nip
        holding.hold(session, who, "Perkara 12", by=KEEPER, now=parts.clock())

    parts.database.command(hold)


def verified(parts: Parts) -> list[audit.Finding]:
    key = read_key(parts.settings.key_file).public_key()
    lines = parts.settings.checkpoint_file.read_text().splitlines() if parts.settings.checkpoint_file.exists() else []
    with parts.database.snapshot() as session:
        return list(audit.verify(session, key, lines))


def erase(parts: Parts, instance: UUID, *, record: bool = False) -> None:
    parts.database.command(
        lambda session: erasing.erase_request(
            session, instance, by=KEEPER, through="HAK-2026-1", record=record, now=parts.clock()
        )
    )


def test_files_get_their_date_when_the_request_can_change_no_more(sick: Parts, case: UUID, clock: Clock) -> None:
    ended_with_its_date(sick, clock)
    assert until(sick, case) == date(2031, 12, 31)


def test_the_worker_erases_files_whose_time_is_over_and_the_record_stays_valid(
    sick: Parts, case: UUID, clock: Clock
) -> None:
    ended_with_its_date(sick, clock)
    clock.at = clock.at.replace(year=2031, month=12, day=31, hour=12)
    worked(sick)
    assert None not in content(sick, case)
    clock.forward(days=1)
    worked(sick)
    assert content(sick, case) == [None]
    worked(sick)
    assert verified(sick) == []


def test_a_legal_hold_keeps_files_beyond_their_time(sick: Parts, case: UUID, clock: Clock) -> None:
    ended_with_its_date(sick, clock)
    held(sick, WATI, case)
    clock.forward(days=366 * 7)
    worked(sick)
    assert None not in content(sick, case)
    with sick.database.reads() as session:
        assert keeping.held_back(session, now=clock()) == 1
        (row,) = holding.in_force(session)
    sick.database.command(lambda session: holding.lift(session, row.id, by=KEEPER, now=clock()))
    worked(sick)
    assert content(sick, case) == [None]
    with pytest.raises(Conflict):
        sick.database.command(lambda session: holding.lift(session, row.id, by=KEEPER, now=clock()))


def photo(parts: Parts, value: str) -> None:
    """This document is Wati's profile photo from now on, or (empty) no more."""

    def write(session: Any) -> None:
        row = record(session, WATI).single("photo")
        change = Write("photo", row.id, "change", {"profile": value}, row.revision)
        today = parts.clock().date()
        rows.write(session, WATI, [change], by=WATI, now=parts.clock(), today=today, instance=None)

    parts.database.command(write)


def test_a_photo_in_use_is_kept_as_long_as_it_is(sick: Parts, case: UUID, clock: Clock) -> None:
    ended_with_its_date(sick, clock)
    with sick.database.reads() as session:
        document = session.scalars(select(Document.id).where(Document.instance_id == case)).one()
    photo(sick, str(document))
    with pytest.raises(Conflict, match="photo"):
        erase(sick, case)
    clock.at = clock.at.replace(year=2032, month=1)
    worked(sick)
    assert until(sick, case) == date(2033, 12, 31)
    photo(sick, "")
    clock.at = clock.at.replace(year=2034)
    worked(sick)
    assert content(sick, case) == [None]


@pytest.mark.parametrize("of_all", [True, False])
def test_what_is_held_is_not_erased_on_demand_either(sick: Parts, case: UUID, clock: Clock, of_all: bool) -> None:
    held(sick, WATI, None if of_all else case)
    with pytest.raises(Conflict):
        erase(sick, case)
    assert "event" in places(sick.database, SECRET)


def test_a_hold_on_one_person_leaves_the_others_alone(sick: Parts, case: UUID) -> None:
    held(sick, OFFICER, None)
    erase(sick, case)
    assert places(sick.database, SECRET) == set()


@pytest.mark.parametrize("reason", [" ", "x" * 301])
def test_a_hold_is_of_somebody_or_something_and_for_a_reason(sick: Parts, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        sick.database.command(lambda session: holding.hold(session, "12", reason, by=KEEPER, now=sick.clock()))
    assert refused.value.problems.keys() == {"who", "reason"}


def test_nothing_is_left_of_what_was_typed_anywhere(sick: Parts, case: UUID, clock: Clock) -> None:
    drafted, token = unsent_and_drafted(sick, case, clock)
    assert places(sick.database, SECRET) >= {"event", "document", "web_session", "draft"}
    erase(sick, case)
    assert places(sick.database, SECRET) == {
        "web_session",
        "draft",
    }  # of another request of Wati's, which she still writes
    with sick.database.reads() as session:
        assert session.get_one(WebSession, token).unsent is None
        assert session.get(Draft, drafted) is None
    worked(sick)
    assert verified(sick) == []


def unsent_and_drafted(parts: Parts, case: UUID, clock: Clock) -> tuple[UUID, str]:
    """A draft about the request and what a session keeps of its task; the same of something else."""
    ids = [UUID(int=1), UUID(int=2)]
    task = f"/tasks/{case}"

    def keep(session: Any) -> None:
        for number, about in zip(ids, (case, None), strict=True):
            same = {"person": WATI, "process": "sick", "subject": None, "instance_id": None, "at": clock()}
            session.add(Draft(id=number, about=about, answers=f'{{"reason": ["{SECRET}"]}}', **same))
        for token, page in (("a" * 64, task), ("b" * 64, "/start/leave")):
            sessions.open_for(session, WATI, token, clock())
            session.flush()
            sessions.keep_unsent(session, token, f'{{"sent_to": "{page}", "page": "{page}", "typed": "{SECRET}"}}')

    parts.database.command(keep)
    return ids[0], "a" * 64
