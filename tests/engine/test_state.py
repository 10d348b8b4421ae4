"""The state codec: what went in comes out, types and all, whatever was asked of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel.values import Months
from engine.merge import ParallelConflict, merge_branches
from engine.state import pack, unpack

plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(min_value=timedelta(days=-100_000), max_value=timedelta(days=100_000)),
    st.integers(-10_000, 10_000).map(Months),
    st.times(),
    st.times(timezones=st.sampled_from([UTC, timezone(timedelta(hours=7)), ZoneInfo("Asia/Jayapura")])),
)
values = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(values)
def test_values_come_back_with_their_types(value: Any) -> None:
    back = unpack(pack(value))
    assert back == value or isinstance(value, int)
    assert pack(back) == pack(value)


@pytest.mark.parametrize("value", [(1, 2), {1, 2}, object(), datetime.fromisoformat("2026-01-01"), Decimal("NaN")])
def test_what_could_not_come_back_as_it_was_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        pack(value)


def test_a_key_that_looks_like_a_type_is_only_a_key() -> None:
    answers = {"typename": "UUID", "value": "x", "__class__": {"typename": "date"}}
    assert unpack(pack(answers)) == answers


def test_a_date_is_not_a_moment() -> None:
    assert unpack(pack([date(2026, 2, 28), datetime(2026, 2, 28, tzinfo=UTC)])) == [
        date(2026, 2, 28),
        datetime(2026, 2, 28, tzinfo=UTC),
    ]


maps = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3) | st.lists(st.integers(0, 2)))


@given(
    maps, st.dictionaries(st.sampled_from("uvw"), st.integers()), st.dictionaries(st.sampled_from("xyz"), st.integers())
)
def test_branches_that_write_different_places_lose_nothing(base: Any, first: Any, second: Any) -> None:
    assert merge_branches(base, [("a", base | first), ("b", base | second)]) == base | first | second


@given(maps, maps)
def test_the_order_of_branches_does_not_matter_where_one_of_them_changed_nothing(base: Any, changed: Any) -> None:
    assert merge_branches(base, [("a", base), ("b", changed)]) == changed
    assert merge_branches(base, [("a", changed), ("b", base)]) == changed


def test_entries_that_both_branches_append_are_all_kept() -> None:
    base = {"votes": ["old"]}
    merged = merge_branches(base, [("a", {"votes": ["old", "yes"]}), ("b", {"votes": ["old", "no"]})])
    assert merged == {"votes": ["old", "yes", "no"]}


def test_a_value_changed_differently_by_two_branches_names_both() -> None:
    with pytest.raises(ParallelConflict, match=r"“check” and “consider” gave “amount”"):
        merge_branches({"amount": 1}, [("check", {"amount": 2}), ("consider", {"amount": 3})])


def test_of_several_branches_the_two_that_contradict_each_other_are_named() -> None:
    base = {"cost": {"amount": 1}}
    branches = [("note", base), ("check", {"cost": {"amount": 2}}), ("read", base), ("pay", {"cost": {"amount": 3}})]
    with pytest.raises(ParallelConflict, match=r"“check” and “pay” gave “cost\.amount”"):
        merge_branches(base, branches)


def test_a_branch_that_did_not_touch_a_value_does_not_undo_the_other() -> None:
    assert merge_branches({"n": 1}, [("a", {"n": 5}), ("b", {"n": 1})]) == {"n": 5}
