"""The steps of release 0.1.0, which saved requests still call: annual leave only, by what the later ones do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.services import ServiceContext
from workflows.leave import acting, officials, telling
from workflows.leave.law import ANNUAL
from workflows.leave.services import decisions, requests
from workflows.leave.services.registry import services
from workflows.leave.undoing import undo
from workflows.workdays import Span

GROUND = {"case": "ground"}
"""What the form of that release called the reason for early leave."""


@services.register("leave.assess@1", reads_only=True)
def assess(ctx: ServiceContext, *, first: date, last: date, ground: str = "") -> Mapping[str, Any]:
    """As `requests.assess`, of annual leave."""
    if last < first:
        return {"facts": [], "refusals": [telling.plain(telling.ends_before(first))]}
    return requests.preview(ctx, requests.application(ANNUAL, Span(first, last), ground))


@services.register("leave.reserve@1")
def reserve(ctx: ServiceContext, *, first: date, last: date, abroad: bool, ground: str = "") -> Mapping[str, Any]:
    """As `requests.reserve`, of annual leave."""
    made = requests.submit(ctx, requests.application(ANNUAL, acting.span(first, last), ground, abroad=abroad), GROUND)
    group = officials.group_of(ctx.session, ctx.subject, ctx.now)
    return {"type": ANNUAL, "group": group, "days": made.row.days, "facts": made.facts}


@services.register("leave.change@1", undo=undo)
def change(ctx: ServiceContext, *, first: date, last: date, ground: str = "") -> Mapping[str, Any]:
    """As `requests.change`, of annual leave."""
    return requests.move(ctx, acting.span(first, last), ground or "", GROUND)


@services.register("leave.route@1", reads_only=True)
def route(ctx: ServiceContext, *, official: str) -> Mapping[str, Any]:
    """As `requests.route`, without asking whether the superior decides."""
    return {"official": official, "principal": officials.post_of(ctx.session, official, ctx.unit, ctx.now).principal}


@services.register("leave.debit@1", undo=undo)
def debit(ctx: ServiceContext) -> Mapping[str, Any]:
    """As `decisions.grant`, without a letter: that release had none."""
    request = decisions.granted(ctx)
    return {"days": request.days, "first": request.first, "last": request.last}


@services.register("leave.release@1", undo=undo)
def release(ctx: ServiceContext) -> Mapping[str, Any]:
    """As `decisions.release`."""
    return {"days": decisions.released(ctx)}


@services.register("leave.defer@1", undo=undo)
def defer(ctx: ServiceContext) -> Mapping[str, Any]:
    """As `decisions.defer`, to the end of the next year."""
    found = decisions.put_off(ctx, None)
    return {"days": found["days"], "until": found["until"]}
