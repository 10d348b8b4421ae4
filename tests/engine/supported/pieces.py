"""Pieces of small diagrams, to put one element or attribute into."""

from __future__ import annotations

from tests.engine.diagrams import END_EVENT, START, SUBMIT, around, chain, file, flow, inner_process, prefixed
from tests.engine.diagrams import process as a_process
from tests.engine.traps import ENDS

PERSON = '<userTask id="x"/>'
CONDITION = "submit.days > 3"
WAYS = (flow("c", "x", "a", CONDITION), flow("d", "x", "b"), *ENDS)


def plain(attributes: str = 'isExecutable="true"', *more: str) -> bytes:
    """start -> submit -> x -> end, with more elements in the process."""
    path = chain("start", "submit", "x", "end")
    return a_process(START, SUBMIT, PERSON, END_EVENT, *path, *more, attributes=attributes)


def inside(*more: str) -> bytes:
    """The plain process with more elements in it."""
    return plain('isExecutable="true"', *more)


def beside(*more: str) -> bytes:
    """The plain process with more elements beside it."""
    nodes = (START, SUBMIT, PERSON, END_EVENT, *chain("start", "submit", "x", "end"))
    return file(*map(prefixed, more), inner_process(*nodes))


def step(inner: str = "", attributes: str = "", kind: str = "userTask") -> bytes:
    """start -> submit -> a step x with something in it -> end."""
    return around(f'<{kind} id="x" {attributes}>{inner}</{kind}>')


def in_file(attributes: str, *more: str) -> bytes:
    """The plain process in a file with more attributes."""
    return beside(*more).replace(b' id="definitions"', f' id="definitions" {attributes}'.encode())


def caught(what: str, position: str = "boundaryEvent", attributes: str = "") -> bytes:
    """A boundary event on the step x, or another event of its own."""
    if position == "boundaryEvent":
        drawn = f'<boundaryEvent id="b" attachedToRef="x" {attributes}>{what}</boundaryEvent>'
        return around(PERSON, drawn, flow("g", "b", "end"))
    return around(f'<{position} id="x" {attributes}>{what}</{position}>')


def pools(*more: str) -> bytes:
    """The plain process in a pool, with another pool and more in the collaboration."""
    other = '<participant id="other"/>'
    return beside(f'<collaboration id="c"><participant id="own" processRef="p"/>{other}{"".join(more)}</collaboration>')


def timed(tag: str, text: str) -> str:
    return f'<timerEventDefinition id="t"><{tag}>{text}</{tag}></timerEventDefinition>'


BEHAVIOUR = (
    '<complexBehaviorDefinition id="cb"><condition>true</condition><event id="ev"/></complexBehaviorDefinition>'
    "<loopCardinality>2</loopCardinality>"
)
TWO = "<loopCardinality>2</loopCardinality><loopDataOutputRef>votes</loopDataOutputRef>"
EITHER = (
    '<intermediateCatchEvent id="a"><timerEventDefinition id="ta"><timeDuration>PT1H</timeDuration>'
    "</timerEventDefinition></intermediateCatchEvent>",
    '<intermediateCatchEvent id="b"><timerEventDefinition id="tb"><timeDuration>PT2H</timeDuration>'
    "</timerEventDefinition></intermediateCatchEvent>",
)


def first_of_two(attributes: str = "", beside: str = "") -> bytes:
    """start -> submit -> an event gateway x -> one of two timers -> end."""
    ways = (flow("c", "x", "a"), flow("d", "x", "b"), *ENDS, beside)
    return a_process(
        START,
        SUBMIT,
        f'<eventBasedGateway id="x" {attributes}/>',
        *EITHER,
        END_EVENT,
        *chain("start", "submit", "x"),
        *ways,
    )


def two_ways(attributes: str = "", joins: str = "") -> bytes:
    """start -> submit -> a parallel gateway x -> a and b -> a parallel gateway j -> end."""
    return a_process(
        START,
        SUBMIT,
        f'<parallelGateway id="x" {attributes}/>',
        '<userTask id="a"/>',
        '<userTask id="b"/>',
        f'<parallelGateway id="j" {joins}/>',
        END_EVENT,
        *chain("start", "submit", "x", "a", "j", "end"),
        flow("c", "x", "b"),
        flow("d", "b", "j"),
    )


CHILD = '<startEvent id="s2"/><userTask id="y"/><endEvent id="e2"/>' + flow("i", "s2", "y") + flow("j", "y", "e2")
MESSAGE = '<message id="m" name="m"/>'
EXCHANGE = (
    '<sendTask id="x" messageRef="m"/>',
    '<boundaryEvent id="b" attachedToRef="submit"><messageEventDefinition id="md" messageRef="m"/></boundaryEvent>',
    flow("g", "b", "end"),
)
PROPERTY = (
    '<correlationProperty id="number"><correlationPropertyRetrievalExpression messageRef="m"><messagePath>number'
    "</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
)


def exchanged() -> bytes:
    """A message that is sent and awaited, with a correlation."""
    nodes = (START, SUBMIT, *EXCHANGE, END_EVENT, *chain("start", "submit", "x", "end"))
    return file(prefixed(MESSAGE), prefixed(PROPERTY), inner_process(*nodes))


def vendor(attribute: str, kind: str = "userTask", inner: str = "") -> bytes:
    return step(inner, f'camunda:{attribute}="v"', kind)


SERVICE = (
    '<extensionElements><s:serviceTaskOperator id="a.b@1"><s:parameters/></s:serviceTaskOperator></extensionElements>'
)
RULE = "<extensionElements><s:calledDecisionId>d</s:calledDecisionId></extensionElements>"


def global_task_called() -> bytes:
    """start -> submit -> a call of a global task -> end."""
    nodes = (START, SUBMIT, '<callActivity id="x" calledElement="g"/>', END_EVENT)
    return file(prefixed('<globalTask id="g"/>'), inner_process(*nodes, *chain("start", "submit", "x", "end")))


def thrown_inside(catches: str, *, attributes: str = "", twice: bool = False) -> bytes:
    """start -> submit -> a subprocess x that ends with an error -> end, and what catches it, perhaps twice."""
    end = '<endEvent id="e2"><errorEventDefinition id="q" errorRef="e"/></endEvent>'
    inner = f'<startEvent id="s2"/><userTask id="y"/>{end}'
    flows = flow("i", "s2", "y") + flow("j", "y", "e2")
    events = [
        f'<boundaryEvent id="b{n}" attachedToRef="x" {attributes}>{catches.replace("q2", f"q2{n}")}</boundaryEvent>'
        for n in range(1 + twice)
    ]
    ways = [flow(f"g{n}", f"b{n}", "end") for n in range(1 + twice)]
    nodes = (START, SUBMIT, f'<subProcess id="x">{inner}{flows}</subProcess>', *events, END_EVENT)
    error = prefixed('<error id="e" name="e" errorCode="1"/>')
    return file(error, inner_process(*nodes, *chain("start", "submit", "x", "end"), *ways))


def linked(name: str, *caught: str, inner: str = "", outer: str = "", entered: bool = False) -> bytes:
    """start -> submit -> a link; as many links that catch a name -> x -> end."""
    events = [
        f'<intermediateCatchEvent id="c{n}"><linkEventDefinition id="lc{n}" name="{to}">{outer}</linkEventDefinition>'
        "</intermediateCatchEvent>"
        for n, to in enumerate(caught)
    ]
    ways = [flow(f"g{n}", f"c{n}", "x") for n in range(len(caught))]
    thrown = f'<linkEventDefinition id="l" {name}>{inner}</linkEventDefinition>'
    link = f'<intermediateThrowEvent id="far">{thrown}</intermediateThrowEvent>'
    first = '<exclusiveGateway id="way" default="w1"/>' + flow("w1", "way", "far")
    second = flow("w2", "way", "c0" if entered else "x", CONDITION)
    nodes = (START, SUBMIT, first, second, link, *events, PERSON, END_EVENT, *ways, flow("h", "x", "end"))
    return a_process(*nodes, *chain("start", "submit", "way"))
