"""A form as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any

from engine.budget import Budget
from engine.errors import Text
from engine.feel import Expression
from engine.forms.pattern import Pattern
from engine.forms.words import Attachments, in_words
from engine.limits import DEFAULT

CHOICES = frozenset({"radio", "select", "checklist"})
COMPONENTS = CHOICES | {
    "textfield",
    "textarea",
    "number",
    "datetime",
    "checkbox",
    "filepicker",
    "text",
    "group",
    "dynamiclist",
}


@dataclass(frozen=True)
class Field:
    """A component of a form.

    ``key`` is the name of the answer; texts and groups, which ask nothing, have an empty one. ``label`` of a
    ``text`` is its content. ``min``/``max`` bound numbers, ``earliest``/``latest`` dates (FEEL),
    ``shortest``/``longest`` count characters, or rows of a ``dynamiclist``. ``digits``: exactly so many
    digits, spaces, dots and dashes between them ignored. ``asked`` is what messages call it inside a sentence, where
    its label would not do; ``done`` what choices are called once made. ``fields`` are those of a group or of each row.
    ``fixed``: the rows of a list that is given row by row; none is left out. ``apart``: only pages of its own show it.
    ``computed``: nobody is asked, the value is worked out of the other answers. ``fleeting``: the answer is for the
    services that are called at once, and kept nowhere.
    """

    key: str
    type: str
    label: Text
    id: str = ""
    line: int | None = None
    description: Text | None = None
    asked: Text | None = None
    required: bool = False
    values: tuple[tuple[Any, Text], ...] = ()
    done: tuple[tuple[Any, Text], ...] = ()
    hide: Expression | None = None
    readonly: bool = False
    min: Decimal | None = None
    max: Decimal | None = None
    decimals: int | None = None
    shortest: int | None = None
    longest: int | None = None
    pattern: Pattern | None = None
    kind: str | None = None
    digits: int | None = None
    with_time: bool = False
    earliest: Expression | None = None
    latest: Expression | None = None
    computed: Expression | None = None
    fixed: bool = False
    apart: bool = False
    fleeting: bool = False
    default: Any = None
    accept: str = ""
    several: bool = False
    fields: tuple[Field, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether it takes an answer."""
        return bool(self.key) and not self.readonly and self.computed is None

    def label_of(self, value: Any) -> Text | None:
        """What a chosen value is called; None if it is none of them."""
        return _labelled(self.values, value)

    def told_of(self, value: Any) -> Text | None:
        """What a value is called once it has been chosen: “Disetujui”, where the choice was “Setujui”."""
        return _labelled(self.done, value) or self.label_of(value)


@dataclass(frozen=True)
class Page:
    """A top-level group, or what stands between two of them (then without a label)."""

    label: Text | None
    fields: tuple[Field, ...]
    hide: Expression | None = None


@dataclass(frozen=True)
class Form:
    """A form in its file."""

    file: str
    pages: tuple[Page, ...]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All fields that have a key, in order; those of a group stand in its place."""
        return tuple(f for page in self.pages for f in flat(page.fields))

    def field(self, key: str) -> Field | None:
        """The field of this key."""
        return next((f for f in self.fields if f.key == key), None)

    @property
    def chooses(self) -> bool:
        """Whether its outcome is chosen as such: neither worked out of other answers, nor bound to a one-time code."""
        return not self.fleets and any(f.key == "outcome" and f.computed is None for f in self.fields)

    @property
    def fleets(self) -> bool:
        """Whether it asks for something that is kept nowhere."""
        return any(f.fleeting for f in self.fields)

    def accept(
        self,
        raw: Mapping[str, Any],
        *,
        context: Mapping[str, Any],
        now: datetime | None = None,
        zone: tzinfo = UTC,
        budget: Budget | None = None,
    ) -> dict[str, Any]:
        """The answers as values. Only declared, visible, writable fields survive; whatever else came is dropped.

        What is computed is worked out of them once they are right.

        ``raw`` holds JSON values or the texts of an HTML form alike; ``context`` is the process data that
        conditions may read, ``budget`` what they may compute (for the moment ``now`` where none is given); texts
        of date and time are read in ``zone``. A missing optional answer is None.
        Raises `Refused` by field (a field of a list's row is called ``list-0-field``), and `LimitExceeded` when its
        conditions together need too much calculation.
        """
        from engine.forms.accepting import accept

        return accept(self, raw, context=context, zone=zone, budget=budget or Budget(DEFAULT, now, zone))

    def settled(self, data: Mapping[str, Any], budget: Budget) -> Form:
        """The form without what the process data hide, whatever will be answered.

        A condition that also asks for an answer is left to whoever draws the form, and to `accept`.
        """
        from engine.forms.settling import settled

        return settled(self, data, budget)

    @property
    def waits_for_data(self) -> bool:
        """Whether process data alone settle whether something of the form is shown."""
        from engine.forms.settling import waits_for_data

        return waits_for_data(self)

    @cached_property
    def names(self) -> frozenset[str]:
        """What the conditions of the form read."""
        from engine.forms.settling import names

        return names(self)

    def parted(self, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """Accepted answers as they are kept, and those that are not."""
        gone = {f.key: answers[f.key] for f in self.fields if f.fleeting and answers.get(f.key) is not None}
        return {**answers, **dict.fromkeys(gone)}, gone

    def described(
        self, answers: Mapping[str, Any], attachments: Attachments = MappingProxyType({})
    ) -> list[tuple[Text, Text]]:
        """Label and answer in words, for every field that was answered; documents by their names.

        What has pages of its own (``apart``) is left to them.
        """
        given = (f for f in self.fields if answers.get(f.key) is not None and not f.apart)
        return [(f.label, in_words(f, answers[f.key], attachments)) for f in given]

    def files(self, answers: Mapping[str, Any]) -> Iterator[tuple[str, Field, list[str]]]:
        """The documents that accepted answers name: what `Refused` would call the field, the field, their ids."""
        yield from _files(self.fields, answers, "")


def _labelled(values: Iterable[tuple[Any, Text]], value: Any) -> Text | None:
    return next((label for chosen, label in values if type(chosen) is type(value) and chosen == value), None)


def _files(fields: Iterable[Field], answers: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Field, list[str]]]:
    for field in fields:
        answer = answers.get(field.key)
        if field.type == "filepicker" and answer:
            yield prefix + field.key, field, answer
        elif field.type == "dynamiclist":
            for number, row in enumerate(answer or ()):
                yield from _files(flat(field.fields), row, f"{prefix}{field.key}-{number}-")


def flat(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Fields with a key; groups are opened, lists are not."""
    for field in fields:
        if field.type == "group":
            yield from flat(field.fields)
        elif field.key:
            yield field
