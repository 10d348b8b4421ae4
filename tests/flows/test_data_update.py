"""Changing the personnel record: each level of the decision table, each way it can end, on both kinds of database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from engine.db import Event, Instance, Task
from engine.errors import Conflict, EngineError, NotFound, NotPermitted, Refused, ServiceFailed
from engine.runtime import Engine
from engine.views import Preview
from tests.flows.data_stories import (
    APPROVER,
    CHILD,
    POST,
    SCHOOL,
    TRAINING,
    TREASURER,
    account,
    added,
    approved,
    changed,
    code,
    held,
    item,
    items,
    judged,
    known,
    proofs,
    reachable,
    reasons,
    sent,
    state,
    value,
)
from tests.flows.stories import BKPSDM_HEAD, EMPLOYEE, OFFICER, SUPERIOR, VERIFIER, facts, offers
from tests.support import Case, Office, at_once
from workflows.leave.model import LeaveEntry
from workflows.positions import Person
from workflows.record.model import RecordRow
from workflows.record.rows import Write, revisions, single_row, write

HOME = "Jalan Merdeka 5, Rakumpit"


def registered(office: Office, address: str = HOME) -> Case:
    """A proposal of level 1."""
    return sent(office, [changed("address", "registered", address)], "ktp")


def child(office: Office, **values: str) -> Case:
    """A proposal of level 2: a child that the record does not know."""
    return sent(office, added("child", CHILD | values), "birth_certificate", "kk")


def school(office: Office) -> Case:
    """A proposal of level 3: a degree from before the service."""
    return sent(office, added("education", SCHOOL), "diploma", "transcript")


# Level 0: the person, with a code or at the officer's desk.


def test_a_contact_changes_once_its_owner_has_typed_the_code(office: Office) -> None:
    reachable(office)
    case = sent(office, [changed("contact", "phone", "0813 1111 2222")])
    assert (case.open, state(case)) == (["confirm"], "submitted")
    view = case.complete("confirm", EMPLOYEE, outcome="code", code=code(office, case))
    assert (view.outcome, value(office, "contact", "phone"), state(case)) == ("approved", "+6281311112222", "approved")
    assert held(office) == set()


def test_wrong_codes_change_nothing_and_end_it(office: Office) -> None:
    reachable(office)
    case = sent(office, [changed("contact", "phone", "081311112222")])
    wrong = "000000" if code(office, case) != "000000" else "111111"
    for _ in range(4):
        case.complete("confirm", EMPLOYEE, outcome="code", code=wrong)
        assert case.open == ["confirm"]
    view = case.complete("confirm", EMPLOYEE, outcome="code", code=wrong)
    assert (view.outcome, state(case), held(office)) == ("not_confirmed", "not_confirmed", set())
    assert value(office, "contact", "phone") != "+6281311112222"


def said(case: Case, step: str, by: str = EMPLOYEE) -> list[str]:
    """What the form of an open step tells somebody."""
    office = case.office
    with office.database.reads() as session:
        actor = office.directory.actor(session, by, office.now)
        task = office.engine.task_for(session, actor, case.open_task(step), now=office.now)
    assert task.form is not None
    return [field.label.id for page in task.form.pages for field in page.fields if field.type == "text"]


def test_whoever_types_a_wrong_code_or_gets_none_is_told_why(office: Office) -> None:
    nowhere = sent(office, [changed("contact", "emergency_name", "Ibu Sari")])
    assert [text[:34] for text in said(nowhere, "confirm")] == ["Belum ada alamat Anda yang dapat m"]
    reachable(office)
    case = sent(office, [changed("address", "home", HOME)])
    assert said(case, "confirm") == []
    wrong = "000000" if code(office, case) != "000000" else "111111"
    case.complete("confirm", EMPLOYEE, outcome="code", code=wrong)
    assert said(case, "confirm") == ["Kode tadi tidak cocok. Periksa lagi, atau minta kode baru."]
    case.complete("confirm", EMPLOYEE, outcome="again")
    assert said(case, "confirm") == ["Kode baru belum dikirim. Tunggu dua menit, lalu minta lagi."]


def test_a_new_code_can_be_asked_for(office: Office) -> None:
    reachable(office)
    case = sent(office, [changed("address", "home", HOME)])
    first = code(office, case)
    office.wait(minutes=3)
    case.complete("confirm", EMPLOYEE, outcome="again")
    assert case.open == ["confirm"]
    second = code(office, case)
    if first != second:
        case.complete("confirm", EMPLOYEE, outcome="code", code=first)
        assert case.open == ["confirm"]
    assert case.complete("confirm", EMPLOYEE, outcome="code", code=second).outcome == "approved"


def test_whoever_has_no_address_comes_to_the_officers_desk(office: Office) -> None:
    case = sent(office, [changed("contact", "emergency_name", "Ibu Sari")])
    case.complete("confirm", EMPLOYEE, outcome="desk")
    assert case.open == ["desk"]
    view = case.complete("desk", OFFICER, outcome="same", card="ktp")
    assert (view.outcome, value(office, "contact", "emergency_name")) == ("approved", "Ibu Sari")


def test_for_a_colleague_who_cannot_be_reached_a_second_officer_sees_who_it_is(office: Office) -> None:
    case = sent(office, [changed("contact", "emergency_name", "Ibu Sari")], by=OFFICER, subject=EMPLOYEE)
    assert case.open == ["desk"]
    with pytest.raises(EngineError):
        case.complete("desk", OFFICER, outcome="same", card="ktp")
    assert case.complete("desk", VERIFIER, outcome="same", card="ktp").outcome == "approved"
    reachable(office)
    reached = sent(office, [changed("contact", "emergency_name", "Ibu Ani")], by=OFFICER, subject=EMPLOYEE)
    assert reached.open == ["confirm"], "whoever has an address gets the code, whoever began it"


def test_somebody_else_at_the_desk_changes_nothing(office: Office) -> None:
    case = sent(office, [changed("contact", "emergency_name", "Ibu Sari")])
    case.complete("confirm", EMPLOYEE, outcome="desk")
    assert case.complete("desk", OFFICER, outcome="other").outcome == "not_confirmed"
    assert value(office, "contact", "emergency_name") != "Ibu Sari"


def test_without_a_code_for_a_week_it_ends(office: Office) -> None:
    case = sent(office, [changed("contact", "emergency_name", "Ibu Sari")])
    office.wait(days=7, hours=1)
    assert (case.row.outcome, state(case), held(office)) == ("not_confirmed", "not_confirmed", set())


# Level 1: the unit.


def test_the_unit_decides_alone_on_level_1(office: Office) -> None:
    case = registered(office)
    assert case.open == ["verify_unit"]
    with pytest.raises(EngineError):
        judged(case, "verify_unit", VERIFIER)
    judged(case, "verify_unit", OFFICER)
    assert (case.row.outcome, value(office, "address", "registered"), state(case)) == ("approved", HOME, "approved")
    assert held(office) == set()


def test_a_refusal_of_the_unit_has_its_reason_and_leaves_the_record(office: Office) -> None:
    case = registered(office)
    judged(case, "verify_unit", OFFICER, "refuse")
    assert (case.row.outcome, state(case), held(office)) == ("refused", "refused", set())
    assert value(office, "address", "registered") != HOME
    assert reasons(case) == ["Tidak terbaca"]


def test_training_needs_its_certificate(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        sent(office, added("training", TRAINING))
    assert "evidence" in refused.value.problems
    case = sent(office, added("training", TRAINING), "certificate")
    judged(case, "verify_unit", OFFICER)
    row = known(office).rows("training")[0]
    assert (row.values, row.revision, row.instance_id) == (TRAINING, 1, case.id)


# Level 2: verifier, then approver.


def test_two_people_decide_on_level_2(office: Office) -> None:
    case = child(office)
    assert (case.open, state(case)) == (["verify"], "submitted")
    judged(case, "verify", VERIFIER)
    assert (case.open, state(case)) == (["approve"], "verified")
    with pytest.raises(EngineError):
        judged(case, "approve", VERIFIER)
    judged(case, "approve", APPROVER)
    assert (case.row.outcome, state(case)) == ("approved", "approved")
    assert CHILD in [row.values for row in known(office).rows("child")]


def test_an_item_keeps_the_evidence_that_proves_it(office: Office) -> None:
    case = child(office)
    old, new, documents = item(case, 0)
    assert (old, new, sorted(documents)) == ({}, CHILD, ["birth_certificate", "kk"])


def test_several_fields_go_in_one_proposal_and_each_has_its_verdict(office: Office) -> None:
    changes = [changed("identity", "family_card", "6299011208190001"), changed("identity", "bpjs", "0001234567891")]
    case = sent(office, changes, "kk", "card")
    judged(case, "verify", VERIFIER, "ok", "refuse")
    assert case.open == ["approve"], "what is right goes on"
    judged(case, "approve", APPROVER, "ok", "refuse")
    assert items(case) == [(0, "identity", "family_card", "ok"), (1, "identity", "bpjs", "refuse")]
    assert value(office, "identity", "family_card") == "6299011208190001"
    assert value(office, "identity", "bpjs") != "0001234567891"
    assert case.row.outcome == "approved"


def test_a_proposal_of_several_levels_goes_the_way_of_the_highest(office: Office) -> None:
    changes = [changed("address", "registered", HOME), changed("personal", "religion", "hindu")]
    case = sent(office, changes, "ktp")
    assert case.open == ["verify"]
    assert approved(case).row.outcome == "approved"
    assert (value(office, "address", "registered"), value(office, "personal", "religion")) == (HOME, "hindu")


def test_every_item_needs_one_verdict_and_whatever_is_not_right_a_reason(office: Office) -> None:
    case = child(office)
    task = {"number": 0, "verdict": "ok"}
    for wrong in ([], [task, task], [{"number": 1, "verdict": "ok"}], [{"number": 0, "verdict": "refuse"}]):
        with pytest.raises(Refused):
            case.complete("verify", VERIFIER, decisions=wrong)
    assert case.open == ["verify"]


def test_an_outcome_that_somebody_sends_counts_nothing(office: Office) -> None:
    case = child(office)
    rows = [{"number": 0, "verdict": "refuse", "reason": "Palsu"}]
    case.complete("verify", VERIFIER, decisions=rows, outcome="ok")
    assert case.row.outcome == "refused"


def test_a_decision_is_taken_back_as_long_as_nothing_is_recorded(office: Office) -> None:
    engine = office.engine
    office.engine = Engine(engine.catalog, office.services, office.directory, take_back=timedelta(minutes=10))
    case = child(office)
    judged(case, "verify", VERIFIER, "repair")
    take_back(case, VERIFIER)
    assert (case.open, state(case), items(case)) == (["verify"], "submitted", [(0, "child", "", None)])
    judged(case, "verify", VERIFIER)
    take_back(case, VERIFIER)
    assert (case.open, state(case)) == (["verify"], "submitted")
    approved(case)
    with pytest.raises(Conflict):
        take_back(case, APPROVER)
    assert (case.row.outcome, state(case)) == ("approved", "approved")


def take_back(case: Case, by: str) -> None:
    """Take one's last decision back."""
    office = case.office
    office.database.command(
        lambda session: office.engine.take_back(
            session, case.id, office.directory.actor(session, by, office.now), now=office.now
        )
    )


# Level 3: BKN, too.


def test_on_level_3_the_answer_of_bkn_is_recorded_before_the_record_changes(office: Office) -> None:
    case = approved(school(office))
    assert (case.open, state(case)) == (["national"], "national")
    assert known(office).rows("education") == () or SCHOOL not in [r.values for r in known(office).rows("education")]
    with pytest.raises(Refused):
        case.complete("national", VERIFIER, outcome="ok")
    view = case.complete("national", VERIFIER, outcome="ok", number="PT-77", answered_on="2026-11-01")
    assert (view.outcome, state(case)) == ("approved", "approved")
    assert SCHOOL in [row.values for row in known(office).rows("education")]


def test_what_bkn_refuses_is_refused(office: Office) -> None:
    case = approved(school(office))
    answer = {"number": "PT-77", "answered_on": "2026-11-01", "reason": "Ijazah tidak terdaftar"}
    assert case.complete("national", VERIFIER, outcome="refuse", **answer).outcome == "refused"
    assert [verdict for *_, verdict in items(case)] == ["refuse"]


def test_what_bkn_wants_mended_goes_back(office: Office) -> None:
    case = approved(school(office))
    answer = {"number": "PT-77", "answered_on": "2026-11-01", "reason": "Transkrip tidak terbaca"}
    case.complete("national", VERIFIER, outcome="repair", **answer)
    assert (case.open, state(case)) == (["submit"], "repair")


def test_the_approver_does_not_record_the_answer_of_bkn(office: Office) -> None:
    case = approved(school(office))
    for other in (APPROVER, EMPLOYEE):
        with pytest.raises((NotFound, NotPermitted)):
            case.complete("national", other, outcome="ok", number="1", answered_on="2026-11-01")


def test_a_structural_post_goes_to_bkn_and_another_does_not(office: Office) -> None:
    post = added("position", POST)
    assert approved(sent(office, post, "post_decree", "duty_letter")).row.outcome == "approved"
    chief = added("position", POST | {"kind": "structural", "title": "Kepala Seksi"})
    with pytest.raises(Refused):
        sent(office, chief, "post_decree", "duty_letter")
    assert approved(sent(office, chief, "post_decree", "duty_letter", "inauguration")).open == ["national"]


# The salary account.


def account_checked(office: Office) -> Case:
    """An account that verifier, approver and the person have confirmed."""
    reachable(office)
    case = approved(sent(office, account(), "bank_book"))
    assert case.open == ["confirm"]
    case.complete("confirm", EMPLOYEE, outcome="code", code=code(office, case))
    assert case.open == ["treasurer"]
    return case


def test_an_account_changes_after_code_treasurer_and_a_day(office: Office) -> None:
    before = known(office).single("bank")
    case = account_checked(office)
    case.complete("treasurer", TREASURER, outcome="ok", paid_from="2026-12-01")
    assert (case.open, state(case), known(office).single("bank")) == ([], "cooling", before)
    assert facts(case) == {"Can be stopped by withdrawing this request, until": "Tuesday, 3 November 2026 at 12.00"}
    office.wait(hours=23)
    assert state(case) == "cooling"
    office.wait(hours=2)
    assert (case.row.outcome, state(case), value(office, "bank", "account")) == ("approved", "approved", "1234567890")
    row = known(office).single("bank")
    assert (row.by, row.revision) == (TREASURER, before.revision + 1), "three fields of a row are one revision"


@pytest.mark.parametrize("by", [EMPLOYEE, OFFICER])
def test_during_the_day_it_is_stopped_by_its_owner_or_their_officer(office: Office, by: str) -> None:
    before = known(office).single("bank")
    case = account_checked(office)
    case.complete("treasurer", TREASURER, outcome="ok", paid_from="2026-12-01")
    stop = office.start("data_withdraw", by, about=case.id, ground="not_mine")
    assert (stop.row.outcome, case.row.status, state(case)) == ("withdrawn", "cancelled", "withdrawn")
    office.wait(days=2)
    assert (known(office).single("bank"), held(office)) == (before, set())


def test_the_treasurer_may_refuse_it_or_have_it_mended(office: Office) -> None:
    before = known(office).single("bank")
    case = account_checked(office)
    case.complete("treasurer", TREASURER, outcome="repair", reason="Nama pemilik berbeda")
    assert (case.open, state(case)) == (["submit"], "repair")
    case.complete("submit", EMPLOYEE, changes=account(account="1234567899"), evidence=proofs(office, "bank_statement"))
    office.wait(minutes=3)
    approved(case)
    case.complete("confirm", EMPLOYEE, outcome="code", code=code(office, case))
    assert case.complete("treasurer", TREASURER, outcome="refuse", reason="Bukan miliknya").outcome == "refused"
    assert (known(office).single("bank"), state(case)) == (before, "refused")


def test_an_account_goes_by_itself(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        sent(office, [*account(), changed("personal", "religion", "hindu")], "bank_book", "ktp")
    assert "changes" in refused.value.problems


# Returned, expired, withdrawn.


def test_what_is_returned_is_mended_and_goes_its_way_again(office: Office) -> None:
    case = child(office)
    judged(case, "verify", VERIFIER, "repair")
    assert (case.open, state(case)) == (["submit"], "repair")
    assert len(held(office)) == 1, "the row waits for the repair"
    mended = added("child", CHILD | {"name": "Rara Ayu Santoso"})
    case.complete("submit", EMPLOYEE, changes=mended, evidence=proofs(office, "birth_certificate", "kk"))
    assert (case.open, state(case), items(case)) == (["verify"], "submitted", [(0, "child", "", None)])
    approved(case)
    assert known(office).value("child", "name") == "Rara Ayu Santoso"


def test_the_approver_may_return_it_too_and_both_look_again(office: Office) -> None:
    case = child(office)
    judged(case, "verify", VERIFIER)
    judged(case, "approve", APPROVER, "repair")
    case.complete("submit", EMPLOYEE, changes=added("child", CHILD), evidence=proofs(office, "birth_certificate", "kk"))
    assert case.open == ["verify"]


def test_without_repair_for_thirty_days_it_expires(office: Office) -> None:
    case = child(office)
    judged(case, "verify", VERIFIER, "repair")
    office.wait(days=30, hours=1)
    assert (case.row.outcome, state(case), held(office)) == ("expired", "expired", set())


def test_the_employee_withdraws_what_is_not_recorded_yet(office: Office) -> None:
    case = child(office)
    assert "data_withdraw" in offers(office, case)
    office.start("data_withdraw", EMPLOYEE, about=case.id, ground="not_needed")
    assert (case.row.status, state(case), held(office)) == ("cancelled", "withdrawn", set())
    assert child(office).open == ["verify"], "the same can be asked for again"


def test_nothing_is_withdrawn_once_it_is_recorded(office: Office) -> None:
    case = approved(child(office))
    assert "data_withdraw" not in offers(office, case)
    with pytest.raises(Conflict):
        office.start("data_withdraw", EMPLOYEE, about=case.id, ground="not_needed")


# Objection.


def test_an_objection_that_is_upheld_records_the_change(office: Office) -> None:
    case = child(office)
    judged(case, "verify", VERIFIER, "refuse")
    assert "data_objection" in offers(office, case)
    objection = office.start("data_objection", EMPLOYEE, about=case.id, reason="Akta asli dapat diperiksa")
    assert objection.open == ["answer"]
    view = objection.complete("answer", BKPSDM_HEAD, outcome="uphold", reason="Akta asli sudah dilihat")
    assert (view.outcome, state(case), known(office).value("child", "name")) == ("upheld", "approved", CHILD["name"])
    assert "data_objection" not in offers(office, case)


def test_an_objection_that_is_dismissed_changes_nothing(office: Office) -> None:
    case = child(office)
    judged(case, "verify", VERIFIER, "refuse")
    objection = office.start("data_objection", EMPLOYEE, about=case.id, reason="Akta asli dapat diperiksa")
    with pytest.raises(NotPermitted):
        objection.complete("answer", EMPLOYEE, outcome="uphold", reason="Ya")
    assert objection.complete("answer", BKPSDM_HEAD, outcome="dismiss", reason="Tetap").outcome == "dismissed"
    assert (state(case), CHILD in [row.values for row in known(office).rows("child")]) == ("refused", False)


def test_an_objection_comes_in_time_and_against_a_refusal_alone(office: Office) -> None:
    right = approved(child(office))
    assert "data_objection" not in offers(office, right)
    late = registered(office)
    judged(late, "verify_unit", OFFICER, "refuse")
    office.wait(days=45)
    with pytest.raises(Refused) as refused:
        office.start("data_objection", EMPLOYEE, about=late.id, reason="Terlambat")
    assert "bukti lain" in refused.value.problems[""][0].id


def test_part_of_a_proposal_can_be_objected_to(office: Office) -> None:
    changes = [changed("identity", "family_card", "6299011208190001"), changed("identity", "bpjs", "0001234567891")]
    case = sent(office, changes, "kk", "card")
    judged(case, "verify", VERIFIER, "ok", "refuse")
    judged(case, "approve", APPROVER, "ok", "refuse")
    objection = office.start("data_objection", EMPLOYEE, about=case.id, reason="Kartunya jelas")
    view = objection.complete("answer", BKPSDM_HEAD, outcome="uphold", reason="Kartunya memang jelas")
    assert (view.outcome, value(office, "identity", "bpjs")) == ("upheld", "0001234567891")
    assert value(office, "identity", "family_card") == "6299011208190001", "what was approved before stays"


def test_an_objection_overwrites_nothing_that_changed_since(office: Office) -> None:
    case = registered(office)
    judged(case, "verify_unit", OFFICER, "refuse")
    objection = office.start("data_objection", EMPLOYEE, about=case.id, reason="Alamatnya benar")
    judged(registered(office, "Jalan Lain 9"), "verify_unit", OFFICER)
    with pytest.raises(Conflict) as conflict:
        objection.complete("answer", BKPSDM_HEAD, outcome="uphold", reason="Ya")
    assert "Tolak keberatan ini" in conflict.value.text.id
    assert objection.complete("answer", BKPSDM_HEAD, outcome="dismiss", reason="Sudah berubah").outcome == "dismissed"
    assert value(office, "address", "registered") == "Jalan Lain 9"


# Who may ask for what.


def test_the_officer_asks_for_a_colleague_and_decides_nothing_of_it(office: Office) -> None:
    case = sent(office, [changed("address", "registered", HOME)], "ktp", by=OFFICER, subject=EMPLOYEE)
    assert case.row.subject == EMPLOYEE
    with pytest.raises(EngineError):
        judged(case, "verify_unit", OFFICER)


def test_discipline_is_entered_by_the_officer_alone(office: Office) -> None:
    measure = {
        "measure": "Teguran tertulis",
        "severity": "light",
        "decree": "800/1/2026",
        "decree_on": "2026-10-01",
        "since": "2026-10-01",
    }
    with pytest.raises(Refused):
        sent(office, added("discipline", measure), "decree")
    case = sent(office, added("discipline", measure), "decree", by=OFFICER, subject=EMPLOYEE)
    with pytest.raises(Refused):  # it would go back to the employee, who may not touch it
        judged(case, "verify", VERIFIER, "repair")
    assert approved(case).row.outcome == "approved"
    assert known(office).value("discipline", "measure") == "Teguran tertulis"


def test_nip_changes_for_nobody(office: Office) -> None:
    wanted = [changed("personal", "nip", "198601012010011001")]
    for by in (EMPLOYEE, OFFICER):
        with pytest.raises(Refused):
            sent(office, wanted, "ktp", by=by, subject=EMPLOYEE)


@pytest.mark.parametrize(
    "entry",
    [
        changed("address", "registered", HOME, person=SUPERIOR),
        changed("address", "registered", ""),
        changed("address", "street", HOME),
        changed("address", "registered", HOME) | {"action": "remove"},
        changed("address", "registered", HOME) | {"row": "new-1", "action": "add"},
        changed("address", "registered", HOME) | {"row": "../etc"},
        changed("identity", "nik", "12"),
        changed("photo", "official", "b0b5a7e2-0000-4000-8000-000000000000"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(office: Office, entry: dict[str, str]) -> None:
    with pytest.raises(Refused):
        sent(office, [entry], "ktp", "kk", "photo")
    assert held(office) == set()


def test_a_new_row_needs_all_its_fields_and_none_twice(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        sent(office, added("child", {k: v for k, v in CHILD.items() if k != "sex"}), "birth_certificate", "kk")
    assert refused.value.problems
    same = changed("address", "registered", HOME)
    with pytest.raises(Refused):
        sent(office, [same, same], "ktp")


def test_nothing_is_sent_without_a_change(office: Office) -> None:
    judged(registered(office), "verify_unit", OFFICER)
    with pytest.raises(Refused):
        registered(office)


def test_a_row_that_goes_is_gone_and_its_revisions_stay(office: Office) -> None:
    approved(child(office))
    [row] = [row for row in known(office).rows("child") if row.values == CHILD]
    gone = {"history": "child", "row": str(row.id), "action": "remove", "field": "", "value": ""}
    case = approved(sent(office, [gone], "kk", "statement"))
    assert case.row.outcome == "approved"
    assert row.id not in {each.id for each in known(office).rows("child")}
    with office.database.reads() as session:
        assert [r.removed for r in session.scalars(select(RecordRow).where(RecordRow.row == row.id))] == [False, True]


def test_what_was_changed_is_undone_by_a_proposal_that_asks_for_the_values_before(office: Office) -> None:
    judged(registered(office), "verify_unit", OFFICER)
    judged(registered(office, "Jalan Lain 9"), "verify_unit", OFFICER)
    judged(registered(office), "verify_unit", OFFICER)
    with office.database.reads() as session:
        past = [row.values.get("registered") for row in revisions(session, single_row(EMPLOYEE, "address"))]
    assert past[:3] == [HOME, "Jalan Lain 9", HOME], "nothing of it is forgotten"


def test_before_it_is_sent_it_says_what_would_change_and_what_cannot_be_taken(office: Office) -> None:
    def preview(*changes: dict[str, str]) -> Preview:
        with office.database.reads() as session:
            actor = office.directory.actor(session, EMPLOYEE, office.now)
            answers = {"changes": list(changes), "evidence": []}
            return office.engine.preview(session, "data_update", actor, answers, now=office.now)

    told = preview(changed("address", "registered", HOME), *added("training", TRAINING))
    assert [fact.value.en.rpartition(" → ")[2] for fact in told.facts] == [HOME, "Added"]
    assert (told.refusals, held(office)) == ([], set())
    assert [text.en for text in preview(changed("identity", "nik", "12")).refusals] == ["Give 16 digits."]


def test_the_organisation_follows_the_record(office: Office) -> None:
    changes = [changed("personal", "name", "Nama Baru")]
    case = approved(sent(office, changes, "birth_certificate", "ktp"))
    case.complete("national", VERIFIER, outcome="ok", number="PT-1", answered_on="2026-11-01")
    with office.database.reads() as session:
        assert session.get_one(Person, EMPLOYEE).name == "Nama Baru"


# At the same moment.


def test_of_two_proposals_about_a_row_the_second_is_told_of_the_first(office: Office) -> None:
    first = registered(office)
    with pytest.raises(Conflict) as conflict:
        registered(office, "Jalan Lain 9")
    assert first.row.reference in conflict.value.text.id
    judged(first, "verify_unit", OFFICER)
    assert registered(office, "Jalan Lain 9").open == ["verify_unit"]


def test_of_two_that_are_sent_at_once_one_is_taken(office: Office) -> None:
    won = at_once(lambda: registered(office), lambda: registered(office, "Jalan Lain 9"))
    assert (sorted(won), len(held(office))) == ([False, True], 1)


def test_of_two_approvals_at_once_one_counts(office: Office) -> None:
    case = child(office)
    judged(case, "verify", VERIFIER)
    won = at_once(lambda: judged(case, "approve", APPROVER), lambda: judged(case, "approve", APPROVER))
    assert (sorted(won), len([r for r in known(office).rows("child") if r.values == CHILD])) == ([False, True], 1)


def test_of_an_approval_and_a_withdrawal_at_once_one_counts(office: Office) -> None:
    case = child(office)
    judged(case, "verify", VERIFIER)
    withdraw = lambda: office.start("data_withdraw", EMPLOYEE, about=case.id, ground="wrong")  # noqa: E731
    won = at_once(lambda: judged(case, "approve", APPROVER), withdraw)
    recorded = CHILD in [row.values for row in known(office).rows("child")]
    assert (won.count(True), recorded, state(case)) == (1, won[0], "approved" if won[0] else "withdrawn")


def imported(office: Office, history: str, values: dict[str, str]) -> None:
    """Change a single row beside all proposals, as an import could."""
    row = known(office).single(history)
    new = [Write(history, row.id, "change", values, row.revision)]
    moment = {"now": office.now, "today": office.now.date()}
    office.database.command(lambda session: write(session, EMPLOYEE, new, by="import", instance=None, **moment))


def test_a_record_that_changed_meanwhile_is_not_overwritten(office: Office) -> None:
    case = registered(office)
    imported(office, "address", {"registered": "Jalan Impor 1"})
    with pytest.raises(Conflict) as conflict:
        judged(case, "verify_unit", OFFICER)
    assert "sudah berubah" in conflict.value.text.id
    assert (case.open, value(office, "address", "registered")) == (["verify_unit"], "Jalan Impor 1")
    judged(case, "verify_unit", OFFICER, "repair")
    case.complete("submit", EMPLOYEE, changes=[changed("address", "registered", HOME)], evidence=proofs(office, "ktp"))
    judged(case, "verify_unit", OFFICER)
    assert value(office, "address", "registered") == HOME


def test_an_account_that_changed_during_the_waiting_time_is_not_overwritten(office: Office) -> None:
    case = account_checked(office)
    case.complete("treasurer", TREASURER, outcome="ok", paid_from="2026-12-01")
    imported(office, "bank", {"account": "9999999999"})
    with pytest.raises(Conflict):
        office.wait(hours=25)
    assert (value(office, "bank", "account"), state(case)) == ("9999999999", "cooling")
    office.start("data_withdraw", EMPLOYEE, about=case.id, ground="wrong")
    assert (state(case), held(office)) == ("withdrawn", set())


# A failure in the middle.


def everything(office: Office, case: Case) -> dict[str, Any]:
    """Record, tasks, events, request and proposal as they stand."""
    with office.database.reads() as session:
        rows = session.execute(select(RecordRow.row, RecordRow.revision, RecordRow.values)).all()
        tasks = session.execute(select(Task.id, Task.state, Task.done_by).where(Task.instance_id == case.id)).all()
        events = session.execute(select(Event.number, Event.hash).where(Event.instance_id == case.id)).all()
        instance = session.execute(select(Instance.status, Instance.revision, Instance.head)).all()
        name = session.get_one(Person, EMPLOYEE).name
        ledger = session.execute(select(LeaveEntry.id, LeaveEntry.granted, LeaveEntry.used, LeaveEntry.reserved)).all()
    return {
        "ledger": sorted(map(str, ledger)),
        "rows": sorted(map(str, rows)),
        "tasks": sorted(map(str, tasks)),
        "events": sorted(map(str, events)),
        "instance": sorted(map(str, instance)),
        "items": [item(case, number) for number, *_ in items(case)],
        "verdicts": items(case),
        "state": state(case),
        "held": held(office),
        "person": name,
    }


BREAKS = {
    "the second row cannot be written": ("record_row", "INSERT", "NEW.history = 'child'", "RAISE"),
    "what is read back is something else": ("record_row", "INSERT", "NEW.history = 'child'", "values"),
    "the change cannot be marked": ("record_change", "UPDATE", "NEW.applied_at IS NOT NULL", "RAISE"),
    "the end of the request cannot be written": ("instance", "UPDATE", "NEW.status = 'ended'", "RAISE"),
}
"""Where the database fails: the table, what is done to it, when, and how."""


@pytest.mark.parametrize("broken", BREAKS)
def test_a_failure_while_it_is_applied_leaves_everything_as_it_was(office: Office, broken: str) -> None:
    changes = [changed("identity", "family_card", "6299011208190001"), *added("child", CHILD)]
    case = sent(office, changes, "kk", "birth_certificate")
    judged(case, "verify", VERIFIER)
    before = everything(office, case)
    mend = break_database(office, *BREAKS[broken])
    with pytest.raises((ServiceFailed, DBAPIError)):
        judged(case, "approve", APPROVER)
    mend()
    assert everything(office, case) == before
    judged(case, "approve", APPROVER)
    assert (case.row.outcome, value(office, "identity", "family_card")) == ("approved", "6299011208190001")


def break_database(office: Office, table: str, act: str, when: str, how: str) -> Callable[[], None]:
    """Let the database fail, or falsify, what is written to a table under a condition; the answer mends it."""
    if office.database.engine.dialect.name == "sqlite":
        body = "SELECT RAISE(ABORT, 'broken');" if how == "RAISE" else f"UPDATE {table} SET \"{how}\" = '{{}}' {_SAME};"
        made = f"CREATE TRIGGER broken AFTER {act} ON {table} WHEN {when} BEGIN {body} END"
        run(office, made)
        return lambda: run(office, "DROP TRIGGER broken")
    body = "RAISE EXCEPTION 'broken';" if how == "RAISE" else f"NEW.\"{how}\" := '{{}}'; RETURN NEW;"
    run(office, f"CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    run(office, f"CREATE TRIGGER broken BEFORE {act} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION broken()")

    def mend() -> None:
        run(office, f"DROP TRIGGER broken ON {table}")
        run(office, "DROP FUNCTION broken()")

    return mend


_SAME = "WHERE row = NEW.row AND revision = NEW.revision"


def run(office: Office, statement: str) -> None:
    """Change the database itself."""
    office.database.command(lambda session: session.execute(text(statement)))
