"""Fields that nobody is asked: what keeps one from being worked out whenever the form has been answered."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Text
from engine.feel import Expression
from engine.forms.model import Field, Form

COMPUTABLE = frozenset({"radio", "select", "checkbox", "textfield", "number", "datetime"})
_TYPE = Text(f"jenisnya bukan salah satu dari {', '.join(sorted(COMPUTABLE))}", "its type cannot be computed")
_ROW = Text("isian dalam baris daftar tidak dapat dihitung", "a field of a list's row cannot be computed")
_HIDDEN = Text("isian yang dihitung tidak boleh bersyarat", "what is computed may not hang on a condition")


def wrong(form: Form) -> Iterator[tuple[Field, Text]]:
    """Each computed field that cannot be worked out, with why."""
    for page in form.pages:
        yield from _misplaced(page.fields, hidden=page.hide is not None, row=False)
    known: set[str] = set()
    computed = {field.key for field in form.fields if field.computed is not None}
    for field in form.fields:
        if field.computed is not None:
            answers = {each.key for each in form.fields if each.computed is None} | known
            yield from ((field, _unknown(name)) for name in sorted(field.computed.names - answers))
            known.add(field.key)
    for field, condition in _conditions(form):
        yield from ((field, _read_early(name)) for name in sorted(condition.names & computed))


def _misplaced(fields: tuple[Field, ...], *, hidden: bool, row: bool) -> Iterator[tuple[Field, Text]]:
    for field in fields:
        hides = hidden or field.hide is not None
        if field.computed is not None:
            found = ((field.type not in COMPUTABLE, _TYPE), (row, _ROW), (hides, _HIDDEN))
            yield from ((field, reason) for holds, reason in found if holds)
        yield from _misplaced(field.fields, hidden=hides, row=row or field.type == "dynamiclist")


def _conditions(form: Form) -> Iterator[tuple[Field, Expression]]:
    """What decides whether something is asked, and its bounds; that of a page stands with its first field."""
    for page in form.pages:
        if page.hide is not None and page.fields:
            yield page.fields[0], page.hide
        yield from _of_fields(page.fields)


def _of_fields(fields: tuple[Field, ...]) -> Iterator[tuple[Field, Expression]]:
    for field in fields:
        yield from ((field, each) for each in (field.hide, field.earliest, field.latest) if each is not None)
        if field.type == "group":
            yield from _of_fields(field.fields)


def _unknown(name: str) -> Text:
    return Text(
        f"'{name}' bukan isian lain pada formulir ini, atau dihitung sesudahnya",
        f"'{name}' is no other field of this form, or is computed after it",
    )


def _read_early(name: str) -> Text:
    return Text(
        f"syaratnya membaca '{name}', yang baru dihitung setelah semua dijawab",
        f"its condition reads '{name}', which is computed only once all has been answered",
    )
