"""Everything that Alur keeps of one person, in the form that a program reads: the export of one's own data.

The format is described in README ("Unduh data saya"); its version changes when a name in it changes its meaning.

Source: UU 27/2022 art. 32 and 33 (access, and the track record of processing).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.access import INSTANCES
from engine.actor import Directory
from engine.db import Base, Document, Event, Notice, table
from engine.record import read_facts, read_payload
from workflows.leave.model import LeaveEntry, LeaveRequest
from workflows.letters.model import Letter
from workflows.positions import Acting, Holding, Person
from workflows.privacy.model import NoticeAck, ProcessingLimit
from workflows.reach import Contact
from workflows.record import looking
from workflows.record.model import Proposal, ProposedChange, RecordConfirmed, RecordRow
from workflows.rosters import RosterDay

FORMAT, VERSION = "alur-own-data", 1

_ROWS, _CHANGES, _DOCUMENTS = table(RecordRow).c, table(ProposedChange).c, table(Document).c
_IN_JSON = ("values", "old", "new")
"""Columns that hold JSON themselves."""


def everything(session: Session, directory: Directory, person: str, *, now: datetime) -> dict[str, Any]:
    """What is kept of a person, by the names of the format."""
    requests = _requests(session, directory, person)
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now,
        "person": _one(session, Person, Person.id == person),
        "positions": _all(session, Holding, Holding.person == person, Holding.id),
        "acting": _all(session, Acting, Acting.person == person, Acting.id),
        "record": _all(session, RecordRow, _ROWS.person == person, _ROWS.history, _ROWS.row, _ROWS.revision),
        "record_confirmed": _all(session, RecordConfirmed, RecordConfirmed.person == person, RecordConfirmed.at),
        "proposals": _proposals(session, person),
        "requests": requests,
        "leave_ledger": _all(session, LeaveEntry, LeaveEntry.person == person, LeaveEntry.id),
        "leave": _all(session, LeaveRequest, LeaveRequest.person == person, LeaveRequest.first),
        "letters": _all(session, Letter, Letter.person == person, Letter.id),
        "notices": _all(session, Notice, Notice.person == person, Notice.id),
        "contacts": _all(session, Contact, Contact.person == person, Contact.channel),
        "notice_acknowledged": _all(session, NoticeAck, NoticeAck.person == person, NoticeAck.version),
        "processing_limits": _all(session, ProcessingLimit, ProcessingLimit.person == person, ProcessingLimit.at),
        "roster_days": _all(session, RosterDay, RosterDay.person == person, RosterDay.day),
        "views": _views(session, directory, person),
    }


def written(data: Mapping[str, Any]) -> bytes:
    """The data as a file: JSON in UTF-8, dates as 2026-11-02, moments with their zone."""
    return json.dumps(data, ensure_ascii=False, indent=1, default=_plain).encode()


def _requests(session: Session, directory: Directory, person: str) -> list[dict[str, Any]]:
    """The requests that concern the person, oldest first, each with what was said in it, by whom and when."""
    columns = ("id", "reference", "process", "status", "outcome", "starter", "started_at", "ended_at", "about")
    wanted = select(*(INSTANCES[name] for name in columns)).where(INSTANCES.subject == person)
    rows = session.execute(wanted.order_by(INSTANCES.started_at, INSTANCES.id)).all()
    ids = [row.id for row in rows]
    steps, files = _steps(session, directory, ids), _files(session, ids)
    return [{**row._mapping, "steps": steps.get(row.id, []), "files": files.get(row.id, [])} for row in rows]


def _steps(session: Session, directory: Directory, ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """What happened in each request; an erased one has no answers."""
    wanted = select(Event.instance_id, Event.record, Event.payload).where(Event.instance_id.in_(ids))
    events = session.execute(wanted.order_by(Event.instance_id, Event.number)).all()
    facts = [read_facts(event.record) for event in events]
    names = directory.names(session, {str(each["actor"]) for each in facts if "actor" in each})
    found: dict[UUID, list[dict[str, Any]]] = {}
    for event, fact in zip(events, facts, strict=True):
        found.setdefault(event.instance_id, []).append(_step(fact, event.payload, names))
    return found


def _step(facts: Mapping[str, Any], payload: bytes | None, names: Mapping[str, str]) -> dict[str, Any]:
    told = {name: facts.get(name) for name in ("at", "kind", "step", "outcome", "capacity", "actor")}
    return {
        **told,
        "actor_name": names.get(told["actor"] or "", ""),
        "erased": payload is None,
        "answers": read_payload(payload).get("answers"),
    }


def _files(session: Session, ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The files of each request without their content, which is opened from the request's page."""
    columns = ("id", "kind", "name", "media_type", "size", "digest", "at", "keep_until")
    wanted = select(_DOCUMENTS.instance_id, *(_DOCUMENTS[name] for name in columns), _DOCUMENTS.content.is_(None))
    found: dict[UUID, list[dict[str, Any]]] = {}
    for instance, *values, erased in session.execute(wanted.where(_DOCUMENTS.instance_id.in_(ids)).order_by("at")):
        found.setdefault(instance, []).append({**dict(zip(columns, values, strict=True)), "erased": erased})
    return found


def _proposals(session: Session, person: str) -> list[dict[str, Any]]:
    found = _all(session, Proposal, Proposal.person == person, Proposal.at)
    ids = [each["instance_id"] for each in found]
    changes = _all(session, ProposedChange, _CHANGES.instance_id.in_(ids), _CHANGES.instance_id, _CHANGES.number)
    return [{**each, "changes": [c for c in changes if c["instance_id"] == each["instance_id"]]} for each in found]


def _views(session: Session, directory: Directory, person: str) -> list[dict[str, Any]]:
    seen = looking.looks(session, person)
    names = directory.names(session, {look.viewer for look in seen})
    return [
        {
            "at": look.at,
            "viewer_name": names[look.viewer],
            "capacity": look.capacity.id,
            "what": look.what,
            "document": look.document,
            "request": look.instance,
            "reason": look.reason,
        }
        for look in seen
    ]


def _one(session: Session, model: type[Base], condition: Any) -> dict[str, Any]:
    (found,) = _all(session, model, condition)
    return found


def _all(session: Session, model: type[Base], condition: Any, *order: Any) -> list[dict[str, Any]]:
    rows = session.execute(select(table(model)).where(condition).order_by(*order))
    return [_unfolded(row) for row in rows]


def _unfolded(row: Row[Any]) -> dict[str, Any]:
    values = dict(row._mapping)
    return values | {name: json.loads(values[name]) for name in _IN_JSON if isinstance(values.get(name), str)}


def _plain(value: object) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return list(value) if isinstance(value, Sequence | Iterable) else str(value)
