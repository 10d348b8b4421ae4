"""What was typed on a page while its session ran out: kept for its writer, and never sent by itself.

It lies with the session that has run out. Whoever signs in next in this browser finds it in the page again if they are
the same person; for anybody else, and when one signs out, it is gone. Files are not among it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, session, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from web import sessions
from web.parts import parts
from web.sessions import SignedIn
from workflows.data_update import codes

PAGES = {
    "questions.answer": "questions.show",
    "start.fill": "start.whole",
    "inbox.complete": "inbox.task",
    "data_forms.changed": "data_forms.change",
    "data_forms.added": "data_forms.add",
    "data_check.proved": "data_check.evidence",
    "data_check.noted": "data_check.note",
}
"""The page that a form stands on, by where it is sent to. What other forms hold is short, or no business of ours."""
LARGEST = 20_000
"""Characters."""


def install(app: Flask) -> None:
    """Let templates say where what stands in a form comes from."""
    app.jinja_env.globals.update(stands_again=_kept)


def keep(values: Mapping[str, list[str]]) -> str | None:
    """Keep what a form sent without a session, if it had one; the address of its page, or None.

    A one-time code is kept nowhere, and has run out before anybody signs in again.
    """
    page = PAGES.get(request.endpoint or "")
    if page is None:
        return None
    args, path = request.args.to_dict(), url_for(page, **(request.view_args or {}))
    found = {"sent_to": request.path, "page": path, "args": args}
    found["typed"] = {name: texts for name, texts in values.items() if name != codes.FIELD}
    text = json.dumps({**found, "files": any(file.filename for file in request.files.values())})
    if len(text) > LARGEST or not parts().database.command(
        lambda writing: sessions.keep_unsent(writing, session["_user_id"], text)
    ):
        return None
    return f"{path}?{urlencode(args)}" if args else path


def typed() -> Mapping[str, list[str]] | None:
    """What the signed-in person had typed on the page that they open, and could not send."""
    kept = _kept()
    return None if kept is None else kept["typed"]


def _kept() -> dict[str, Any] | None:
    """That, with whether files had been chosen, too."""
    if request.method != "GET" or not current_user.is_authenticated or current_user.unsent is None:
        return None
    kept: dict[str, Any] = json.loads(current_user.unsent)
    return kept if kept["page"] == request.path and kept["args"] == request.args.to_dict() else None


def sent(writing: Session, user: SignedIn, route: str) -> None:
    """Forget it, now that the form has been sent."""
    if user.unsent is not None and json.loads(user.unsent)["sent_to"] == route:
        sessions.keep_unsent(writing, user.token_hash, None)
