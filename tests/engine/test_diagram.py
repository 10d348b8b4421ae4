"""Our own reading of BPMN: what stands in the file, where, and nothing that a stranger smuggled in."""

from __future__ import annotations

import pytest
from lxml import etree

from engine.diagram import NODES_LIMIT, prepared, read_diagram
from engine.errors import DiagramError
from engine.problems import Problem
from tests.engine.diagrams import END_EVENT, START, SUBMIT, around, chain, file, flow, inner_process, process


def refused(content: bytes) -> Problem:
    with pytest.raises(DiagramError) as caught:
        read_diagram(content, "x.bpmn")
    (problem,) = caught.value.problems
    assert isinstance(problem, Problem)
    return problem


def test_nodes_know_their_place_lane_flows_and_what_they_carry() -> None:
    content = process(
        '<laneSet id="lanes"><lane id="l1" name="Pegawai"><flowNodeRef>submit</flowNodeRef></lane>',
        '<lane id="l2" name="Atasan"><flowNodeRef>sub</flowNodeRef></lane></laneSet>',
        START,
        '<userTask id="submit" name="Ajukan  cuti"><extensionElements><s:properties>'
        '<s:property name="formKey" value="submit.form"/></s:properties>'
        "<s:instructionsForEndUser>Isi.</s:instructionsForEndUser></extensionElements></userTask>",
        '<subProcess id="sub"><startEvent id="s2"/><userTask id="inner"/><endEvent id="e2"/>',
        *chain("s2", "inner", "e2"),
        "</subProcess>",
        END_EVENT,
        *[line.replace('id="f', 'id="g') for line in chain("start", "submit", "sub", "end")],
    )
    found = read_diagram(content, "leave.bpmn").processes[0]
    submit, inner = found.nodes["submit"], found.nodes["inner"]
    assert (submit.name, submit.form, submit.instructions) == ("Ajukan cuti", "submit.form", "Isi.")
    assert (submit.lane, submit.incoming, submit.outgoing) == ("Pegawai", ("g1",), ("g2",))
    assert (inner.parent, inner.lane, inner.incoming) == ("sub", "Atasan", ("f1",))
    assert content.decode().splitlines()[submit.line - 1].startswith('<bpmn:userTask id="submit"')


def test_the_lane_within_a_lane_counts() -> None:
    content = process(
        '<laneSet id="a"><lane id="outer" name="Luar"><flowNodeRef>submit</flowNodeRef><childLaneSet id="b">'
        '<lane id="inner" name="Dalam"><flowNodeRef>submit</flowNodeRef></lane></childLaneSet></lane></laneSet>',
        SUBMIT,
    )
    assert read_diagram(content, "x.bpmn").processes[0].nodes["submit"].lane == "Dalam"


def test_services_decisions_events_and_repetitions_are_read() -> None:
    content = process(
        '<serviceTask id="reserve"><extensionElements><s:serviceTaskOperator id="leave.reserve@1"'
        ' resultVariable="r"><s:parameters><s:parameter id="first" type="any" value=" submit.first "/>'
        "</s:parameters></s:serviceTaskOperator></extensionElements></serviceTask>",
        '<businessRuleTask id="rule"><extensionElements><s:calledDecisionId>who</s:calledDecisionId>'
        "</extensionElements></businessRuleTask>",
        '<boundaryEvent id="late" attachedToRef="reserve" cancelActivity="false"><timerEventDefinition id="t">'
        "<timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>",
        '<userTask id="vote"><multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>3'
        "</loopCardinality></multiInstanceLoopCharacteristics></userTask>",
    )
    nodes = read_diagram(content, "x.bpmn").processes[0].nodes
    call, event, loop = nodes["reserve"].call, nodes["late"].event, nodes["vote"].loop
    assert call is not None
    assert (call.service, call.result, call.parameters["first"].text) == ("leave.reserve@1", "r", "submit.first")
    assert nodes["rule"].decision == "who"
    assert event is not None
    assert event.formula is not None
    assert (event.kind, event.timer, event.formula.text) == ("timer", "cycle", "R3/PT1H")
    assert nodes["late"].attached_to == "reserve"
    assert loop is not None
    assert (loop.kind, loop.formulas["loopCardinality"].text) == ("sequential", "3")


def test_flows_without_id_get_one_that_the_engine_sees_too() -> None:
    nameless = '<sequenceFlow sourceRef="start" targetRef="end"/>'
    content = process(START, END_EVENT, nameless, nameless, flow("flow_start_end.2", "start", "end"))
    read = read_diagram(content, "x.bpmn").processes[0].flows
    assert set(read) == {"flow_start_end", "flow_start_end.2", "flow_start_end.3"}
    assert [f.given for f in read.values()].count(True) == 2
    seen = {e.get("id") for e in etree.fromstring(prepared(content)).iter("{*}sequenceFlow")}
    assert seen == set(read)


PICTURE = (
    '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p"><bpmndi:BPMNShape id="sh" bpmnElement="x">'
    '<dc:Bounds x="1" y="low" width="1" height="1"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
)
BESIDE = (
    '<bpmn:dataStore id="ds" name="Archive"/><bpmn:correlationProperty id="cp"/><bpmn:message name="nameless"/>'
    '<bpmn:collaboration id="co"><bpmn:participant id="pa" processRef="p"/></bpmn:collaboration>'
)


def test_the_engine_gets_what_runs_and_nothing_that_is_only_drawn_or_another_tools() -> None:
    vendors = '<extensionElements><camunda:properties id="f1"/><s:unitTests/><s:properties/></extensionElements>'
    steps = inner_process(START, "<!-- a note -->", f'<userTask id="x">{vendors}</userTask>', *chain("start", "x"))
    root = etree.fromstring(prepared(file(steps, BESIDE, PICTURE)))
    assert [etree.QName(e).localname for e in root.iter()] == [
        *("definitions", "process", "startEvent", "userTask", "extensionElements", "properties", "sequenceFlow")
    ]


def test_a_text_keeps_its_whole_meaning_for_the_engine() -> None:
    content = process(START, END_EVENT, flow("f", "start", "end", " <![CDATA[ =a > b ]]> "))
    (written,) = etree.fromstring(prepared(content)).iter("{*}conditionExpression")
    assert written.text == "a > b"
    condition = read_diagram(content, "x.bpmn").processes[0].flows["f"].condition
    assert condition is not None
    assert condition.text == "a > b"


def test_a_reference_may_have_the_prefix_of_the_files_own_namespace() -> None:
    content = around(
        '<boundaryEvent id="x" attachedToRef=" t:submit "><errorEventDefinition errorRef="o:e"/></boundaryEvent>'
    ).replace(b"<bpmn:definitions", b'<bpmn:definitions xmlns:t="test" xmlns:o="o"')
    event = read_diagram(content, "x.bpmn").processes[0].nodes["x"]
    assert (event.attached_to, event.events[0].ref) == ("submit", "o:e")


def test_an_event_definition_that_stands_apart_counts_where_it_is_named() -> None:
    shared = (
        '<bpmn:timerEventDefinition id="hour"><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>'
    )
    catch = '<intermediateCatchEvent id="x"><eventDefinitionRef> hour </eventDefinitionRef></intermediateCatchEvent>'
    event = read_diagram(file(inner_process(catch), shared), "x.bpmn").processes[0].nodes["x"].event
    assert event is not None
    assert event.formula is not None
    assert (event.kind, event.formula.text, event.line) == ("timer", "PT1H", 6)


def test_of_two_elements_with_one_id_both_lines_are_told() -> None:
    content = process(START, '<userTask id="a"/>', '<manualTask id="a"/>')
    (problem,) = read_diagram(content, "x.bpmn").problems
    assert (problem.code, problem.element, problem.line) == ("duplicate-id", "a", 8)
    assert "7" in problem.message.en


def test_a_comment_inside_an_expression_is_seen() -> None:
    content = process(flow("f", "a", "b", "amount<!-- --> &gt; 100"), flow("g", "a", "b", "<![CDATA[1 > 2]]>"))
    flows = read_diagram(content, "x.bpmn").processes[0].flows
    assert [(f.condition.text, f.condition.cut) for f in flows.values() if f.condition] == [
        ("amount > 100", True),
        ("1 > 2", False),
    ]


def test_shapes_and_edges_carry_kind_and_name_of_what_they_stand_for() -> None:
    drawing = (
        '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">'
        '<bpmndi:BPMNShape id="sh" bpmnElement="submit"><dc:Bounds x="10" y="20.5" width="100" height="80"/>'
        '</bpmndi:BPMNShape><bpmndi:BPMNShape id="sh2" bpmnElement="start"><dc:Bounds x="NaN" y="0" width="1"'
        ' height="1"/></bpmndi:BPMNShape><bpmndi:BPMNShape id="sh3" bpmnElement="ghost"/>'
        '<bpmndi:BPMNEdge id="ed" bpmnElement="f1"><di:waypoint x="1" y="2"/><di:waypoint x="3" y="4"/>'
        "</bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )
    diagram = read_diagram(file(inner_process(START, SUBMIT, *chain("start", "submit")), drawing), "x.bpmn")
    ((shape,), (edge,)) = diagram.shapes, diagram.edges
    assert (shape.element, shape.kind, shape.name, shape.x, shape.y) == ("submit", "userTask", "Ajukan", 10.0, 20.5)
    assert (edge.element, edge.points) == ("f1", ((1.0, 2.0), (3.0, 4.0)))
    assert [p.code for p in diagram.problems] == ["drawing-number"]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        *(("utf-8", "utf-8"), ("UTF-8", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16", "utf-16-be")),
        *(("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252")),
    ],
)
def test_the_encodings_that_editors_use_are_read_with_the_same_lines(declared: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>\n' + process('<userTask id="a" name="Ñ"/>').decode()
    node = read_diagram(text.encode(encoding), "x.bpmn").processes[0].nodes["a"]
    assert (node.name, node.line) == ("Ñ", 7)


SOUND = process(START, END_EVENT, *chain("start", "end"))


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "xml-empty", 1),
        (b"  \n ", "xml-empty", 1),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "xml-bytes", 1),
        (b"PK\3\4 not xml", "xml-characters", 1),
        (b"hello", "xml-none", 1),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bpmn-root", 1),
        (b"<definitions/>", "bpmn-root", 1),
        (b"<!-- <!DOCTYPE x> -->\n<!DOCTYPE d [<!ENTITY a 'b'>]>\n" + SOUND, "xml-doctype", 2),
        (b'<?xml version="1.0" encoding="UTF-7"?>\n' + SOUND, "xml-encoding", 1),
        (b'<?xml version="1.0" encoding="ISO-2022-JP"?>\n' + SOUND, "xml-encoding", 1),
        (SOUND.decode().encode("utf-32"), "xml-encoding", 1),
        (SOUND.replace(b'id="start"', b'id="st\xe9rt"'), "xml-bytes", 6),
        (SOUND.replace(b'id="start"', b'id="st\0rt"'), "xml-characters", 6),
        (SOUND[:-40], "xml-cut-off", 8),
        (SOUND.replace(b'id="end"', b'id="end" vendor:x="1"'), "xml-prefix", 7),
        (SOUND.replace(b"</bpmn:process>", b"</bpmn:oops>"), "xml-syntax", 9),
        (SOUND + b" " * 6_000_000, "xml-too-large", 1),
        (process("<a>" * 60 + "</a>" * 60), "xml-too-deep", 6),
        (process("<a/>" * 120_000), "xml-too-many", 6),
        (process("<a" + "".join(f' b{n}=""' for n in range(200)) + "/>"), "xml-attributes", 6),
        (process(*(f'<userTask id="t{n}"/>' for n in range(NODES_LIMIT + 1))), "diagram-too-large", 1),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_with_its_line(content: bytes, code: str, line: int) -> None:
    problem = refused(content)
    assert (problem.code, problem.line) == (code, line)
    assert problem.message.id != problem.message.en
