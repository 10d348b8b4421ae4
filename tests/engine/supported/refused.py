"""The smallest diagrams with something that is refused, by the label of its row in the README."""

from __future__ import annotations

from collections.abc import Mapping

from tests.engine.diagrams import END_EVENT, START, SUBMIT, around, flow
from tests.engine.diagrams import process as a_process
from tests.engine.supported.pieces import (
    BEHAVIOUR,
    CHILD,
    CONDITION,
    PERSON,
    RULE,
    SERVICE,
    TWO,
    WAYS,
    beside,
    caught,
    exchanged,
    first_of_two,
    global_task_called,
    inside,
    linked,
    step,
    thrown_inside,
    timed,
    vendor,
)
from tests.engine.traps import ENDS, TRAPS, extended, repeated, split

REFUSED: Mapping[str, tuple[bytes, ...]] = {
    "`serviceTask` without it": (step(kind="serviceTask"),),
    "`businessRuleTask` without it": (step(kind="businessRuleTask"),),
    '`receiveTask instantiate="true"`': (step("", 'instantiate="true"', "receiveTask"),),
    "`scriptTask`, `script`, `scriptFormat`": (step("<script>n = 1</script>", 'scriptFormat="python"', "scriptTask"),),
    "`callActivity` without `calledElement`": (step(kind="callActivity"), step("", 'calledElement=""', "callActivity")),
    "`callActivity` of a global task": (global_task_called(),),
    '`startQuantity="2"`, `completionQuantity="2"`': (
        step("", 'startQuantity="2"'),
        step("", 'completionQuantity="2"'),
    ),
    '`isForCompensation="true"`': (step("", 'isForCompensation="true"'),),
    "`userTask default` (or any other step's)": (step("", 'default="f3"'),),
    "`spiffworkflow:preScript`, `spiffworkflow:postScript`": (
        around(extended("userTask", "<s:preScript>n = 1</s:preScript>")),
        around(extended("userTask", "<s:postScript>n = 1</s:postScript>")),
    ),
    "`spiffworkflow:variableName` of a step": (around(extended("userTask", "<s:variableName>v</s:variableName>")),),
    "`spiffworkflow:processVariableCorrelation`": (around(extended("userTask", "<s:processVariableCorrelation/>")),),
    "extensions of other engines (Camunda, Zeebe, Activiti, Flowable, …) that decide something there": (
        vendor("assignee"),
        vendor("calledElementTenantId", "callActivity").replace(
            b"<bpmn:callActivity", b'<bpmn:callActivity calledElement="q"'
        ),
        vendor("decisionRef", "businessRuleTask", RULE),
        vendor("formKey"),
        around(extended("userTask", "<camunda:taskListener/>")),
        around(repeated(TWO, 'camunda:collection="c"')),
        around(extended("userTask", "<camunda:inputOutput/>")),
        vendor("class", "serviceTask", SERVICE),
    ),
    '`triggeredByEvent="true"`': (
        inside(
            '<subProcess id="h" triggeredByEvent="true"><startEvent id="s2"><errorEventDefinition id="e"/></startEvent>'
            '<endEvent id="e2"/>' + flow("h1", "s2", "e2") + "</subProcess>"
        ),
    ),
    "`transaction`, `method`": (step(CHILD, 'method="##Store"', "transaction"),),
    "`adHocSubProcess`, `ordering`, `cancelRemainingInstances`, `adHocSubProcess completionCondition`": (
        step(
            '<userTask id="y"/><completionCondition>true</completionCondition>',
            'ordering="Parallel" cancelRemainingInstances="true"',
            "adHocSubProcess",
        ),
    ),
    "`multiInstanceLoopCharacteristics` with neither number nor list, or both": (
        around(repeated("<loopDataOutputRef>votes</loopDataOutputRef>")),
        around(repeated(f"<loopDataInputRef>submit</loopDataInputRef>{TWO}")),
    ),
    "`behavior`, `oneBehaviorEventRef`, `noneBehaviorEventRef`, `complexBehaviorDefinition`,"
    " `complexBehaviorDefinition condition`, `complexBehaviorDefinition event`": (
        around(repeated(TWO, 'behavior="One"')),
        around(repeated(TWO, 'oneBehaviorEventRef="e"')),
        around(repeated(TWO, 'noneBehaviorEventRef="e"')),
        around(repeated(BEHAVIOUR)),
    ),
    "`standardLoopCharacteristics` with neither": (around(repeated("", "", "standard")),),
    '`eventBasedGateway instantiate="true"`': (first_of_two('instantiate="true"'),),
    '`eventGatewayType="Parallel"`': (first_of_two('eventGatewayType="Parallel"'),),
    "`complexGateway`, `activationCondition`, `complexGateway default`": (
        step("<activationCondition>true</activationCondition>", 'default="f3"', "complexGateway"),
    ),
    "a way out of a choosing gateway without condition, not the default": (
        split('default="d"', flow("c", "x", "a"), flow("d", "x", "b"), *ENDS),
    ),
    "a condition elsewhere": (
        split("", *WAYS, node="parallelGateway"),
        a_process(START, SUBMIT, END_EVENT, flow("f1", "start", "submit"), flow("c", "submit", "end", CONDITION)),
    ),
    "a start event or a gateway that no flow leaves": (
        a_process(START),
        a_process(START, '<exclusiveGateway id="x"/>', flow("f", "start", "x")),
    ),
    "a condition that is a mere text or number": (
        split('default="d"', flow("c", "x", "a", '"yes"'), flow("d", "x", "b"), *ENDS),
        split('default="d"', flow("c", "x", "a", "1"), flow("d", "x", "b"), *ENDS),
    ),
    "several flows out of a step": (around(PERSON, '<userTask id="y"/>', flow("g", "x", "y"), flow("h", "y", "end")),),
    "`timeCycle` elsewhere": (
        caught(timed("timeCycle", "R3/P1D")),
        caught(timed("timeCycle", "R3/P1D"), "intermediateCatchEvent"),
    ),
    "a timer in quotes, or as code": (
        caught(timed("timeDuration", '"PT1H"')),
        caught(timed("timeDuration", "${hours}")),
    ),
    "several definitions in one event": (
        caught(
            timed("timeDuration", "PT1H") + '<conditionalEventDefinition id="q"><condition>true</condition>'
            "</conditionalEventDefinition>"
        ),
    ),
    "`eventDefinitionRef` to what is not there": (caught("<eventDefinitionRef>other</eventDefinitionRef>"),),
    "`waitForCompletion`, `activityRef`": (
        caught(
            '<compensateEventDefinition id="q" activityRef="submit" waitForCompletion="true"/>',
            "intermediateThrowEvent",
        ),
    ),
    "two inclusive joins that can wait for each other": (TRAPS["inclusive joins that wait for each other"][0],),
    "anything else behind an event gateway": (
        split("", flow("c", "x", "a"), flow("d", "x", "b"), *ENDS, node="eventBasedGateway"),
        first_of_two(beside=flow("g", "x", "a")),
    ),
    '`cancelActivity="false"` of an error': (
        thrown_inside('<errorEventDefinition id="q2" errorRef="e"/>', attributes='cancelActivity="false"'),
    ),
    "two boundary events of one step for the same": (
        thrown_inside('<errorEventDefinition id="q2" errorRef="e"/>', twice=True),
    ),
    "an error that nothing catches": (
        around('<userTask id="x"/>').replace(
            b'<bpmn:endEvent id="end"/>', b'<bpmn:endEvent id="end"><bpmn:errorEventDefinition id="q"/></bpmn:endEvent>'
        ),
    ),
    "a link without name, partner, or with several": (
        linked(""),
        linked('name="to"'),
        linked('name="to"', "to", "to"),
        linked('name="to"', "to", entered=True),
    ),
    "`implicitThrowEvent`": (inside('<implicitThrowEvent id="i"/>'),),
    "`resourceRole`, `performer`, `humanPerformer`, `potentialOwner`, `resourceRef`, `resourceAssignmentExpression`,"
    " `expression`, `formalExpression`, `resourceParameterBinding`, `parameterRef`": (
        step('<resourceRole id="r"><resourceRef>head</resourceRef></resourceRole>'),
        step(
            '<performer id="r"><resourceRef>head</resourceRef><resourceParameterBinding id="q" parameterRef="unit">'
            "<formalExpression>one</formalExpression></resourceParameterBinding></performer>"
        ),
        step('<humanPerformer id="r"/>'),
        step(
            '<potentialOwner id="r"><resourceAssignmentExpression><expression>head</expression>'
            "</resourceAssignmentExpression></potentialOwner>"
        ),
        inside('<potentialOwner id="r"/>'),
    ),
    "`dataInputAssociation`, `dataOutputAssociation`, `dataInputAssociation sourceRef`,"
    " `dataInputAssociation targetRef`, `transformation`, `assignment`, `from`, `to`": (
        step(
            '<dataInputAssociation id="da"><sourceRef>a</sourceRef><targetRef>b</targetRef>'
            "<transformation>a</transformation></dataInputAssociation>"
        ),
        step(
            '<dataOutputAssociation id="da"><targetRef>b</targetRef><assignment><from>a</from><to>b</to></assignment>'
            "</dataOutputAssociation>"
        ),
    ),
    "`ioSpecification` with `dataInput` or `dataOutput`": (
        step('<ioSpecification><dataInput id="di"/><inputSet/><outputSet/></ioSpecification>'),
        step('<ioSpecification><dataOutput id="do"/><inputSet/><outputSet/></ioSpecification>'),
    ),
    "`ioBinding`, `inputDataRef`, `outputDataRef`": (
        inside('<ioBinding operationRef="o" inputDataRef="i" outputDataRef="o"/>'),
    ),
    "`choreographyTask`, `subChoreography`, `callChoreography` in a process": tuple(
        inside(f'<{kind} id="c" initiatingParticipantRef="a"><participantRef>a</participantRef></{kind}>')
        for kind in ("choreographyTask", "subChoreography", "callChoreography")
    ),
    "`correlationProperty` of a message that is sent and awaited in one request,"
    " `correlationPropertyRetrievalExpression`, `messagePath`": (exchanged(),),
    "`import`, `location`, `namespace`, `importType`": (
        beside('<import location="a.xsd" namespace="n" importType="i"/>'),
    ),
    '`extension mustUnderstand="true"`, `definition`': (beside('<extension mustUnderstand="true" definition="e"/>'),),
    "an element that BPMN does not know there": (step("<assignee>anna</assignee>"), step("<script>n = 1</script>")),
    "an element twice that may stand once": (
        step("<extensionElements/><extensionElements/>"),
        step(
            f'<standardLoopCharacteristics loopMaximum="2"/><multiInstanceLoopCharacteristics>{TWO}'
            "</multiInstanceLoopCharacteristics>"
        ),
    ),
    "an extension of SpiffWorkflow without what it needs": (
        around(extended("userTask", '<s:properties><s:property name="formKey"/></s:properties>')),
    ),
    "a reference to what is not in the file": (step("", 'messageRef="lost"', "sendTask"),),
    "an element of another language among the steps": (
        inside("<camunda:a/>").replace(b"<camunda:a/>", b'<o:step xmlns:o="urn:other"/>'),
    ),
    '`isSequential="maybe"`: a value that BPMN does not know': (
        around(repeated(TWO, 'isSequential="maybe"')),
        caught(timed("timeDuration", "PT1H"), attributes='cancelActivity="no"'),
    ),
}
