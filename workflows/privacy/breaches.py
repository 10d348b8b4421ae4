"""The register of breaches: what a diagram enters in it, step by step.

Source: UU 27/2022 art. 46: in writing within 3 x 24 hours to those concerned and to the institution: the data revealed,
when and how, the handling and recovery; in certain cases to the public.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import insert, update

from engine.db import table
from engine.services import ServiceContext, Services
from workflows.privacy.fences import require_officer
from workflows.privacy.model import Breach

services = Services("privacy")

PROCESS = "data_breach"
YES = "yes"

_BREACHES = table(Breach).c


@services.register("privacy.open_breach@1")
def open_breach(
    ctx: ServiceContext,
    *,
    revealed: str,
    kinds: list,  # type: ignore[type-arg]  # what a parameter takes is a plain type
    happened_on: date,
    how: str,
    whose: str,
    people: int,
    handling: str,
    public: str,
) -> Mapping[str, Any]:
    """Enter a breach in the register."""
    require_officer(ctx)
    line = {
        "instance_id": ctx.instance,
        "at": ctx.now,
        "revealed": revealed,
        "kinds": " ".join(str(kind) for kind in kinds or ()),
        "happened_on": happened_on,
        "how": how,
        "whose": whose,
        "people": int(people),
        "handling": handling,
        "is_public": public == YES,
    }
    ctx.session.execute(insert(table(Breach)).values(**line))
    return {"entered": True}


@services.register("privacy.note_notices@1")
def note_notices(
    ctx: ServiceContext,
    *,
    subjects_on: date,
    subjects_by: str,
    institution_on: date,
    institution_number: str,
    public_by: str | None = None,
) -> Mapping[str, Any]:
    """Enter who was told of a breach, when and how."""
    told = {"subjects_on": subjects_on, "subjects_by": subjects_by, "institution_on": institution_on}
    more = {"institution_number": institution_number, "public_by": public_by, "told_at": ctx.now}
    _set(ctx, told | more)
    return {"told": True}


@services.register("privacy.close_breach@1")
def close_breach(ctx: ServiceContext, *, cause: str, recovery: str, prevention: str) -> Mapping[str, Any]:
    """Enter the cause of a breach, how it was mended and what prevents another, and close it."""
    _set(ctx, {"cause": cause, "recovery": recovery, "prevention": prevention, "closed_at": ctx.now})
    return {"closed": True}


def _set(ctx: ServiceContext, values: Mapping[str, Any]) -> None:
    require_officer(ctx)
    ctx.session.execute(update(table(Breach)).where(_BREACHES.instance_id == ctx.instance).values(values))
