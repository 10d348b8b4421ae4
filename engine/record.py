"""The record of an instance: events chained by hash, each with the exact bytes that were hashed."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from engine.state import pack, unpack

_USUAL = (
    b'{"actor":"P","at":"2026-01-01T00:00:00.000000+00:00","capacity":"Plh.","item":"","kind":"started'
    b'"kind":"timer"kind":"completed","number":,"outcome":"approve","payload":"=","principal":"role:personnel_officer@'
    b'"principal":"person:"principal":"position:","release":"0.1.0","step":"submit","version":1}'
)
"""What records usually hold: they are stored deflated against it. Never changed: a new layout gets another one."""


@dataclass(frozen=True)
class Entry:
    """An event as it is stored: see `engine.db.Event`."""

    record: bytes
    hash: bytes
    payload: bytes
    salt: bytes


def entry(before: bytes, facts: Mapping[str, Any], payload: Mapping[str, Any]) -> Entry:
    """The event that follows the one whose hash is ``before``.

    ``facts`` (who, when, what: no personal values but ids) are hashed as canonical JSON; ``payload``
    (answers, results, path) only through a salted digest, so that it can be erased. Facts that are
    empty are left out.
    """
    salt = secrets.token_bytes(16)
    packed = zlib.compress(pack(dict(payload)), 6)
    record = canonical({**facts, "payload": digest(salt, packed)})
    return Entry(_deflated(record), link(before, record), packed, salt)


def genesis(instance: UUID) -> bytes:
    """The hash before an instance's first event; it binds all that follow to the instance."""
    return hashlib.sha256(instance.bytes).digest()


def link(before: bytes, record: bytes) -> bytes:
    """The hash of an event: over the hash before it and its own bytes."""
    return hashlib.sha256(before + record).digest()


def digest(salt: bytes, payload: bytes) -> str:
    """What the record keeps of the payload (SHA-256 in base 64)."""
    return base64.b64encode(hashlib.sha256(salt + payload).digest()).decode()


def read_record(stored: bytes) -> bytes:
    """The exact bytes that were hashed. Raises `zlib.error` for what `entry` has not written."""
    inflate = zlib.decompressobj(wbits=-15, zdict=_USUAL)
    return inflate.decompress(stored) + inflate.flush()


def read_facts(stored: bytes) -> dict[str, Any]:
    """Who, when and what, from a stored record."""
    return dict(json.loads(read_record(stored)))


def _deflated(record: bytes) -> bytes:
    deflate = zlib.compressobj(9, wbits=-15, zdict=_USUAL)
    return deflate.compress(record) + deflate.flush()


def read_payload(packed: bytes | None) -> dict[str, Any]:
    """The payload's values; empty after an erasure."""
    return {} if packed is None else dict(unpack(zlib.decompress(packed)))


def canonical(facts: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces (RFC 8785 for the text, whole numbers and nulls used here)."""
    plain = {key: _plain(value) for key, value in facts.items() if value not in (None, "")}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    return value
