"""What an erasure takes out of proposals, and, where it is asked for, out of earlier states of a record."""

from __future__ import annotations

import json
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.db import Document, table
from engine.erasing import Erased
from engine.errors import Conflict, Text
from workflows.record.histories import HISTORIES
from workflows.record.model import ProposedChange, RecordRow

NOTHING = "{}"
"""The values of a row, or of a change, that were erased."""

_ROWS, _CHANGES, _DOCUMENTS = table(RecordRow).c, table(ProposedChange).c, table(Document).c
_PHOTOS = {
    key: names for key, each in HISTORIES.items() if (names := [f.key for f in each.fields if f.type == "photo"])
}
"""The fields that name a document, by history."""


def clear_proposal(session: Session, found: Erased) -> None:
    """Values and reasons of a proposal; that there was a change, of which field and when, is known on."""
    gone = {"old": NOTHING, "new": NOTHING, "reason": None}
    session.execute(update(table(ProposedChange)).where(_CHANGES.instance_id == found.id).values(gone))


def photos_in_use(session: Session, people: Collection[str]) -> set[UUID]:
    """The documents that are somebody's photo today: no time of keeping ends for them meanwhile."""
    columns = (_ROWS.row, _ROWS.history, _ROWS["values"])
    wanted = select(*columns).where(_ROWS.person.in_(sorted(people)), _ROWS.history.in_(sorted(_PHOTOS)))
    newest = {row.row: row for row in session.execute(wanted.order_by(_ROWS.row, _ROWS.revision))}
    said = [(row.history, json.loads(row[2])) for row in newest.values()]
    return {UUID(values[name]) for history, values in said for name in _PHOTOS[history] if values.get(name)}


def refuse_while_a_photo_is_used(session: Session, found: Erased) -> None:
    """Raise `Conflict` while a photo that came with the request is the person's photo."""
    theirs = set(session.scalars(select(_DOCUMENTS.id).where(_DOCUMENTS.instance_id == found.id)))
    if theirs and theirs & photos_in_use(session, [found.subject]):
        raise Conflict(_PHOTO_IN_USE)


def clear_earlier_states(session: Session, found: Erased) -> int:
    """The values that the request brought into the record and that hold no more; of how many revisions.

    What holds today stays: it is the office's duty to know it. Where it is to go, a proposal removes it first.
    """
    later = table(RecordRow).alias("later").c
    newest = select(func.max(later.revision)).where(later.row == _ROWS.row).scalar_subquery()
    superseded = (_ROWS.revision < newest) | _ROWS.removed
    gone = update(table(RecordRow)).where(_ROWS.instance_id == found.id, superseded).values({"values": NOTHING})
    return len(session.execute(gone.returning(_ROWS.row)).all())


_PHOTO_IN_USE = Text(
    "Foto dari permohonan ini masih dipakai pada data pegawai. Ganti atau hapus fotonya lebih dulu.",
    "A photo of this request is still in use in the employee's data. Change or remove the photo first.",
)
