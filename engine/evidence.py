"""Evidence that follows: files that the applicant adds to the questions of the first step while the request runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import documents, notes
from engine.access import TASKS
from engine.actor import Actor, Directory
from engine.catalog import Deployed
from engine.chain import append
from engine.db import Task, table
from engine.errors import Conflict, NotPermitted, Refused, Text
from engine.forms import Field, Form, Page
from engine.forms.answers import MOST_FILES, missing
from engine.notices import notify, post
from engine.reminders import holders
from engine.run import role_of
from engine.take_back import Change

if TYPE_CHECKING:
    from engine.views import InstanceView

EVIDENCE = "evidence"
"""The kind of the event, and of the notice to those who have the request."""
RUNNING = ("running", "incident")


@dataclass(frozen=True)
class MayFollow:
    """A question of the first step, and how many more files it takes."""

    field: Field
    left: int


def offered(
    directory: Directory, deployed: Deployed, row: Any, actor: Actor, answers: Mapping[str, Any] | None
) -> tuple[MayFollow, ...]:
    """What the actor may add to a request: files for the questions that applied when it was sent.

    ``answers``: those of the first step as they stand; None while that step itself waits. A question with room for
    one file only takes none beside the one that it has. Nothing for those who neither started it nor are meant by it.
    """
    first = deployed.compiled.first_step
    form = deployed.form_of(first) if first else None
    if first is None or form is None or answers is None or row.status not in RUNNING:
        return ()
    own = role_of(directory.roles(), deployed.compiled.steps[first].lane).kind == "requester"
    if actor.person != row.starter and not (own and actor.person == row.subject):
        return ()
    asked = (field for field in form.fields if field.type == "filepicker" and field.key in answers)
    found = (MayFollow(field, _room(field) - len(answers[field.key] or ())) for field in asked)
    return tuple(each for each in found if each.left > 0)


def merged(before: Mapping[str, Any], added: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The answers of a step with the files that followed."""
    return {**before, **{key: [*dict.fromkeys([*(before.get(key) or ()), *ids])] for key, ids in added.items()}}


def form_for(questions: Sequence[MayFollow]) -> Form:
    """The questions as a form of their own; one of several may be left empty."""
    alone = len(questions) == 1
    return Form("", (Page(None, tuple(replace(each.field, hide=None, required=alone) for each in questions)),))


def add(
    session: Session,
    directory: Directory,
    deployed: Deployed,
    row: Any,
    view: InstanceView,
    actor: Actor,
    answers: Mapping[str, Any],
    *,
    release: str,
    now: datetime,
) -> None:
    """Give the files to a locked request, with a line in its record; whoever has its open tasks is told.

    What was decided last can still be taken back. Raises `NotPermitted`, `Conflict` when the request is over,
    `Refused` by field.
    """
    if not view.evidence:
        party = actor.person in (view.subject, view.starter)
        raise Conflict(_OVER) if party and view.status not in RUNNING else NotPermitted(_NOT_YOURS)
    first, form = deployed.compiled.first_step, form_for(view.evidence)
    given = _accepted(form, view.evidence, answers)
    documents.require_usable(session, form, given, owner=actor.person, instance=row.id)
    attached = documents.attach(session, form, given, owner=actor.person, instance=row.id, step=first or "")
    facts = {"actor": actor.person, "adds": first, "release": release}
    payload = {"answers": given, "documents": attached}
    head = append(session, row, EVIDENCE, at=now, facts=facts, payload=payload)
    _tell(session, directory, row, actor, now)
    notes.add_line(session, row, head)


def _room(field: Field) -> int:
    return MOST_FILES if field.several else 1


def _accepted(form: Form, questions: Sequence[MayFollow], answers: Mapping[str, Any]) -> dict[str, list[str]]:
    accepted = form.accept(answers, context={})
    given = {key: list(ids) for key, ids in accepted.items() if ids}
    if not given:
        raise Refused({each.field.key: [missing(each.field)] for each in questions[:1]})
    full = {each.field.key: [_full(each.left)] for each in questions if len(given.get(each.field.key, ())) > each.left}
    if full:
        raise Refused(full)
    return given


def _tell(session: Session, directory: Directory, row: Any, actor: Actor, now: datetime) -> None:
    """Tell whoever has the open tasks; of a task that may still be taken back only who has begun with it.

    The others find the files when they are told of the task itself.
    """
    final = row.undo is None or row.undo_until <= now
    unsure = () if final else Change.read(row.undo).created
    waiting = select(table(Task)).where(TASKS.instance_id == UUID(str(row.id)), TASKS.state == "open")
    recipients, people = dict[str, str](), dict[str, str]()
    for task in session.execute(waiting):
        if task.id in unsure and task.claimed_by is None:
            continue
        recipient, told = holders(session, directory, task, now)
        recipients[recipient] = EVIDENCE
        people |= dict.fromkeys(told, EVIDENCE)
    people.pop(actor.person, None)
    recipients.pop(f"person:{actor.person}", None)
    notify(session, row, people, at=now)
    post(session, row, recipients, now=now, due=now)


def _full(left: int) -> Text:
    return Text(
        f"Di sini masih dapat ditambahkan {left} berkas. Kurangi berkas yang Anda unggah.",
        f"There is room for {left} more files here. Upload fewer.",
    )


_OVER = Text(
    "Permohonan ini sudah selesai, sehingga berkas tidak dapat disusulkan lagi.",
    "This request is over, so no file can be added any more.",
)
_NOT_YOURS = Text(
    "Hanya pemohon yang dapat menyusulkan berkas, selama permohonannya berjalan.",
    "Only the applicant can add files, while the request runs.",
)
