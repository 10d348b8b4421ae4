"""What every page has: the head with who is signed in and the menu, and the words for what was just done."""

from __future__ import annotations

from importlib.metadata import version
from typing import cast

from flask import Flask, g, request, url_for
from flask.globals import request_ctx
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from engine.actor import ActingPost, Actor
from engine.errors import EngineError
from web import failures
from web.commands import actor, one_time_key
from web.parts import parts, utcnow
from web.said import said


def install(app: Flask) -> None:
    """Give templates the furniture."""
    app.jinja_env.globals.update(me=me, here=here, menu=menu, said=said, one_time_key=one_time_key)
    app.jinja_env.globals.update(acting_posts=acting_posts)
    app.jinja_env.globals.update(failure_title=failures.TITLE, failure_advice=failures.advice)
    app.jinja_env.globals.update(owner=app.extensions["alur"].settings.owner, release=version("alur"))


def me() -> Actor | None:
    """Who is signed in, once the page has loaded them."""
    return cast("Actor | None", g.get("actor"))


def acting_posts() -> tuple[ActingPost, ...]:
    """The posts in which the signed-in person acts now, for the banner of every page.

    Pages that load the person for themselves need no statement more; the few others ask here.
    """
    if (loaded := me()) is not None:
        return loaded.acting
    if not current_user.is_authenticated:
        return ()
    try:
        with parts().database.reads() as session:
            return actor(session, utcnow()).acting
    except (SQLAlchemyError, EngineError):  # the page tells of a trouble that may well be this one
        return ()


def here() -> str:
    """The address of this page, to come back to; of a form that was posted, the page it stands on, if there is one."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    adapter = request_ctx.url_adapter
    return request.path if adapter is not None and adapter.test(method="GET") else "/"


def menu(endpoint: str, words: Markup) -> Markup:
    """An entry of the menu; the current page says so."""
    current = Markup(' aria-current="page"') if request.endpoint == endpoint else ""
    return Markup('<li><a href="{}"{}>{}</a></li>').format(url_for(endpoint), current, words)
