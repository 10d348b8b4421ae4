"""Legal fences: no edited diagram, table or form debits leave before the authorised official decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from engine.db import Database
from engine.diagram import read_diagram
from engine.errors import Refused, ServiceFailed
from engine.package import Package
from engine.services import Decision, ServiceContext
from tests.workflows.conftest import NOON
from workflows import fences, packages, services
from workflows.leave.fences import NotDecided, NotTheOfficial, OutOfPlace
from workflows.leave.model import LeaveRequest

LEAVE = Package.read(packages() / "leave")
EMPLOYEE, UNIT, HEAD = "P097", "DISKOMINFO", "position:DISKOMINFO-01"


def decided(
    step: str, role: str, person: str, principal: str, outcome: str | None = None, capacity: str = ""
) -> Decision:
    return Decision(step, role, person, principal, capacity, outcome, NOON)


SUBMITTED = decided("submit", "requester", EMPLOYEE, "person:P097")
CHECKED = decided("check", "personnel_officer", "P092", "role:personnel_officer@DISKOMINFO", "complete")
APPROVED = decided("decide", "authorised_official", "P091", HEAD, "approve")
CHANGED = decided("decide", "authorised_official", "P091", HEAD, "change")
DEFERRED = decided("decide", "authorised_official", "P091", HEAD, "defer")
ACCEPTED = decided("accept_change", "requester", EMPLOYEE, "person:P097", "accept")


class Leave:
    """One request's services, called with a history of our choosing."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.instance: UUID = uuid4()

    def call(self, name: str, *decisions: Decision, **parameters: Any) -> Mapping[str, Any]:
        context = ServiceContext(
            session=self.session,
            now=NOON,
            today=NOON.date(),
            instance=self.instance,
            reference="CUTI-1",
            process="leave",
            subject=EMPLOYEE,
            starter=EMPLOYEE,
            unit=UNIT,
            actor=None,
            cause=decisions[-1] if decisions else None,
            decisions=decisions,
            event=1,
        )
        return services[name].handler(context, **parameters)

    def reserve(self, *decisions: Decision, abroad: bool = False, days: int = 3) -> Mapping[str, Any]:
        first = date(2026, 11, 9)
        last = first + timedelta(days=days - 1)
        return self.call("leave.reserve@1", *(decisions or (SUBMITTED,)), first=first, last=last, abroad=abroad)


@pytest.fixture
def leave(demo: Database) -> Any:
    """A request for three days that has been submitted; what it writes is dropped."""
    with Session(demo.engine) as session:
        request = Leave(session)
        request.reserve()
        yield request
        session.rollback()


def test_leave_is_debited_after_the_official_approved(leave: Leave) -> None:
    assert leave.call("leave.debit@1", SUBMITTED, CHECKED, APPROVED)["days"] == 3
    assert leave.session.get_one(LeaveRequest, leave.instance).status == "approved"


@pytest.mark.parametrize(
    "history",
    [
        (SUBMITTED,),
        (SUBMITTED, CHECKED),
        (SUBMITTED, decided("decide", "authorised_official", "P091", HEAD, "reject")),
        (SUBMITTED, decided("decide", "authorised_official", "P091", HEAD)),
        (SUBMITTED, decided("decide", "direct_superior", "P091", HEAD, "approve")),
        (APPROVED, SUBMITTED),
        (SUBMITTED, CHANGED),
        (SUBMITTED, CHANGED, ACCEPTED),
        (SUBMITTED, DEFERRED),
    ],
    ids=[
        "nobody but the applicant",
        "only the personnel officer",
        "not approved",
        "no outcome",
        "the superior instead of the official",
        "submitted again since",
        "changed but not accepted",
        "accepted, but the dates were never changed",
        "deferred",
    ],
)
def test_nothing_else_debits_leave(leave: Leave, history: tuple[Decision, ...]) -> None:
    with pytest.raises(NotDecided):
        leave.call("leave.debit@1", *history)


@pytest.mark.parametrize(
    "official",
    [
        decided("decide", "authorised_official", "P094", "position:DISKOMINFO-04", "approve"),
        decided("decide", "authorised_official", EMPLOYEE, HEAD, "approve"),
        decided("decide", "authorised_official", "P041", "position:DISDIK-01", "approve"),
        decided("decide", "authorised_official", "P092", "role:personnel_officer@DISKOMINFO", "approve"),
        decided("decide", "authorised_official", EMPLOYEE, "person:P097", "approve"),
    ],
    ids=[
        "a division head",
        "the applicant in the head's post",
        "another head",
        "the personnel office",
        "the applicant",
    ],
)
def test_only_an_official_of_the_record_grants_leave(leave: Leave, official: Decision) -> None:
    with pytest.raises(NotTheOfficial):
        leave.call("leave.debit@1", SUBMITTED, official)


@pytest.mark.parametrize("principal", ["position:BKPSDM-01", "position:SETDA-01", "position:BUPATI"])
def test_officials_above_the_head_may_grant_leave(leave: Leave, principal: str) -> None:
    above = decided("decide", "authorised_official", "P001", principal, "approve")
    assert leave.call("leave.debit@1", SUBMITTED, above)["days"] == 3


def test_l46_leave_abroad_is_granted_by_the_regent_alone(leave: Leave) -> None:
    leave.reserve(abroad=True)
    with pytest.raises(NotTheOfficial):
        leave.call("leave.debit@1", SUBMITTED, APPROVED)
    acting = decided("decide", "authorised_official", "P001", "position:BUPATI", "approve", "Plh.")
    with pytest.raises(NotTheOfficial):
        leave.call("leave.debit@1", SUBMITTED, acting)
    regent = decided("decide", "authorised_official", "BUPATI", "position:BUPATI", "approve")
    assert leave.call("leave.debit@1", SUBMITTED, regent)["days"] == 3


def test_leave_is_debited_once(leave: Leave) -> None:
    leave.call("leave.debit@1", SUBMITTED, APPROVED)
    with pytest.raises(ServiceFailed):
        leave.call("leave.debit@1", SUBMITTED, APPROVED)


def test_changed_dates_are_debited_after_they_were_accepted(leave: Leave) -> None:
    new = {"first": date(2026, 11, 16), "last": date(2026, 11, 17)}
    assert leave.call("leave.change@1", SUBMITTED, CHANGED, **new)["days"] == 2
    assert leave.call("leave.debit@1", SUBMITTED, CHANGED, ACCEPTED)["days"] == 2


@pytest.mark.parametrize(
    ("name", "history"),
    [
        ("leave.change@1", (SUBMITTED,)),
        ("leave.change@1", (SUBMITTED, APPROVED)),
        ("leave.change@1", (SUBMITTED, CHANGED, ACCEPTED)),
        ("leave.reserve@1", (SUBMITTED, APPROVED)),
        ("leave.reserve@1", (SUBMITTED, CHECKED)),
        ("leave.reserve@1", ()),
    ],
)
def test_dates_are_set_by_the_applicants_request_and_the_officials_change_only(
    leave: Leave, name: str, history: tuple[Decision, ...]
) -> None:
    dates: dict[str, Any] = {"first": date(2026, 11, 9), "last": date(2026, 11, 20)}
    more = {"abroad": False} if name == "leave.reserve@1" else {}
    with pytest.raises(OutOfPlace):
        leave.call(name, *history, **dates, **more)


def test_an_accepted_change_does_not_cover_days_reserved_since(leave: Leave) -> None:
    new = {"first": date(2026, 11, 16), "last": date(2026, 11, 17)}
    leave.call("leave.change@1", SUBMITTED, CHANGED, **new)
    leave.reserve(SUBMITTED, CHANGED, ACCEPTED, days=5)
    with pytest.raises(NotDecided):
        leave.call("leave.debit@1", SUBMITTED, CHANGED, ACCEPTED)


def test_days_are_deferred_by_the_official_only(leave: Leave) -> None:
    with pytest.raises(NotDecided):
        leave.call("leave.defer@1", SUBMITTED, decided("consider", "direct_superior", "P094", HEAD, "defer"))
    assert leave.call("leave.defer@1", SUBMITTED, DEFERRED) == {"days": 3, "until": date(2027, 12, 31)}


def test_releasing_twice_gives_nothing_back_twice(leave: Leave) -> None:
    assert leave.call("leave.release@1", SUBMITTED)["days"] == 3
    assert leave.call("leave.release@1", SUBMITTED)["days"] == 0


def test_releasing_does_not_undo_a_debit(leave: Leave) -> None:
    leave.call("leave.debit@1", SUBMITTED, APPROVED)
    assert leave.call("leave.release@1", SUBMITTED, APPROVED)["days"] == 0
    assert leave.session.get_one(LeaveRequest, leave.instance).status == "approved"


def test_a_span_that_ends_before_it_starts_is_refused_at_its_last_day(leave: Leave) -> None:
    with pytest.raises(Refused) as refused:
        leave.reserve(days=0)
    assert "9 November 2026" in refused.value.problems["last"][0].id


@pytest.mark.parametrize("official", ["personnel_officer", "verifier", "auditor", "", "position:P097", "unit_head@*"])
def test_a_table_cannot_name_somebody_who_is_no_official(leave: Leave, official: str) -> None:
    with pytest.raises(ServiceFailed):
        leave.call("leave.route@1", SUBMITTED, official=official)


# What the drawing itself shows


def verdict(*replaced: tuple[str, str]) -> list[str | None]:
    text = LEAVE.files["leave.bpmn"].decode()
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    diagram = read_diagram(text.encode(), "leave.bpmn")
    return [found.element for fence in fences for found in fence(diagram, LEAVE)]


def test_the_real_diagram_keeps_the_fence() -> None:
    assert verdict() == []


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ('sourceRef="check" targetRef="checked"', 'sourceRef="check" targetRef="grant"', ["grant"]),
        ('sourceRef="consider" targetRef="part_vii"', 'sourceRef="consider" targetRef="defer_days"', ["defer_days"]),
        ('sourceRef="goes_on" targetRef="decide"', 'sourceRef="goes_on" targetRef="decided"', ["defer_days", "grant"]),
        (
            'sourceRef="one_person" targetRef="decide"',
            'sourceRef="one_person" targetRef="decided"',
            ["defer_days", "grant"],
        ),
    ],
)
def test_a_way_round_the_official_is_found(source: str, target: str, found: list[str]) -> None:
    assert sorted(str(e) for e in verdict((source, target))) == found


def test_a_step_of_somebody_else_is_no_decision() -> None:
    assert len(verdict(('Pejabat yang berwenang">', 'Atasan langsung (tambahan)">'))) == 2


def test_a_timer_on_the_officials_step_is_a_way_round() -> None:
    timer = (
        '<bpmn:boundaryEvent id="late" attachedToRef="decide"><bpmn:outgoing>by_time</bpmn:outgoing>'
        "<bpmn:timerEventDefinition><bpmn:timeDuration>P7D</bpmn:timeDuration></bpmn:timerEventDefinition>"
        '</bpmn:boundaryEvent><bpmn:sequenceFlow id="by_time" sourceRef="late" targetRef="grant" />'
    )
    assert verdict(("</bpmn:process>", f"{timer}</bpmn:process>")) == ["grant"]


def test_days_reserved_after_the_decision_must_be_decided_anew() -> None:
    again = (
        '<bpmn:serviceTask id="more"><bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="leave.reserve@2" />'
        "</bpmn:extensionElements><bpmn:incoming>approve</bpmn:incoming></bpmn:serviceTask>"
        '<bpmn:sequenceFlow id="then" sourceRef="more" targetRef="grant" />'
    )
    moved = ('sourceRef="decided" targetRef="grant"', 'sourceRef="decided" targetRef="more"')
    assert verdict(("</bpmn:process>", f"{again}</bpmn:process>"), moved) == ["grant"]


def test_a_subprocess_is_passed_through_its_inside() -> None:
    inside = (
        '<bpmn:subProcess id="inner"><bpmn:incoming>begin</bpmn:incoming><bpmn:outgoing>out</bpmn:outgoing>'
        '<bpmn:startEvent id="inner_start"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>'
        '<bpmn:endEvent id="inner_end"><bpmn:incoming>a</bpmn:incoming></bpmn:endEvent>'
        '<bpmn:sequenceFlow id="a" sourceRef="inner_start" targetRef="inner_end" /></bpmn:subProcess>'
        '<bpmn:sequenceFlow id="out" sourceRef="inner" targetRef="grant" />'
    )
    begun = ('sourceRef="requested" targetRef="submit"', 'sourceRef="requested" targetRef="inner"')
    assert verdict(("</bpmn:process>", f"{inside}</bpmn:process>"), begun) == ["grant"]
