"""Passwords: hashed with argon2, few at a time, and never the obvious ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 200
AT_ONCE = 2
"""Each check takes 64 MiB; more at a time would let a few sign-ins exhaust a small machine."""
PATIENCE = 15.0
"""Seconds that a sign-in waits for its turn."""

_COMMON = """
1234567890 12345678910 0123456789 0987654321 1111111111 0000000000 123123123123 qwertyuiop qwerty12345 password12
password123 password1234 katasandi123 rahasia123 rahasia1234 bismillah123 indonesia123 indonesia45 sayangku123
admin12345 admin123456 kepegawaian pegawai123 pegawai1234 abcd123456 abcdefghij pemerintah kabupaten1 merdeka1945
garuda12345 iloveyou123 welcome123 letmein1234 changeme123
"""
COMMON = frozenset(_COMMON.split())

_hasher = PasswordHasher()
_turns = BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Too many sign-ins at this moment; try again shortly."""


def hashed(password: str) -> str:
    """The argon2id hash to store. Raises `Busy`."""
    with _turn():
        return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one; an unknown account costs the same time as a known one. Raises `Busy`."""
    decoy = _decoy() if stored is None else stored
    with _turn():
        try:
            return _hasher.verify(decoy, password[:LONGEST]) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def weakness(password: str, nip: str) -> str | None:
    """Why a new password is refused: ``short``, ``long``, ``nip`` or ``common``; None if it will do."""
    plain = password.casefold().replace(" ", "")
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if nip and (nip in plain or plain in nip):
        return "nip"
    if plain in COMMON or len(set(plain)) < 4:
        return "common"
    return None


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _turns.release()


@cache
def _decoy() -> str:
    return hashed("no account has this password")
