"""The automatic steps of leave, one by one: what each writes, what it refuses, and whose decision it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Database
from engine.errors import Conflict, Refused, ServiceFailed
from engine.services import Decision, ServiceContext
from tests.workflows.conftest import NOON
from workflows import services
from workflows.leave import bookkeeping
from workflows.leave.fences import NotApprovedByBkn, NotDecided, NotTheOfficial, OutOfPlace
from workflows.leave.ledger import Ledger, used_by
from workflows.leave.model import LeaveCredit, LeaveEntry, LeaveOpinion, LeaveRequest
from workflows.letters.model import Letter
from workflows.people import Person

EMPLOYEE, WOMAN, PPPK = "P097", "P098", "P096"
HEAD, REGENT, SUPERIOR = "position:DISKOMINFO-01", "position:BUPATI", "position:DISKOMINFO-04"
REQUESTED = ("requester", EMPLOYEE, f"person:{EMPLOYEE}", None)
APPROVED = ("authorised_official", "P091", HEAD, "approve")
BY_REGENT = ("authorised_official", "BUPATI", REGENT, "approve")
CONFIRMED = ("direct_superior", "P094", SUPERIOR, "confirm")
TODAY = NOON.date()
Said = tuple[str, str, str, str | None]


@pytest.fixture
def kind() -> str:
    """What a step does is the same on both kinds of database; `test_histories` runs them on each."""
    return "sqlite"


@dataclass
class Step:
    """An instance's services, called with the decisions that were taken in it; ``about``: another instance."""

    session: Session
    today: date = TODAY
    subject: str = EMPLOYEE
    starter: str = EMPLOYEE
    instance: UUID = field(default_factory=uuid4)
    about: UUID | None = None
    event: int = 0
    ended: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(5), UTC)

    def context(self, *said: Said, capacity: str = "") -> ServiceContext:
        decisions = tuple(
            Decision(f"{role}_{n}", role, person, principal, capacity if role != "requester" else "", outcome, self.now)
            for n, (role, person, principal, outcome) in enumerate(said)
        )
        return ServiceContext(
            session=self.session,
            now=self.now,
            today=self.today,
            instance=self.instance,
            reference="CUTI-1",
            process="leave",
            subject=self.subject,
            starter=self.starter,
            unit="DISKOMINFO",
            actor=None,
            cause=decisions[-1] if decisions else None,
            decisions=decisions,
            event=self.event,
            about=self.about,
            ending=lambda reason: self.ended.append(reason.en),
            final_at=self.now,
        )

    def call(self, name: str, *said: Said, capacity: str = "", **parameters: Any) -> Mapping[str, Any]:
        self.event += 1
        return services[name].handler(self.context(*said, capacity=capacity), **parameters)

    def reserve(self, first: str, last: str, type: str = "annual", **more: Any) -> Mapping[str, Any]:
        said = ("requester", self.subject, f"person:{self.subject}", None)
        dates = {"first": date.fromisoformat(first), "last": date.fromisoformat(last)}
        return self.call("leave.reserve@2", said, type=type, **dates, **more)

    @property
    def request(self) -> LeaveRequest:
        return self.session.get_one(LeaveRequest, self.instance)

    def change(self, today: str | None = None) -> Step:
        """An instance about this one, on a day."""
        day = date.fromisoformat(today) if today else self.today
        return Step(self.session, day, self.subject, self.starter, about=self.instance)

    def left(self, year: int | None = None) -> dict[int, int]:
        ledger = Ledger.read(self.session, self.session.get_one(Person, self.subject), year or self.today.year)
        return {bucket: days for bucket, days in bookkeeping.buckets(ledger.entries, ledger.opened).items() if days}


@pytest.fixture
def session(demo: Database) -> Iterator[Session]:
    """One transaction, whose changes are dropped."""
    with Session(demo.engine) as found:
        yield found
        found.rollback()


@pytest.fixture
def granted(session: Session) -> Step:
    """Annual leave of P097, 9 to 20 November 2026: ten days, two of them of 2025."""
    step = Step(session)
    step.reserve("2026-11-09", "2026-11-20")
    step.call("leave.grant@1", REQUESTED, APPROVED)
    return step


def problems(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return set(refused.value.problems)


# Asking


def test_a_reservation_says_what_the_flow_needs_to_know(session: Session) -> None:
    found = Step(session).reserve("2026-11-09", "2026-11-11")
    assert {name: found[name] for name in found if name != "facts"} == {
        "type": "annual",
        "case": "",
        "group": "staff",
        "days": 3,
        "unit": "working",
        "route_type": "annual",
        "superior_only": False,
        "abroad": False,
        "evidence": [],
        "deferrable": True,
    }


@pytest.mark.parametrize(
    ("type", "last", "more", "route", "superior_only", "deferrable"),
    [
        ("sick", "2026-11-02", {"letter": "doctor"}, "sick_short", True, False),
        ("sick", "2026-11-10", {"letter": "doctor"}, "sick_short", False, False),
        ("sick", "2026-11-30", {"letter": "government_doctor"}, "sick_long", False, False),
        ("important", "2026-11-06", {"case": "relative_death", "relation": "mother"}, "important", False, True),
        ("long", "2026-12-31", {"case": "other"}, "long", False, True),
        ("long", "2026-12-31", {"case": "hajj_first"}, "long", False, False),
        ("unpaid", "2028-11-01", {"case": "spouse_duty"}, "unpaid", False, False),
    ],
)
def test_every_type_keeps_its_dates_and_takes_no_working_days(
    session: Session,
    type: str,
    last: str,
    more: dict[str, Any],
    route: str,
    superior_only: bool,
    deferrable: bool,
) -> None:
    step = Step(session)
    before = step.left()
    found = step.reserve("2026-11-02", last, type, **more)
    assert (found["route_type"], found["superior_only"], found["deferrable"]) == (route, superior_only, deferrable)
    assert (step.request.type, step.request.status, step.left()) == (type, "reserved", before)
    with pytest.raises(Refused) as refused:
        Step(session).reserve("2026-11-02", "2026-11-02")
    assert problems(refused) == {"first"}


def test_fields_that_the_form_did_not_ask_may_be_empty(session: Session) -> None:
    more = dict.fromkeys(("case", "relation", "abroad", "travel_days", "birth_order", "inpatient_days", "letter"))
    assert Step(session).reserve("2026-11-09", "2026-11-09", **more, filed=None)["days"] == 1


def test_leave_over_new_year_is_paid_by_each_years_days(session: Session) -> None:
    step = Step(session, date(2026, 12, 14))
    step.reserve("2026-12-28", "2027-01-08")
    step.call("leave.grant@1", REQUESTED, APPROVED)
    assert used_by(session, step.instance) == ((2026, 2025, 2), (2026, 2026, 2), (2027, 2027, 4))
    assert step.left() == {2026: 10}
    assert step.left(2027) == {2026: 6, 2027: 8}


def test_a_repair_replaces_the_reservation(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-11-09", "2026-11-20")
    step.reserve("2026-11-10", "2026-11-10")
    assert step.left() == {2025: 1, 2026: 12}
    assert (step.request.first, step.request.asked_first) == (date(2026, 11, 10), date(2026, 11, 10))


def test_travel_follows_the_leave_and_is_not_taken_off(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-11-09", "2026-11-13", travel_days=4)
    assert (step.request.last, step.request.absence.last) == (date(2026, 11, 13), date(2026, 11, 17))
    assert (step.request.days, step.left()) == (5, {2026: 9})
    with pytest.raises(Refused):
        Step(session).reserve("2026-11-16", "2026-11-16")


def test_the_page_before_sending_tells_of_balance_pay_and_who_looks_first(session: Session) -> None:
    dates = {"first": date(2026, 11, 9), "last": date(2026, 11, 11)}
    found = Step(session).call("leave.assess@2", type="annual", **dates)
    told = {fact["label"]["en"]: fact["value"]["en"] for fact in found["facts"]}
    assert told["Leave left"] == "14 → 11"
    assert told["Left by year"] == "2025: 2 → 0 · 2026: 12 → 11"
    assert told["Pay"] == "Pay goes on in full."
    assert "Yuni Santoso" in told["First checked by"]
    sick = Step(session).call("leave.assess@2", type="sick", first=NOON.date(), last=NOON.date(), letter="doctor")
    told = {fact["label"]["en"]: fact["value"]["en"] for fact in sick["facts"]}
    assert "Karel Setiawan" in told["First checked by"], "one day's sickness goes to the superior"
    assert told["Documents needed"] == "Sick note to the direct superior; Doctor's letter"


def test_part_v_has_the_days_left_and_the_last_leave_of_the_other_types(granted: Step) -> None:
    sick = Step(granted.session, date(2026, 11, 23))
    sick.reserve("2026-11-23", "2026-11-24", "sick", letter="doctor")
    sick.call("leave.grant@1", REQUESTED, APPROVED)
    facts = Step(granted.session, date(2026, 11, 25)).reserve("2026-11-26", "2026-11-26")["facts"]
    told = {fact["label"]["en"]: fact["value"]["en"] for fact in facts}
    assert told["Left by year after this request"] == "2024: 0 · 2025: 0 · 2026: 3"
    last = {label: value for label, value in told.items() if label.startswith("Last ")}
    assert last == {"Last Sick leave": "23 November 2026 to 24 November 2026"}


def test_superior_and_official_in_one_post_decide_on_one_screen(session: Session) -> None:
    staff = Step(session).call("leave.route@2", official="unit_head")
    head_of_division = Step(session, subject="P094", starter="P094").call("leave.route@2", official="unit_head")
    assert (staff["superior_decides"], head_of_division["superior_decides"]) == (False, True)
    assert staff["principal"] == head_of_division["principal"] == HEAD


# Deciding


def test_granting_asks_for_the_letter_and_keeps_who_decided(granted: Step) -> None:
    letter = granted.session.scalars(select(Letter)).one()
    assert (letter.kind, letter.instance) == ("leave_granted", granted.instance)
    assert (granted.request.principal, granted.request.decided_at) == (HEAD, granted.now)


def test_leave_of_any_type_is_granted_once(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-11-02", "2026-11-04", "important", case="relative_death", relation="mother")
    step.call("leave.grant@1", REQUESTED, APPROVED)
    with pytest.raises(ServiceFailed):
        step.call("leave.grant@1", REQUESTED, APPROVED)


@pytest.mark.parametrize("type", ["sick", "important", "long"])
def test_no_type_is_granted_without_the_official(session: Session, type: str) -> None:
    step = Step(session)
    more = {"sick": {"letter": "doctor"}, "important": {"case": "disaster"}, "long": {"case": "other"}}[type]
    step.reserve("2026-11-02", "2026-11-09", type, **more)
    for said in ((REQUESTED,), (REQUESTED, CONFIRMED), (APPROVED, REQUESTED)):
        with pytest.raises(NotDecided):
            step.call("leave.grant@1", *said)
    for wrong in (("P094", SUPERIOR), (EMPLOYEE, HEAD)):
        with pytest.raises(NotTheOfficial):
            step.call("leave.grant@1", REQUESTED, ("authorised_official", *wrong, "approve"))


def test_unpaid_leave_is_granted_by_the_regent_in_person_and_with_the_approval_of_bkn(session: Session) -> None:
    step = Step(session)
    step.reserve("2027-02-01", "2028-01-31", "unpaid", case="spouse_duty")
    bkn = {"bkn_number": "123/BKN/2026", "bkn_date": date(2026, 10, 1)}
    recorded = ("verifier", "P029", "role:verifier@*", "approved")
    with pytest.raises(NotTheOfficial):
        step.call("leave.grant@1", REQUESTED, APPROVED, recorded, **bkn)
    with pytest.raises(NotTheOfficial):
        step.call("leave.grant@1", REQUESTED, BY_REGENT, recorded, **bkn, capacity="Plh.")
    for said, more in (((), bkn), ((recorded,), {}), ((("verifier", EMPLOYEE, "role:verifier@*", "approved"),), bkn)):
        with pytest.raises(NotApprovedByBkn):
            step.call("leave.grant@1", REQUESTED, BY_REGENT, *said, **more)
    step.call("leave.grant@1", REQUESTED, BY_REGENT, recorded, **bkn)
    assert (step.request.status, step.request.bkn_number) == ("approved", "123/BKN/2026")


def test_long_leave_ends_its_years_annual_leave_and_leaves_what_was_carried(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-11-09", "2026-12-31", "long", case="other")
    step.call("leave.grant@1", REQUESTED, APPROVED)
    assert step.left() == {2025: 2}
    assert step.left(2027) == {2027: 12}


def test_one_days_sickness_is_noted_and_nothing_else_is(session: Session) -> None:
    sick = Step(session)
    sick.reserve("2026-11-02", "2026-11-02", "sick", letter="doctor")
    sick.call("leave.note@1", REQUESTED)
    assert (sick.request.status, session.scalars(select(Letter)).all()) == ("noted", [])
    longer = Step(session)
    longer.reserve("2026-11-05", "2026-11-06", "sick", letter="doctor")
    with pytest.raises(NotDecided):
        longer.call("leave.note@1", REQUESTED)


def test_a_deferral_says_until_when_and_refuses_what_the_law_refuses(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-11-09", "2026-11-20")
    defer = ("authorised_official", "P091", HEAD, "defer")
    with pytest.raises(Refused) as refused:
        step.call("leave.defer@2", REQUESTED, defer, until=date(2028, 1, 1))
    assert problems(refused) == {"until"}
    found = step.call("leave.defer@2", REQUESTED, defer)
    assert (found["days"], found["until"]) == (10, date(2027, 12, 31))
    assert step.left(2027) == {2026: 12, 2027: 12}
    sick = Step(session)
    sick.reserve("2026-11-02", "2026-11-04", "sick", letter="doctor")
    with pytest.raises(Refused) as refused:
        sick.call("leave.defer@2", REQUESTED, defer)
    assert problems(refused) == {"outcome"}


def test_deferred_long_leave_is_not_before_a_day(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-11-09", "2026-12-31", "long", case="other")
    defer = ("authorised_official", "P091", HEAD, "defer")
    step.call("leave.defer@2", REQUESTED, defer, until=date(2027, 3, 1))
    assert (step.request.status, step.request.until) == ("deferred", date(2027, 3, 1))
    with pytest.raises(Refused):
        Step(session).reserve("2027-02-01", "2027-03-31", "long", case="other")


def test_after_a_rejection_the_last_day_for_an_objection_is_told(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-11-09", "2026-11-11")
    rejected = ("authorised_official", "P091", HEAD, "reject")
    found = step.call("leave.release@2", REQUESTED, rejected)
    assert found["days"] == 3
    assert found["facts"][0]["value"]["en"] == "Tuesday, 1 December 2026", "21 working days after 2 November"


def test_what_is_said_on_the_form_is_what_the_person_just_said(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-11-09", "2026-11-11")
    advice = ("direct_superior", "P094", SUPERIOR, "approve")
    step.call("leave.opinion@1", REQUESTED, advice, part="VII", outcome="approve")
    step.call("leave.opinion@1", REQUESTED, advice, APPROVED, part="VIII", outcome="approve", reason="Sesuai")
    found = session.scalars(select(LeaveOpinion).order_by(LeaveOpinion.id)).all()
    told = [(said.part, said.round, said.name, said.title, said.outcome) for said in found]
    assert told == [
        ("VII", 1, "Karel Setiawan", "Kepala Bidang Informasi Publik", "approve"),
        ("VIII", 1, "Andi Dayak", "Kepala Dinas Kominfo", "approve"),
    ]
    for said, part, outcome in (
        (advice, "VIII", "approve"),
        (APPROVED, "VIII", "reject"),
        (advice, "VII", "reject"),
        (REQUESTED, "VII", "approve"),
        (APPROVED, "IX", "approve"),
    ):
        with pytest.raises(OutOfPlace):
            step.call("leave.opinion@1", said, part=part, outcome=outcome)


def test_the_head_on_site_lets_go_in_urgent_matters_and_the_official_ratifies(session: Session) -> None:
    step, site = Step(session), ("site_head", "P045", "role:site_head@SMPN1", "approve")
    step.reserve("2026-11-02", "2026-11-04", "important", case="relative_death", relation="mother")
    with pytest.raises(NotDecided):
        step.call("leave.interim@1", REQUESTED)
    step.call("leave.interim@1", REQUESTED, site)
    assert (step.request.interim, step.request.status) == (True, "reserved")
    with pytest.raises(NotDecided):
        step.call("leave.ratify@1", REQUESTED, site)
    step.call("leave.ratify@1", REQUESTED, site, APPROVED)
    assert step.request.status == "approved"
    planned = Step(session)
    planned.reserve("2026-11-09", "2026-11-11")
    with pytest.raises(OutOfPlace):
        planned.call("leave.interim@1", REQUESTED, site)


RECORDED = ("decision_secretary", "P004", "role:decision_secretary@*", "approve")
CHECKED = ("personnel_officer", "P092", "role:personnel_officer@DISKOMINFO", "confirm")


def test_a_decision_on_paper_is_recorded_by_one_and_confirmed_by_another(session: Session) -> None:
    step = Step(session, starter="P092")
    step.call(
        "leave.reserve@2", ("requester", "P092", "person:P092", None), type="annual", **_DATES, filed=date(2026, 11, 1)
    )
    submitted = ("requester", "P092", "person:P092", None)
    for said in ((), (RECORDED,), (CHECKED,), (CHECKED, RECORDED), (APPROVED,)):
        with pytest.raises(NotDecided):
            step.call("leave.grant_paper@1", submitted, *said, official="unit_head")
    same = ("personnel_officer", "P004", "role:personnel_officer@SETDA", "confirm")
    with pytest.raises(NotTheOfficial):
        step.call("leave.grant_paper@1", submitted, RECORDED, same, official="unit_head")
    with pytest.raises(NotTheOfficial):
        step.call("leave.grant_paper@1", submitted, RECORDED, CHECKED, official="position:DISDIK-01")
    decided_on = date(2026, 11, 1)
    refused = ("personnel_officer", "P092", "role:personnel_officer@DISKOMINFO", "return")
    with pytest.raises(NotDecided):
        step.call("leave.grant_paper@1", submitted, RECORDED, CHECKED, refused, official="unit_head")
    step.call("leave.grant_paper@1", submitted, RECORDED, CHECKED, official="unit_head", decided_on=decided_on)
    said = session.scalars(select(LeaveOpinion)).one()
    assert (said.principal, said.person, said.paper_on) == (HEAD, "P004", decided_on)
    assert (step.request.status, step.request.filed) == ("approved", date(2026, 11, 1))


def test_nobody_decides_on_paper_in_ones_own_post(session: Session) -> None:
    step = Step(session, subject="P091", starter="P092")
    submitted = ("requester", "P092", "person:P092", None)
    step.call("leave.reserve@2", submitted, type="annual", **_DATES)
    checked = ("personnel_officer", "P042", "role:personnel_officer@DISDIK", "confirm")
    with pytest.raises(NotTheOfficial):
        step.call("leave.grant_paper@1", submitted, RECORDED, checked, official="unit_head")
    step.call("leave.grant_paper@1", submitted, RECORDED, checked, official="sekda")
    assert step.request.status == "approved"


_DATES = {"first": date(2026, 11, 9), "last": date(2026, 11, 11)}


# Changing


def test_a_request_that_waits_is_withdrawn_by_its_employee(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-11-09", "2026-11-20")
    officer = ("personnel_officer", "P092", "role:personnel_officer@DISKOMINFO", None)
    with pytest.raises(OutOfPlace):
        step.change().call("leave.withdraw@1", officer)
    change = step.change()
    assert change.call("leave.withdraw@1", REQUESTED) == {"days": 10}
    assert (change.ended, step.request.status, step.left()) == (
        ["Withdrawn by the employee"],
        "released",
        {2025: 2, 2026: 12},
    )
    with pytest.raises(ServiceFailed):
        step.change().call("leave.withdraw@1", REQUESTED)


def test_granted_leave_is_cancelled_by_the_officials_decision_alone(granted: Step) -> None:
    for said in ((REQUESTED,), (REQUESTED, CONFIRMED), (APPROVED, REQUESTED)):
        with pytest.raises(NotDecided):
            granted.change().call("leave.cancel@1", *said)
    with pytest.raises(NotTheOfficial):
        granted.change().call("leave.cancel@1", REQUESTED, ("authorised_official", "P094", SUPERIOR, "approve"))
    found = granted.change().call("leave.cancel@1", REQUESTED, APPROVED)
    assert (found["days"], granted.request.status) == (10, "cancelled")
    assert granted.left() == {2025: 2, 2026: 12}
    with pytest.raises(Refused):
        granted.change().call("leave.cancel@1", REQUESTED, APPROVED)


def test_leave_that_has_begun_is_cancelled_from_a_day_on(granted: Step) -> None:
    change = granted.change("2026-11-17")
    with pytest.raises(Refused) as refused:
        change.call("leave.cancel@1", REQUESTED, APPROVED)
    assert problems(refused) == {"from_day"}
    found = change.call("leave.cancel@1", REQUESTED, APPROVED, from_day=date(2026, 11, 18))
    assert (found["days"], granted.request.last, granted.request.days) == (3, date(2026, 11, 17), 7)
    assert granted.left() == {2026: 7}, "the last days were paid by 2026, the first by 2025"


def test_what_a_recall_leaves_untaken_counts_in_full_next_year(granted: Step) -> None:
    change = granted.change("2026-11-10")
    found = change.call("leave.recall@1", REQUESTED, APPROVED, return_on=date(2026, 11, 11))
    assert (found["days"], granted.request.last) == (8, date(2026, 11, 10))
    assert (granted.left(), granted.left(2027)) == ({2026: 12}, {2026: 12, 2027: 12})


def test_the_official_may_begin_a_recall_and_nobody_else(granted: Step) -> None:
    for person, allowed in (("P091", True), ("P094", False)):
        change = Step(granted.session, date(2026, 11, 10), starter=person, about=granted.instance)
        began = ("authorised_official", person, f"person:{person}", None)
        if not allowed:
            with pytest.raises(NotTheOfficial):
                change.call("leave.recall@1", began, return_on=date(2026, 11, 10))
            continue
        change.call("leave.recall@1", began, return_on=date(2026, 11, 11))


def test_nobody_is_called_back_from_sick_leave(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-11-02", "2026-11-06", "sick", letter="doctor")
    step.call("leave.grant@1", REQUESTED, APPROVED)
    with pytest.raises(Refused):
        step.change().call("leave.recall@1", REQUESTED, APPROVED, return_on=date(2026, 11, 4))


def test_an_early_return_is_confirmed_by_the_superior(granted: Step) -> None:
    change = granted.change("2026-11-16")
    with pytest.raises(NotDecided):
        change.call("leave.shorten@1", REQUESTED, return_on=date(2026, 11, 16))
    for day in (date(2026, 11, 9), date(2026, 11, 23)):
        with pytest.raises(Refused) as refused:
            change.call("leave.shorten@1", REQUESTED, CONFIRMED, return_on=day)
        assert problems(refused) == {"return_on"}
    assert change.call("leave.shorten@1", REQUESTED, CONFIRMED, return_on=date(2026, 11, 16))["days"] == 5
    assert (granted.request.days, granted.request.returned, granted.left()) == (5, date(2026, 11, 16), {2026: 9})


def test_sickness_stops_annual_leave_and_the_rest_comes_back(granted: Step) -> None:
    change = granted.change("2026-11-12")
    sick = {"first": date(2026, 11, 12), "last": date(2026, 11, 16), "type": "sick", "letter": "doctor"}
    with pytest.raises(NotDecided):
        change.call("leave.interrupt@1", REQUESTED, CONFIRMED, **sick)
    assert change.call("leave.interrupt@1", REQUESTED, APPROVED, **sick)["days"] == 7
    assert (granted.request.last, granted.request.days, granted.left()) == (date(2026, 11, 11), 3, {2026: 11})
    assert (change.request.type, change.request.status, change.request.days) == ("sick", "approved", 5)


def test_one_sick_day_inside_annual_leave_needs_the_superior_only(granted: Step) -> None:
    change = granted.change("2026-11-20")
    day = {"first": date(2026, 11, 20), "last": date(2026, 11, 20)}
    change.call("leave.interrupt@1", REQUESTED, CONFIRMED, **day, type="sick", letter="doctor")
    assert (change.request.status, granted.request.last) == ("noted", date(2026, 11, 19))


def test_an_interruption_lies_inside_the_leave_and_has_its_letter(granted: Step) -> None:
    change = granted.change("2026-11-12")
    dates = {"first": date(2026, 11, 12), "last": date(2026, 11, 16)}
    with pytest.raises(Refused) as refused:
        change.call("leave.interrupt@1", REQUESTED, APPROVED, **dates, type="sick")
    assert problems(refused) == {"letter"}
    later = {"first": date(2026, 11, 23), "last": date(2026, 11, 24)}
    with pytest.raises(Refused) as refused:
        change.call("leave.interrupt@1", REQUESTED, APPROVED, **later, type="sick", letter="doctor")
    assert problems(refused) == {"first"}


def test_l49_reporting_back_late_from_unpaid_leave_is_flagged(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-12-01", "2027-01-31", "unpaid", case="spouse_duty")
    recorded = ("verifier", "P029", "role:verifier@*", "approved")
    step.call("leave.grant@1", REQUESTED, BY_REGENT, recorded, bkn_number="1")
    confirmed = ("direct_superior", "P094", "position:DISKOMINFO-04", "confirm")
    for day, flags in (("2027-02-20", []), ("2027-03-10", ["dismissal_procedure"])):
        with pytest.raises(NotDecided):
            step.change(day).call("leave.returned@1", REQUESTED, returned_on=date.fromisoformat(day))
        found = step.change(day).call("leave.returned@1", REQUESTED, confirmed, returned_on=date.fromisoformat(day))
        assert found["flags"] == flags
    with pytest.raises(Refused):
        step.change("2027-02-20").call("leave.returned@1", REQUESTED, confirmed, returned_on=date(2027, 1, 20))


def test_days_that_come_back_to_a_closed_year_lapse_in_the_next_line(session: Session) -> None:
    step = Step(session, date(2026, 12, 14))
    step.reserve("2026-12-15", "2026-12-31")
    step.call("leave.grant@1", REQUESTED, APPROVED)
    assert step.left(2027) == {2026: 3, 2027: 12}
    change = step.change("2027-01-04")
    assert change.call("leave.cancel@1", REQUESTED, APPROVED, from_day=date(2026, 12, 15))["days"] == 11
    assert change.left() == {2026: 6, 2027: 12}
    lines = session.scalars(select(LeaveEntry).where(LeaveEntry.instance == change.instance).order_by(LeaveEntry.id))
    assert [(line.kind, line.bucket, line.in_year, line.used, line.granted) for line in lines] == [
        ("cancel", 2025, 2026, -2, 0),
        ("cancel", 2026, 2026, -9, 0),
        ("carry", 2025, 2027, 0, -2),
        ("carry", 2026, 2027, 0, -6),
    ]


# Duty and objections


def test_l23_duty_on_joint_leave_adds_days_that_lapse_with_the_year(session: Session) -> None:
    step = Step(session)
    approved = ("unit_head", "P091", "role:unit_head@DISKOMINFO", "approve")
    days = [date(2026, 3, 18), date(2026, 3, 20), date(2026, 3, 23)]
    with pytest.raises(NotDecided):
        step.call("leave.credit@1", REQUESTED, dates=days)
    friend = ("authorised_official", "P094", "person:P094", "approve")
    for other in (friend, ("unit_head", "P092", "role:personnel_officer@DISKOMINFO", "approve")):
        with pytest.raises(NotTheOfficial):
            step.call("leave.credit@1", REQUESTED, other, dates=days)
    assert step.call("leave.credit@1", REQUESTED, approved, dates=days)["days"] == 3
    assert (step.left(), step.left(2027)) == ({2025: 2, 2026: 15}, {2026: 6, 2027: 12})
    for wrong in ([date(2026, 3, 18)], [date(2026, 3, 19)], [date(2026, 12, 24)], []):
        with pytest.raises(Refused) as refused:
            Step(session).call("leave.credit@1", REQUESTED, approved, dates=wrong)
        assert problems(refused) == {"dates"}


def test_duty_on_the_last_joint_leave_of_the_year_can_be_used_in_the_next(session: Session) -> None:
    step = Step(session, date(2026, 12, 28))
    approved = ("unit_head", "P091", "role:unit_head@DISKOMINFO", "approve")
    step.call("leave.credit@1", REQUESTED, approved, dates=["2026-12-24"])
    assert (step.left(), step.left(2027)) == ({2025: 2, 2026: 12}, {2026: 6, 2027: 13})


# Taking back


@pytest.mark.parametrize("outcome", ["approve", "defer", "reject"])
def test_a_decision_that_is_taken_back_leaves_the_reservation_as_it_was(session: Session, outcome: str) -> None:
    step = Step(session)
    step.reserve("2026-11-09", "2026-11-20")
    before = step.left()
    name = {"approve": "leave.grant@1", "defer": "leave.defer@2", "reject": "leave.release@2"}[outcome]
    said = ("authorised_official", "P091", HEAD, outcome)
    step.call("leave.opinion@1", REQUESTED, said, part="VIII", outcome=outcome)
    step.event -= 1
    step.call(name, REQUESTED, said)
    take_back(step, step.event, "leave.opinion@1", name)
    assert (step.request.status, step.left()) == ("reserved", before)
    assert session.scalars(select(Letter)).all() == []
    assert session.scalars(select(LeaveOpinion.taken_back)).all() == [True]
    step.call("leave.grant@1", REQUESTED, APPROVED)
    assert used_by(session, step.instance) == ((2026, 2025, 2), (2026, 2026, 8))


def take_back(step: Step, event: int, *names: str) -> None:
    """As the engine does: the services of one act, the last first, under one new event."""
    step.event += 1
    for name in reversed(names):
        undo = services[name].undo
        assert undo is not None
        undo(step.context(REQUESTED), event=event, result={})


def test_a_cancellation_that_is_taken_back_leaves_the_leave_granted(granted: Step) -> None:
    change = granted.change()
    change.call("leave.cancel@1", REQUESTED, APPROVED)
    take_back(change, change.event, "leave.cancel@1")
    assert (granted.request.status, granted.request.last) == ("approved", date(2026, 11, 20))
    assert granted.left() == {2026: 4}


def test_a_release_cannot_be_taken_back_once_the_days_or_dates_are_somebody_elses(session: Session) -> None:
    step = Step(session)
    step.reserve("2026-11-09", "2026-11-20")
    step.call("leave.release@2", REQUESTED, ("authorised_official", "P091", HEAD, "reject"))
    Step(session).reserve("2026-11-20", "2026-11-20")
    with pytest.raises(Conflict):
        take_back(step, step.event, "leave.release@2")


def test_every_step_of_leave_that_writes_knows_how_to_take_it_back_or_is_an_act_of_the_employee() -> None:
    own = {name: service for name, service in services.items() if name.startswith("leave.")}
    final = {name for name, service in own.items() if not service.reads_only and service.undo is None}
    assert final == {"leave.reserve@1", "leave.reserve@2", "leave.withdraw@1"}


def test_credits_that_are_taken_back_can_be_given_again(session: Session) -> None:
    step = Step(session)
    approved = ("unit_head", "P091", "role:unit_head@DISKOMINFO", "approve")
    step.call("leave.credit@1", REQUESTED, approved, dates=[date(2026, 3, 18)])
    take_back(step, step.event, "leave.credit@1")
    assert (step.left(), session.scalars(select(LeaveCredit)).all()) == ({2025: 2, 2026: 12}, [])
