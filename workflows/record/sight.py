"""Who sees a field of somebody's record, who may propose to change it, and who may decide: pure, from relations.

Source: UU 27/2022 art. 4 (specific data), 16(2)(b) and (e) (no more than the purpose needs, kept from others).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.errors import Text
from workflows.record.histories import NOBODY, OFFICER, PERSONAL, PLAIN, SELF, SENSITIVE, History, RecordField

FULL, MASKED, HIDDEN = "full", "masked", "hidden"

OWNER, SUPERIOR = "owner", "superior"
UNIT_OFFICER, VERIFIER, APPROVER = "personnel_officer", "verifier", "data_approver"
TREASURER, AUDITOR, PRIVACY = "payroll_treasurer", "auditor", "privacy_officer"

RELATIONS: Mapping[str, Text] = {
    OWNER: Text("Pemilik data", "The person themselves"),
    UNIT_OFFICER: Text("Petugas kepegawaian", "Personnel officer"),
    VERIFIER: Text("Verifikator BKPSDM", "BKPSDM verifier"),
    APPROVER: Text("Penyetuju data BKPSDM", "BKPSDM data approver"),
    TREASURER: Text("Bendahara gaji", "Payroll treasurer"),
    AUDITOR: Text("Auditor", "Internal auditor"),
    PRIVACY: Text("Petugas pelindungan data", "Data protection officer"),
    SUPERIOR: Text("Atasan langsung", "Direct superior"),
}
"""What somebody can be to a person's record, the closest first; whoever is none of these sees nothing of it."""
CHECKS = Text("Pemeriksa permohonan", "Checks the request")
"""What somebody is who has a task about it, and is none of these."""

KEEPERS = frozenset({UNIT_OFFICER, VERIFIER, APPROVER})
"""Who keep the records of others: they see what is masked once they have said why."""
_SIGHT: Mapping[str, Mapping[str, str]] = {
    OWNER: {PLAIN: FULL, PERSONAL: FULL, SENSITIVE: FULL},
    UNIT_OFFICER: {PLAIN: FULL, PERSONAL: FULL, SENSITIVE: MASKED},
    VERIFIER: {PLAIN: FULL, PERSONAL: FULL, SENSITIVE: MASKED},
    APPROVER: {PLAIN: FULL, PERSONAL: FULL, SENSITIVE: MASKED},
    AUDITOR: {PLAIN: FULL, PERSONAL: MASKED, SENSITIVE: MASKED},
    SUPERIOR: {PLAIN: FULL, PERSONAL: HIDDEN, SENSITIVE: HIDDEN},
}
"""What each sees of a field by how closely it is kept. The treasurer sees what a task of theirs is about."""

_STEPS: Mapping[str, str] = {
    "desk": UNIT_OFFICER,
    "verify_unit": UNIT_OFFICER,
    "verify": VERIFIER,
    "approve": APPROVER,
    "national": VERIFIER,
    "treasurer": TREASURER,
}
"""Whose step of a proposal it is."""


@dataclass(frozen=True)
class Relations:
    """What somebody is to a person's record now: ``roles`` of `RELATIONS`.

    ``entrusted``: the histories that a task of theirs is about, which waits for them; ``revealed``: those that they
    have just said why they need to see in full.
    """

    roles: frozenset[str] = frozenset()
    entrusted: frozenset[str] = frozenset()
    revealed: frozenset[str] = frozenset()

    @property
    def capacity(self) -> Text | None:
        """The closest relation in words, or that a task of theirs is about it; None for who is nothing to it."""
        task = CHECKS if self.entrusted else None
        return next((words for role, words in RELATIONS.items() if role in self.roles), task)


def sight(relations: Relations, history: History, field: RecordField) -> str:
    """How much of a field they see: `FULL`, `MASKED` or `HIDDEN`."""
    if history.key in relations.entrusted | relations.revealed:
        return FULL
    found = {_SIGHT[role][field.care] for role in relations.roles if role in _SIGHT}
    return next((each for each in (FULL, MASKED) if each in found), HIDDEN)


def sees_what_follows(relations: Relations, history: History, changed: Iterable[RecordField]) -> bool:
    """Whether they may read what a change of these fields affects: of a row of a list, it tells of its other fields."""
    return all(sight(relations, history, each) == FULL for each in (changed if history.single else history.fields))


def sees_any(relations: Relations) -> bool:
    """Whether there is anything of the record that they see."""
    return bool(relations.entrusted or relations.roles & _SIGHT.keys())


def may_reveal(relations: Relations, history: History, field: RecordField) -> bool:
    """Whether they see a masked field in full once they have said why."""
    return bool(relations.roles & KEEPERS) and sight(relations, history, field) == MASKED


def may_propose(relations: Relations, history: History, field: RecordField) -> bool:
    """Whether they may propose to change the field: the person what is theirs to propose, or who keeps the record.

    Nobody keeps their own record: an officer proposes for themselves what everybody may.
    """
    if field.proposer == NOBODY:
        return False
    if OWNER in relations.roles:
        return field.proposer == SELF
    return field.proposer in (SELF, OFFICER) and bool(relations.roles & {UNIT_OFFICER, VERIFIER})


def may_decide(relations: Relations, step: str) -> bool:
    """Whether a step of a proposal about this record (``verify``, …) can be theirs; never about their own."""
    return OWNER not in relations.roles and _STEPS.get(step) in relations.roles
