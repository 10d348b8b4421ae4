"""Steps, branches, repetition and processes inside processes, half way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from engine.feel.values import Months
from tests.golden.build import built, did, kinds, later, on
from tests.golden.play import Case, Move
from tests.support import elements, extension, file_around, package, service, timer

EVERY_TYPE: Mapping[str, Any] = {
    "text": "Surat “keterangan” 你好 🙂",
    "nothing": None,
    "yes": True,
    "whole": 9_007_199_254_740_993,
    "huge": 10**30,
    "amount": Decimal("1234567.50"),
    "day": date(2024, 2, 29),
    "moment": datetime(2026, 11, 2, 23, 59, 59, 999_999, tzinfo=UTC),
    "clock": time(9, 30, tzinfo=timezone(timedelta(hours=7))),
    "noon": time(12, microsecond=5),
    "span": timedelta(days=-3, microseconds=1),
    "years": Months(25),
    "list": [1, [Decimal("0.1"), [date(2026, 1, 1)]], {}],
    "deep": {"a": {"b": {"c": {"d": [{"e": Months(-1)}]}}}},
    "typename": {"__class__": "Decimal", "typename": "UUID"},
}


def cases() -> Iterator[Case]:
    """Every case without a clock and without events."""
    for group in (steps, branches, repetitions, scopes):
        yield from group()


# Steps, services, rules and values.


def steps() -> Iterator[Case]:
    """One line of steps."""
    line = ["begin submit", "submit check", "check done"]
    yield built("plain-step", "submit=user check=user", line, did("submit"), did("check", outcome="ok"))
    yield built("first-step", "submit=user check=user", line, [], did("submit", "check"))
    yield built("manual-and-plain-task", "submit=manualTask check=task", line, did("submit"), did("check"))
    yield built(
        "values",
        "submit=user check=user which=exclusiveGateway large=user",
        [
            "begin submit",
            "submit check",
            "check which",
            'which large | submit.amount > 1000000 and submit.day = date("2024-02-29")',
            "which done | default",
            "large done",
        ],
        [Move("submit", EVERY_TYPE)],
        did("check", "large"),
    )
    yield built(
        "service-and-rule",
        "submit=user call=serviceTask rate=businessRuleTask check=user count=serviceTask",
        ["begin submit", "submit call", "call rate", "rate check", "check count", "count done"],
        [Move("submit", {"amount": Decimal("7.5")})],
        did("check"),
        files={"rates.dmn": _table("rate", "submit.amount", [("&lt; 5", "1"), ("&gt;= 5", "2.25")])},
        inside={
            "call": service("trial.ask@1", "asked", amount="submit.amount * 2"),
            "rate": extension("<spiffworkflow:calledDecisionId>rate</spiffworkflow:calledDecisionId>"),
            "count": service("trial.count@1", "counted", total="asked.amount + rate"),
        },
    )


def _table(name: str, asked: str, rows: Sequence[tuple[str, str]]) -> bytes:
    """A decision table with one input and one output."""
    rules = "".join(
        f'<rule id="r{number}"><inputEntry id="i{number}"><text>{test}</text></inputEntry>'
        f'<outputEntry id="o{number}"><text>{value}</text></outputEntry></rule>'
        for number, (test, value) in enumerate(rows)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="test">'
        f'<decision id="{name}" name="{name}"><decisionTable id="t" hitPolicy="UNIQUE">'
        f'<input id="in"><inputExpression id="e"><text>{asked}</text></inputExpression></input>'
        f'<output id="out" name="{name}"/>{rules}</decisionTable></decision></definitions>'
    ).encode()


# Gateways and rework.


def branches() -> Iterator[Case]:
    """Branches side by side, one after the other, and again."""
    fork = "submit=user fork=parallelGateway a=user b=user c=user meet=parallelGateway read=user"
    flows = ["begin submit", "submit fork", "fork a", "fork b", "fork c", "a meet", "b meet", "c meet", "meet read"]
    yield built("parallel-half-joined", fork, [*flows, "read done"], did("submit", "b"), did("c", "a", "read"))
    yield built(
        "parallel-list-in-both-branches",
        fork,
        [*flows, "read done"],
        [Move("submit", {"votes": [1]}), Move("a", {"x": 1})],
        [Move("c", {"x": 2}), Move("b", {"x": 3}), *did("read")],
    )
    yield built(
        "parallel-inside-parallel",
        f"{fork} split=parallelGateway d=user e=user join=parallelGateway",
        [*flows[:-4], "fork split", "split d", "split e", "d join", "e join", "join meet", *flows[-4:], "read done"],
        did("submit", "d", "a"),
        did("c", "b", "e", "read"),
    )
    some = ["submit fork", *(f"fork {branch} | submit.{branch}" for branch in "abc"), "a meet", "b meet", "c meet"]
    chosen = [Move("submit", {"a": True, "b": False, "c": True})]
    inclusive = fork.replace("parallel", "inclusive")
    yield built(
        "inclusive-half-joined",
        inclusive,
        ["begin submit", *some, "meet read", "read done"],
        [*chosen, *did("c")],
        did("a", "read"),
    )
    again = ["read which", 'which submit | read.outcome = "again"', "which done | default"]
    rounds = [*did("submit", "a", "b", "c"), *did("read", outcome="again")]
    yield built(
        "parallel-half-joined-after-rework",
        f"{fork} which=exclusiveGateway",
        [*flows, *again],
        [*rounds, *did("submit", "c")],
        [*did("b", "a"), *did("read", outcome="again"), *did("submit", "a", "b", "c", "read")],
    )
    yield built(
        "rework-rounds",
        "submit=user read=user which=exclusiveGateway",
        ["begin submit", "submit read", *again],
        3 * [*did("submit"), *did("read", outcome="again")] + did("submit"),
        [*did("read", outcome="again"), *did("submit", "read")],
    )


# Repeated steps.


def _items(inner: str, *, sequential: bool = False) -> str:
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">{inner}'
        "</multiInstanceLoopCharacteristics>"
    )


THREE = "<loopCardinality>3</loopCardinality><loopDataOutputRef>votes</loopDataOutputRef>"
LISTED = (
    "<loopDataInputRef>people</loopDataInputRef><loopDataOutputRef>votes</loopDataOutputRef>"
    '<inputDataItem id="person"/>'
)


def _vote(outcome: str, item: int | str) -> Move:
    return Move("vote", {"outcome": outcome}, item)


def repetitions() -> Iterator[Case]:
    """Steps for each of several items, and steps that are repeated."""
    line, nodes = ["begin submit", "submit vote", "vote read", "read done"], "submit=user vote=user read=user"
    listed = ["begin submit", "submit people", "people vote", "vote read", "read done"]
    people = {"people.dmn": _table("people", "submit.by", [('"submit"', '["Ani", "Budi", "Cici"]')])}
    ask = extension("<spiffworkflow:calledDecisionId>people</spiffworkflow:calledDecisionId>")
    votes = [_vote("yes", 2), _vote("no", 0), _vote("yes", 1)]
    in_order = [_vote("yes", 0), _vote("no", 1), _vote("yes", 2)]
    yield built(
        "items-parallel",
        nodes,
        line,
        [*did("submit"), *votes[:1]],
        [*votes[1:], *did("read")],
        inside={"vote": _items(THREE)},
    )
    yield built(
        "items-sequential",
        nodes,
        line,
        [*did("submit"), *in_order[:1]],
        [*in_order[1:], *did("read")],
        inside={"vote": _items(THREE, sequential=True)},
    )
    yield built(
        "items-of-a-list",
        f"{nodes} people=businessRuleTask",
        listed,
        [*did("submit"), *votes[:1]],
        [*votes[1:], *did("read")],
        files=people,
        inside={"vote": _items(LISTED), "people": ask},
    )
    yield built(
        "items-of-a-list-sequential",
        f"{nodes} people=businessRuleTask",
        listed,
        [*did("submit"), *in_order[:2]],
        [*in_order[2:], *did("read")],
        files=people,
        inside={"vote": _items(LISTED, sequential=True), "people": ask},
    )
    enough = '<completionCondition>count(votes[outcome = "yes"]) &gt;= 2</completionCondition>'
    for name, sequential in (("items-until-enough", False), ("items-sequential-until-enough", True)):
        yield built(
            name,
            nodes,
            line,
            [*did("submit"), _vote("yes", 0)],
            [_vote("yes", 1), *did("read")],
            inside={"vote": _items(THREE + enough, sequential=sequential)},
        )
    yield built(
        "items-of-an-answer",
        nodes,
        line,
        [Move("submit", {"people": [{"name": "Ani"}, {"name": "Budi"}]}), _vote("yes", 1)],
        [_vote("no", 0), *did("read")],
        inside={"vote": _items(LISTED.replace("people", "submit.people"))},
    )
    units = {"people.dmn": _table("people", "submit.by", [('"submit"', '{DINKES: "Ani", SETDA: "Budi"}')])}
    yield built(
        "items-of-a-map",
        f"{nodes} people=businessRuleTask",
        listed,
        [*did("submit"), _vote("yes", "SETDA")],
        [_vote("no", "DINKES"), *did("read")],
        files=units,
        inside={"vote": _items(LISTED), "people": ask},
    )
    answers = [Move("vote", {"go": go}) for go in (True, True, False)]
    yield built(
        "loop",
        nodes,
        line,
        [*did("submit"), *answers[:1]],
        [*answers[1:], *did("read")],
        inside={
            "vote": '<standardLoopCharacteristics loopMaximum="5"><loopCondition>vote.go</loopCondition>'
            "</standardLoopCharacteristics>"
        },
    )


# Subprocesses and called processes.


def scopes() -> Iterator[Case]:
    """Processes inside processes, open."""
    outer, line = "submit=user work=subProcess read=user", ["begin submit", "submit work", "work read", "read done"]
    inner = elements(
        kinds("in=startEvent fork=parallelGateway a=user b=user meet=parallelGateway out=endEvent"),
        ["in fork", "fork a", "fork b", "a meet", "b meet", "meet out"],
        prefix="inner",
    )
    yield built("subprocess", outer, line, did("submit", "a"), did("b", "read"), inside={"work": inner})
    middle = elements(
        kinds("m_in=startEvent deep=subProcess m_out=endEvent"),
        ["m_in deep", "deep m_out"],
        inside={"deep": inner},
        prefix="middle",
    )
    yield built("subprocess-in-subprocess", outer, line, did("submit", "b"), did("a", "read"), inside={"work": middle})
    late = {"work": inner, "late": timer("P2D")}
    yield built(
        "subprocess-with-deadline",
        f"{outer} late=boundaryEvent escalate=user",
        [*line, "late escalate", "escalate done"],
        [*did("submit", "a"), later(days=1)],
        [later(days=1, hours=1), *did("escalate")],
        inside=late,
        attributes={"late": on("work")},
    )
    yield built(
        "items-of-a-subprocess",
        outer,
        line,
        [*did("submit", "a")],
        [*did("b", "a", "b", "read")],
        inside={"work": _items("<loopCardinality>2</loopCardinality>", sequential=True) + inner},
    )
    called = f'<process id="called" isExecutable="true">{inner}</process>'
    whole = elements(
        kinds(f"begin=startEvent done=endEvent {outer.replace('subProcess', 'callActivity')}"),
        line,
        attributes={"work": 'calledElement="called"'},
    )
    yield Case("call-activity", package(file_around(whole, called)), did("submit", "b"), did("a", "read"))
