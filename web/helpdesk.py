"""Asking for help from any page: the page, the step and the reference go along, what stands in forms never does."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Flask, has_request_context, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from engine.actor import Actor
from engine.errors import NotFound, NotPermitted, Refused, Text
from engine.forms import Form, Page
from web.commands import actor, command
from web.forms import Answers, bound
from web.parts import parts, utcnow
from web.safety import public
from web.spelling import given

bp = Blueprint("helpdesk", __name__)

PROCESS = "help"
"""The package whose first form has the field `question`, and `page`, `step` and `reference` for where it was."""
QUESTION = "question"
CARRIED = ("process", "task_id", "instance_id")
"""What of a page's address says where somebody is; nothing else of it goes along."""

TITLES = {
    "home": Text("Beranda", "Home"),
    "inbox": Text("Kotak tugas", "Inbox"),
    "requests": Text("Permohonan saya", "My requests"),
    "start": Text("Pengisian permohonan", "Filling in a request"),
    "questions": Text("Pengisian permohonan", "Filling in a request"),
    "colleagues": Text("Permohonan untuk pegawai lain", "A request for a colleague"),
    "leave": Text("Cuti saya", "My leave"),
    "data": Text("Data saya", "My data"),
    "data_forms": Text("Data saya", "My data"),
    "data_check": Text("Data saya", "My data"),
    "leave_opening": Text("Sisa cuti awal", "Opening balances of leave"),
    "leave_reports": Text("Laporan cuti", "Leave reports"),
    "leave_year": Text("Tutup tahun cuti", "Year end of leave"),
    "calendar": Text("Kalender kerja", "Working calendar"),
    "calendar_units": Text("Hari kerja unit", "Working days of units"),
    "calendar_rosters": Text("Jadwal giliran", "Rosters"),
    "calendar_changes": Text("Perubahan kalender", "Changes of the calendar"),
    "notices": Text("Pemberitahuan", "Notices"),
    "account": Text("Akun saya", "My account"),
    "documents": Text("Berkas", "Files"),
    "papers": Text("Formulir resmi", "Official form"),
    "letters": Text("Surat", "Letters"),
    "studio": Text("Proses", "Processes"),
    "incidents": Text("Gangguan", "Incidents"),
    "acting": Text("Plh. dan Plt.", "Acting officers"),
    "acting_changes": Text("Plh. dan Plt.", "Acting officers"),
    "referring": Text("Teruskan atau alihkan tugas", "Handing a task on"),
    "evidence": Text("Berkas susulan", "Evidence that follows"),
    "hints": Text("Beranda", "Home"),
    "nudging": Text("Permohonan saya", "My requests"),
    "overdue": Text("Tugas lewat tenggat", "Overdue tasks"),
    "addresses": Text("Alamat pemberitahuan", "Addresses for notices"),
    "deliveries": Text("Pengiriman pemberitahuan", "Delivery of notices"),
    "bulk": Text("Keputusan sekaligus", "Several decisions at once"),
    "privacy": Text("Pelindungan data", "Data protection"),
    "records": Text("Data pegawai", "Records of staff"),
    "record_import": Text("Data awal pegawai", "Initial records of staff"),
    "synchronising": Text("Pencatatan di SIASN", "Recording in SIASN"),
    "offline": Text("Permohonan tanpa sinyal", "Requests without a signal"),
    "looking": Text("Siapa melihat data saya", "Who saw my data"),
    "own_data": Text("Unduh data saya", "Download my data"),
    "retention": Text("Masa simpan", "Retention"),
}
"""What people call the pages of each blueprint."""
PAGES = {
    "inbox.task": Text("Halaman tugas", "Page of a task"),
    "inbox.complete": Text("Halaman tugas", "Page of a task"),
    "requests.show": Text("Halaman permohonan", "Page of a request"),
    "requests.sent": Text("Permohonan terkirim", "Request sent"),
    "start.check": Text("Pemeriksaan isian", "Checking the answers"),
    "leave.calendar": Text("Kalender cuti unit", "Leave calendar of the unit"),
}
"""Pages that are called otherwise than their blueprint."""


@dataclass(frozen=True)
class Where:
    """Where somebody is in Alur: the page, and step and reference of what they may see."""

    page: Text | None = None
    step: Text | None = None
    reference: str | None = None

    @property
    def answers(self) -> dict[str, str]:
        """As the form of the package asks it; helpers read Indonesian."""
        found = {
            "page": self.page.id if self.page else None,
            "step": self.step.id if self.step else None,
            "reference": self.reference,
        }
        return {name: value for name, value in found.items() if value}


def install(app: Flask) -> None:
    """Give every page the way to help."""
    app.jinja_env.globals["help_address"] = help_address
    app.jinja_env.globals["help_process"] = PROCESS


def help_address() -> str | None:
    """The address to ask for help about this page; None on the page of help itself."""
    if not has_request_context() or request.blueprint == bp.name:
        return None
    carried = {name: value for name, value in (request.view_args or {}).items() if name in CARRIED}
    return url_for("helpdesk.show", page=request.endpoint, **carried)


@bp.get("/help")
@public
def show() -> ResponseReturnValue:
    """What can be done here: ask the help desk, or whom to ask in person; a stranger is told the latter."""
    if not current_user.is_authenticated or current_user.must_change:
        return render_template("helpdesk.html", where=Where(), form=None, office=None)
    return _page(Answers())


@bp.get("/start/help")
def start() -> ResponseReturnValue:
    """The start button of the package leads to the same page."""
    return redirect(url_for(".show"), 303)


@bp.post("/help")
def ask() -> ResponseReturnValue:
    """Send the question with the place to the help desk."""
    typed = {QUESTION: [request.form.get(QUESTION, "")]}

    def work(session: Session, me: Actor, now: datetime) -> str:
        answers = {**given(typed), **_where(session, me, now).answers}
        view = parts().engine.start(session, PROCESS, me, answers, now=now)
        return url_for("requests.sent", instance_id=view.id)

    try:
        return command(work)
    except Refused as refusal:
        return _page(Answers(typed=typed, problems=refusal.problems)), 422


def _page(answers: Answers) -> str:
    p, now = parts(), utcnow()
    with p.database.reads() as session:
        me = actor(session, now)
        asked = _question(session, me, now)
        return render_template(
            "helpdesk.html",
            where=_where(session, me, now),
            form=bound(asked, answers) if asked else None,
            office=p.people.principal_label(session, f"role:personnel_officer@{me.unit}", now),
            carried={name: request.values[name] for name in ("page", *CARRIED) if name in request.values},
        )


def _question(session: Session, me: Actor, now: datetime) -> Form | None:
    """The one question of the package; None where its owner has put no version live, or not with this question."""
    try:
        form = parts().engine.start_form(session, PROCESS, me, now=now)
    except (NotFound, NotPermitted):
        return None
    field = form.field(QUESTION) if form else None
    return Form("", (Page(None, (field,)),)) if field else None


def _where(session: Session, me: Actor, now: datetime) -> Where:
    """Where the address says that somebody was; what they may not see is left out."""
    engine, endpoint = parts().engine, request.values.get("page", "")
    page = PAGES.get(endpoint) or TITLES.get(endpoint.partition(".")[0])
    with suppress(NotFound):
        if task_id := _id("task_id"):
            task = engine.task_for(session, me, task_id, now=now)
            return Where(page, task.name, task.instance.reference)
        if instance_id := _id("instance_id"):
            return Where(page, None, engine.instance_for(session, me, instance_id, now=now).reference)
        if process := request.values.get("process"):
            return Where(page, engine.catalog.live(session, process).manifest.title)
    return Where(page)


def _id(name: str) -> UUID | None:
    try:
        return UUID(request.values[name]) if name in request.values else None
    except ValueError as error:
        raise NotFound from error
