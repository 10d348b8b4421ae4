"""What the decision table of the process says of what was collected: what is sent together, proved and decided how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actor import Actor, Case
from engine.errors import Text
from engine.reminders import due_at
from engine.run import role_of
from engine.upcoming import Following
from web.basket import ADD, PHOTO, Item
from web.data_place import PROCESS, Where
from web.parts import parts
from web.spelling import given
from workflows.data_update.ruling import Rule, ruled
from workflows.data_update.words import VERDICTS
from workflows.record.model import ProposedChange


@dataclass(frozen=True)
class Need:
    """A document that has to be there: of this kind, or of one of these."""

    kinds: tuple[str, ...]
    labels: tuple[tuple[str, Text], ...]

    def met(self, evidence: Mapping[str, Sequence[str]]) -> bool:
        """Whether such a document is there."""
        return any(evidence.get(kind) for kind in self.kinds)

    @property
    def words(self) -> Text:
        """What the document is called."""
        names = [label for _kind, label in self.labels]
        return Text(" atau ".join(name.id for name in names), " or ".join(name.en for name in names))

    @property
    def missing(self) -> Text:
        """What to do where it is not there."""
        return Text(f"Unggah {self.words.id}.", f"Upload {self.words.en}.")


@dataclass(frozen=True)
class Batch:
    """Items that are sent together as one request, the documents that they need, and who decides them.

    ``wrong``: the names of items that cannot be sent as they are.
    """

    items: tuple[Item, ...]
    needs: tuple[Need, ...]
    level: int
    treasurer: bool
    wrong: frozenset[str]

    @property
    def by_code(self) -> bool:
        """Whether the person has to type a code that is sent to them."""
        return self.level == 0 or self.treasurer

    def decides(self, *, own: bool) -> Text:
        """Who decides, in the order in which they see it; ``own``: whoever reads it is the person themselves."""
        words = _DECIDES[self.level] if own or self.level else _THEMSELVES
        return Text(words.id + _TREASURER.id, words.en + _TREASURER.en) if self.treasurer else words


def batches(session: Session, me: Actor, here: Where, now: datetime) -> list[Batch]:
    """What was collected, as it is sent: what the table lets go together in one, in the order of what came first.

    What cannot be sent as it is stands with what would be sent first, so that it is seen.
    """
    basket = here.basket
    if not basket.items:
        return []
    rules = ruled(parts().engine, session, here.subject, given(basket.typed()), now=now)
    known = list(zip(basket.items, rules, strict=True))
    groups = list(dict.fromkeys(rule.group for rule in rules if rule is not None)) or [""]
    labels = kinds_of(session, me, here, now)
    return [_batch([(i, r) for i, r in known if (r.group if r else groups[0]) == group], labels) for group in groups]


def needs_of(session: Session, me: Actor, here: Where, now: datetime) -> tuple[Need, ...]:
    """The documents that everything collected needs, each once."""
    found = batches(session, me, here, now)
    return _distinct([need for batch in found for need in batch.needs])


def kinds_of(session: Session, me: Actor, here: Where, now: datetime) -> Mapping[str, Text]:
    """What the form of the process calls each kind of document."""
    if here.task is not None:
        form = here.task.form
    else:
        form = parts().engine.start_form(session, PROCESS, me, now=now, subject=here.wish.subject)
    rows = form.field("evidence") if form else None
    kind = next((field for field in rows.fields if field.key == "kind"), None) if rows else None
    return {str(value): label for value, label in kind.values} if kind else {}


def judged(session: Session, here: Where) -> Mapping[str, tuple[Text, str]]:
    """What whoever returned the request found of each item, and why, by the name of the item."""
    if here.task is None:
        return {}
    wanted = select(ProposedChange).where(ProposedChange.instance_id == here.task.instance.id)
    found = {(change.row, change.field): change for change in session.scalars(wanted) if change.verdict in VERDICTS}
    known = {item.name: found.get((_row_of(item, here.task.instance.id), item.field)) for item in here.basket.items}
    return {
        name: (VERDICTS[change.verdict], change.reason or "")
        for name, change in known.items()
        if change is not None and change.verdict is not None
    }


def _row_of(item: Item, instance: UUID) -> UUID:
    """The row that an item is about; a new one has its id from the request."""
    return uuid5(instance, f"{item.history}/{item.row}") if item.action == ADD else UUID(item.row)


def onward(session: Session, me: Actor, here: Where, now: datetime) -> str:
    """Where it goes on: to the documents while one is missing, else to the check page."""
    lacks = any(not need.met(here.basket.evidence) for need in needs_of(session, me, here, now))
    return url_for("data_check.evidence" if lacks else "data_check.check", **here.address)


def first_of(session: Session, me: Actor, here: Where, batch: Batch, now: datetime) -> Following | None:
    """The step that a batch comes to first, with whom and until when; None where the diagram has no such step."""
    engine, people = parts().engine, parts().people
    deployed = engine.catalog.live(session, PROCESS)
    step = deployed.compiled.steps.get(FIRST_STEPS[batch.level])
    if step is None:
        return None
    role, unit = role_of(people.roles(), step.lane), people.unit(session, here.subject)
    designed = people.principal(session, role, Case(PROCESS, here.subject, me.person, unit), now)
    barred = set() if role.kind == "requester" else {here.subject, me.person}
    holder = people.holder(session, designed, barred=barred, matter=PROCESS, now=now) if designed else None
    if holder is None:
        return None
    due = due_at(session, people, step, unit, sent=now, begun=now)
    return Following(deployed.node_name(step.id), people.principal_label(session, holder, now), due)


def _batch(pairs: Sequence[tuple[Item, Rule | None]], labels: Mapping[str, Text]) -> Batch:
    rules = [rule for _item, rule in pairs if rule is not None]
    wanted = [kinds for rule in rules for kinds in rule.evidence if kinds != (PHOTO,)]
    needs = [Need(kinds, tuple((kind, labels.get(kind, Text(kind, kind))) for kind in kinds)) for kinds in wanted]
    return Batch(
        items=tuple(item for item, _rule in pairs),
        needs=_distinct(needs),
        level=max((rule.level for rule in rules), default=0),
        treasurer=any(rule.treasurer for rule in rules),
        wrong=frozenset(item.name for item, rule in pairs if rule is None),
    )


def _distinct(needs: Sequence[Need]) -> tuple[Need, ...]:
    """Each need once, without a choice of which one is needed anyway."""
    alone = {need.kinds[0] for need in needs if len(need.kinds) == 1}
    kept = (need for need in needs if len(need.kinds) == 1 or not alone & set(need.kinds))
    return tuple({frozenset(need.kinds): need for need in kept}.values())


FIRST_STEPS = ("confirm", "verify_unit", "verify", "verify")
"""The step of the diagram that a request comes to first, by its level."""
_DECIDES = (
    Text("Anda sendiri, dengan kode sekali pakai", "You yourself, with a one-time code"),
    Text("Petugas kepegawaian unit", "The unit's personnel officer"),
    Text("Verifikator BKPSDM, lalu penyetuju data BKPSDM", "BKPSDM's verifier, then BKPSDM's data approver"),
    Text(
        "Verifikator dan penyetuju data BKPSDM, lalu BKN melalui SIASN",
        "BKPSDM's verifier and data approver, then BKN by SIASN",
    ),
)
_THEMSELVES = Text("Pegawai itu sendiri, dengan kode sekali pakai", "They themselves, with a one-time code")
_TREASURER = Text(", lalu kode dari Anda dan bendahara gaji", ", then a code from you and the payroll treasurer")
AS_IT_IS = Text(
    "Perubahan ini tidak dapat dikirim seperti ini. Ubah, atau keluarkan.",
    "This change cannot be sent as it is. Change it, or take it out.",
)
"""Of an item for which there is no rule."""
NOT_HERE = Text(
    "Data ini tidak dapat diubah di sini. Tanyakan kepada petugas kepegawaian.",
    "This cannot be changed here. Ask your personnel officer.",
)
