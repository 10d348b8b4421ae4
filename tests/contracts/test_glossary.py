"""One word for one thing, in short sentences: over every text that people read, wherever it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.diagram import read_diagram
from engine.errors import Text
from engine.forms import read_form
from engine.package import Package
from web import i18n
from workflows import packages

ROOT = Path(__file__).parents[2]
FOR_AUTHORS = ("engine/check/", "engine/problems/", "engine/dmn/", "engine/feel/")
"""What stands here is read by those who draw flows, not by those who use them."""
WIDEST = 20
"""Words of a sentence (UX 38)."""

# Left: what must not be written. Right: the word that the house uses for it.
SYNONYMS = {
    r"aplikasi|usulan|pengajuan|request|submit": "permohonan",
    r"approval|otorisasi|pengesahan": "persetujuan",
    r"ditunda|penundaan|pending": "ditangguhkan, penangguhan",
    r"revisi|modifikasi|amandemen": "perubahan",
    r"saldo|kuota|jatah": "sisa cuti",
    r"tahap|tahapan|step": "langkah",
    r"task|to-?do|pekerjaan rumah": "tugas",
    r"login|log in|sign in": "masuk",
    r"logout|log out": "keluar",
    r"password": "kata sandi",
    r"upload|diupload": "unggah",
    r"file|lampiran file": "berkas",
    r"deadline": "tenggat",
    r"notifikasi": "pemberitahuan",
    r"user|pengguna": "Anda, pegawai",
    r"approver": "pejabat",
    r"klik": "tekan, pilih",
    r"error|invalid": "kesalahan",
}
NO_SYNONYMS = {
    r"application|petition": "request",
    r"postponed?|postponement": "deferred",
    r"workflow step": "step",
    r"log ?in|log ?on": "sign in",
    r"log ?out|log ?off": "sign out",
    r"quota": "leave left",
    r"notification": "notice",
    r"click": "press, choose",
    r"invalid|illegal": "what to do instead",
}
SAME_IN_BOTH = {"Status"}
MEANT = {
    "{} adalah dokumen aplikasi kantor. Simpan sebagai PDF, lalu unggah PDF itu.",  # the program, not a request
    "Misalnya pengajuan kredit di bank.",  # what one asks of a bank
}


@dataclass(frozen=True)
class Said:
    """A text with the place where it stands."""

    place: str
    text: Text


def literal(node: ast.expr) -> str | None:
    """What a piece of code writes; its values as an ellipsis."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return None


def in_code() -> Iterator[Said]:
    """Every `Text` that is written out in the code, and what forms say of an answer."""
    for file in (file for top in ("engine", "workflows", "web") for file in (ROOT / top).rglob("*.py")):
        place = file.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Text", "unfit"):
                written = [words for arg in node.args if (words := literal(arg)) is not None]
                if len(written) == 2 and not place.startswith(FOR_AUTHORS):
                    yield Said(place, Text(*written))


def in_package(package: Package) -> list[Text]:
    """Title, names of steps and flows, instructions, and all of the forms."""
    found = [package.manifest.title]

    def noted(file: str, element: str, name: str, words: str) -> Text:
        found.append(package.text(file, element, name, words))
        return found[-1]

    for file, content in package.named(".form").items():
        read_form(content, file, noted)
    for file, content in package.named(".bpmn").items():
        diagram = read_diagram(content, file)
        for node in diagram.nodes():
            noted(file, node.id, "name", node.name)
            noted(file, node.id, "instructions", node.instructions)
        for flow in (flow for process in diagram.processes for flow in process.flows.values()):
            noted(file, flow.id, "name", flow.name)
    return [text for text in found if text.id]


def in_packages() -> Iterator[Said]:
    """The texts of every package of this release."""
    for manifest in packages().glob("*/process.toml"):
        yield from (Said(manifest.parent.name, text) for text in in_package(Package.read(manifest.parent)))


def everything() -> list[Said]:
    catalogue = [Said("en.po", Text(indonesian, english)) for indonesian, english in i18n.catalogue().items()]
    return [*in_code(), *in_packages(), *catalogue]


@pytest.fixture(scope="module")
def said() -> list[Said]:
    """Everything that people may read."""
    return everything()


def test_ux_38_one_word_for_one_thing(said: list[Said]) -> None:
    assert len(said) > 1_000
    forbidden = re.compile(rf"\b({'|'.join(SYNONYMS)})\b", re.IGNORECASE)
    found = [each for each in said if each.text.id not in MEANT and forbidden.search(each.text.id)]
    assert found == []


def test_ux_38_one_english_word_for_one_thing(said: list[Said]) -> None:
    forbidden = re.compile(rf"\b({'|'.join(NO_SYNONYMS)})\b", re.IGNORECASE)
    assert [each for each in said if forbidden.search(each.text.en)] == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_ux_38_sentences_are_short(said: list[Said], language: str) -> None:
    parts = [(each.place, part) for each in said for part in re.split(r"[.!?:;]\s", each.text.to(language))]
    assert [each for each in parts if len(each[1].split()) > WIDEST] == []


def test_ux_38_nothing_is_left_in_one_language_only(said: list[Said]) -> None:
    words = (each.text for each in said if re.search(r"[a-z]{3}", each.text.id))
    assert {text.id for text in words if text.id == text.en} <= SAME_IN_BOTH
