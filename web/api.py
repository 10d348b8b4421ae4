"""The API: the same engine, the same two predicates, for programs that bear somebody's token."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, WWWAuthenticate
from werkzeug.exceptions import BadRequest, HTTPException, TooManyRequests, Unauthorized, UnsupportedMediaType

from engine import InstanceView, OpenTask, TaskRow, TimelineEntry, documents, uploads
from engine.actor import Actor
from engine.errors import DiagramError, NotPermitted, Refused, Text
from engine.idempotency import once
from engine.package import Package
from web import migrations, openapi, tokens
from web.auth import csrf
from web.bucket import Buckets
from web.documents import opened
from web.documents import sent as as_it_came
from web.i18n import LANGUAGES, in_language
from web.parts import parts, utcnow
from web.verdicts import judged

bp = Blueprint("api", __name__)
csrf.exempt(bp)  # a bearer token is not sent by a browser by itself

PREFIX = "/api/v1"
LARGEST_JSON = 1_000_000
LARGEST_PACKAGE = 5_000_000
LARGEST_DOCUMENT = 5_500_000
LARGEST_PAGE = 100
LONGEST_KEY = 120
LONGEST_PERSON = 64
OPEN = frozenset({"api.health", "api.ready", "api.description"})
BUCKETS = Buckets(rate=50, burst=500)
NO_FILE = Text("Pilih sebuah berkas.", "Choose a file.")
UNKNOWN_KEY = Text("Isian ini tidak dikenal.", "This key is not known.")
NO_TOKEN = Text(
    "Kirim token yang berlaku: Authorization: Bearer …", "Send a token that is valid: Authorization: Bearer …"
)
TOO_FAST = Text("Terlalu banyak permintaan; lanjutkan sebentar lagi.", "Too many requests; go on in a moment.")
NOT_AN_OWNER = Text("Hanya pemilik proses yang memasang paket.", "Only process owners deploy packages.")

Answer = dict[str, Any]


@bp.before_request
def authenticate() -> None:
    """Find out on whose behalf the program asks; sign-in cookies do not count here."""
    g.language = request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
    if request.endpoint in OPEN:
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    with parts().database.reads() as session:
        person = tokens.owner(session, token.strip(), utcnow()) if scheme.lower() == "bearer" else None
    if person is None:
        raise Unauthorized(in_language(NO_TOKEN), www_authenticate=WWWAuthenticate("bearer"))
    if wait := BUCKETS.wait(person, time.monotonic()):
        raise TooManyRequests(in_language(TOO_FAST), retry_after=math.ceil(wait))
    g.person = person


@bp.after_request
def vary(response: Response) -> Response:
    """Texts depend on the language that was asked for."""
    response.vary.add("Accept-Language")
    return response


@bp.post(f"{PREFIX}/processes/<key>/instances")
def start(key: str) -> ResponseReturnValue:
    """Start a process by answering its first step."""
    sent = _sent("answers", "about", "subject")
    answers, about, subject, sent_key = _answers(sent), _about(sent), _subject(sent), _idempotency_key()

    def work(session: Session, me: Actor, now: datetime) -> Answer:
        return _instance(parts().engine.start(session, key, me, answers, now=now, about=about, subject=subject))

    answer = _command(work, key=sent_key, sent=sent)
    return answer, 201, {"Location": url_for(".instance", instance_id=answer["id"])}


@bp.get(f"{PREFIX}/instances")
def instances() -> ResponseReturnValue:
    """The requests that concern me or that I started, newest first."""
    with parts().database.reads() as session:
        now = utcnow()
        page = parts().engine.instances(session, _me(session, now), now=now, after=_after(), limit=_limit())
        return {"items": [_instance_row(row) for row in page.rows], "next": page.next}


@bp.get(f"{PREFIX}/instances/<uuid:instance_id>")
def instance(instance_id: UUID) -> ResponseReturnValue:
    """A request with its timeline."""
    with parts().database.reads() as session:
        now = utcnow()
        view = parts().engine.instance_for(session, _me(session, now), instance_id, now=now)
        timeline = [_entry(entry) for entry in view.timeline]
        facts = [{"label": in_language(fact.label), "value": in_language(fact.value)} for fact in view.facts]
        return {**_instance(view), "facts": facts, "timeline": timeline}


@bp.post(f"{PREFIX}/instances/<uuid:instance_id>/take-back")
def take_back(instance_id: UUID) -> ResponseReturnValue:
    """Undo my own last decision on a request, while its time runs."""

    def work(session: Session, me: Actor, now: datetime) -> Answer:
        return _instance(parts().engine.take_back(session, instance_id, me, now=now))

    return _command(work, key=_idempotency_key())


@bp.post(f"{PREFIX}/instances/<uuid:instance_id>/evidence")
def add_evidence(instance_id: UUID) -> ResponseReturnValue:
    """Add documents to the questions of my running request whose files may follow."""
    answers = _answers(_sent("answers"))

    def work(session: Session, me: Actor, now: datetime) -> Answer:
        parts().engine.add_evidence(session, instance_id, me, answers, now=now)
        return _instance(parts().engine.instance_for(session, me, instance_id, now=now))

    return _command(work, key=_idempotency_key(), sent=answers)


@bp.post(f"{PREFIX}/instances/<uuid:instance_id>/remind")
def remind(instance_id: UUID) -> ResponseReturnValue:
    """Remind those who have my request; not on the day it came to them, and once a working day."""

    def work(session: Session, me: Actor, now: datetime) -> Answer:
        parts().engine.nudge(session, me, instance_id, now=now)
        return _instance(parts().engine.instance_for(session, me, instance_id, now=now))

    return _command(work, key=_idempotency_key())


@bp.get(f"{PREFIX}/tasks")
def tasks() -> ResponseReturnValue:
    """My open tasks, oldest due first."""
    with parts().database.reads() as session:
        now = utcnow()
        page = parts().engine.inbox(
            session,
            _me(session, now),
            now=now,
            search=_parameter("q", 80) or "",
            process=_parameter("process", 40),
            after=_after(),
            limit=_limit(),
        )
        return {"items": [_task(row) for row in page.rows], "next": page.next}


@bp.post(f"{PREFIX}/tasks/<uuid:task_id>/claim")
def claim(task_id: UUID) -> ResponseReturnValue:
    """Tell colleagues of the same queue that I do this one."""

    def work(session: Session, me: Actor, now: datetime) -> Answer:
        parts().engine.claim(session, task_id, me, now=now)
        return {"id": str(task_id), "claimed_by": me.person}

    return _command(work)


@bp.post(f"{PREFIX}/tasks/<uuid:task_id>/release")
def release(task_id: UUID) -> ResponseReturnValue:
    """Give a claimed task back to the queue."""

    def work(session: Session, me: Actor, now: datetime) -> Answer:
        parts().engine.release(session, task_id, me, now=now)
        return {"id": str(task_id), "claimed_by": None}

    return _command(work)


@bp.post(f"{PREFIX}/tasks/<uuid:task_id>/complete")
def complete(task_id: UUID) -> ResponseReturnValue:
    """Complete a task. Without a key, the same person's same answers count as a repetition."""
    answers = _answers(_sent("answers"))

    def work(session: Session, me: Actor, now: datetime) -> Answer:
        return _instance(parts().engine.complete(session, task_id, me, answers, now=now))

    return _command(work, key=_idempotency_key() or f"={_digest(answers)}", sent=answers)


@bp.post(f"{PREFIX}/documents")
def upload() -> ResponseReturnValue:
    """Keep a file that an answer is going to name; the same file again is the same document."""
    sent = _file()
    taken = uploads.checked(sent.filename or "", sent.stream.read(uploads.LARGEST + 1))

    def work(session: Session, me: Actor, now: datetime) -> Answer:
        return {"id": str(documents.store(session, owner=me.person, upload=taken, now=now))}

    answer = _command(work)
    about = {"name": taken.name, "media_type": taken.media_type, "size": len(taken.content)}
    digest = hashlib.sha256(taken.content).hexdigest()
    return {**answer, **about, "digest": digest}, 201, {"Location": url_for(".document", document_id=answer["id"])}


@bp.get(f"{PREFIX}/documents/<uuid:document_id>")
def document(document_id: UUID) -> ResponseReturnValue:
    """A document as it came."""
    now = utcnow()
    with parts().database.reads() as session:
        return as_it_came(opened(session, _me(session, now), document_id, now))


@bp.post(f"{PREFIX}/deployments")
def deploy() -> ResponseReturnValue:
    """Deploy a package as a draft, after the same check as `alur check`."""
    sent = _body("application/zip", LARGEST_PACKAGE)
    with parts().database.reads() as session:
        _require_owner(_me(session, utcnow()))
    problems = judged(sent)
    if any(problem.is_error for problem in problems):
        raise DiagramError(problems)

    def work(session: Session, me: Actor, now: datetime) -> Answer:
        _require_owner(me)
        version = parts().engine.deploy(session, Package.read(sent), by=me.person, now=now, state="draft")
        return {
            "process": version.process,
            "version": version.number,
            "state": version.state,
            "digest": version.digest,
        }

    return _command(work), 201


@bp.get(f"{PREFIX}/openapi.json")
def description() -> ResponseReturnValue:
    """The description of this API."""
    return jsonify(openapi.document(version("alur")))


@bp.get("/health")
@bp.get(f"{PREFIX}/health")
def health() -> ResponseReturnValue:
    """Whether the process answers."""
    return {"status": "ok"}


@bp.get("/ready")
@bp.get(f"{PREFIX}/ready")
def ready() -> ResponseReturnValue:
    """Whether it can work: the database is reachable and migrated."""
    try:
        with parts().database.reads() as session:
            current = migrations.is_current(session.connection())
    except SQLAlchemyError:
        current = False
    return ({"status": "ok"}, 200) if current else ({"status": "not ready"}, 503)


@bp.errorhandler(DiagramError)
def undeployable(error: DiagramError) -> ResponseReturnValue:
    """All that is wrong with a package, as `alur check --json` says it."""
    found = [problem.as_json() for problem in error.problems if hasattr(problem, "as_json")]
    return _problem(422, in_language(error.text), problems=found)


@bp.errorhandler(HTTPException)
def refused(error: HTTPException) -> ResponseReturnValue:
    """What HTTP itself has a word for, with the headers that belong to it."""
    response = _problem(error.code or 500, error.description or error.name)
    for name, value in error.get_headers():
        if name in {"Retry-After", "WWW-Authenticate", "Allow"}:
            response.headers[name] = value
    return response


def _problem(status: int, detail: str, **more: Any) -> Response:
    title = HTTPStatus(status).phrase
    response = jsonify({"type": "about:blank", "title": title, "status": status, "detail": detail, **more})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def _command(
    work: Callable[[Session, Actor, datetime], Answer], *, key: str | None = None, sent: Mapping[str, Any] | None = None
) -> Answer:
    """Do the work in one transaction, with the rights of this moment; once per key if there is one."""
    now, database = utcnow(), parts().database

    def act(session: Session) -> Answer:
        return work(session, _me(session, now), now)

    if key is None:
        return database.command(act)
    answer: Answer = once(database, person=g.person, route=request.path, key=key, body=sent or {}, now=now, work=act)
    return answer


def _me(session: Session, now: datetime) -> Actor:
    return parts().people.actor(session, g.person, now)


def _require_owner(me: Actor) -> None:
    if not me.process_owner:
        raise NotPermitted(NOT_AN_OWNER)


def _sent(*known: str) -> dict[str, Any]:
    """The body; any key but those known is refused, so that none is believed to have an effect."""
    sent = _json()
    if unknown := sorted(sent.keys() - set(known)):
        raise Refused({str(name)[:80]: [UNKNOWN_KEY] for name in unknown[:20]})
    return sent


def _about(sent: Mapping[str, Any]) -> UUID | None:
    """The request that is meant, if one is."""
    about = sent.get("about")
    try:
        return None if about is None else UUID(about)
    except (ValueError, TypeError, AttributeError) as error:
        wrong = Text("Isi dengan id sebuah permohonan.", "Give the id of a request.")
        raise Refused({"about": [wrong]}) from error


def _subject(sent: Mapping[str, Any]) -> str | None:
    """The colleague that it is for, if it is for one."""
    subject = sent.get("subject")
    if subject is not None and not (isinstance(subject, str) and 0 < len(subject) <= LONGEST_PERSON):
        raise Refused({"subject": [Text("Isi dengan nomor pegawai.", "Give the id of a person.")]})
    return subject


def _answers(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The ``answers`` of the body."""
    answers = sent.get("answers")
    if not isinstance(answers, dict):
        raise Refused({"answers": [Text("Isi dengan objek jawaban.", "Give an object of answers.")]})
    return answers


def _json() -> dict[str, Any]:
    try:
        text = _body("application/json", LARGEST_JSON).decode()
        sent = json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_double)
        shown = json.dumps(sent, ensure_ascii=False, default=str)
        shown.encode()  # refuses half characters, which no database can keep
    except (ValueError, ArithmeticError, RecursionError) as error:  # a number may have an exponent beyond all
        raise BadRequest("The body is not JSON, or is nested too deeply.") from error
    if not isinstance(sent, dict) or "\\u0000" in shown:
        raise BadRequest("The body must be an object, without the character U+0000.")
    return sent


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _no_double(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(members := dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return members


def _body(kind: str, largest: int) -> bytes:
    if request.mimetype != kind:
        raise UnsupportedMediaType(f"Send {kind}.")
    request.max_content_length = largest
    return request.get_data(cache=False)


def _file() -> FileStorage:
    """The one file of a form. Raises `Refused` where there is none."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send multipart/form-data.")
    request.max_content_length = LARGEST_DOCUMENT
    sent = request.files.get(uploads.FIELD)
    if sent is None:
        raise Refused({uploads.FIELD: [NO_FILE]})
    return sent


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable() and " " not in key):
        raise BadRequest(f"Idempotency-Key must be 1 to {LONGEST_KEY} visible ASCII characters.")
    return f"k{_digest(key)}" if key else None


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _after() -> str | None:
    return _parameter("after", 200)


def _limit() -> int:
    value = request.args.get("limit", "20")
    if not (value.isascii() and value.isdecimal() and len(value) < 10 and 1 <= int(value) <= LARGEST_PAGE):
        raise BadRequest(f"limit must be a whole number from 1 to {LARGEST_PAGE}.")
    return int(value)


def _parameter(name: str, longest: int) -> str | None:
    value = request.args.get(name)
    if value is not None and (len(value) > longest or not value.isprintable()):
        raise BadRequest(f"{name} is longer than {longest} characters or holds control characters.")
    return value or None


def _instance(view: InstanceView) -> Answer:
    return {
        "id": str(view.id),
        "reference": view.reference,
        "process": view.process,
        "title": in_language(view.title),
        "version": view.version,
        "status": view.status,
        "outcome": view.outcome,
        "summary": _maybe(view.summary),
        "subject": view.subject,
        "starter": view.starter,
        "about": str(view.about.id) if view.about else None,
        "started_at": view.started_at.isoformat(),
        "ended_at": _moment(view.ended_at),
        "tasks": [_open_task(task) for task in view.tasks],
    }


def _open_task(task: OpenTask) -> Answer:
    return {
        "id": str(task.id),
        "step": task.step,
        "name": in_language(task.name),
        "principal": task.principal,
        "due": task.due.isoformat(),
        "form": task.form,
    }


def _entry(entry: TimelineEntry) -> Answer:
    return {
        "at": entry.at.isoformat(),
        "who": in_language(entry.who),
        "capacity": entry.capacity or "",
        "kind": entry.kind,
        "step": entry.step,
        "name": in_language(entry.name),
        "outcome": entry.outcome,
        "taken_back": entry.taken_back,
        "answers": [{"label": in_language(label), "value": in_language(value)} for label, value in entry.answers],
    }


def _instance_row(row: InstanceView) -> Answer:
    return {
        "id": str(row.id),
        "reference": row.reference,
        "process": row.process,
        "title": in_language(row.title),
        "status": row.status,
        "outcome": row.outcome,
        "summary": _maybe(row.summary),
        "started_at": row.started_at.isoformat(),
    }


def _task(row: TaskRow) -> Answer:
    return {
        "id": str(row.id),
        "instance": str(row.instance_id),
        "reference": row.reference,
        "process": row.process,
        "title": in_language(row.title),
        "step": row.step,
        "name": in_language(row.name),
        "subject": row.subject_name,
        "summary": _maybe(row.summary),
        "since": row.since.isoformat(),
        "due": row.due.isoformat(),
        "claimed_by": row.claimed_by,
        "capacity": row.capacity,
    }


def _maybe(text: Text | None) -> str | None:
    return None if text is None else in_language(text)


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
