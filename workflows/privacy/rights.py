"""Rights over personal data: what is said before a request is sent, and what is limited because of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from engine.access import INSTANCES
from engine.db import table
from engine.erasing import OVER, Erased
from engine.errors import Conflict, Text
from engine.services import ServiceContext, Services
from workflows.privacy.erasing import numbers
from workflows.privacy.fences import require_officer
from workflows.privacy.model import ProcessingLimit

services = Services("privacy")

PROCESS = "data_rights"
HOURS = timedelta(hours=72)
"""In which a request is answered and a breach told, nights and days off included.

Source: UU 27/2022 art. 30, 32, 40, 41 and 46 (3 x 24 hours).
"""
ERASE, OBJECT = "erase", "object"

_LIMITS = table(ProcessingLimit).c
_IN_FORCE = _LIMITS.lifted_at.is_(None)


@services.register("privacy.assess@1", reads_only=True)
def assess(ctx: ServiceContext, *, kind: str, reference: str | None = None) -> Mapping[str, Any]:
    """What speaks against a request before it is sent: numbers that are not the subject's, or still run."""
    return {"facts": _facts(kind), "refusals": _refusals(ctx, kind, numbers(reference or ""))}


@services.register("privacy.limit@1")
def limit(ctx: ServiceContext, *, what: str) -> Mapping[str, Any]:
    """Keep that data of the subject are not to be used until somebody lifts it.

    Source: UU 27/2022 art. 41.
    """
    require_officer(ctx)
    by = ctx.actor.person if ctx.actor else ctx.starter
    line = {"instance_id": ctx.instance, "person": ctx.subject, "what": what, "at": ctx.now, "by": by}
    ctx.session.execute(insert(table(ProcessingLimit)).values(**line))
    return {"limited": True}


def in_force(session: Session, person: str | None = None) -> Sequence[Any]:
    """The limits of today, of one person or of all, newest first, each with the ``reference`` of its request."""
    joined = select(table(ProcessingLimit), INSTANCES.reference).join_from(
        table(ProcessingLimit), INSTANCES.id.table, INSTANCES.id == _LIMITS.instance_id
    )
    wanted = joined.where(_IN_FORCE) if person is None else joined.where(_IN_FORCE, _LIMITS.person == person)
    return session.execute(wanted.order_by(_LIMITS.at.desc(), _LIMITS.instance_id)).all()


def lift(session: Session, instance: UUID, *, by: str, now: datetime) -> None:
    """End a limit. Raises `Conflict` when it has ended before, or never was."""
    ended = update(table(ProcessingLimit)).where(_LIMITS.instance_id == instance, _IN_FORCE)
    if session.scalar(ended.values(lifted_at=now, lifted_by=by).returning(_LIMITS.instance_id)) is None:
        raise Conflict(_LIFTED)


def clear_limit(session: Session, found: Erased) -> None:
    """A limit ends with what asked for it."""
    session.execute(delete(table(ProcessingLimit)).where(_LIMITS.instance_id == found.id))


def _facts(kind: str) -> list[dict[str, Any]]:
    told = _ADVICE.get(kind)
    if told is None:
        return []
    return [{"label": {"id": "Perlu diketahui", "en": "Good to know"}, "value": {"id": told.id, "en": told.en}}]


def _refusals(ctx: ServiceContext, kind: str, wanted: Sequence[str]) -> list[dict[str, str]]:
    if kind not in (ERASE, OBJECT) or not wanted:
        return []
    theirs = (INSTANCES.reference.in_(wanted), INSTANCES.subject == ctx.subject)
    status = {
        row.reference: row.status
        for row in ctx.session.execute(select(INSTANCES.reference, INSTANCES.status).where(*theirs))
    }
    missing = [_said(_not_theirs(each)) for each in wanted if each not in status]
    running = [_said(_still_runs(each)) for each in wanted if kind == ERASE and status.get(each, OVER[0]) not in OVER]
    return missing + running


def _said(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}


def _not_theirs(number: str) -> Text:
    return Text(
        f"Tidak ada permohonan Anda yang bernomor {number[:40]}. Periksa nomornya.",
        f"No request of yours has the number {number[:40]}. Check it.",
    )


def _still_runs(number: str) -> Text:
    return Text(
        f"Permohonan {number} masih berjalan. Tunggu sampai selesai, atau tarik dahulu.",
        f"The request {number} still runs. Wait for its end, or withdraw it first.",
    )


_ADVICE = {
    "access": Text(
        "Anda dapat melihat dan mengunduh data Anda sekarang juga, tanpa permohonan ini.",
        "You can see and download your data right now, without this request.",
    ),
    "correct": Text(
        "Data kepegawaian lebih cepat diperbaiki lewat Data saya, dengan buktinya.",
        "Your personnel record is corrected faster on the page My data, with the evidence.",
    ),
    "withdraw": Text(
        "Alamat pemberitahuan dapat Anda hapus sendiri di Akun saya.",
        "You can remove your addresses for notices yourself under My account.",
    ),
    ERASE: Text(
        "Data yang wajib disimpan menurut hukum tidak dihapus. Riwayat keputusan tetap ada.",
        "What the law obliges the office to keep is not erased. The record of decisions stays.",
    ),
}
"""What to know of each right before it is used."""
_LIFTED = Text("Pembatasan ini sudah diakhiri.", "This limit has ended already.")
