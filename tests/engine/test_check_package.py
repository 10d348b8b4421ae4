"""The verdict on a package: what the diagram, forms, tables, texts and scenarios ask of each other is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.actor import Role
from engine.bpmn.model import Diagram
from engine.check import Scenario, Surprise, check_package, check_path
from engine.check.clock import OutOfTime
from engine.errors import Text
from engine.package import Package
from engine.problems import Problem, problem
from engine.services import ServiceContext, Services
from tests.engine.diagrams import END_EVENT, START, chain, flow, process
from tests.engine.test_package import zipped

SERVICES = Services("office")


@SERVICES.register("office.book@1")
def book(ctx: ServiceContext, *, day: str, note: str = "") -> dict[str, str]:
    """Book a day."""
    return {}


@SERVICES.register("office.look@1", reads_only=True)
def look(ctx: ServiceContext, *, place: str = "") -> dict[str, str]:
    """Look only."""
    return {}


ROLES = {
    "employee": Role("employee", Text("Pegawai", "Employee"), "requester"),
    "boss": Role("boss", Text("Atasan", "Superior"), "superior"),
    "official": Role("official", Text("Pejabat", "Official"), "by_rule", "route.principal"),
}
FORM = json.dumps(
    {
        "components": [
            {"type": "textfield", "key": "day", "label": "Hari"},
            {
                "type": "radio",
                "key": "outcome",
                "label": "Hasil",
                "validate": {"required": True},
                "values": [{"label": "Ya", "value": "yes"}, {"label": "Tidak", "value": "no"}],
            },
        ]
    }
).encode()
MANIFEST = (
    b'key = "tiny"\ntitle = "Kecil"\ntitle_en = "Tiny"\nreference = "K"\ndiagram = "tiny.bpmn"\nprocess = "p"\n'
    b'starters = ["employee"]\n'
)
LOOK = b'preview = "office.look@1"\n[given]\n'
ENGLISH = (
    b'"tiny.bpmn#submit.name" = "Submit"\n"tiny.bpmn#decide.name" = "Decide"\n"submit.form#day.label" = "Day"\n'
    b'"submit.form#outcome.label" = "Outcome"\n"submit.form#outcome.values.yes" = "Yes"\n'
    b'"submit.form#outcome.values.no" = "No"\n'
)


def person(name: str, label: str, form: str = "submit.form") -> str:
    properties = f'<s:properties><s:property name="formKey" value="{form}"/></s:properties>'
    return f'<userTask id="{name}" name="{label}"><extensionElements>{properties}</extensionElements></userTask>'


def operator(service: str = "office.book@1", *parameters: str) -> str:
    given = "".join(f'<s:parameter id="{p.partition("=")[0]}" value="{p.partition("=")[2]}"/>' for p in parameters)
    inner = (
        f'<s:serviceTaskOperator id="{service}" resultVariable="booked">'
        f"<s:parameters>{given}</s:parameters></s:serviceTaskOperator>"
    )
    return f'<serviceTask id="book"><extensionElements>{inner}</extensionElements></serviceTask>'


PART = '<subProcess id="decide"><startEvent id="y"/><endEvent id="z"/>' + flow("t", "y", "z") + "</subProcess>"
ANOTHER = process(START, PART, END_EVENT, *chain("start", "decide", "end"), name="q")


DUE_TWICE = b'<s:property name="dueDays" value="3"/><s:property name="dueHours" value="72"/>'


def tiny(
    lanes: str = "Pegawai Atasan",
    service: str = operator("office.book@1", "day=submit.day"),
    more: str = "",
    condition: str = 'decide.outcome = "yes"',
) -> bytes:
    mine, theirs = lanes.split()
    return process(
        f'<laneSet id="ls"><lane id="l1" name="{mine}"><flowNodeRef>submit</flowNodeRef></lane>'
        f'<lane id="l2" name="{theirs}"><flowNodeRef>decide</flowNodeRef></lane></laneSet>',
        START,
        person("submit", "Ajukan"),
        person("decide", "Putuskan"),
        '<exclusiveGateway id="well" default="no"/>',
        service,
        END_EVENT,
        *chain("start", "submit", "decide", "well"),
        flow("yes", "well", "book", condition),
        flow("no", "well", "end"),
        flow("done", "book", "end"),
        more,
    )


def package(**changed: bytes) -> Package:
    files = {"process.toml": MANIFEST, "tiny.bpmn": tiny(), "submit.form": FORM, "texts.en.toml": ENGLISH}
    names = {"manifest": "process.toml", "diagram": "tiny.bpmn", "form": "submit.form", "texts": "texts.en.toml"}
    return Package.read(zipped({**files, **{names.get(k, k): v for k, v in changed.items()}}))


def found(one: Package) -> set[tuple[str, str | None]]:
    return {(p.code, p.element) for p in check_package(one, SERVICES, ROLES)}


def test_a_sound_package_has_no_problem_at_all() -> None:
    assert found(package()) - {("field-unread", "day")} == set()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"diagram": tiny(lanes="Pegawai Hantu")}, ("role-unknown", "decide")),
        ({"diagram": tiny(lanes="Atasan Atasan")}, ("start-not-requester", "submit")),
        ({"diagram": tiny(lanes="Pegawai Pejabat")}, ("role-value", "decide")),
        ({"diagram": tiny(service=operator("office.burn@1"))}, ("service-unknown", "book")),
        ({"diagram": tiny(service=operator("office.book@1"))}, ("parameter-missing", "book")),
        ({"diagram": tiny(service=operator("office.book@1", "day=1", "tip=2"))}, ("parameter-unknown", "book")),
        ({"diagram": tiny(service=operator("office.book@1", "day=submit.frist"))}, ("field-unknown", "book")),
        ({"diagram": tiny(condition="ghost.outcome = 1")}, ("name-unknown", "yes")),
        ({"diagram": tiny(more='<userTask id="lost"/>')}, ("unreachable", "lost")),
        ({"diagram": tiny().replace(b"submit.form", b"ghost.form", 1)}, ("form-missing", "submit")),
        ({"diagram": tiny().replace(b'"booked"', b'"decide"')}, ("name-taken", "book")),
        ({"diagram": tiny().replace(b'isExecutable="true"', b'isExecutable="false"')}, ("not-executable", "p")),
        ({"diagram": process(START, END_EVENT, *chain("start", "end"))}, ("start-without-person", "start")),
        (
            {"diagram": tiny().replace(b"<bpmn:flowNodeRef>decide</bpmn:flowNodeRef>", b"")},
            ("person-without-lane", "decide"),
        ),
        ({"manifest": MANIFEST.replace(b'"p"', b'"q"')}, ("manifest-process", "process")),
        ({"manifest": MANIFEST.replace(b"tiny.bpmn", b"huge.bpmn")}, ("manifest-diagram", "diagram")),
        ({"manifest": MANIFEST.replace(b'"employee"', b'"ghost"')}, ("manifest-role", "starters")),
        ({"manifest": MANIFEST + b'preview = "office.book@1"\n'}, ("manifest-preview", "preview")),
        ({"manifest": MANIFEST + LOOK + b'day = "submit.day"\n'}, ("manifest-given", "given")),
        ({"manifest": MANIFEST + b'[given]\nplace = "1"\n'}, ("manifest-given", "given")),
        ({"manifest": MANIFEST + LOOK + b'place = "a == b"\n'}, ("expression", "given")),
        ({"manifest": MANIFEST + LOOK + b'place = "ghost"\n'}, ("name-unknown", "given")),
        ({"manifest": MANIFEST + b'matter = "a == b"\n'}, ("expression", "matter")),
        ({"manifest": MANIFEST + b'summary = "ghost"\n'}, ("name-unknown", "summary")),
        ({"manifest": MANIFEST + b'different = [["submit", "ghost"]]\n'}, ("manifest-step", "different")),
        ({"texts": ENGLISH.replace(b"#day.label", b"#dya.label")}, ("text-missing", "day")),
        ({"texts": ENGLISH.replace(b"#day.label", b"#dya.label")}, ("text-unknown", "submit.form#dya.label")),
        ({"form": FORM.replace(b"textfield", b"iframe")}, ("form-component", "day")),
        ({"diagram": tiny().replace(b'"formKey"', b'"dueDays"', 1)}, ("due-days", "submit")),
        ({"diagram": tiny().replace(b'"formKey"', b'"remindDays"', 1)}, ("due-days", "submit")),
        ({"diagram": tiny().replace(b'"formKey"', b'"dueHours"', 1)}, ("due-hours", "submit")),
        ({"diagram": tiny().replace(b"<s:property ", DUE_TWICE + b"<s:property ", 1)}, ("due-twice", "submit")),
        ({"diagram": tiny().replace(b'"formKey"', b'"escalateDays"', 1)}, ("due-days", "submit")),
        ({"rules.dmn": b"<x/>"}, ("rules-not-dmn", None)),
        ({"other.form": FORM}, ("unused", None)),
        ({"other.bpmn": process(START, END_EVENT, *chain("start", "end"), name="q")}, ("unused", "q")),
        ({"other.bpmn": tiny().replace(b'id="p"', b'id="q"')}, ("id-in-two-files", "decide")),
        ({"other.bpmn": ANOTHER}, ("id-in-two-files", "decide")),
        ({"letter.typ": b'#set page()\n#import "@preview/x:1.0"'}, ("letter-package", None)),
        (
            {"diagram": tiny().replace(b'"decide"', b'"de-cide"').replace(b">decide<", b">de-cide<")},
            ("step-name", "de-cide"),
        ),
    ],
)
def test_what_a_package_lacks_is_named_where_it_is_missed(changed: dict[str, bytes], problem: tuple[str, str]) -> None:
    assert problem in found(package(**changed))


@pytest.mark.parametrize("more", [b'preview = "office.look@1"\n', LOOK + b'place = "submit.day"\n'])
def test_a_reading_service_may_be_the_preview_with_what_it_is_given(more: bytes) -> None:
    assert not [c for c in found(package(manifest=MANIFEST + more)) if c[0].startswith(("manifest", "expression"))]


def test_an_answer_that_nobody_reads_is_told() -> None:
    assert ("field-unread", "day") in found(package(diagram=tiny(service=operator("office.book@1", "day=1"))))


def test_a_gateway_that_names_every_choice_needs_no_default() -> None:
    plain = flow("no", "well", "end").replace("<", "<bpmn:").replace("<bpmn:/", "</bpmn:").encode()
    asking = plain.replace(b"></", b'><bpmn:conditionExpression>decide.outcome = "no"</bpmn:conditionExpression></')
    whole = tiny().replace(b' default="no"', b"").replace(plain, asking)
    assert ("no-default", "well") not in found(package(diagram=whole))
    assert ("no-default", "well") in found(package(diagram=whole.replace(b'= "no"', b'= "perhaps"')))


def test_a_package_runs_only_its_own_processes() -> None:
    calling = tiny(service='<callActivity id="book" calledElement="other"/>')
    other = process(
        '<startEvent id="s2"/>',
        '<userTask id="u2"/>',
        '<endEvent id="e2"/>',
        *[f.replace('id="f', 'id="o') for f in chain("s2", "u2", "e2")],
        name="other",
    )
    assert ("call-unknown", "book") in found(package(diagram=calling))
    assert ("call-unknown", "book") not in found(package(diagram=calling, **{"other.bpmn": other}))


SCENARIO = b"""title: Disetujui
start:
  answers: {day: senin, outcome: "yes"}
steps:
  - step: decide
    role: boss
    answers: {outcome: "yes"}
expect:
  outcome: end
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"", b"", None),
        (b"step: decide", b"step: ghost", "scenario-step"),
        (b"role: boss", b"role: ghost", "manifest-role"),
        (b"outcome: end", b"outcme: end", "scenario-unknown"),
        (b"step: decide", b"role: boss", "scenario-missing"),
        (b"outcome: end", b"outcome: [end]", "scenario-value"),
        (b"title: Disetujui", b"title: &a [1]\nb: *a", "scenario-syntax"),
        (b"title: Disetujui", b"title: !!python/object:os.system x", "scenario-syntax"),
        (b"title: Disetujui", b"title: " + b"[" * 50 + b"]" * 50, "scenario-syntax"),
        (b"title: Disetujui", b"\ttitle", "scenario-syntax"),
    ],
)
def test_scenarios_have_a_form_of_their_own(old: bytes, new: bytes, code: str | None) -> None:
    one = package(**{"scenarios/a.yaml": SCENARIO.replace(old, new, 1) if old else SCENARIO})
    told = [p for p in check_package(one, SERVICES, ROLES) if p.file == "scenarios/a.yaml"]
    assert {p.code for p in told} == ({code} if code else set())
    assert all(p.line for p in told)


def test_scenarios_are_played_when_somebody_can_play_them() -> None:
    one = package(**{"scenarios/a.yaml": SCENARIO})
    ended = Surprise(7, Text("berakhir lain.", "it ended otherwise."))
    played = check_package(
        one, SERVICES, ROLES, run_scenario=lambda _package, scenario: ended if scenario.outcome == "end" else None
    )
    assert ("scenario-failed", "scenarios/a.yaml", 7) in {(p.code, p.file, p.line) for p in played}


@pytest.mark.parametrize(
    ("too_slow", "told"), [(False, ("warning", "scenario-unplayed")), (True, ("error", "scenario-slow"))]
)
def test_a_scenario_that_is_out_of_time_is_told_but_fails_only_if_it_is_itself_too_slow(
    too_slow: bool, told: tuple[str, str]
) -> None:
    def run(_package: Package, _scenario: Scenario) -> None:
        raise OutOfTime(too_slow=too_slow)

    played = check_package(package(**{"scenarios/a.yaml": SCENARIO}), SERVICES, ROLES, run_scenario=run)
    assert told in {(p.severity, p.code) for p in played}


def test_fences_of_law_are_part_of_the_verdict() -> None:
    def fence(diagram: Diagram, _package: Package) -> list[Problem]:
        return [
            problem("node-lost", diagram.file, element=n.id, line=n.line, name=n.id) for n in diagram.nodes() if n.call
        ]

    told = check_package(package(), SERVICES, ROLES, [fence])
    assert ("node-lost", "book") in {(p.code, p.element) for p in told if p.is_error}


TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="n" namespace="x">
<decision id="who" name="Who"><decisionTable id="t">
<input id="i"><inputExpression id="ie" typeRef="number"><text>ghost.days</text></inputExpression></input>
<output id="o" name="who"/>
<rule id="r1"><inputEntry id="e1"><text>&gt; 1</text></inputEntry>
<outputEntry id="o1"><text>"a"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_decision_tables_are_judged_with_the_package() -> None:
    assert {("name-unknown", "who"), ("rules-gap", "t")} <= found(package(**{"rules.dmn": TABLE}))


def test_without_process_toml_the_files_are_judged_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "x.bpmn").write_bytes(process(START, '<scriptTask id="s"/>', END_EVENT, *chain("start", "s", "end")))
    (tmp_path / "x.form").write_bytes(b"{}")
    codes = {p.code for p in check_path(tmp_path)}
    assert {"package-without-manifest", "script-task", "form-not-form-js"} <= codes
