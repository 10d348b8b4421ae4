"""Files that come with a form: kept at once, so that a mistake elsewhere on the page costs no second upload."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from engine import documents, uploads
from engine.actor import Actor
from engine.errors import Refused, Text
from engine.forms import Field, Form
from web.commands import actor, sent_values
from web.forms import Answers
from web.parts import parts, utcnow
from web.spelling import Typed, problem_name, question_of
from web.widgets import accepted_by, short

MOST_AT_ONCE = 20
"""Files that come with one form; each is looked at before the page answers."""

FormOf = Callable[[Session, Actor, datetime], Form | None]

_TOO_MANY = Text(
    f"Unggah paling banyak {MOST_AT_ONCE} berkas sekaligus.", f"Upload at most {MOST_AT_ONCE} files at a time."
)
_NOT_HERE = Text(
    "Jenis berkas ini tidak diterima di sini. Unggah: {}.", "This type of file is not taken here. Upload: {}."
)


@dataclass(frozen=True)
class Received:
    """What a form sent: the values of each name, documents by their ids; and which files were not taken, and why."""

    values: dict[str, list[str]]
    problems: dict[str, list[Text]]

    @contextmanager
    def judged(self) -> Iterator[None]:
        """Whatever is refused inside is refused together with the files. Raises `Refused` for these alone, too."""
        try:
            yield
        except Refused as refusal:
            raise Refused({**refusal.problems, **self.problems}) from refusal
        if self.problems:
            raise Refused(self.problems)


def received(form_of: FormOf) -> Received:
    """What was sent, with its files kept for the signed-in person. ``form_of`` is asked only when there are any."""
    values, problems = sent_values(), dict[str, list[Text]]()
    files = [(name, file) for name, file in request.files.items(multi=True) if file.filename]
    if not files:
        return Received(values, problems)
    now = utcnow()
    with parts().database.reads() as session:
        form = form_of(session, actor(session, now), now)
    asked = [(name, file, question) for name, file in files if (question := question_of(form, name)) is not None]
    for name, file, question in asked[:MOST_AT_ONCE]:
        try:
            kept = str(_kept(file, question, now))
        except Refused as refusal:
            problems.setdefault(problem_name(name), []).extend(refusal.problems[uploads.FIELD])
            continue
        several = f"{name.removesuffix('[]')}[]"
        values |= {several: [*values.get(several, []), kept]} if question.several else {name: [kept]}
    if len(asked) > MOST_AT_ONCE:
        problems.setdefault(problem_name(asked[-1][0]), []).append(_TOO_MANY)
    return Received(values, problems)


def _kept(file: FileStorage, question: Field, now: datetime) -> UUID:
    """The document that a file became. Raises `Refused` with what to do instead."""
    upload, owner = uploads.checked(file.filename or "", file.stream.read(uploads.LARGEST + 1)), current_user.person
    if upload.media_type not in (types := accepted_by(question)):
        wanted = ", ".join(map(short, types))
        raise Refused({uploads.FIELD: [Text(_NOT_HERE.id.replace("{}", wanted), _NOT_HERE.en.replace("{}", wanted))]})
    return parts().database.command(lambda session: documents.store(session, owner=owner, upload=upload, now=now))


def ids_in(form: Form | None, typed: Typed) -> list[str]:
    """The documents that the controls of a form name, whosever they are."""
    return [one for name, sent in typed.items() if question_of(form, name) is not None for one in sent]


def with_documents(session: Session, form: Form, answers: Answers, instance: UUID | None = None) -> Answers:
    """The answers with the documents that they name and that the signed-in person may send again."""
    ids = [one for _name, _field, ids in form.files(answers.values) for one in ids]
    ids = ids if answers.typed is None else ids_in(form, answers.typed)
    return replace(answers, attachments=documents.named(session, ids, owner=current_user.person, instance=instance))
