"""What lists say of each kind of request: which leave and when, in both languages, and nothing of why."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Text
from tests.flows import test_izin as izin
from tests.flows import test_joint_leave_duty as duty
from tests.flows import test_leave_interim as interim
from tests.flows import test_leave_paper as paper
from tests.flows.stories import EMPLOYEE, FORM, IMPORTANT, MATERNITY, OFFICER, SICK, TEACHER, approved, requested
from tests.support import Case, Office

DAYS = "2026-11-09 \N{EN DASH} 2026-11-11"


def said(case: Case) -> Text | None:
    return case.seen_by(case.starter).summary


def both(words: str) -> Text:
    return Text(words, words)


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({}, Text("Cuti tahunan", "Annual leave")),
        (SICK, Text("Cuti sakit", "Sick leave")),
        (MATERNITY, Text("Cuti melahirkan", "Maternity leave")),
        (IMPORTANT, Text("Cuti karena alasan penting", "Leave for important reasons")),
    ],
)
def test_leave_is_told_by_its_type_and_days(office: Office, answers: dict[str, Any], kind: Text) -> None:
    asked = FORM | answers
    days = f"{asked['first']} \N{EN DASH} {asked['last']}"
    assert said(requested(office, **asked)) == Text(f"{kind.id} · {days}", f"{kind.en} · {days}")


def test_permissions_are_told_by_their_kind_and_day_and_duty_by_its_place(office: Office) -> None:
    absent, away = izin.asked(office, izin.ABSENT), izin.asked(office, izin.DUTY)
    assert said(absent) == Text("Tidak masuk kerja satu hari · 2026-11-03", "Absent for one day · 2026-11-03")
    place = "2026-11-09 \N{EN DASH} 2026-11-12 · Palangka Raya · 800/77/DISKOMINFO/2026"
    assert said(away) == Text(
        f"Dinas luar dengan surat tugas · {place}", f"On duty elsewhere, by letter of assignment · {place}"
    )


def test_other_requests_are_told_by_their_days_or_addressee(office: Office) -> None:
    assert said(duty.asked(office, *duty.THREE_DAYS)) == both(" · ".join(duty.THREE_DAYS))
    certificate = office.start("surat_keterangan", EMPLOYEE, purpose="Kredit", addressee="Bank Kalsel")
    assert said(certificate) == Text("kepada Bank Kalsel", "to Bank Kalsel")
    assert said(office.start("surat_keterangan", EMPLOYEE, purpose="Kredit")) is None
    assert said(office.start("help", EMPLOYEE, question="Sulit", page="Cuti", reference="CUTI-1")) == both(
        "Cuti · CUTI-1"
    )
    late = office.start("leave_interim", TEACHER, **interim.DEATH)
    assert str(said(late)).count("Cuti karena alasan penting · 2026-") == 1
    kept = paper.entered(office)
    assert str(kept.seen_by(OFFICER).summary).count("Cuti tahunan · 2026-") == 1


@pytest.mark.parametrize(
    ("process", "answers", "own"),
    [
        ("leave_cancel", {"reason": "Acara batal"}, None),
        (
            "leave_cancel",
            {"reason": "Acara batal", "from_day": "2026-11-10"},
            Text("mulai 2026-11-10", "from 2026-11-10"),
        ),
    ],
)
def test_what_is_about_leave_is_told_with_that_leave(
    office: Office, process: str, answers: dict[str, Any], own: Text | None
) -> None:
    leave = approved(office)
    case = office.start(process, EMPLOYEE, about=leave.id, **answers)
    view = case.seen_by(EMPLOYEE)
    meant = Text(f"Cuti tahunan · {DAYS}", f"Annual leave · {DAYS}")
    assert view.about is not None
    assert (view.summary, view.about.summary) == (own, meant)
    with office.database.reads() as session:
        rows = office.engine.instances(session, office.actor(EMPLOYEE), now=office.now).rows
    listed = {row.id: row.summary for row in rows}
    parts = [each for each in (own, meant) if each]
    assert listed[case.id] == Text(" · ".join(p.id for p in parts), " · ".join(p.en for p in parts))
