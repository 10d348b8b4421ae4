"""Documents of requests: brought by people or made by the system, each kept once as it came, under its SHA-256.

A document belongs to its owner until an answer names it; from then on to that request, and whoever may see the
request may see it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, undefer

from engine.access import INSTANCES, sees
from engine.actor import Actor
from engine.db import Document, Instance, table
from engine.errors import Conflict, NotFound, Refused, Text
from engine.forms import Attachment, Attachments, Field, Form
from engine.forms.answers import unfit
from engine.uploads import FIELD, Upload

ATTACHMENT = "attachment"
"""The kind of what people bring."""
KEPT = timedelta(days=31)
"""How long a document waits for the answer that names it: a day longer than an unsent draft."""
MOST_UNSENT, LARGEST_UNSENT = 40, 60 * 2**20
"""Documents, and bytes, that one person may have waiting."""

_COLUMNS = table(Document).c
_SHOWN = (_COLUMNS.id, _COLUMNS.kind, _COLUMNS.name, _COLUMNS.media_type, _COLUMNS.size)
_UNSENT = _COLUMNS.instance_id.is_(None)
_TOO_MANY = Text(
    "Terlalu banyak berkas Anda belum terkirim. Kirim permohonan yang belum selesai, atau mulai dari kosong.",
    "Too many of your files have not been sent. Send what you have begun, or start again from an empty form.",
)


def store(session: Session, *, owner: str, upload: Upload, now: datetime) -> UUID:
    """Keep a file for its owner until an answer names it; the same file again is the same document.

    Raises `Refused` under `uploads.FIELD` when too much of theirs waits already.
    """
    digest = hashlib.sha256(upload.content).digest()
    waiting = session.execute(
        select(_COLUMNS.id, _COLUMNS.digest, _COLUMNS.size).where(_COLUMNS.owner == owner, _UNSENT)
    ).all()
    if same := next((row.id for row in waiting if row.digest == digest), None):
        session.execute(update(Document).where(Document.id == same).values(name=upload.name, at=now))
        return UUID(str(same))
    if len(waiting) >= MOST_UNSENT or sum(row.size for row in waiting) + len(upload.content) > LARGEST_UNSENT:
        raise Refused({FIELD: [_TOO_MANY]})
    return _insert(session, upload, owner=owner, instance_id=None, kind=ATTACHMENT, now=now)


def add(
    session: Session, *, instance: UUID, kind: str, name: str, media_type: str, content: bytes, now: datetime
) -> UUID:
    """Keep a document that the system made for a request, or took in with a check of its own."""
    upload = Upload(name, media_type, content)
    return _insert(session, upload, owner="", instance_id=instance, kind=kind, now=now)


def _insert(session: Session, upload: Upload, *, owner: str, now: datetime, **where: Any) -> UUID:
    """The new document, or the one that the same file of the same owner became at the same moment."""
    digest = hashlib.sha256(upload.content).digest()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {
        "id": uuid4(),
        "owner": owner,
        "name": upload.name,
        "media_type": upload.media_type,
        "digest": digest,
        "size": len(upload.content),
        "content": upload.content,
        "at": now,
        **where,
    }
    added = insert(table(Document)).values(values).on_conflict_do_nothing().returning(_COLUMNS.id)
    if (made := session.execute(added).scalar()) is None:
        made = session.execute(
            select(_COLUMNS.id).where(_COLUMNS.owner == owner, _COLUMNS.digest == digest, _UNSENT)
        ).scalar_one()
    return UUID(str(made))


def document_for(session: Session, actor: Actor, document_id: UUID) -> Document:
    """A document with its content, for whoever may see its request; unsent, for its owner. Raises `NotFound`."""
    may_open = or_(and_(_UNSENT, _COLUMNS.owner == actor.person), and_(INSTANCES.id.is_not(None), sees(actor)))
    wanted = (
        select(Document)
        .outerjoin(Instance, INSTANCES.id == _COLUMNS.instance_id)
        .where(_COLUMNS.id == document_id, _COLUMNS.content.is_not(None), may_open)
        .options(undefer(Document.content))
    )
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound()
    return found


def of_instance(session: Session, instance: UUID) -> list[Attachment]:
    """The documents of a request, oldest first, erased ones left out. The caller has asked whether it may be seen."""
    wanted = select(*_SHOWN).where(_COLUMNS.instance_id == instance, _COLUMNS.content.is_not(None))
    return [Attachment(*row) for row in session.execute(wanted.order_by(_COLUMNS.at, _COLUMNS.id))]


def named(session: Session, ids: Iterable[str], *, owner: str | None, instance: UUID | None) -> Attachments:
    """Of these ids those that an answer may name, with their documents: the owner's unsent ones, and the request's.

    Costs no statement when there are none.
    """
    wanted = {found for one in ids if (found := _id(one)) is not None}
    if not wanted:
        return {}
    rows = session.execute(select(*_SHOWN).where(_COLUMNS.id.in_(sorted(wanted)), _usable(owner, instance)))
    return {str(row.id): Attachment(*row) for row in rows}


def require_usable(
    session: Session, form: Form, answers: Mapping[str, Any], *, owner: str | None, instance: UUID
) -> None:
    """Refuse answers that name somebody else's document, or that of another request. Raises `Refused` by field."""
    files = list(form.files(answers))
    known = named(session, (one for _, _, ids in files for one in ids), owner=owner, instance=instance)
    strange = {name: [_once_more(field)] for name, field, ids in files if not known.keys() >= set(ids)}
    if strange:
        raise Refused(strange)


def attach(
    session: Session, form: Form | None, answers: Mapping[str, Any], *, owner: str | None, instance: UUID, step: str
) -> dict[str, str]:
    """Give the request the documents that its answers name. Their SHA-256 by id, for the record.

    Raises `Conflict` if one was sent with another request at this moment.
    """
    ids = {one for _, _, named_ids in (form.files(answers) if form else ()) for one in named_ids}
    if not ids:
        return {}
    claimed = (
        update(table(Document))
        .where(_COLUMNS.id.in_(sorted(map(UUID, ids))), _usable(owner, instance))
        .values(instance_id=instance, step=func.coalesce(_COLUMNS.step, step))
        .returning(_COLUMNS.id, _COLUMNS.digest)
    )
    digests = {str(row.id): row.digest.hex() for row in session.execute(claimed)}
    if digests.keys() != ids:
        raise Conflict(_TAKEN)
    return dict(sorted(digests.items()))


def discard(session: Session, owner: str, ids: Iterable[str]) -> None:
    """Throw away unsent documents of their owner that no form names any more."""
    if wanted := sorted({found for one in ids if (found := _id(one)) is not None}):
        session.execute(delete(Document).where(_COLUMNS.id.in_(wanted), _COLUMNS.owner == owner, _UNSENT))


def renew(session: Session, owner: str, ids: Iterable[str], *, now: datetime) -> None:
    """Keep unsent documents for another while: their form was looked at again."""
    if wanted := sorted({found for one in ids if (found := _id(one)) is not None}):
        mine = (_COLUMNS.id.in_(wanted), _COLUMNS.owner == owner, _UNSENT)
        session.execute(update(Document).where(*mine).values(at=now))


def forget_unsent(session: Session, *, now: datetime) -> None:
    """Delete documents that have waited longer than `KEPT` for an answer to name them."""
    session.execute(delete(Document).where(_UNSENT, _COLUMNS.at < now - KEPT))


def erase(session: Session, instance: UUID, ids: Collection[UUID] | None = None) -> None:
    """Take content and names of a request's documents away; their digests stay, as the record's hashes do.

    ``ids``: of these alone; None: of all.
    """
    gone = update(table(Document)).where(_COLUMNS.instance_id == instance).values(content=None, name="")
    session.execute(gone if ids is None else gone.where(_COLUMNS.id.in_(sorted(ids))))


def _usable(owner: str | None, instance: UUID | None) -> ColumnElement[bool]:
    """Documents that an answer of this person for this request may name."""
    own = and_(_UNSENT, _COLUMNS.owner == owner) if owner else None
    of_request = _COLUMNS.instance_id == instance if instance else None
    return or_(*(condition for condition in (own, of_request) if condition is not None))


def _id(written: str) -> UUID | None:
    """The id, if it is written as we write it."""
    try:
        found = UUID(written)
    except ValueError:
        return None
    return found if str(found) == written else None


def _once_more(field: Field) -> Text:
    return unfit(field, "Unggah {} sekali lagi.", "Upload {} once more.").text


_TAKEN = Text(
    "Berkas ini baru saja terkirim dengan permohonan lain. Unggah sekali lagi.",
    "This file was just sent with another request. Upload it once more.",
)
