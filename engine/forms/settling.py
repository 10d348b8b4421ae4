"""What of a form is already settled by the data of its request, before anybody answers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.budget import Budget
from engine.errors import LimitExceeded
from engine.feel import Expression
from engine.forms.model import Field, Form


@dataclass(frozen=True)
class _Known:
    """The process data, and the answers that are still to come: a condition that asks for one of these stays open."""

    data: Mapping[str, Any]
    asked: frozenset[str]
    budget: Budget

    def hides(self, condition: Expression | None) -> bool:
        return condition is not None and self._value(condition) is True

    def left_of(self, condition: Expression | None) -> Expression | None:
        """The condition, if it is still open: what is known to be shown hangs on nothing more."""
        return None if condition is None or self._value(condition) is not None else condition

    def _value(self, condition: Expression) -> bool | None:
        """Whether a condition hides; None while that is open."""
        if condition.names & self.asked:
            return None
        try:
            return self.budget.value(condition, self.data) is True
        except LimitExceeded:
            return None


def settled(form: Form, data: Mapping[str, Any], budget: Budget) -> Form:
    """The form (see `Form.settled`). What is left out is no answer, so that hiding may follow hiding."""
    left = _once(form, data, budget)
    gone = {field.key for field in form.fields} - {field.key for field in left.fields}
    return settled(left, {**data, **dict.fromkeys(gone)}, budget) if gone else left


def _once(form: Form, data: Mapping[str, Any], budget: Budget) -> Form:
    known = _Known(data, frozenset(field.key for field in form.fields), budget)
    pages = (
        replace(page, fields=tuple(_left(page.fields, known)), hide=known.left_of(page.hide))
        for page in form.pages
        if not known.hides(page.hide)
    )
    return Form(form.file, tuple(page for page in pages if page.fields))


def waits_for_data(form: Form) -> bool:
    """Whether any condition of the form is settled by process data."""
    asked = frozenset(field.key for field in form.fields)
    return any(not condition.names & asked for condition in _conditions(form))


def names(form: Form) -> frozenset[str]:
    """What the conditions of the form read."""
    return frozenset(name for condition in _conditions(form) for name in condition.names)


def _conditions(form: Form) -> Iterator[Expression]:
    fields = (field.hide for page in form.pages for field in _every(page.fields))
    yield from (hide for hide in (*(page.hide for page in form.pages), *fields) if hide is not None)


def _left(fields: tuple[Field, ...], known: _Known) -> Iterator[Field]:
    for field in fields:
        if not known.hides(field.hide):
            inner = tuple(_left(field.fields, known)) if field.type == "group" else field.fields
            yield replace(field, fields=inner, hide=known.left_of(field.hide))


def _every(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        if field.type == "group":
            yield from _every(field.fields)
