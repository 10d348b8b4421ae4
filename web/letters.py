"""For whoever keeps the letters of a unit: which wait for what, the signed ones, and the numbers of the year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import uploads
from engine.actor import Actor
from engine.db import Document
from engine.errors import Conflict, NotFound, Refused, Text
from web.commands import actor, command
from web.documents import sent
from web.parts import parts, utcnow
from workflows.letters import lifecycle, making, numbers, standing
from workflows.letters.model import MADE, REVOKED, SIGNED, UNNUMBERED, VOID, Letterhead
from workflows.letters.standing import A_PAGE
from workflows.positions import Unit

bp = Blueprint("letters", __name__, url_prefix="/letters")

SHOWN = {"": None, SIGNED: SIGNED, REVOKED: REVOKED, VOID: VOID}
"""What the list can be narrowed to: the open letters, or those in one state."""
LONGEST_ADDRESS, LONGEST_PLACE = 400, 80

NO_FILE = Text("Pilih berkas surat yang sudah ditandatangani.", "Choose the file of the signed letter.")
NOT_MADE = Text(
    "Surat ini tidak menunggu tanda tangan. Muat ulang halaman untuk melihat keadaannya.",
    "This letter does not wait for a signature. Reload the page to see how it stands.",
)
NOT_UNNUMBERED = Text(
    "Surat ini tidak menunggu nomor. Muat ulang halaman untuk melihat keadaannya.",
    "This letter does not wait for a number. Reload the page to see how it stands.",
)
A_WHOLE_NUMBER = Text("Isi dengan angka, misalnya 101.", "Enter a number, such as 101.")
TOO_LONG = Text("Isi lebih singkat, paling banyak 400 huruf.", "Enter less, 400 letters at most.")
PLACE_MISSING = Text("Isi tempat surat dibuat, misalnya nama ibu kota.", "Enter the place the letters are written in.")

Problems = Mapping[str, Sequence[Text]]


@bp.get("")
def index() -> ResponseReturnValue:
    """The letters of my units that wait for something, or those in one other state."""
    wanted, after = request.args.get("status", ""), request.args.get("after", "")
    before = int(after[:9]) if after.isdecimal() else None
    with parts().database.reads() as session:
        me = _keeper(session)
        rows = standing.kept_by(session, me, status=SHOWN.get(wanted), before=before)
        following = str(rows[A_PAGE - 1].id) if len(rows) > A_PAGE else None
        return render_template(
            "letters.html", rows=rows[:A_PAGE], next=following, after=after, status=wanted if wanted in SHOWN else ""
        )


@bp.get("/<int(max=2147483647):letter_id>")
def show(letter_id: int) -> ResponseReturnValue:
    """One letter, and what can be done with it now."""
    return _page(letter_id)


@bp.get("/<int(max=2147483647):letter_id>/<any(letter, scan):which>")
def document(letter_id: int, which: str) -> ResponseReturnValue:
    """The letter as it was made, or as it was signed, to be saved or printed."""
    with parts().database.reads() as session:
        letter = standing.shown_to_keeper(session, _keeper(session), letter_id)
        found = session.get(Document, letter.document if which == "letter" else letter.scan)
        if found is None or found.content is None:
            raise NotFound
        return sent(found)


@bp.post("/<int(max=2147483647):letter_id>/number")
def number(letter_id: int) -> ResponseReturnValue:
    """Give a letter the number that was read in the agenda."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        letter = standing.for_keeper(session, me, letter_id)
        if letter.status != UNNUMBERED:
            raise Conflict(NOT_UNNUMBERED)
        zone = parts().people.zone(session, letter.office, now)
        making.give_number(session, letter, request.form.get("number", ""), by=me.person, zone=zone, now=now)
        lifecycle.queue(session, letter, max(now, letter.due))
        return url_for(".show", letter_id=letter_id, said="numbered")

    return _tried(work, partial(_page, letter_id))


@bp.post("/<int(max=2147483647):letter_id>/signed")
def signed(letter_id: int) -> ResponseReturnValue:
    """Put the letter on record as it was signed and stamped."""
    file = request.files.get("scan")
    with parts().database.reads() as session:
        standing.shown_to_keeper(session, _keeper(session), letter_id)
    if file is None or not file.filename:
        return _page(letter_id, {"scan": [NO_FILE]}), 422
    try:
        scan = uploads.checked(file.filename, file.read())
    except Refused as refusal:
        return _page(letter_id, {"scan": refusal.problems[uploads.FIELD]}), 422
    file.stream.seek(0)

    def work(session: Session, me: Actor, now: datetime) -> str:
        letter = standing.for_keeper(session, me, letter_id)
        if letter.status not in (MADE, SIGNED):
            raise Conflict(NOT_MADE)
        making.keep_scan(session, letter, scan, by=me.person, now=now)
        return url_for(".show", letter_id=letter_id, said="signed")

    return command(work)


@bp.post("/<int(max=2147483647):letter_id>/give-up")
def give_up(letter_id: int) -> ResponseReturnValue:
    """Give up a letter that is not made yet, with the reason beside its number."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        letter = standing.for_keeper(session, me, letter_id)
        lifecycle.give_up(session, letter, request.form.get("reason", ""), by=me.person)
        return url_for(".show", letter_id=letter_id, said="given_up")

    return _tried(work, partial(_page, letter_id))


@bp.post("/<int(max=2147483647):letter_id>/again")
def again(letter_id: int) -> ResponseReturnValue:
    """Ask once more for a letter that was given up; it gets a number of its own."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        letter = standing.for_keeper(session, me, letter_id)
        new = lifecycle.ask_again(session, letter, now)
        return url_for(".show", letter_id=new.id, said="letter_asked")

    return command(work)


# Numbers


@bp.get("/numbers")
def number_list() -> ResponseReturnValue:
    """The numbers of a unit's year: how they are written, its blocks, and the gaps with their reasons."""
    return _numbers_page()


@bp.post("/numbers/block")
def block() -> ResponseReturnValue:
    """Let a unit take numbers of a block by itself; letters that wait for a number get theirs."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        unit, year = _unit(me, session), _year(session, me, now)
        first, last = _whole("first"), _whole("last")
        numbers.give_block(session, unit.id, year, first, last, by=me.person, now=now)
        lifecycle.queue_unnumbered(session, unit.id, now)
        return _numbers_address(unit.id, year, "block_given")

    return _tried(work, _numbers_page)


@bp.post("/numbers/format")
def number_format() -> ResponseReturnValue:
    """Write a unit's numbers another way from now on."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        unit, year = _unit(me, session), _year(session, me, now)
        numbers.set_format(session, unit.id, year, request.form.get("format", ""))
        return _numbers_address(unit.id, year, "format_set")

    return _tried(work, _numbers_page)


@bp.post("/numbers/letterhead")
def letterhead() -> ResponseReturnValue:
    """The address above a unit's letters, and the place that they are written in."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        unit, year = _unit(me, session), _year(session, me, now)
        address, place = request.form.get("address", "").strip(), request.form.get("place", "").strip()
        if len(address) > LONGEST_ADDRESS:
            raise Refused({"address": [TOO_LONG]})
        if not 0 < len(place) <= LONGEST_PLACE:
            raise Refused({"place": [PLACE_MISSING]})
        session.merge(Letterhead(unit=unit.id, address=address, place=place))
        return _numbers_address(unit.id, year, "letterhead_set")

    return _tried(work, _numbers_page)


@bp.post("/numbers/elsewhere")
def elsewhere() -> ResponseReturnValue:
    """Say that a number of a block was used for something that is not written here."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        unit, year = _unit(me, session), _year(session, me, now)
        day = date(year, now.month, 1)
        reason = request.form.get("reason", "")
        numbers.use_elsewhere(session, unit.id, day, _whole("number"), reason, by=me.person, now=now)
        return _numbers_address(unit.id, year, "explained")

    return _tried(work, _numbers_page)


@bp.post("/numbers/<int(max=2147483647):number_id>/explain")
def explain(number_id: int) -> ResponseReturnValue:
    """Say why there is no letter under a number."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        unit, year = _unit(me, session), _year(session, me, now)
        numbers.explain(session, number_id, unit.id, request.form.get("reason", ""), by=me.person)
        return _numbers_address(unit.id, year, "explained")

    return _tried(work, _numbers_page)


def _page(letter_id: int, problems: Problems | None = None) -> str:
    with parts().database.reads() as session:
        letter = standing.shown_to_keeper(session, _keeper(session), letter_id)
        return render_template("letter.html", letter=letter, problems=problems or {}, typed=request.form)


def _numbers_page(problems: Problems | None = None) -> str:
    with parts().database.reads() as session:
        now = utcnow()
        me = _keeper(session)
        unit, year = _unit(me, session), _year(session, me, now)
        return render_template(
            "numbers.html",
            unit=unit,
            units=[session.get_one(Unit, each) for each in sorted(me.oversees)],
            year=year,
            this_year=_this_year(session, unit.id, now),
            form=numbers.format_of(session, unit.id, year),
            sample=numbers.written(numbers.format_of(session, unit.id, year), 123, unit.id, now.date()),
            head=session.get(Letterhead, unit.id),
            blocks=numbers.blocks_of(session, unit.id, year),
            gaps=numbers.gaps(session, unit.id, year),
            problems=problems or {},
            typed=request.form,
        )


def _tried(work: Callable[[Session, Actor, datetime], str], page: Callable[[Problems], str]) -> ResponseReturnValue:
    """The command, or its page again with what to mend."""
    try:
        return command(work)
    except Refused as refusal:
        return page(refusal.problems), 422


def _keeper(session: Session) -> Actor:
    """Others are not told that there is such a page. Raises `NotFound`."""
    me = actor(session, utcnow())
    if not me.oversees:
        raise NotFound
    return me


def _unit(me: Actor, session: Session) -> Unit:
    """The unit that the page is about: one of the keeper's. Raises `NotFound`."""
    wanted = request.values.get("unit") or min(me.oversees, default="")
    if wanted not in me.oversees:
        raise NotFound
    return session.get_one(Unit, wanted)


def _year(session: Session, me: Actor, now: datetime) -> int:
    """The year that the page is about: this one, the next, or one of the last ten."""
    this = _this_year(session, _unit(me, session).id, now)
    wanted = request.values.get("year", "")
    year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else this
    if not this - 10 <= year <= this + 1:
        raise NotFound
    return year


def _this_year(session: Session, unit: str, now: datetime) -> int:
    return now.astimezone(parts().people.zone(session, unit, now)).year


def _whole(field: str) -> int:
    typed = request.form.get(field, "").strip()
    if not typed.isdecimal() or len(typed) > 7:
        raise Refused({field: [A_WHOLE_NUMBER]})
    return int(typed)


def _numbers_address(unit: str, year: int, said: str) -> str:
    return url_for(".number_list", unit=unit, year=year, said=said)
