"""Evidence, the check page, and sending: what was collected becomes a request to change the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import documents
from engine.actor import Actor
from engine.errors import Conflict, Refused, ServiceFailed, Text
from engine.forms import Attachment, Field, Form, Page
from engine.views import Preview
from web import drafts, failures, unsent, uploads
from web.basket import ADD, CHANGE, PHOTO, REMOVE, Basket, Item
from web.commands import actor, command
from web.data import head
from web.data_fields import parts_of
from web.data_place import PROCESS, Where, today_of, where
from web.data_rules import AS_IT_IS, Batch, Need, batches, first_of, judged, kinds_of, needs_of
from web.data_sight import Sight, looked, sight_of
from web.forms import Answers, bound
from web.parts import parts, utcnow
from web.place import already
from web.spelling import given
from web.start import CHANGED
from workflows import colleagues, reach
from workflows.data_update.words import ACTIONS, title
from workflows.record import checks, values
from workflows.record import rows as record_rows
from workflows.record.rows import Record, Write

bp = Blueprint("data_check", __name__)

NOTE = "note"


@dataclass(frozen=True)
class Line:
    """One item on the check page: what it is about, what is and what shall be, and where that is changed or dropped."""

    name: str
    label: Text
    action: Text
    pairs: list[tuple[Text, Text]]
    """What is and what shall be of a field; of a whole row, what it says."""
    photo: str | None
    change: str | None
    wrong: Text | None
    verdict: Text | None = None
    reason: str = ""


@dataclass(frozen=True)
class Told:
    """What the lines of a check page are made from."""

    sight: Sight
    record: Record
    wrong: frozenset[str]
    judged: Mapping[str, tuple[Text, str]]


# Evidence and the note.


@bp.get("/data/evidence")
def evidence() -> ResponseReturnValue:
    """One place for each document that is needed, with those that are there."""
    now = utcnow()
    with parts().database.reads() as session:
        me = actor(session, now)
        here = where(session, me, now)
        if here.became is not None:
            return already(here.became)
        needs = needs_of(session, me, here, now)
        if not needs:
            return redirect(_after(here), 303)
        typed = unsent.typed() or {f"{kind}[]": list(ids) for kind, ids in here.basket.evidence.items()}
        return _evidence_page(session, here, needs, Answers(typed=typed))


@bp.post("/data/evidence")
def proved() -> ResponseReturnValue:
    """Keep the documents and go on to the check page; what is missing comes back with what was uploaded."""

    def form_of(session: Session, me: Actor, now: datetime) -> Form:
        return _evidence_form(needs_of(session, me, where(session, me, now), now))

    sent = uploads.received(form_of)

    def work(session: Session, me: Actor, now: datetime) -> str:
        here = where(session, me, now, lock=True)
        if here.became is not None:
            return url_for("requests.show", instance_id=here.became, said="already")
        needs = needs_of(session, me, here, now)
        asked = {kind for need in needs for kind in need.kinds}
        ids = {kind: tuple(sent.values.get(f"{kind}[]", ())) for kind in asked}
        known = documents.named(
            session, [one for each in ids.values() for one in each], owner=me.person, instance=here.wish.about
        )
        taken = {kind: tuple(one for one in each if one in known) for kind, each in ids.items()}
        with sent.judged():
            if missing := {need.kinds[0]: [need.missing] for need in needs if not need.met(taken)}:
                raise Refused(missing)
        return _after(here.keep(session, me, here.basket.with_evidence(taken), now))

    try:
        return command(work)
    except Refused as refusal:
        now = utcnow()
        with parts().database.reads() as session:
            me = actor(session, now)
            here = where(session, me, now)
            answers = Answers(typed=sent.values, problems=refusal.problems)
            return _evidence_page(session, here, needs_of(session, me, here, now), answers), 422


@bp.get("/data/note")
def note() -> ResponseReturnValue:
    """A note to whoever decides."""
    now = utcnow()
    with parts().database.reads() as session:
        me = actor(session, now)
        here = where(session, me, now)
        if here.became is not None:
            return already(here.became)
        typed = unsent.typed() or {NOTE: [here.basket.note]}
        return _note_page(session, here, Answers(typed=typed))


@bp.post("/data/note")
def noted() -> ResponseReturnValue:
    """Keep the note and go back to the check page."""
    words = request.form.get(NOTE, "").strip()

    def work(session: Session, me: Actor, now: datetime) -> str:
        here = where(session, me, now, lock=True)
        if here.became is not None:
            return url_for("requests.show", instance_id=here.became, said="already")
        if len(words) > LONGEST_NOTE:
            raise Refused({NOTE: [_TOO_LONG]})
        return _after(here.keep(session, me, replace(here.basket, note=words), now))

    try:
        return command(work)
    except Refused as refusal:
        now = utcnow()
        with parts().database.reads() as session:
            here = where(session, actor(session, now), now)
            return _note_page(session, here, Answers(typed={NOTE: [words]}, problems=refusal.problems)), 422


# The check page.


@bp.get("/data/check")
def check() -> ResponseReturnValue:
    """Everything that was collected, with what follows from it, before anything is sent."""
    return _check_page()


@bp.post("/data/check")
def send() -> ResponseReturnValue:
    """Send what the check page showed: a new request, or the one that was returned, mended."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        here = where(session, me, now, lock=True)
        if here.became is not None:
            return url_for("requests.show", instance_id=here.became, said="already")
        if request.form.get("seal") != _seal(here):
            raise Conflict(CHANGED)
        found = batches(session, me, here, now)
        return _mended(session, me, here, now) if here.task else _started(session, me, here, found, now)

    try:
        return command(work)
    except Refused as refusal:  # something has become wrong since the page was made
        return _check_page(refused=[text for texts in refusal.problems.values() for text in texts])
    except ServiceFailed as failure:
        failures.note(failure)
        return _check_page(failure)


@bp.post("/data/drop")
def drop() -> ResponseReturnValue:
    """Take one item out of the basket."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        here = where(session, me, now, lock=True)
        if here.became is not None:
            return url_for("requests.show", instance_id=here.became, said="already")
        basket = here.basket.without(request.form.get("item", ""))
        kept = here.keep(session, me, basket, now)
        return _after(kept) if basket.items or kept.task else url_for("data.index", **kept.shown, said="data_dropped")

    return command(work)


@bp.post("/data/clear")
def clear() -> ResponseReturnValue:
    """Throw away all that was collected; of a returned request, what was changed since."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        here = where(session, me, now, lock=True)
        if here.became is not None:
            return url_for("requests.show", instance_id=here.became, said="already")
        if here.draft is not None:
            kept = here.keep(session, me, Basket(), now)
            if here.task is not None:
                session.delete(kept.draft)
        return url_for("data.index", **here.shown, said="data_dropped")

    return command(work)


def _started(session: Session, me: Actor, here: Where, found: Sequence[Batch], now: datetime) -> str:
    """Start a request with what goes together; what goes by itself stays collected."""
    assert here.draft is not None  # whoever has collected something has one
    first, rest = found[0], [item for batch in found[1:] for item in batch.items]
    sending = _only(here.basket, first)
    answers = given(sending.typed())
    view = parts().engine.start(session, PROCESS, me, answers, now=now, subject=here.wish.subject)
    drafts.sent(here.draft, view.id, now)
    if rest:
        left = {kind: ids for kind, ids in here.basket.evidence.items() if kind not in sending.evidence}
        drafts.keep(session, me.person, here.wish, Basket(tuple(rest), left).typed(), now)
    own = next((task for task in view.tasks if task.mine), None)
    return url_for("inbox.task", task_id=own.id) if own else url_for("requests.sent", instance_id=view.id)


def _mended(session: Session, me: Actor, here: Where, now: datetime) -> str:
    """Give the returned request its mended answers."""
    assert here.task is not None  # the caller has asked
    instance = parts().engine.decide(session, here.task.id, me, given(here.basket.typed()), now=now)
    if here.draft is not None:
        drafts.sent(here.draft, instance, now)
    return url_for("requests.show", instance_id=instance, said="data_mended")


def _only(basket: Basket, batch: Batch) -> Basket:
    """The part of a basket that is sent together, with the documents that it needs."""
    wanted = {kind for need in batch.needs for kind in need.kinds}
    return Basket(batch.items, {k: ids for k, ids in basket.evidence.items() if k in wanted}, basket.note)


def _check_page(failure: ServiceFailed | None = None, refused: Sequence[Text] = ()) -> ResponseReturnValue:
    now = utcnow()
    with parts().database.reads() as session:
        me = actor(session, now)
        here = where(session, me, now)
        if here.became is not None:
            return already(here.became)
        if not here.basket.items:
            return redirect(url_for("data.index", **here.shown), 303)
        sight = sight_of(session, me, here.subject, now)
        page = _checked(session, me, here, sight, now, refused)
        drawn = render_template("data_check.html", failure=failure, **page, **head(session, here))
    for history in dict.fromkeys(item.history for item in here.basket.items):
        looked(me, here.subject, history, sight, now)
    return drawn, 503 if failure else 422 if refused else 200


def _checked(
    session: Session, me: Actor, here: Where, sight: Sight, now: datetime, refused: Sequence[Text]
) -> dict[str, Any]:
    """What the check page says; ``refused``: what spoke against it when it was sent."""
    found, record = batches(session, me, here, now), record_rows.record(session, here.subject)
    first, later = found[0], [] if here.task else [item for batch in found[1:] for item in batch.items]
    told = Told(sight, record, first.wrong, judged(session, here))
    sending = here.basket if here.task else _only(here.basket, first)
    missing = [need for need in first.needs if not need.met(here.basket.evidence)]
    against = refused or ([] if here.task or missing else _previewed(session, me, here, sending, now).refusals)
    return {
        "lines": [_line(here, told, item) for item in sending.items],
        "later": [_line(here, told, item) for item in later],
        "proofs": _proofs(session, me, here, sending, now),
        "missing": missing,
        "needs": first.needs,
        "refusals": against,
        "stopped": bool(missing or first.wrong),
        "decides": first.decides(own=here.subject == me.person),
        "following": None if against or missing else first_of(session, me, here, first, now),
        "codeless": first.by_code and here.subject == me.person and not reach.in_use(session, me.person),
        "consequences": _consequences(session, here, told, sending, now),
        "applicant": colleagues.known(session, here.subject),
        "note": here.basket.note,
        "seal": _seal(here),
    }


def _previewed(session: Session, me: Actor, here: Where, sending: Basket, now: datetime) -> Preview:
    """What would come of it; what cannot be accepted speaks against it like any other reason."""
    answers, subject = given(sending.typed()), here.wish.subject
    try:
        return parts().engine.preview(session, PROCESS, me, answers, now=now, subject=subject)
    except Refused as refusal:
        return Preview({}, [], [text for texts in refusal.problems.values() for text in texts])


def _line(here: Where, told: Told, item: Item) -> Line:
    row = None if item.action == ADD else told.record.row(UUID(item.row))
    old, sight = row.values if row else {}, told.sight
    pairs = _compared(item, old, sight) if item.action == CHANGE else _whole(item, old, sight)
    photo = next((value for field, value in item.fields if field.type == PHOTO and value), None)
    label = title(item.history, item.field, _naming(item, old, sight))
    wrong = AS_IT_IS if item.name in told.wrong else None
    found = told.judged.get(item.name, (None, ""))
    return Line(item.name, label, ACTIONS[item.action], pairs, photo, _changes(here, item), wrong, *found)


def _naming(item: Item, old: Mapping[str, str], sight: Sight) -> Mapping[str, str] | None:
    """The values by which a row is called; None where it is there, and the reader may not know its name."""
    name = item.of.field(item.of.name)
    return None if old and name is not None and not sight.full(item.of, name) else old or item.values


def _compared(item: Item, old: Mapping[str, str], sight: Sight) -> list[tuple[Text, Text]]:
    """What a field says, and what it shall say."""
    [(field, value)] = item.fields
    return [(_NOW, sight.words(item.of, field, old.get(field.key, ""))), (_THEN, values.shown(field, value))]


def _whole(item: Item, old: Mapping[str, str], sight: Sight) -> list[tuple[Text, Text]]:
    """All that a row says which is to come or to go."""
    if item.action == ADD:
        return [(field.label, values.shown(field, value)) for field, value in item.fields]
    seen = (field for field in item.of.fields if old.get(field.key) and sight.sees(item.of, field))
    return [(field.label, sight.words(item.of, field, old[field.key])) for field in seen]


def _changes(here: Where, item: Item) -> str | None:
    """The page on which an item is changed."""
    if item.action == REMOVE:
        return None
    if item.action == ADD:
        return url_for("data_forms.add", history=item.history, row=item.row, **here.address, change=1)
    pages = parts_of(item.of, officer=here.for_colleague)
    part = next((page for page in pages if item.field in page.keys), None)
    if part is None:
        return None
    address = {"history": item.history, "row": item.row, "part": part.key, **here.address}
    return url_for("data_forms.change", **address, change=1)


def _consequences(
    session: Session, here: Where, told: Told, sending: Basket, now: datetime
) -> list[tuple[Text, list[Text]]]:
    """What each change affects beside the record itself, each thing once, as far as the reader may know it."""
    writes = [_write(here, told.record, item) for item in sending.items]
    found = zip(sending.items, checks.notes(session, told.record, writes, today_of(session, here, now)), strict=True)
    by_change, known = list[tuple[Text, list[Text]]](), set[Text]()
    for item, note in found:
        texts = [text for text in note.consequences if text not in known]
        if texts and told.sight.what_follows(item.of, [field for field, _new in item.fields]):
            by_change.append((_line(here, told, item).label, texts))
            known.update(texts)
    return by_change


def _write(here: Where, record: Record, item: Item) -> Write:
    """A change as it would be written today."""
    row = uuid5(NAMESPACE_URL, f"{here.subject}/{item.row}") if item.action == ADD else UUID(item.row)
    there = record.row(row)
    return Write(item.history, row, item.action, item.values, there.revision if there else 0)


def _proofs(
    session: Session, me: Actor, here: Where, sending: Basket, now: datetime
) -> list[tuple[Text, list[Attachment]]]:
    """The documents that go along, by what they are."""
    ids = [one for each in sending.evidence.values() for one in each]
    known = documents.named(session, ids, owner=me.person, instance=here.wish.about)
    labels = kinds_of(session, me, here, now)
    return [
        (labels.get(kind, Text(kind, kind)), [known[one] for one in each if one in known])
        for kind, each in sending.evidence.items()
        if kind != PHOTO
    ]


def _evidence_form(needs: Sequence[Need]) -> Form:
    """A place for each document; where one of several will do, they stand together, after what is needed for sure."""
    pages, asked = [], set[str]()
    for need in sorted(needs, key=lambda need: len(need.kinds) > 1):
        if asked.isdisjoint(need.kinds):
            fields = tuple(_proof(kind, label) for kind, label in need.labels)
            pages.append(Page(_ONE_OF if len(need.kinds) > 1 else None, fields))
        asked.update(need.kinds)
    return Form("", tuple(pages))


def _proof(kind: str, label: Text) -> Field:
    return Field(kind, "filepicker", label, required=True, several=True)


def _evidence_page(session: Session, here: Where, needs: Sequence[Need], answers: Answers) -> str:
    asked = _evidence_form(needs)
    form = bound(asked, uploads.with_documents(session, asked, answers, here.wish.about))
    target, back = url_for(".proved", **here.address), url_for(".check", **here.address)
    return render_template("data_evidence.html", form=form, target=target, back=back, **head(session, here))


def _note_page(session: Session, here: Where, answers: Answers) -> str:
    form = bound(_NOTE_FORM, answers)
    target, back = url_for(".noted", **here.address), url_for(".check", **here.address)
    return render_template("data_note.html", form=form, target=target, back=back, **head(session, here))


def _seal(here: Where) -> str:
    """What the check page shows, in short; a returned request that nothing was changed of has no draft."""
    return drafts.seal(here.draft) if here.draft else "unchanged"


def _after(here: Where) -> str:
    return url_for(".check", **here.address)


LONGEST_NOTE = 500
_TOO_LONG = Text(
    f"Persingkat catatan menjadi paling banyak {LONGEST_NOTE} huruf.", f"Shorten the note to {LONGEST_NOTE} characters."
)
_NOW, _THEN = Text("Sekarang", "Now"), Text("Menjadi", "To become")
_ONE_OF = Text("Cukup salah satu dari ini", "One of these is enough")
_NOTE_FORM = Form(
    "", (Page(None, (Field(NOTE, "textarea", Text("Catatan untuk pemeriksa", "A note to who decides")),)),)
)
