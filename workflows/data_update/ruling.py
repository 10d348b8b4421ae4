"""What the decision table says of changes before they are sent: who will decide them, and what proves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from workflows import organisation
from workflows.data_update.proposing import prepare
from workflows.data_update.rules import asked, groups_of

PROCESS, RULES = "data_update", "rules"
_NO_INSTANCE = UUID(int=0)
"""In place of a request that is not there yet: only the ids of new rows hang on it."""


class Decides(Protocol):
    """What can be asked a decision of a process: the engine."""

    def decided(
        self, session: Session, process: str, decision: str, context: Mapping[str, Any], *, now: datetime
    ) -> Any:
        """What a decision of the live version of a process says of a context."""


@dataclass(frozen=True)
class Rule:
    """How one item is decided.

    ``level``: 0 the person with a code, 1 their unit, 2 BKPSDM, 3 BKN too. Of each group of ``evidence`` one kind is
    enough. Items of different ``group`` are sent apart. ``treasurer``: the payroll treasurer looks as well.
    """

    level: int
    evidence: tuple[tuple[str, ...], ...]
    group: str
    treasurer: bool
    second_channel: bool


def ruled(
    engine: Decides, session: Session, person: str, answers: Mapping[str, Any], *, now: datetime
) -> list[Rule | None]:
    """What the live table says of each item of the form, as it was typed, in the order of `rules.asked`.

    None: of an item that cannot be taken as it is, or that nobody may change here. Nothing is stored.
    """
    changes, evidence = (_rows(answers, key) for key in ("changes", "evidence"))
    zone = organisation.office(session, organisation.persons(session, (person,))[person][1], now).zone
    today = now.astimezone(zone).date()
    found = prepare(session, person, None, changes, evidence, instance=_NO_INSTANCE, today=today)
    context = {"proposal": {"items": [item.facts for item in found.items]}}
    said = engine.decided(session, PROCESS, RULES, context, now=now)["items"] if found.items else []
    by_number = {
        item.number: None if rule is None else _rule(rule) for item, rule in zip(found.items, said, strict=True)
    }
    return [by_number.get(each.number) for each in asked(changes)]


def _rule(said: Mapping[str, Any]) -> Rule:
    return Rule(
        int(said["level"]), groups_of(said), str(said["group"]), bool(said["treasurer"]), bool(said["second_channel"])
    )


def _rows(answers: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The rows of a list that somebody sent; whatever else it is, is none."""
    given = answers.get(key)
    return [row for row in given if isinstance(row, Mapping)] if isinstance(given, list | tuple) else []
