"""Steps, and what SpiffWorkflow's extensions add to them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tests.engine.supported.driver import Run, begun
from tests.engine.supported.table import shows
from tests.support import Office, choice, elements, extension, file_around, form, form_of, package, service

TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="level" name="level"><decisionTable id="t" hitPolicy="UNIQUE">
<input id="i"><inputExpression id="ie" typeRef="number"><text>ask.days</text></inputExpression></input>
<output id="o" typeRef="string"/>
<rule id="r1"><inputEntry id="i1"><text>&lt;= 3</text></inputEntry>
<outputEntry id="o1"><text>"low"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="i2"><text>&gt; 3</text></inputEntry>
<outputEntry id="o2"><text>"high"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""

ONE = {"begin": "startEvent", "ask": "userTask", "x": "userTask", "done": "endEvent"}
WAY = ["begin ask", "ask x", "x done"]


def of_kind(kind: str, inner: str = "", attributes: str = "", more: str = "", **given: bytes) -> Run:
    """begin -> ask -> x, of some kind -> done."""
    files = {f"{name}.dmn": content for name, content in given.items()}
    nodes = {**ONE, "x": kind}
    return begun(nodes, WAY, inside={"x": inner}, attributes={"x": attributes}, more=more, files=files)


@shows("`userTask`, `manualTask`", "`task`")
@pytest.mark.parametrize("kind", ["userTask", "manualTask", "task"])
def test_a_persons_step_waits_and_keeps_its_answers_under_its_id(kind: str) -> None:
    run = of_kind(kind).do("ask", days=2)
    assert run.open == ["x"]
    run.do("x", note="seen")
    assert run.ended
    assert run.data == {"ask": {"days": 2}, "x": {"note": "seen"}}


@shows("`serviceTask` with `spiffworkflow:serviceTaskOperator`")
def test_a_service_is_called_with_its_parameters_and_its_answer_kept() -> None:
    run = of_kind("serviceTask", service("leave.count@1", "counted", days="ask.days * 2")).do("ask", days=2)
    assert run.ended
    assert run.host.called == [("leave.count@1", {"days": Decimal(4)})]
    assert run.data["counted"] == {"given": {"days": Decimal(4)}}


@shows("`businessRuleTask` with `spiffworkflow:calledDecisionId`")
@pytest.mark.parametrize(("days", "level"), [(3, "low"), (4, "high")])
def test_a_table_decides_and_its_result_lives_under_the_tasks_id(days: int, level: str) -> None:
    bound = extension("<spiffworkflow:calledDecisionId>level</spiffworkflow:calledDecisionId>")
    run = of_kind("businessRuleTask", bound, rules=TABLE).do("ask", days=days)
    assert run.ended
    assert run.data["x"] == level


MESSAGE = '<message id="m" name="done"/>'
BESIDE = {
    "begin": "startEvent",
    "ask": "userTask",
    "both": "parallelGateway",
    "send": "sendTask",
    "wait": "receiveTask",
    "prepare": "userTask",
    "join": "parallelGateway",
    "end": "endEvent",
}
WAYS = ["begin ask", "ask both", "both wait", "both prepare", "prepare send", "send join", "wait join", "join end"]
REFERS = 'messageRef="m"'


@shows("`sendTask messageRef`, `receiveTask messageRef`")
def test_a_message_is_awaited_until_it_is_sent() -> None:
    run = begun(BESIDE, WAYS, attributes={"send": REFERS, "wait": REFERS}, more=MESSAGE).do("ask")
    assert "wait" not in run.path
    run.do("prepare")
    assert run.ended
    assert run.path.index("send") < run.path.index("wait")


@shows("`sendTask`, `receiveTask` without message")
@pytest.mark.parametrize("kind", ["sendTask", "receiveTask"])
def test_a_message_task_without_message_sends_nothing_and_waits_for_nothing(kind: str) -> None:
    assert of_kind(kind).do("ask").ended


@shows("`spiffworkflow:messagePayload`, `spiffworkflow:messageVariable`")
def test_a_message_carries_its_payload_to_the_name_that_receives_it() -> None:
    carried = extension("<spiffworkflow:messagePayload>ask.days + 1</spiffworkflow:messagePayload>")
    kept = extension("<spiffworkflow:messageVariable>received</spiffworkflow:messageVariable>")
    more = {"inside": {"send": carried, "wait": kept}, "attributes": {"send": REFERS, "wait": REFERS}}
    run = begun(BESIDE, WAYS, more=MESSAGE, **more).do("ask", days=2).do("prepare")
    assert run.data["received"] == Decimal(3)


@shows("`callActivity calledElement`")
def test_another_process_runs_as_a_step_and_hands_its_answers_back() -> None:
    called = elements({"in": "startEvent", "read": "userTask", "out": "endEvent"}, ["in read", "read out"], prefix="c")
    process = f'<process id="reading" isExecutable="true">{called}</process>'
    run = of_kind("callActivity", "", 'calledElement="reading"', process).do("ask")
    assert run.open == ["read"]
    run.do("read", note="seen")
    assert run.ended
    assert run.data["read"] == {"note": "seen"}


def look(office: Office, task: UUID) -> str | None:
    """The stage of a task's deadline that begins now."""
    return office.database.command(lambda s: office.engine.look_at_deadline(s, task, now=office.now))


@shows("`spiffworkflow:property` `dueHours`")
def test_hours_run_by_the_clock_from_the_request_whatever_step_it_is_at(office: Office) -> None:
    def hours(name: str, number: int) -> str:
        named = f'<spiffworkflow:property name="formKey" value="{name}.form"/>'
        timed = f'<spiffworkflow:property name="dueHours" value="{number}"/>'
        return extension(f"<spiffworkflow:properties>{named}{timed}</spiffworkflow:properties>")

    lanes = (
        '<laneSet id="ls"><lane id="l1" name="requester"><flowNodeRef>begin</flowNodeRef><flowNodeRef>ask</flowNodeRef>'
        '</lane><lane id="l2" name="direct_superior"><flowNodeRef>x</flowNodeRef><flowNodeRef>y</flowNodeRef>'
        "<flowNodeRef>done</flowNodeRef></lane></laneSet>"
    )
    nodes = {**ONE, "y": "userTask"}
    inside = {"ask": form_of("ask"), "x": hours("x", 24), "y": hours("y", 72)}
    drawn = lanes + elements(nodes, ["begin ask", "ask x", "x y", "y done"], inside=inside)
    forms = {"ask.form": form(why={}), **dict.fromkeys(("x.form", "y.form"), form(outcome=choice("yes", "no")))}
    office.deploy(package(file_around(drawn), files=forms))
    sent = office.now
    case = office.start("flow", "P072", why="family")
    [first] = case.seen_by("P072").tasks
    assert first.due == sent + timedelta(hours=24)
    office.now += timedelta(days=1, hours=1)
    assert look(office, first.id) == "overdue", "an hour later, and not only on the next morning"
    case.complete("x", "P068", outcome="yes")
    [second] = case.seen_by("P072").tasks
    assert second.due == sent + timedelta(hours=72)


@shows(
    "`laneSet`, `lane`, `childLaneSet`, `flowNodeRef`",
    "`spiffworkflow:property` `formKey`",
    "`spiffworkflow:property` `dueDays`",
    "`spiffworkflow:property` `remindDays`",
    "`spiffworkflow:property` `escalateDays`",
    "`spiffworkflow:instructionsForEndUser`",
    "`name`",
)
def test_the_innermost_lane_says_whose_a_step_is_and_its_properties_which_form_and_until_when(office: Office) -> None:
    lanes = (
        '<laneSet id="ls"><lane id="l1" name="requester"><flowNodeRef>begin</flowNodeRef><flowNodeRef>ask</flowNodeRef>'
        '</lane><lane id="l2" name="personnel_officer"><childLaneSet id="cs"><lane id="l3" name="direct_superior">'
        "<flowNodeRef> x </flowNodeRef></lane></childLaneSet><flowNodeRef>x</flowNodeRef>"
        "<flowNodeRef>done</flowNodeRef></lane></laneSet>"
    )
    x = extension(
        '<spiffworkflow:properties><spiffworkflow:property name="formKey" value="x.form"/><spiffworkflow:property'
        ' name="dueDays" value="2"/><spiffworkflow:property name="remindDays" value="0"/><spiffworkflow:property'
        ' name="escalateDays" value="1"/></spiffworkflow:properties><spiffworkflow:instructionsForEndUser>Read this.'
        "</spiffworkflow:instructionsForEndUser>"
    )
    drawn = lanes + elements(ONE, WAY, inside={"ask": form_of("ask"), "x": x})
    office.deploy(
        package(file_around(drawn), files={"ask.form": form(why={}), "x.form": form(outcome=choice("yes", "no"))})
    )
    case = office.start("flow", "P072", why="family")
    [task] = case.seen_by("P072").tasks
    assert task.principal == "position:DINKES-02", "the superior of P072 has that post"
    assert (task.due.date() - office.now.date()).days == 2, "from Monday to Wednesday"
    office.now += timedelta(days=1, hours=20)
    assert look(office, task.id) == "reminder", "on the morning of the due day"
    office.now += timedelta(days=1)
    assert [look(office, task.id), look(office, task.id)] == ["overdue", "escalated"], "both on the morning after it"
    assert task.name.en == "x"
    with office.database.reads() as session:
        actor = office.directory.actor(session, "P068", office.now)
        shown = office.engine.task_for(session, actor, task.id, now=office.now)
    assert shown.form is not None
    assert [field.key for field in shown.form.fields] == ["outcome"]
    assert shown.instructions is not None
    assert shown.instructions.en == "Read this."


@shows("`laneSet`, `lane`, `childLaneSet`, `flowNodeRef`")
def test_the_lanes_of_a_subprocess_say_whose_its_steps_are_and_else_the_lane_it_stands_in() -> None:
    lanes = '<laneSet id="ls"><lane id="l1" name="head"><flowNodeRef>sign</flowNodeRef></lane></laneSet>'
    inner = {"in": "startEvent", "read": "userTask", "sign": "userTask", "out": "endEvent"}
    work = lanes + elements(inner, ["in read", "read sign", "sign out"], prefix="s")
    nodes = {"begin": "startEvent", "work": "subProcess", "done": "endEvent"}
    run = begun(nodes, ["begin work", "work done"], inside={"work": work}, lanes={"officer": ["begin", "work", "done"]})
    assert {name: step.lane for name, step in run.compiled.steps.items()} == {"read": "officer", "sign": "head"}
