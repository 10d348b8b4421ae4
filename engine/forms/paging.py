"""A form a page at a time: one question, or one tightly related group of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from engine.budget import Budget
from engine.errors import Text
from engine.forms.accepting import judged
from engine.forms.model import Field, Form, Page, flat


@dataclass(frozen=True)
class QuestionPage:
    """Some questions of a form that are asked together. ``key``: that of the first, which names the page.

    ``form`` asks these alone; what the answers on other pages rule out is left out of it.
    """

    key: str
    label: Text
    form: Form

    @property
    def keys(self) -> frozenset[str]:
        """The questions on the page."""
        return frozenset(field.key for field in self.form.fields if field.asks)


@dataclass(frozen=True)
class Progress:
    """How far answers go: the pages that are asked with them, in order, and what is wrong, by field.

    ``values`` are the answers that can be taken, None where there is none yet.
    """

    pages: tuple[QuestionPage, ...]
    values: Mapping[str, Any]
    problems: Mapping[str, list[Text]]

    def wrong(self, page: QuestionPage) -> dict[str, list[Text]]:
        """What is wrong on one page."""
        return {name: texts for name, texts in self.problems.items() if name.partition("-")[0] in page.keys}


def progress(
    form: Form, raw: Mapping[str, Any], *, context: Mapping[str, Any], zone: tzinfo, budget: Budget
) -> Progress:
    """How far raw answers go; the parameters are those of `Form.accept`, and nothing is refused."""
    found = judged(form, raw, context=context, zone=zone, budget=budget)
    known = {**context, **{field.key: found.values.get(field.key) for field in form.fields}}
    asked = {key for key in found.values if (field := form.field(key)) and field.asks}
    pages = (page for page in _pages(form) if any(field.key in asked for field in flat(page.fields)))
    return Progress(tuple(_alone(form, page, known, budget) for page in pages), found.values, found.problems)


def _alone(form: Form, page: Page, known: Mapping[str, Any], budget: Budget) -> QuestionPage:
    first = next(field for field in flat(page.fields) if field.asks)
    alone = Form(form.file, (page,)).settled(known, budget)
    return QuestionPage(first.key, page.label or first.label, alone)


def _pages(form: Form) -> Iterator[Page]:
    """The groups of a form, and each question that stands in none."""
    for page in form.pages:
        if page.label is None and page.hide is None:
            yield from (Page(None, fields) for fields in _one_each(page.fields))
        else:
            yield page


def _one_each(fields: tuple[Field, ...]) -> Iterator[tuple[Field, ...]]:
    """Question by question, each with the texts before it; texts after the last go with the last."""
    ends = [place for place, field in enumerate(fields, 1) if field.asks]
    for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False), 1):
        yield fields[start:] if number == len(ends) else fields[start:end]
