"""Patterns of form fields: a small regular-expression language that always takes time linear in the text.

Characters, ``.``, classes, ``\\d \\w \\s`` and their opposites, groups, ``|``, ``* + ? {m,n}``, ``^`` and ``$``.
It is run as a set of states, so that no pattern of a stranger can make the server search for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

LONGEST = 200
MOST_STATES = 400
_MOST_REPEATS = 100

Matcher = Callable[[str], bool]


class BadPattern(ValueError):
    """The pattern uses something that is not in the language, or is too large."""


_CLASSES: dict[str, Matcher] = {
    "d": lambda c: c in "0123456789",
    "w": lambda c: c == "_" or (c.isascii() and c.isalnum()),
    "s": str.isspace,
}
_CLASSES |= {"D": lambda c: c not in "0123456789", "W": lambda c: not _CLASSES["w"](c), "S": lambda c: not c.isspace()}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass
class _State:
    """A step of the search: ``on`` None takes no character; ``at`` demands the start (^) or end ($)."""

    on: Matcher | None = None
    at: str = ""
    to: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern; `matches` finds it anywhere in a text, as the standard of form-js says."""

    text: str
    states: tuple[_State, ...] = field(repr=False, compare=False)
    start: int = field(repr=False, compare=False)
    end: int = field(repr=False, compare=False)

    def matches(self, text: str) -> bool:
        """Whether the pattern occurs in the text."""
        here: set[int] = set()
        for position, character in enumerate(text):
            here = self._closure({*here, self.start}, position == 0, at_end=False)
            if self.end in here:
                return True
            here = {t for s in here if (on := self.states[s].on) and on(character) for t in self.states[s].to}
        return self.end in self._closure({*here, self.start}, not text, at_end=True)

    def _closure(self, states: Iterable[int], at_start: bool, *, at_end: bool) -> set[int]:
        reached, todo = set(states), list(states)
        while todo:
            state = self.states[todo.pop()]
            blocked = (state.at == "^" and not at_start) or (state.at == "$" and not at_end)
            for following in () if state.on or blocked else state.to:
                if following not in reached:
                    reached.add(following)
                    todo.append(following)
        return reached


def compile_pattern(text: str) -> Pattern:
    """The pattern in a text. Raises `BadPattern`."""
    if len(text) > LONGEST:
        raise BadPattern(text)
    builder = _Builder(text)
    start, end = builder.alternatives()
    if builder.position != len(text):
        raise BadPattern(text)
    return Pattern(text, tuple(builder.states), start, end)


class _Builder:
    """Reads a pattern from left to right and lays out its states; a fragment is (first, last state)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0
        self.states: list[_State] = []

    def alternatives(self) -> tuple[int, int]:
        start, end = self._state(), self._state()
        while True:
            first, last = self._sequence()
            self._link(start, first)
            self._link(last, end)
            if self._peek() != "|":
                return start, end
            self.position += 1

    def _sequence(self) -> tuple[int, int]:
        start = end = self._state()
        while self._peek() not in ("", "|", ")"):
            begin = self.position
            first, last = self._repeated(begin)
            self._link(end, first)
            end = last
        return start, end

    def _repeated(self, begin: int) -> tuple[int, int]:
        first, last = self._atom()
        after_atom = self.position
        least, most = self._quantifier()
        if (least, most) == (1, 1):
            return first, last
        copies = [(first, last)] + [self._copy(begin) for _ in range(max(least, most or least + 1, 1) - 1)]
        self.position = max(after_atom, self.position)
        return self._chain(copies, least, most)

    def _copy(self, begin: int) -> tuple[int, int]:
        """The same atom once more, as states of its own."""
        after, self.position = self.position, begin
        fragment = self._atom()
        self.position = after
        return fragment

    def _chain(self, copies: list[tuple[int, int]], least: int, most: int | None) -> tuple[int, int]:
        start, end = self._state(), self._state()
        here = start
        for number, (first, last) in enumerate(copies):
            if number >= least:
                self._link(here, end)
            self._link(here, first)
            here = last
        self._link(here, end)
        if most is None:
            self._link(here, copies[-1][0])
        return start, end

    def _quantifier(self) -> tuple[int, int | None]:
        found: tuple[int, int | None] = (1, 1)
        if (sign := self._peek()) and sign in "*+?":
            self.position += 1
            found = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        elif sign == "{":
            found = self._counted()
        if self._peek() == "?":  # lazy or not is the same when only a match is asked for
            self.position += 1
        if self._peek() in ("*", "+", "{"):
            raise BadPattern(self.text)
        return found

    def _counted(self) -> tuple[int, int | None]:
        close = self.text.find("}", self.position)
        least, comma, most = self.text[self.position + 1 : close].partition(",")
        if close < 0 or not least.isdecimal() or (most and not most.isdecimal()):
            raise BadPattern(self.text)
        self.position = close + 1
        upper = int(most) if most else None if comma else int(least)
        if max(int(least), upper or 0) > _MOST_REPEATS or (upper is not None and not 0 < upper >= int(least)):
            raise BadPattern(self.text)
        return int(least), upper

    def _atom(self) -> tuple[int, int]:
        character = self._take()
        if character == "(":
            return self._group()
        if character in "^$":
            return self._single(at=character)
        if character == "[":
            return self._single(on=self._class())
        if character == ".":
            return self._single(on=lambda c: c != "\n")
        if character == "\\":
            return self._single(on=self._escaped())
        if character in "*+?{":
            raise BadPattern(self.text)
        return self._single(on=character.__eq__)

    def _group(self) -> tuple[int, int]:
        self.depth += 1
        if self._peek() == "?":
            if self.text[self.position : self.position + 2] != "?:":
                raise BadPattern(self.text)
            self.position += 2
        if self.depth > 10:
            raise BadPattern(self.text)
        fragment = self.alternatives()
        if self._take() != ")":
            raise BadPattern(self.text)
        self.depth -= 1
        return fragment

    def _escaped(self) -> Matcher:
        character = self._take()
        if character in _CLASSES:
            return _CLASSES[character]
        if character.isalnum() and character not in _ESCAPES:
            raise BadPattern(self.text)
        return _ESCAPES.get(character, character).__eq__

    def _class(self) -> Matcher:
        inverted = self._peek() == "^"
        self.position += inverted
        members: list[Matcher] = []
        while self._peek() != "]" or not members:
            members.append(self._member())
        self.position += 1
        return (lambda c: not any(m(c) for m in members)) if inverted else lambda c: any(m(c) for m in members)

    def _member(self) -> Matcher:
        character = self._take()
        if character == "\\":
            return self._escaped()
        if self._peek() == "-" and self.text[self.position + 1 : self.position + 2] not in ("", "]"):
            self.position += 1
            last = self._take()
            if last == "\\" or last < character:
                raise BadPattern(self.text)
            return lambda c: character <= c <= last
        return character.__eq__

    def _single(self, on: Matcher | None = None, at: str = "") -> tuple[int, int]:
        start, end = self._state(on, at), self._state()
        self._link(start, end)
        return start, end

    def _state(self, on: Matcher | None = None, at: str = "") -> int:
        if len(self.states) >= MOST_STATES:
            raise BadPattern(self.text)
        self.states.append(_State(on, at))
        return len(self.states) - 1

    def _link(self, start: int, end: int) -> None:
        self.states[start].to.append(end)

    def _peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise BadPattern(self.text)
        self.position += 1
        return character
