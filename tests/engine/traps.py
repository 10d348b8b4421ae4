"""One small diagram for each way in which the engine, or another tool's habits, would betray its author."""

from __future__ import annotations

from collections.abc import Mapping

from tests.engine.diagrams import END_EVENT, START, SUBMIT, around, chain, flow, process


def event(kind: str, inner: str = "", node: str = "intermediateCatchEvent", more: str = "") -> str:
    return f'<{node} id="x" {more}><{kind}EventDefinition id="ed">{inner}</{kind}EventDefinition></{node}>'


def timer(inner: str, node: str = "intermediateCatchEvent", more: str = "") -> str:
    return event("timer", inner, node, more)


def extended(kind: str, inner: str) -> str:
    return f'<{kind} id="x"><extensionElements>{inner}</extensionElements></{kind}>'


def repeated(inner: str, more: str = "", kind: str = "multiInstance") -> str:
    loop = f"<{kind}LoopCharacteristics {more}>{inner}</{kind}LoopCharacteristics>"
    return f'<manualTask id="x">{loop}</manualTask>'


def split(gateway: str, *flows: str, node: str = "exclusiveGateway", beside: str = "") -> bytes:
    """start -> submit -> gateway x, two more steps, and the flows given."""
    nodes = (START, SUBMIT, f'<{node} id="x" {gateway}/>', '<userTask id="a"/>', '<userTask id="b"/>', END_EVENT)
    return process(*nodes, *chain("start", "submit", "x"), *flows, beside)


def linked(name: str, link: str, node: str = "intermediateCatchEvent") -> str:
    return f'<{node} id="{name}"><linkEventDefinition id="d{name}" name="{link}"/></{node}>'


def failing(name: str, more: str = "") -> str:
    """A boundary event on step x that catches every error, and its way to the end."""
    caught = f'<boundaryEvent id="{name}" attachedToRef="x" {more}><errorEventDefinition id="d{name}"/></boundaryEvent>'
    return caught + flow(f"g{name}", name, "end")


def links(thrown: str, *caught: str) -> bytes:
    """start -> submit -> throwing link x, and catching ones that lead to the end."""
    catching = [linked(f"c{n}", name) + flow(f"l{n}", f"c{n}", "end") for n, name in enumerate(caught)]
    throw = linked("x", thrown, "intermediateThrowEvent")
    return process(START, SUBMIT, throw, END_EVENT, *chain("start", "submit", "x"), *catching)


CALL = '<s:serviceTaskOperator id="a.b@1"><s:parameters/></s:serviceTaskOperator>'
PERSON = '<userTask id="x"/>'
ENDS = (flow("fa", "a", "end"), flow("fb", "b", "end"))

TRAPS: Mapping[str, tuple[bytes, str, str]] = {
    # code 1.8: what the engine ignores or misreads
    "a script": (around('<scriptTask id="x"><script>n = 1</script></scriptTask>'), "script-task", "x"),
    "a script before a step": (around(extended("userTask", "<s:preScript>n=1</s:preScript>")), "script-extension", "x"),
    "a script after a step": (
        around(extended("userTask", "<s:postScript>n=1</s:postScript>")),
        "script-extension",
        "x",
    ),
    "a link without a name": (around(linked("x", "")), "link-unnamed", "x"),
    "a link that leads nowhere": (links("a"), "link-without-target", "x"),
    "a link with two targets": (links("a", "a", "a"), "link-twice", "x"),
    "a link that a flow leads into": (
        around(linked("x", "a"), linked("y", "a", "intermediateThrowEvent")),
        "link-entered",
        "x",
    ),
    "a link at the end": (
        process(START, SUBMIT, event("link", node="endEvent"), *chain("start", "submit", "x")),
        "event-unsupported",
        "x",
    ),
    "an error event that does not interrupt": (
        around(PERSON, failing("y", 'cancelActivity="false"')),
        "error-interrupts",
        "y",
    ),
    "two events for one error": (around(PERSON, failing("y"), failing("z")), "caught-twice", "z"),
    "an event behind two event gateways": (
        process(
            START,
            SUBMIT,
            '<eventBasedGateway id="one"/>',
            '<eventBasedGateway id="two"/>',
            '<exclusiveGateway id="way" default="w"/>',
            timer("<timeDuration>P1D</timeDuration>"),
            END_EVENT,
            *chain("start", "submit", "way"),
            flow("v", "way", "one", "1 = 1"),
            flow("w", "way", "two"),
            flow("g", "one", "x"),
            flow("h", "two", "x"),
            flow("i", "x", "end"),
        ),
        "event-gateway-shared",
        "x",
    ),
    "a thrown compensation": (around(event("compensate", node="intermediateThrowEvent")), "compensation", "x"),
    "compensation at the border of a step": (
        around(
            PERSON,
            event("compensate", node="boundaryEvent", more='attachedToRef="x"').replace('id="x"', 'id="b"'),
            flow("g", "b", "end"),
        ),
        "compensation",
        "b",
    ),
    "a condition behind an event": (
        process(START, event("message"), END_EVENT, *chain("start", "x"), flow("c", "x", "end", "1 = 1")),
        "condition-ignored",
        "c",
    ),
    "an assignment of data": (
        around(
            '<userTask id="x"><dataOutputAssociation id="da"><targetRef>t</targetRef><assignment><from>1</from>'
            "<to>t</to></assignment></dataOutputAssociation></userTask>"
        ),
        "data-association",
        "x",
    ),
    "an order that an ad hoc subprocess asks for": (
        around('<adHocSubProcess id="x" ordering="Sequential"><userTask id="y"/></adHocSubProcess>'),
        "ad-hoc",
        "x",
    ),
    "a loop without a start of its own": (
        around('<subProcess id="x"><userTask id="y"/>' + flow("i", "y", "y") + "</subProcess>"),
        "no-start",
        "x",
    ),
    "a completion quantity": (around('<userTask id="x" completionQuantity="0"/>'), "quantity", "x"),
    "a step for compensation": (around('<userTask id="x" isForCompensation="true"/>'), "compensation", "x"),
    "an event subprocess": (
        around(
            PERSON,
            '<subProcess id="handler" triggeredByEvent="true"><startEvent id="s2"><errorEventDefinition id="e"/>'
            '</startEvent><endEvent id="e2"/>' + flow("h", "s2", "e2") + "</subProcess>",
        ),
        "event-subprocess",
        "handler",
    ),
    "an ad hoc subprocess": (around('<adHocSubProcess id="x"><userTask id="y"/></adHocSubProcess>'), "ad-hoc", "x"),
    "a transaction": (
        around('<transaction id="x"><startEvent id="y"/><endEvent id="z"/>' + flow("t", "y", "z") + "</transaction>"),
        "transaction",
        "x",
    ),
    "a complex gateway": (around('<complexGateway id="x"/>'), "complex-gateway", "x"),
    "a choreography": (
        process(START, END_EVENT, *chain("start", "end"), '<choreographyTask id="c"/>'),
        "element-unsupported",
        "p",
    ),
    "a condition behind a task": (
        process(START, SUBMIT, END_EVENT, flow("f1", "start", "submit"), flow("c", "submit", "end", "1 = 1")),
        "condition-ignored",
        "c",
    ),
    "a condition behind an AND gateway": (
        split("", flow("c", "x", "a", "1 = 1"), flow("d", "x", "b"), *ENDS, node="parallelGateway"),
        "condition-ignored",
        "c",
    ),
    "a default behind a task": (around('<userTask id="x" default="f3"/>'), "default-ignored", "x"),
    "two flows out of a step": (
        around(PERSON, '<userTask id="y"/>', flow("g", "x", "y"), flow("h", "y", "end")),
        "several-flows",
        "x",
    ),
    "a way without condition": (
        split('default="d"', flow("c", "x", "a"), flow("d", "x", "b"), *ENDS),
        "flow-without-condition",
        "c",
    ),
    "an unreachable step": (around(PERSON, '<userTask id="lost"/>', flow("g", "lost", "end")), "unreachable", "lost"),
    "a start without anything behind it": (process(START), "dead-end", "start"),
    "no start": (process(SUBMIT, END_EVENT, *chain("submit", "end")), "no-start", "p"),
    "two starts": (around(PERSON, '<startEvent id="again"/>', flow("g", "again", "x")), "several-starts", "p"),
    "a flow to nowhere": (around(PERSON, flow("g", "x", "ghost")), "flow-target", "g"),
    "a flow from nowhere": (around(PERSON, flow("g", "ghost", "x")), "flow-source", "g"),
    "a flow into a subprocess": (
        around(
            '<subProcess id="x"><startEvent id="y"/><userTask id="z"/><endEvent id="w"/>'
            + "".join(chain("y", "z", "w")).replace('id="f', 'id="i')
            + "</subProcess>",
            flow("g", "submit", "z"),
        ),
        "flow-crosses",
        "g",
    ),
    "a flow back into the start": (around(PERSON, flow("g", "x", "start")), "flow-into-start", "g"),
    "a boundary event on nothing": (
        around(
            PERSON,
            timer("<timeDuration>PT1H</timeDuration>", "boundaryEvent", 'attachedToRef="ghost"').replace(
                'id="x"', 'id="b"'
            ),
        ),
        "attached-to-nothing",
        "b",
    ),
    "an empty subprocess": (around('<subProcess id="x"/>'), "subprocess-empty", "x"),
    "a step with the id Start": (around('<userTask id="Start"/>', name="Start"), "id-reserved", "Start"),
    "a step with the id End": (around('<userTask id="End"/>', name="End"), "id-reserved", "End"),
    "a step with the id Root": (around('<userTask id="Root"/>', name="Root"), "id-reserved", "Root"),
    "a step with the id p.EndJoin": (
        around('<userTask id="p.EndJoin"/>', name="p.EndJoin"),
        "id-reserved",
        "p.EndJoin",
    ),
    "a step with a boundary split's id": (
        around('<userTask id="a.BoundaryEventSplit"/>', name="a.BoundaryEventSplit"),
        "id-reserved",
        "a.BoundaryEventSplit",
    ),
    "a step with the name of the instance": (
        around('<userTask id="instance"/>', name="instance"),
        "id-reserved",
        "instance",
    ),
    "an id with quotes": (around(PERSON).replace(b'id="x"', b"id=\"x'or'1\""), "id-unsafe", "x'or'1"),
    "two steps with one id": (around(PERSON, '<manualTask id="x"/>'), "duplicate-id", "x"),
    "a potential owner": (around('<userTask id="x"><potentialOwner id="po"/></userTask>'), "resource", "x"),
    "a human performer": (around('<userTask id="x"><humanPerformer id="hp"/></userTask>'), "resource", "x"),
    "a data association": (
        around(
            '<userTask id="x"><dataInputAssociation id="da"><targetRef>t</targetRef></dataInputAssociation></userTask>'
        ),
        "data-association",
        "x",
    ),
    "an input specification": (
        around('<userTask id="x"><ioSpecification><dataInput id="di"/></ioSpecification></userTask>'),
        "io-specification",
        "x",
    ),
    "a start quantity": (around('<userTask id="x" startQuantity="2"/>'), "quantity", "x"),
    "a receive task that starts": (around('<receiveTask id="x" instantiate="true"/>'), "instantiate", "x"),
    # 1.9: what the engine does wrong
    "inclusive joins that wait for each other": (
        process(
            START,
            SUBMIT,
            '<parallelGateway id="both"/>',
            '<inclusiveGateway id="x"/>',
            '<userTask id="one"/>',
            '<inclusiveGateway id="y"/>',
            '<userTask id="two"/>',
            '<exclusiveGateway id="again" default="back"/>',
            END_EVENT,
            *chain("start", "submit", "both", "x", "one", "y", "two", "again"),
            flow("other", "both", "y"),
            flow("back", "again", "x"),
            flow("out", "again", "end", "two.done"),
        ),
        "inclusive-mutual",
        "x",
    ),
    "a loop that waits for nobody": (
        split(
            'default="d"',
            flow("c", "x", "auto", "1 = 2"),
            flow("d", "x", "end"),
            flow("k", "auto", "x"),
            flow("m", "a", "end"),
            flow("n", "b", "end"),
            beside=extended("serviceTask", CALL).replace('id="x"', 'id="auto"'),
        ),
        "loop-automatic",
        "x",
    ),
    "a process that calls itself": (around('<callActivity id="x" calledElement="p"/>'), "call-recursion", "x"),
    # timers
    "a timer without time": (around(timer("")), "timer-empty", "x"),
    "a timer in quotes": (around(timer('<timeDuration>"PT1H"</timeDuration>')), "timer-value", "x"),
    "a negative timer": (around(timer("<timeDuration>-PT1H</timeDuration>")), "timer-value", "x"),
    "a timer of nothing": (around(timer("<timeDuration>PT0S</timeDuration>")), "timer-value", "x"),
    "a timer of a million years": (around(timer("<timeDuration>P999999999Y</timeDuration>")), "timer-value", "x"),
    "code as a timer": (around(timer("<timeDuration>__import__('os')</timeDuration>")), "timer-value", "x"),
    "an endless timer storm": (
        around(
            PERSON,
            timer("<timeCycle>R/PT0S</timeCycle>", "boundaryEvent", 'attachedToRef="x" cancelActivity="false"').replace(
                'id="x"', 'id="b"'
            ),
            flow("g", "b", "end"),
        ),
        "timer-value",
        "b",
    ),
    "a repeated time where nothing repeats": (around(timer("<timeCycle>R3/PT1H</timeCycle>")), "timer-cycle", "x"),
    "a timer that is no expression": (around(timer("<timeDuration>=submit.</timeDuration>")), "expression", "x"),
    # expressions
    "Python as a condition": (
        split('default="d"', flow("c", "x", "a", "{outcome == 'approve'}"), flow("d", "x", "b"), *ENDS),
        "expression",
        "c",
    ),
    "JUEL as a condition": (
        split('default="d"', flow("c", "x", "a", "${approved}"), flow("d", "x", "b"), *ENDS),
        "expression",
        "c",
    ),
    "an empty condition": (
        split('default="d"', flow("c", "x", "a", ""), flow("d", "x", "b"), *ENDS),
        "expression-empty",
        "c",
    ),
    "a comment in a condition": (
        split('default="d"', flow("c", "x", "a", "1<!-- --> = 1"), flow("d", "x", "b"), *ENDS),
        "expression-cut",
        "c",
    ),
    "a conditional event without condition": (around(event("conditional")), "expression-empty", "x"),
    "a payload that is code": (
        around(extended("sendTask", "<s:messagePayload>__import__('os')</s:messagePayload>")),
        "expression",
        "x",
    ),
    "a correlation": (around(extended("userTask", "<s:processVariableCorrelation/>")), "correlation", "x"),
    # repetition
    "a number of items that is not bounded": (
        around(repeated("<loopCardinality>10**9</loopCardinality>")),
        "items-number",
        "x",
    ),
    "items of what is no FEEL": (around(repeated("<loopDataInputRef>${people}</loopDataInputRef>")), "expression", "x"),
    "items without source": (around(repeated("")), "items-source", "x"),
    "a quorum that is no FEEL": (
        around(repeated("<loopCardinality>3</loopCardinality><completionCondition>${done == 2}</completionCondition>")),
        "expression",
        "x",
    ),
    "a behaviour of items": (
        around(repeated("<loopCardinality>3</loopCardinality>", 'behavior="One"')),
        "items-behaviour",
        "x",
    ),
    "a maximum that is text": (around(repeated("", 'loopMaximum="many"', "standard")), "loop-maximum", "x"),
    "a loop without end": (around(repeated("", "", "standard")), "loop-endless", "x"),
    # events
    "a timer at the start of a subprocess": (
        around(
            '<subProcess id="sub"><startEvent id="x"><timerEventDefinition id="t"><timeDuration>PT1H</timeDuration>'
            '</timerEventDefinition></startEvent><endEvent id="w"/>' + flow("i", "x", "w") + "</subProcess>",
            name="sub",
        ),
        "start-trigger",
        "x",
    ),
    "a cancel event": (around(event("cancel")), "cancel-event", "x"),
    "an event with two triggers": (
        around(
            '<intermediateCatchEvent id="x"><messageEventDefinition id="m"/><signalEventDefinition id="n"/>'
            "</intermediateCatchEvent>"
        ),
        "several-events",
        "x",
    ),
    "an event without trigger": (around('<intermediateCatchEvent id="x"/>'), "event-without-trigger", "x"),
    "a missing message": (around('<receiveTask id="x" messageRef="m&apos;] | //*["/>'), "reference-missing", "x"),
    "a missing error": (
        around(
            '<intermediateCatchEvent id="x"><signalEventDefinition id="n" signalRef="ghost"/></intermediateCatchEvent>'
        ),
        "reference-missing",
        "x",
    ),
    "a task behind an event gateway": (
        split("", flow("c", "x", "a"), flow("d", "x", "b"), *ENDS, node="eventBasedGateway"),
        "event-gateway-target",
        "c",
    ),
    # calls
    "a service task without service": (around('<serviceTask id="x"/>'), "service-unbound", "x"),
    "a service on a user task": (around(extended("userTask", CALL)), "service-elsewhere", "x"),
    "a rule task without table": (around('<businessRuleTask id="x"/>'), "decision-unbound", "x"),
    "a call without process": (around('<callActivity id="x"/>'), "call-unbound", "x"),
    # other tools
    "an assignee": (around('<userTask id="x" camunda:assignee="anna"/>'), "vendor-assignment", "x"),
    "candidate groups": (around('<userTask id="x" camunda:candidateGroups="hr"/>'), "vendor-assignment", "x"),
    "a form key of another tool": (around('<userTask id="x" camunda:formKey="f"/>'), "vendor-form", "x"),
    "a class": (around('<serviceTask id="x" camunda:class="org.X"/>'), "vendor-service", "x"),
    "a listener": (around(extended("userTask", "<camunda:taskListener/>")), "vendor-listener", "x"),
    "a mapping": (around(extended("userTask", "<camunda:inputOutput/>")), "vendor-mapping", "x"),
    "a decision of another tool": (
        around('<businessRuleTask id="x" camunda:decisionRef="d"/>'),
        "vendor-decision",
        "x",
    ),
    "a collection of another tool": (
        around(repeated("<loopCardinality>2</loopCardinality>", 'camunda:collection="c"')),
        "vendor-loop",
        "x",
    ),
    "an assignee that forgets whose word it is": (
        around('<userTask id="x" assignee="anna"/>'),
        "vendor-assignment",
        "x",
    ),
    # what BPMN does not know
    "an element of no kind": (
        around('<userTask id="x"><assignee>anna</assignee></userTask>'),
        "element-misplaced",
        "x",
    ),
    "a message inside an extension": (
        around(extended("intermediateThrowEvent", '<messageEventDefinition id="ed"/>')),
        "element-misplaced",
        "x",
    ),
    "two kinds of repetition": (
        around(
            '<manualTask id="x"><standardLoopCharacteristics loopMaximum="2"/><multiInstanceLoopCharacteristics>'
            "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></manualTask>"
        ),
        "element-twice",
        "x",
    ),
    "two times in a timer": (
        around(timer("<timeDuration>PT1H</timeDuration><timeDate>2027-01-01T00:00:00Z</timeDate>")),
        "element-twice",
        "x",
    ),
    "a yes that is none": (around('<userTask id="x" isForCompensation="yes"/>'), "attribute-value", "x"),
    "a step for compensation, said with a number": (
        around('<userTask id="x" isForCompensation="1"/>'),
        "compensation",
        "x",
    ),
    "a variable name of the library": (
        around(extended("userTask", "<s:variableName>v</s:variableName>")),
        "variable-name",
        "x",
    ),
}
