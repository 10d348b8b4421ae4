"""Erasing requests of a person on their demand: which ones may be, and what goes with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import erasing
from engine.access import INSTANCES
from engine.errors import Conflict, Text
from engine.services import ServiceContext, Services
from workflows.privacy.fences import require_two
from workflows.privacy.holding import held
from workflows.record.erasing import clear_earlier_states

services = Services("privacy")

MOST = 50
"""Requests that one decision erases at most."""
_REASON = Text("Dihapus atas permintaan pemilik data.", "Erased at the request of whom the data are about.")


@services.register("privacy.erase@1")
def erase(ctx: ServiceContext, *, requests: str, record: bool = False) -> Mapping[str, Any]:
    """Erase what requests of the subject say, by their numbers, with the requests about them.

    ``record``: with the values that they brought into the record and that hold no more. Raises `Conflict`, and erases
    none, where one is not the subject's, still runs, is under a legal hold, or was erased before.

    Source: UU 27/2022 art. 43 and 44.
    """
    require_two(ctx)
    wanted = numbers(requests)
    ids = _of_subject(ctx.session, ctx.subject, wanted)
    done = set[UUID]()
    for instance in ids:
        if instance not in done:  # it may have been named, and be about another one that was named as well
            done |= erase_request(
                ctx.session, instance, by=_who(ctx), through=ctx.reference, record=record, now=ctx.now
            )
    listed = ", ".join(wanted)
    return {"erased": wanted, "facts": [_fact(listed)]}


def erase_request(
    session: Session, instance: UUID, *, by: str, through: str, record: bool = False, now: datetime
) -> set[UUID]:
    """Erase a request with those about it; which ones. Raises `Conflict` as `erase` does."""
    about = session.scalars(select(INSTANCES.id).where(INSTANCES.about == instance).order_by(INSTANCES.id)).all()
    later = [each for each in about if not erasing.is_erased(session, each)]
    for each in (instance, *later):
        if held(session, each):
            raise Conflict(_HELD)
        found = erasing.erase(session, each, by=by, reason=_REASON, through=through, now=now)
        if record:
            clear_earlier_states(session, found)
    return {instance, *later}


def numbers(typed: str) -> list[str]:
    """The numbers of requests in what somebody typed, each once, whatever stands between them."""
    return list(dict.fromkeys(each.upper() for each in re.split(r"[\s,;]+", typed) if each))


def _of_subject(session: Session, subject: str, wanted: Sequence[str]) -> list[UUID]:
    """The ids in the order of the ids, so that no two erasures wait for each other."""
    if not wanted or len(wanted) > MOST:
        raise Conflict(_HOW_MANY)
    theirs = (INSTANCES.reference.in_(wanted), INSTANCES.subject == subject)
    rows = session.execute(select(INSTANCES.id, INSTANCES.reference).where(*theirs)).all()
    if missing := sorted(set(wanted) - {row.reference for row in rows}):
        raise Conflict(_not_theirs(missing[0]))
    return sorted(row.id for row in rows)


def _who(ctx: ServiceContext) -> str:
    return ctx.actor.person if ctx.actor else ctx.starter


def _fact(listed: str) -> dict[str, Any]:
    label = {"id": "Isi yang dihapus", "en": "What was erased"}
    return {"label": label, "value": {"id": f"Permohonan {listed}", "en": f"Requests {listed}"}}


def _not_theirs(number: str) -> Text:
    return Text(
        f"Tidak ada permohonan {number[:40]} milik pegawai ini. Periksa nomornya.",
        f"This employee has no request {number[:40]}. Check its number.",
    )


_HELD = Text(
    "Permohonan ini sedang ditahan untuk suatu perkara, sehingga isinya tidak boleh dihapus.",
    "A legal hold keeps this request for a case, so what it says must not be erased.",
)
_HOW_MANY = Text(
    "Tulis nomor permohonan yang isinya dihapus, paling banyak 50.",
    "Write the numbers of the requests to erase, 50 at most.",
)
