"""Signed checkpoints over the record, and its verification.

Each instance's events form a hash chain; a checkpoint names the newest event of every instance that
changed since the checkpoint before, with a Merkle root over all new events, and is signed. A copy of the
checkpoints outside the database shows what somebody with full access to it has changed or removed.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.orm import Session

from engine.db import Checkpoint, Document, Event, Instance, Message, table
from engine.record import canonical, digest, genesis, link, read_payload, read_record

BATCH = 5_000
"""Events sealed by one checkpoint at most."""

LATE = timedelta(hours=1)
"""An event that is older than this before the newest checkpoint must be sealed."""

_FIRST = "0" * 64


@dataclass(frozen=True)
class Finding:
    """Something that does not fit: where, and what."""

    where: str
    what: str


def seal(session: Session, key: Ed25519PrivateKey, *, now: datetime) -> Checkpoint | None:
    """Seal the events that no checkpoint covers yet; None if there are none."""
    last = session.scalars(select(Checkpoint).order_by(Checkpoint.number.desc()).limit(1)).first()
    number = last.number + 1 if last else 1
    rows = _claim_unsealed(session)
    if not rows:
        return None
    body = canonical(
        {
            "number": number,
            "at": now,
            "before": hashlib.sha256(last.body).hexdigest() if last else _FIRST,
            "count": len(rows),
            "root": merkle_root([row.hash for row in rows]).hex(),
            "heads": [[str(r.instance_id), r.number, r.hash.hex()] for r in _newest(rows)],
        }
    )
    values = {"number": number, "at": now, "body": body, "signature": key.sign(body)}
    session.execute(insert(Checkpoint).values(**values))
    return Checkpoint(**values)


def merkle_root(hashes: Sequence[bytes]) -> bytes:
    """The root of RFC 9162's tree over the leaves; leaves and nodes are hashed with different prefixes."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in hashes]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    return level[0]


def verify(session: Session, key: Ed25519PublicKey, outside: Iterable[str] = ()) -> Iterator[Finding]:
    """Everything in the record that does not fit: chains, erased payloads aside, documents, checkpoints, the copy.

    ``session`` shows one state of the database (`Database.snapshot`). ``outside``: lines of the checkpoint
    file, as `outside_line` writes them.
    """
    yield from _verify_chains(session)
    yield from _verify_checkpoints(session, key)
    yield from _verify_outside(session, key, outside)


def outside_line(checkpoint: Checkpoint) -> str:
    """A checkpoint as a line of the file that is kept outside the database."""
    return json.dumps({"body": checkpoint.body.decode(), "signature": checkpoint.signature.hex()}, ensure_ascii=False)


def _claim_unsealed(session: Session) -> list[Any]:
    """The events whose turn it is, by instance and number; of an instance never one without those before it."""
    queue = select(Message.id).where(Message.kind == "seal").order_by(Message.id).limit(BATCH)
    claimed = delete(Message).where(Message.id.in_(queue)).returning(Message.instance_id, Message.body)
    wanted = [(row.instance_id, int(row.body)) for row in session.execute(claimed)]
    events = select(Event.instance_id, Event.number, Event.hash)
    return _in_order(session.execute(events.where(tuple_(Event.instance_id, Event.number).in_(wanted))))


def _in_order(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (str(row.instance_id), row.number))


def _newest(rows: Iterable[Any]) -> list[Any]:
    return list({row.instance_id: row for row in rows}.values())


def _verify_chains(session: Session) -> Iterator[Finding]:
    heads: dict[UUID, tuple[int, bytes]] = {}
    named: dict[str, str] = {}
    wanted = select(Event).order_by(Event.instance_id, Event.number).execution_options(yield_per=1000)
    with session.scalars(wanted) as events:
        for event in events:
            number, before = heads.get(event.instance_id, (0, genesis(event.instance_id)))
            wrong = list(_verify_event(event, number, before))
            yield from wrong
            named |= {} if wrong else read_payload(event.payload).get("documents", {})
            heads[event.instance_id] = (event.number, event.hash)
    for row in session.execute(select(Instance.id, Instance.events, Instance.head)):
        if heads.get(row.id, (0, genesis(row.id))) != (row.events, row.head):
            yield Finding(f"instance {row.id}", "its newest events are missing or its head was changed")
    yield from _verify_documents(session, named)


def _verify_documents(session: Session, named: dict[str, str]) -> Iterator[Finding]:
    """``named``: the digests of documents by id, as the record has them."""
    wanted = select(table(Document).c.id, table(Document).c.digest, table(Document).c.content)
    for row in session.execute(wanted, execution_options={"yield_per": 10}):
        recorded = named.pop(str(row.id), row.digest.hex())
        if row.content is not None and hashlib.sha256(row.content).digest() != row.digest:
            yield Finding(f"document {row.id}", "its content was changed")
        if recorded != row.digest.hex():
            yield Finding(f"document {row.id}", "it is not the one that the record names")
    for missing in named:
        yield Finding(f"document {missing}", "the record names it, and it is missing")


def _verify_event(event: Event, number: int, before: bytes) -> Iterator[Finding]:
    where = f"instance {event.instance_id}, event {event.number}"
    if event.number != number + 1:
        yield Finding(where, f"events before it are missing: {number} is followed by {event.number}")
    record = _record(event)
    if event.hash != link(before, record):
        yield Finding(where, "its hash does not follow from its record and the event before")
    facts = _facts(record)
    if facts.get("number") != event.number:
        yield Finding(where, "its record is unreadable or belongs to another place")
    if event.payload is not None and digest(event.salt or b"", event.payload) != facts.get("payload"):
        yield Finding(where, "its payload was changed")


def _record(event: Event) -> bytes:
    try:
        return read_record(event.record)
    except (zlib.error, TypeError):
        return b""


def _facts(record: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(record))
    except (ValueError, TypeError):
        return {}


def _verify_checkpoints(session: Session, key: Ed25519PublicKey) -> Iterator[Finding]:
    before, expected, sealed = _FIRST, 1, dict[str, int]()
    newest = None
    for checkpoint in session.scalars(select(Checkpoint).order_by(Checkpoint.number)):
        where = f"checkpoint {checkpoint.number}"
        body = json.loads(checkpoint.body)
        if checkpoint.number != expected or body["number"] != expected or body["before"] != before:
            yield Finding(where, "it does not follow from the checkpoint before")
        if not _signed(key, checkpoint.body, checkpoint.signature):
            yield Finding(where, "its signature is not ours")
        yield from _verify_sealed(session, where, body, sealed)
        sealed |= {instance: number for instance, number, _ in body["heads"]}
        before, expected, newest = hashlib.sha256(checkpoint.body).hexdigest(), checkpoint.number + 1, checkpoint.at
    if newest is not None:
        yield from _verify_unsealed(session, sealed, newest)


def _verify_sealed(session: Session, where: str, body: dict[str, Any], sealed: Mapping[str, int]) -> Iterator[Finding]:
    """``sealed``: the newest event of each instance that earlier checkpoints cover."""
    heads = {instance: (number, head) for instance, number, head in body["heads"]}
    wanted = select(Event.instance_id, Event.number, Event.hash).where(Event.instance_id.in_(map(UUID, heads)))
    rows = [
        row
        for row in _in_order(session.execute(wanted))
        if sealed.get(str(row.instance_id), 0) < row.number <= heads[str(row.instance_id)][0]
    ]
    found = {str(row.instance_id): (row.number, row.hash.hex()) for row in rows}
    for instance, head in heads.items():
        if found.get(instance) != head:
            yield Finding(where, f"instance {instance} is not as it was sealed at event {head[0]}")
    if len(rows) != body["count"] or merkle_root([row.hash for row in rows]).hex() != body["root"]:
        yield Finding(where, "the events it sealed are not the events that are there")


def _verify_unsealed(session: Session, sealed: Mapping[str, int], newest: datetime) -> Iterator[Finding]:
    """Events that checkpoints have passed over for longer than a worker may be late."""
    for row in session.execute(select(Instance.id, Instance.events)):
        number = sealed.get(str(row.id), 0) + 1
        event = session.get(Event, (row.id, number)) if number <= row.events else None
        at = _facts(_record(event)).get("at") if event is not None else None
        if at is not None and datetime.fromisoformat(at) < newest - LATE:
            yield Finding(f"instance {row.id}, event {number}", "it was never sealed, though later events were")


def _verify_outside(session: Session, key: Ed25519PublicKey, lines: Iterable[str]) -> Iterator[Finding]:
    rows = session.execute(select(Checkpoint.number, Checkpoint.body))
    inside = {row.number: row.body for row in rows}

    for line in filter(str.strip, lines):
        copy = json.loads(line)
        number = json.loads(copy["body"])["number"]

        if not _signed(key, copy["body"].encode(), bytes.fromhex(copy["signature"])):
            yield Finding(f"outside checkpoint {number}", "its signature is not ours")
        if inside.get(number) != copy["body"].encode():
            yield Finding(f"outside checkpoint {number}", "the database has no such checkpoint, or another one")


def _signed(key: Ed25519PublicKey, body: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return False
    return True
