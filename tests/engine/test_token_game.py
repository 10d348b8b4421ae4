"""The token game in single situations, each saved and loaded after every move: what the walks found once."""

from __future__ import annotations

import itertools
from collections import Counter
from time import process_time
from typing import Any, ClassVar
from xml.sax.saxutils import escape

import pytest

from engine.errors import EngineError
from engine.items import CompletionUnclear, ItemsUnclear
from engine.spiff import compile_package
from tests.engine.conformance.driving import Host, Ours, Saved, after, boundary, done, started
from tests.support import diagram, elements, package, service, timer


def test_of_two_overdue_deadlines_on_one_step_only_the_earlier_counts() -> None:
    case = started(
        {
            "begin": "startEvent",
            "decide": "userTask",
            "late": "boundaryEvent",
            "soon": "boundaryEvent",
            "cancel": "userTask",
            "escalate": "userTask",
            "done": "endEvent",
        },
        ["begin decide", "decide done", "late cancel", "soon escalate", "cancel done", "escalate done"],
        inside={"late": timer("P2D"), "soon": timer("P1D")},
        attributes={"late": boundary("decide"), "soon": boundary("decide")},
    )
    after(case, days=3)
    assert case.open == Counter([("escalate", ())])


def test_of_two_overdue_timers_behind_one_gateway_only_the_earlier_decides() -> None:
    case = started(
        {
            "begin": "startEvent",
            "first": "eventBasedGateway",
            "late": "intermediateCatchEvent",
            "soon": "intermediateCatchEvent",
            "cancel": "userTask",
            "escalate": "userTask",
            "done": "endEvent",
        },
        ["begin first", "first late", "first soon", "late cancel", "soon escalate", "cancel done", "escalate done"],
        inside={"late": timer("P2D"), "soon": timer("P1D")},
    )
    after(case, days=3)
    assert case.open == Counter([("escalate", ())])


def reminded(reminder: str) -> Saved:
    """A step with a reminder beside it."""
    return started(
        {
            "begin": "startEvent",
            "decide": "userTask",
            "weekly": "boundaryEvent",
            "remind": "userTask",
            "archive": "userTask",
            "reminded": "endEvent",
            "done": "endEvent",
        },
        ["begin decide", "decide archive", "archive done", "weekly remind", "remind reminded"],
        inside={"weekly": reminder},
        attributes={"weekly": boundary("decide", interrupts=False)},
    )


def test_a_reminder_that_is_being_handled_outlives_the_step_it_reminds_of() -> None:
    case = reminded(timer("R3/P7D", "timeCycle"))
    after(case, days=8)
    done(case, "decide")
    assert case.open == Counter([("remind", ()), ("archive", ())])
    assert case.workflow.next_due() is None, "the reminders to come are not wanted any more"
    done(case, "archive", "remind")
    assert case.workflow.completed


def test_reminders_missed_while_nothing_ran_are_made_up_for_once() -> None:
    case = reminded(timer("R3/P7D", "timeCycle"))
    after(case, days=16)
    assert case.open == Counter([("decide", ()), ("remind", ())])
    after(case, days=30)
    assert case.open[("remind", ())] == 2


def test_what_a_late_path_of_a_subprocess_answers_survives_its_end() -> None:
    nodes = {"in": "startEvent", "read": "userTask", "slow": "boundaryEvent", "explain": "userTask"}
    inner = elements(
        {**nodes, "read_done": "endEvent", "explained": "endEvent"},
        ["in read", "read read_done", "slow explain", "explain explained"],
        inside={"slow": timer("P1D")},
        attributes={"slow": boundary("read", interrupts=False)},
        prefix="inner",
    )
    case = started(
        {
            "begin": "startEvent",
            "work": "subProcess",
            "decide": "userTask",
            "which": "exclusiveGateway",
            "done": "endEvent",
        },
        ["begin work", "work decide", "decide which", 'which work | decide.outcome = "again"', "which done | default"],
        inside={"work": inner},
    )
    after(case, days=2)
    done(case, "explain", "read")
    done(case, "decide", outcome="again")
    after(case, days=2)
    done(case, "explain", outcome="new")
    done(case, "read")
    assert case.knows()[0][2]["explain"]["outcome"] == "new"


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_a_repeated_step_collects_its_answers_in_order_and_again_after_a_rework(sequential: str) -> None:
    repeated = (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>2</loopCardinality>'
        "<loopDataOutputRef>votes</loopDataOutputRef></multiInstanceLoopCharacteristics>"
    )
    case = started(
        {
            "begin": "startEvent",
            "vote": "userTask",
            "decide": "userTask",
            "which": "exclusiveGateway",
            "done": "endEvent",
        },
        ["begin vote", "vote decide", "decide which", 'which vote | decide.outcome = "again"', "which done | default"],
        inside={"vote": repeated},
    )
    for outcome in ("yes", "no"):
        order = [("vote", (0,)), ("vote", (1,))] if sequential == "true" else [("vote", (1,)), ("vote", (0,))]
        done(case, *order, outcome=outcome)
        assert [vote["outcome"] for vote in case.knows()[0][2]["votes"]] == [outcome, outcome]
        assert [vote["number"] for vote in case.knows()[0][2]["votes"]] == [order.index(("vote", (n,))) for n in (0, 1)]
        done(case, "decide", outcome="again")


@pytest.mark.parametrize("items", ["submit.nothing", "1.5", "-1", "1001", '"three"'])
def test_a_step_cannot_be_repeated_for_what_is_no_reasonable_number(items: str) -> None:
    repeated = f"<multiInstanceLoopCharacteristics><loopCardinality>{items}</loopCardinality>"
    with pytest.raises(EngineError):
        started(
            {"begin": "startEvent", "vote": "userTask", "done": "endEvent"},
            ["begin vote", "vote done"],
            inside={"vote": f"{repeated}</multiInstanceLoopCharacteristics>"},
        )


def test_a_list_answered_again_in_a_loop_replaces_the_earlier_one() -> None:
    loop = '<standardLoopCharacteristics loopMaximum="2"/>'
    case = started(
        {"begin": "startEvent", "list": "userTask", "read": "userTask", "done": "endEvent"},
        ["begin list", "list read", "read done"],
        inside={"list": loop},
    )
    for tags in (["a", "b", "c"], ["d", "d"]):
        case.workflow.give(case.workflow.waiting_steps()[0], {"tags": tags})
    assert case.knows() == [("read", (), {"list": {"tags": ["d", "d"]}})]


def blocks(count: int, width: int) -> tuple[dict[str, str], list[str]]:
    """AND blocks in a row."""
    nodes, flows, last = {"begin": "startEvent", "done": "endEvent"}, list[str](), "begin"
    for number in range(count):
        split, join = f"split{number}", f"join{number}"
        nodes |= {split: "parallelGateway", join: "parallelGateway"}
        flows.append(f"{last} {split}")
        for branch in range(width):
            nodes[step := f"step{number}_{branch}"] = "userTask"
            flows += [f"{split} {step}", f"{step} {join}"]
        last = join
    return nodes, [*flows, f"{last} done"]


def test_twelve_blocks_of_two_branches_cost_no_more_than_their_open_steps() -> None:
    case = started(*blocks(12, 2))
    assert len(list(case.workflow.everything())) <= 12
    for number in range(12):
        done(case, f"step{number}_1", f"step{number}_0")
    assert case.workflow.completed


def test_the_values_of_all_parallel_branches_survive_the_join() -> None:
    for order in itertools.permutations(range(4)):
        nodes, flows = blocks(1, 4)
        case = started({**nodes, "read": "userTask"}, [*flows[:-1], "join0 read", "read done"])
        done(case, *(f"step0_{branch}" for branch in order))
        assert {name: value["number"] for name, value in case.knows()[0][2].items()} == {
            f"step0_{branch}": number for number, branch in enumerate(order)
        }


def test_a_branch_that_parts_again_before_the_join_does_not_contradict_itself() -> None:
    nodes = {"begin": "startEvent", "split": "parallelGateway", "fork": "parallelGateway", "join": "parallelGateway"}
    nodes |= dict.fromkeys(("side", "note", "again", "left", "right", "read"), "userTask") | {"done": "endEvent"}
    flows = ["begin note", "note split", "split side", "split again", "again fork", "fork left", "fork right"]
    case = started(nodes, [*flows, "left join", "right join", "side join", "join read", "read done"])
    done(case, "note", "again", "right", "side", "left")
    assert set(case.knows()[0][2]) == {"note", "again", "right", "side", "left"}


def test_a_chain_of_three_hundred_steps_goes_through() -> None:
    steps = [f"step{number}" for number in range(300)]
    way = ["begin", *steps, "done"]
    case = started(
        {"begin": "startEvent", **dict.fromkeys(steps, "userTask"), "done": "endEvent"},
        [f"{one} {other}" for one, other in itertools.pairwise(way)],
    )
    done(case, *steps)
    assert case.workflow.completed


def test_a_chain_of_three_hundred_automatic_nodes_is_one_activation() -> None:
    gateways = [f"way{number}" for number in range(300)]
    way = ["begin", *gateways, "read", "done"]
    case = started(
        {"begin": "startEvent", **dict.fromkeys(gateways, "exclusiveGateway"), "read": "userTask", "done": "endEvent"},
        [f"{one} {other}" for one, other in itertools.pairwise(way)],
    )
    assert case.open == Counter([("read", ())])


def each(source: str) -> Saved:
    """A step, then another one for each entry of something."""
    repeated = (
        f"<multiInstanceLoopCharacteristics><loopDataInputRef>{source}</loopDataInputRef><loopDataOutputRef>heard"
        '</loopDataOutputRef><inputDataItem id="person"/></multiInstanceLoopCharacteristics>'
    )
    case = started(
        {"begin": "startEvent", "name": "userTask", "hear": "userTask", "read": "userTask", "done": "endEvent"},
        ["begin name", "name hear", "hear read", "read done"],
        inside={"hear": repeated},
    )
    case.workflow.give(
        case.workflow.waiting_steps()[0], {"people": ["Siti", "Budi"], "posts": {"head": "Siti"}, "number": 2}
    )
    return case


def test_a_step_is_repeated_for_each_entry_of_a_list_in_an_answer() -> None:
    case = each("name.people")
    assert [(items, known["person"]) for _, items, known in case.knows()] == [((0,), "Siti"), ((1,), "Budi")]
    done(case, ("hear", (1,)), ("hear", (0,)))
    assert [answer["number"] for answer in case.knows()[0][2]["heard"]] == [1, 0]


def test_a_step_is_repeated_for_each_entry_of_a_map_and_collects_a_map() -> None:
    case = each("name.posts")
    assert [(items, known["person"]) for _, items, known in case.knows()] == [(("head",), "Siti")]
    done(case, ("hear", ("head",)))
    assert case.knows()[0][2]["heard"].keys() == {"head"}


@pytest.mark.parametrize("source", ["name.number", "name.nobody", "nothing"])
def test_a_step_cannot_be_repeated_for_the_entries_of_what_is_no_list(source: str) -> None:
    with pytest.raises(ItemsUnclear, match="Step “hear”"):
        each(source)


def test_inclusive_joins_that_wait_for_each_other_wait_for_nobody_else() -> None:
    """Such a diagram is refused; one that slips through must be seen as stuck, and so become an incident."""
    case = started(
        {
            "begin": "startEvent",
            "submit": "userTask",
            "both": "parallelGateway",
            "x": "inclusiveGateway",
            "one": "userTask",
            "y": "inclusiveGateway",
            "two": "userTask",
            "again": "exclusiveGateway",
            "done": "endEvent",
        },
        [
            *("begin submit", "submit both", "both x", "both y", "x one", "one y", "y two", "two again"),
            *('again x | two.outcome = "again"', "again done | default"),
        ],
    )
    assert case.workflow.waits()
    done(case, "submit")
    assert not case.workflow.waits()
    assert not case.workflow.completed


def voted(until: str, *, sequential: bool = False) -> Saved:
    """A vote of three, counted until it is enough, and what follows."""
    repeated = (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><loopCardinality>3'
        "</loopCardinality><loopDataOutputRef>votes</loopDataOutputRef>"
        f"<completionCondition>{escape(until)}</completionCondition></multiInstanceLoopCharacteristics>"
    )
    return started(
        {"begin": "startEvent", "vote": "userTask", "decide": "userTask", "done": "endEvent"},
        ["begin vote", "vote decide", "decide done"],
        inside={"vote": repeated},
    )


def test_a_quorum_ends_a_vote_with_the_votes_collected_so_far_in_the_order_of_the_items() -> None:
    case = voted('count(votes[outcome = "yes"]) = 2')
    done(case, ("vote", (2,)), outcome="yes")
    assert case.open == Counter([("vote", (0,)), ("vote", (1,))])
    done(case, ("vote", (0,)), outcome="yes")
    assert case.open == Counter([("decide", ())])
    assert [vote["outcome"] for vote in case.knows()[0][2]["votes"]] == ["yes", "yes"]
    assert case.knows()[0][2].keys() == {"votes"}, "the numbers of instances are known to the condition alone"


def test_a_vote_one_after_the_other_asks_nobody_else_once_it_is_decided() -> None:
    case = voted('votes[-1].outcome = "no"', sequential=True)
    done(case, ("vote", (0,)), outcome="yes")
    assert case.open == Counter([("vote", (1,))])
    done(case, ("vote", (1,)), outcome="no")
    assert case.open == Counter([("decide", ())])


@pytest.mark.parametrize(("sequential", "active"), [(False, 2), (True, 0)])
def test_a_completion_condition_knows_how_many_instances_there_are(sequential: bool, active: int) -> None:
    case = voted(
        f"numberOfInstances = 3 and numberOfActiveInstances = {active}"
        " and numberOfCompletedInstances = 1 and numberOfTerminatedInstances = 0",
        sequential=sequential,
    )
    done(case, ("vote", (0,)))
    assert case.open == Counter([("decide", ())])


@pytest.mark.parametrize("until", ["numberOfInstances", "nobody.said", '"yes"'])
def test_a_completion_condition_that_is_neither_true_nor_false_stops_the_step_and_says_which(until: str) -> None:
    with pytest.raises(CompletionUnclear, match="step “vote” is neither true nor false"):
        done(voted(until), ("vote", (0,)))


class Meddling(Host):
    """A service that changes what it is given, and what it once answered."""

    kept: ClassVar[list[dict[str, Any]]] = []

    def call_service(self, name: str, parameters: Any, data: Any) -> Any:
        for given in (parameters["tags"], data["note"]["tags"], *(one["list"] for one in self.kept)):
            given.append("meddled")
        self.kept.append({"list": ["fresh"]})
        return self.kept[-1]


@pytest.mark.parametrize("side", [Ours, Saved])
def test_a_service_that_changes_what_it_is_given_changes_no_branch(side: type[Ours]) -> None:
    nodes = {"begin": "startEvent", "note": "userTask", "split": "parallelGateway", "join": "parallelGateway"}
    nodes |= {"one": "serviceTask", "other": "serviceTask", "read": "userTask", "done": "endEvent"}
    flows = ["begin note", "note split", "split one", "split other", "one join", "other join", "join read", "read done"]
    calls = {name: service("test.meddle@1", result=f"{name}_result", tags="note.tags") for name in ("one", "other")}
    case = side(compile_package(package(diagram(nodes, flows, inside=calls))), Meddling())
    case.workflow.give(case.workflow.waiting_steps()[0], {"tags": ["a"]})
    fresh = {"list": ["fresh"]}
    assert case.knows() == [("read", (), {"note": {"tags": ["a"]}, "one_result": fresh, "other_result": fresh})]


@pytest.mark.parametrize("join", ["parallelGateway", "inclusiveGateway"])
@pytest.mark.parametrize("within", [False, True])
def test_two_hundred_branches_that_meet_cost_no_more_than_they_are(join: str, within: bool) -> None:
    ways = [f"way{number}" for number in range(200)]
    nodes = {"in": "startEvent", "split": "parallelGateway", "last": "userTask", "join": join, "out": "endEvent"}
    nodes |= dict.fromkeys(ways, "exclusiveGateway")
    flows = ["in split", "split last", "last join", "join out"]
    flows += [flow for way in ways for flow in (f"split {way}", f"{way} join")]
    began = process_time()
    if within:
        part = elements(nodes, flows, prefix="part")
        outer = {"begin": "startEvent", "part": "subProcess", "done": "endEvent"}
        case = started(outer, ["begin part", "part done"], inside={"part": part})
    else:
        case = started(nodes, flows)
    assert case.open == Counter([("last", ())])
    done(case, "last")
    assert case.workflow.completed
    assert process_time() - began < 10, "it took minutes when every token looked at all others"
