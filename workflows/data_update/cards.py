"""What a proposal to change a record is about, change by change: for whoever decides it, and for its page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import documents
from engine.access import INSTANCES
from engine.actor import Actor
from engine.errors import Text
from engine.forms import Attachments, flat
from engine.views import InstanceView, TaskView
from workflows.card import Card, Item, Line, Look, Proof
from workflows.data_update.fences import BANK
from workflows.data_update.synchronising import synchronised
from workflows.data_update.words import ACTIONS, STATES, VERDICTS, title
from workflows.positions import Unit
from workflows.record import checks, values
from workflows.record.histories import HISTORIES, SENSITIVE, RecordField
from workflows.record.model import Proposal, ProposedChange
from workflows.record.relations import relations_of
from workflows.record.rows import ADD, REMOVE, Record, Write, record
from workflows.record.sight import CHECKS, FULL, HIDDEN, Relations, sees_what_follows, sight

DECISIONS = "decisions"
"""The list of deciding forms that has a row for each change."""
PROCESSES = frozenset({"data_update", "data_withdraw", "data_objection"})
"""The processes whose requests are a proposal, or about one."""
OVER = frozenset({"approved", "refused", "withdrawn", "expired", "not_confirmed"})

_TITLE = Text("Perubahan yang diminta", "Changes asked for")
_LEAD = Text(
    "Bila satu saja perlu diperbaiki, seluruh permohonan kembali kepada pemohon. Yang tidak memenuhi syarat tidak"
    " diubah.",
    "If even one is to be mended, the whole request goes back to the applicant. What does not meet the requirements is"
    " not changed.",
)
_HIDDEN = Text("Tidak ditampilkan", "Not shown")
_AS_IT_IS = Text("Tidak berubah", "Unchanged")
_EMPTIED = Text("Dikosongkan", "Emptied")
_MOVED = Text(
    "Data ini sudah berubah sejak permohonan dikirim. Pilih “Perlu diperbaiki”.",
    "This has changed since the request was sent. Choose “To be mended”.",
)
_ERASED = Text("Isinya sudah dihapus.", "What it said was erased.")
_APPLIED = Text("Sudah berlaku dalam data.", "In effect in the record.")
_EVIDENCE = Text("Bukti", "Evidence")


@dataclass(frozen=True)
class _Seen:
    """A proposal as one reader sees it."""

    changes: Sequence[ProposedChange]
    relations: Relations
    notes: Sequence[checks.Note]
    files: Attachments
    kinds: Mapping[str, Text]
    account: Mapping[str, str]
    """The salary account as it is, while it is decided: whose it is and where are looked at together."""


def of_task(session: Session, view: TaskView, actor: Actor, now: datetime) -> tuple[Card, ...]:
    """The changes that a task is about, with a place for a verdict where its form asks for one of each."""
    decides = view.mine and view.form is not None and view.form.field(DECISIONS) is not None
    return _cards(session, view.instance, actor, now, _LEAD if decides else None)


def of_request(session: Session, view: InstanceView, actor: Actor, now: datetime) -> tuple[Card, ...]:
    """The changes that a request is about, with what was found of each."""
    return _cards(session, view, actor, now, None)


def may_open(session: Session, actor: Actor, instance: UUID, document: UUID, now: datetime) -> bool:
    """Whether a file of a request opens for the actor, who sees the request: proof of a change is for its checkers.

    Whoever sees all of a change sees what proves it; the person and who sent it for them see all they sent.
    """
    proposal = session.get(Proposal, instance)
    if proposal is None:
        return True
    starter = session.scalar(select(INSTANCES.starter).where(INSTANCES.id == instance))
    if actor.person in (proposal.person, starter):
        return True
    relations = relations_of(session, actor, proposal.person, now)
    changes = session.scalars(select(ProposedChange).where(ProposedChange.instance_id == instance)).all()
    proved = [change for change in changes if str(document) in _ids(change)]
    return any(_is_full(relations, change) for change in proved) if proved else bool(relations.entrusted)


def _is_full(relations: Relations, change: ProposedChange) -> bool:
    """Whether somebody sees all that a change says."""
    return all(sight(relations, HISTORIES[change.history], field) == FULL for field in _fields(change))


def _cards(session: Session, view: InstanceView, actor: Actor, now: datetime, lead: Text | None) -> tuple[Card, ...]:
    """The card of a proposal, or of the one that the request is about; none for any other request."""
    if view.process not in PROCESSES:
        return ()
    proposal = session.get(Proposal, view.about.id if view.about else view.id)
    if proposal is None:
        return ()
    seen = _seen(session, proposal, view, actor, now)
    items = tuple(_items(seen))
    recorded = bool(synchronised(session, [proposal.instance_id]))
    state = STATES["synchronised" if recorded else proposal.state]
    told = Text(f"Keadaan: {state.id}.", f"State: {state.en}.")
    if state == view.outcome_name:
        told = Text("", "")  # the page says so already
    looks = tuple(_looks(seen, proposal.person)) if actor.person != proposal.person else ()
    return (Card(_TITLE, lead or told, items=items, name="change", answers=DECISIONS, looks=looks),)


def _seen(session: Session, proposal: Proposal, view: InstanceView, actor: Actor, now: datetime) -> _Seen:
    wanted = select(ProposedChange).where(ProposedChange.instance_id == proposal.instance_id)
    changes = session.scalars(wanted.order_by(ProposedChange.number)).all()
    relations = relations_of(session, actor, proposal.person, now)
    notes: Sequence[checks.Note] = ()
    account: Mapping[str, str] = {}
    if proposal.state not in OVER:
        writes = [_write(change) for change in changes]
        zone = session.scalar(select(Unit.zone).where(Unit.id == view.unit)) or "UTC"
        today = now.astimezone(ZoneInfo(zone)).date()
        known = record(session, proposal.person)
        found = checks.notes(session, known, writes, today)
        notes = [_with_news(known, each, note) for each, note in zip(writes, found, strict=True)]
        account = next((row.values for row in known.rows(BANK)), {})
    ids = [one for change in changes for one in _ids(change)]
    files = documents.named(session, ids, owner=None, instance=proposal.instance_id)
    return _Seen(changes, relations, notes, files, _kinds(view), account)


def _with_news(known: Record, write: Write, note: checks.Note) -> checks.Note:
    """The note on a change, with a warning where the row is no longer what the change was made from."""
    row = known.row(write.row)
    if write.base == (row.revision if row else 0):
        return note
    return checks.Note((_MOVED, *note.warnings), note.consequences)


def _write(change: ProposedChange) -> Write:
    new = json.loads(change.new) if change.action != REMOVE else {}
    return Write(change.history, change.row, change.action, new, change.base)


def _ids(change: ProposedChange) -> Iterator[str]:
    """The documents of a change: its evidence, and photos that are its values."""
    yield from (one for ids in _documents(change).values() for one in ids)
    photos = [field.key for field in HISTORIES[change.history].fields if field.type == "photo"]
    told = (json.loads(said) for said in (change.old, change.new))
    yield from (said[key] for said in told for key in photos if said.get(key))


def _documents(change: ProposedChange) -> Mapping[str, Sequence[str]]:
    """The evidence of a change: documents by kind."""
    return dict(json.loads(change.documents))


def _kinds(view: InstanceView) -> Mapping[str, Text]:
    """What the kinds of evidence are called, by the form that asked for them."""
    form = view.about.asked if view.about else view.asked
    evidence = form.field("evidence") if form else None
    asked = next((field for field in flat(evidence.fields) if field.key == "kind"), None) if evidence else None
    return dict(asked.values) if asked else {}


def _items(seen: _Seen) -> Iterator[Item]:
    """The changes; what speaks of several stands beside the first, and documents are named beside the others."""
    shown: set[UUID] = set()
    told: set[Text] = set()
    for place, change in enumerate(seen.changes):
        note = seen.notes[place] if seen.notes else checks.Note((), ())
        full = _is_full(seen.relations, change)
        follows = sees_what_follows(seen.relations, HISTORIES[change.history], _fields(change))
        proofs = list(_proofs(seen, change)) if full else []
        yield Item(
            title=_named(seen, change),
            action=ACTIONS[change.action],
            lines=(*(_line(seen, change, field) for field in _fields(change)), *_beside(seen, place)),
            warnings=tuple(each for each in note.warnings if follows and each not in told),
            affects=tuple(each for each in note.consequences if follows and each not in told),
            proofs=tuple(proof for proof in proofs if proof.document.id not in shown),
            elsewhere=tuple(proof for proof in proofs if proof.document.id in shown),
            verdict=VERDICTS.get(change.verdict or "") if change.level else None,  # nobody checks what one confirms
            reason=change.reason or "",
            sealed=not full and any(_documents(change).values()),
            done=_done(change),
        )
        told |= {*note.warnings, *note.consequences}
        shown |= {proof.document.id for proof in proofs}


def _fields(change: ProposedChange) -> list[RecordField]:
    """The fields that a change says something about, in the order of their history."""
    said = set() if _is_erased(change) else {*json.loads(change.old), *json.loads(change.new), change.field}
    return [field for field in HISTORIES[change.history].fields if field.key in said]


def _named(seen: _Seen, change: ProposedChange) -> Text:
    """What a change is called: by its field, or by the row if the reader may know that."""
    history = HISTORIES[change.history]
    name = history.field(history.name)
    known = json.loads(change.old) | json.loads(change.new)
    may = name is not None and sight(seen.relations, history, name) == FULL
    return title(change.history, change.field, known if may else None)


def _line(seen: _Seen, change: ProposedChange, field: RecordField) -> Line:
    """A field before and after, as far as the reader may see it."""
    old, new = json.loads(change.old).get(field.key, ""), json.loads(change.new).get(field.key, "")
    files = seen.files if sight(seen.relations, HISTORIES[change.history], field) == FULL else {}
    return Line(
        field.label,
        None if change.action == ADD else _told(seen, change, field, old),
        None if change.action == REMOVE else _told(seen, change, field, new) if new else _EMPTIED,
        files.get(old) if field.type == "photo" else None,
        files.get(new) if field.type == "photo" else None,
    )


def _beside(seen: _Seen, place: int) -> Iterator[Line]:
    """What stays of the salary account, beside the first change of it: the payroll treasurer compares the whole."""
    change = seen.changes[place]
    of_it = [each for each in seen.changes if each.history == BANK]
    if not of_it or of_it[0] is not change or not _is_full(seen.relations, change):
        return
    changed = {field.key for each in of_it for field in _fields(each)}
    for field in HISTORIES[BANK].fields:
        if field.key not in changed and seen.account.get(field.key):
            yield Line(field.label, values.shown(field, seen.account[field.key]), _AS_IT_IS)


def _told(seen: _Seen, change: ProposedChange, field: RecordField, value: str) -> Text:
    seeing = sight(seen.relations, HISTORIES[change.history], field)
    if seeing == FULL or not value:
        return values.shown(field, value)
    return _HIDDEN if seeing == HIDDEN else Text(masked := values.masked(field, value), masked)


def _proofs(seen: _Seen, change: ProposedChange) -> Iterator[Proof]:
    for kind, ids in _documents(change).items():
        found = (seen.files[one] for one in ids if one in seen.files)
        yield from (Proof(seen.kinds.get(kind, _EVIDENCE), document) for document in found if document.name)


def _done(change: ProposedChange) -> Text | None:
    """What has come of a change."""
    if _is_erased(change):
        return _ERASED
    return _APPLIED if change.applied_at else None


def _is_erased(change: ProposedChange) -> bool:
    """Whether nothing is left of what the change said: there is no change of nothing into nothing."""
    return not json.loads(change.old) and not json.loads(change.new)


def _looks(seen: _Seen, person: str) -> Iterator[Look]:
    """The histories of which something sensitive of somebody else is shown in full."""
    capacity = seen.relations.capacity or CHECKS
    for key in dict.fromkeys(change.history for change in seen.changes):
        asked = (field for change in seen.changes if change.history == key for field in _fields(change))
        if any(f.care == SENSITIVE and sight(seen.relations, HISTORIES[key], f) == FULL for f in asked):
            yield Look(person, key, capacity)
