"""The record of an instance: events chained by hash, each with the exact bytes that were hashed."""

from __future__ import annotations

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

GENESIS = bytes(32)
"""The hash before an instance's first event."""


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
    return Entry(record, link(before, record), packed, salt)


def link(before: bytes, record: bytes) -> bytes:
    """The hash of an event: over the hash before it and its own bytes."""
    return hashlib.sha256(before + record).digest()


def digest(salt: bytes, payload: bytes) -> str:
    """What the record keeps of the payload (hex)."""
    return hashlib.sha256(salt + payload).hexdigest()


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
