"""What must be true of a database whatever was killed when (I1 to I10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from engine.audit import verify
from engine.db import Document, Event, Incident, Instance, Message, Notice, Task
from engine.record import read_facts
from engine.state import dump
from web.keys import read_key
from web.mail import name_of
from web.parts import Parts
from web.telling import DIGEST, TASKS
from workflows.data_update.codes import RECORD_CODE
from workflows.leave.law import ANNUAL
from workflows.leave.model import APPROVED, HOLDING_DATES, LeaveEntry, LeaveRequest
from workflows.letters.model import Letter, LetterNumber
from workflows.record.model import OpenRow, ProposedChange, RecordRow


def decisions_have_one_effect(session: Session, acknowledged: Mapping[str, int]) -> None:
    """I1: as many instances and decisions as were acknowledged; the client asked until each was."""
    kinds = Counter(read_facts(record)["kind"] for record in session.scalars(select(Event.record)))
    assert kinds["started"] == acknowledged["started"]
    assert kinds["completed"] == acknowledged["completed"]
    assert session.scalar(select(func.count()).select_from(Instance)) == acknowledged["started"]


def ledger_is_the_sum_of_decisions(session: Session) -> None:
    """I2: for each person, days used are those of approved leaves, days reserved those of open ones."""
    requests = session.scalars(select(LeaveRequest).where(LeaveRequest.type == ANNUAL)).all()
    for person in session.scalars(select(LeaveEntry.person).distinct()):
        mine = session.scalars(select(LeaveEntry).where(LeaveEntry.person == person)).all()
        own = [entry for entry in mine if entry.instance is not None]
        used = sum(r.days for r in requests if r.person == person and r.status == APPROVED)
        held = sum(r.days for r in requests if r.person == person and r.status in HOLDING_DATES)
        assert sum(entry.used for entry in own) == used, person
        assert sum(entry.used + entry.reserved for entry in own) == held, person
        left = Counter[int]()
        for entry in mine:
            left[entry.bucket] += entry.granted - entry.used - entry.reserved
        assert min(left.values()) >= 0, f"{person} has taken more than there was: {left}"


def messages_reach_the_sink_once(session: Session, sink: Path) -> None:
    """I3: each message is done; one notice per change and person, and one mail by Message-ID for each."""
    messages = session.scalars(select(Message).where(Message.kind != "seal")).all()
    assert all(message.done_at and not message.failed_at for message in messages)
    notices = Counter(session.execute(select(Notice.instance_id, Notice.event, Notice.kind, Notice.person)).all())
    assert not notices or max(notices.values()) == 1
    mailed = [message for message in messages if message.kind == "mail"]
    apart = {DIGEST, RECORD_CODE, *TASKS}
    told = Counter((message.recipient, message.body) for message in mailed if message.body not in apart)
    assert told == Counter((f"person:{person}", kind) for _, _, kind, person in notices)
    digests = Counter(message.recipient for message in mailed if message.body == DIGEST)
    assert max(digests.values(), default=1) == 1  # the run lasts less than a day
    mails = [line for file in sink.glob("*.eml") for line in file.read_text().splitlines() if "Message-ID:" in line]
    assert len(mails) == len(set(mails))
    assert {name_of(message.key) for message in mailed if message.body not in {DIGEST, RECORD_CODE}} <= {
        file.stem for file in sink.glob("*.eml")
    }


def record_is_whole(session: Session, parts: Parts) -> None:
    """I4: chains and checkpoints verify, also against the outside copy; events and changes match one to one."""
    outside = parts.settings.checkpoint_file
    lines = outside.read_text().splitlines() if outside.exists() else []
    assert list(verify(session, read_key(parts.settings.key_file).public_key(), lines)) == []
    assert session.scalar(select(func.count()).select_from(Message).where(Message.kind == "seal")) == 0
    counted = dict(session.execute(select(Event.instance_id, func.count()).group_by(Event.instance_id)).all())
    assert counted == dict(session.execute(select(Instance.id, Instance.events)).all())
    done = session.scalar(select(func.count()).select_from(Task).where(Task.state == "done"))
    kinds = [read_facts(record)["kind"] for record in session.scalars(select(Event.record))]
    assert kinds.count("completed") == done


def nothing_is_dead(session: Session) -> None:
    """I5: what has not ended waits for a person or a timer, or is an open incident."""
    task = exists().where(Task.instance_id == Instance.id, Task.state == "open")
    incident = exists().where(Incident.instance_id == Instance.id, Incident.resolved_at.is_(None))
    dead = select(Instance.reference).where(Instance.status != "ended", ~task, ~incident, Instance.next_due.is_(None))
    assert session.scalars(dead).all() == []


def no_task_is_open_twice(session: Session) -> None:
    """I6: per instance, step and item at most one open task; none in what has ended."""
    opened = Counter(session.execute(select(Task.instance_id, Task.step, Task.item).where(Task.state == "open")).all())
    assert not opened or max(opened.values()) == 1
    ended = select(Task.id).join(Instance, Instance.id == Task.instance_id)
    assert session.scalars(ended.where(Instance.status == "ended", Task.state == "open")).all() == []


def states_load_and_save_to_the_same(session: Session, parts: Parts, now: datetime) -> None:
    """I7: every unfinished state, loaded and saved again, is byte for byte what it was."""
    for row in session.scalars(select(Instance).where(Instance.status != "ended")).all():
        deployed = parts.engine.catalog.version(session, row.version_id)
        columns = {column.name: getattr(row, column.name) for column in Instance.__table__.columns}
        run = parts.engine._run(session, deployed, SimpleNamespace(**columns), None, now)
        run.resume()
        assert dump(run.workflow, run.steps) == row.state, row.reference


def timers_fired_once(session: Session, process: str, wait: timedelta, late: timedelta) -> None:
    """I8: each timer of the process fired exactly once, and at most ``late`` after it was due."""
    rows = session.scalars(select(Instance.id).where(Instance.process == process)).all()
    assert rows
    for instance in rows:
        facts = [read_facts(r) for r in session.scalars(select(Event.record).where(Event.instance_id == instance))]
        at = {fact["kind"]: datetime.fromisoformat(fact["at"]) for fact in facts}
        assert [fact["kind"] for fact in facts].count("timer") == 1, UUID(str(instance))
        assert wait <= at["timer"] - at["started"] <= wait + late


def each_letter_is_made_once(session: Session) -> None:
    """I9: every letter that was asked for is made, under a number of its own, as one document; no number is lost."""
    letters = session.scalars(select(Letter)).all()
    assert letters
    assert {letter.status for letter in letters} <= {"made"}
    assert len({letter.number for letter in letters}) == len(letters)
    assert len(session.scalars(select(LetterNumber.id)).all()) == len(letters)
    documents = session.scalars(select(Document.id).where(Document.kind == "letter")).all()
    assert set(documents) == {letter.document for letter in letters}
    assert len(documents) == len(letters)


def records_hold_what_was_decided(session: Session) -> None:
    """I10: each approved change of a record is one revision of its row, no other one is, and nothing holds a row."""
    granted = select(Instance.id).where(Instance.process == "data_update", Instance.outcome == "approved")
    approved = Counter(session.scalars(granted))
    assert approved
    wrote = select(RecordRow.instance_id).where(RecordRow.instance_id.is_not(None))
    assert Counter(session.scalars(wrote)) == approved
    changed = session.scalars(select(ProposedChange).where(ProposedChange.applied_at.is_not(None))).all()
    assert Counter(change.instance_id for change in changed) == approved
    assert session.scalars(select(OpenRow)).all() == []
