"""Limits: each has its bounds, its setting and its message, and each stops what goes beyond it, and says where."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.budget import BadExpression, Budget
from engine.errors import LimitExceeded, ServiceFailed
from engine.feel.values import Months
from engine.fitting import UnfitValue, require_fitting
from engine.forms import read_form
from engine.limits import DEFAULT, SENTENCES, Limits, LimitsError, setting_of
from engine.services import ServiceContext, Services
from engine.timers import BadTimer, duration, moment, near, repetition
from tests.support import Office, diagram, form, form_of, package, service, timer

NAMES = [limit.name for limit in fields(Limits)]
NOW = datetime(2026, 11, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_is_set_by_its_variable_within_its_bounds(name: str) -> None:
    bounds = next(limit.metadata for limit in fields(Limits) if limit.name == name)
    for value in (bounds["least"], bounds["most"]):
        assert getattr(Limits.from_env({setting_of(name): str(value)}), name) == value
    for wrong in (str(bounds["least"] - 1), str(bounds["most"] + 1), "-1", "1e3", "²", "many", "9" * 5_000):
        with pytest.raises(LimitsError, match=setting_of(name)):
            Limits.from_env({setting_of(name): wrong})


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_has_a_message_of_its_own_with_its_value_and_the_place(name: str) -> None:
    error = DEFAULT.exceeded(name, "check")
    assert error.limit == setting_of(name)
    for text in (error.text.id, error.text.en):
        assert str(getattr(DEFAULT, name)) in text
        assert "“check”" in text
        assert "{" not in text


def test_no_two_limits_say_the_same() -> None:
    assert set(SENTENCES) == set(NAMES)
    assert len({sentence.id for sentence in SENTENCES.values()}) == len(NAMES)


CYCLE: list[Any] = []
CYCLE += [CYCLE, CYCLE]


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        1.5,
        Decimal("NaN"),
        Decimal("Infinity"),
        "a\0b",
        "\ud800",
        {"a": {1: "x"}},
        {"\0": 1},
        (1, 2),
        {1, 2},
        b"x",
        print,
        object(),
        datetime(2026, 1, 1),  # noqa: DTZ001 - a moment without a zone is what is to be refused
        [[{"a": [None, 1j]}]],
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_would_not_come_back_as_it_was_does_not_go_in(value: Any) -> None:
    with pytest.raises(UnfitValue) as caught:
        require_fitting({"x": value}, DEFAULT, "leave.route@1")
    assert "leave.route@1" in caught.value.text.en


def test_every_plain_value_goes_in() -> None:
    whole = [None, True, 1, -1, Decimal("1.50"), Decimal("1e-100"), "ä\n\t😀", NOW, NOW.date(), timedelta(1), Months(3)]
    require_fitting({"a": whole, "b": {"c": [{}]}}, DEFAULT, "x")


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        ("x" * 100_001, "longest_text"),
        ({"x" * 100_001: 1}, "longest_text"),
        ([0] * 10_001, "longest_list"),
        ({str(n): n for n in range(10_001)}, "longest_list"),
        (CYCLE, "deepest_data"),
        (10**34, "most_digits"),
        (-(10**34), "most_digits"),
        (10**100_000, "most_digits"),
        (Decimal("1e34"), "most_digits"),
        (Decimal("1e999999"), "most_digits"),
        (Decimal("1e-999999"), "most_digits"),
        (Decimal("0." + "1" * 35), "most_digits"),
        ([[0] * 10_000] * 200, "largest_state"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_what_is_too_large_is_refused_by_its_own_limit(value: Any, limit: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        require_fitting(value, DEFAULT, "x")
    assert caught.value.limit == setting_of(limit)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("PT0S", "shortest_timer"),
        ("PT0.5S", "shortest_timer"),
        ("P3661D", "longest_timer"),
        ("P999999999Y", "longest_timer"),
        ("P999999999YT999999999S", "longest_timer"),
        ("P999999999W", "longest_timer"),
        (timedelta(), "shortest_timer"),
        (timedelta(seconds=-5), "shortest_timer"),
        (timedelta.max, "longest_timer"),
        (Months(-1), "shortest_timer"),
        (Months(10**12), "longest_timer"),
    ],
)
def test_a_single_timer_waits_neither_too_short_nor_too_long(text: Any, limit: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        duration(text, DEFAULT, "wait")
    assert caught.value.limit == setting_of(limit)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("R/PT59S", "shortest_cycle"),
        ("R3/PT0S", "shortest_timer"),
        ("R1001/P1D", "most_repeats"),
        ("R999999999/P1D", "most_repeats"),
    ],
)
def test_a_repeated_timer_comes_round_neither_too_often_nor_too_many_times(text: str, limit: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        repetition(text, DEFAULT, "remind")
    assert caught.value.limit == setting_of(limit)


@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "2201-01-01", "soon", 7, None])
def test_a_moment_out_of_this_world_is_no_timer(text: Any) -> None:
    with pytest.raises(BadTimer):
        moment(text, UTC, "wait")


def test_a_moment_is_no_further_away_than_a_timer_may_wait() -> None:
    assert near(NOW + timedelta(days=3_660), DEFAULT, "wait", now=NOW)
    with pytest.raises(LimitExceeded) as caught:
        near(NOW + timedelta(days=3_661), DEFAULT, "wait", now=NOW)
    assert caught.value.limit == "ALUR_LONGEST_TIMER"


HEAVY = "count(for i in 1..9000 return i * 2) > 0"
"""Some 45,000 steps."""


def test_the_expressions_of_one_act_share_one_budget() -> None:
    budget = Budget(replace(DEFAULT, most_calculation=100_000), NOW, UTC)
    assert budget.computed("1 + 1", {}) == 2
    assert budget.computed(HEAVY, {}) is True
    assert budget.computed(HEAVY, {}) is True
    with pytest.raises(LimitExceeded) as caught:
        budget.computed(HEAVY, {})
    assert caught.value.limit == "ALUR_MOST_CALCULATION"
    assert HEAVY in caught.value.text.en


def test_reading_a_long_expression_counts_too() -> None:
    budget = Budget(replace(DEFAULT, most_calculation=100_000), NOW, UTC)
    assert budget.computed("1" + " + 1" * 2_490, {}) == 2_491
    with pytest.raises(LimitExceeded) as caught:
        budget.computed("1" + " + 2" * 10, {})
    assert caught.value.limit == "ALUR_MOST_CALCULATION"


def test_an_expression_that_cannot_be_read_fails_with_its_reason() -> None:
    with pytest.raises(BadExpression, match="a == b"):
        Budget(DEFAULT, NOW, UTC).computed("a == b", {})


def test_the_conditions_of_a_form_share_one_budget() -> None:
    hidden = {"conditional": {"hide": f"={HEAVY} and z = 1"}}
    assert read_form(form(a=hidden), "x.form").accept({}, context={}) == {"a": None}
    with pytest.raises(LimitExceeded) as caught:
        read_form(form(**{f"a{n}": hidden for n in range(60)}), "x.form").accept({}, context={})
    assert caught.value.limit == "ALUR_MOST_CALCULATION"


# What a diagram does.

LANES = {"requester": ["begin", "ask", "again"]}
services = Services("test")


@services.register("test.give@1")
def give(ctx: ServiceContext, *, what: str) -> dict[str, Any]:
    """Whatever a careless service may give."""
    return {"given": {"nan": float("nan"), "tuple": (1, 2), "text": "x" * 200_000, "self": CYCLE}[what]}


@pytest.fixture
def kind() -> str:
    """One kind of database is enough here: nothing of this is in its hands."""
    return "sqlite"


def limited(office: Office, **limits: int) -> Office:
    """The same office with other limits."""
    return Office(office.database, services, limits=replace(DEFAULT, **limits))


def failed(office: Office, bpmn: bytes, **limits: int) -> ServiceFailed:
    """How an instance of the diagram fails at its start."""
    office = limited(office, **limits)
    office.deploy(package(bpmn))
    with pytest.raises(ServiceFailed) as caught:
        office.start("flow", "P097")
    return caught.value


def after_ask(nodes: dict[str, str], flows: list[str], **more: Any) -> bytes:
    """A diagram that goes on from the requester's step."""
    every = {"begin": "startEvent", "ask": "userTask", **nodes, "end": "endEvent"}
    return diagram(every, ["begin ask", *flows], lanes=LANES, **more)


def test_a_loop_that_never_waits_is_stopped(office: Office) -> None:
    error = failed(
        office, after_ask({"round": "exclusiveGateway"}, ["ask round", "round round | true", "round end | default"])
    )
    assert isinstance(error, LimitExceeded)
    assert (error.limit, error.element) == ("ALUR_MOST_STEPS", "round")


def test_a_loop_through_a_moment_long_past_is_stopped(office: Office) -> None:
    past = {"inside": {"wait": timer("2026-01-01", "timeDate")}}
    nodes = {"again": "exclusiveGateway", "wait": "intermediateCatchEvent"}
    error = failed(
        office, after_ask(nodes, ["ask again", "again wait | true", "again end | default", "wait again"], **past)
    )
    assert isinstance(error, LimitExceeded)
    assert error.limit == "ALUR_MOST_STEPS"


@pytest.mark.parametrize(
    ("items", "limit", "limits"),
    [("1001", "ALUR_MOST_ITEMS", {}), ("1e30", "ALUR_MOST_ITEMS", {}), ("101", "ALUR_MOST_TASKS", {"most_tasks": 100})],
)
def test_a_step_is_not_repeated_too_often(office: Office, items: str, limit: str, limits: dict[str, int]) -> None:
    times = f"<loopCardinality>{items}</loopCardinality>"
    inside = {"again": f"<multiInstanceLoopCharacteristics>{times}</multiInstanceLoopCharacteristics>"}
    bpmn = after_ask({"again": "userTask"}, ["ask again", "again end"], inside=inside)
    error = failed(office, bpmn, **limits)
    assert isinstance(error, LimitExceeded)
    assert (error.limit, error.element) == (limit, "again")


def test_branches_that_multiply_are_stopped(office: Office) -> None:
    """Each of 12 splits has two branches that meet without a join: 4,096 tokens."""
    nodes = {f"{kind}{n}": element for n in range(12) for kind, element in KINDS}
    flows = [f"s{n} {branch}{n}" for n in range(12) for branch in "ab"]
    flows += [f"{branch}{n} m{n}" for n in range(12) for branch in "ab"]
    flows += [f"m{n} s{n + 1}" for n in range(11)] + ["ask s0", "m11 end"]
    error = failed(office, after_ask(nodes, flows), most_steps=10_000)
    assert isinstance(error, LimitExceeded)
    assert error.limit == "ALUR_MOST_TASKS"


KINDS = (
    ("s", "parallelGateway"),
    ("a", "intermediateThrowEvent"),
    ("b", "intermediateThrowEvent"),
    ("m", "exclusiveGateway"),
)


@pytest.mark.parametrize(("value", "kind"), [("nan", UnfitValue), ("tuple", UnfitValue), ("text", LimitExceeded)])
def test_a_service_that_gives_what_cannot_be_kept_fails_by_name(office: Office, value: str, kind: type) -> None:
    asked = {"inside": {"auto": service("test.give@1", what=f'"{value}"')}}
    error = failed(office, after_ask({"auto": "serviceTask"}, ["ask auto", "auto end"], **asked))
    assert isinstance(error, kind)
    assert error.element == "auto"
    assert "test.give@1" in error.text.en


def test_a_zero_timer_from_the_data_is_stopped(office: Office) -> None:
    waits = {"inside": {"wait": timer('=duration("PT0S")')}}
    error = failed(office, after_ask({"wait": "intermediateCatchEvent"}, ["ask wait", "wait end"], **waits))
    assert isinstance(error, LimitExceeded)
    assert error.limit == "ALUR_SHORTEST_TIMER"
    assert "“wait”" in error.text.en


def test_calculation_in_one_act_is_bounded_however_many_gateways_share_it(office: Office) -> None:
    nodes = {f"g{n}": "exclusiveGateway" for n in range(30)}
    flows = ["ask g0"] + [f"g{n} g{n + 1} | {HEAVY}" for n in range(29)] + ["g29 end | true"]
    error = failed(office, after_ask(nodes, flows), most_calculation=100_000)
    assert isinstance(error, LimitExceeded)
    assert error.limit == "ALUR_MOST_CALCULATION"


def test_a_request_whose_rounds_never_end_is_stopped(office: Office) -> None:
    office = limited(office, most_acts=100)
    office.deploy(package(after_ask({"again": "userTask"}, ["ask again", "again ask"])))
    case = office.start("flow", "P097")
    for number in range(99):
        case.complete(("again", "ask")[number % 2], "P097")
    with pytest.raises(LimitExceeded) as caught:
        case.complete("ask", "P097")
    assert caught.value.limit == "ALUR_MOST_ACTS"
    assert case.row.events == 100


def test_data_that_grow_are_stopped(office: Office) -> None:
    office = limited(office, largest_state=10)
    fields = {key: {"type": "textarea"} for key in "abc"}
    bpmn = after_ask({"again": "userTask"}, ["ask again", "again end"], inside={"ask": form_of("ask")})
    office.deploy(package(bpmn, files={"ask.form": form(**fields)}))
    with pytest.raises(LimitExceeded) as caught:
        office.start("flow", "P097", a="x" * 4_000, b="y" * 4_000, c="z" * 4_000)
    assert caught.value.limit == "ALUR_LARGEST_STATE"
