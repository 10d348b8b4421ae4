"""The certificate of employment: a flow made of files alone."""

from __future__ import annotations

import pytest

from engine.errors import Refused
from tests.support import Case, Office

EMPLOYEE, OFFICER = "P097", "P092"


def asked(office: Office) -> Case:
    return office.start("surat_keterangan", EMPLOYEE, purpose="Pengajuan kredit di bank")


def test_the_personnel_officer_issues_the_certificate_with_its_number(office: Office) -> None:
    case = asked(office)
    view = case.complete("issue", OFFICER, outcome="issue", number="800/12/DISKOMINFO/2026")
    assert (view.outcome, view.outcome_name and view.outcome_name.en) == ("issued", "Issued")
    assert ("Nomor surat", "800/12/DISKOMINFO/2026") in [(label.id, value.id) for label, value in view.answers[-1].rows]


def test_a_refusal_needs_a_reason(office: Office) -> None:
    case = asked(office)
    with pytest.raises(Refused) as refused:
        case.complete("issue", OFFICER, outcome="refuse")
    assert set(refused.value.problems) == {"reason"}
    assert case.complete("issue", OFFICER, outcome="refuse", reason="Data belum lengkap").outcome == "refused"


def test_the_personnel_officers_own_certificate_is_issued_by_bkpsdm(office: Office) -> None:
    case = office.start("surat_keterangan", OFFICER, purpose="Visa")
    assert case.complete("issue", "P029", outcome="issue", number="800/13/BKPSDM/2026").outcome == "issued"
