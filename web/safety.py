"""Who may open what without signing in, where a redirect may lead, and the headers of every answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from web import unsent
from web.commands import sent_values

View = TypeVar("View", bound=Callable[..., Any])

OPEN_ENDPOINTS = "alur_public"
OWN_DOOR = frozenset({"api"})
"""Blueprints that check a bearer token themselves."""

WITHOUT_NOTICE = frozenset({"privacy.notice", "privacy.acknowledge", "auth.sign_out", "helpdesk.ask", "offline.token"})
"""What somebody may do before they have confirmed the notice on personal data, beside what is public; scripts ask for
the token, to send what was written without signal."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "frame-src 'self'",  # a PDF beside a decision; nothing else of this site lets itself be framed
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def public(view: View) -> View:
    """Mark a view that answers without signing in; every other view asks for it."""
    setattr(view, OPEN_ENDPOINTS, True)
    return view


def local_target(wanted: str | None) -> str:
    """A path of this site to go on to; anything else becomes the home page."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc or any(ord(c) < 32 or c == "\\" for c in wanted) else wanted


def install(app: Flask, *, https: bool) -> None:
    """Ask for sign-in before every view that is not public, and send the headers after each."""
    app.before_request(_refuse_null_characters)
    app.before_request(_require_sign_in)

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = PERMISSIONS
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response


def is_public(app: Flask, endpoint: str) -> bool:
    """Whether an endpoint answers without a signed-in browser."""
    view = app.view_functions[endpoint]
    return bool(getattr(view, OPEN_ENDPOINTS, False)) or endpoint.split(".")[0] in OWN_DOOR


def _refuse_null_characters() -> None:
    """No database can keep U+0000, and nobody types it. The API reads bodies itself, within its own limits."""
    sent = request.args if request.blueprint in OWN_DOOR else request.values
    if "\0" in request.path or any("\0" in value for values in sent.listvalues() for value in values):
        abort(400)


def _require_sign_in() -> ResponseReturnValue | None:
    if request.endpoint is None or is_public(current_app, request.endpoint):
        return None
    if not current_user.is_authenticated:
        if request.method == "POST" and (page := unsent.keep(sent_values())):
            return redirect(url_for("auth.sign_in", next=page, said="unsent"), 303)
        wanted = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return redirect(url_for("auth.sign_in", next=None if wanted == "/" else wanted), 303)
    if current_user.must_change and request.endpoint not in {"account.password", "account.change", "auth.sign_out"}:
        return redirect(url_for("account.password"), 303)
    if current_user.must_read and not current_user.must_change and _waits_for_the_notice():
        after = request.full_path.rstrip("?") if _is_read() else unsent.keep(sent_values())
        return redirect(url_for("privacy.notice", next=after), 303)
    return None


def _is_read() -> bool:
    return request.method in {"GET", "HEAD"}


def _waits_for_the_notice() -> bool:
    """Whether this is for later, until the notice on personal data is confirmed.

    Whoever has confirmed an earlier version still sends what they were filling in when the new one came; for others it
    stands in its page again.
    """
    return request.endpoint not in WITHOUT_NOTICE and (_is_read() or current_user.noticed is None)
