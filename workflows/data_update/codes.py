"""One-time codes that confirm a change of one's own data, and what people are told so that no change goes unnoticed.

A code goes to every confirmed address of the person at once: any of them will do. It is kept until it is used, runs
out or is replaced, in its own table alone; what is typed never reaches the record (`ServiceContext.fleeting`).
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import Base, Message, Notice, table
from engine.errors import Text
from engine.services import ServiceContext
from workflows import reach
from workflows.data_update import services

RECORD_CODE = "record_code"
"""The body of the outbox's messages that carry a code."""
CHANGED, COOLING = "record_changed", "record_cooling"
"""The kinds of notices that a change was made, and that one is about to be."""
FIELD = "code"
"""The key of the form's field that the code is typed into."""
LIVES = timedelta(minutes=30)
PAUSE = timedelta(minutes=2)
A_DAY = timedelta(days=1)
MOST_ASKS, MOST_TRIES = 10, 5
WATCHED: Mapping[tuple[str, str], str] = {("contact", "phone"): reach.PHONE, ("contact", "email"): reach.MAIL}
"""The fields whose old value is itself an address, each with its channel."""


class RecordCode(Base):
    """A code that was sent for a proposal; ``code`` is gone once it can no longer confirm anything.

    ``used_at``: when it was typed and right.
    """

    __tablename__ = "record_code"
    __table_args__ = (Index("ix_record_code_person", "person", "at"),)

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 1; the last one counts."""
    person: Mapped[str] = mapped_column(String(64))
    code: Mapped[str | None] = mapped_column(String(6))
    at: Mapped[datetime]
    tries: Mapped[int]
    """Wrong codes typed while it was the last one."""
    used_at: Mapped[datetime | None]


@services.register("data.send_code@1")
def send_code(ctx: ServiceContext, *, second: bool = False) -> dict[str, Any]:
    """Send a new code to the confirmed addresses of the person whose record it is; ``second``: to settled ones alone.

    Answers with ``sent``, ``why`` not (none, soon, limit) and the ``channels``.
    """
    earlier = _of_instance(ctx.session, ctx.instance)
    usable = [
        channel
        for channel, contact in sorted(reach.in_use(ctx.session, ctx.subject).items())
        if not second or (contact.confirmed_at and contact.confirmed_at <= ctx.now - reach.SETTLED)
    ]
    why = "none" if not usable else _too_soon(ctx, earlier)
    if why:
        return {"sent": False, "why": why, "channels": [], "facts": []}
    number = len(earlier) + 1
    _wipe(ctx.session, ctx.instance)
    code = f"{secrets.randbelow(1_000_000):06}"
    ctx.session.add(
        RecordCode(instance_id=ctx.instance, number=number, person=ctx.subject, code=code, at=ctx.now, tries=0)
    )
    ctx.session.execute(insert(table(Message)), [_carrier(ctx, number, channel) for channel in usable])
    return {"sent": True, "why": "", "channels": usable, "facts": [_fact(_SENT_BY, _named(usable))]}


@services.register("data.check_code@1")
def check_code(ctx: ServiceContext) -> dict[str, Any]:
    """Whether the code that was just typed is the one that was sent last; a wrong one counts.

    Answers with ``right``, the tries that are ``left`` and ``why`` it is not right (wrong, expired, spent).
    """
    sent = _of_instance(ctx.session, ctx.instance)
    left = MOST_TRIES - sum(row.tries for row in sent)
    last = sent[-1] if sent else None
    if left <= 0:
        return _checked(False, 0, "spent")
    if last is None or last.code is None or ctx.now >= last.at + LIVES:
        return _checked(False, left, "expired")
    typed = re.sub(r"[^0-9]", "", str(ctx.fleeting.get(FIELD) or "")[:40])
    if hmac.compare_digest(last.code, typed):
        last.code, last.used_at = None, ctx.now
        ctx.session.flush()
        return _checked(True, left, "")
    last.tries += 1
    if left == 1:
        last.code = None
    return _checked(False, left - 1, "wrong" if left > 1 else "spent")


@services.register("data.warn@1")
def warn(ctx: ServiceContext, *, until: datetime | None = None) -> dict[str, Any]:
    """Tell the person, everywhere they are or were lately reached, what is about to change and can still be stopped."""
    _tell(ctx, COOLING)
    lately = select(reach.FormerAddress).where(
        reach.FormerAddress.person == ctx.subject, reach.FormerAddress.at > ctx.now - reach.SETTLED
    )
    told = {(row.channel, row.address) for row in ctx.session.scalars(lately)}
    for channel, address in sorted(told):
        reach.tell_former(ctx.session, ctx.subject, channel, address, ctx.now, instance=ctx.instance)
    return {"warned_at": ctx.now, "until": until}


def tell_of_change(ctx: ServiceContext, changes: Iterable[tuple[str, str, str]]) -> None:
    """Tell the person of changes that were applied, as (history, field, old value), if they are of the watched kind.

    An old phone number or mail address of the record is told, too.
    """
    watched = [change for change in changes if change[0] == "bank" or change[:2] in WATCHED]
    if not watched:
        return
    _tell(ctx, CHANGED)
    known = {(channel, row.address) for channel, row in reach.in_use(ctx.session, ctx.subject).items()}
    old = {(WATCHED[history, field], value) for history, field, value in watched if (history, field) in WATCHED}
    for channel, address in sorted((channel, address) for channel, address in old - known if address):
        reach.tell_former(ctx.session, ctx.subject, channel, address, ctx.now, instance=ctx.instance)


def was_right(session: Session, instance: UUID, since: datetime) -> bool:
    """Whether a code for this proposal was typed and right at that moment or later."""
    used = select(func.count()).where(RecordCode.instance_id == instance, RecordCode.used_at >= since)
    return bool(session.scalar(used))


def sent_code(session: Session, instance: UUID, now: datetime, *, in_use_since: datetime | None = None) -> str | None:
    """The code that is on its way, for whoever delivers it; None once it confirms nothing any more.

    ``in_use_since``: of the address that it would go to; one that came into use after the code was sent gets none.
    """
    sent = _of_instance(session, instance)
    if not sent or now >= sent[-1].at + LIVES or (in_use_since is not None and in_use_since > sent[-1].at):
        return None
    return sent[-1].code


def forget_codes(session: Session, *, now: datetime) -> None:
    """Wipe the codes that have run out."""
    over = (RecordCode.code.is_not(None), RecordCode.at <= now - LIVES)
    session.execute(update(RecordCode).where(*over).values(code=None))
    session.execute(delete(reach.FormerAddress).where(reach.FormerAddress.at < now - timedelta(days=30)))


def _of_instance(session: Session, instance: UUID) -> Sequence[RecordCode]:
    mine = select(RecordCode).where(RecordCode.instance_id == instance).order_by(RecordCode.number)
    return session.scalars(mine).all()


def _too_soon(ctx: ServiceContext, earlier: Sequence[RecordCode]) -> str:
    if earlier and ctx.now < earlier[-1].at + PAUSE:
        return "soon"
    of_today = select(func.count()).where(RecordCode.person == ctx.subject, RecordCode.at > ctx.now - A_DAY)
    return "limit" if (ctx.session.scalar(of_today) or 0) >= MOST_ASKS else ""


def _wipe(session: Session, instance: UUID) -> None:
    session.execute(update(RecordCode).where(RecordCode.instance_id == instance).values(code=None))


def _carrier(ctx: ServiceContext, number: int, channel: str) -> dict[str, Any]:
    return {
        "key": f"{RECORD_CODE}.{ctx.instance}.{number}.{channel}",
        "kind": reach.KIND_OF[channel],
        "recipient": f"person:{ctx.subject}",
        "instance_id": ctx.instance,
        "body": RECORD_CODE,
        "due": ctx.now,
        "tries": 0,
    }


def _tell(ctx: ServiceContext, kind: str) -> None:
    """A notice inside Alur and news outside it, even of an act of their own: it may not have been theirs."""
    notice = {"instance_id": ctx.instance, "event": ctx.event, "at": ctx.now, "person": ctx.subject, "kind": kind}
    ctx.session.execute(insert(table(Notice)).values(notice))
    to = f"person:{ctx.subject}"
    message = {"key": f"{ctx.instance}.{ctx.event}.{kind}.{to}", "kind": kind, "recipient": to}
    more = {"instance_id": ctx.instance, "body": str(ctx.event), "due": ctx.now, "tries": 0}
    ctx.session.execute(insert(table(Message)).values(**message, **more))


def _checked(right: bool, left: int, why: str) -> dict[str, Any]:
    return {"right": right, "left": left, "why": why}


def _named(channels: Collection[str]) -> Text:
    names = [_CHANNELS[channel] for channel in channels]
    return Text(" dan ".join(name.id for name in names), " and ".join(name.en for name in names))


def _fact(label: Text, value: Text) -> dict[str, Any]:
    return {"label": {"id": label.id, "en": label.en}, "value": {"id": value.id, "en": value.en}}


_CHANNELS = {reach.MAIL: Text("email", "mail"), reach.PHONE: Text("WhatsApp atau SMS", "WhatsApp or SMS")}
_SENT_BY = Text("Kode dikirim lewat", "Code sent by")
