"""What a verifier should look at in a change, and what it affects elsewhere: told, never decided."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.db import table
from engine.errors import Text
from workflows.positions import Person
from workflows.record.identifiers import appointment_warnings, nik_warnings, nip_warnings
from workflows.record.rows import Record, Write

_PEOPLE = table(Person).c


def nik_taken(session: Session, nik: str, person: str) -> bool:
    """Whether somebody else of the staff has this NIK."""
    if not nik:
        return False
    wanted = select(exists().where(_PEOPLE.nik == nik, _PEOPLE.id != person))
    return bool(session.scalar(wanted))


def warnings(write: Write, after: Record, *, kind: str, today: date, taken: bool = False) -> list[Text]:
    """What a verifier should look at in one change, by the record as it would be with all of a proposal.

    ``kind`` of staff as in `Person`; ``taken``: somebody else has the NIK (`nik_taken`).
    """
    changed = {(write.history, field) for field in write.values}
    nip, born, sex = (after.value("personal", field) for field in ("nip", "birth_date", "sex"))
    nik, found = after.value("identity", "nik"), []
    if nip and changed & {("personal", "birth_date"), ("personal", "sex")}:
        found += nip_warnings(nip, born=born, sex=sex, kind=kind, today=today)
    if nik and changed & {("personal", "birth_date"), ("personal", "sex"), ("identity", "nik")}:
        found += nik_warnings(nik, born=born, sex=sex, today=today, taken=taken and ("identity", "nik") in changed)
    if ("appointment", "cpns_since") in changed:
        found += appointment_warnings(nip, after.value("appointment", "cpns_since"))
    return found


def consequences(write: Write, before: Record, after: Record, *, today: date) -> list[Text]:
    """What a change affects beside the record itself, in words for who sends it and who decides."""
    return []
