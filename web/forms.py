"""Forms of packages as WTForms: how each question looks, and what was typed when it comes back.

`engine.forms.Form.accept` alone judges answers; WTForms draws the fields and shows them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import wtforms
from werkzeug.datastructures import MultiDict
from wtforms.widgets import CheckboxInput

from engine import forms
from engine.errors import Text
from web.i18n import _, say, zone

MOST_RADIOS = 7
"""More choices than this are a list to choose from."""
MOST_SWITCHES = 2
"""Questions of a form that the style sheet can hide others by."""
SPARE_ROWS = 2
"""Empty rows offered at the end of a list, since no script can add one."""
MOST_ROWS = 50

_ROW = re.compile(r"(?P<list>[^\[\]]+)\[(?P<row>\d{1,3})\]\[(?P<field>[^\[\]]+)\](?P<many>\[\])?")

Typed = Mapping[str, Sequence[str]]
Problems = Mapping[str, Sequence[Text]]


@dataclass(frozen=True)
class Answers:
    """What stands in the fields: ``typed`` as it was sent, else ``values`` of earlier answers; and what is wrong."""

    typed: Typed | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Fields under one heading, or under none."""

    legend: str
    fields: tuple[wtforms.Field, ...]


@dataclass(frozen=True)
class Bound:
    """A form with what stands in it, ready to be drawn. ``mistakes``: (id of the field or None, words)."""

    groups: tuple[Group, ...]
    mistakes: tuple[tuple[str | None, str], ...]
    decides: bool


def given(typed: Typed) -> dict[str, Any]:
    """The answers that the names of sent values spell: ``a``, ``a[]`` (several) and ``a[0][b]`` (a row of a list)."""
    answers: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    for name, values in typed.items():
        if row := _ROW.fullmatch(name):
            cells = rows.setdefault(row["list"], {}).setdefault(int(row["row"]), {})
            cells[row["field"]] = list(values) if row["many"] else values[0]
        elif name.endswith("[]"):
            answers[name[:-2]] = list(values)
        else:
            answers[name] = values[0]
    filled = {
        name: [cells for _n, cells in sorted(found.items()) if any(cells.values())] for name, found in rows.items()
    }
    return answers | filled


def bound(form: forms.Form, answers: Answers) -> Bound:
    """The form with these answers in it."""
    typed = answers.typed if answers.typed is not None else dict(_spelled(form.fields, answers.values))
    drawn = [(page, tuple(_all_rows(page.fields, typed))) for page in form.pages]
    parts = {name: part for _page, found in drawn for name, part, _asked in found}
    shown = wtforms.form.BaseForm(parts)
    shown.process(MultiDict([(name, value) for name, values in typed.items() for value in values]))
    asked = {name: question for _page, found in drawn for name, _part, question in found}
    switches = list(_switches(form))
    for name, question in asked.items():
        _dress(shown[name], question, answers.problems.get(_problem_name(name), ()))
        shown[name].switch = f"switch-{switches.index(question)}" if question in switches else ""
        shown[name].when = " ".join(_hidden_by(question, switches))
    groups = tuple(Group(say(p.label), tuple(shown[name] for name, _part, _asked in found)) for p, found in drawn)
    decides = any(f.key == "outcome" for f in form.fields)
    return Bound(groups, tuple(_mistakes(asked, answers.problems)), decides)


def _all_rows(fields: Sequence[forms.Field], typed: Typed, prefix: str = "") -> Iterator[tuple[str, Any, forms.Field]]:
    """Name, WTForms field and question, in order; groups are opened, lists become their rows and some spare ones."""
    for question in fields:
        if question.type == "group":
            yield from _all_rows(question.fields, typed, prefix)
        elif question.type == "dynamiclist":
            for row in range(_rows_of(question.key, typed)):
                yield from _all_rows(question.fields, typed, f"{question.key}[{row}]")
        else:
            name = _name_of(question, prefix)
            yield name, _part(question), question


def _rows_of(key: str, typed: Typed) -> int:
    used = (int(found["row"]) + 1 for name in typed if (found := _ROW.fullmatch(name)) and found["list"] == key)
    return min(max(used, default=0) + SPARE_ROWS, MOST_ROWS)


def _name_of(question: forms.Field, prefix: str) -> str:
    name = question.key or question.id or f"text-{question.line}"
    inner = f"{prefix}[{name}]" if prefix else name
    return f"{inner}[]" if question.type == "checklist" or question.several else inner


def _part(question: forms.Field) -> Any:
    label, choices = say(question.label), [(_spell(v), say(text)) for v, text in question.values]
    match question.type:
        case "text":
            return wtforms.Field(label)
        case "textarea":
            return wtforms.TextAreaField(label, render_kw={"rows": 4})
        case "checkbox":
            return wtforms.BooleanField(label)
        case "checklist":
            return wtforms.SelectMultipleField(
                label, choices=choices, option_widget=CheckboxInput(), validate_choice=False
            )
        case "radio":
            return wtforms.RadioField(label, choices=choices, validate_choice=False)
        case "select" if len(choices) <= MOST_RADIOS:
            return wtforms.RadioField(label, choices=choices, validate_choice=False)
        case "select":
            return wtforms.SelectField(label, choices=[("", _("Pilih")), *choices], validate_choice=False)
        case "filepicker":
            return wtforms.FileField(label, render_kw={"accept": question.accept} if question.accept else {})
        case _:
            return wtforms.StringField(label, render_kw=_keyboard(question))


def _keyboard(question: forms.Field) -> dict[str, Any]:
    """Which keys a phone offers. Dates keep letters: ``3 Nov 2026`` is as good as ``3/11/2026``."""
    if question.type == "number":
        return {
            "inputmode": "decimal" if question.decimals != 0 else "numeric",
            "autocomplete": "off",
            "class": "short",
        }
    if question.type == "datetime":
        return {"autocomplete": "off", "class": "short"}
    if question.kind in {"email", "tel", "url"}:
        return {"inputmode": question.kind, "autocomplete": {"email": "email", "tel": "tel"}.get(question.kind, "off")}
    return {"inputmode": "numeric"} if question.digits else {}


def _dress(part: Any, question: forms.Field, problems: Sequence[Text]) -> None:
    """Tell the template what it needs to know beside WTForms' own attributes."""
    part.kind = {"text": "text", "checkbox": "box"}.get(question.type, "one")
    if isinstance(part, wtforms.RadioField | wtforms.SelectMultipleField):
        part.kind = "choices"
    part.id = _id_of(part.name)
    part.errors = [say(text) for text in problems]
    part.description = say(question.description) or _example(question)
    part.optional = question.asks and not question.required and part.kind != "box" and question.hide is None
    part.described = {}
    if notes := [f"{part.id}-{note}" for note, there in (("hint", part.description), ("error", problems)) if there]:
        part.described["aria-describedby"] = " ".join(notes)
    if problems and part.kind != "choices":
        part.described["aria-invalid"] = "true"
    if question.readonly:
        part.described["readonly"] = True


def _switches(form: forms.Form) -> Iterator[forms.Field]:
    """The choices that others hang on: their fields can be hidden by style alone, without a script."""
    names = {name for field in form.fields if field.hide for name in field.hide.names}
    found = [f for f in form.fields if f.key in names and (f.type == "checkbox" or 0 < len(f.values) <= MOST_RADIOS)]
    yield from found[:MOST_SWITCHES]


def _hidden_by(question: forms.Field, switches: Sequence[forms.Field]) -> Iterator[str]:
    """Classes that say at which choices the style sheet hides a question; the engine decides again."""
    if question.hide is None:
        return
    for place, switch in enumerate(switches):
        if question.hide.names == {switch.key}:
            yield f"hangs-{place}"
            for number, value in enumerate([v for v, _text in switch.values] or [True]):
                if question.hide.evaluate({switch.key: value}) is True:
                    yield f"not-{place}-{number}"
            if switch.type == "checkbox" and question.hide.evaluate({switch.key: False}) is not True:
                yield f"also-{place}"


def _example(question: forms.Field) -> str:
    if question.type != "datetime":
        return ""
    return _("Contoh: 2026-11-03 08:30") if question.with_time else _("Contoh: 3/11/2026 atau 3 Nov 2026")


def _mistakes(asked: Mapping[str, forms.Field], problems: Problems) -> Iterator[tuple[str | None, str]]:
    targets = {_problem_name(name): _first_target(name, question) for name, question in asked.items()}
    for name, texts in problems.items():
        for text in texts:
            yield targets.get(name), say(text)


def _first_target(name: str, question: forms.Field) -> str:
    """What a link of the summary leads to: the field, or the first of its choices."""
    few = question.type in {"radio", "checklist"} or (question.type == "select" and len(question.values) <= MOST_RADIOS)
    return f"{_id_of(name)}-0" if few and question.values else _id_of(name)


def _id_of(name: str) -> str:
    return re.sub(r"\W+", "-", name).strip("-")


def _problem_name(name: str) -> str:
    """The key under which the engine reports on a field: ``list[0][field]`` is ``list-0-field``."""
    row = _ROW.fullmatch(name)
    return f"{row['list']}-{row['row']}-{row['field']}" if row else name.removesuffix("[]")


def _spelled(
    fields: Sequence[forms.Field], values: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, list[str]]]:
    """Earlier answers as they would have been typed."""
    for question in fields:
        value = values.get(question.key, question.default)
        if question.type == "dynamiclist":
            for number, row in enumerate(value or ()):
                yield from _spelled(question.fields, row, f"{question.key}[{number}]")
        elif value is not None and value is not False:
            several = value if isinstance(value, list) else [value]
            yield _name_of(question, prefix), [_spell(item) for item in several]


def _spell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.astimezone(zone()):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)
