"""What stories of leave have in common: who they are about, how a request goes its way, and what is left after it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import documents
from engine.inspection import PDF
from engine.uploads import Upload
from tests.support import Case, Office
from workflows.leave.bookkeeping import buckets
from workflows.leave.model import LeaveEntry, LeaveOpinion, LeaveRequest
from workflows.people import Acting

EMPLOYEE, OFFICER, SUPERIOR, HEAD, SEKDA, REGENT = "P097", "P092", "P094", "P091", "P001", "BUPATI"
CONTRACT, CONTRACT_SUPERIOR = "P096", "P093"
TEACHER, HEADMASTER, SCHOOL_OFFICER, SCHOOL_HEAD = "P049", "P045", "P042", "P041"
NURSE, NURSES_OFFICER, HEALTH_HEAD = "P072", "P068", "P067"
BKPSDM_HEAD, VERIFIER, SECRETARY = "P025", "P029", "P004"
BALANCE = 14
"""What P097 has at the start: 2 days carried from 2025, 12 of 2026."""

FORM: dict[str, Any] = {
    "type": "annual",
    "first": "2026-11-09",
    "last": "2026-11-11",
    "reason": "Acara keluarga",
    "abroad": False,
    "address": "Jalan Contoh 1, Rakumpit",
    "phone": "0812 3456 7890",
}
"""Three working days of annual leave, Monday to Wednesday."""
SICK = {"type": "sick", "case_sick": "illness", "letter": "doctor", "reason": "Demam berdarah"}
LONG = {"type": "long", "case_long": "hajj_first", "first": "2027-01-04", "last": "2027-02-20", "reason": "Haji"}
MATERNITY = {"type": "maternity", "birth_order": 1, "first": "2026-11-16", "last": "2027-02-15", "reason": "Melahirkan"}
IMPORTANT = {
    "type": "important",
    "case_important": "relative_ill",
    "relation_important": "mother",
    "first": "2026-11-03",
    "last": "2026-11-09",
    "reason": "Ibu dirawat di rumah sakit",
}


def requested(office: Office, by: str = EMPLOYEE, **answers: Any) -> Case:
    """A request for leave that was sent."""
    return office.start("leave", by, **(FORM | answers))


def checked(office: Office, by: str = EMPLOYEE, officer: str = OFFICER, **answers: Any) -> Case:
    """A request whose evidence the personnel officer has seen."""
    case = requested(office, by, **answers)
    case.complete("check", officer, outcome="complete", evidence_seen=True)
    return case


def considered(
    office: Office, outcome: str = "approve", *, asked: dict[str, Any] | None = None, **answers: Any
) -> Case:
    """A request with the superior's advice."""
    case = checked(office, **(asked or {}))
    case.complete("consider", SUPERIOR, outcome=outcome, **answers)
    return case


def approved(office: Office, **asked: Any) -> Case:
    """Leave that was granted."""
    case = considered(office, asked=asked)
    official = next(task.principal for task in case.seen_by(EMPLOYEE).tasks)
    case.complete("decide", BKPSDM_HEAD if official == "position:BKPSDM-01" else HEAD, outcome="approve")
    return case


def rejected(office: Office, **asked: Any) -> Case:
    """Leave that was not approved."""
    case = considered(office, asked=asked)
    case.complete("decide", HEAD, outcome="reject", reason="Sedang audit")
    return case


def balance(office: Office, person: str = EMPLOYEE, year: int = 2026) -> int:
    """The working days that somebody has left."""
    with office.database.reads() as session:
        lines = session.scalars(select(LeaveEntry).where(LeaveEntry.person == person))
        return sum(buckets([line.entry for line in lines], year).values())


def lines(office: Office, case: Case) -> list[tuple[str, int, int, int]]:
    """What a request has written into the ledger: kind, bucket, days used and reserved."""
    with office.database.reads() as session:
        wanted = select(LeaveEntry).where(LeaveEntry.instance == case.id).order_by(LeaveEntry.id)
        return [(line.kind, line.bucket, line.used, line.reserved) for line in session.scalars(wanted)]


def leave(office: Office, case: Case) -> LeaveRequest:
    """The leave of a request as it stands now."""
    with office.database.reads() as session:
        return session.get_one(LeaveRequest, case.id)


def dates(office: Office, case: Case) -> tuple[date, date, str]:
    """First day, last day and state of a leave."""
    row = leave(office, case)
    return row.first, row.last, row.status


def opinions(office: Office, case: Case) -> list[tuple[str, str, str]]:
    """What stands in parts VII and VIII: part, person, outcome."""
    with office.database.reads() as session:
        wanted = select(LeaveOpinion).where(LeaveOpinion.instance == case.id).order_by(LeaveOpinion.id)
        return [(each.part, each.person, each.outcome) for each in session.scalars(wanted)]


def principal(case: Case, step: str) -> str:
    """Whose task an open step is."""
    return next(task.principal for task in case.seen_by(case.starter).tasks if task.step == step)


def facts(case: Case, by: str = EMPLOYEE) -> dict[str, str]:
    """What a request's page tells, by its English label."""
    return {fact.label.en: fact.value.en for fact in case.seen_by(by).facts}


def offers(office: Office, case: Case, by: str = EMPLOYEE) -> set[str]:
    """What somebody can start about a request."""
    with office.database.reads() as session:
        actor = office.directory.actor(session, by, office.now)
        return {each.process for each in office.engine.offers(session, actor, case.id, now=office.now)}


def paper(office: Office, owner: str, name: str = "surat.pdf") -> list[str]:
    """A scan that its owner has uploaded, as the answer to a question for files."""
    scan = Upload(name, PDF, b"%PDF-1.4\n" + name.encode() + b"\n%%EOF\n")
    stored: UUID = office.database.command(
        lambda session: documents.store(session, owner=owner, upload=scan, now=office.now)
    )
    return [str(stored)]


def act_for(office: Office, person: str, position: str, kind: str = "Plh") -> None:
    """Let somebody act in a post for November and December."""
    acting = Acting(
        person=person,
        position=position,
        kind=kind,
        decree="800/9/2026",
        first=date(2026, 11, 1),
        last=date(2026, 12, 31),
        excluded="",
        only=None,
    )
    office.database.command(lambda session: session.add(acting))
