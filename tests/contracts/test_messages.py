"""What people are told about an answer says what to do, in the words of its field: in every form of every package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path

import pytest

from engine.errors import Refused, Text
from engine.forms import Field, Form, flat, read_form
from engine.forms.answers import READERS, Unfit, missing, outside
from engine.package import Package
from workflows import packages

FOLDERS = sorted(file.parent for file in packages().glob("*/process.toml"))
ASKS = re.compile(r"(Isi|Pilih|Centang|Lampirkan|Tambahkan|Perbaiki|Periksa|Persingkat|Ketik ulang|Unggah) ")
ASKS_IN_ENGLISH = re.compile(r"(Fill in|Give|Choose|Tick|Attach|Mend|Check|Shorten|Type|Upload|Write) ")
NO_NAME_OF_A_THING = re.compile(
    r"^Isi (di\w+an|di\w+i|bekerja|masuk|tiba|pulang|keluar|kembali)\b|\b(pukul|sampai|kepada|untuk|mulai|pada)[.,]"
)
BLAMES = re.compile(r"\b(salah|tidak valid|gagal|error|invalid|wrong|illegal|null|kode|code)\b", re.IGNORECASE)
MOST_WORDS = 20
ODD = (
    "",
    "x" * 6_000,
    "abc",
    "31/2/2026",
    "-5",
    "1e30",
    "0,12345",
    "\ufffd",
    [{"x": "y"}] * 60,
    ["a", "b"],
    {"a": "b"},
)


def forms(folder: Path) -> Iterator[Form]:
    package = Package.read(folder)
    for file, content in package.named(".form").items():
        yield read_form(content, file, package.text)


def asking(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in flat(fields):
        if field.asks:
            yield field
        yield from asking(field.fields)


def told(field: Field) -> Iterator[Text]:
    """Everything that people can be told about answers to a question."""
    if field.required:
        yield missing(field)
    for answer in ODD:
        try:
            READERS.get(field.type, lambda *_all: None)(field, answer, UTC)
        except Unfit as unfit:
            yield unfit.text
    if field.type == "datetime":
        yield outside(field, first=date(2026, 6, 3), last=None)
        yield outside(field, first=None, last=date(2026, 6, 3))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_ux_15_messages_say_what_to_do_without_codes_or_blame(folder: Path) -> None:
    texts = {text for form in forms(folder) for field in asking(form.fields) for text in told(field)}
    assert texts
    assert [t for t in texts if not (ASKS.match(t.id) and ASKS_IN_ENGLISH.match(t.en))] == []
    assert [t for t in texts if BLAMES.search(t.id) or BLAMES.search(t.en)] == []
    assert [t for t in texts if NO_NAME_OF_A_THING.search(t.id)] == []
    sentences = [part for t in texts for words in (t.id, t.en) for part in re.split(r"[.:;]\s", words)]
    assert [part for part in sentences if len(part.split()) > MOST_WORDS] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_a_form_sent_empty_is_told_what_is_missing_by_the_names_of_its_questions(folder: Path) -> None:
    for form in forms(folder):
        names = {field.key for field in form.fields}
        problems = refused_when_empty(form)
        assert {name.partition("-")[0] for name in problems} <= names
        assert all(text.id != text.en for texts in problems.values() for text in texts)


def refused_when_empty(form: Form) -> dict[str, tuple[Text, ...]]:
    try:
        form.accept({}, context={})
    except Refused as refusal:
        return refusal.problems
    return {}
