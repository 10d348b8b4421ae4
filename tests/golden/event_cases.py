"""Timers, messages, signals, errors and escalations, half way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.golden.build import built, did, kinds, later, on
from tests.golden.play import Case, Move
from tests.support import elements, timer


def cases() -> Iterator[Case]:
    """Every case with a clock or an event."""
    for group in (timers, events, conditions):
        yield from group()


# Timers.


def timers() -> Iterator[Case]:
    """Deadlines, reminders and waits."""
    beside, line = (
        "submit=user check=user late=boundaryEvent remind=user told=endEvent",
        ["begin submit", "submit check", "check done"],
    )
    flows = [*line, "late remind", "remind told"]
    waits, apart = {"late": timer("P2D")}, {"late": on("check", interrupts=False)}
    yield built(
        "deadline-waiting",
        beside,
        flows,
        [*did("submit"), later(days=1)],
        [later(days=2), *did("remind")],
        inside=waits,
        attributes={"late": on("check")},
    )
    yield built(
        "deadline-met", beside, flows, did("submit"), did("check"), inside=waits, attributes={"late": on("check")}
    )
    yield built(
        "reminder-waiting",
        beside,
        flows,
        did("submit"),
        [later(days=3), *did("check", "remind")],
        inside=waits,
        attributes=apart,
    )
    yield built(
        "reminder-open",
        beside,
        flows,
        [*did("submit"), later(days=3)],
        did("remind", "check"),
        inside=waits,
        attributes=apart,
    )
    cycle = {"late": timer("R3/P7D", "timeCycle")}
    yield built(
        "reminders-one-of-three",
        beside,
        flows,
        [*did("submit"), later(days=8), *did("remind")],
        [later(days=7), *did("remind"), later(days=7), *did("remind", "check")],
        inside=cycle,
        attributes=apart,
    )
    yield built(
        "reminders-two-open",
        beside,
        flows,
        [*did("submit"), later(days=8), later(days=7)],
        did("remind", "check", "remind"),
        inside=cycle,
        attributes=apart,
    )
    yield built(
        "reminders-all-gone-off",
        beside,
        flows,
        [*did("submit"), *3 * [later(days=7, hours=1)]],
        did("remind", "remind", "check", "remind"),
        inside=cycle,
        attributes=apart,
    )
    wait = ["begin submit", "submit wait", "wait read", "read done"]
    for name, written, tag, days in (
        ("wait-months", "P1M", "timeDuration", 31),
        ("wait-until", "2026-12-31T16:00+07:00", "timeDate", 60),
        ("wait-by-expression", '=submit.day + duration("P3D")', "timeDate", 20),
    ):
        yield built(
            name,
            "submit=user wait=intermediateCatchEvent read=user",
            wait,
            [Move("submit", {"day": date(2026, 11, 10)})],
            [later(days=days), *did("read")],
            inside={"wait": timer(written, tag)},
        )


# Messages, signals and what else happens.

MESSAGE = '<messageEventDefinition messageRef="m"/>'
SIGNAL = '<signalEventDefinition signalRef="s"/>'
NAMED = (
    '<message id="m" name="m"/><signal id="s" name="s"/>'
    '<escalation id="x" name="x" escalationCode="x"/><error id="e" name="e" errorCode="e"/>'
)
"""What the events refer to."""


def events() -> Iterator[Case]:
    """What waits for something that another branch, or the inside of a subprocess, does."""
    fork = "submit=user fork=parallelGateway say=user meet=parallelGateway read=user"
    flows = ["begin submit", "submit fork", "fork say", "meet read", "read done"]
    said = ["say throw", "throw meet"]
    caught = "late=intermediateCatchEvent heard=intermediateCatchEvent"
    race = f"race=eventBasedGateway {caught} a=user b=user merge=exclusiveGateway"
    raced = [
        "fork race",
        "race late",
        "race heard",
        "late a",
        "heard b",
        "a merge",
        "b merge",
        "merge meet",
        "say throw",
        "throw meet",
    ]
    within = {"late": timer("P5D"), "heard": MESSAGE, "throw": MESSAGE}
    for name, moves in (("time", [later(days=6), *did("a", "say", "read")]), ("message", did("say", "b", "read"))):
        yield built(
            f"event-gateway-then-{name}",
            f"{fork} {race} throw=intermediateThrowEvent",
            [*flows, *raced],
            [*did("submit"), later(days=1)],
            moves,
            inside=within,
            more=NAMED,
        )
    for name, catch, throw, definition in (
        ("message", "intermediateCatchEvent", "intermediateThrowEvent", MESSAGE),
        ("signal", "intermediateCatchEvent", "intermediateThrowEvent", SIGNAL),
        ("message-of-tasks", "receiveTask", "sendTask", ""),
    ):
        both = dict.fromkeys(("heard", "throw"), definition)
        named = {} if definition else dict.fromkeys(("heard", "throw"), 'messageRef="m"')
        yield built(
            f"waits-for-{name}",
            f"{fork} heard={catch} throw={throw}",
            [*flows, "fork heard", "heard meet", *said],
            did("submit"),
            did("say", "read"),
            inside=both,
            attributes=named,
            more=NAMED,
        )
    for name, definition in (("message", MESSAGE), ("signal", SIGNAL)):
        yield built(
            f"boundary-{name}",
            f"{fork} throw=intermediateThrowEvent work=user heard=boundaryEvent help=user either=exclusiveGateway",
            [*flows, "fork work", "work either", "heard help", "help either", "either meet", *said],
            did("submit"),
            did("say", "help", "read"),
            inside={"throw": definition, "heard": definition},
            attributes={"heard": on("work")},
            more=NAMED,
        )
    inner = elements(
        kinds(
            "in=startEvent ask=user which=exclusiveGateway up=intermediateThrowEvent go=user "
            "fine=endEvent raised=endEvent"
        ),
        [
            "in ask",
            "ask which",
            'which up | ask.outcome = "up"',
            'which raised | ask.outcome = "fail"',
            "which fine | default",
            "up go",
            "go fine",
        ],
        inside={
            "up": '<escalationEventDefinition escalationRef="x"/>',
            "raised": '<errorEventDefinition errorRef="e"/>',
        },
        prefix="inner",
    )
    around = "submit=user work=subProcess failed=boundaryEvent mend=user louder=boundaryEvent watch=user told=endEvent"
    way = ["begin submit", "submit work", "work done", "failed mend", "mend done", "louder watch", "watch told"]
    inside = {
        "work": inner,
        "failed": '<errorEventDefinition errorRef="e"/>',
        "louder": '<escalationEventDefinition escalationRef="x"/>',
    }
    attributes = {"failed": on("work"), "louder": on("work", interrupts=False)}
    for name, before, after in (
        ("error", did("submit"), [*did("ask", outcome="fail"), *did("mend")]),
        ("escalation", [*did("submit"), *did("ask", outcome="up")], did("go", "watch")),
    ):
        yield built(f"boundary-{name}", around, way, before, after, inside=inside, attributes=attributes, more=NAMED)


def _when(expression: str) -> str:
    return f"<conditionalEventDefinition><condition>{expression}</condition></conditionalEventDefinition>"


def conditions() -> Iterator[Case]:
    """Waiting until something is true, and ends that end more than their own path."""
    fork = "submit=user fork=parallelGateway say=user meet=parallelGateway read=user"
    flows = ["begin submit", "submit fork", "fork say", "say meet", "meet read", "read done"]
    helped = ["heard help", "help told"]
    enough = _when("say.amount &gt; 10.5")
    yield built(
        "waits-for-condition",
        f"{fork} when=intermediateCatchEvent",
        [*flows, "fork when", "when meet"],
        did("submit"),
        [Move("say", {"amount": 11}), *did("read")],
        inside={"when": enough},
    )
    yield built(
        "boundary-condition",
        f"{fork} work=user when=boundaryEvent help=user either=exclusiveGateway",
        [*flows, "fork work", "work either", "when help", "help either", "either meet"],
        did("submit"),
        [Move("say", {"amount": 11}), *did("help", "read")],
        inside={"when": enough},
        attributes={"when": on("work")},
    )
    yield built(
        "boundary-signal-beside-the-step",
        f"{fork} throw=intermediateThrowEvent last=user work=user heard=boundaryEvent help=user told=endEvent",
        [*flows[:3], *flows[4:], "say throw", "throw last", "last meet", "fork work", "work meet", *helped],
        did("submit", "say"),
        did("help", "work", "last", "read"),
        inside={"throw": SIGNAL, "heard": SIGNAL},
        attributes={"heard": on("work", interrupts=False)},
        more=NAMED,
    )
    yield built(
        "terminate-ahead",
        "submit=user fork=parallelGateway a=user b=user stop=endEvent",
        ["begin submit", "submit fork", "fork a", "fork b", "a stop", "b done"],
        did("submit"),
        did("a"),
        inside={"stop": "<terminateEventDefinition/>"},
    )
    yield built(
        "link-ahead",
        "submit=user check=user away=intermediateThrowEvent back=intermediateCatchEvent read=user",
        ["begin submit", "submit check", "check away", "back read", "read done"],
        did("submit"),
        did("check", "read"),
        inside=dict.fromkeys(("away", "back"), '<linkEventDefinition name="there"/>'),
    )
    yield built(
        "signal-at-an-end",
        "submit=user fork=parallelGateway say=user called=endEvent heard=intermediateCatchEvent read=user",
        ["begin submit", "submit fork", "fork say", "say called", "fork heard", "heard read", "read done"],
        did("submit"),
        did("say", "read"),
        inside={"called": SIGNAL, "heard": SIGNAL},
        more=NAMED,
    )
