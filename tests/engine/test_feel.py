"""The expression language: what expressions mean, what is refused, and what is said instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import LimitExceeded
from engine.feel import FeelError, Months, compile_expression, compile_unary

NOW = datetime(2026, 3, 31, 20, 30, tzinfo=UTC)
JAYAPURA = ZoneInfo("Asia/Jayapura")
DATA: dict[str, Any] = {
    "submit": {"days": 6, "kind": "annual", "first": date(2026, 4, 6), "reason": None},
    "decide": {"outcome": "approve"},
    "staff": [{"name": "Ani", "grade": 3}, {"name": "Budi", "grade": 4}],
    "n": 7,
    "yes": True,
    "moment": datetime(2026, 4, 1, 2, 0, tzinfo=UTC),
    "weight": 1.5,
}


def value(text: str, **more: Any) -> Any:
    return compile_expression(text).evaluate({**DATA, **more}, now=NOW, zone=JAYAPURA)


def error(text: str) -> FeelError:
    with pytest.raises(FeelError) as caught:
        compile_expression(text)
    return caught.value


def cell_error(text: str) -> FeelError:
    with pytest.raises(FeelError) as caught:
        compile_unary(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("0.1 + 0.2 = 0.3", True),
        ("-3 ** 2", 9),
        ("2 ** 3 ** 2", 64),
        ("10 - 3 - 2", 5),
        ("1.50", Decimal("1.50")),
        (".5 + 1e2", Decimal("100.5")),
        ("1 / 3 * 3", Decimal("0.9999999999999999999999999999999999")),
        ("1 / 0", None),
        ('"a" + "b"', "ab"),
        ('"a" + 1', None),
        (r'"say \"hi\"\n\u0041\U01F40E"', 'say "hi"\nA\U0001f40e'),
        (r'"\d"', r"\d"),
        ('@"2026-02-28" + @"P1D"', date(2026, 3, 1)),
        ('@"2026-01-31" + @"P1M"', date(2026, 2, 28)),
        ('@"2026-03-31" - @"2026-03-01"', timedelta(days=30)),
        ('(@"2026-03-31" - @"2026-03-01").days', 30),
        ('duration("P1Y2M")', Months(14)),
        ('duration("-PT1H30M")', timedelta(minutes=-90)),
        ('@"P1Y" / @"P4M"', 3),
        ('@"PT2H" * 1.5', timedelta(hours=3)),
        ('date("2026-04-06").weekday', 1),
        ("date(2026, 4, 6)", date(2026, 4, 6)),
        ('date and time("2026-01-01T08:00:00Z")', datetime(2026, 1, 1, 8, tzinfo=UTC)),
        ('years and months duration(@"2020-02-29", @"2026-02-28")', Months(71)),
    ],
)
def test_arithmetic_is_exact_and_knows_dates(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('time("09:30:00") + duration("PT15H")', "00:30:00"),
        ('@"00:15:00" - @"PT30M"', "23:45:00"),
        ('@"09:30:00" - @"10:00:00"', "-PT30M"),
        ('@"09:00:00+07:00" - @"01:00:00Z"', "PT1H"),
        ('time(8, 30, 15.5, duration("PT7H"))', "08:30:15.5+07:00"),
        ("time(hour, 0, 0)", None),
        ('time(@"2026-04-01T09:30:00+07:00")', "09:30:00+07:00"),
        ('time(@"2026-04-01")', "00:00:00Z"),
        ('date and time(@"2026-04-01", time("09:30:00Z"))', "2026-04-01T09:30:00Z"),
        ('@"2026-12-31T24:00:00Z"', "2027-01-01T00:00:00Z"),
        ('@"08:15:30".minute', "15"),
        ('@"08:15:30+07:00".time offset', "PT7H"),
        ('@"08:15:30@Asia/Jakarta".timezone', "Asia/Jakarta"),
        ('@"08:15:30@Asia/Jakarta" = @"08:15:30@Asia/Makassar"', "false"),
        ('@"08:15:30@Asia/Jakarta" < @"08:15:30@Asia/Makassar"', None),
        ('time(11, 59, 45, duration("-PT2H45M55S"))', "11:59:45-02:45:55"),
        ('@"11:59:45-02:45:55" = time(11, 59, 45, duration("-PT2H45M55S"))', "true"),
        ('@"08:00:00Z" in [@"15:00:00+07:00"..@"16:00:00+07:00"]', "true"),
        ('max(@"08:00:00", @"09:00:00")', "09:00:00"),
        ('@"08:00:00" instance of time', "true"),
        ('@"08:00:00" = span', None),
    ],
)
def test_a_time_of_day_goes_round_the_clock_and_keeps_its_zone(text: str, expected: str | None) -> None:
    assert compile_expression(f"string({text})").evaluate({"hour": 25, "span": timedelta(hours=8)}) == expected


def test_office_hours_are_those_of_the_zone_that_was_given() -> None:
    open_now = compile_expression('time(now()) >= time("05:00:00") and time(now()) < time("06:00:00")')
    assert open_now.evaluate({}, now=NOW, zone=JAYAPURA) is True
    assert open_now.evaluate({}, now=NOW, zone=ZoneInfo("Asia/Jakarta")) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(function(x) x * x)(4)", 16),
        ("{f: function(a: number, b) a + b, c: f(1, 2)}.c", 3),
        ("{f: function(a, b) a - b}.f(b: 1, a: 3)", 2),
        ("{add: function(x) function(y) x + y}.add(1)(2)", 3),
        ("{a: 1, f: function() a, g: {a: 2, b: f()}}.g.b", 1),
        ('{f: function(a: number) a}.f("one")', None),
        ("{f: function(a: number) a}.f([1])", 1),
        ("{f: function(a) a}.f(1, 2)", None),
        ("{f: 1}.f(1)", None),
        ("{f: function(a) a}.f(c: 1)", None),
        ("{two words: function(big number) big number + 1}.two words(1)", 2),
        ("{apply: function(f, x) f(x)}.apply(sqrt, 16)", 4),
        ("{apply: function(f) f(1, 5, 3)}.apply(max)", 5),
        ("for f in [function(x) x, function(x) -x] return f(3)", [3, -3]),
        ("sort([1, 3, 2], function(a, b) a > b)", [3, 2, 1]),
        ("sort(list: [1, 3, 2], precedes: function(a, b) a > b)", [3, 2, 1]),
        ("sort([1, 3, 2], function(a, b) 1)", None),
        ("list replace([1, 2, 3], function(item, newItem) item > newItem, 2)", [1, 2, 2]),
        ("list replace([1, 2, 3], 2, 9)", [1, 9, 3]),
        ("1 + (function(a) a)", None),
        ("(function(a) a) = (function(a) a)", None),
        ("[function(a) a, 1]", [None, 1]),
    ],
)
def test_functions_of_ones_own_see_what_they_were_made_with(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2, 3][if item < 3 then true else 4 > null]", [1, 2]),
        ('[1, 2, 3][if item < 3 then true else "no truth"]', None),
        ('some x in [1, 2] satisfies if x = 2 then true else "no truth"', None),
        ("some x in [null, 2] satisfies x = 2", True),
        ('every x in [1, 2] satisfies if x = 1 then true else "no truth"', None),
    ],
)
def test_a_test_that_is_no_truth_has_no_answer(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("false or null", None),
        ("not(null)", None),
        ("not(yes)", False),
        ("null = null", True),
        ("n = null", False),
        ("n != null", True),
        ('n = "7"', None),
        ('n < "8"', None),
        ("missing > 3", None),
        ("missing.deeper.still", None),
        ("[1, 2] = [1, 2]", True),
        ("{a: 1} = {a: 2}", False),
        ("n in [1..7]", True),
        ("n in [1..7)", False),
        ("n in ]7..9[", False),
        ("n in (1, 7)", True),
        ("n in (< 3, > 6)", True),
        ("n in >= 7", True),
        ("n between 1 and 7 and yes", True),
        ("if n > 3 then 1 else 2", 1),
        ("if missing then 1 else 2", 2),
        ("n instance of number", True),
        ("[n instance of number][1]", True),
        ("n in null", False),
        ("n in [null..9]", False),
        ("n in [9..1]", False),
        ('@"2026-01-01T10:00:00+07:00" = @"2026-01-01T03:00:00Z"', True),
        ('is(@"2026-01-01T10:00:00+07:00", @"2026-01-01T03:00:00Z")', False),
        ("null instance of number", False),
        ("today() instance of date", True),
    ],
)
def test_truth_has_three_values(text: str, expected: Any) -> None:
    assert value(text) is expected or value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('decide.outcome = "approve" and submit.days > 5', True),
        ("submit.reason = null", True),
        ("staff.name", ["Ani", "Budi"]),
        ("staff[grade > 3].name", ["Budi"]),
        ("staff[1].name", "Ani"),
        ("staff[-1].name", "Budi"),
        ("staff[3]", None),
        ('staff[name = "Ani"][1].grade', 3),
        ("[5, 6, 7][item > n - 1]", [7]),
        ("[{item: 1}, {item: 2}][item >= 2]", [{"item": 2}]),
        ("5[1]", 5),
        ("some s in staff satisfies s.grade = 4", True),
        ("every s in staff satisfies s.grade = 4", False),
        ("every s in [] satisfies false", True),
        ("for s in staff return s.grade * 10", [30, 40]),
        ("for i in 1..3, j in [10, 20] return i + j", [11, 21, 12, 22, 13, 23]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in 1..4 return if i = 1 then 1 else i * partial[-1]", [1, 2, 6, 24]),
        ('for d in @"2026-04-06"..@"2026-04-07" return string(d)', ["2026-04-06", "2026-04-07"]),
        ("{a: 1, b: a + 1}.b", 2),
        ('{"odd key": 1, two words: 2}.two words', 2),
        ("{a: 1}.b", None),
        ("1 + /* a note */ 1 // and another", 2),
    ],
)
def test_paths_lists_and_contexts(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('string length("abc")', 3),
        ('upper case("abc")', "ABC"),
        ('substring("abcdef", 3, 2)', "cd"),
        ('substring("abcdef", -2)', "ef"),
        ('substring before("a-b", "-")', "a"),
        ('substring after("a-b", "-")', "b"),
        ('contains("abc", "b")', True),
        ('starts with(string: "abc", match: "a")', True),
        ('string join(["a", "b"], ", ")', "a, b"),
        ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
        ('replace("banana", "(an)+", "<$0>")', "b<anan>a"),
        ('replace("2026-04-06", "(\\d+)-(\\d+)-(\\d+)", "$3/$2/$1")', "06/04/2026"),
        ('matches("P007", "^P[0-9]{3}$")', True),
        ('matches("xP007", "^P[0-9]{3}$")', False),
        ('matches("ABC", "b", "i")', True),
        ('matches("a.b", "a\\.b|c")', True),
        ('number("1.500,5", ".", ",")', Decimal("1500.5")),
        ('number("abc")', None),
        ("string(1.50)", "1.5"),
        ('string(@"P1DT2H")', "P1DT2H"),
        ('string([1, "a", null])', '[1, "a", null]'),
        ("count([1, 2])", 2),
        ("sum([1, 2, 3.5])", Decimal("6.5")),
        ("sum([])", None),
        ("min(3, 1, 2)", 1),
        ("max([3, 1, 2])", 3),
        ("mean([1, 2])", Decimal("1.5")),
        ("median([8, 2, 5, 7])", 6),
        ("mode([6, 1, 6])", [6]),
        ("list contains([1, null], null)", True),
        ("sublist([1, 2, 3], 2)", [2, 3]),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2])", [1, 2]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2], -1)", [1]),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("distinct values([1, 2, 1])", [1, 2]),
        ("flatten([1, [2, [3]]])", [1, 2, 3]),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ("decimal(2.5, 0)", 2),
        ("round half up(2.5, 0)", 3),
        ("round up(-5.5, 0)", -6),
        ("floor(-1.5)", -2),
        ("ceiling(1.56, 1)", Decimal("1.6")),
        ("modulo(-12, 5)", 3),
        ("abs(-3)", 3),
        ("sqrt(16)", 4),
        ("odd(3)", True),
        ('day of week(@"2026-04-06")', "Monday"),
        ('week of year(@"2026-04-06")', 15),
        ('get value({a: 1}, "a")', 1),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context put({a: {b: 1}}, ["a", "c"], 2)', {"a": {"b": 1, "c": 2}}),
        ('replace("ab", "(a)(b)", "$2$10")', "ba0"),
        ("[1..5].start included", True),
        ("[[1..5], 2]", [None, 2]),
        ('substring("abc", 4)', None),
        ("context merge([{a: 1}, {a: 2}])", {"a": 2}),
        ("before([1..5), [5..9])", True),
        ("overlaps([1..5], [5..9])", True),
        ("includes([1..5], 3)", True),
        ("upper case(3)", None),
        ('upper case(["a"])', "A"),
    ],
)
def test_built_in_functions(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_today_is_the_date_in_the_zone_that_was_given() -> None:
    today = compile_expression("today()")
    assert today.evaluate({}, now=NOW, zone=JAYAPURA) == date(2026, 4, 1)
    assert today.evaluate({}, now=NOW, zone=UTC) == date(2026, 3, 31)
    assert today.evaluate({}) is None


def test_a_local_time_is_meant_in_the_zone_that_was_given() -> None:
    nine = compile_expression('date and time("2026-04-01T09:00:00")')
    assert nine.evaluate({}, zone=JAYAPURA) == datetime(2026, 4, 1, 9, tzinfo=timezone(timedelta(hours=9)))


def test_numbers_of_the_data_are_decimals_and_floats_are_not_values() -> None:
    assert value("n") == Decimal(7)
    assert type(value("n")) is Decimal
    assert value("weight") is None


def test_an_expression_says_what_it_reads() -> None:
    expression = compile_expression('submit.first > today() and staff[grade = top].name != "x" and n > 1')
    assert expression.names == {"submit", "staff", "n"}
    assert expression.paths == {("submit", "first"), ("staff",), ("n",)}
    assert expression.item_names == {"grade", "top"}


def test_names_with_spaces_are_read_where_they_are_known() -> None:
    names = frozenset({"Full Name", "Pre-bureau Risk"})
    assert compile_expression('"Hello " + Full  Name', names).evaluate({"Full Name": "Ani"}) == "Hello Ani"
    assert compile_expression("Pre-bureau Risk", names).names == {"Pre-bureau Risk"}
    with pytest.raises(FeelError):
        compile_expression("Full Name")


@pytest.mark.parametrize(
    ("cell", "yes", "no"),
    [
        ("-", [1, "a", None], []),
        ("", [1, None], []),
        ("> 5", [6], [5, "6", None]),
        ("[1..3]", [1, 3], [0, 4]),
        ("]1..3[", [2], [1, 3]),
        ("(1..3]", [3], [1]),
        ('"a", "b"', ["a", "b"], ["c", None]),
        ('not("a", "b")', ["c"], ["a", "b"]),
        ("not(> 5)", [5], [6]),
        ("not(null)", [1], [None]),
        ("null", [None], [1]),
        ("true", [True], [False, None, 1]),
        ("false", [False], [True, None]),
        ("< 3, > 6", [2, 7], [3, 6]),
        ("? > 3 and ? < 6", [4], [3, 6]),
        ("? between 3 and 6", [3, 6], [7]),
        ('contains(?, "x")', ["axb"], ["ab", None]),
        ("[1, 2]", [1, 2], [3]),
        ("limit", [10], [9]),
        ("<= limit", [9, 10], [11]),
        ('<= date("2026-01-31")', [date(2026, 1, 31)], [date(2026, 2, 1)]),
        ('>= @"P5D"', [timedelta(days=5)], [timedelta(days=4)]),
    ],
)
def test_cells_of_a_decision_table(cell: str, yes: list[Any], no: list[Any]) -> None:
    tests = compile_unary(cell)
    assert [tests.matches(item, {"limit": 10}) for item in yes] == [True] * len(yes)
    assert [tests.matches(item, {"limit": 10}) for item in no] == [False] * len(no)


@pytest.mark.parametrize(
    ("text", "hint", "place"),
    [
        ("outcome == 1", "`=`", (1, 9)),
        ("a && b", "`and`", (1, 3)),
        ("a || b", "`or`", (1, 3)),
        ("!a", "not(...)", (1, 1)),
        ("not a", "not(...)", (1, 1)),
        ("${amount > 100}", "Write `amount > 100`, not `${amount > 100}`", (1, 1)),
        ("${kind == 'annual'}", 'Write `kind == "annual"`', (1, 1)),
        ("'it\\'s'", "double quotes", (1, 1)),
        ("custom:check(x)", "another tool", (1, 7)),
        ("#{amount}", "Write `amount`, not `#{amount}`", (1, 1)),
        ("{outcome = 1}", "`{`", (1, 2)),
        ("a = 'x'", 'Write `"x"`, not', (1, 5)),
        ("a = \u201cx\u201d", "straight", (1, 5)),
        ("approved = True", "`true`", (1, 12)),
        ("x = None", "`null`", (1, 5)),
        ("a <> b", "`!=`", (1, 3)),
        ("a \u2265 3", "`>=`", (1, 3)),
        ("name.upper()", "upper case(x)", (1, 6)),
        ("os.system(1)", "built-in", (1, 4)),
        ("__import__", "program code", (1, 1)),
        ("a.__class__", "program code", (1, 3)),
        ('eval("1")', "program code", (1, 1)),
        ("lambda x: x", "function(x)", (1, 1)),
        ("function x: x", "function(a, b)", (1, 1)),
        ("function(x: colour) x", "colour", (1, 1)),
        ("function(1) x", "function(name: type", (1, 1)),
        ("function(x, x) x", "used twice", (1, 1)),
        ("function(x) external {java: {}}", "not expected after `external`", (1, 22)),
        ("null()", "no function", (1, 1)),
        ("{f: function(n) f(n - 1)}.f(3)", "no function `f`", (1, 17)),
        ("len(x)", "string length(x)", (1, 1)),
        ("unknown_function(x)", "no function `unknown_function`", (1, 1)),
        ("sqrt()", "sqrt(number)", (1, 1)),
        ('a["b"]', ".b", (1, 3)),
        ("a ? 1 : 2", "if ... then", (1, 7)),
        ("if(a, 1, 2)", "if condition then", (1, 5)),
        ("if a then b", "else", (1, 12)),
        ("a < b < c", "between", (1, 7)),
        ("= a", "in front", (1, 1)),
        ("price * 1,5", "1.5", (1, 10)),
        ("1.000.000", "thousands", (1, 6)),
        ("1..3", "[1..5]", (1, 2)),
        ("a; b", "`;`", (1, 2)),
        ("10%", "fraction", (1, 3)),
        ("(1 + 2", "`)`", (1, 7)),
        ("1 +", "not finished", (1, 4)),
        ("", "empty", (1, 1)),
        ("a\n  ==\n b", "`=`", (2, 3)),
        ('date("31/12/2026")', "2026-01-31", (1, 1)),
        ("date(2026-12-31)", "2026-01-31", (1, 1)),
        ('@"tomorrow"', "2026-01-31", (1, 1)),
        ('time("10:00")', 'time("09:00:00")', (1, 1)),
        ('@"24:00:00"', "09:00:00", (1, 1)),
        ('time("10:00:00.1234567")', "6 decimals", (1, 1)),
        ('@"10:00:00" < @"10:00:00Z"', "zone", (1, 15)),
        ('@"10:00:00Z" = @"10:00:00@Europe/Paris"', "the same way", (1, 16)),
        ('today() > "2026-01-01"', '@"2026-01-01"', (1, 11)),
        ('matches(x, "(a")', "pattern", (1, 1)),
        ('matches(x, "(a)\\\\1")', "pattern", (1, 1)),
        ("?", "cell", (1, 1)),
        ("moment instance of Any", "not supported", (1, 1)),
        ('@"2026-01-01T10:00:00" < @"2026-01-01T03:00:00Z"', "zone", (1, 26)),
        ("x instance of colour", "colour", (1, 1)),
        ("{a: 1, a: 2}", "twice", (1, 11)),
        ("1e40", "too long", (1, 1)),
    ],
)
def test_other_habits_get_a_repair_hint_with_its_place(text: str, hint: str, place: tuple[int, int]) -> None:
    found = error(text)
    assert hint in found.text.en
    assert (found.line, found.column) == place
    assert found.text.id != found.text.en


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("> 3 and < 20", "(3..20)"),
        (">5 <10", "(3..20)"),
        ("between 1 and 5", "[1..5]"),
        ("in (1, 2)", "without `in`"),
        ("5..10", "[1..5]"),
        ('"a" or "b"', "commas"),
        ("*", "`-`"),
        ('~ "x"', "contains"),
        ('.startsWith("x")', "starts with"),
        ('== "a"', 'Write `"a"`, not `== "a"`'),
        ("== 'a'", """Write `"a"`, not `== 'a'`"""),
        ("== 10", "Write `10`, not"),
        (".endsWith('x')", "ends with(?"),
    ],
)
def test_other_habits_in_cells_get_a_repair_hint(cell: str, hint: str) -> None:
    assert hint in cell_error(cell).text.en


def test_an_expression_is_compiled_once() -> None:
    assert compile_expression("n + 1") is compile_expression("n + 1")


PIECES = st.sampled_from(
    [
        *("n", "a.b", "staff", "?", "1", "2.5", '"x"', "true", "null", '@"2026-01-31"', '@"P1D"', '@"P1M"', "[1..3]"),
        *("[1, 2]", "{a: 1}", "item", "today()", "now()", "missing", "-", "+", "*", "/", "**", "=", "!=", "<", ">="),
        *("and", "or", "not(", "(", ")", "[", "]", "{", "}", ",", "..", ".", "in", "between", "if", "then", "else"),
        *("for i in", "some i in", "every i in", "return", "satisfies", "instance of number", "count(", "sum(", "max("),
        *(
            "string(",
            "substring(",
            "matches(",
            "flatten(",
            "sort(",
            "modulo(",
            "decimal(",
            "date(",
            "range:",
            "'",
            "==",
        ),
    ]
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.decimals(),
        st.text(max_size=5),
        st.dates(),
        st.datetimes(timezones=st.just(UTC)),
        st.timedeltas(),
        st.floats(),
        st.builds(Months, st.integers(-(10**6), 10**6)),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abi"), inner, max_size=3),
    max_leaves=6,
)


def fault(compiler: Callable[[str], object], text: str) -> FeelError | None:
    try:
        compiler(text)
    except FeelError as found:
        return found
    return None


@given(st.text(max_size=60) | st.lists(PIECES, max_size=14).map(" ".join))
def test_reading_any_text_ends_in_an_expression_or_a_feel_error(text: str) -> None:
    for found in (fault(compile_expression, text), fault(compile_unary, text)):
        assert found is None or (found.line >= 1 and found.column >= 1 and found.text.id and found.text.en)


OPERANDS = st.sampled_from(
    ["a", "b", "i", "1", "-2.5", '"x"', "null", "true", '@"2026-01-31"', '@"P1D"', '@"P1Y"', "[1, a]"]
)
FORMS = st.sampled_from(
    [
        *("({} + {})", "({} - {})", "({} * {})", "({} / {})", "({} ** {})", "({} = {})", "({} < {})", "({} and {})"),
        *("({} in [{}..3])", "({} in ({}, 1))", "(if {} then {} else 1)", "[{}, {}]", "{{a: {}, b: {}}}", "{}[{}]"),
        *("(for i in {} return {})", "(some i in {} satisfies {})", "({} between {} and 3)", "max({}, {})"),
        *("string([{}, {}])", "append([{}], {})", "decimal({}, {})", "modulo({}, {})", "index of([{}], {})"),
        *("date and time({}) = {}", "years and months duration({}, {})", "overlaps([{}..9], [{}..9])", "is({}, {})"),
        *(
            "sort([{}, {}])",
            "sum([{}, {}])",
            "mean([{}, {}])",
            "substring({}, {})",
            "matches({}, {})",
            "round up({}, {})",
        ),
        *("before({}, {})", "includes([{}..9], {})", "get value({}, {})", "stddev([{}, {}])", "split({}, {})"),
    ]
)
EXPRESSIONS = st.recursive(
    OPERANDS, lambda inner: st.builds(lambda form, x, y: form.format(x, y), FORMS, inner, inner), max_leaves=8
)


@given(EXPRESSIONS, st.dictionaries(st.sampled_from(["a", "b", "i"]), VALUES))
def test_evaluating_any_expression_on_any_data_ends_in_a_value_or_a_limit(text: str, data: dict[str, Any]) -> None:
    try:
        expression = compile_expression(text)
    except FeelError:
        return
    try:
        expression.evaluate(data, now=NOW, zone=JAYAPURA)
    except LimitExceeded:
        return


@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15))
def test_whole_numbers_add_and_order_as_numbers_do(a: int, b: int) -> None:
    assert value("a + b", a=a, b=b) == a + b
    assert value("a < b", a=a, b=b) is (a < b)
    assert value("a * b / b = a", a=a, b=b or 1) is True


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-5000, 5000))
def test_adding_days_to_a_date_and_taking_them_away_gives_the_date(day: date, days: int) -> None:
    assert value("day + span - span = day", day=day, span=timedelta(days=days)) is True
    assert value("(day + span - day).days", day=day, span=timedelta(days=days)) == days


@given(st.text(max_size=30))
def test_text_survives_being_written_and_read(text: str) -> None:
    written = value("string([x])", x=text)
    assert compile_expression(written).evaluate({}) == [text]


@given(VALUES)
def test_every_value_equals_itself_unless_it_is_none_of_the_language(item: Any) -> None:
    assert value("x = x", x=item) is True


PATTERNS = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\\\d", "^", "$"]),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("({}){}".format, inner, st.sampled_from(["*", "+", "?", "{1,2}", "*?", "+?"])),
    ),
    max_leaves=6,
)


@given(PATTERNS, st.text("ab1", max_size=8))
def test_patterns_match_what_regular_expressions_match(pattern: str, text: str) -> None:
    wanted = re.compile(pattern.replace("\\\\", "\\").replace("$", r"\Z"))
    assert value(f'matches(x, "{pattern}")', x=text) is bool(wanted.search(text))
    if not wanted.search(""):
        marked = wanted.sub(lambda match: f"<{match.group()}>", text)
        assert value(f'replace(x, "{pattern}", "<$0>")', x=text) == marked
