"""The automatic steps of a proposal: read what was sent, hold its rows, keep what was decided, and apply it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.errors import Refused, ServiceFailed, Text
from engine.services import ServiceContext
from workflows import calendar
from workflows.data_update import fences, proposals, proposing, services
from workflows.data_update.applying import applied
from workflows.data_update.proposals import CLOSED, COOLING, NATIONAL, REPAIR, VERIFIED, WITHDRAWN
from workflows.data_update.proposing import Item, Prepared
from workflows.data_update.rules import Asked, documents, missing
from workflows.data_update.rules import asked as asked_for
from workflows.data_update.words import OK, REFUSE, title
from workflows.record import rows
from workflows.record.histories import HISTORIES, PLAIN, SELF
from workflows.record.model import Proposal, ProposedChange
from workflows.record.relations import relations_of
from workflows.record.values import shown
from workflows.wording import long_date

BKN_LEVEL = 3
MOST_HOURS = 24 * 31


@services.register("data.assess@1", reads_only=True)
def assess(ctx: ServiceContext, *, changes: list[Any], evidence: list[Any] | None = None) -> Mapping[str, Any]:
    """What would change, for the page before sending, and what of it cannot be taken."""
    found = _prepared(ctx, changes, evidence)
    wrong = [text for texts in found.problems.values() for text in texts]
    return {"facts": [_fact(item) for item in found.items], "refusals": [_both(text) for text in wrong]}


@services.register("data.read@1", reads_only=True)
def read(ctx: ServiceContext, *, changes: list[Any], evidence: list[Any] | None = None) -> Mapping[str, Any]:
    """The changes as the decision table is asked about them: ``items``. Raises `Refused` by field."""
    found = _prepared(ctx, changes, evidence)
    if found.problems or not found.items:
        raise Refused(found.problems or {"changes": [_NOTHING]})
    return {"items": [item.facts for item in found.items]}


@services.register("data.open@1")
def open_(
    ctx: ServiceContext, *, changes: list[Any], rules: dict[str, Any], evidence: list[Any] | None = None
) -> Mapping[str, Any]:
    """Keep what was sent as the proposal of this request and hold its rows, by the rule that was found for each item.

    What was sent before in this request gives way. Raises `Refused` by field, `Conflict` for a row that another
    proposal is about.
    """
    fences.require_request(ctx)
    found, ruled = _prepared(ctx, changes, evidence), list(rules.get("items") or ())
    if found.problems or len(ruled) != len(found.items):
        raise Refused(found.problems or {"changes": [_NOTHING]})
    _require_allowed(found, ruled, asked_for(changes), evidence or ())
    levels = [int(rule["level"]) for rule in ruled]
    proofs = [documents(rule, evidence or ()) for rule in ruled]
    proposals.keep(ctx.session, ctx.instance, ctx.subject, found.items, levels, proofs, ctx.now)
    return {"level": max(levels)}


def take_back_verdicts(ctx: ServiceContext, *, event: int, result: Mapping[str, Any]) -> None:
    """Bring the verdicts and the state of a proposal to what they were before an officer's decision."""
    before = {number: (verdict, reason) for number, verdict, reason in result["before"]}
    for change in proposals.changes(ctx.session, ctx.instance):
        change.verdict, change.reason = before.get(change.number, (None, None))
    ctx.session.flush()
    proposals.move(ctx.session, ctx.instance, result["state_before"], ctx.now)


@services.register("data.judge@1", undo=take_back_verdicts)
def judge(
    ctx: ServiceContext, *, outcome: str, decisions: list[Any] | None = None, reason: str | None = None
) -> Mapping[str, Any]:
    """Keep what an officer just found of each item, or, without ``decisions``, of all that had passed so far.

    Raises `Refused` if not every item has one verdict.
    """
    cause = fences.require_officer(ctx)
    proposal, kept = proposals.proposal(ctx.session, ctx.instance), proposals.changes(ctx.session, ctx.instance)
    before = [[change.number, change.verdict, change.reason] for change in kept]
    if decisions is not None:
        _judge_each(kept, decisions, outcome)
    elif outcome != OK:
        _judge_rest(kept, outcome, reason)
    ctx.session.flush()
    state = proposal.state
    proposals.move(ctx.session, ctx.instance, _state_after(proposal, cause.role, outcome), ctx.now)
    return {"outcome": outcome, "before": before, "state_before": state}


@services.register("data.cool@1")
def cool(ctx: ServiceContext, *, hours: int) -> Mapping[str, Any]:
    """Begin the time in which a change that was approved can still be stopped; ``until`` when that is over."""
    fences.require_officer(ctx)
    if not 0 < hours <= MOST_HOURS:
        raise ServiceFailed(_HOURS)
    proposals.proposal(ctx.session, ctx.instance)
    proposals.move(ctx.session, ctx.instance, COOLING, ctx.now)
    until: datetime = ctx.now + timedelta(hours=int(hours))
    here = until.astimezone(calendar.office(ctx.session, ctx.unit, calendar.short_view(ctx.now)).zone)
    day = long_date(here.date())
    words = Text(f"{day.id} pukul {here:%H.%M}", f"{day.en} at {here:%H.%M}")
    return {"until": until, "facts": [{"label": _both(_STOPPED_UNTIL), "value": _both(words)}]}


@services.register("data.apply@1")
def apply(ctx: ServiceContext) -> Mapping[str, Any]:
    """Write the approved items into the record, all or none, in the transaction of whoever decided last.

    Raises `Conflict` if the record has changed since the proposal was made, `NotDecided` if the officers of its level
    have not all found it right in this round.
    """
    proposal = proposals.proposal(ctx.session, ctx.instance)
    kept = proposals.changes(ctx.session, ctx.instance)
    fences.require_decided(ctx, proposal, kept)
    taken = [change for change in kept if change.verdict in (None, OK)]
    return applied(ctx, proposal.instance_id, taken)


@services.register("data.close@1")
def close(ctx: ServiceContext, *, state: str) -> Mapping[str, Any]:
    """End a proposal without a change of the record: refused, expired or not_confirmed. Its rows are free again."""
    if state not in CLOSED:
        raise ServiceFailed(_STATE)
    proposals.proposal(ctx.session, ctx.instance)
    proposals.release(ctx.session, ctx.instance)
    proposals.move(ctx.session, ctx.instance, state, ctx.now)
    return {"state": state}


@services.register("data.withdraw@1")
def withdraw(ctx: ServiceContext) -> Mapping[str, Any]:
    """End the proposal that this request is about, for the person or for the officer whom they told.

    Raises `Conflict` when it was decided meanwhile.
    """
    fences.require_request(ctx)
    ctx.end_about(_WITHDRAWN)  # takes the instance first: of a decision and a withdrawal, one wins
    target = proposals.proposal(ctx.session, ctx.about)
    if target.person != ctx.subject:
        raise ServiceFailed(proposals.NO_PROPOSAL)
    proposals.release(ctx.session, target.instance_id)
    proposals.move(ctx.session, target.instance_id, WITHDRAWN, ctx.now)
    return {"state": WITHDRAWN}


def _prepared(ctx: ServiceContext, changes: list[Any], evidence: list[Any] | None) -> Prepared:
    if ctx.actor is None:
        raise ServiceFailed(proposals.NO_PROPOSAL)
    proposer = relations_of(ctx.session, ctx.actor, ctx.subject, ctx.now)
    return proposing.prepare(
        ctx.session, ctx.subject, proposer, changes, evidence or [], instance=ctx.instance, today=ctx.today
    )


def _require_allowed(
    found: Prepared, ruled: Sequence[Any], asked: Sequence[Asked], evidence: Iterable[Mapping[str, Any]]
) -> None:
    """Each item may be changed here, together with the others, and is proved. Raises `Refused`."""
    for item, rule in zip(found.items, ruled, strict=True):
        if rule is None:
            raise Refused({f"changes-{asked[item.number].place}-field": [_NO_RULE]})
    if len({rule["group"] for rule in ruled}) > 1:
        raise Refused({"changes": [_APART]})
    unproved = [item for item, rule in zip(found.items, ruled, strict=True) if missing(rule, evidence)]
    if unproved:
        raise Refused({"evidence": [_unproved(item) for item in unproved]})


def _judge_each(kept: Sequence[ProposedChange], decisions: Iterable[Mapping[str, Any]], outcome: str) -> None:
    by_number = {int(row["number"]): row for row in decisions}
    verdicts = [str(row.get("verdict")) for row in by_number.values()]
    if sorted(by_number) != [change.number for change in kept] or len(verdicts) != len(list(decisions)):
        raise Refused({"decisions": [_EACH]})
    if outcome != _outcome_of(verdicts):
        raise Refused({"decisions": [_EACH]})
    for change in kept:
        row = by_number[change.number]
        if row["verdict"] == REPAIR and all(f.proposer != SELF for f in HISTORIES[change.history].fields):
            raise Refused({f"decisions-{change.number}-verdict": [_OFFICERS_OWN]})  # it would go back to the person
        change.verdict, change.reason = row["verdict"], row.get("reason")


def _judge_rest(kept: Iterable[ProposedChange], outcome: str, reason: str | None) -> None:
    """Give all that had passed so far one verdict."""
    for change in kept:
        if change.verdict in (None, OK):
            change.verdict, change.reason = outcome, reason


def _state_after(proposal: Proposal, role: str, outcome: str) -> str:
    """The state of a proposal once somebody of a role has found this."""
    if outcome == REPAIR:
        return REPAIR
    if outcome == OK and role == fences.VERIFIER:
        return VERIFIED
    return NATIONAL if outcome == OK and role == fences.APPROVER and proposal.level == BKN_LEVEL else proposal.state


def _outcome_of(verdicts: Sequence[str]) -> str:
    if REPAIR in verdicts:
        return REPAIR
    return REFUSE if all(each == REFUSE for each in verdicts) else OK


def _called(item: Item) -> Text:
    """What it is about; a row whose name is not for everybody is not named."""
    history = HISTORIES[item.history]
    name = history.field(history.name)
    known = {**item.old, **item.new} if name is not None and name.care == PLAIN else None
    return title(item.history, item.field, known)


def _fact(item: Item) -> dict[str, Any]:
    """An item in words: what it holds now and what it is to hold."""
    history = HISTORIES[item.history]
    if not item.field:
        done = _ADDED if item.action == rows.ADD else _REMOVED
        return {"label": _both(_called(item)), "value": _both(done)}
    field = history.field(item.field)
    assert field is not None
    old, new = shown(field, item.old.get(item.field, "")), shown(field, item.new.get(item.field, ""))
    return {"label": _both(_called(item)), "value": _both(Text(f"{old.id} → {new.id}", f"{old.en} → {new.en}"))}


def _both(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}


def _unproved(item: Item) -> Text:
    called = _called(item)
    return Text(
        f"Lampirkan bukti untuk “{called.id}”.",
        f"Attach the evidence for “{called.en}”.",
    )


_NOTHING = Text("Ubah sedikitnya satu data.", "Change at least one thing.")
_NO_RULE = Text(
    "Data ini tidak dapat diubah di sini. Tanyakan kepada BKPSDM.", "This cannot be changed here. Ask BKPSDM."
)
_APART = Text(
    "Kirim perubahan ini terpisah: kontak sendiri, rekening gaji sendiri, data lain sendiri.",
    "Send these changes apart: contacts by themselves, the salary account by itself, other data by themselves.",
)
_EACH = Text("Beri hasil untuk setiap perubahan.", "Give a result for each change.")
_OFFICERS_OWN = Text(
    "Pilih “Tidak memenuhi syarat” dan tulis alasannya. Data ini hanya diajukan petugas, yang lalu mengajukannya lagi.",
    "Choose “Does not meet the requirements” and write why. Only officers ask for this, and then ask for it anew.",
)
_HOURS = Text("Masa tunggu tidak masuk akal. Periksa alurnya.", "The waiting time makes no sense. Check the flow.")
_STATE = Text("Keadaan akhir ini tidak dikenal. Periksa alurnya.", "This final state is not known. Check the flow.")
_WITHDRAWN = Text("Ditarik oleh pegawai", "Withdrawn by the employee")
_STOPPED_UNTIL = Text(
    "Dapat dihentikan dengan menarik permohonan ini, sampai", "Can be stopped by withdrawing this request, until"
)
_ADDED, _REMOVED = Text("Ditambah", "Added"), Text("Dihapus", "Removed")
