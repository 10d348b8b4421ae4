"""Slows down guessing of passwords: each failure in a row makes the next try wait longer, but never for ever."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from web.db import LoginAttempt

INSERTS: Mapping[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
FORGET_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Limit:
    """How many failures are free, and the longest wait that the following ones cause."""

    free: int
    longest: timedelta


LIMITS: Mapping[str, Limit] = {
    "nip": Limit(free=5, longest=timedelta(minutes=15)),
    # A whole office may share one address, so it is slowed later and less.
    "address": Limit(free=30, longest=timedelta(minutes=1)),
}


class Throttle:
    """Counts failures per NIP and per address under keyed hashes: what was typed is not kept."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def begin(self, session: Session, who: Mapping[str, str], now: datetime) -> timedelta:
        """Count a try as failed, before the password is looked at, so that parallel guesses count too.

        ``who``: the ``nip`` and the ``address``. Returns how long to wait; then nothing was counted.
        """
        session.execute(delete(LoginAttempt).where(LoginAttempt.last_at < now - FORGET_AFTER))
        counted = self._locked(session, who, now)
        wait = max(_wait(attempt, LIMITS[kind], now) for kind, attempt in counted.items())
        if wait <= timedelta():
            for attempt in counted.values():
                attempt.failures += 1
                attempt.last_at = now
        return wait

    def succeeded(self, session: Session, who: Mapping[str, str]) -> None:
        """Forget the failures of the NIP. Those of the address stay but for this try: else a
        guesser with one account of their own could clear them."""
        session.execute(delete(LoginAttempt).where(LoginAttempt.subject == self._subject("nip", who["nip"])))
        address = session.get(LoginAttempt, self._subject("address", who["address"]))
        if address is not None and address.failures > 0:
            address.failures -= 1

    def _locked(self, session: Session, who: Mapping[str, str], now: datetime) -> dict[str, LoginAttempt]:
        """The rows of both, made where there are none, and locked in one order: parallel guesses queue up here."""
        subjects = {self._subject(kind, value): kind for kind, value in who.items()}
        insert = INSERTS[session.get_bind().dialect.name]
        fresh = [{"subject": subject, "failures": 0, "last_at": now} for subject in sorted(subjects)]
        session.execute(insert(LoginAttempt).values(fresh).on_conflict_do_nothing())
        wanted = select(LoginAttempt).where(LoginAttempt.subject.in_(subjects)).order_by(LoginAttempt.subject)
        return {subjects[row.subject]: row for row in session.scalars(wanted.with_for_update())}

    def _subject(self, kind: str, value: str) -> str:
        return hmac.new(self._secret, f"attempt:{kind}:{value}".encode(), "sha256").hexdigest()


def _wait(attempt: LoginAttempt, limit: Limit, now: datetime) -> timedelta:
    beyond = attempt.failures - limit.free
    if beyond < 0:
        return timedelta()
    penalty = min(timedelta(seconds=2 ** min(beyond, 20)), limit.longest)
    return attempt.last_at + penalty - now
