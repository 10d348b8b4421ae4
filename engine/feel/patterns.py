"""Regular expressions for `matches`, `replace` and `split` whose cost cannot explode.

A pattern becomes a small program that is run for all its branches at once (a Pike machine), so that the time
is the length of the text times the length of the pattern, never more; Python's own `re` can need exponential
time. Of XPath's syntax there are characters, classes, ``. ^ $ | ( ) * + ? {n,m}``, lazy repetition, ``\\d \\w
\\s \\p{..}`` and their opposites; back-references and look-around are refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from engine.errors import Text
from engine.feel.values import DEPTH_LIMIT, Run

PROGRAM_LIMIT = 2_000
REPEAT_LIMIT = 1_000
COST = 4
"""Steps of an evaluation for one step of a pattern, which takes about as long."""
FLAGS = frozenset("ims")

Test = Callable[[str], bool]
Spans = tuple[int | None, ...]
"""Begin and end of each group, the whole match first; None for a group that took no part."""


class Step(NamedTuple):
    """``test``, ``split`` (to ``first``, else to ``second``), ``jump``, ``save``, ``start``, ``end`` or ``found``."""

    kind: str
    first: int = 0
    second: int = 0
    test: Test | None = None


class PatternError(ValueError):
    """The pattern is wrong or asks for more than is supported."""

    def __init__(self, id: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(id, en)


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern; ``groups`` counts its brackets, the whole match included."""

    steps: tuple[Step, ...]
    groups: int
    multiline: bool

    def find(self, text: str, start: int, run: Run) -> Spans | None:
        """The leftmost match from ``start`` on, as begin and end of each group; the time is charged to the run."""
        found: Spans | None = None
        threads: list[tuple[int, Spans]] = []
        nothing: Spans = (None,) * (2 * self.groups)
        for position in range(start, len(text) + 1):
            if found is None:
                threads = [*threads, (0, nothing)]
            if not threads:
                break
            threads, found = self._advance(threads, text, position, found, run)
        return found

    def _advance(
        self, threads: list[tuple[int, Spans]], text: str, position: int, found: Spans | None, run: Run
    ) -> tuple[list[tuple[int, Spans]], Spans | None]:
        """One character further: the threads that go on, best first, and the best match so far."""
        following: list[tuple[int, Spans]] = []
        seen: set[int] = set()
        character = text[position] if position < len(text) else None
        for thread in threads:
            for place, spans in self._reached(thread, text, position, seen, run):
                test = self.steps[place].test
                if test is None:
                    return following, spans
                if character is not None and test(character):
                    following.append((place + 1, spans))
        return following, found

    def _reached(
        self, thread: tuple[int, Spans], text: str, position: int, seen: set[int], run: Run
    ) -> Iterator[tuple[int, Spans]]:
        """The steps that a thread comes to without reading a character, in order of preference."""
        waiting = [thread]
        while waiting:
            place, spans = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            run.spend(COST)
            kind, first, second, _ = self.steps[place]
            if kind in ("test", "found"):
                yield place, spans
            elif kind == "split":
                waiting += [(second, spans), (first, spans)]
            elif kind == "jump":
                waiting.append((first, spans))
            elif kind == "save":
                waiting.append((place + 1, (*spans[:first], position, *spans[first + 1 :])))
            elif self._stands(kind, text, position):
                waiting.append((place + 1, spans))

    def _stands(self, kind: str, text: str, position: int) -> bool:
        """Whether ``^`` or ``$`` holds at a place."""
        if kind == "start":
            return position == 0 or (self.multiline and text[position - 1] == "\n")
        return position == len(text) or (self.multiline and text[position] == "\n")


@lru_cache(maxsize=256)
def pattern(source: str, flags: str = "") -> Pattern:
    """Compile a pattern. Raises `PatternError`."""
    if not FLAGS.issuperset(flags):
        raise PatternError("Penanda pola yang dikenal hanya i, m, dan s.", "The only pattern flags are i, m and s.")
    reader = _Reader(source, "i" in flags, "s" in flags)
    steps = reader.whole()
    return Pattern(tuple(steps), reader.groups, "m" in flags)


class _Reader:
    """Reads a pattern by recursive descent; each method returns steps with targets relative to their start."""

    def __init__(self, source: str, ignore_case: bool, dot_all: bool) -> None:
        self.source = source
        self.position = 0
        self.groups = 1
        self.depth = 0
        self.ignore_case = ignore_case
        self.dot_all = dot_all

    def whole(self) -> list[Step]:
        steps = [Step("save", 0), *_shifted(self._choice(), 1)]
        if self.position < len(self.source):
            raise _wrong(self.source[self.position])
        return [*steps, Step("save", 1), Step("found")]

    def _peek(self) -> str:
        return self.source[self.position] if self.position < len(self.source) else ""

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise PatternError("Pola ini terputus.", "The pattern ends too early.")
        self.position += 1
        return character

    def _choice(self) -> list[Step]:
        steps = self._sequence()
        while self._peek() == "|":
            self._take()
            other = self._sequence()
            first = [Step("split", 1, len(steps) + 2), *_shifted(steps, 1), Step("jump", len(steps) + len(other) + 2)]
            steps = _bounded([*first, *_shifted(other, len(first))])
        return steps

    def _sequence(self) -> list[Step]:
        steps: list[Step] = []
        while self._peek() not in ("", "|", ")"):
            steps = _bounded([*steps, *_shifted(self._repeated(), len(steps))])
        return steps

    def _repeated(self) -> list[Step]:
        steps = self._single()
        least, most = self._quantifier()
        if least == most == 1:
            return steps
        lazy = self._peek() == "?" and bool(self._take())
        return _repetition(steps, least, most, lazy)

    def _quantifier(self) -> tuple[int, int | None]:
        """How often: at least and at most; None is without end."""
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self._peek() in simple:
            return simple[self._take()]
        if self._peek() != "{":
            return 1, 1
        inside, closed, _ = self.source[self.position + 1 :].partition("}")
        least, comma, most = inside.partition(",")
        if not closed or not least.isdecimal() or (most and not most.isdecimal()) or len(inside) > 9:
            raise _wrong("{")
        self.position += len(inside) + 2
        upper = int(most) if most else None if comma else int(least)
        if max(int(least), upper or 0) > REPEAT_LIMIT or (upper is not None and upper < int(least)):
            raise _wrong("{" + inside + "}")
        return int(least), upper

    def _single(self) -> list[Step]:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return [self._test(self._class())]
        if character == "\\":
            return [self._test(self._escape())]
        if character == ".":
            return [self._test((lambda c: True) if self.dot_all else (lambda c: c not in "\n\r"))]
        if character in "^$":
            return [Step("start" if character == "^" else "end")]
        if character in "*+?{}])":
            raise _wrong(character)
        return [self._test(_same(character))]

    def _test(self, test: Test) -> Step:
        if not self.ignore_case:
            return Step("test", test=test)
        return Step("test", test=lambda c: test(c) or test(c.lower()) or test(c.upper()))

    def _group(self) -> list[Step]:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise _wrong("(")
        number = None
        if self._peek() == "?":
            if self.source[self.position : self.position + 2] != "?:":
                raise PatternError("`(?...)` tidak didukung di pola.", "`(?...)` is not supported in a pattern.")
            self.position += 2
        else:
            number, self.groups = self.groups, self.groups + 1
        steps = self._choice()
        if self._take() != ")":
            raise _wrong("(")
        self.depth -= 1
        if number is None:
            return steps
        return [Step("save", 2 * number), *_shifted(steps, 1), Step("save", 2 * number + 1)]

    def _escape(self) -> Test:
        character = self._take()
        if character in CLASSES:
            return CLASSES[character]
        if character in "pP":
            return self._category(character == "P")
        if character in SIGNS:
            return _same(SIGNS[character])
        if character.isalnum():
            raise PatternError(
                rf"`\{character}` tidak didukung di pola.", rf"`\{character}` is not supported in a pattern."
            )
        return _same(character)

    def _category(self, negative: bool) -> Test:
        name, closed, _ = self.source[self.position :].removeprefix("{").partition("}")
        if not closed or self._peek() != "{" or not name.isalpha() or len(name) > 2:
            raise _wrong("\\p")
        self.position += len(name) + 2
        return lambda c: unicodedata.category(c).startswith(name) is not negative

    def _class(self) -> Test:
        negative = self._peek() == "^" and bool(self._take())
        tests: list[Test] = []
        while self._peek() != "]" or not tests:
            tests.append(self._class_part())
        self._take()
        return lambda c: any(test(c) for test in tests) is not negative

    def _class_part(self) -> Test:
        character = self._take()
        if character == "[":
            raise _wrong("[")
        if character == "\\":
            if self._peek() not in SIGNS and self._peek().isalnum():
                return self._escape()
            character = SIGNS.get(self._peek(), self._peek())
            self._take()
        if self._peek() != "-" or self.source[self.position + 1 : self.position + 2] in ("]", ""):
            return _same(character)
        self._take()
        last = self._take()
        if last == "\\":
            last = self._take()
            last = SIGNS.get(last, last)
        if last < character or last == "[":
            raise _wrong(f"{character}-{last}")
        return lambda c: character <= c <= last


SIGNS = {"n": "\n", "r": "\r", "t": "\t"}
CLASSES: dict[str, Test] = {
    "d": str.isdecimal,
    "D": lambda c: not c.isdecimal(),
    "s": lambda c: c in " \t\n\r",
    "S": lambda c: c not in " \t\n\r",
    "w": lambda c: unicodedata.category(c)[0] not in "PZC",
    "W": lambda c: unicodedata.category(c)[0] in "PZC",
}


def _same(character: str) -> Test:
    return lambda c: c == character


def _wrong(part: str) -> PatternError:
    return PatternError(f"Pola ini salah di `{part}`.", f"The pattern is wrong at `{part}`.")


def _bounded(steps: list[Step]) -> list[Step]:
    if len(steps) > PROGRAM_LIMIT:
        raise PatternError("Pola ini terlalu besar.", "The pattern is too large.")
    return steps


def _shifted(steps: list[Step], by: int) -> list[Step]:
    """The same steps further on: jumps keep their aim."""
    return [
        step._replace(first=step.first + by, second=step.second + by) if step.kind in ("split", "jump") else step
        for step in steps
    ]


def _repetition(steps: list[Step], least: int, most: int | None, lazy: bool) -> list[Step]:
    repeated: list[Step] = []
    for _ in range(least):
        repeated = _bounded([*repeated, *_shifted(steps, len(repeated))])
    if most is None:
        here, after = len(repeated), len(repeated) + len(steps) + 2
        loop = [_split(here + 1, after, lazy), *_shifted(steps, here + 1), Step("jump", here)]
        return _bounded([*repeated, *loop])
    end = len(repeated) + (most - least) * (len(steps) + 1)
    for _ in range(most - least):
        here = len(repeated)
        repeated = _bounded([*repeated, _split(here + 1, end, lazy), *_shifted(steps, here + 1)])
    return repeated


def _split(inside: int, outside: int, lazy: bool) -> Step:
    return Step("split", outside, inside) if lazy else Step("split", inside, outside)
