"""Fields of the record as questions of a form: which stand on one page, how they are asked, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.errors import Text
from engine.forms import Field, Form, Page
from web.spelling import Typed, spelled
from workflows.record import values
from workflows.record.histories import HISTORIES, NOBODY, OFFICER, History, RecordField

ALONE = (
    ("personal", ("name", "title_front", "title_back")),
    ("personal", ("birth_place", "birth_date")),
    ("contact", ("emergency_name", "emergency_phone")),
    ("bank", ("bank", "account", "holder")),
    ("appointment", ("cpns_decree", "cpns_since", "duty_letter")),
    ("appointment", ("pns_decree", "pns_since")),
)
"""Fields of single rows that are asked together; every other one has a page of its own."""

_TYPES = {"date": "datetime", "number": "number", "money": "number", "photo": "filepicker", "choice": "select"}
_KINDS = {"phone": "phone", "email": "email"}
_LONG = 250
"""Characters from which on a text is asked in several lines."""

UNCHANGED = Text("Ubah sedikitnya satu isian, atau kembali.", "Change at least one answer, or go back.")


@dataclass(frozen=True)
class Part:
    """Fields that are asked on one page: all of a row, or a tight group of a single one; ``key`` is in its address."""

    history: History
    fields: tuple[RecordField, ...]

    @property
    def key(self) -> str:
        """The first field, by which the page is known."""
        return self.fields[0].key

    @property
    def label(self) -> Text:
        """What its fields are called together."""
        labels = [field.label for field in self.fields]
        return Text(_listed([each.id for each in labels], "dan"), _listed([each.en for each in labels], "and"))

    @property
    def keys(self) -> frozenset[str]:
        """The keys of its fields."""
        return frozenset(field.key for field in self.fields)


def parts_of(history: History, *, officer: bool) -> list[Part]:
    """The pages on which a row of a history is changed by its person, or by an officer for them."""
    fields = tuple(field for field in history.fields if may_be_asked(field, officer=officer))
    if not history.single:
        return [Part(history, fields)] if fields else []
    together = {key: group for of, group in ALONE if of == history.key for key in group}
    groups = dict.fromkeys(together.get(field.key, (field.key,)) for field in fields)
    return [Part(history, tuple(field for field in fields if field.key in group)) for group in groups]


def may_be_asked(field: RecordField, *, officer: bool) -> bool:
    """Whether a change of a field may be asked for here at all."""
    return field.proposer != NOBODY and (officer or field.proposer != OFFICER)


def form_of(part: Part, hidden: frozenset[str] = frozenset()) -> Form:
    """The questions of a page; what is hidden from the reader may stay as it is."""
    return Form("", (Page(None, tuple(_question(field, field.key in hidden) for field in part.fields)),))


def typed_of(part: Part, kept: Mapping[str, str], hidden: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """Kept values as they would have been typed; nothing of what is hidden."""
    return {
        field.key: [spelled(date.fromisoformat(value)) if field.type == "date" else value]
        for field in part.fields
        if field.key not in hidden and (value := kept.get(field.key))
    }


@dataclass(frozen=True)
class Reading:
    """What was answered, as it is kept, and what is wrong, by field."""

    values: dict[str, str]
    problems: dict[str, list[Text]]


def read(part: Part, typed: Typed, today: date) -> Reading:
    """The answers to the questions of a page where each has to be answered, and that agree with each other."""
    found = _taken(part.fields, typed, today)
    return found if found.problems else _agreeing(part, found, {})


def read_changes(
    part: Part, typed: Typed, today: date, kept: Mapping[str, str], hidden: frozenset[str] = frozenset()
) -> Reading:
    """The fields whose answer is another than what is kept; one that has no value yet may stay so."""
    asked = [f for f in part.fields if _sent(f, typed).strip() or (kept.get(f.key) and f.key not in hidden)]
    found = _taken(asked, typed, today)
    changes = {key: value for key, value in found.values.items() if value != kept.get(key, "")}
    return Reading(changes, found.problems) if found.problems else _agreeing(part, Reading(changes, {}), kept)


def _taken(fields: Iterable[RecordField], typed: Typed, today: date) -> Reading:
    """Each answer by itself."""
    found = Reading({}, {})
    for field in fields:
        taken = values.read(field, _sent(field, typed), today)
        if isinstance(taken, Text):
            found.problems[field.key] = [_named(field, taken)]
        else:
            found.values[field.key] = taken
    return found


def _agreeing(part: Part, found: Reading, kept: Mapping[str, str]) -> Reading:
    """The answers with what in them contradicts the rest of the row and did not before, at a field of the page."""
    before = values.contradictions(part.history, kept)
    after = values.contradictions(part.history, {**kept, **found.values})
    wrong = {key: text for key, text in after.items() if key not in before}
    labels = {field.key: field for field in part.history.fields}
    first = next(iter(found.values), part.key)
    return Reading(
        found.values, {key if key in part.keys else first: [_named(labels[key], text)] for key, text in wrong.items()}
    )


def _sent(field: RecordField, typed: Typed) -> str:
    return next(iter(typed.get(field.key, ())), "")


def _question(field: RecordField, hidden: bool) -> Field:
    kind = _TYPES.get(field.type, "textarea" if field.longest >= _LONG else "textfield")
    note = _STAYS if hidden else field.hint or _HINTS.get(field.type) or _digits_hint(field)
    return Field(
        field.key,
        kind,
        field.label,
        description=note,
        required=not field.optional,
        values=field.choices,
        decimals=0 if kind == "number" else None,
        digits=field.digits[0] if field.digits else None,
        kind=_KINDS.get(field.type),
        accept="image/jpeg,image/png" if field.type == "photo" else "",
    )


def _digits_hint(field: RecordField) -> Text | None:
    if not field.digits:
        return None
    least, most = field.digits[0], field.digits[-1]
    if len(field.digits) > 2:
        return Text(f"{least} sampai {most} angka, tanpa spasi pun boleh.", f"{least} to {most} digits.")
    either = " atau ".join(map(str, field.digits))
    return Text(f"{either} angka.", f"{either.replace('atau', 'or')} digits.")


def _named(field: RecordField, problem: Text) -> Text:
    """What is wrong, with the field that it is about: a list of mistakes is read far from the fields."""
    return Text(f"{field.label.id}: {_small(problem.id)}", f"{field.label.en}: {_small(problem.en)}")


def _listed(words: list[str], last: str) -> str:
    """“Nama, gelar depan dan gelar belakang”."""
    small = [words[0], *(word if word.isupper() else _small(word) for word in words[1:])]
    return small[0] if len(small) == 1 else f"{', '.join(small[:-1])} {last} {small[-1]}"


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


_STAYS = Text("Kosongkan bila tidak berubah.", "Leave empty if it does not change.")
_HINTS = {
    "photo": Text("Foto JPG atau PNG, paling besar 5 MB.", "A JPG or PNG photo of 5 MB at most."),
    "money": Text("Contoh: 3.456.700", "For example 3.456.700"),
    "phone": Text("Contoh: 0812 3456 7890", "For example 0812 3456 7890"),
}
GROUPS = (
    (Text("Data diri", "The person"), ("personal", "identity", "contact", "address", "photo", "bank")),
    (Text("Keluarga", "Family"), ("spouse", "child")),
    (Text("Pendidikan dan diklat", "Education and training"), ("education", "training")),
    (
        Text("Pangkat, jabatan, dan gaji", "Rank, post and salary"),
        ("appointment", "rank", "position", "increment", "service_review", "transfer", "unpaid_leave"),
    ),
    (
        Text("Kinerja, penghargaan, dan lain-lain", "Performance, awards and more"),
        ("performance", "award", "discipline", "organisation"),
    ),
)
"""The histories as the pages group them."""

assert {key for _title, keys in GROUPS for key in keys} == set(HISTORIES)
