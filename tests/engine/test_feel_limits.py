"""Hostile expressions: every one is refused or ends within its steps, in little time and memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import LimitExceeded
from engine.feel import FeelError, compile_expression, compile_unary

SECONDS = 5  # watching the memory makes everything five times slower
MEGABYTES = 40

DOUBLED = (
    "{a: [1, 1]"
    + "".join(f", {b}: [{a}, {a}]" for a, b in zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu", strict=True))
    + "}.u"
)
"""A list of two million numbers written in two hundred letters."""


def deep(levels: int) -> list[Any]:
    nested: list[Any] = []
    for _ in range(levels):
        nested = [nested]
    return nested


@contextmanager
def within_bounds() -> Iterator[None]:
    compile_expression("1")
    tracemalloc.start()
    started = time.process_time()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MEGABYTES * 2**20
        assert time.process_time() - started < SECONDS
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9",
        "for a in 1..10000, b in 1..10000 return a * b",
        "for a in 1..1e30 return a",
        "some a in 1..10000, b in 1..10000 satisfies a * b < 0",
        'for d in @"0001-01-01"..@"9999-12-31" return for e in 1..10 return d',
        "for i in 1..10000 return partial",
        "for i in 1..200 return if i = 1 then 'x' else partial[-1] + partial[-1]".replace("'", '"'),
        DOUBLED,
        f"string({DOUBLED})",
        f"count(flatten({DOUBLED}))",
        f"for x in [{DOUBLED}] return x = x",
        "distinct values(for i in 1..10000 return i)",
        "exp(10000000)",
        "{f: function(g, n) g(g, n + 1)}.f(function(g, n) g(g, n + 1), 1)",
        "{f: function(g, n) [g(g, n), g(g, n)]}.f(function(g, n) if n > 30 then n else [g(g, n + 1), g(g, n + 1)], 1)",
        "sort(for i in 1..9000 return i, function(a, b) count(for j in 1..9 return j) > a - b)",
        "product(for i in 1..9000 return i * 1e25)",
        'for i in 1..9000 return string(1e-100 ** 50) + "x"',
    ],
)
def test_an_endless_or_growing_calculation_is_stopped(text: str) -> None:
    with within_bounds(), pytest.raises(LimitExceeded):
        compile_expression(text).evaluate({})


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("for i in 1..10000 return upper case(s)", {"s": "x" * 100_000}),
        ("for i in 1..10000 return contains(s, t)", {"s": "ab" * 50_000, "t": "ab" * 20_000 + "b"}),
        ("string join(l, s)", {"l": [""] * 10_000, "s": "x" * 100_000}),
        ('replace(s, "x", "yyyyyyyyyyyyyyyyyyyyyyyy")', {"s": "x" * 100_000}),
        ('matches(s, "(a*)*b")', {"s": "a" * 100_000}),
        ('split(s, "a")', {"s": "ba" * 50_000}),
        ("for i in 1..1000 return concatenate(l, l)", {"l": list(range(1_000))}),
        ("for i in 1..1000 return l[1]", {"l": list(range(10_000))}),
        ("l", {"l": list(range(10_001))}),
        ("a = a", {"a": deep(100_000)}),
        ("a", {"a": deep(100_000)}),
        ("a", {"a": deep(60)}),
    ],
)
def test_large_data_is_stopped_before_it_costs_much(text: str, data: dict[str, Any]) -> None:
    with within_bounds(), pytest.raises(LimitExceeded):
        compile_expression(text).evaluate(data)


@pytest.mark.parametrize(
    "text",
    [
        *("(" * 9_000, "(" * 60 + "1" + ")" * 60, "[" * 9_000, "]" * 9_000, "a" + ".a" * 4_900, "a" + "[1]" * 3_000),
        *("if true then 1 else " * 400 + "1", "1 < " * 2_000 + "1", "?" * 5_000, "not(" * 60 + "true" + ")" * 60),
        *('"' * 9_999, "/*" * 4_900, "/" * 9_999, "{a" + " " * 9_000 + "}", "{" + "a " * 4_500 + "}"),
        *("f(" + "," * 9_000, "9" * 9_000, '@"' + "9" * 9_000 + '"', "1e999999999", "1e-999999999", "x" * 10_001),
        *("{" + "a b " * 2_000, "-" * 9_000, "1 in " * 1_800 + "1", "a.b(" * 2_000, "for " * 2_000, "'" * 9_000),
        'matches(x, "(((a{1,30}){1,30}){1,30})b")',
        'matches(x, "' + "(" * 60 + "a" + ")" * 60 + '")',
    ],
)
def test_an_outsize_text_is_refused_at_once(text: str) -> None:
    with within_bounds():
        for compiler in (compile_expression, compile_unary):
            with pytest.raises(FeelError) as caught:
                compiler(text)
            assert len(caught.value.text.en) < 400


@pytest.mark.parametrize(
    "text",
    [
        "1" + " + 1" * 2_400,
        "true" + " and true" * 1_100,
        "[" + ", ".join(["1"] * 3_000) + "]",
        "{" + ", ".join(f"a b{number}: 1" for number in range(700)) + "}",
        "(" * 49 + "1" + ")" * 49,
    ],
)
def test_a_long_but_flat_expression_is_fine(text: str) -> None:
    with within_bounds():
        assert compile_expression(text).evaluate({}) is not None


@pytest.mark.parametrize(
    ("text", "data", "expected"),
    [
        ("1.0000000000000000000000000000001 ** 99999999999999999999999999", {}, Decimal),
        ("(-8) ** (1 / 3)", {}, type(None)),
        ('@"P999999999D" * 1e30', {}, type(None)),
        ('@"2026-01-01" + @"P999999999Y"', {}, type(None)),
        ("round up(5.5, -100000000)", {}, type(None)),
        ("round up(1e-100, 6000)", {}, Decimal),
        ("number(s)", {"s": "9" * 100_000}, type(None)),
        ('matches(s, "(a|a)*$")', {"s": "a" * 1_000 + "b"}, bool),
        ("x + 1", {"x": 10**5_000}, type(None)),
        ("string(x)", {"x": Decimal("1E+999999")}, type(None)),
        ("x < 1", {"x": Decimal("NaN")}, type(None)),
        ("x = 1", {"x": Decimal("sNaN")}, bool),
        ("x", {"x": object()}, type(None)),
        ("x", {"x": b"bytes"}, type(None)),
    ],
)
def test_a_value_out_of_bounds_has_no_answer(text: str, data: dict[str, Any], expected: type) -> None:
    with within_bounds():
        assert type(compile_expression(text).evaluate(data)) is expected


def test_a_self_containing_list_is_stopped() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with within_bounds(), pytest.raises(LimitExceeded):
        compile_expression("a").evaluate({"a": loop})


def test_a_long_name_of_the_model_does_not_slow_the_reading() -> None:
    names = frozenset({"a " * number + "b" for number in range(1, 400)})
    with within_bounds(), pytest.raises(FeelError):
        compile_expression("a " * 4_900, names)


def test_a_condition_of_a_gateway_costs_microseconds() -> None:
    condition = compile_expression('decide.outcome = "approve"')
    data = {"decide": {"outcome": "approve"}}
    started = time.process_time()
    for _ in range(10_000):
        condition.evaluate(data)
    assert (time.process_time() - started) / 10_000 < 50e-6
