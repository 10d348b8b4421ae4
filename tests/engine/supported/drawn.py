"""The smallest diagrams with something that is only drawn, by the label of its row in the README."""

from __future__ import annotations

from collections.abc import Mapping

from tests.engine.diagrams import END_EVENT, START, SUBMIT, around, chain, file, flow, inner_process, prefixed
from tests.engine.diagrams import process as a_process
from tests.engine.supported.pieces import (
    CONDITION,
    MESSAGE,
    PERSON,
    PROPERTY,
    SERVICE,
    beside,
    caught,
    in_file,
    inside,
    linked,
    plain,
    pools,
    step,
    timed,
    two_ways,
    vendor,
)
from tests.engine.traps import extended

GLOBAL = ("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask")
CHOREOGRAPHY = (
    '<choreography id="c2"><choreographyTask id="ct" initiatingParticipantRef="a" loopType="Standard">'
    "<participantRef>a</participantRef><messageFlowRef>m</messageFlowRef></choreographyTask>"
    '<callChoreography id="cc" initiatingParticipantRef="a" calledChoreographyRef="c">'
    "<participantRef>a</participantRef></callChoreography></choreography>"
)
CONVERSATIONS = (
    '<conversation id="k1"><participantRef>own</participantRef><messageFlowRef>f</messageFlowRef></conversation>'
    '<subConversation id="k2"/><callConversation id="k3" calledCollaborationRef="c"/>'
)
ASSOCIATIONS = (
    '<conversationAssociation id="q1" innerConversationNodeRef="a" outerConversationNodeRef="b"/>'
    '<participantAssociation id="q2"><innerParticipantRef>a</innerParticipantRef>'
    "<outerParticipantRef>b</outerParticipantRef></participantAssociation>"
    '<messageFlowAssociation id="q3" innerMessageFlowRef="a" outerMessageFlowRef="b"/>'
    "<choreographyRef>c</choreographyRef>"
    '<conversationLink id="q4" sourceRef="a" targetRef="b"/>'
)
SETS = (
    '<inputSet id="is"><dataInputRefs>i</dataInputRefs><optionalInputRefs>i</optionalInputRefs>'
    "<whileExecutingInputRefs>i</whileExecutingInputRefs><outputSetRefs>os</outputSetRefs></inputSet>",
    '<outputSet id="os"><dataOutputRefs>o</dataOutputRefs><optionalOutputRefs>o</optionalOutputRefs>'
    "<whileExecutingOutputRefs>o</whileExecutingOutputRefs><inputSetRefs>is</inputSetRefs></outputSet>",
)
PICTURE = (
    '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p"><bpmndi:BPMNShape bpmnElement="x"><dc:Bounds x="0" y="0"'
    ' width="9" height="9"/><bpmndi:BPMNLabel/></bpmndi:BPMNShape><bpmndi:BPMNEdge bpmnElement="f1"><di:waypoint x="0"'
    ' y="0"/><di:waypoint x="5" y="5"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
)
SENT = MESSAGE.replace('name="m"', 'name="m" itemRef="i"')


def sending(event_data: str = "", attributes: str = "") -> bytes:
    """start -> submit -> send a message -> end."""
    nodes = (START, SUBMIT, f'<sendTask id="x" messageRef="m" {attributes}>{event_data}</sendTask>', END_EVENT)
    return file(prefixed(SENT), inner_process(*nodes, *chain("start", "submit", "x", "end")))


def message_end(inner: str) -> bytes:
    """start -> submit -> x -> an end that sends a message."""
    end = (
        f'<endEvent id="end"><messageEventDefinition id="md" messageRef="m">{inner}</messageEventDefinition></endEvent>'
    )
    nodes = (START, SUBMIT, PERSON, end, *chain("start", "submit", "x", "end"))
    return file(prefixed(MESSAGE), inner_process(*nodes))


def with_picture() -> bytes:
    """The plain process with a picture of it."""
    nodes = (START, SUBMIT, PERSON, END_EVENT, *chain("start", "submit", "x", "end"))
    return file(inner_process(*nodes), PICTURE)


def in_lane(inner: str, attributes: str = "") -> bytes:
    lane = f'<lane id="l" name="requester" {attributes}>{inner}<flowNodeRef>x</flowNodeRef></lane>'
    return inside(f'<laneSet id="ls">{lane}</laneSet>')


def called_for(condition: str, more: str = "") -> bytes:
    """start -> submit -> x, only if a condition holds -> end; the condition with more in its tag."""
    tag = f"<conditionExpression {more}>{condition}</conditionExpression>"
    way = f'<sequenceFlow id="c" sourceRef="g" targetRef="x">{tag}</sequenceFlow>'
    return a_process(
        START,
        SUBMIT,
        '<exclusiveGateway id="g" default="d"/>',
        PERSON,
        END_EVENT,
        *chain("start", "submit", "g"),
        way,
        flow("d", "g", "end"),
        flow("e", "x", "end"),
    )


DRAWN: Mapping[str, tuple[bytes, ...]] = {
    "`implementation`, `operationRef`": (
        step("", 'implementation="urn:program"'),
        sending("", 'operationRef="o"'),
        message_end("<operationRef>o</operationRef>"),
    ),
    "`rendering`": (step("<rendering/>"),),
    "any other property": (
        around(extended("userTask", '<s:properties><s:property name="colour" value="red"/></s:properties>')),
    ),
    "`retry` of a `serviceTaskOperator`": (step(SERVICE.replace('a.b@1"', 'a.b@1" retry="3"'), kind="serviceTask"),),
    "`spiffworkflow:unitTests`, `spiffworkflow:taskMetadataValues`, `spiffworkflow:category`": (
        around(
            extended("userTask", "<s:unitTests/><s:taskMetadataValues/><s:category>c</s:category>"),
        ),
    ),
    "any other extension of SpiffWorkflow": (
        around(extended("userTask", "<s:guestConfirmation>g</s:guestConfirmation>")),
    ),
    "other extensions of other engines": (
        vendor("asyncBefore"),
        vendor("dueDate"),
        vendor("unheardOf"),
        around(extended("userTask", "<camunda:unheardOf/>")),
        step("<extensionElements/>").replace(
            b"<bpmn:extensionElements/>",
            b'<bpmn:extensionElements><o:note xmlns:o="urn:other"/></bpmn:extensionElements>',
        ),
    ),
    "`gatewayDirection`": (two_ways('gatewayDirection="Diverging"', 'gatewayDirection="Converging"'),),
    "`gatewayDirection` against the flows": (two_ways('gatewayDirection="Converging"'),),
    "`isImmediate`": (plain().replace(b'id="f3"', b'id="f3" isImmediate="false"'),),
    "`parallelMultiple`": (caught(timed("timeDuration", "PT1H"), attributes='parallelMultiple="true"'),),
    "`linkEventDefinition source`, `linkEventDefinition target`": (
        linked('name="to"', "to", inner="<target>y</target>", outer="<source>x</source>"),
    ),
    "`startEvent isInterrupting`": (plain().replace(b'"start"/>', b'"start" isInterrupting="false"/>'),),
    "`partitionElement`, `partitionElementRef`": (
        in_lane('<partitionElement id="pe"/>'),
        in_lane("", 'partitionElementRef="office"'),
    ),
    "`resource`, `resourceParameter`, `isRequired`, `resourceParameter type`, `partnerEntity`, `partnerRole`,"
    " `partnerEntity participantRef`, `partnerRole participantRef`": (
        beside(
            '<resource id="r" name="r"><resourceParameter id="rp" name="unit" type="t" isRequired="true"/></resource>'
        ),
        beside('<partnerEntity id="r" name="r"><participantRef>c</participantRef></partnerEntity>'),
        beside('<partnerRole id="r" name="r"><participantRef>c</participantRef></partnerRole>'),
    ),
    "`dataObject`, `dataObjectReference`, `dataObjectRef`, `dataState`, `property`, `dataStore`, `capacity`,"
    " `isUnlimited`, `itemSubjectRef`, `isCollection`": (
        inside(
            '<dataObject id="do" isCollection="true" itemSubjectRef="i"><dataState name="new"/></dataObject>',
            '<dataObjectReference id="dor" dataObjectRef="do"/>',
            '<property id="pr" name="colour"/>',
        ),
        beside('<dataStore id="ds" name="s" capacity="3" isUnlimited="false"/>'),
        step('<property id="pr" name="colour"/>'),
    ),
    "`dataStoreReference`, `dataStoreRef`": (inside('<dataStoreReference id="dsr" dataStoreRef="ds"/>'),),
    "`ioSpecification` with `inputSet`, `outputSet` alone": (
        step("<ioSpecification><inputSet/><outputSet/></ioSpecification>"),
    ),
    "`inputSet`, `outputSet`, `dataInput`, `dataOutput` of an event, `dataInputRefs`, `optionalInputRefs`,"
    " `whileExecutingInputRefs`, `outputSetRefs`, `dataOutputRefs`, `optionalOutputRefs`, `whileExecutingOutputRefs`,"
    " `inputSetRefs`": (
        caught(f'<dataInput id="i"/>{SETS[0]}', "intermediateThrowEvent"),
        caught(f'<dataOutput id="o"/>{SETS[1]}{timed("timeDuration", "PT1H")}', "intermediateCatchEvent"),
    ),
    "`itemDefinition structureRef`": (beside('<itemDefinition id="i" structureRef="xsd:int"/>'),),
    "`itemDefinition`, `itemKind`, `itemRef`, `signal structureRef`, `error structureRef`, `escalation structureRef`,"
    " `evaluatesToTypeRef`": (
        beside('<itemDefinition id="i" itemKind="Physical"/>'),
        sending(),
        *(beside(f'<{kind} id="k" name="k" structureRef="i"/>') for kind in ("signal", "error", "escalation")),
        called_for(CONDITION, 'evaluatesToTypeRef="xsd:boolean"'),
    ),
    "`language`": (called_for(CONDITION, 'language="http://www.w3.org/1999/XPath"'),),
    "`collaboration`, `participant`, `processRef`, `interfaceRef`, `endPointRef`": (
        beside(
            '<collaboration id="c"><participant id="own" processRef="p"><interfaceRef>i</interfaceRef>'
            "<endPointRef>e</endPointRef></participant></collaboration>"
        ),
    ),
    "`participantMultiplicity`, `minimum`, `maximum`": (
        beside(
            '<collaboration id="c"><participant id="own" processRef="p">'
            '<participantMultiplicity minimum="2" maximum="3"/></participant></collaboration>'
        ),
    ),
    "`messageFlow`, `messageFlow messageRef`": (
        pools('<messageFlow id="mf" sourceRef="x" targetRef="other" messageRef="m"/>'),
    ),
    "`globalTask`, `globalUserTask`, `globalManualTask`, `globalScriptTask`, `scriptLanguage`,"
    " `globalBusinessRuleTask`": (
        *(beside(f'<{kind} id="g"/>') for kind in GLOBAL),
        beside('<globalScriptTask id="g" scriptLanguage="python"/>'),
    ),
    "`choreography`, `globalChoreographyTask`, `conversation`, `subConversation`, `callConversation`,"
    " `globalConversation`": (
        beside('<choreography id="c2"/>'),
        beside('<globalChoreographyTask id="c2"/>'),
        beside('<globalConversation id="c2"/>'),
        pools(CONVERSATIONS),
    ),
    "`participantRef`, `messageFlowRef`, `conversationLink`, `conversationAssociation`, `participantAssociation`,"
    " `messageFlowAssociation`, `choreographyRef`, `calledChoreographyRef`, `calledCollaborationRef`,"
    " `initiatingParticipantRef`, `loopType`, `innerParticipantRef`, `outerParticipantRef`,"
    " `innerConversationNodeRef`, `outerConversationNodeRef`, `innerMessageFlowRef`, `outerMessageFlowRef`": (
        beside(CHOREOGRAPHY),
        pools(CONVERSATIONS),
        pools(ASSOCIATIONS),
    ),
    "`correlationKey`, `correlationSubscription`, `correlationPropertyRef`, `correlationKeyRef`,"
    " `correlationPropertyBinding`, `dataPath`": (
        pools('<correlationKey id="k"><correlationPropertyRef>number</correlationPropertyRef></correlationKey>'),
        inside(
            '<correlationSubscription id="cs" correlationKeyRef="k"><correlationPropertyBinding'
            ' correlationPropertyRef="number"><dataPath>submit.number</dataPath></correlationPropertyBinding>'
            "</correlationSubscription>"
        ),
    ),
    "`correlationProperty` of any other message": (beside(MESSAGE, PROPERTY),),
    "`interface`, `operation`, `endPoint`, `inMessageRef`, `outMessageRef`, `operation errorRef`, `implementationRef`,"
    " `supportedInterfaceRef`": (
        beside(
            '<interface id="i" name="i" implementationRef="q"><operation id="o" name="o"><inMessageRef>m</inMessageRef>'
            "<outMessageRef>m</outMessageRef><errorRef>e</errorRef></operation></interface>",
            '<endPoint id="ep"/>',
        ),
        inside("<supportedInterfaceRef>i</supportedInterfaceRef>"),
    ),
    '`isExecutable="false"`': (plain('isExecutable="false"'),),
    "`expressionLanguage`": (
        called_for(CONDITION).replace(b' id="definitions"', b' id="definitions" expressionLanguage="urn:other"'),
    ),
    "`extension`, `extensionElements`, `relationship`, `relationship type`, `direction`, `relationship source`,"
    " `relationship target`, `targetNamespace`, `typeLanguage`, `exporter`, `exporterVersion`": (
        in_file(
            'typeLanguage="urn:t" exporter="somebody" exporterVersion="1"',
            '<extension definition="e"/>',
            '<relationship type="t" direction="Both"><source>a</source><target>b</target></relationship>',
        ),
        step("<extensionElements/>"),
    ),
    "`documentation`, `textAnnotation`, `text`, `textFormat`, `association`, `associationDirection`, `group`,"
    " `category`, `categoryValue`, `categoryValueRef`, `value`": (
        step('<documentation textFormat="text/plain">why</documentation>'),
        inside(
            '<textAnnotation id="ta" textFormat="text/plain"><text>why</text></textAnnotation>',
            '<association id="as" sourceRef="x" targetRef="ta" associationDirection="One"/>',
            '<group id="gr" categoryValueRef="cv"/>',
        ),
        beside('<category id="ca" name="c"><categoryValue id="cv" value="v"/></category>'),
    ),
    "`auditing`, `monitoring`": (step("<auditing/><monitoring/>"), inside("<auditing/><monitoring/>")),
    "`processType`, `isClosed`, `supports`, `definitionalCollaborationRef`": (
        plain(
            'isExecutable="true" processType="Private" isClosed="true" definitionalCollaborationRef="c"',
            "<supports>q</supports>",
        ),
    ),
    "`BPMNDiagram`, `BPMNPlane`, `BPMNShape`, `BPMNEdge`, `BPMNLabel`": (with_picture(),),
    "an attribute that BPMN does not know there": (step("", 'colour="red"'), plain('isExecutable="true" version="1"')),
}
