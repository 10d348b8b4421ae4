"""What no edited diagram gets round: nobody's record changes without those who have to decide."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from engine.errors import EngineError, NotPermitted, ServiceFailed
from engine.package import Package
from tests.flows.data_stories import (
    APPROVER,
    CHILD,
    TREASURER,
    account,
    added,
    approved,
    changed,
    code,
    held,
    judged,
    known,
    proofs,
    reachable,
    sent,
    state,
)
from tests.flows.stories import EMPLOYEE, OFFICER, VERIFIER, act_for
from tests.support import Case, Office, zipped
from workflows import packages
from workflows.positions import Holding
from workflows.record.model import Proposal

HOME = changed("address", "home", "Jalan Merdeka 5")
REGISTERED = changed("address", "registered", "Jalan Merdeka 5")


def led(office: Office, **flows: str) -> None:
    """Deploy the released package with some flows that lead elsewhere: ``id="target"``."""
    package = Package.read(packages() / "data_update")
    diagram = package.files["data_update.bpmn"].decode()
    for id, target in flows.items():
        diagram, count = re.subn(rf'(<bpmn:sequenceFlow id="{id}"[^>]*targetRef=")[^"]+', rf"\g<1>{target}", diagram)
        assert count == 1, id
    diagram = re.sub(r"\s*<bpmn:(incoming|outgoing)>[^<]*</bpmn:(incoming|outgoing)>", "", diagram)
    files = {name: content for name, content in package.files.items() if not name.startswith("scenarios/")}
    office.deploy(Package.read(zipped({**files, "data_update.bpmn": diagram.encode()})))


def child(office: Office) -> Case:
    return sent(office, added("child", CHILD), "birth_certificate", "kk")


def test_nothing_is_recorded_that_only_the_verifier_saw(office: Office) -> None:
    led(office, verified_ok="apply")
    case = child(office)
    before = known(office)
    with pytest.raises(ServiceFailed):
        judged(case, "verify", VERIFIER)
    assert (case.open, state(case), known(office)) == (["verify"], "submitted", before)


def test_nothing_is_recorded_as_soon_as_it_is_sent(office: Office) -> None:
    led(office, by_unit="apply", by_agency="apply", by_oneself="apply")
    before = known(office)
    for changes, kinds in (([REGISTERED], ["ktp"]), (added("child", CHILD), ["birth_certificate", "kk"]), ([HOME], [])):
        with pytest.raises(ServiceFailed):
            sent(office, changes, *kinds)
    assert (known(office), held(office)) == (before, set())


def test_no_diagram_passes_by_the_code(office: Office) -> None:
    led(office, by_code="then")
    reachable(office)
    case = sent(office, [HOME])
    with pytest.raises(ServiceFailed):
        case.complete("confirm", EMPLOYEE, outcome="code", code="000000")
    assert case.open == ["confirm"]


def test_nothing_that_bkn_decides_is_recorded_without_its_answer(office: Office) -> None:
    led(office, to_bkn="apply")
    case = sent(office, [changed("identity", "nik", "6299011208850099")], "ktp", "kk")
    judged(case, "verify", VERIFIER)
    with pytest.raises(ServiceFailed):
        judged(case, "approve", APPROVER)
    assert case.open == ["approve"]


def test_nothing_is_recorded_that_only_the_approver_saw(office: Office) -> None:
    led(office, by_agency="approve")
    case = child(office)
    with pytest.raises(ServiceFailed):
        judged(case, "approve", APPROVER)
    assert (case.open, state(case)) == (["approve"], "submitted")


def test_what_was_found_before_it_was_mended_counts_nothing(office: Office) -> None:
    led(office, opened_now="approve", verified_ok="approve", approved_repair="submit")
    case = child(office)
    judged(case, "approve", APPROVER, "repair")
    mended = added("child", CHILD | {"name": "Rara Ayu"})
    case.complete("submit", EMPLOYEE, changes=mended, evidence=proofs(office, "birth_certificate", "kk"))
    with pytest.raises(ServiceFailed):
        judged(case, "approve", APPROVER)
    assert case.open == ["approve"]


def test_a_verifier_does_not_approve_what_they_verified(office: Office) -> None:
    case = child(office)
    judged(case, "verify", VERIFIER)
    for other in (VERIFIER, EMPLOYEE, OFFICER):
        with pytest.raises(EngineError):
            judged(case, "approve", other)
    assert case.open == ["approve"]


def test_no_diagram_passes_by_the_waiting_time_of_an_account(office: Office) -> None:
    led(office, waiting="apply")
    reachable(office)
    case = approved(sent(office, account(), "bank_book"))
    case.complete("confirm", EMPLOYEE, outcome="code", code=code(office, case))
    before = known(office)
    with pytest.raises(ServiceFailed):
        case.complete("treasurer", TREASURER, outcome="ok", paid_from="2026-12-01")
    assert (case.open, known(office)) == (["treasurer"], before)


def test_no_table_lets_an_account_be_changed_by_a_code_alone(office: Office) -> None:
    led(office, by_agency="send_code", to_treasurer="apply")
    reachable(office)
    case = sent(office, account(), "bank_book")
    office.database.command(lambda session: session.execute(update(Proposal).values(level=0)))
    before = known(office)
    with pytest.raises(ServiceFailed):
        case.complete("confirm", EMPLOYEE, outcome="code", code=code(office, case))
    assert known(office) == before


def test_who_verified_an_account_is_not_its_treasurer_too(office: Office) -> None:
    with office.database.reads() as session:
        post = session.scalars(select(Holding.position).where(Holding.person == TREASURER)).one()
    act_for(office, VERIFIER, post)
    reachable(office)
    case = approved(sent(office, account(), "bank_book"))
    case.complete("confirm", EMPLOYEE, outcome="code", code=code(office, case))
    with pytest.raises(NotPermitted):
        case.complete("treasurer", VERIFIER, outcome="ok", paid_from="2026-12-01")
    case.complete("treasurer", TREASURER, outcome="ok", paid_from="2026-12-01")
    assert state(case) == "cooling"
