"""The one table from what can go wrong to an HTTP status, a page and a problem document."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from engine.errors import (
    Conflict,
    DiagramError,
    EngineError,
    LimitExceeded,
    NotFound,
    NotPermitted,
    Refused,
    ServiceFailed,
    Text,
)
from web import failures
from web.commands import KeyMissing
from web.i18n import in_language, language
from web.passwords import Busy

log = logging.getLogger("alur.web")

STATUS: dict[type[EngineError], int] = {
    NotFound: 404,
    NotPermitted: 403,
    Conflict: 409,
    Refused: 422,
    DiagramError: 422,
    LimitExceeded: 503,
    ServiceFailed: 503,
    EngineError: 400,
}


@dataclass(frozen=True)
class Trouble:
    """What an error page says: what happened, and what to do now."""

    title: Text
    advice: Text


TROUBLES: dict[int, Trouble] = {
    400: Trouble(
        Text("Permintaan tidak dapat dibaca", "The request cannot be read"),
        Text("Kembali ke halaman sebelumnya, muat ulang, lalu coba lagi.", "Go back, reload the page and try again."),
    ),
    403: Trouble(
        Text("Bukan wewenang Anda", "Not yours to do"),
        Text(
            "Halaman permohonan menyebut siapa yang memegang langkah ini.",
            "The page of the request says who holds this step.",
        ),
    ),
    404: Trouble(
        Text("Halaman tidak ditemukan", "Page not found"),
        Text(
            "Periksa alamatnya. Permohonan Anda selalu ada di “Permohonan saya”.",
            "Check the address. Your requests are always under “My requests”.",
        ),
    ),
    405: Trouble(
        Text("Halaman tidak dapat dibuka dengan cara ini", "The page cannot be opened like this"),
        Text("Mulai lagi dari beranda.", "Start again from the home page."),
    ),
    409: Trouble(
        Text("Sudah ada yang mendahului", "Somebody was first"),
        Text(
            "Tidak ada yang berubah oleh kiriman Anda. Buka permohonan untuk melihat keadaannya sekarang.",
            "What you sent changed nothing. Open the request to see how it stands now.",
        ),
    ),
    413: Trouble(
        Text("Kiriman terlalu besar", "Too much was sent"),
        Text("Kirim berkas yang lebih kecil, paling besar 5 MB.", "Send a smaller file, 5 MB at most."),
    ),
    422: Trouble(
        Text("Ada isian yang perlu diperbaiki", "Some answers need to be mended"),
        Text("Kembali, perbaiki isian, lalu kirim lagi.", "Go back, mend the answers and send again."),
    ),
    500: Trouble(
        Text("Terjadi kesalahan pada sistem", "Something went wrong in the system"),
        Text(
            "Tidak ada yang berubah. Coba lagi; bila tetap gagal, sampaikan nomor kejadian kepada pengelola sistem.",
            "Nothing was changed. Try again; if it still fails, give the incident number to the administrator.",
        ),
    ),
    503: Trouble(
        Text("Sistem sedang sibuk", "The system is busy"),
        Text(
            "Tidak ada yang berubah. Tunggu sebentar, lalu kirim lagi.",
            "Nothing was changed. Wait a moment, then send again.",
        ),
    ),
}

EXPIRED_FORM = Text(
    "Formulir ini sudah kedaluwarsa, misalnya karena Anda masuk lagi di tab lain.",
    "This form has expired, perhaps because you signed in again in another tab.",
)
BUSY = Text("Terlalu banyak orang masuk pada saat yang sama.", "Too many people are signing in at this moment.")


def status_of(error: EngineError) -> int:
    """The HTTP status of something that the engine refuses."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem_of(error: EngineError) -> dict[str, Any]:
    """The error as a problem document (RFC 9457)."""
    status = status_of(error)
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": in_language(TROUBLES[status].title),
        "status": status,
        "detail": in_language(error.text),
    }
    if isinstance(error, Conflict):
        at = error.decided_at.isoformat() if error.decided_at else None
        problem |= {"decided_by": error.decided_by, "decided_at": at, "outcome": error.outcome}
    if isinstance(error, ServiceFailed) and error.incident is not None:
        problem |= {"title": in_language(failures.TITLE), "incident": str(error.incident)}
    if isinstance(error, Refused):
        problem["errors"] = {field: [in_language(text) for text in texts] for field, texts in error.problems.items()}
    return problem


def install(app: Flask) -> None:
    """Answer every error with a page that says what to do, or a problem document to programs."""

    @app.errorhandler(EngineError)
    def refused(error: EngineError) -> ResponseReturnValue:
        if _from_program():
            return _problem(problem_of(error))
        return _page(status_of(error), detail=error.text, error=error)

    @app.errorhandler(ServiceFailed)
    def failed(error: ServiceFailed) -> ResponseReturnValue:
        failures.note(error)
        if _from_program():
            return _problem(problem_of(error))
        trouble = Trouble(failures.TITLE, failures.advice(error))
        return _page(status_of(error), detail=error.text, trouble=trouble)

    @app.errorhandler(CSRFError)
    @app.errorhandler(KeyMissing)
    def expired(_error: Exception) -> ResponseReturnValue:
        return _answer(400, detail=EXPIRED_FORM)

    @app.errorhandler(Busy)
    def busy(_error: Busy) -> ResponseReturnValue:
        return _answer(503, detail=BUSY)

    @app.errorhandler(OperationalError)
    def no_database(error: OperationalError) -> ResponseReturnValue:
        log.error("database: %s", error.orig)
        return _answer(503)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None:
            return error.response
        answer = make_response(_answer(error.code or 500))
        if isinstance(error, MethodNotAllowed):
            answer.allow.update(error.valid_methods or ())
        return answer

    @app.errorhandler(Exception)
    def unexpected(_error: Exception) -> ResponseReturnValue:
        incident = secrets.token_hex(4)
        log.exception("incident %s at %s %s", incident, request.method, request.path)
        return _answer(500, incident=incident)


def _from_program() -> bool:
    return request.path.startswith("/api/")


def _answer(status: int, *, detail: Text | None = None, incident: str | None = None) -> ResponseReturnValue:
    if _from_program():
        trouble = TROUBLES.get(status, TROUBLES[400 if status < 500 else 500])
        words = {"title": in_language(trouble.title), "detail": in_language(detail or trouble.advice)}
        extra = {"incident": incident} if incident else {}
        return _problem({"type": "about:blank", "status": status, **words, **extra})
    return _page(status, detail=detail, incident=incident)


def _problem(problem: dict[str, Any]) -> Response:
    response = jsonify(problem)
    response.status_code = problem["status"]
    response.mimetype = "application/problem+json"
    response.content_language = [language()]
    return response


def _page(
    status: int,
    *,
    detail: Text | None = None,
    incident: str | None = None,
    error: EngineError | None = None,
    trouble: Trouble | None = None,
) -> ResponseReturnValue:
    trouble = trouble or TROUBLES.get(status, TROUBLES[400 if status < 500 else 500])
    conflict = error if isinstance(error, Conflict) and error.decided_by else None
    problems = error.problems.items() if isinstance(error, Refused) else ()
    page = render_template(
        "error.html",
        trouble=trouble,
        detail=detail,
        incident=incident,
        conflict=conflict,
        problems=problems,
        again=_again() if isinstance(error, Conflict) else None,
    )
    headers = {"Retry-After": "5"} if status == 503 else {}
    return page, status, headers


def _again() -> str | None:
    """Where the page that was sent says how things stand now; None where its address only takes what is sent."""
    try:
        current_app.url_map.bind("").match(request.path, method="GET")
    except HTTPException:
        return None
    return request.full_path.removesuffix("?")
