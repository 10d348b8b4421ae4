"""A breach of personal data: assessed, told in time to everybody concerned, mended; the register keeps all of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.db import Task
from engine.erasing import is_erased
from engine.errors import NotFound, NotPermitted, Refused
from tests.support import Case, Office
from workflows.people import People
from workflows.privacy import registers
from workflows.privacy.model import Breach

EMPLOYEE, OFFICER = "P097", "P006"
REPORT = {"what": "Daftar gaji ada di grup", "noticed_on": "2026-11-02"}
ASSESSED: dict[str, Any] = {
    "outcome": "breach",
    "revealed": "Daftar gaji Oktober",
    "kinds": ["identity", "finance"],
    "happened_on": "2026-11-01",
    "how": "Berkas salah kirim",
    "whose": "Pegawai Dinas Kominfo",
    "people": 14,
    "handling": "Penerima sudah menghapusnya",
    "public": "no",
}
TOLD = {
    "subjects_on": "2026-11-03",
    "subjects_by": "both",
    "institution_on": "2026-11-04",
    "institution_number": "800/1/2026",
}
MENDED = {"cause": "Tanpa sandi", "recovery": "Salinan dihapus", "prevention": "Hanya lewat Alur"}


def entry(case: Case) -> Breach | None:
    with case.office.database.reads() as session:
        return session.get(Breach, case.id)


def due(case: Case, step: str) -> timedelta:
    """How long after the report a step is due."""
    with case.office.database.reads() as session:
        return session.get_one(Task, case.open_task(step)).due - case.row.started_at


def test_a_breach_is_entered_told_within_three_days_of_the_report_and_mended(office: Office) -> None:
    case = office.start("data_breach", EMPLOYEE, **REPORT)
    assert due(case, "assess") == timedelta(hours=24)
    assert entry(case) is None
    office.now += timedelta(hours=20)
    case.complete("assess", OFFICER, **ASSESSED)
    assert due(case, "notify") == timedelta(hours=72), "from the report, whatever it took to assess it"
    found = entry(case)
    assert found is not None
    assert (found.kinds, found.happened_on, found.people) == ("identity finance", date(2026, 11, 1), 14)
    assert (found.is_public, found.told_at, found.at) == (False, None, office.now)
    case.complete("notify", OFFICER, **TOLD)
    found = entry(case)
    assert found is not None
    assert (found.subjects_by, found.institution_on, found.told_at) == ("both", date(2026, 11, 4), office.now)
    assert case.complete("recover", OFFICER, **MENDED).outcome == "handled"
    found = entry(case)
    assert found is not None
    assert (found.prevention, found.closed_at) == ("Hanya lewat Alur", office.now)


def test_a_report_that_is_none_ends_with_its_reason_and_is_not_entered(office: Office) -> None:
    case = office.start("data_breach", EMPLOYEE, **REPORT)
    with pytest.raises(Refused) as refused:
        case.complete("assess", OFFICER, outcome="none")
    assert set(refused.value.problems) == {"reason"}
    assert case.complete("assess", OFFICER, outcome="none", reason="Daftar kosong").outcome == "no_breach"
    assert entry(case) is None


def test_a_breach_that_concerns_the_public_is_not_told_without_the_public(office: Office) -> None:
    case = office.start("data_breach", EMPLOYEE, **REPORT)
    case.complete("assess", OFFICER, **{**ASSESSED, "public": "yes"})
    with pytest.raises(Refused) as refused:
        case.complete("notify", OFFICER, **TOLD)
    assert set(refused.value.problems) == {"public_by"}
    case.complete("notify", OFFICER, **TOLD, public_by="Situs kabupaten")
    found = entry(case)
    assert found is not None
    assert (found.is_public, found.public_by) == (True, "Situs kabupaten")


def test_who_reports_does_not_assess(office: Office) -> None:
    case = office.start("data_breach", OFFICER, **REPORT)
    with pytest.raises((NotFound, NotPermitted)):
        case.complete("assess", OFFICER, **ASSESSED)


def test_the_register_outlives_what_the_report_said(office: Office) -> None:
    case = office.start("data_breach", EMPLOYEE, **REPORT)
    for step, answers in (("assess", ASSESSED), ("notify", TOLD), ("recover", MENDED)):
        case.complete(step, OFFICER, **answers)
    asked = office.start("data_rights", EMPLOYEE, kind="erase", what="Laporan saya", reference=case.row.reference)
    asked.complete("answer", OFFICER, outcome="fulfil", erasing=True, done="Isinya dihapus")
    asked.complete("confirm", "P025", outcome="agree")
    with office.database.reads() as session:
        assert is_erased(session, case.id)
    found = entry(case)
    assert found is not None
    assert found.revealed == "Daftar gaji Oktober", "it names nobody, and the law asks for it"


@pytest.mark.parametrize("reader", [OFFICER, "P012"])
def test_the_registers_have_what_is_open_first_and_their_clocks(office: Office, reader: str) -> None:
    first = office.start("data_breach", EMPLOYEE, **REPORT)
    first.complete("assess", OFFICER, outcome="none", reason="Daftar kosong")
    second = office.start("data_breach", "P098", **REPORT)
    second.complete("assess", OFFICER, **ASSESSED)
    office.now += timedelta(hours=80)
    asked = office.start("data_rights", EMPLOYEE, kind="access", what="Semua")
    catalog, people, me = office.engine.catalog, People(), office.actor(reader)
    with office.database.reads() as session:
        found = registers.of_breaches(session, catalog, people, me, now=office.now)
        [request] = registers.of_rights(session, catalog, people, me, now=office.now).entries
        one = registers.breach(session, catalog, people, me, second.id, now=office.now)
        assert registers.open_ones(session, "data_breach") == 1
    assert [entry.id for entry in found.entries] == [second.id, first.id]
    assert [(entry.clock.is_late, entry.clock.hours) for entry in found.entries] == [(True, 8), (False, 72)]
    assert [kind.en for kind in one.kinds] == ["Names, NIP, NIK and births", "Accounts and salaries"]
    assert (request.id, request.clock.hours, request.can_be_opened) == (asked.id, 72, True)


def test_nobody_else_reads_the_registers(office: Office) -> None:
    case = office.start("data_breach", EMPLOYEE, **REPORT)
    catalog, people, me = office.engine.catalog, People(), office.actor(EMPLOYEE)
    with office.database.reads() as session:
        for ask in (registers.of_breaches, registers.of_rights):
            with pytest.raises(NotFound):
                ask(session, catalog, people, me, now=office.now)
        with pytest.raises(NotFound):
            registers.breach(session, catalog, people, me, case.id, now=office.now)
