"""Forms of packages as WTForms: what stands in each question, and what is wrong with it.

`engine.forms.Form.accept` alone judges answers; WTForms draws the fields and shows them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import wtforms
from werkzeug.datastructures import MultiDict

from engine import forms
from engine.budget import Budget
from engine.errors import LimitExceeded, Text
from engine.feel import Expression
from engine.limits import DEFAULT
from web.i18n import _, say
from web.spelling import Typed, closed_up, list_of, name_of, problem_name, rows_of, typed_of
from web.widgets import MOST_RADIOS, accepted_by, kind_of, short, widget_for

MOST_SWITCHES = 4
"""Questions of a form that the style sheet can hide others by."""
SPARE_ROWS = 2
"""Empty rows offered at the end of a list, since no script can add one."""
MOST_ROWS = 50

NUMBER = "number"
"""The question of a fixed row that the page answers itself: from 0, where the row stands."""
NO_ROWS: Mapping[str, Sequence[str]] = MappingProxyType({})

Problems = Mapping[str, Sequence[Text]]


@dataclass(frozen=True)
class Answers:
    """What stands in the fields: ``typed`` as it was sent, else ``values`` of earlier answers; and what is wrong.

    ``attachments`` are the documents that these name and that may be sent again.
    """

    typed: Typed | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    attachments: forms.Attachments = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A field with all that the template says about it. ``attributes`` are those of its control.

    ``documents`` are those that stand in it, ready to be sent again.
    ``switch`` marks a choice that other questions hang on; ``when`` says at which choices this one is hidden.
    """

    control: Any
    id: str
    kind: str
    label: str
    hint: str
    optional: bool
    errors: tuple[str, ...]
    attributes: Mapping[str, str]
    documents: tuple[forms.Attachment, ...]
    switch: str
    when: str


@dataclass(frozen=True)
class Group:
    """Questions under one heading, or under none."""

    legend: str
    questions: tuple[Question, ...]
    when: str


@dataclass(frozen=True)
class Row:
    """The questions of a fixed row. Its number is sent as ``mark``, so that one without an answer keeps its place."""

    mark: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Switches:
    """The choices that the style sheet can hide others by; finding out which draws on one budget for the whole form.

    ``scope`` is empty for those of a whole form, ``own-`` for those of a row, which hide within it alone.
    """

    fields: tuple[forms.Field, ...]
    scope: str = ""
    budget: Budget = field(default_factory=lambda: Budget(DEFAULT, None, None))

    def hide(self, condition: Expression, key: str, value: Any) -> bool:
        """Whether a condition hides its question at this choice; not where that costs too much to find out."""
        try:
            return self.budget.value(condition, {key: value}) is True
        except LimitExceeded:
            return False


@dataclass(frozen=True)
class Bound:
    """A form with what stands in it, ready to be drawn. ``mistakes``: (id to go to or None, words).

    ``rows`` of lists that are drawn beside what they are about, apart from the groups.
    """

    groups: tuple[Group, ...]
    mistakes: tuple[tuple[str | None, str], ...]
    decides: bool
    uploads: bool
    rows: Mapping[str, tuple[Row, ...]]


def bound(form: forms.Form, answers: Answers, rows: Mapping[str, Sequence[str]] = NO_ROWS) -> Bound:
    """The form with these answers in it. ``rows``: the fixed rows of its lists, by what each is about."""
    typed = dict(typed_of(form.fields, answers.values)) if answers.typed is None else closed_up(answers.typed)
    fixed = [field for field in form.fields if field.fixed and field.key in rows]
    rows = {field.key: rows[field.key] for field in fixed}
    asked = [(page, dict(_named(page.fields, typed, rows))) for page in form.pages]
    controls = _controls({name: question for _page, named in asked for name, question in named.items()}, typed)
    switches, own = _switches(form), {field.key: _own_switches(field) for field in fixed}

    def drawn(name: str, question: forms.Field) -> Question:
        wrong = answers.problems.get(problem_name(name), ())
        hanging = own.get(list_of(name), switches)
        return _question(controls[name], question, wrong, hanging, _kept(name, question, typed, answers))

    questions = {name: drawn(name, question) for _page, named in asked for name, question in named.items()}
    groups = tuple(
        Group(
            say(page.label),
            tuple(questions[name] for name in named if list_of(name) not in rows),
            _hidden_by(page.hide, switches),
        )
        for page, named in asked
    )
    mistakes = tuple(_mistakes(questions.values(), answers.problems, rows))
    uploads = any(question.kind == "files" for question in questions.values())
    beside = {key: tuple(_row(f"{key}[{n}]", questions) for n in range(len(names))) for key, names in rows.items()}
    decides = form.field("outcome") is not None and not form.fleets
    return Bound(groups, mistakes, decides, uploads, beside)


def _row(prefix: str, questions: Mapping[str, Question]) -> Row:
    """The questions of one row of a list."""
    mark = f"{prefix}[{NUMBER}]"
    names = (name for name in questions if name.startswith(f"{prefix}[") and name != mark)
    return Row(mark, tuple(questions[name] for name in names))


def _kept(name: str, question: forms.Field, typed: Typed, answers: Answers) -> tuple[forms.Attachment, ...]:
    """The documents that stand in a question."""
    if question.type != "filepicker":
        return ()
    return tuple(answers.attachments[one] for one in typed.get(name, ()) if one in answers.attachments)


def _named(
    fields: Sequence[forms.Field], typed: Typed, rows: Mapping[str, Sequence[str]], prefix: str = ""
) -> Iterator[tuple[str, forms.Field]]:
    """Questions by the name of their control; groups are opened, lists become their rows and some spare ones."""
    for question in fields:
        if question.type == "group":
            yield from _named(question.fields, typed, rows, prefix)
        elif question.type == "dynamiclist":
            spare = min(rows_of(question.key, typed) + SPARE_ROWS, MOST_ROWS)
            for row in range(len(rows[question.key]) if question.key in rows else spare):
                yield from _named(question.fields, typed, rows, f"{question.key}[{row}]")
        elif question.computed is None:
            yield name_of(question, prefix), question


def _controls(named: Mapping[str, forms.Field], typed: Typed) -> wtforms.form.BaseForm:
    controls = wtforms.form.BaseForm({name: widget_for(question) for name, question in named.items()})
    controls.process(MultiDict([(name, value) for name, values in typed.items() for value in values]))
    return controls


def _question(
    control: Any,
    question: forms.Field,
    problems: Sequence[Text],
    switches: Switches,
    documents: tuple[forms.Attachment, ...],
) -> Question:
    kind, hint = kind_of(question), say(question.description) or _example(question)
    control.id = re.sub(r"\W+", "-", control.name).strip("-")
    return Question(
        control=control,
        id=control.id,
        kind=kind,
        label=say(question.label),
        hint=hint,
        optional=question.asks and not question.required and kind != "box" and question.hide is None,
        errors=tuple(say(text) for text in problems),
        attributes=_attributes(control.id, question, hint=bool(hint), wrong=bool(problems)),
        documents=documents,
        switch=f"switch-{switches.scope}{switches.fields.index(question)}" if question in switches.fields else "",
        when=_hidden_by(question.hide, switches),
    )


def _attributes(identity: str, question: forms.Field, *, hint: bool, wrong: bool) -> dict[str, str]:
    notes = [f"{identity}-{note}" for note, there in (("hint", hint), ("error", wrong)) if there]
    attributes = {"aria-describedby": " ".join(notes)} if notes else {}
    if wrong and kind_of(question) != "choices":
        attributes["aria-invalid"] = "true"
    return attributes | ({"readonly": "readonly"} if question.readonly else {})


def _switches(form: forms.Form) -> Switches:
    """The choices that others hang on: those can be hidden by style alone, without a script."""
    conditions = [f.hide for f in form.fields] + [page.hide for page in form.pages]
    names = {name for condition in conditions if condition for name in condition.names}
    found = [f for f in form.fields if f.key in names and (f.type == "checkbox" or 0 < len(f.values) <= MOST_RADIOS)]
    return Switches(tuple(found[:MOST_SWITCHES]))


def _own_switches(rows: forms.Field) -> Switches:
    """The choice of a row that others of the same row hang on."""
    names = {name for field in rows.fields if field.hide for name in field.hide.names}
    found = [field for field in rows.fields if field.key in names and 0 < len(field.values) <= MOST_RADIOS]
    return Switches(tuple(found[:1]), "own-")


def _hidden_by(condition: Expression | None, switches: Switches) -> str:
    """The classes by which the style sheet hides a question at certain choices; the engine decides for itself."""
    place = next((n for n, switch in enumerate(switches.fields) if condition and condition.names == {switch.key}), None)
    if condition is None or place is None:
        return ""
    switch, name = switches.fields[place], f"{switches.scope}{place}"
    values = [value for value, _text in switch.values] or [True]
    hiding = [n for n, value in enumerate(values) if switches.hide(condition, switch.key, value)]
    unticked = switch.type == "checkbox" and not switches.hide(condition, switch.key, False)
    marks = [f"hangs-{name}", *(f"not-{name}-{n}" for n in hiding), *([f"also-{name}"] if unticked else [])]
    return " ".join(marks)


def _example(question: forms.Field) -> str:
    if question.type == "filepicker":
        return _("%(types)s, paling besar 5 MB.", types=", ".join(map(short, accepted_by(question))))
    if question.type != "datetime":
        return ""
    return _("Contoh: 2026-11-03 08:30") if question.with_time else _("Contoh: 3/11/2026 atau 3 Nov 2026")


def _mistakes(
    questions: Iterable[Question], problems: Problems, rows: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str | None, str]]:
    """Every problem with the place that its link leads to: the field, or the first of its choices.

    That of a fixed row says what the row is about.
    """
    drawn = {problem_name(question.control.name): question for question in questions}
    for name, texts in problems.items():
        question = drawn.get(name)
        key, *place = name.split("-")
        about = f"{rows[key][int(place[0])]}: " if question and place and key in rows else ""
        yield from ((_target(question) if question else None, about + say(text)) for text in texts)


def _target(question: Question) -> str:
    return f"{question.id}-0" if question.kind == "choices" else question.id
