"""Acting officers: who acts where; and appointing somebody: post, person, decree, dates, limits, a look, the act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.catalog import Deployed
from engine.errors import NotFound, Refused, Text
from engine.feel import compile_expression
from engine.forms import Field, Form, Page
from engine.run import role_of
from web.calendar_scope import today_of
from web.commands import actor, command, sent_values
from web.forms import Answers, bound
from web.furniture import me as signed_in
from web.parts import parts, utcnow
from web.spelling import Typed, given
from workflows import calendar_keepers
from workflows.acting import appointing
from workflows.acting.appointing import COMING, NOW, PAST, Candidate, Limits, Post
from workflows.acting.rules import PLH, PLT, Problem, Wanted
from workflows.leave import sight
from workflows.positions import Acting

bp = Blueprint("acting", __name__, url_prefix="/acting")

SHOWN_AT_ONCE = 10
"""People that are offered without a search."""
LONGEST_SEARCH = 80
PAST_SHOWN = 50

ALL, ONLY, EXCEPT = "all", "only", "except"
KINDS = (
    (
        PLH,
        Text("Plh. (pelaksana harian): pejabatnya tidak ada untuk sementara", "Plh.: the holder is away for a while"),
    ),
    (PLT, Text("Plt. (pelaksana tugas): jabatannya kosong", "Plt.: the post is vacant")),
)
EXTENTS = (
    (ALL, Text("Semua urusan jabatan ini", "Everything of this post")),
    (ONLY, Text("Hanya urusan tertentu", "Only some matters")),
    (EXCEPT, Text("Semua, kecuali urusan tertentu", "Everything but some matters")),
)
SHARED_MATTERS = {
    sight.MATTER: Text("Cuti", "Leave"),
    calendar_keepers.MATTER: Text("Kalender kerja", "Working calendar"),
}
"""What a decree may name beside the processes that are a matter of their own."""


@dataclass(frozen=True)
class Draft:
    """An appointment that was typed and may be made."""

    wanted: Wanted
    decree: str
    limits: Limits


@bp.app_template_global()
def appoints() -> bool:
    """Whether the signed-in person may see who acts where."""
    who = signed_in()
    return who is not None and appointing.reads(who)


@bp.get("")
def index() -> ResponseReturnValue:
    """Who acts now, who will, and who did, as far as the reader may see it; everybody sees what is about themselves."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        found = appointing.appointments(session, me, today_of(session, me))
        by_state = {state: [each for each in found if each.state == state] for state in (NOW, COMING, PAST)}
        by_state[PAST] = by_state[PAST][:PAST_SHOWN]
        return render_template("acting.html", found=by_state, may_appoint=appointing.appoints(me))


@bp.get("/<int(max=2147483647):acting>")
def show(acting: int) -> ResponseReturnValue:
    """One appointment: what holds, and what was decided about it by whom."""
    with parts().database.reads() as session:
        me = actor(session, utcnow())
        found = appointing.appointment(session, me, acting, today_of(session, me))
        changes = appointing.changes(session, acting)
        page = {
            "changes": changes,
            "names": parts().people.names(session, {change.by for change in changes}),
            "may_change": appointing.may_change(session, me, found),
            "may_go_on": found.may_go_on(today_of(session, me)),
            **in_words(session, found.row),
        }
        return render_template("acting_one.html", found=found, **page)


@bp.get("/posts")
def posts() -> ResponseReturnValue:
    """Which post? Those of one unit, the ones that tasks come to first."""
    with parts().database.reads() as session:
        me = _appointer(session)
        units = appointing.units(session, me)
        own = {unit for unit, _ in units}
        unit = request.args.get("unit") or (me.unit if me.unit in own else units[0][0])
        if unit not in own:
            raise NotFound
        found = appointing.posts(session, me, unit, today_of(session, me))
        return render_template("acting_posts.html", posts=found, units=units, unit=unit)


@bp.get("/posts/<position>")
def people(position: str) -> ResponseReturnValue:
    """Who is to act? Those who may by level and department."""
    return _people(position, "")


@bp.post("/posts/<position>")
def search(position: str) -> ResponseReturnValue:
    """Those among them who were looked for. No address carries a name; nothing is changed."""
    return _people(position, request.form.get("who", "").strip()[:LONGEST_SEARCH])


@bp.get("/posts/<position>/<person>")
def form(position: str, person: str) -> ResponseReturnValue:
    """The decree, the dates and the limits."""
    with parts().database.reads() as session:
        me = _appointer(session)
        post, who = _chosen(session, me, position, person)
        typed = _typed()
        answers = Answers(typed=typed) if typed else Answers(values={"kind": _usual(post), "extent": ALL})
        return _form_page(session, post, who, answers)


@bp.get("/posts/<position>/<person>/check")
def check(position: str, person: str) -> ResponseReturnValue:
    """What the appointment means; mistakes come back with what was typed."""
    with parts().database.reads() as session:
        me = _appointer(session)
        post, who = _chosen(session, me, position, person)
        typed = _typed()
        try:
            draft = _draft(session, me, post, who, typed)
        except Refused as refusal:
            return _form_page(session, post, who, Answers(typed=typed, problems=refusal.problems)), 422
        return _check_page(session, me, post, who, draft, typed)


@bp.post("/posts/<position>/<person>")
def appoint(position: str, person: str) -> ResponseReturnValue:
    """Make the appointment that was looked at."""

    def work(session: Session, me: Actor, now: datetime) -> str:
        _require(appointing.appoints(me))
        today = today_of(session, me)
        post, who = _chosen(session, me, position, person)
        draft = _draft(session, me, post, who, sent_values())
        made = appointing.appoint(session, me, post, draft.wanted, draft.decree, draft.limits, today=today, now=now)
        return url_for(".show", acting=made.id, said="appointed")

    try:
        return command(work)
    except Refused as refusal:
        with parts().database.reads() as session:
            post, who = _chosen(session, _appointer(session), position, person)
            return _form_page(session, post, who, Answers(typed=sent_values(), problems=refusal.problems)), 422


def in_words(session: Session, row: Acting) -> dict[str, Any]:
    """The limits of an appointment and the roles that go with it, as pages say them."""
    matters = _matters(session)

    def words(given: str | None) -> list[Text] | None:
        return None if given is None else [matters.get(each, Text(each, each)) for each in given.split()]

    return {"excluded": words(row.excluded) or [], "only": words(row.only), "roles": _roles(session, row.position)}


# Who may


def _appointer(session: Session) -> Actor:
    me = actor(session, utcnow())
    _require(appointing.appoints(me))
    return me


def _require(allowed: bool) -> None:
    """Others are not told that there is such a page. Raises `NotFound`."""
    if not allowed:
        raise NotFound


# The steps


def _people(position: str, words: str) -> ResponseReturnValue:
    with parts().database.reads() as session:
        me = _appointer(session)
        today = today_of(session, me)
        post = appointing.post(session, me, position, today)
        every = appointing.candidates(session, me, post, today)
        found = [each for each in every if _meant(each, words)]
        page = {
            "found": found[:SHOWN_AT_ONCE],
            "more": len(found) - SHOWN_AT_ONCE,
            "searches": len(every) > SHOWN_AT_ONCE,
        }
        return render_template("acting_people.html", post=post, words=words, **page)


def _meant(who: Candidate, words: str) -> bool:
    """Whether the words are part of the name, or the NIP, in which spaces do not count."""
    return words.casefold() in who.name.casefold() or "".join(words.split()) == who.nip


def _chosen(session: Session, me: Actor, position: str, person: str) -> tuple[Post, Candidate]:
    today = today_of(session, me)
    post = appointing.post(session, me, position, today)
    found = next((each for each in appointing.candidates(session, me, post, today) if each.person == person), None)
    if found is None:
        raise NotFound
    return post, found


def _usual(post: Post) -> str:
    return PLH if post.holders else PLT


def _form_of(session: Session) -> Form:
    every = compile_expression(f'extent = "{ALL}"')
    matters = tuple(_matters(session).items())
    fields = (
        Field("kind", "radio", Text("Jenis penunjukan", "Kind of appointment"), required=True, values=KINDS),
        Field(
            "decree",
            "textfield",
            Text("Nomor SK", "Number of the decree"),
            description=Text("Misalnya 800.1.3.3/7/2026.", "For example 800.1.3.3/7/2026."),
            required=True,
            longest=120,
        ),
        Field("decree_on", "datetime", Text("Tanggal SK", "Date of the decree"), required=True),
        Field("first", "datetime", Text("Hari pertama bertindak", "First day"), required=True),
        Field("last", "datetime", Text("Hari terakhir bertindak", "Last day"), required=True),
        Field(
            "extent",
            "radio",
            Text("Wewenang menurut SK", "Powers by the decree"),
            description=Text(
                "Cuti di luar negeri dan di luar tanggungan negara tidak pernah termasuk.",
                "Leave abroad and unpaid leave are never among them.",
            ),
            required=True,
            values=EXTENTS,
        ),
        Field("matters", "checklist", Text("Urusan", "Matters"), required=True, values=matters, hide=every),
    )
    return Form("acting", (Page(None, fields),))


def _matters(session: Session) -> Mapping[str, Text]:
    """What a decree may name: what several processes share, and those that are a matter of their own, if others act."""
    live = parts().engine.catalog.live_versions(session)
    own = {each.process: each.manifest.title for each in live if each.manifest.matter is None and _asks_others(each)}
    return {**SHARED_MATTERS, **own}


def _asks_others(deployed: Deployed) -> bool:
    """Whether anybody but the applicant has a step in a process."""
    roles = parts().people.roles()
    return any(role_of(roles, step.lane).kind != "requester" for step in deployed.compiled.steps.values())


def _typed() -> Typed:
    names = ("kind", "decree", "decree_on", "first", "last", "extent", "matters[]")
    return {name: request.args.getlist(name) for name in names if name in request.args}


def _draft(session: Session, me: Actor, post: Post, who: Candidate, typed: Typed) -> Draft:
    """What was typed, if it may be made. Raises `Refused` by field."""
    answers = _form_of(session).accept(given(typed), context={})
    wanted = Wanted(answers["kind"], who.person, answers["first"], answers["last"], answers["decree_on"])
    refuse(appointing.problems(session, me, post, wanted, today_of(session, me)))
    named = frozenset(answers.get("matters") or ())
    limits = {ALL: Limits(), ONLY: Limits(only=named), EXCEPT: Limits(excluded=named)}
    return Draft(wanted, answers["decree"], limits[answers["extent"]])


def refuse(found: list[Problem]) -> None:
    """Raise `Refused` by field if there is anything."""
    if found:
        raise Refused({field: [text for each, text in found if each == field] for field, _ in found})


def _form_page(session: Session, post: Post, who: Candidate, answers: Answers) -> str:
    return render_template("acting_form.html", post=post, chosen=who, form=bound(_form_of(session), answers))


def _check_page(session: Session, me: Actor, post: Post, who: Candidate, draft: Draft, typed: Typed) -> str:
    matters = _matters(session)
    page = {
        "excluded": [matters[each] for each in sorted(draft.limits.excluded)],
        "only": None if draft.limits.only is None else [matters[each] for each in sorted(draft.limits.only)],
        "roles": _roles(session, post.id),
        "waiting": appointing.waiting(session, post.id, who.person, draft.limits),
        "begun": draft.wanted.first <= today_of(session, me),
        "kind": dict(KINDS)[draft.wanted.kind],
        "twice": draft.wanted.kind == PLT and bool(post.holders),
        "again": typed,
        "sent": [(name, value) for name, values in typed.items() for value in values],
    }
    return render_template("acting_check.html", post=post, chosen=who, draft=draft, **page)


def _roles(session: Session, position: str) -> list[Text]:
    catalogue = parts().people.roles()
    found = dict.fromkeys(role for role, _unit in appointing.roles_of(session, position))
    return [catalogue[role].name for role in found if role in catalogue]
