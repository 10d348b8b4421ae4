"""The catalogue of built-in functions: names, parameters, and how arguments reach them.

A function is registered with its signature as the standard prints it, e.g.
``"substring(string: string, start position: number, length?: number)"``; ``?`` marks what may be left out
and ``...`` a parameter that takes one list or any number of values. A function may have several signatures.
An argument of another kind makes the result null, after a list of one has been opened (DMN 10.3.2.9.4).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException, Overflow
from typing import TypeVar

from engine.errors import LimitExceeded, Text
from engine.feel.hints import CODE
from engine.feel.values import TOO_MUCH, Function, Months, Range, Run, Value

Body = Callable[..., Value]
BodyT = TypeVar("BodyT", bound=Body)

KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (Decimal,),
    "boolean": (bool,),
    "date": (date,),
    "moment": (datetime,),
    "day": (date, datetime),
    "time": (time,),
    "duration": (timedelta, Months),
    "range": (Range,),
    "context": (dict,),
    "list": (list,),
    "function": (Function,),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: str
    required: bool
    variadic: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way of calling a function."""

    parameters: tuple[Parameter, ...]
    body: Body

    def takes(self, count: int) -> bool:
        """Whether so many arguments by position fit."""
        if any(p.variadic for p in self.parameters):
            return count >= sum(p.required for p in self.parameters)
        return sum(p.required for p in self.parameters) <= count <= len(self.parameters)

    def takes_named(self, names: frozenset[str]) -> bool:
        """Whether arguments of these names fit."""
        known = {p.name for p in self.parameters}
        return names <= known and all(p.name in names for p in self.parameters if p.required)


FUNCTIONS: dict[str, tuple[Signature, ...]] = {}

SIGNATURE = re.compile(r"(?P<name>[^(]+)\((?P<parameters>.*)\)")
PARAMETER = re.compile(r"(?P<name>[\w ]+)(?P<optional>\??)(?P<variadic>(?:\.\.\.)?): (?P<kind>\w+)")


def feel(*signatures: str) -> Callable[[BodyT], BodyT]:
    """Register a function under each of its signatures."""

    def keep(body: BodyT) -> BodyT:
        for text in signatures:
            match = SIGNATURE.fullmatch(text)
            assert match, text
            parts = [part for part in match["parameters"].split(", ") if part]
            FUNCTIONS[match["name"]] = (
                *FUNCTIONS.get(match["name"], ()),
                Signature(tuple(map(_parameter, parts)), body),
            )
        return body

    return keep


def _parameter(text: str) -> Parameter:
    match = PARAMETER.fullmatch(text)
    assert match, text
    return Parameter(match["name"], match["kind"], not match["optional"], bool(match["variadic"]))


PER_CALL = 4
"""Steps that a call of a function counts for, whatever it does with its arguments."""


def called(signature: Signature, run: Run, arguments: list[Value]) -> Value:
    """The function's answer; null where an argument does not fit or the function has none."""
    run.spend(PER_CALL)
    prepared: list[Value] = []
    for parameter, value in zip(signature.parameters, arguments, strict=False):
        fitting = _fitting(value, parameter)
        if fitting is _MISFIT:
            return None
        prepared.append(fitting)
    try:
        return signature.body(run, *prepared)
    except Overflow:
        raise LimitExceeded(TOO_MUCH) from None
    except (DecimalException, ValueError, OverflowError):
        return None


_MISFIT = object()


def _fitting(value: Value, parameter: Parameter) -> Value:
    kind = parameter.kind
    if kind == "any" or (value is None and not parameter.required):
        return value
    kinds = KINDS[kind]
    if type(value) in kinds:
        return value
    if kind == "list":
        return _MISFIT if value is None else [value]
    if type(value) is list and len(value) == 1 and type(value[0]) in kinds:
        return value[0]
    return _MISFIT


UNSUPPORTED: dict[str, Text] = dict.fromkeys(
    ("eval", "exec", "compile", "open", "getattr", "setattr", "require", "execute"), CODE
)
"""What looks like a call and is refused before anything else is said about it."""

# The catalogue is filled by these modules, which need `feel` from here.
from engine.feel import list_functions, number_functions, range_functions, text_functions, time_functions  # noqa: E402, F401  # they fill it
