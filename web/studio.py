"""For process owners: the versions of each process, a new one from a package, and which of them is live."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.db import Version
from engine.errors import NotFound, Text
from engine.package import Package
from web.commands import actor, command
from web.flow import flow_of_version
from web.parts import parts, utcnow
from web.verdicts import judged

bp = Blueprint("studio", __name__, url_prefix="/processes")

LARGEST_PACKAGE = 5_000_000

STATES = {
    "draft": Text("draf", "draft"),
    "pilot": Text("uji coba", "pilot"),
    "live": Text("berlaku", "live"),
    "retired": Text("tidak berlaku lagi", "retired"),
}
NO_FILE = Text("Pilih berkas paket (.zip) terlebih dahulu.", "Choose a package file (.zip) first.")


@bp.get("")
def index() -> ResponseReturnValue:
    """All versions by process, newest first, and the place to bring a new one."""
    with parts().database.reads() as session:
        _owner(session)
        return _index(session)


@bp.get("/<int(max=2147483647):version_id>")
def show(version_id: int) -> ResponseReturnValue:
    """One version: its state, its flow and what can be done with it."""
    with parts().database.reads() as session:
        _owner(session)
        version = _version(session, version_id)
        deployed = parts().engine.catalog.version(session, version_id)
        flow = flow_of_version(deployed)
        return render_template("version.html", version=version, deployed=deployed, flow=flow, states=STATES)


@bp.get("/<int(max=2147483647):version_id>/package.zip")
def export(version_id: int) -> ResponseReturnValue:
    """The package of a version, byte for byte as `alur export` writes it."""
    with parts().database.reads() as session:
        _owner(session)
        version = _version(session, version_id)
        response = Response(version.package, mimetype="application/zip")
        name = f"{version.process}-{version.number}.zip"
        response.headers["Content-Disposition"] = f"attachment; filename={name}"
        return response


@bp.post("")
def deploy() -> ResponseReturnValue:
    """Check a package and keep it as a draft; what speaks against it is shown with file, element and line."""
    sent = request.files.get("package")
    content = sent.read(LARGEST_PACKAGE + 1) if sent else b""
    with parts().database.reads() as session:
        _owner(session)
        if not content:
            return _index(session, mistake=NO_FILE), 422
    verdict = judged(content)
    if any(problem.severity == "error" for problem in verdict):
        return render_template("verdict.html", version=None, problems=verdict), 422

    def work(session: Session, me: Actor, now: datetime) -> str:
        _require_owner(me)
        version = parts().engine.deploy(session, Package.read(content), by=me.person, now=now, state="draft")
        return url_for(".show", version_id=version.id, said="deployed")

    return command(work)


@bp.get("/<int(max=2147483647):version_id>/verdict")
def verdict(version_id: int) -> ResponseReturnValue:
    """What the check says of a stored version today."""
    with parts().database.reads() as session:
        _owner(session)
        version = _version(session, version_id)
        return render_template("verdict.html", version=version, problems=judged(version.package))


@bp.post("/<int(max=2147483647):version_id>/<any(live, retired):state>")
def move(version_id: int, state: str) -> ResponseReturnValue:
    """Make a version the live one, or retire it; running requests stay on theirs."""

    def work(session: Session, me: Actor, _now: datetime) -> str:
        _require_owner(me)
        parts().engine.catalog.move(session, version_id, state)
        return url_for(".show", version_id=version_id, said="state")

    return command(work)


def _owner(session: Session) -> None:
    _require_owner(actor(session, utcnow()))


def _require_owner(me: Actor) -> None:
    """Others are not told that there are such pages. Raises `NotFound`."""
    if not me.process_owner:
        raise NotFound


def _version(session: Session, version_id: int) -> Version:
    version = session.get(Version, version_id)
    if version is None:
        raise NotFound
    return version


def _index(session: Session, *, mistake: Text | None = None) -> str:
    processes = groupby(parts().engine.versions(session), key=lambda version: version.process)
    titles = {v.process: v.manifest.title for v in parts().engine.catalog.live_versions(session)}
    listed = [(titles.get(key, Text(key, key)), list(versions)) for key, versions in processes]
    return render_template("versions.html", processes=listed, states=STATES, mistake=mistake)
