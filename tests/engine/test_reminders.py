"""Deadlines: who is reminded on which morning, once; the post above after that; never at night or on a day off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from engine import reminders
from engine.audit import verify
from engine.db import Instance, Message, Notice, Task
from engine.deadlines import Stretch, move
from engine.errors import Conflict, NotFound, NotPermitted
from engine.jobs import Outgoing, Worker
from engine.package import Package
from engine.reminders import Time
from tests.engine.test_audit import KEY
from tests.support import Case, Office, at_once, choice, diagram, extension, form, form_of, package
from workflows import People
from workflows.calendar import CalendarDay
from workflows.overdue import Wanted, late_tasks

APPLICANT = "P072"
"""A nurse; P068 is the secretary of the health department and superior, P067 the head, P001 the regional secretary."""
STAGES = (reminders.REMINDER, reminders.OVERDUE, reminders.ESCALATED)


EVERY = ["begin", "ask", "look", "done"]


def flow(lane: str = "direct_superior", **days: int) -> Package:
    """A request that waits for one step of a lane, at a pace."""
    named = "".join(f'<spiffworkflow:property name="{name}" value="{value}"/>' for name, value in days.items())
    properties = extension(
        '<spiffworkflow:properties><spiffworkflow:property name="formKey" value="look.form"/>'
        f"{named}</spiffworkflow:properties>"
    )
    bpmn = diagram(
        {"begin": "startEvent", "ask": "userTask", "look": "userTask", "done": "endEvent"},
        ["begin ask", "ask look", "look done"],
        lanes={"requester": ["begin", "ask"], lane: ["look", "done"]} if lane != "requester" else {lane: EVERY},
        inside={"ask": form_of("ask"), "look": properties},
    )
    return package(bpmn, files={"ask.form": form(why={}), "look.form": form(outcome=choice("yes", "no"))})


class Desk:
    """A worker whose clock is the office's, and which notes what it would send."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.sent = office, list[Outgoing]()
        senders = dict.fromkeys(("task", "ended", "returned", "nudged", *STAGES), self.sent.append)
        file = folder / "checkpoints.jsonl"
        self.worker = Worker(
            office.database, office.engine, lambda: office.now, key=KEY, checkpoints=file, senders=senders
        )

    def until(self, end: datetime, step: timedelta = timedelta(hours=4)) -> None:
        """Let time pass, with a pass of the worker every four hours."""
        while self.office.now <= end:
            self.worker.run_once()
            self.office.now += step


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return Desk(office, tmp_path)


Told = list[tuple[str, str, str]]


def told(office: Office) -> Told:
    """The notices about deadlines: kind, person, and the moment in Jakarta."""
    kinds = Notice.kind.in_((*STAGES, "nudged"))
    with office.database.reads() as session:
        rows = session.execute(select(Notice.kind, Notice.person, Notice.at).where(kinds).order_by(Notice.id)).all()
    return [(row.kind, row.person, f"{row.at + timedelta(hours=7):%a %d %H.%M}") for row in rows]


def at(day: int, hour: int = 8) -> datetime:
    """A moment of November 2026 in Jakarta; the 2nd is a Monday."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour - 7)


def task_of(case: Case) -> Task:
    with case.office.database.reads() as session:
        return session.scalars(select(Task).where(Task.instance_id == case.id, Task.step == "look")).one()


def look(office: Office, task: UUID) -> str | None:
    return office.database.command(lambda s: office.engine.look_at_deadline(s, task, now=office.now))


def test_the_holder_is_reminded_before_and_after_the_due_day_and_then_the_post_above_is_told(desk: Desk) -> None:
    office = desk.office
    office.deploy(flow())
    case = office.start("flow", APPLICANT, why="x")
    desk.until(at(11))
    assert task_of(case).due == at(5, 16), "three working days from Monday noon"
    assert told(office) == [
        ("reminder", "P068", "Wed 04 08.00"),
        ("overdue", "P068", "Fri 06 08.00"),
        ("escalated", "P067", "Mon 09 08.00"),
    ]
    about = [message for message in desk.sent if message.kind in STAGES]
    assert [(m.kind, m.recipient) for m in about] == [
        ("reminder", "position:DINKES-02"),
        ("overdue", "position:DINKES-02"),
        ("escalated", "person:P067"),
    ]
    assert len({message.key for message in about}) == 3
    [*_, last] = case.seen_by(APPLICANT).timeline
    assert (last.kind, last.name.en) == ("escalated", "Overdue, the post above was told")
    assert [kind for kind in (e.kind for e in case.seen_by(APPLICANT).timeline) if kind in STAGES] == ["escalated"]
    with office.database.snapshot() as session:
        assert list(verify(session, KEY.public_key(), ())) == []


def test_a_step_of_the_diagram_says_when_its_holder_is_reminded_and_when_the_post_above_is_told(desk: Desk) -> None:
    office = desk.office
    office.deploy(flow(dueDays=5, remindDays=2, escalateDays=1))
    office.start("flow", APPLICANT, why="x")
    desk.until(at(11))
    assert told(office) == [
        ("reminder", "P068", "Thu 05 08.00"),
        ("overdue", "P068", "Tue 10 08.00"),
        ("escalated", "P067", "Tue 10 08.00"),
    ]


def test_with_no_days_to_escalate_nobody_above_is_told_and_a_short_step_is_reminded_on_its_due_day(desk: Desk) -> None:
    office = desk.office
    office.deploy(flow(dueDays=1, remindDays=1, escalateDays=0))
    case = office.start("flow", APPLICANT, why="x")
    desk.until(at(12))
    assert told(office) == [("reminder", "P068", "Tue 03 08.00"), ("overdue", "P068", "Wed 04 08.00")]
    assert task_of(case).alert_at is None


def test_hours_by_the_clock_run_over_a_weekend_and_are_told_in_office_hours_alone(desk: Desk) -> None:
    office = desk.office
    office.deploy(flow(dueHours=72))
    office.now = at(6, 17)  # a Friday, an hour after the office has closed
    case = office.start("flow", APPLICANT, why="x")
    desk.until(at(11, 9), timedelta(hours=3))
    assert task_of(case).due == at(9, 17), "three times 24 hours later"
    assert told(office) == [
        ("reminder", "P068", "Mon 09 08.00"),
        ("overdue", "P068", "Tue 10 08.00"),
        ("escalated", "P067", "Wed 11 08.00"),
    ]


def test_a_holiday_declared_late_moves_no_hours_but_who_is_told_when(desk: Desk) -> None:
    office = desk.office
    office.deploy(flow(dueHours=72))
    case = office.start("flow", APPLICANT, why="x")
    before = task_of(case)
    off = CalendarDay(day=date(2026, 11, 4), kind="public", name="Libur", unit=None, source="uji", confirmed=True)
    office.database.command(lambda s: s.add(off))
    day = Stretch(at(4, 0), at(5, 0))
    office.database.command(lambda s: move(s, office.engine.catalog, office.directory, day, after=None, limit=10))
    after = task_of(case)
    assert before.due == after.due == at(5, 12)
    assert (before.alert_at, after.alert_at) == (at(4), at(3))


def test_hours_that_have_run_out_before_a_step_begins_are_told_at_once(desk: Desk) -> None:
    office = desk.office
    office.deploy(flow(dueHours=24))
    with office.database.reads() as session:
        step = office.engine.catalog.live(session, "flow").compiled.steps["look"]
        stages = list(Time("DINKES", at(6, 10), at(4, 10), step).stages(session, office.directory))
    assert stages == [("overdue", at(4, 10)), ("escalated", at(6, 8))]


def test_a_worker_that_was_away_tells_nobody_at_night_nor_on_a_holiday_and_skips_what_is_past(desk: Desk) -> None:
    office = desk.office
    office.deploy(flow())
    office.start("flow", APPLICANT, why="x")
    office.database.command(
        lambda s: s.add(
            CalendarDay(day=date(2026, 11, 9), kind="public", name="Libur", unit=None, source="uji", confirmed=True)
        )
    )
    office.now = at(7, 4)
    desk.until(at(11, 20))
    assert told(office) == [("overdue", "P068", "Tue 10 08.00"), ("escalated", "P067", "Tue 10 08.00")]


def test_of_two_workers_at_the_same_moment_one_reminds(office: Office) -> None:
    office.deploy(flow())
    case = office.start("flow", APPLICANT, why="x")
    office.now = at(4)
    task = task_of(case).id
    at_once(*[lambda: look(office, task)] * 4)
    assert told(office) == [("reminder", "P068", "Wed 04 08.00")]
    with office.database.reads() as session:
        assert len(session.scalars(select(Message).where(Message.kind == "reminder")).all()) == 1


def test_a_worker_that_is_killed_before_it_commits_has_reminded_nobody_and_the_next_one_does(office: Office) -> None:
    office.deploy(flow())
    case = office.start("flow", APPLICANT, why="x")
    office.now = at(4)
    task = task_of(case).id

    def killed(session: object) -> None:
        office.engine.look_at_deadline(session, task, now=office.now)  # type: ignore[arg-type]  # it is one
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.database.command(killed)
    assert told(office) == []
    assert look(office, task) == "reminder"
    assert look(office, task) is None
    assert told(office) == [("reminder", "P068", "Wed 04 08.00")]


def test_of_a_queue_all_are_reminded_or_only_who_has_taken_the_task_and_the_head_of_the_unit_is_above(
    desk: Desk,
) -> None:
    office = desk.office
    office.deploy(flow("verifier"))
    case, taken = office.start("flow", APPLICANT, why="x"), office.start("flow", "P076", why="x")
    with office.database.reads() as session:
        queue = office.directory.people_of(session, "role:verifier@*", office.now)
    assert len(queue) > 1
    office.now = at(4, 4)
    actor = office.actor(queue[0])
    office.database.command(lambda s: office.engine.claim(s, task_of(taken).id, actor, now=office.now))
    desk.until(at(4, 10))
    by_case = {case.id: set[str](), taken.id: set[str]()}
    with office.database.reads() as session:
        for notice in session.scalars(select(Notice).where(Notice.kind == "reminder")):
            by_case[notice.instance_id].add(notice.person)
    assert by_case == {case.id: set(queue), taken.id: {queue[0]}}
    desk.until(at(9, 12))
    assert {person for kind, person, _ in told(office) if kind == "escalated"} == {"P001"}, "their head serves it too"


def test_what_somebody_has_to_repair_in_their_own_request_is_nobody_elses_matter(desk: Desk) -> None:
    office = desk.office
    office.deploy(flow("requester"))
    office.start("flow", APPLICANT, why="x")
    desk.until(at(12))
    assert {(kind, person) for kind, person, _ in told(office)} == {("reminder", APPLICANT), ("overdue", APPLICANT)}


def test_nobody_is_reminded_of_a_request_that_an_incident_holds(desk: Desk) -> None:
    office = desk.office
    office.deploy(flow())
    case = office.start("flow", APPLICANT, why="x")
    held = update(Instance).where(Instance.id == case.id)
    office.database.command(lambda s: s.execute(held.values(status="incident")))
    office.now = at(6)
    assert look(office, task_of(case).id) is None
    assert task_of(case).alert_at == at(9)
    office.database.command(lambda s: s.execute(held.values(status="running")))
    office.now = at(9)
    assert look(office, task_of(case).id) == "overdue"


def test_a_deadline_that_cannot_be_looked_at_does_not_keep_the_others_waiting(desk: Desk) -> None:
    office = desk.office
    office.deploy(flow())
    broken, healthy = office.start("flow", APPLICANT, why="x"), office.start("flow", "P076", why="x")
    lost = update(Task).where(Task.instance_id == broken.id).values(step="gone")
    office.database.command(lambda s: s.execute(lost))
    desk.until(at(4))
    desk.worker.run_once()
    with office.database.reads() as session:
        reminded = set(session.scalars(select(Notice.instance_id).where(Notice.kind == "reminder")))
    assert reminded == {healthy.id}


def test_a_look_that_comes_too_early_plans_the_reminder_and_a_task_that_is_done_has_none(office: Office) -> None:
    office.deploy(flow())
    case = office.start("flow", APPLICANT, why="x")
    task = task_of(case)
    assert task.alert_at == at(4)
    early = update(Task).where(Task.id == task.id).values(alert_at=task.created_at)  # as a database of before has it
    office.database.command(lambda s: s.execute(early))
    assert look(office, task.id) is None
    assert task_of(case).alert_at == at(4)
    case.complete("look", by="P068", outcome="yes")
    assert task_of(case).alert_at is None
    office.now = at(6)
    assert look(office, task.id) is None
    assert told(office) == []


LANES = ("direct_superior", "personnel_officer", "unit_head", "site_head", "verifier", "bkpsdm_head", "sekda", "regent")


def test_whoever_is_told_that_a_task_stays_late_finds_it_on_their_list_and_its_holders_do_not(office: Office) -> None:
    for lane in LANES:
        office.deploy(flow(lane))
        for applicant in (APPLICANT, "P097"):
            office.start("flow", applicant, why="x")
    office.now = at(9)
    while (due := office.database.command(lambda s: reminders.due(s, now=office.now))) is not None:
        look(office, due)
    lists: dict[str, set[UUID]] = {}
    with office.database.reads() as session:
        found = session.scalars(select(Notice).where(Notice.kind == "escalated")).all()
        late = session.scalars(select(Task).where(Task.state == "open")).all()
        for person in {notice.person for notice in found} | {"P094"}:
            actor = office.directory.actor(session, person, office.now)
            listed = late_tasks(session, office.engine.catalog, People(), actor, Wanted(), office.now)
            lists[person] = {each.instance for each in listed.rows}
    assert len({notice.instance_id for notice in found}) == 2 * (len(LANES) - 1), "nobody is above the regent"
    assert [notice for notice in found if notice.instance_id not in lists[notice.person]] == []
    own = {task.instance_id for task in late if task.principal == "position:DISKOMINFO-04"}
    assert own
    assert own.isdisjoint(lists["P094"])


# The applicant's own reminder.


def nudge(case: Case, by: str = APPLICANT) -> None:
    office = case.office
    office.database.command(
        lambda s: office.engine.nudge(s, office.directory.actor(s, by, office.now), case.id, now=office.now)
    )


def test_an_applicant_reminds_from_the_next_working_day_on_and_once_a_day(office: Office) -> None:
    office.deploy(flow())
    case = office.start("flow", APPLICANT, why="x")
    for hours in (0, 4, 19):
        office.now = at(2, 12 + hours)
        with pytest.raises(Conflict):
            nudge(case)
    office.now = at(3, 9)
    nudge(case)
    for again in (at(3, 10), at(3, 22), at(4, 7)):
        office.now = again
        with pytest.raises(Conflict):
            nudge(case)
    office.now = at(4, 20)
    nudge(case)
    assert told(office) == [("nudged", "P068", "Tue 03 09.00"), ("nudged", "P068", "Thu 05 08.00")]
    lines = [line for line in case.seen_by(APPLICANT).timeline if line.kind == "nudged"]
    assert [line.who for line in lines] == [office.actor(APPLICANT).name] * 2
    assert [[label.en for label, _ in line.answers] for line in lines] == [["look"]] * 2


def test_on_a_weekend_nobody_can_be_reminded_of_what_came_on_friday(office: Office) -> None:
    office.deploy(flow())
    office.now = at(6, 10)
    case = office.start("flow", APPLICANT, why="x")
    for weekend in (at(7, 10), at(8, 10), at(9, 7)):
        office.now = weekend
        with pytest.raises(Conflict):
            nudge(case)
    office.now = at(9)
    nudge(case)
    assert told(office) == [("nudged", "P068", "Mon 09 08.00")]


def test_only_a_party_reminds_and_only_while_the_request_waits_for_somebody_else(office: Office) -> None:
    office.deploy(flow())
    case = office.start("flow", APPLICANT, why="x")
    office.now = at(4)
    with pytest.raises(NotPermitted):
        nudge(case, by="P068")
    with pytest.raises(NotFound):
        nudge(case, by="P095")
    case.complete("look", by="P068", outcome="yes")
    with pytest.raises(NotPermitted):
        nudge(case)
    assert told(office) == []


def test_of_two_reminders_sent_at_the_same_moment_one_counts(office: Office) -> None:
    office.deploy(flow())
    case = office.start("flow", APPLICANT, why="x")
    office.now = at(4)
    assert sum(at_once(*[lambda: nudge(case)] * 4)) == 1
    assert told(office) == [("nudged", "P068", "Wed 04 08.00")]
