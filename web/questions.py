"""The form of a first step a page at a time: one question, or one tightly related group, on each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, Refused
from engine.forms import Progress, QuestionPage
from web import drafts, unsent, uploads
from web.commands import actor, command
from web.forms import Answers, Problems, bound
from web.parts import parts, utcnow
from web.place import Place, already, head, place, progress
from web.spelling import Typed

bp = Blueprint("questions", __name__, url_prefix="/start")

Values = dict[str, list[str]]


@bp.get("/<process>/<name>")
def show(process: str, name: str) -> ResponseReturnValue:
    """One page of questions with what was typed before; whoever is not that far is led to where they are."""
    now = utcnow()
    with parts().database.reads() as session:
        here = place(session, process)
        if here.became is not None:
            return already(here.became)
        me = actor(session, now)
        asked = progress(session, here, me, now, here.typed)
        page, open_page = _page(asked, name), here.first_open(asked)
        if page is None or _comes_after(asked, page, open_page):
            return redirect(url_for("start.show", **here.address), 303)
        if (typed := unsent.typed()) is not None:
            asked = progress(session, here, me, now, _with(here.typed, typed, page))
            return _drawn(session, here, me, asked, page, Answers(typed=_own(typed, page)))
        return _drawn(session, here, me, asked, page, _answers(here, asked, page))


@bp.post("/<process>/<name>")
def answer(process: str, name: str) -> ResponseReturnValue:
    """Keep the answers of the page and go on; mistakes come back with what was typed and uploaded."""
    engine = parts().engine
    with parts().database.reads() as session:
        here = place(session, process)
    if here.became is not None:
        return already(here.became)
    what = here.wish.of_engine
    sent = uploads.received(lambda session, me, now: engine.start_form(session, process, me, now=now, **what))

    def work(session: Session, me: Actor, now: datetime) -> str:
        current = replace(here, draft=drafts.latest(session, me.person, here.wish, lock=True))
        page = _page(progress(session, current, me, now, current.typed), name)
        if page is None:  # another tab has given an answer that rules this question out
            return url_for("start.show", **here.address)
        values = _with(current.typed, sent.values, page)
        asked = progress(session, current, me, now, values)
        with sent.judged():
            if problems := asked.wrong(page):
                raise Refused(problems)
        passed = {page.key} | (drafts.passed(current.draft) if current.draft else set())
        draft = drafts.keep(session, me.person, here.wish, values, now, passed=passed)
        return _onward(replace(here, draft=draft), asked, page)

    try:
        return command(work)
    except Refused as refusal:
        return _again(here, name, sent.values, refusal.problems), 422


def _with(typed: Values, sent: Typed, page: QuestionPage) -> Values:
    """What was typed on all pages, with what this page sent in the place of what it held."""
    others = {name: values for name, values in typed.items() if _field_of(name) not in page.keys}
    return others | _own(sent, page)


def _own(values: Typed, page: QuestionPage) -> Values:
    return {name: list(texts) for name, texts in values.items() if _field_of(name) in page.keys}


def _field_of(name: str) -> str:
    """The question that a control belongs to."""
    return name.partition("[")[0]


def _page(asked: Progress, name: str) -> QuestionPage | None:
    key = name.removesuffix("-")
    return next((page for page in asked.pages if page.key == key), None)


def _comes_after(asked: Progress, page: QuestionPage, open_page: QuestionPage | None) -> bool:
    """Whether a page comes after one that has to be answered first."""
    return open_page is not None and asked.pages.index(page) > asked.pages.index(open_page)


def _onward(here: Place, asked: Progress, page: QuestionPage) -> str:
    """Where it goes on: to the next question; back to the check page for who came to change one answer."""
    open_page = here.first_open(asked)
    following = asked.pages[asked.pages.index(page) + 1 :] if page in asked.pages else ()
    changing = {"change": 1} if _changing() else {}
    if open_page is not None and (changing or not following or _comes_after(asked, following[0], open_page)):
        return here.question(open_page, **changing)
    return _check_page(here) if changing or not following else here.question(following[0])


def _check_page(here: Place) -> str:
    assert here.draft is not None  # whoever has answered a page has one
    return url_for("start.check", process=here.wish.process, draft_id=here.draft.id)


def _changing() -> bool:
    """Whether the reader came from the check page to change an answer."""
    return "change" in request.args


def _answers(here: Place, asked: Progress, page: QuestionPage) -> Answers:
    """What stands on a page: suggestions of its author until somebody has been through it."""
    if here.draft is None or page.key not in drafts.passed(here.draft):
        return Answers()
    return Answers(typed=_own(here.typed, page), problems=asked.wrong(page))


def _again(here: Place, name: str, sent: Values, problems: Problems) -> str:
    """The page with what was sent and what is wrong with it."""
    now = utcnow()
    with parts().database.reads() as session:
        me = actor(session, now)
        page = _page(progress(session, here, me, now, here.typed), name)
        if page is None:
            raise NotFound
        asked = progress(session, here, me, now, _with(here.typed, sent, page))
        return _drawn(session, here, me, asked, page, Answers(typed=_own(sent, page), problems=problems))


def _drawn(session: Session, here: Place, me: Actor, asked: Progress, page: QuestionPage, answers: Answers) -> str:
    form = bound(page.form, uploads.with_documents(session, page.form, answers))
    number = next(place for place, each in enumerate(asked.pages, 1) if each.key == page.key)
    before = asked.pages[number - 2] if number > 1 else None
    changing = {"change": 1} if _changing() else {}
    return render_template(
        "question.html",
        **head(session, here, me),
        page=page,
        form=form,
        number=number,
        count=len(asked.pages),
        back=_back(here, before),
        target=here.question(page, **changing),
        saved_at=here.draft.at if here.draft and "again" in request.args else None,
        finished=_check_page(here) if here.first_open(asked) is None else None,
        for_others=_for_others(session, here, me),
    )


def _back(here: Place, before: QuestionPage | None) -> str:
    """One page back: to the check page for who came from there."""
    if _changing() and here.draft:
        return _check_page(here)
    if before is not None:
        return here.question(before)
    about = here.wish.about
    return url_for("requests.show", instance_id=about) if about else url_for("home.show")


def _for_others(session: Session, here: Place, me: Actor) -> bool:
    """Whether this process can be started for colleagues, too."""
    if here.wish.subject is not None or here.wish.about is not None:
        return False
    found = parts().engine.startable(session, me, now=utcnow())
    return any(each.process == here.wish.process and each.behalf for each in found)
