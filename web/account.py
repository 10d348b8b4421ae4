"""One's own account: who the system takes me for, and the password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from engine.errors import NotFound
from web import accounts, auth, passwords, sessions
from web.commands import actor
from web.i18n import _
from web.parts import parts, utcnow
from workflows import colleagues

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("")
def show() -> ResponseReturnValue:
    """Name, unit and what I may act for at this moment."""
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        me = actor(session, now)
        known = colleagues.known(session, me.person)
        posts = [(grant, p.people.principal_label(session, grant.principal, now)) for grant in me.grants]
        return render_template("account.html", known=known, posts=posts)


@bp.get("/password")
def password() -> ResponseReturnValue:
    """The form for a new password."""
    return _page({})


@bp.post("/password")
def change() -> ResponseReturnValue:
    """Change the password and sign every other browser of this person out."""
    current, wanted, again = (request.form.get(name, "") for name in ("current", "new", "again"))
    database, person, now = parts().database, current_user.person, utcnow()
    with database.reads() as reading:
        account = accounts.by_person(reading, person)
    if account is None:
        raise NotFound
    problems = _current(account, current) | _problems(account.nip, wanted, again)
    if problems:
        return _page(problems), 422
    stored = passwords.hashed(wanted)

    def work(session: Session) -> None:
        accounts.set_password(session, person, stored, now, must_change=False)
        sessions.close_all(session, person)

    database.command(work)
    auth.renewed(person)
    return redirect(url_for("home.show", said="password"), 303)


def _current(account: accounts.Account, password: str) -> auth.Problems:
    """What is wrong with the password as it is now; guessing it is slowed down as at the sign-in."""
    try:
        fits = auth.account_with(account.nip, password) is not None
    except auth.TooOften as slow:
        return {"current": [slow.words()]}
    return {} if fits else {"current": [_("Kata sandi sekarang tidak cocok. Ketik ulang.")]}


def _problems(nip: str, wanted: str, again: str) -> auth.Problems:
    reasons = {
        "short": _("Pakai paling sedikit %(count)s karakter.", count=passwords.SHORTEST),
        "long": _("Pakai paling banyak %(count)s karakter.", count=passwords.LONGEST),
        "nip": _("Jangan memakai NIP sebagai kata sandi."),
        "common": _("Kata sandi ini terlalu mudah ditebak. Pakai beberapa kata yang tidak berhubungan."),
    }
    weak = passwords.weakness(wanted, nip)
    problems = {"new": [reasons[weak]]} if weak else {}
    if wanted != again:
        problems["again"] = [_("Kedua kata sandi baru tidak sama. Ketik ulang.")]
    return problems


def _page(problems: auth.Problems) -> str:
    return render_template("password.html", problems=problems, first=current_user.must_change)
