"""The accounts of many people at once, as they stand in a year; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.leave.balance import Balance, balance
from workflows.leave.bookkeeping import Entry
from workflows.leave.ledger import Holder, holders
from workflows.leave.model import LeaveAccount, LeaveEntry
from workflows.positions import Person

COLUMNS = (
    LeaveEntry.bucket,
    LeaveEntry.kind,
    LeaveEntry.in_year,
    LeaveEntry.granted,
    LeaveEntry.used,
    LeaveEntry.reserved,
)


@dataclass(frozen=True)
class Account:
    """A person's account as it was read. ``opened``: the newest year that was posted, None if none ever was."""

    holder: Holder
    opened: int | None
    entries: tuple[Entry, ...]

    def standing(self, year: int) -> tuple[tuple[Entry, ...], int]:
        """The entries with the openings up to the year that nobody has posted yet, and the newest year then open.

        The same as `Ledger.read`, which asks for each person alone.
        """
        entries, opened = self.entries, self.opened or year - 1
        for each in range(opened + 1, year + 1):
            entries += self.holder.opening(entries, each)
        return entries, max(year, opened)

    def balance(self, year: int) -> Balance:
        """The balance in the year."""
        entries, opened = self.standing(year)
        return balance(entries, year, opened, self.holder.opening(entries, year + 1))


def accounts(session: Session, people: Sequence[Person]) -> Mapping[str, Account]:
    """The account of each, by the same few statements however many they are."""
    ids = [person.id for person in people]
    wanted = select(LeaveAccount.person, LeaveAccount.opened).where(LeaveAccount.person.in_(ids))
    opened = {row.person: row.opened for row in session.execute(wanted)}
    entries: dict[str, list[Entry]] = {person: [] for person in ids}
    lines = select(LeaveEntry.person, *COLUMNS).where(LeaveEntry.person.in_(ids)).order_by(LeaveEntry.id)
    for row in session.execute(lines):
        entries[row.person].append(entry_of(row))
    known = holders(session, people)
    return {person: Account(known[person], opened.get(person), tuple(entries[person])) for person in ids}


def entry_of(row: Any) -> Entry:
    """The line that a row with `COLUMNS` holds."""
    return Entry(row.bucket, row.kind, row.in_year, row.granted, row.used, row.reserved)
