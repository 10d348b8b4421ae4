"""Every flow of this release from its first question to its end through the pages, as a browser without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import documents
from engine.db import Instance, Task
from engine.inspection import PDF
from engine.uploads import Upload
from tests.conftest import Clock
from tests.flows.data_stories import changed
from tests.flows.stories import (
    BKPSDM_HEAD,
    EMPLOYEE,
    FORM,
    HEAD,
    HEADMASTER,
    HEALTH_HEAD,
    NURSE,
    NURSES_OFFICER,
    OFFICER,
    REGENT,
    SCHOOL_HEAD,
    SCHOOL_OFFICER,
    SECRETARY,
    SUPERIOR,
    TEACHER,
    VERIFIER,
)
from tests.papers import pdf
from tests.web.conftest import Visit
from tests.web.visitor import Values, Visitor
from web.parts import Parts
from workflows import packages

PROTECTION = "P006"
"""The data protection officer."""
Decided = tuple[tuple[str, Mapping[str, object]], ...]
APPROVED: Decided = (
    (OFFICER, {"outcome": "complete", "evidence_seen": True}),
    *((who, {"outcome": "approve"}) for who in (SUPERIOR, HEAD)),
)
REJECTED: Decided = (*APPROVED[:2], (HEAD, {"outcome": "reject", "reason": "Sedang audit"}))
NOT_TAKEN: Decided = (
    (OFFICER, {"decisions": [{"number": 0, "verdict": "refuse", "reason": "Alamat tidak sama dengan KTP"}]}),
)
SEEN = {"outcome": "complete", "evidence_seen": "true"}
YES, CONFIRMED = {"outcome": "approve"}, {"outcome": "confirm"}
DATES = {"first": "9/11/2026", "last": "11 Nov 2026"}
PLACE = {"address": "Jalan Contoh 1", "phone": "0812 3456 7890"}
SCAN = "scan"
"""Stands for a file that is sent."""


@dataclass(frozen=True)
class Story:
    """Who asks for what, and who answers what until the end is reached.

    ``about``: what was decided on three days of leave before, or on another address (``meant``: data_update);
    ``after``: the days since then.
    """

    by: str
    answers: Mapping[str, str]
    steps: tuple[tuple[str, Mapping[str, str]], ...]
    end: str
    about: Decided | None = None
    after: int = 0
    subject: str | None = None
    meant: str = "leave"


STORIES = {
    "data_breach": Story(
        EMPLOYEE,
        {"what": "Daftar gaji terkirim ke luar kantor", "noticed_on": "2/11/2026"},
        (
            (
                PROTECTION,
                {
                    "outcome": "breach",
                    "revealed": "Nama dan nomor rekening",
                    "kinds": "finance",
                    "happened_on": "2/11/2026",
                    "how": "Salah alamat email",
                    "whose": "Pegawai Dinas Kominfo",
                    "people": "14",
                    "handling": "Penerima diminta menghapus",
                    "public": "no",
                },
            ),
            (
                PROTECTION,
                {
                    "subjects_on": "2/11/2026",
                    "subjects_by": "letter",
                    "institution_on": "2/11/2026",
                    "institution_number": "800/1",
                },
            ),
            (PROTECTION, {"cause": "Salah alamat", "recovery": "Email dihapus", "prevention": "Daftar alamat dikunci"}),
        ),
        "handled",
    ),
    "data_objection": Story(
        EMPLOYEE,
        {"reason": "Nama jalan sudah benar"},
        ((BKPSDM_HEAD, {"outcome": "uphold", "reason": "Memang benar"}),),
        "upheld",
        NOT_TAKEN,
        meant="data_update",
    ),
    "data_rights": Story(
        EMPLOYEE,
        {"kind": "access", "what": "Semua data saya"},
        ((PROTECTION, {"outcome": "fulfil", "done": "Salinannya diserahkan"}),),
        "fulfilled",
    ),
    "data_withdraw": Story(EMPLOYEE, {"ground": "not_needed"}, (), "withdrawn", (), meant="data_update"),
    "izin": Story(
        EMPLOYEE,
        {"kind": "late", "first": "3/11/2026", "arrives": "8.30", "reason": "Mengantar anak berobat"},
        ((SUPERIOR, YES), (OFFICER, {"remark": "Dicatat"})),
        "granted",
    ),
    "joint_leave_duty": Story(
        NURSE,
        {"days[0][day]": "18/3/2026", "days[1][day]": "20 Maret 2026", "duty": "Jaga IGD"},
        ((NURSES_OFFICER, {"outcome": "complete"}), (HEALTH_HEAD, YES)),
        "credited",
    ),
    "leave": Story(
        EMPLOYEE,
        {"type": "annual", **DATES, "reason": "Acara keluarga", **PLACE},
        ((OFFICER, SEEN), (SUPERIOR, YES), (HEAD, YES)),
        "approved",
    ),
    "leave_cancel": Story(EMPLOYEE, {"reason": "Acara batal"}, ((HEAD, YES),), "cancelled", APPROVED),
    "leave_interim": Story(
        TEACHER,
        {
            "type": "important",
            "case_important": "relative_death",
            "relation_important": "mother",
            "first": "2/11/2026",
            "last": "6/11/2026",
            "reason": "Ibu meninggal Jumat malam",
            **PLACE,
        },
        ((HEADMASTER, YES), (SCHOOL_OFFICER, {"evidence_seen": "true"}), (SCHOOL_HEAD, YES)),
        "approved",
    ),
    "leave_interrupt": Story(
        EMPLOYEE,
        {"type": "sick", "first": "10/11/2026", "last": "16/11/2026", "letter": "doctor"},
        ((OFFICER, SEEN), (HEAD, YES)),
        "interrupted",
        APPROVED,
        8,
    ),
    "leave_objection": Story(
        EMPLOYEE,
        {"reason": "Audit sudah selesai"},
        ((HEAD, {"outcome": "uphold", "reason": "Ya"}),),
        "upheld",
        REJECTED,
    ),
    "leave_paper": Story(
        OFFICER,
        {"filed": "30/10/2026", "form_scan": SCAN, "type": "annual", **DATES, "reason": "Acara keluarga", **PLACE},
        ((SECRETARY, {**YES, "decided_on": "2/11/2026", "scan": SCAN}), (VERIFIER, CONFIRMED)),
        "approved",
        subject=EMPLOYEE,
    ),
    "leave_recall": Story(
        HEAD, {"return_on": "11/11/2026", "reason": "Gangguan layanan"}, ((EMPLOYEE, {}),), "recalled", APPROVED
    ),
    "leave_return": Story(EMPLOYEE, {"returned_on": "12/11/2026"}, ((SUPERIOR, CONFIRMED),), "returned", APPROVED, 10),
    "leave_shorten": Story(
        EMPLOYEE, {"return_on": "11/11/2026", "reason": "Selesai"}, ((SUPERIOR, CONFIRMED),), "shortened", APPROVED, 9
    ),
    "leave_unpaid": Story(
        EMPLOYEE,
        {
            "case_unpaid": "spouse_duty",
            "first": "4/1/2027",
            "last": "3/1/2029",
            "reason": "Mengikuti suami tugas belajar",
            **PLACE,
        },
        (
            (OFFICER, SEEN),
            (SUPERIOR, YES),
            (VERIFIER, {"outcome": "approved", "number": "AB-1/2026", "approved_on": "2/11/2026", "letter": SCAN}),
            (REGENT, YES),
        ),
        "approved",
    ),
    "leave_withdraw": Story(EMPLOYEE, {"reason": "Acara batal"}, (), "withdrawn", APPROVED[:1]),
    "surat_keterangan": Story(
        EMPLOYEE, {"purpose": "Kredit bank"}, ((OFFICER, {"outcome": "issue", "number": "800/1"}),), "issued"
    ),
}
BY_OTHER_TESTS = {"help", "data_update"}
"""Begun from the button on each page (tests/web/test_helpdesk.py), and on pages of its own (tests/web/test_data.py)."""


@pytest.fixture
def kind() -> str:
    """Pages are the same on both kinds of database."""
    return "sqlite"


def earlier(parts: Parts, decided: Decided, meant: str = "leave") -> UUID:
    """Three days of leave, or another address, as far as these answers bring it."""

    def work(session: Session) -> UUID:
        me, now = parts.people.actor(session, EMPLOYEE, parts.clock()), parts.clock()
        first = FORM if meant == "leave" else _address(session, now)
        view = parts.engine.start(session, meant, me, first, now=now)
        for person, answers in decided:
            task = session.scalars(select(Task.id).where(Task.instance_id == view.id, Task.state == "open")).one()
            parts.engine.complete(session, task, parts.people.actor(session, person, now), answers, now=now)
        return view.id

    return parts.database.command(work)


def _address(session: Session, now: datetime) -> dict[str, object]:
    """Another address, with a scan of the identity card."""
    scan = Upload("ktp.pdf", PDF, pdf("KTP"))
    proof = documents.store(session, owner=EMPLOYEE, upload=scan, now=now)
    entry = changed("address", "registered", "Jalan Merdeka 5, Rakumpit")
    return {"changes": [entry], "evidence": [{"kind": "ktp", "files": [str(proof)]}]}


def typed(visitor: Visitor, to: str, answers: Mapping[str, str]) -> Values:
    """Those of the answers that the form asks for, with files where one is to be sent."""
    controls = (str(control.get("name")) for control in visitor.form(to).find_all(["input", "textarea", "select"]))
    return {
        name: (BytesIO(pdf(f"{name} {visitor.path}")), "scan.pdf") if value == SCAN else value
        for name in dict.fromkeys(controls)
        if (value := answers.get(name.removesuffix("[]"))) is not None
    }


def asked(visitor: Visitor, process: str, story: Story, about: UUID | None) -> UUID:
    """Answer question after question, check, and send; the request that came of it."""
    if story.subject:
        visitor.open(f"/start/{process}/colleague").send({"who": "Wati"}, to="/colleague")
        visitor.send(to="/choose")
    else:
        visitor.open(f"/start/{process}" + (f"?about={about}" if about else ""))
    pages = 0
    while "/check/" not in visitor.path:
        assert (visitor.answer.status_code, pages) < (400, 25), visitor.text
        visitor.send(typed(visitor, "", story.answers))
        pages += 1
    visitor.send(to=visitor.path)
    assert visitor.path.endswith("/sent"), visitor.text
    return UUID(visitor.path.split("/")[2])


def answered(visit: Visit, parts: Parts, instance: UUID, person: str, answers: Mapping[str, str]) -> None:
    """Open the task that waits, as its holder finds it, and send the answers."""
    with parts.database.reads() as session:
        task = session.scalars(select(Task.id).where(Task.instance_id == instance, Task.state == "open")).one()
    visitor = visit(person).open("/inbox")
    assert visitor.main.find("a", href=f"/tasks/{task}") is not None, visitor.text
    visitor.open(f"/tasks/{task}")
    visitor.send(typed(visitor, f"/tasks/{task}", answers), to=f"/tasks/{task}")
    assert visitor.answer.status_code == 200, visitor.text


@pytest.mark.parametrize("process", STORIES)
def test_ux_27_every_flow_goes_from_its_first_question_to_its_end_without_scripts(
    visit: Visit, parts: Parts, clock: Clock, process: str
) -> None:
    story = STORIES[process]
    about = earlier(parts, story.about, story.meant) if story.about is not None else None
    clock.forward(days=story.after)
    instance = asked(visit(story.by), process, story, about)
    for person, answers in story.steps:
        answered(visit, parts, instance, person, answers)
    with parts.database.reads() as session:
        assert session.get_one(Instance, instance).outcome == story.end


def test_every_flow_of_this_release_has_its_story() -> None:
    assert {file.parent.name for file in packages().glob("*/process.toml")} == STORIES.keys() | BY_OTHER_TESTS
