"""Files with bad intent or bad luck, by kind of attack: refused by name, where it stands, and quickly; or harmless."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from engine.check import check_path
from engine.check.guard import JUDGING
from engine.problems import Problem
from tests.engine.diagrams import END_EVENT, START, SUBMIT, around, chain, file, flow, inner_process, process
from tests.engine.traps import ENDS, PERSON, event, extended, repeated, split, timer

SOUND = around(PERSON)
CODE = (
    "__import__('os').system('touch /tmp/canary')",
    "${Runtime.getRuntime().exec('id')}",
    "#{execution.setVariable('x', 1)}",
    "next(null, this.environment.output)",
    "().__class__.__mro__[1].__subclasses__()",
    "'{0.__class__}'.format(x)",
    "lambda: 0",
)


def judged(content: bytes, folder: Path, suffix: str = ".bpmn") -> list[Problem]:
    (folder / f"x{suffix}").write_bytes(content)
    return check_path(folder / f"x{suffix}")


def errors(problems: list[Problem]) -> set[tuple[str, str | None]]:
    return {(p.code, p.element) for p in problems if p.is_error}


def before(prolog: str) -> bytes:
    return b'<?xml version="1.0"?>\n' + prolog.encode() + SOUND


def beside(element: str) -> bytes:
    return SOUND.replace(b"</bpmn:definitions>", element.encode() + b"</bpmn:definitions>")


def named(text: str) -> bytes:
    return SOUND.replace(b'name="Ajukan"', f'name="{text}"'.encode())


XML: Mapping[str, tuple[bytes, str, int]] = {
    "a parameter entity": (before('<!DOCTYPE d [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>'), "xml-doctype", 2),
    "an attribute default": (before('<!DOCTYPE d [<!ATTLIST userTask default CDATA "f3">]>'), "xml-doctype", 2),
    "a public DTD": (before('<!DOCTYPE d PUBLIC "-//X//Y" "http://127.0.0.1:18999/x.dtd">'), "xml-doctype", 2),
    "a DOCTYPE behind notes": (before("<!-- <x> --><?pi b?>\n<!DOCTYPE d>"), "xml-doctype", 3),
    "a DOCTYPE in UTF-16": (
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE d>' + SOUND.decode()).encode("utf-16"),
        "xml-doctype",
        1,
    ),
    "an unknown entity": (named("&secret;"), "xml-syntax", 7),
    "a NUL by number": (named("&#0;"), "xml-syntax", 7),
    "a lone surrogate by number": (named("&#xD800;"), "xml-syntax", 7),
    "UTF-7": (b'<?xml version="1.0" encoding="utf-7"?>' + SOUND, "xml-encoding", 1),
    "UTF-32": (SOUND.decode().encode("utf-32"), "xml-encoding", 1),
    "EBCDIC": (b'<?xml version="1.0" encoding="cp037"?>' + SOUND, "xml-encoding", 1),
    "half a surrogate in UTF-16": (SOUND.decode().encode("utf-16") + b"\x00\xd8", "xml-bytes", 15),
    "two documents": (SOUND + SOUND, "xml-syntax", 15),
    "text behind the end": (SOUND + b"hello", "xml-syntax", 15),
    "text before the start": (b"hello" + SOUND, "xml-none", 1),
    "an inclusion": (
        beside('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
        "import",
        14,
    ),
    "60 levels": (around(extended("userTask", "<camunda:a>" * 60 + "</camunda:a>" * 60)), "xml-too-deep", 8),
    "a style sheet": (b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>', "bpmn-root", 1),
    "a page": (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "bpmn-root", 1),
    "a decision table": (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "bpmn-root", 1),
    "another version of BPMN": (SOUND.replace(b"20100524", b"20991231"), "bpmn-root", 4),
    "no process": (file('<bpmn:collaboration id="c"><bpmn:participant id="a"/></bpmn:collaboration>'), "no-process", 1),
    "a step of another language": (
        around(PERSON, "<!-- --><camunda:a/>").replace(b"<camunda:a/>", b'<userTask xmlns="urn:x" id="lost"/>'),
        "element-foreign",
        13,
    ),
    "30 MB of shapes": (
        file('<bpmndi:BPMNShape id="s"><dc:Bounds x="1"/></bpmndi:BPMNShape>' * 500_000),
        "xml-too-large",
        1,
    ),
    "shapes up to the limit": (file('<bpmndi:BPMNShape id="s"/>' * 180_000), "xml-too-many", 5),
    "a place that is no number": (
        beside(
            '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNShape id="s" bpmnElement="x">'
            '<dc:Bounds x="left" y="0" width="1" height="1"/></bpmndi:BPMNShape></bpmndi:BPMNDiagram>'
        ),
        "drawing-number",
        14,
    ),
}


@pytest.mark.parametrize("attack", XML, ids=lambda name: name.replace(" ", "-"))
def test_xml_that_hides_or_overwhelms_is_refused_with_its_line(attack: str, tmp_path: Path) -> None:
    content, code, line = XML[attack]
    started = time.process_time()
    found = judged(content, tmp_path)
    assert time.process_time() - started < JUDGING
    assert (code, line) in {(p.code, p.line) for p in found if p.is_error}
    assert "root:" not in str(found)


def test_no_file_makes_the_check_open_a_connection(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        judged(before(f'<!DOCTYPE d SYSTEM "{url}">'), tmp_path)
        judged(beside(f'<bpmn:import importType="x" location="{url}" namespace="n"/>'), tmp_path)
        judged(beside(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}"/>'), tmp_path)
        with pytest.raises(BlockingIOError):
            server.accept()


def condition(text: str) -> bytes:
    return split('default="d"', flow("x2", "x", "a", text), flow("d", "x", "b"), *ENDS)


PLACES: Mapping[str, str] = {
    "a condition": condition("HERE").decode(),
    "a number of items": around(repeated("<loopCardinality>HERE</loopCardinality>")).decode(),
    "a loop condition": around(repeated("<loopCondition>HERE</loopCondition>", "", "standard")).decode(),
    "a completion condition": around(
        repeated("<loopCardinality>2</loopCardinality><completionCondition>HERE</completionCondition>")
    ).decode(),
    "an input collection": around(repeated("<loopDataInputRef>HERE</loopDataInputRef>")).decode(),
    "an output collection": around(
        repeated("<loopCardinality>2</loopCardinality><loopDataOutputRef>HERE</loopDataOutputRef>")
    ).decode(),
    "a conditional event": around(event("conditional", "<condition>HERE</condition>")).decode(),
    "a duration": around(timer("<timeDuration>HERE</timeDuration>")).decode(),
    "a calculated duration": around(timer("<timeDuration>=HERE</timeDuration>")).decode(),
    "a date": around(timer("<timeDate>HERE</timeDate>")).decode(),
    "a cycle": around(timer("<timeCycle>HERE</timeCycle>")).decode(),
    "a payload": around(extended("sendTask", "<s:messagePayload>HERE</s:messagePayload>")).decode(),
    "a variable": around(extended("receiveTask", "<s:messageVariable>HERE</s:messageVariable>")).decode(),
    "a signal's payload": file(
        '<bpmn:signal id="s" name="s"><bpmn:extensionElements><s:payloadExpression>HERE</s:payloadExpression>'
        "</bpmn:extensionElements></bpmn:signal>",
        inner_process(START, '<intermediateThrowEvent id="x"><signalEventDefinition signalRef="s"/>',
                      "</intermediateThrowEvent>", *chain("start", "x")),
    ).decode(),
}  # fmt: skip
ATTRIBUTES: Mapping[str, str] = {
    "a parameter": around(
        extended(
            "serviceTask",
            '<s:serviceTaskOperator id="a.b@1"><s:parameters><s:parameter id="p" value="HERE"/></s:parameters>'
            "</s:serviceTaskOperator>",
        )
    ).decode(),
    "a result": around(extended("serviceTask", '<s:serviceTaskOperator id="a.b@1" resultVariable="HERE"/>')).decode(),
    "a deadline": around(
        extended("userTask", '<s:properties><s:property name="dueDays" value="HERE"/></s:properties>')
    ).decode(),
    "a reference": around('<receiveTask id="x" messageRef="HERE"/>').decode(),
    "an id": around('<userTask id="HERE"/>', name="HERE").decode(),
}


@pytest.mark.parametrize("place", [*PLACES, *ATTRIBUTES], ids=lambda name: name.replace(" ", "-"))
def test_code_of_any_language_is_refused_wherever_an_expression_may_stand(place: str, tmp_path: Path) -> None:
    around_it = {**PLACES, **ATTRIBUTES}[place]
    for code in CODE:
        found = judged(around_it.replace("HERE", escape(code, {'"': "&quot;"})).encode(), tmp_path)
        assert errors(found), code
        assert all(p.line for p in found), code


@pytest.mark.parametrize("place", PLACES, ids=lambda name: name.replace(" ", "-"))
@pytest.mark.parametrize("inside", ["<!-- -->", "<?x y?>", "<camunda:a/>"])
def test_nothing_may_stand_inside_a_text_that_decides(place: str, inside: str, tmp_path: Path) -> None:
    found = judged(PLACES[place].replace("HERE", f"a{inside}b").encode(), tmp_path)
    assert "expression-cut" in {p.code for p in found if p.is_error}


def boundary(inner: str, to: str = "x") -> str:
    return timer(inner, "boundaryEvent", f'attachedToRef="{to}" cancelActivity="false"').replace('id="x"', 'id="b"')


DURATIONS = {
    "accepted": ("P1Y", "P10Y", "P1Y2M", "P1Y2M3DT4H5M6.5S", "P2W", " PT1H "),
    "refused": (
        *("P0D", "PT0S", "PT", "P", "P-1D", "-P1D", "+P1D", "p1d", "P1.5D", "PT1,5H", "P11Y", "P999999999Y"),
        *("PT99999999999H", "PT1e9S", "PT1H PT2H", '"PT1H"', "1 hour", "3600"),
    ),
}
DATES = {
    "accepted": ("1970-01-01T00:00:00Z", "2026-12-31T16:00+07:00", "2026-12-31T16:00", "2026-03-29T02:30:00"),
    "refused": ("9999-12-31T23:59:59Z", "10000-01-01T00:00Z", "2026-02-30T00:00Z", "2026-12-31T25:00", "tomorrow"),
}
CYCLES = {
    "accepted": ("R3/P1D", "R/PT1H"),
    "refused": (
        *("R0/PT1H", "R-1/PT1H", "R/PT0S", "R/PT1S", "R1.5/PT1H", "R999999999/P1D", "R3", "R3/", "R3/-PT1H", "PT1H"),
        *("R5/2026-01-01T00:00Z/P1D", "R/1970-01-01T00:00:00Z/PT1S", "R3/P1D/2026-12-31T00:00Z", "0 0 * * *"),
    ),
}


@pytest.mark.parametrize(
    ("kind", "values"),
    [("timeDuration", DURATIONS), ("timeDate", DATES), ("timeCycle", CYCLES)],
    ids=["durations", "dates", "cycles"],
)
def test_times_are_plain_iso_within_limits(kind: str, values: Mapping[str, tuple[str, ...]], tmp_path: Path) -> None:
    for verdict, texts in values.items():
        for text in texts:
            content = around(PERSON, boundary(f"<{kind}>{text}</{kind}>"), flow("g", "b", "end"))
            expected = {("timer-value", "b")} if verdict == "refused" else set()
            assert errors(judged(content, tmp_path)) == expected, text


INNER = '<startEvent id="s2"/><userTask id="in"/><endEvent id="e2"/>' + flow("i1", "s2", "in") + flow("i2", "in", "e2")
DEADLINE = "<timeDuration>PT1H</timeDuration>"
STRUCTURE: Mapping[str, tuple[bytes, str, str | None]] = {
    "one of two approvals that nothing leads to": (
        split("", flow("c", "x", "a"), flow("e", "a", "j"), flow("f", "b", "j"), flow("g", "j", "end"),
              node="parallelGateway", beside='<parallelGateway id="j"/>'),
        "unreachable", "b",
    ),
    "a data object two levels down": (
        around(
            '<subProcess id="x"><startEvent id="s1"/><subProcess id="y"><startEvent id="s2"/><userTask id="z">'
            '<dataInputAssociation id="dia"><sourceRef>dor</sourceRef></dataInputAssociation></userTask>'
            + flow("q1", "s2", "z") + "</subProcess>" + flow("q2", "s1", "y") + "</subProcess>",
            '<dataObject id="do"/><dataObjectReference id="dor" dataObjectRef="do"/>',
        ),
        "data-association", "z",
    ),
    "a reference that is a query": (
        around('<receiveTask id="x" messageRef="m&quot;] | //*[@id=&quot;other"/>'), "reference-missing", "x",
    ),
    "a reference that is a long query": (
        around('<intermediateCatchEvent id="x"><signalEventDefinition'
               ' signalRef="s&quot; or count(//*[count(//*)])&gt;0 or &quot;"/></intermediateCatchEvent>'),
        "reference-missing", "x",
    ),
    "an id that climbs": (around('<userTask id="../../x"/>', name="../../x"), "id-unsafe", "../../x"),
    "an id with a space": (around('<userTask id="x y"/>', name="x y"), "id-unsafe", "x y"),
    "an id of JavaScript": (around('<userTask id="__proto__"/>', name="__proto__"), "id-reserved", "__proto__"),
    "an empty id": (around('<userTask id=""/>', name=""), "no-id", None),
    "no id": (around(PERSON, "<userTask/>"), "no-id", None),
    "a process without id": (SOUND.replace(b'process id="p"', b"process"), "no-id", None),
    "a process with the id of a step": (SOUND.replace(b'process id="p"', b'process id="x"'), "duplicate-id", "x"),
    "a flow with the id of a step": (around(PERSON, flow("x", "x", "end")), "duplicate-id", "x"),
    "a process in a process": (around(PERSON, '<process id="q"><startEvent id="s"/></process>'),
                               "element-misplaced", "q"),
    "a flow without source": (around(PERSON, '<sequenceFlow id="g" targetRef="end"/>'), "flow-source", "g"),
    "a flow to a flow": (around(PERSON, flow("g", "x", "f1")), "flow-target", "g"),
    "a flow to itself": (around(PERSON, flow("g", "x", "x")), "several-flows", "x"),
    "a flow to another process": (
        file(inner_process(START, SUBMIT, *chain("start", "submit"), flow("g", "submit", "in")),
             inner_process(INNER, name="q")),
        "flow-crosses", "g",
    ),
    "a gateway that leads to itself": (
        process(START, '<exclusiveGateway id="x" default="b"/>', END_EVENT, flow("a", "start", "x"),
                flow("b", "x", "x"), flow("c", "x", "end", "1 = 2")),
        "loop-automatic", "x",
    ),
    "an event gateway without events": (process(START, '<eventBasedGateway id="x"/>', *chain("start", "x")),
                                        "dead-end", "x"),
    "a boundary event on a boundary event": (
        around(PERSON, boundary(DEADLINE), boundary(DEADLINE, "b").replace('id="b"', 'id="c"'), flow("g", "b", "end"),
               flow("h", "c", "end")),
        "attached-to-nothing", "c",
    ),
    "a boundary event on a gateway": (
        around('<exclusiveGateway id="x"/>', boundary(DEADLINE), flow("g", "b", "end")), "attached-to-nothing", "b",
    ),
    "a boundary event on a step of another level": (
        around(f'<subProcess id="x">{INNER}</subProcess>', boundary(DEADLINE, "in"), flow("g", "b", "end")),
        "attached-to-nothing", "b",
    ),
    "a subprocess without start": (around('<subProcess id="x"><userTask id="in"/></subProcess>'), "no-start", "x"),
    "a subprocess with two starts": (
        around(f'<subProcess id="x">{INNER}<startEvent id="s3"/>{flow("i3", "s3", "in")}</subProcess>'),
        "several-starts", "x",
    ),
    "a call of itself from within": (
        around('<subProcess id="x"><startEvent id="s"/><callActivity id="c" calledElement="p"/>'
               + flow("q", "s", "c") + "</subProcess>"),
        "call-recursion", "c",
    ),
    "a cardinality that is text": (around(repeated('<loopCardinality>"three"</loopCardinality>')), "items-number", "x"),
    "half an item": (around(repeated("<loopCardinality>1.5</loopCardinality>")), "items-number", "x"),
    "a condition that is text": (condition('"yes"'), "condition-constant", "x2"),
    "a yes that is no yes": (around(repeated("<loopCardinality>2</loopCardinality>", 'isSequential="yes"')),
                             "attribute-value", "x"),
    "5,000 steps at once": (
        process(START, '<parallelGateway id="g"/>', *(f'<userTask id="t{n}"/>' for n in range(5_000)),
                flow("f", "start", "g"), *(flow(f"f{n}", "g", f"t{n}") for n in range(5_000))),
        "diagram-too-large", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("attack", STRUCTURE, ids=lambda name: name.replace(" ", "-"))
def test_structure_that_cannot_be_right_is_refused_at_its_element(attack: str, tmp_path: Path) -> None:
    content, code, element = STRUCTURE[attack]
    started = time.process_time()
    found = judged(content, tmp_path)
    assert time.process_time() - started < JUDGING
    assert (code, element) in errors(found)
    assert all(p.line for p in found)


def test_a_long_name_is_cut_in_every_message(tmp_path: Path) -> None:
    found = judged(around(f'<userTask id="x" name="{"n" * 100_000}" camunda:assignee="a"/>'), tmp_path)
    assert errors(found) == {("vendor-assignment", "x")}
    assert all(len(p.message.en) < 500 for p in found)


TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
    '<inputData id="in" name="n"><variable id="v" name="n" typeRef="number"/></inputData><decision id="who" name="who">'
    '<informationRequirement id="r"><requiredInput href="#in"/></informationRequirement><decisionTable id="t">'
    '<input id="i"><inputExpression id="ie" typeRef="number"><text>n</text></inputExpression></input><output id="o"/>'
    '<rule id="r1"><inputEntry id="c"><text>CELL</text></inputEntry><outputEntry id="e"><text>1</text></outputEntry>'
    "</rule></decisionTable></decision></definitions>"
)


@pytest.mark.parametrize(
    "content",
    [
        TABLE.replace("CELL", "?" * 50_000),
        TABLE.replace("CELL", "(" * 20_000),
        TABLE.replace("CELL", escape(CODE[0])),
        TABLE.replace("CELL", "1<!-- -->2"),
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + TABLE.replace("CELL", "&x;"),
        TABLE.replace("CELL", "1").replace("</definitions>", '<decision id="who" name="w"/></definitions>'),
        TABLE.replace("CELL", "1").replace("</definitions>", "").replace("<definitions", "<definitions><decision/"),
    ],
    ids=["question-marks", "brackets", "code", "comment", "entity", "same-id", "broken"],
)
def test_a_hostile_table_is_refused_quickly_and_with_its_place(content: str, tmp_path: Path) -> None:
    started = time.process_time()
    found = judged(content.encode(), tmp_path, ".dmn")
    assert time.process_time() - started < JUDGING
    assert errors(found)
    assert all(p.line for p in found if p.is_error)
