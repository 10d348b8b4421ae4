"""Who may do what with each field of Wati's record, written down as the office understands it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.record.histories import NOBODY, OFFICER, PERSONAL, PLAIN, SELF, SENSITIVE, History, RecordField, fields

WATI = "P097"
"""Whose record it is: an employee of DISKOMINFO."""

LEVELS = {
    "personal": 3,
    "identity": 2,
    "contact": 0,
    "address": 1,
    "photo": 1,
    "bank": 2,
    "spouse": 2,
    "child": 2,
    "education": 3,
    "training": 1,
    "rank": 3,
    "position": 2,
    "increment": 2,
    "performance": 2,
    "award": 2,
    "discipline": 2,
    "appointment": 3,
    "unpaid_leave": 3,
    "service_review": 3,
    "transfer": 3,
    "organisation": 1,
}
EXCEPT = {
    ("personal", "nip"): None,
    ("personal", "religion"): 2,
    ("personal", "marital"): 2,
    ("identity", "nik"): 3,
    ("address", "home"): 0,
    ("photo", "profile"): 0,
}
"""Who decides a field, by DOMAIN.md 2.3: 0 the person with a code, 1 the unit, 2 BKPSDM, 3 BKPSDM and BKN."""


@dataclass(frozen=True)
class May:
    """What somebody may do.

    ``read``: of plain, personal and sensitive fields F all, M masked, R masked until they say why, or - nothing.
    ``propose``: what is the person's own to propose, and what only an officer proposes. ``steps``: which steps of a
    proposal can be theirs.
    """

    read: str
    propose: str
    steps: frozenset[str]


def _may(read: str, propose: str, *steps: str) -> May:
    return May(read, propose, frozenset(steps))


PEOPLE = {
    "the person": (WATI, _may("FFF", "p-")),
    "the unit's personnel officer": ("P092", _may("FFR", "pp", "verify_unit", "desk")),
    "another unit's personnel officer": ("P042", _may("---", "--")),
    "the superior": ("P094", _may("F--", "--")),
    "the head of the department": ("P091", _may("---", "--")),
    "a colleague": ("P098", _may("---", "--")),
    "the verifier of BKPSDM": ("P029", _may("FFR", "pp", "verify", "national")),
    "the approver of BKPSDM": ("P027", _may("FFR", "--", "approve")),
    "the payroll treasurer": ("P010", _may("---", "--", "treasurer")),
    "the auditor": ("P012", _may("FMM", "--")),
    "the process owner": ("P026", _may("---", "--")),
    "the data protection officer": ("P006", _may("---", "--")),
    "the help desk": ("P033", _may("---", "--")),
    "the Regional Secretary": ("P001", _may("---", "--")),
    "the Regent": ("BUPATI", _may("---", "--")),
}
"""Every role, and everybody who is near."""

CARES, PROPOSERS = (PLAIN, PERSONAL, SENSITIVE), (SELF, OFFICER)


def level_of(history: str, field: str) -> int | None:
    """Who decides a change of a field; None: nobody here may change it."""
    return EXCEPT.get((history, field), LEVELS[history])


def cells(may: May) -> Iterator[tuple[History, RecordField, str]]:
    """A line of the matrix: each field with what somebody may do with it, as read, propose, verify and approve."""
    for history, field in fields():
        level = level_of(history.key, field.key)
        propose = "-" if field.proposer == NOBODY else may.propose[PROPOSERS.index(field.proposer)]
        verify = {1: "verify_unit", 2: "verify", 3: "verify"}.get(level or 0, "")
        approve = "approve" if level in (2, 3) else ""
        yield (
            history,
            field,
            "".join(
                (
                    may.read[CARES.index(field.care)],
                    propose,
                    "v" if verify in may.steps else "-",
                    "a" if approve in may.steps else "-",
                )
            ),
        )
