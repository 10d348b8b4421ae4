"""Laws that hold for all values: order, truth, ranges, dates, clocks, texts beyond the basic plane, numbers, lists."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import Months, compile_expression, compile_unary

BERLIN = ZoneInfo("Europe/Berlin")
"""A zone whose clock is put forward and back."""

NUMBERS = st.decimals(-(10**9), 10**9, places=4)
DATES = st.dates(date(1900, 1, 1), date(2100, 12, 31))
MOMENTS = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - the zone comes with it
    datetime(2060, 1, 1),  # noqa: DTZ001 - the zone comes with it
    timezones=st.sampled_from([UTC, BERLIN, timezone(timedelta(hours=7))]),
)
SPANS = st.timedeltas(timedelta(days=-900), timedelta(days=900))
TEXTS = st.text("ab\u00e9\U0001f40e\U0001d518 ;", max_size=8)
TRUTHS = st.sampled_from([True, False, None])
ANYTHING = st.one_of(
    st.none(), st.booleans(), NUMBERS, TEXTS, DATES, MOMENTS, SPANS, st.times(), st.builds(Months, st.integers(-99, 99))
)


def value(text: str, **data: Any) -> Any:
    return compile_expression(text).evaluate(data)


@given(TRUTHS, TRUTHS, TRUTHS)
def test_truth_follows_the_tables_of_the_standard(a: bool | None, b: bool | None, c: bool | None) -> None:
    def same(left: str, right: str) -> bool:
        return value(left, a=a, b=b, c=c) is value(right, a=a, b=b, c=c)

    assert same("a and b", "b and a")
    assert same("a or b", "b or a")
    assert same("not(a and b)", "not(a) or not(b)")
    assert same("a and (b or c)", "(a and b) or (a and c)")
    assert same("all([a, b])", "a and b")
    assert same("any([a, b])", "a or b")
    assert same("every x in [a, b] satisfies x", "a and b")
    assert same("some x in [a, b] satisfies x", "a or b")


@given(ANYTHING, ANYTHING)
def test_order_and_equality_are_the_same_from_both_sides_or_there_is_none(a: Any, b: Any) -> None:
    assert value("a < b", a=a, b=b) is value("b > a", a=a, b=b)
    assert value("a <= b", a=a, b=b) is value("b >= a", a=a, b=b)
    assert value("a = b", a=a, b=b) is value("b = a", a=a, b=b)
    assert value("a != b", a=a, b=b) is value("not(a = b)", a=a, b=b)
    if value("a < b", a=a, b=b) is not None:
        assert [value(f"a {sign} b", a=a, b=b) for sign in ("<", "=", ">")].count(True) == 1
        assert value("a <= b", a=a, b=b) is value("a < b or a = b", a=a, b=b)
    if type(a) is not type(b) and a is not None and b is not None:
        assert [value(f"a {sign} b", a=a, b=b) for sign in ("=", "!=", "<", "<=")] == [None] * 4


@given(st.one_of(*(st.tuples(s, s, s) for s in (NUMBERS, DATES, MOMENTS, SPANS, TEXTS, st.times()))))
def test_a_range_is_two_comparisons(three: tuple[Any, Any, Any]) -> None:
    x, low, high = three
    assert value("x between low and high", x=x, low=low, high=high) is (low <= x <= high)
    if low > high:
        return
    for opening, left in (("[", ">="), ("(", ">"), ("]", ">")):
        for closing, right in (("]", "<="), (")", "<"), ("[", "<")):
            inside = value(f"x {left} low and x {right} high", x=x, low=low, high=high)
            interval = f"{opening}low..high{closing}"
            assert value(f"x in {interval}", x=x, low=low, high=high) is inside
            assert compile_unary(interval).matches(x, {"low": low, "high": high}) is inside
            assert compile_unary(f"not({interval})").matches(x, {"low": low, "high": high}) is not inside


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0 between 1 and null", False), ("2 between 1 and null", None), ("2 between null and 1", False)],
)
def test_one_answer_can_decide_what_lies_between(text: str, expected: bool | None) -> None:
    assert value(text) is expected


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.data())
def test_two_ranges_are_apart_or_overlap(a: int, b: int, c: int, d: int, data: st.DataObject) -> None:
    first = f"{data.draw(st.sampled_from('[('))}{min(a, b)}..{max(a, b) + 1}{data.draw(st.sampled_from('])'))}"
    second = f"{data.draw(st.sampled_from('[('))}{min(c, d)}..{max(c, d) + 1}{data.draw(st.sampled_from('])'))}"
    said = [value(f"{name}({first}, {second})") for name in ("before", "after", "overlaps")]
    assert said.count(True) == 1
    assert said.count(False) == 2
    assert value(f"overlaps({first}, {second})") is value(f"overlaps({second}, {first})")
    if value(f"includes({first}, {second})"):
        assert value(f"during({second}, {first})") is True


@given(MOMENTS, SPANS, SPANS)
def test_time_passes_alike_on_every_clock(moment: datetime, span: timedelta, other: timedelta) -> None:
    assert value("m + s - m = s", m=moment, s=span) is True
    assert value("m + s - s = m", m=moment, s=span) is True
    assert value("m + s + o - m = s + o", m=moment, s=span, o=other) is True
    there = value("m + s", m=moment, s=span)
    assert there.astimezone(UTC) - moment.astimezone(UTC) == span


def test_a_day_of_summer_time_has_23_hours() -> None:
    noon = '@"2026-03-28T12:00:00@Europe/Berlin"'
    assert value(f'string({noon} + @"PT24H")') == "2026-03-29T13:00:00@Europe/Berlin"
    assert value(f'string(@"2026-03-29T12:00:00@Europe/Berlin" - {noon})') == "PT23H"
    assert value(f'string({noon} + @"P1M")') == "2026-04-28T12:00:00@Europe/Berlin"


@given(DATES, st.integers(-600, 600))
def test_months_later_is_the_same_day_or_the_last_of_its_month(day: date, months: int) -> None:
    there = value("d + m", d=day, m=Months(months))
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    assert there.day == day.day or (there.day < day.day and (there + timedelta(days=1)).day == 1)
    assert value("years and months duration(d, d + m) = m", d=day, m=Months(months)) is True or there.day < day.day


@given(st.times(), SPANS)
def test_a_clock_goes_round(clock: time, span: timedelta) -> None:
    assert value("c + s - s = c", c=clock, s=span) is True
    assert value('c + @"P1D" = c', c=clock) is True


@given(st.one_of(DATES, MOMENTS, SPANS, st.times(), st.builds(Months, st.integers(-999, 999))))
def test_dates_and_durations_are_read_as_they_are_written(item: Any) -> None:
    written = value("string(x)", x=item)
    assert compile_expression(f'@"{written}"').evaluate({}) == item


@given(NUMBERS, st.integers(-20, 12))
def test_numbers_are_read_as_they_are_written(number: Decimal, power: int) -> None:
    x = number.scaleb(power)
    written = value("string(x)", x=x)
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", written)
    assert value("number(string(x)) = x", x=x) is True
    assert compile_expression(written).evaluate({}) == x


@given(NUMBERS, NUMBERS.filter(bool))
def test_modulo_has_the_sign_of_the_divisor_and_is_exact(a: Decimal, b: Decimal) -> None:
    rest = value("modulo(a, b)", a=a, b=b)
    assert rest == a - b * ((a / b).to_integral_value(rounding="ROUND_FLOOR")) or abs(a / b) > 10**20
    assert rest == 0 or (rest < 0) is (b < 0)
    assert abs(rest) < abs(b)


def test_modulo_loses_no_digit_of_a_long_quotient() -> None:
    assert value("modulo(2999999999999999999999999999999, 3)") == 2
    assert value("modulo(1e30, 0.0000007)") == Decimal("0.0000003")


@given(NUMBERS, st.integers(0, 4))
def test_rounding_stays_beside_the_number(x: Decimal, scale: int) -> None:
    step = Decimal(1).scaleb(-scale)
    down, up = value("floor(x, s)", x=x, s=scale), value("ceiling(x, s)", x=x, s=scale)
    assert down <= x <= up < down + 2 * step
    for name in ("decimal", "round half up", "round half down", "round half even"):
        assert abs(value(f"{name}(x, s)", x=x, s=scale) - x) <= step / 2
    assert abs(value("round down(x, s)", x=x, s=scale)) <= abs(x) <= abs(value("round up(x, s)", x=x, s=scale))


@given(TEXTS, TEXTS, st.integers(-9, 9).filter(bool), st.integers(1, 9))
def test_texts_are_counted_in_characters_wherever_they_lie(a: str, b: str, start: int, length: int) -> None:
    assert value("string length(a + b)", a=a, b=b) == len(a) + len(b)
    first = start - 1 if start > 0 else len(a) + start
    expected = a[first : first + length] if abs(start) <= len(a) else None
    assert value("substring(a, s, n)", a=a, s=start, n=length) == expected
    assert value("starts with(a + b, a) and ends with(a + b, b) and contains(a + b, b)", a=a, b=b) is True
    if b and b in a:
        assert value("substring before(a, b) + b + substring after(a, b) = a", a=a, b=b) is True
    assert value("upper case(upper case(a)) = upper case(a)", a=a) is True


@given(st.lists(st.text("ab\U0001f40e", max_size=4), min_size=1, max_size=5))
def test_joined_texts_can_be_split_again(parts: list[str]) -> None:
    assert value('split(string join(l, ";"), ";")', l=parts) == parts


LISTS = st.lists(NUMBERS, max_size=8)


@given(LISTS, LISTS, NUMBERS)
def test_lists_keep_what_they_hold(a: list[Decimal], b: list[Decimal], x: Decimal) -> None:
    assert value("sort(a)", a=a) == sorted(a)
    assert value("sort(a, function(x, y) x > y) = reverse(sort(a))", a=a) is True
    assert value("count(concatenate(a, b)) = count(a) + count(b)", a=a, b=b) is True
    assert value("count(a[item > x]) + count(a[not(item > x)]) = count(a)", a=a, x=x) is True
    assert value("list contains(append(a, x), x)", a=a, x=x) is True
    assert value("remove(append(a, x), -1)", a=a, x=x) == a
    assert value("sublist(insert before(append(a, x), 1, x), 2, count(a) + 1)", a=a, x=x) == [*a, x]
    assert value("distinct values(a)", a=a) == list(dict.fromkeys(a))
    assert value("flatten([a, [b]])", a=a, b=b) == a + b
    assert value("[for x in a return x] = [a]", a=a) is True
    if a:
        assert value("min(a) = sort(a)[1] and max(a) = sort(a)[-1]", a=a) is True
        assert value("sum(a) = mean(a) * count(a) or abs(sum(a) - mean(a) * count(a)) < 0.000001", a=a) is True


@given(st.one_of(*(st.lists(s, min_size=1, max_size=5) for s in (NUMBERS, DATES, MOMENTS, SPANS, TEXTS, st.times()))))
def test_the_smallest_and_the_largest_are_found_in_whatever_has_an_order(items: list[Any]) -> None:
    assert value("min(l)", l=items) == min(items)
    assert value("max(l)", l=items) == max(items)


@given(st.dictionaries(st.sampled_from("abc"), NUMBERS), st.sampled_from("abc"), NUMBERS)
def test_contexts_keep_what_is_put_into_them(base: dict[str, Decimal], key: str, x: Decimal) -> None:
    assert value("get value(context put(m, k, x), k)", m=base, k=key, x=x) == x
    assert value("context(get entries(m))", m=base) == base
    assert value("context merge([m, m])", m=base) == base
