"""The public page of a letter, which its QR code leads to: whether it is real and still valid, and nothing more."""

from __future__ import annotations

from math import ceil

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.bucket import Buckets
from web.parts import parts, utcnow
from web.safety import public
from workflows.letters import standing

bp = Blueprint("surat", __name__, url_prefix="/surat")

LONGEST_CODE = 60
LOOKS = "alur_looks"


def install(app: Flask) -> None:
    """Slow down whoever looks up many codes from one address, and keep the pages out of search engines."""
    app.extensions[LOOKS] = Buckets(rate=1, burst=30)
    app.register_blueprint(bp)


@bp.get("")
@public
def ask() -> ResponseReturnValue:
    """Where the code of a letter is typed in."""
    if typed := request.args.get("kode", "").strip()[:LONGEST_CODE]:
        return redirect(url_for(".show", code=typed.replace("/", "")), 303)
    return render_template("surat.html", letter=None, looked=False, slow=0)


@bp.get("/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    """The letter with this code; the same answer for every code that no letter has."""
    looks: Buckets = current_app.extensions[LOOKS]
    if wait := ceil(looks.wait(request.remote_addr or "-", utcnow().timestamp())):
        page = render_template("surat.html", letter=None, looked=False, slow=wait)
        return page, 429, {"Retry-After": str(wait)}
    with parts().database.reads() as session:
        letter = standing.public(session, code[:LONGEST_CODE])
    return render_template("surat.html", letter=letter, looked=True, slow=0), 200 if letter else 404


@bp.after_request
def unlisted(response: Response) -> Response:
    """Search engines neither keep nor follow these pages."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
