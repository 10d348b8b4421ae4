"""What stories of changed data have in common: what is sent, how it goes its way, and what is left after it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.flows.stories import EMPLOYEE, VERIFIER, paper
from tests.support import Case, Office
from workflows.data_update import codes
from workflows.reach import MAIL, Contact
from workflows.record.histories import HISTORIES
from workflows.record.model import OpenRow, Proposal, ProposedChange
from workflows.record.rows import Record, record, single_row

APPROVER, TREASURER = "P027", "P010"
CHILD = {
    "name": "Rara Santoso",
    "birth_date": "2019-05-04",
    "sex": "P",
    "relation": "own",
    "certificate": "6299-LU-04052019-0001",
    "allowance": "yes",
}
SCHOOL = {
    "level": "s1",
    "school": "Universitas Contoh",
    "major": "Informatika",
    "certificate": "UC-2012-001",
    "graduated_on": "2012-09-01",
}
TRAINING = {
    "name": "Pelatihan arsip",
    "organiser": "BKPSDM",
    "hours": "20",
    "certificate": "800/1/2026",
    "first": "2026-10-05",
    "last": "2026-10-07",
}
POST = {
    "title": "Pranata Komputer",
    "kind": "functional",
    "unit": "Dinas Komunikasi dan Informatika",
    "decree": "821/7/2026",
    "decree_on": "2026-10-01",
    "since": "2026-10-01",
    "duty_letter": "800/8/2026",
}
BANK = {"bank": "Bank Contoh", "account": "1234567890", "holder": "Pegawai Contoh"}


def changed(history: str, field: str, value: str, person: str = EMPLOYEE) -> dict[str, str]:
    """An entry that changes a field of a single row."""
    return {
        "history": history,
        "row": str(single_row(person, history)),
        "action": "change",
        "field": field,
        "value": value,
    }


def added(history: str, values: dict[str, str], token: str = "new-1") -> list[dict[str, str]]:
    """The entries of a whole new row."""
    return [{"history": history, "row": token, "action": "add", "field": k, "value": v} for k, v in values.items()]


def account(**values: str) -> list[dict[str, str]]:
    """The entries of another salary account."""
    return [changed("bank", key, value) for key, value in (BANK | values).items()]


def proofs(office: Office, *kinds: str, owner: str = EMPLOYEE) -> list[dict[str, Any]]:
    """Scans of these kinds of evidence."""
    return [{"kind": kind, "files": paper(office, owner, f"{kind}.pdf")} for kind in kinds]


def sent(
    office: Office, changes: Sequence[dict[str, str]], *kinds: str, by: str = EMPLOYEE, subject: str | None = None
) -> Case:
    """A proposal that was sent with scans of the evidence."""
    evidence = proofs(office, *kinds, owner=by)
    return office.start("data_update", by, subject=subject, changes=list(changes), evidence=evidence)


def judged(case: Case, step: str, by: str, *verdicts: str) -> None:
    """Give each item its verdict; whatever is not all right gets a reason."""
    rows = [
        {"number": number, "verdict": verdict, "reason": None if verdict == "ok" else "Tidak terbaca"}
        for number, verdict in enumerate(verdicts or ("ok",) * len(items(case)))
    ]
    case.complete(step, by, decisions=rows)


def approved(case: Case) -> Case:
    """A proposal that verifier and approver found right."""
    judged(case, "verify", VERIFIER)
    judged(case, "approve", APPROVER)
    return case


def reachable(office: Office, person: str = EMPLOYEE) -> None:
    """Give somebody a confirmed mail address, in use for long."""
    row = Contact(
        person=person,
        channel=MAIL,
        address=f"{person.lower()}@contoh.go.id",
        confirmed_at=office.now - timedelta(days=30),
        wants="own",
        asks=0,
        tries=0,
    )
    office.database.command(lambda session: session.add(row))


def code(office: Office, case: Case) -> str:
    """The code that was sent last."""
    with office.database.reads() as session:
        found = codes.sent_code(session, case.id, office.now)
    assert found is not None
    return found


def known(office: Office, person: str = EMPLOYEE) -> Record:
    """The record of somebody as it stands."""
    with office.database.reads() as session:
        return record(session, person)


def value(office: Office, history: str, field: str, person: str = EMPLOYEE) -> str:
    """A field of the latest row of a history."""
    assert HISTORIES[history].field(field)
    return known(office, person).value(history, field)


def state(case: Case) -> str:
    """The state of a proposal."""
    with case.office.database.reads() as session:
        return session.get_one(Proposal, case.id).state


def items(case: Case) -> list[tuple[int, str, str, str | None]]:
    """The items of a proposal: number, history, field, verdict."""
    with case.office.database.reads() as session:
        wanted = select(ProposedChange).where(ProposedChange.instance_id == case.id).order_by(ProposedChange.number)
        return [(each.number, each.history, each.field, each.verdict) for each in session.scalars(wanted)]


def reasons(case: Case) -> list[str | None]:
    """Why each item of a proposal got its verdict."""
    with case.office.database.reads() as session:
        wanted = select(ProposedChange.reason).where(ProposedChange.instance_id == case.id)
        return list(session.scalars(wanted.order_by(ProposedChange.number)))


def item(case: Case, number: int) -> tuple[dict[str, str], dict[str, str], dict[str, list[str]]]:
    """What an item changes: old values, new values, and the documents that prove it."""
    with case.office.database.reads() as session:
        row = session.get_one(ProposedChange, (case.id, number))
        return json.loads(row.old), json.loads(row.new), json.loads(row.documents)


def held(office: Office) -> set[UUID]:
    """The rows that running proposals are about."""
    with office.database.reads() as session:
        return set(session.scalars(select(OpenRow.row)))
