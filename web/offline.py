"""What a phone keeps for when it has no signal: the pages that it may show, forms to fill in, requests to send later.

The rest is `static/sw.js`, which answers without signal, and `static/outbox.js`, which sends.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from importlib.metadata import version

from flask import Blueprint, Flask, Response, current_app, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from engine import Startable
from engine.actor import Actor
from engine.errors import EngineError, NotFound, Refused, ServiceFailed, Text
from web import data_place, drafts, failures, uploads
from web.assets import Assets
from web.commands import actor, command
from web.drafts import Wish
from web.errors import problem_of, status_of
from web.forms import Answers, bound
from web.i18n import LANGUAGES, language, say
from web.parts import parts, utcnow
from web.safety import public
from web.spelling import given

bp = Blueprint("offline", __name__)

RELEASE = version("alur")
KEEP = "Alur-Keep"
"""The header of a page that the phone may keep; it says whose page it is, and nobody can tell from it who that is."""
KEPT = frozenset({"home.show", "requests.index", "requests.show", "requests.sent", "leave.show", "offline.form"})
"""Pages about oneself. A decision is never made on a page that was kept, so no task is among them."""
ABOVE = frozenset({"home.show", "offline.lost", "auth.sign_in", "auth.enter"})
"""Pages that show first what waits to be sent; pages of forms show it at their end."""
FORMS = frozenset({"start", "questions", "offline"})
"""Blueprints whose pages are forms to start a request."""
SHELL = ("alur.css", "alur.svg", "outbox.js", "app.js", "photos.js")
"""Static files that pages without signal need."""

STORED = {
    "page": Text(
        "Disimpan {}. Sekarang tidak ada sambungan. Keadaannya mungkin sudah berubah.",
        "Stored {}. There is no connection now. Things may have changed since.",
    ),
    "form": Text(
        "Disimpan {}. Sekarang tidak ada sambungan. Isi saja: kiriman Anda berangkat begitu ada sambungan.",
        "Stored {}. There is no connection now. Go ahead: what you send leaves as soon as there is one.",
    ),
}
"""What a stored page says at its top, with the time at which it was stored."""


def install(app: Flask) -> None:
    """Mark the pages that a phone may keep, and have it forget everything when somebody signs out."""
    app.jinja_env.globals.update(who=who, has_outbox=has_outbox, uses_device=uses_device)

    @app.after_request
    def marked(response: Response) -> Response:
        if request.endpoint == "auth.sign_out" and response.status_code == 303:  # not to the form of another site
            response.headers["Clear-Site-Data"] = '"storage"'
        elif request.method == "GET" and response.status_code == 200 and _is_own_page():
            response.headers[KEEP] = who()
        return response


def who() -> str:
    """The mark of the signed-in person on what a phone keeps; the phone cannot find out who it is."""
    secret = parts().settings.secret.encode()
    return hmac.new(secret, f"phone:{current_user.person}".encode(), hashlib.sha256).hexdigest()[:24]


def about(subject: str) -> None:
    """Say whom the page is about that is being made: a phone keeps no page about somebody else."""
    g.about = subject


def keep_nothing() -> None:
    """Say that no phone keeps the page that is being made: it shows what is as personal as an account."""
    g.about = None


def has_outbox() -> str:
    """Where the page shows what waits on the phone: ``above`` its main part, ``below`` or not at all."""
    if request.endpoint in ABOVE:
        return "above"
    return "below" if request.blueprint in FORMS else ""


def uses_device() -> bool:
    """Whether the page works with what the device keeps: all of somebody's pages do, but the one to decide on."""
    decides = request.endpoint in {"inbox.task", "inbox.complete"}
    return bool(has_outbox()) or (current_user.is_authenticated and not decides)


@bp.get("/sw.js")
@public
def worker() -> ResponseReturnValue:
    """The service worker, which has to be served at the root; other files or words make it another one."""
    asset: Assets = current_app.extensions["alur_assets"]
    files = [asset.path(name) for name in SHELL]
    lost = [url_for(".lost", code=code) for code in LANGUAGES]
    words = {code: {kind: text.to(code) for kind, text in STORED.items()} for code in LANGUAGES}
    source = asset.source("sw.js")
    release = _short(" ".join([RELEASE, *files, source]))
    told = {"release": release, "files": files, "lost": lost, "outbox": asset.path("outbox.js"), "words": words}
    response = Response(f"const ALUR = {json.dumps(told)};\n{source}", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """What a phone needs to put Alur on its home screen."""
    asset: Assets = current_app.extensions["alur_assets"]
    icon = {"src": asset.path("alur.svg"), "sizes": "any", "type": "image/svg+xml"}
    colours = {"background_color": "#f6f7f9", "theme_color": "#123a5a"}
    told = {"name": "Alur", "start_url": "/", "scope": "/", "display": "minimal-ui", "icons": [icon], **colours}
    return Response(json.dumps(told), mimetype="application/manifest+json")


@bp.get("/offline/<any(id, en):code>")
@public
def lost(code: str) -> ResponseReturnValue:
    """The page that a phone shows in the place of one that it cannot get. It says nothing of anybody."""
    g.language = code
    return render_template("offline.html")


@bp.get("/offline/token")
def token() -> ResponseReturnValue:
    """The form token of this moment, and for whom it is: what waited on the phone is sent with it."""
    return jsonify(token=generate_csrf(), who=who())


@bp.get("/offline/forms")
def forms() -> ResponseReturnValue:
    """The forms that the phone may fetch now, to have them without signal; another version has another address."""
    now = utcnow()
    with parts().database.reads() as reading:
        startable = parts().engine.startable(reading, actor(reading, now), now=now)
    listed = [
        {"process": item.process, "title": say(item.title), "address": f"{_form(item)}?v={_mark(item)}"}
        for item in startable
        if item.own and item.process != data_place.PROCESS  # a record is changed on pages that show it
    ]
    return jsonify(who=who(), forms=listed)


@bp.get("/offline/form/<process>")
def form(process: str) -> ResponseReturnValue:
    """The whole form of a process with nothing in it."""
    engine, now = parts().engine, utcnow()
    with parts().database.reads() as reading:
        me = actor(reading, now)
        asked = engine.start_form(reading, process, me, now=now)
        if asked is None:
            raise NotFound
        title = engine.catalog.live(reading, process).manifest.title
    return render_template("offline_form.html", process=process, title=title, form=bound(asked, Answers()))


@bp.post("/offline/form/<process>")
def send(process: str) -> ResponseReturnValue:
    """Start what was filled in without signal; mistakes are told to the program that sends for the person."""
    engine, wish = parts().engine, Wish(process)
    sent = uploads.received(lambda reading, me, now: engine.start_form(reading, process, me, now=now))

    def work(writing: Session, me: Actor, now: datetime) -> str:
        values = given(sent.values)
        with sent.judged():
            preview = engine.preview(writing, process, me, values, now=now)
        if preview.refusals:
            raise Refused({"": preview.refusals})
        view = engine.start(writing, process, me, values, now=now)
        if drafts.latest(writing, me.person, wish):
            drafts.sent(drafts.keep(writing, me.person, wish, {}, now), view.id, now)
        return url_for("requests.sent", instance_id=view.id)

    try:
        return command(work)
    except EngineError as error:
        if isinstance(error, ServiceFailed):
            failures.note(error)
        return jsonify(problem_of(error)), status_of(error)


def _is_own_page() -> bool:
    if request.endpoint not in KEPT or not current_user.is_authenticated:
        return False
    return bool(g.get("about", current_user.person) == current_user.person)


def _form(item: Startable) -> str:
    return url_for(".form", process=item.process)


def _mark(item: Startable) -> str:
    """Changes with all that the page of a form is made of."""
    asset: Assets = current_app.extensions["alur_assets"]
    return _short(" ".join([RELEASE, *map(asset.path, SHELL), str(item.version), language(), who()]))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
