"""The one validator: what of an answer is taken into the process, and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any

from engine.budget import Budget
from engine.characters import cleaned
from engine.errors import Refused, Text
from engine.feel import Expression
from engine.forms.answers import READERS, Unfit, missing, outside, unfit
from engine.forms.model import CHOICES, Field, Form, flat

MOST_ROWS = 50


@dataclass(frozen=True)
class Judged:
    """The values of the questions that are shown (None where none can be taken), and what is wrong, by name."""

    values: dict[str, Any]
    problems: dict[str, list[Text]]


@dataclass(frozen=True)
class _Moment:
    """What conditions are evaluated with."""

    context: Mapping[str, Any]
    zone: tzinfo
    budget: Budget

    def value(self, expression: Expression, answers: Mapping[str, Any]) -> Any:
        return self.budget.value(expression, {**self.context, **answers})


@dataclass
class _Reading:
    """The answers of one form or row while they are read: values by key, problems by name."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, list[Text]] = field(default_factory=dict)


def accept(
    form: Form,
    raw: Mapping[str, Any],
    *,
    context: Mapping[str, Any],
    zone: tzinfo,
    budget: Budget,
) -> dict[str, Any]:
    """The answers as values (see `Form.accept`)."""
    found = judged(form, raw, context=context, zone=zone, budget=budget)
    if found.problems:
        raise Refused(found.problems)
    return found.values


def judged(form: Form, raw: Mapping[str, Any], *, context: Mapping[str, Any], zone: tzinfo, budget: Budget) -> Judged:
    """The answers to the questions that are shown, with what is wrong; nothing is refused (see `Form.accept`)."""
    moment = _Moment(context, zone, budget)
    reading = _read([f for f in form.fields if f.asks], raw, moment, "")
    visible = _visible(form, reading.values, moment)
    _bound_dates([f for f in form.fields if f.key in visible], reading, moment, "")
    wrong = {name: texts for name, texts in reading.problems.items() if name.partition("-")[0] in visible}
    values = {key: value for key, value in reading.values.items() if key in visible}
    if not wrong:
        return _with_computed(form, values, moment)
    return Judged(values, _settled(form, wrong) if len(wrong) > 1 else wrong)


def _with_computed(form: Form, values: Mapping[str, Any], moment: _Moment) -> Judged:
    """Answers that are right, with what is worked out of them; each may read those before it."""
    reading = _Reading(dict(values))
    for wanted in form.fields:
        if wanted.computed is not None:
            known = {**dict.fromkeys(f.key for f in form.fields), **reading.values}
            _read_one(wanted, moment.value(wanted.computed, known), moment.zone, "", reading)
            if wanted.key in reading.problems:
                reading.problems[wanted.key] = [_open(wanted)]
    return Judged(reading.values, reading.problems)


def _open(wanted: Field) -> Text:
    """What is said where answers lead to no value that the field knows: only the form's author can mend that."""
    return unfit(
        wanted,
        "Jawaban ini belum menentukan {}. Beri tahu pemilik proses.",
        "These answers do not settle {} yet. Tell the process owner.",
    ).text


def _settled(form: Form, wrong: Mapping[str, list[Text]]) -> dict[str, list[Text]]:
    """The problems without those of questions that hang on another one with a problem: perhaps they are not asked."""
    hanging = {
        key: names
        for page in form.pages
        for key, names in _hanging(page.fields, page.hide.names if page.hide else frozenset())
    }
    return {name: texts for name, texts in wrong.items() if not hanging[name.partition("-")[0]] & wrong.keys()}


def _hanging(fields: Iterable[Field], names: frozenset[str]) -> Iterable[tuple[str, frozenset[str]]]:
    """Each question with the names that the conditions over it read."""
    for wanted in fields:
        read = names | wanted.hide.names if wanted.hide else names
        if wanted.type == "group":
            yield from _hanging(wanted.fields, read)
        elif wanted.asks:
            yield wanted.key, read


def _read(fields: Iterable[Field], raw: Mapping[str, Any], moment: _Moment, prefix: str) -> _Reading:
    reading = _Reading()
    for wanted in fields:
        answer = raw.get(wanted.key)
        if wanted.type == "dynamiclist":
            _read_rows(wanted, answer, moment, prefix, reading)
        else:
            _read_one(wanted, answer, moment.zone, prefix, reading)
    return reading


def _read_one(wanted: Field, answer: Any, zone: tzinfo, prefix: str, reading: _Reading) -> None:
    reading.values[wanted.key] = False if wanted.type == "checkbox" else None
    if isinstance(answer, str) and wanted.type not in CHOICES:  # a choice is sent as it is declared
        answer = cleaned(answer)
    try:
        if not _empty(answer):
            reading.values[wanted.key] = READERS[wanted.type](wanted, answer, zone)
        if wanted.required and _lacks(wanted, reading.values[wanted.key]):
            raise Unfit(missing(wanted))
    except Unfit as problem:
        reading.problems[prefix + wanted.key] = [problem.text]


def _lacks(wanted: Field, value: Any) -> bool:
    """Whether a required answer is not there. No and zero are answers; only a box has to be ticked."""
    return value is None or value == [] or (value is False and wanted.type == "checkbox")


def _empty(answer: Any) -> bool:
    if isinstance(answer, str):
        return not answer.strip()
    if isinstance(answer, Mapping):
        return not any(str(part).strip() for part in answer.values() if part is not None)
    return answer is None or answer in ([], ())


def _read_rows(wanted: Field, answer: Any, moment: _Moment, prefix: str, reading: _Reading) -> None:
    """Each row of a list is read like a form of its own; rows without any answer are left out, but for fixed ones."""
    rows = answer if isinstance(answer, list | tuple) else [] if answer is None else None
    reading.values[wanted.key] = []
    most = wanted.longest or MOST_ROWS
    if rows is None or len(rows) > most or not all(isinstance(row, Mapping) for row in rows):
        text = unfit(wanted, f"Isi {{}} dengan paling banyak {most} baris.", f"Give {{}} as at most {most} rows.").text
        reading.problems[prefix + wanted.key] = [text]
        return
    given = [row for row in rows if wanted.fixed or not _empty({f.key: row.get(f.key) for f in flat(wanted.fields)})]
    for number, row in enumerate(given):
        _read_row(wanted, row, moment, f"{prefix}{wanted.key}-{number}-", reading)
    if len(given) < max(wanted.shortest or 0, int(wanted.required)):
        reading.problems[prefix + wanted.key] = [missing(wanted)]


def _read_row(wanted: Field, row: Mapping[str, Any], moment: _Moment, prefix: str, reading: _Reading) -> None:
    fields = [f for f in flat(wanted.fields) if f.asks]
    inner = _read(fields, row, moment, prefix)
    hidden = {f.key for f in fields if f.hide and moment.value(f.hide, inner.values) is True}
    shown = [f for f in fields if f.key not in hidden]
    _bound_dates(shown, inner, moment, prefix)
    reading.values[wanted.key].append({k: v for k, v in inner.values.items() if k not in hidden})
    names = {prefix + f.key for f in shown}
    reading.problems.update(
        {k: v for k, v in inner.problems.items() if k in names or k.startswith(tuple(f"{n}-" for n in names))}
    )


def _visible(form: Form, answers: Mapping[str, Any], moment: _Moment) -> set[str]:
    """Keys of the fields that are shown, given the answers of those that are shown: hiding may follow hiding."""
    visible = {f.key for f in form.fields if f.asks}
    for _ in range(len(visible) + 1):
        shown = {k: v for k, v in answers.items() if k in visible} | {k: None for k in answers if k not in visible}
        following = set(_shown_keys(form, shown, moment)) & visible
        if following == visible:
            break
        visible = following
    return visible


def _shown_keys(form: Form, answers: Mapping[str, Any], moment: _Moment) -> Iterable[str]:
    for page in form.pages:
        if page.hide is None or moment.value(page.hide, answers) is not True:
            yield from _shown(page.fields, answers, moment)


def _shown(fields: Iterable[Field], answers: Mapping[str, Any], moment: _Moment) -> Iterable[str]:
    for wanted in fields:
        if wanted.hide is not None and moment.value(wanted.hide, answers) is True:
            continue
        if wanted.type == "group":
            yield from _shown(wanted.fields, answers, moment)
        elif wanted.asks:
            yield wanted.key


def _bound_dates(fields: Iterable[Field], reading: _Reading, moment: _Moment, prefix: str) -> None:
    """Dates against their earliest and latest, which may depend on other answers."""
    for wanted in fields:
        value = reading.values.get(wanted.key)
        if not isinstance(value, date) or prefix + wanted.key in reading.problems:
            continue
        first = _same_kind(moment.value(wanted.earliest, reading.values) if wanted.earliest else None, value)
        last = _same_kind(moment.value(wanted.latest, reading.values) if wanted.latest else None, value)
        if first is not None and value < first:
            reading.problems[prefix + wanted.key] = [outside(wanted, first=first, last=None)]
        elif last is not None and value > last:
            reading.problems[prefix + wanted.key] = [outside(wanted, first=None, last=last)]


def _same_kind(bound: Any, value: date) -> date | None:
    """The bound if it can be compared: a date with a date, a moment with a moment."""
    return bound if isinstance(bound, date) and type(bound) is type(value) else None
