"""Built-in functions on numbers (DMN 10.3.4.5) and the boolean `is`."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal

from engine.feel.functions import feel
from engine.feel.values import MATH, SERIES, TRAPS, Months, Run, Value, equal

WIDE = Context(prec=250, traps=TRAPS)
"""Wide enough that no digit of a quotient is lost."""
SCALES = range(-6111, 6177)
"""How many decimals may be asked for, as in decimal128."""


def whole(value: Decimal) -> int | None:
    """A number as a whole one; None if it has a fraction."""
    return int(value) if value == value.to_integral_value() else None


def _rounded(value: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    places = int(scale)
    if places not in SCALES:
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return value
    if places < 0 and value.adjusted() < -places - 1:
        return _rounded_to_ten_power(value, -places, rounding)
    return value.quantize(Decimal((0, (1,), -places)), rounding=rounding, context=MATH)


def _rounded_to_ten_power(value: Decimal, power: int, rounding: str) -> Decimal:
    """Rounding a number that is smaller than the place it is rounded to."""
    scaled = value.scaleb(-power, context=MATH).quantize(Decimal(1), rounding=rounding, context=MATH)
    return scaled.scaleb(power, context=MATH) if scaled else Decimal(0)


@feel("decimal(n: number, scale: number)", "round half even(n: number, scale: number)")
def round_half_even(run: Run, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, ROUND_HALF_EVEN)


@feel("round half up(n: number, scale: number)")
def round_half_up(run: Run, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, ROUND_HALF_UP)


@feel("round half down(n: number, scale: number)")
def round_half_down(run: Run, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, "ROUND_HALF_DOWN")


@feel("round up(n: number, scale: number)")
def round_up(run: Run, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, ROUND_UP)


@feel("round down(n: number, scale: number)")
def round_down(run: Run, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, ROUND_DOWN)


@feel("floor(n: number)", "floor(n: number, scale: number)")
def floor(run: Run, n: Decimal, scale: Decimal = Decimal(0)) -> Value:
    return _rounded(n, scale, ROUND_FLOOR)


@feel("ceiling(n: number)", "ceiling(n: number, scale: number)")
def ceiling(run: Run, n: Decimal, scale: Decimal = Decimal(0)) -> Value:
    return _rounded(n, scale, ROUND_CEILING)


@feel("abs(n: any)")
def absolute(run: Run, n: Value) -> Value:
    if type(n) is Months:
        return Months(abs(n.count))
    return abs(n) if type(n) in (Decimal, timedelta) else None


@feel("modulo(dividend: number, divisor: number)")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Value:
    rest = WIDE.remainder(dividend, divisor)
    return MATH.plus(rest if not rest or (rest < 0) is (divisor < 0) else WIDE.add(rest, divisor))


@feel("sqrt(number: number)")
def square_root(run: Run, number: Decimal) -> Value:
    return MATH.sqrt(number) if number >= 0 else None


@feel("log(number: number)")
def logarithm(run: Run, number: Decimal) -> Value:
    run.spend(SERIES)
    return MATH.ln(number) if number > 0 else None


@feel("exp(number: number)")
def exponential(run: Run, number: Decimal) -> Value:
    run.spend(SERIES)
    return MATH.exp(number)


@feel("odd(number: number)")
def odd(run: Run, number: Decimal) -> Value:
    value = whole(number)
    return None if value is None else value % 2 == 1


@feel("even(number: number)")
def even(run: Run, number: Decimal) -> Value:
    value = whole(number)
    return None if value is None else value % 2 == 0


@feel("is(value1: any, value2: any)")
def same(run: Run, value1: Value, value2: Value) -> Value:
    if type(value1) is datetime and type(value2) is datetime and value1.utcoffset() != value2.utcoffset():
        return False  # the same moment told by different clocks is equal, but not the same
    return type(value1) is type(value2) and equal(value1, value2, run) is True
