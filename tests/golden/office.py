"""A whole demo installation half way through its work, and playing it to the end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select

from engine.db import Incident, Instance
from engine.idempotency import once
from engine.package import Package
from tests.golden.build import on
from tests.golden.play import BEGIN, Json
from tests.support import Case, Office, diagram, package, timer
from web import assemble, installation, migrations, tokens
from web.config import Settings
from web.parts import Parts
from web.worker import Worker
from workflows.leave.bookkeeping import buckets
from workflows.leave.model import LeaveEntry

EMPLOYEE, OFFICER, SUPERIOR, HEAD = "P097", "P092", "P094", "P091"
KEY = Ed25519PrivateKey.from_private_bytes(b"golden files: no secret of anyone"[:32])
"""Signs the checkpoints of the golden databases, and nothing else."""
DATABASE, CHECKPOINTS = "office.db", "checkpoints.jsonl"


@dataclass(frozen=True)
class Act:
    """``hours`` pass and a worker does what is due, or a person answers a step."""

    step: str | None = None
    by: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    hours: float = 0


@dataclass(frozen=True)
class Story:
    """A request by a person: what was answered before the database was kept, and what is left to answer."""

    process: str
    by: str
    answers: Mapping[str, Any]
    before: tuple[Act, ...]
    after: tuple[Act, ...]


@dataclass
class Site:
    """A demo installation with a clock that its keeper sets."""

    office: Office
    parts: Parts

    @classmethod
    def at(cls, url: str, folder: Path, now: datetime) -> Site:
        """The installation on a database; its key and checkpoints lie in the folder."""
        pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "key").write_bytes(pem)
        settings = Settings(url, secret="g" * 48, key_file=folder / "key", demo=True)
        parts = assemble(settings, lambda: site.office.now)
        office = Office(parts.database, directory=parts.people, now=now)
        office.engine = parts.engine
        site = cls(office, parts)
        return site

    def work(self, **time: float) -> None:
        """Let time pass, and a worker that has just been started do what is due."""
        self.office.now += timedelta(**time)
        Worker(self.parts).pass_once()

    def act(self, case: Case, act: Act) -> None:
        """Let it happen."""
        if act.step is None:
            self.work(hours=act.hours)
            return
        case.complete(act.step, act.by, **act.answers)

    def stands(self, case: Case) -> Json:
        """Where a request stands."""
        row, incidents = case.row, select(Incident.code).where(Incident.instance_id == case.id)
        with self.parts.database.reads() as session:
            unresolved = session.scalars(incidents.where(Incident.resolved_at.is_(None))).all()
        return {
            "status": row.status,
            "open": case.open,
            "due": row.next_due and row.next_due.isoformat(),
            "incidents": list(unresolved),
        }


def made(folder: Path) -> Json:
    """Fill a new installation in a folder, and say what is expected of each of its requests."""
    site = Site.at(f"sqlite:///{folder / DATABASE}", folder, BEGIN)
    migrations.upgrade(site.parts.database.engine)
    installation.fill_demo(site.parts, BEGIN)
    site.office.deploy(reminding(), failing())
    told = [(story, site.office.start(story.process, story.by, **story.answers)) for story in stories()]
    site.work()
    for story, case in told:
        for act in story.before:
            site.act(case, act)
    for hours in (0, 24 * 8, 1, 1, 1):  # the reminder goes off, and what fails is tried until it is left to a person
        site.work(hours=hours)
    requests = [_written(site, story, case) for story, case in told]
    _leave_work_undone(site)
    site.parts.database.dispose()
    expected: Json = {"moment": site.office.now.isoformat(), "requests": requests}
    return {**expected, **_played(folder, expected)}


def _played(folder: Path, expected: Json) -> Json:
    """How it ends: played on a copy of the database by the release that made it."""
    with TemporaryDirectory() as scratch:
        copy = Path(shutil.copytree(folder, Path(scratch) / "copy"))
        site = Site.at(f"sqlite:///{copy / DATABASE}", copy, datetime.fromisoformat(expected["moment"]))
        assert list(differences(site, expected)) == []
        found = ends(site, expected)
        site.parts.database.dispose()
    return found


def _written(site: Site, story: Story, case: Case) -> Json:
    acts = [asdict(act) for act in story.after]
    return {"reference": case.row.reference, "starter": story.by, **site.stands(case), "acts": acts}


def _leave_work_undone(site: Site) -> None:
    """Messages that nobody has sent, events that nobody has sealed, a key, a token and a draft version."""
    office, now = site.office, site.office.now

    def ask(session: Any) -> str:
        actor = office.directory.actor(session, EMPLOYEE, now)
        view = office.engine.start(session, "surat_keterangan", actor, {"purpose": "Visa"}, now=now)
        return view.reference

    once(office.database, person=EMPLOYEE, route="/api", key="golden-key-0000000", body={}, now=now, work=ask)
    office.database.command(lambda session: tokens.issue(session, EMPLOYEE, "golden", now))
    draft = package(reminding().files["flow.bpmn"], key="reminding", title="Pengingat, versi baru")
    office.database.command(lambda session: office.engine.deploy(session, draft, by="golden", now=now))


def differences(site: Site, expected: Json) -> Iterator[str]:
    """Where a request stands or ends otherwise than expected; each is decided to its end."""
    for request in expected["requests"]:
        case = _case(site, request)
        stands = site.stands(case)
        if stands != {name: request[name] for name in stands}:
            yield f"{request['reference']} stands at {stands}"
        for act in request["acts"]:
            site.act(case, Act(**act))
        if case.row.status != "ended":
            yield f"{request['reference']} did not end: {site.stands(case)}"


def ends(site: Site, expected: Json) -> Json:
    """The end event of each request, and the days of leave that are left in the end, by year."""
    with site.parts.database.reads() as session:
        entries = session.scalars(select(LeaveEntry).where(LeaveEntry.person == EMPLOYEE)).all()
    left = buckets([entry.entry for entry in entries], site.office.now.year)
    outcomes = {request["reference"]: _case(site, request).row.outcome for request in expected["requests"]}
    return {"outcomes": outcomes, "left": {str(year): days for year, days in left.items()}}


def _case(site: Site, request: Json) -> Case:
    with site.parts.database.reads() as session:
        found = session.scalars(select(Instance.id).where(Instance.reference == request["reference"])).one()
    return Case(site.office, found, request["starter"])


# What is asked for.

_LANES = {"requester": ["begin", "submit"], "personnel_officer": ["check", "late", "remind", "told", "done"]}
_NODES = {"begin": "startEvent", "submit": "userTask", "check": "userTask", "late": "boundaryEvent"}
_ENDS = {"told": "endEvent", "done": "endEvent"}


def reminding() -> Package:
    """A step with reminders beside it."""
    drawn = diagram(
        {**_NODES, "remind": "manualTask", **_ENDS},
        ["begin submit", "submit check", "check done", "late remind", "remind told"],
        lanes=_LANES,
        inside={"late": timer("R3/P7D", "timeCycle")},
        attributes={"late": on("check", interrupts=False)},
    )
    return package(drawn, key="reminding", title="Pengingat")


def failing() -> Package:
    """A step with a reminder that cannot find its way: an incident."""
    drawn = diagram(
        {**_NODES, "which": "exclusiveGateway", "remind": "manualTask", **_ENDS},
        ["begin submit", "submit check", "check done", "late which", "which remind | submit.unknown", "remind told"],
        lanes={**_LANES, "personnel_officer": [*_LANES["personnel_officer"], "which"]},
        inside={"late": timer("P1D")},
        attributes={"late": on("check", interrupts=False)},
    )
    return package(drawn, key="failing", title="Gagal")


def _leave(first: str, last: str) -> dict[str, Any]:
    about = {"reason": "Acara keluarga", "abroad": False, "address": "Jalan Contoh 1, Rakumpit", "phone": "0812 3456"}
    return {"type": "annual", "first": first, "last": last, **about}


COMPLETE = Act("check", OFFICER, {"outcome": "complete"})
RETURN = Act("check", OFFICER, {"outcome": "return", "repair": "Tanggal tidak sesuai"})
ADVISE = Act("consider", SUPERIOR, {"outcome": "approve"})
APPROVE = Act("decide", HEAD, {"outcome": "approve"})
REJECT = Act("decide", HEAD, {"outcome": "reject", "reason": "Audit"})
DEFER = Act("decide", HEAD, {"outcome": "defer", "reason": "Audit", "until": "2027-03-31"})
ISSUE = Act("issue", OFFICER, {"outcome": "issue", "number": "800/12/DISKOMINFO/2026"})
DONE = Act("check", "P068")


def stories() -> Iterator[Story]:
    """Leave and certificate at each waiting step, ended ones, reminders and a failure."""
    change = {"outcome": "change", "first": "2026-12-07", "last": "2026-12-08", "reason": "Ada rapat"}
    accept = Act("accept_change", EMPLOYEE, {"outcome": "accept"})
    again = Act("submit", EMPLOYEE, _leave("2026-11-19", "2026-11-19"))
    for day, before, after in (
        ("2026-11-16", (), (COMPLETE, ADVISE, APPROVE)),
        ("2026-11-17", (COMPLETE,), (ADVISE, REJECT)),
        ("2026-11-18", (COMPLETE, ADVISE), (DEFER,)),
        ("2026-11-19", (RETURN,), (again, COMPLETE, ADVISE, APPROVE)),
        ("2026-11-20", (COMPLETE, ADVISE, Act("decide", HEAD, change)), (accept,)),
        ("2026-11-23", (COMPLETE, ADVISE, APPROVE), ()),
    ):
        yield Story("leave", EMPLOYEE, _leave(day, day), before, after)
    yield Story("surat_keterangan", EMPLOYEE, {"purpose": "Kredit"}, (), (ISSUE,))
    yield Story("surat_keterangan", EMPLOYEE, {"purpose": "Visa"}, (ISSUE,), ())
    remind = Act("remind", "P068")
    yield Story("reminding", "P072", {}, (), (DONE, remind))
    yield Story("failing", "P072", {}, (), (DONE,))
    yield Story("reminding", "P076", {}, (), (remind, Act(hours=24 * 7), remind, DONE))
