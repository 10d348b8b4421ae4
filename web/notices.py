"""What a person is told inside Alur: one line per change, none for one's own acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, load_only

from engine.actor import Actor
from engine.db import Instance, Notice
from engine.errors import Text
from web.commands import actor, command
from web.parts import parts, utcnow
from workflows.letters import standing

bp = Blueprint("notices", __name__, url_prefix="/notices")

A_PAGE = 20
HIGHEST_ID = 2**31 - 1


def _of_acting(short: str) -> dict[str, Text]:
    """What is said about an appointment: to whoever acts, and (post) to whoever holds the post."""
    low = short.lower()
    return {
        f"{low}_appointed": Text(f"Anda ditunjuk sebagai {short}.", f"You have been appointed {short}."),
        f"{low}_extended": Text(
            f"Penunjukan Anda sebagai {short}. diperpanjang", f"Your appointment as {short}. has been extended"
        ),
        f"{low}_ended": Text(
            f"Penunjukan Anda sebagai {short}. diakhiri lebih awal", f"Your appointment as {short}. ends earlier"
        ),
        f"post_{low}_appointed": Text(
            f"Seorang {short}. ditunjuk untuk jabatan Anda", f"A {short}. has been appointed for your post"
        ),
        f"post_{low}_extended": Text(
            f"Penunjukan {short}. untuk jabatan Anda diperpanjang", f"The {short}. of your post has been extended"
        ),
        f"post_{low}_ended": Text(
            f"Penunjukan {short}. untuk jabatan Anda diakhiri lebih awal", f"The {short}. of your post ends earlier"
        ),
    }


_ACTING = {**_of_acting("Plh"), **_of_acting("Plt")}
KINDS = {
    "task": Text("Ada tugas untuk Anda", "A task waits for you"),
    "ended": Text("Permohonan Anda sudah dijawab", "Your request has been answered"),
    "returned": Text("Permohonan Anda perlu tindakan Anda", "Your request needs you"),
    "begun": Text("Ada permohonan yang dimulai untuk Anda", "Somebody started a request for you"),
    "cancelled": Text("Permohonan ditarik", "A request was withdrawn"),
    "taken_back": Text("Tugas yang Anda ambil ditarik kembali", "The task that you took was taken back"),
    "letter_made": Text("Disetujui, surat menunggu tanda tangan", "Approved, the letter waits for its signature"),
    "letter_signed": Text("Surat sudah ditandatangani", "The letter has been signed"),
    "recounted": Text("Hari cuti Anda dihitung ulang", "Your days of leave were counted anew"),
    "reminder": Text("Tugas Anda mendekati tenggat", "A task of yours is due soon"),
    "overdue": Text("Tugas Anda lewat tenggat", "A task of yours is overdue"),
    "escalated": Text("Ada tugas yang lama lewat tenggat di unit Anda", "A task in your unit is long overdue"),
    "nudged": Text("Pemohon mengingatkan tugas Anda", "The applicant reminds you of a task"),
    "referred": Text("Ada tugas yang diteruskan kepada Anda", "A task was passed on to you"),
    "reassigned": Text("Ada tugas yang dialihkan kepada Anda", "A task was given to you"),
    "evidence": Text("Pemohon menyusulkan berkas", "The applicant added a file"),
    "moved_away": Text("Tugas Anda dialihkan kepada orang lain", "A task of yours was given to somebody else"),
    "record_changed": Text("Ada perubahan pada data Anda", "Something in your data has changed"),
    "record_cooling": Text(
        "Rekening gaji Anda akan diganti. Bukan Anda? Hentikan sekarang",
        "Your salary account is about to change. If it was not you, stop it now",
    ),
    **_ACTING,
}
"""The words of every kind of notice, on the page and outside it. What is not here cannot be sent."""
OTHER = Text("Permohonan Anda berubah", "Your request has changed")


@dataclass(frozen=True)
class Line:
    """A notice as it is shown."""

    id: int
    instance_id: UUID | None
    reference: str | None
    title: Text | None
    words: Text
    page: str
    status: str | None
    """Of the reader's own request, as it is now; of others' requests nothing is said here."""
    outcome_name: Text | None
    at: datetime
    read_at: datetime | None


@bp.get("")
def show() -> ResponseReturnValue:
    """My notices, newest first."""
    before = request.args.get("after", "")
    now = utcnow()
    with parts().database.reads() as session:
        actor(session, now)
        lines = _lines(session, current_user.person, int(before[:9]) if before.isdecimal() else HIGHEST_ID, now)
        following = str(lines[A_PAGE - 1].id) if len(lines) > A_PAGE else None
        new = unread(session, current_user.person, now)
        letters = standing.of_instances(session, {line.instance_id for line in lines if line.instance_id})
        return render_template(
            "notices.html", lines=lines[:A_PAGE], letters=letters, next=following, after=before, unread=new
        )


@bp.post("/read")
def read() -> ResponseReturnValue:
    """Mark as read what the page showed; a notice that came since stays new."""
    until = request.form.get("until", "")
    newest = int(until[:9]) if until.isdecimal() else 0

    def work(session: Session, me: Actor, now: datetime) -> str:
        new = (*_told(me.person, now), Notice.id <= newest, Notice.read_at.is_(None))
        session.execute(update(Notice).where(*new).values(read_at=now))
        return url_for(".show", said="read")

    return command(work)


def _told(person: str, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """A person's notices that hold by now: of a decision that can still be taken back nothing is told."""
    return Notice.person == person, Notice.at <= now


_SHOWN = (
    Instance.reference,
    Instance.version_id,
    Instance.subject,
    Instance.starter,
    Instance.status,
    Instance.outcome,
)
"""What a line needs of its request; the state of one can be large."""


def _lines(session: Session, person: str, before: int, now: datetime) -> Sequence[Line]:
    found = session.execute(
        select(Notice, Instance)
        .options(load_only(*_SHOWN))
        .outerjoin(Instance, Instance.id == Notice.instance_id)
        .where(*_told(person, now), Notice.id < before)
        .order_by(Notice.id.desc())
        .limit(A_PAGE + 1)
    )
    return [_line(session, notice, instance) for notice, instance in found]


def _line(session: Session, notice: Notice, instance: Instance | None) -> Line:
    line = Line(
        id=notice.id,
        instance_id=notice.instance_id,
        reference=None,
        title=None,
        words=KINDS.get(notice.kind, OTHER),
        page=page_of(notice.kind, notice.instance_id),
        status=None,
        outcome_name=None,
        at=notice.at,
        read_at=notice.read_at,
    )
    if instance is None:
        return line
    deployed = parts().engine.catalog.version(session, instance.version_id)
    own = notice.person in (instance.subject, instance.starter)
    return replace(
        line,
        reference=instance.reference,
        title=deployed.manifest.title,
        status=instance.status if own else None,
        outcome_name=deployed.node_name(instance.outcome) if instance.outcome else None,
    )


PAGES = {"escalated": "/overdue", "moved_away": "/inbox", **dict.fromkeys(_ACTING, "/acting")}
"""Where a notice leads that is about no request, or whose reader may not see the request itself."""


def page_of(kind: str, instance: UUID | None) -> str:
    """The address of the page that a notice leads to."""
    return PAGES.get(kind, f"/requests/{instance}")


def unread(session: Session, person: str, now: datetime) -> int:
    """How many notices the person has not read."""
    return session.scalar(select(func.count()).where(*_told(person, now), Notice.read_at.is_(None))) or 0
