"""Signing in and out."""

from __future__ import annotations

import logging
from datetime import timedelta
from math import ceil
from typing import cast

from flask import Blueprint, Flask, Response, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect

from web import accounts, passwords, sessions
from web.accounts import Account
from web.i18n import _
from web.parts import parts, utcnow
from web.safety import local_target, public
from web.sessions import BrowserSession, SignedIn
from web.throttle import Throttle
from workflows import demo_people

Problems = dict[str, list[str]]
"""What to do about each field."""

bp = Blueprint("auth", __name__)
csrf = CSRFProtect()
log = logging.getLogger("alur.auth")


class TooOften(Exception):
    """Too many wrong passwords: the next try has to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def words(self) -> str:
        """What to do, for the page."""
        return _("Terlalu banyak percobaan. Tunggu %(seconds)s detik, lalu coba lagi.", seconds=self.seconds)


def install(app: Flask) -> None:
    """Sessions, sign-in and form tokens."""
    settings = app.extensions["alur"].settings
    app.session_interface = sessions.CookieSessions(settings)
    app.config.update(SECRET_KEY=settings.secret, WTF_CSRF_TIME_LIMIT=None)
    manager = LoginManager()
    manager.session_protection = None  # the session is on the server and bound to its random token
    manager.init_app(app)
    manager.user_loader(_user)
    csrf.init_app(app)
    app.after_request(_touched)
    app.register_blueprint(bp)


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in page; in a demo also who can be tried as what."""
    if current_user.is_authenticated:
        return redirect(local_target(request.args.get("next")), 303)
    return _page(nip=request.args.get("nip", "")[:40])


@bp.post("/sign-in")
@public
def enter() -> ResponseReturnValue:
    """Check NIP and password, and sign this browser in under a new token."""
    nip, password = accounts.digits_of(request.form.get("nip", "")), request.form.get("password", "")
    if missing := _missing(nip, password):
        return _page(nip=nip, problems=missing), 422
    try:
        account = account_with(nip, password)
    except TooOften as slow:
        return _page(nip=nip, problems={"nip": [slow.words()]}), 429, {"Retry-After": str(slow.seconds)}
    if account is None:
        words = _("NIP atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi.")
        return _page(nip=nip, problems={"nip": [words]}), 422
    renewed(account.person)
    log.info("signed in: %s from %s", account.person, request.remote_addr)
    return redirect(local_target(request.args.get("next")), 303)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's session on the server."""
    if current_user.is_authenticated:
        parts().database.command(lambda s: sessions.close(s, current_user.token_hash))
        log.info("signed out: %s", current_user.person)
    browser_session().renew()
    return redirect(url_for("auth.sign_in", said="out"), 303)


def account_with(nip: str, password: str) -> Account | None:
    """The account of this NIP, if the password fits; each try counts. Raises `TooOften`, `passwords.Busy`."""
    who = {"nip": nip, "address": request.remote_addr or "-"}
    database, guard = parts().database, Throttle(parts().settings.secret)
    wait = database.command(lambda s: guard.begin(s, who, utcnow()))
    if wait > timedelta():
        log.warning("password tries slowed from %s", request.remote_addr)
        raise TooOften(ceil(wait.total_seconds()))
    with database.reads() as reading:
        account = accounts.by_nip(reading, nip)
    if not passwords.matches(password, account.hash if account else None):
        log.warning("password refused from %s", request.remote_addr)
        return None
    database.command(lambda s: guard.succeeded(s, who))
    return account


def browser_session() -> BrowserSession:
    """The session of this browser, as what it is."""
    # The proxy stands for the session that `CookieSessions` opened.
    return cast("BrowserSession", session._get_current_object())  # type: ignore[attr-defined]  # a proxy


def renewed(person: str) -> None:
    """Put this browser under a new token in one command, and forget the old one."""
    old, new, now = session["_user_id"], browser_session().renew(), utcnow()

    parts().database.command(lambda writing: sessions.open_for(writing, person, new, now, before=old))


def _missing(nip: str, password: str) -> Problems:
    """What was not typed, by the field that it belongs into."""
    wanted = {"nip": (nip, _("Isi NIP.")), "password": (password, _("Isi kata sandi."))}
    return {name: [words] for name, (typed, words) in wanted.items() if not typed}


def _page(*, nip: str, problems: Problems | None = None) -> str:
    demo = parts().settings.demo
    return render_template(
        "sign_in.html",
        nip=nip,
        problems=problems or {},
        people=demo_people() if demo else (),
        next=request.args.get("next"),
        demo_password=accounts.DEMO_PASSWORD if demo else None,
    )


def _user(token_hash: str) -> SignedIn | None:
    with parts().database.reads() as reading:
        return sessions.find(reading, token_hash, utcnow())


def _touched(response: Response) -> Response:
    """Note a sign of life after a read; a command has done it in its own transaction."""
    if request.method != "GET" or "_login_user" not in g:
        return response  # nobody asked who it is: a static file, or the API
    user = current_user
    if user.is_authenticated and sessions.needs_touch(user, now := utcnow()):
        parts().database.command(lambda s: sessions.touch(s, user, now))
    return response
