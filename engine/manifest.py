"""process.toml: what a package says about itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.characters import is_text
from engine.errors import Text
from engine.problems import Problem, problem
from engine.toml import line_of, read_toml

MANIFEST = "process.toml"
KEY = r"[a-z][a-z0-9_]{0,39}"
SERVICE = r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*@[0-9]+"


@dataclass(frozen=True)
class Manifest:
    """The fields of process.toml; `FIELDS` documents them.

    ``starters`` are role keys (none: anybody with an account), ``matter`` and ``summary`` FEEL texts,
    ``preview`` a service that reads only, ``different`` groups of steps that need different people,
    ``behalf`` role keys whose holders may start it for somebody else; ``often``: it stands first where people
    choose. With ``about``, process keys, an instance is about one of theirs, as long as ``about_when``, a FEEL text,
    is true of that one; it also reads ``about``, the result of ``about_facts``, a service that reads only. ``given``:
    FEEL texts for parameters of the preview that are not simply the answer of their name.
    """

    key: str
    title: Text
    reference: str
    diagram: str
    process: str
    starters: tuple[str, ...] = ()
    matter: str | None = None
    preview: str | None = None
    different: tuple[tuple[str, ...], ...] = ()
    summary: str | None = None
    about: tuple[str, ...] = ()
    about_when: str | None = None
    about_facts: str | None = None
    behalf: tuple[str, ...] = ()
    often: bool = False
    given: Mapping[str, str] = field(default_factory=dict)

    def expressions(self, name: str) -> tuple[str, ...]:
        """The FEEL texts of a field, none if it is not there."""
        written = getattr(self, name)
        return tuple(written.values()) if isinstance(written, Mapping) else (written,) if written else ()


@dataclass(frozen=True)
class Field:
    """A field of a documented file: whether it must be there, what it may hold, and that in words."""

    required: bool
    accepts: Callable[[Any], bool]
    meaning: Text


def _text(pattern: str) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, str) and re.fullmatch(pattern, v, re.DOTALL) is not None and is_text(v)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and v for v in value)


def _keys(value: Any) -> bool:
    return _texts(value) and bool(value) and all(map(_text(KEY), value))


def _groups(value: Any) -> bool:
    return isinstance(value, list) and all(_texts(v) and len(set(v)) > 1 for v in value)


FIELDS: Mapping[str, Field] = {
    "key": Field(
        True,
        _text(KEY),
        Text("nama pendek proses, huruf kecil dan garis bawah", "the process's short name, small letters and _"),
    ),
    "title": Field(True, _text(r".{1,120}"), Text("judul dalam bahasa Indonesia", "the title in Indonesian")),
    "title_en": Field(False, _text(r".{1,120}"), Text("judul dalam bahasa Inggris", "the title in English")),
    "reference": Field(
        True,
        _text(r"[A-Z][A-Z0-9-]{0,15}"),
        Text('awalan nomor permohonan, huruf besar, mis. "CUTI"', 'the prefix of request numbers, e.g. "CUTI"'),
    ),
    "diagram": Field(True, _text(r"[^/]{1,100}\.bpmn"), Text("nama berkas .bpmn", "the name of the .bpmn file")),
    "process": Field(True, _text(r".{1,100}"), Text("id proses di diagram", "the id of the process in the diagram")),
    "starters": Field(False, _texts, Text("daftar peran yang boleh memulai", "the list of roles that may start it")),
    "matter": Field(
        False, _text(r".{1,10000}"), Text("ungkapan FEEL untuk perihal", "a FEEL expression for the matter")
    ),
    "preview": Field(
        False,
        _text(SERVICE),
        Text('nama layanan baca, mis. "leave.preview@1"', 'the name of a reading service, e.g. "leave.preview@1"'),
    ),
    "different": Field(
        False,
        _groups,
        Text(
            'daftar kelompok langkah, mis. [["periksa", "putuskan"]]',
            'a list of groups of steps, e.g. [["check", "decide"]]',
        ),
    ),
    "summary": Field(
        False, _text(r".{1,10000}"), Text("ungkapan FEEL untuk satu baris ringkasan", "a FEEL expression for one line")
    ),
    "about": Field(
        False,
        _keys,
        Text(
            'daftar kunci proses yang permohonannya dapat dimaksud, mis. ["leave"]',
            'a list of keys of the processes whose requests it can be about, e.g. ["leave"]',
        ),
    ),
    "about_when": Field(
        False,
        _text(r".{1,10000}"),
        Text(
            "ungkapan FEEL tentang permohonan yang dimaksud, mis. 'instance.status = \"running\"'",
            "a FEEL expression over the request that it is about, e.g. 'instance.status = \"running\"'",
        ),
    ),
    "about_facts": Field(
        False,
        _text(SERVICE),
        Text(
            'nama layanan baca yang menerangkan permohonan itu kepada about_when, mis. "leave.standing@1"',
            'the name of a reading service that tells about_when of that request, e.g. "leave.standing@1"',
        ),
    ),
    "behalf": Field(
        False,
        _texts,
        Text(
            "daftar peran yang boleh memulainya untuk pegawai lain",
            "the list of roles that may start it for a colleague",
        ),
    ),
    "often": Field(
        False,
        lambda v: isinstance(v, bool),
        Text(
            "true bila sering diajukan: tombolnya berdiri paling depan di beranda",
            "true where it is asked for often: its button stands first on the home page",
        ),
    ),
    "given": Field(
        False,
        lambda v: isinstance(v, dict) and bool(v) and all(map(_text(r".{1,10000}"), v.values())),
        Text(
            "tabel parameter layanan preview, masing-masing dengan ungkapan FEEL",
            "the table of parameters of the preview service, each with a FEEL expression",
        ),
    ),
}


def read_manifest(content: bytes, english: Mapping[str, str]) -> tuple[Manifest | None, list[Problem]]:
    """What process.toml says, with all that is wrong with it; None if that leaves nothing to go on."""
    table, problems = read_toml(content, MANIFEST)
    if problems:
        return None, problems
    problems = [*_unknown(table, content), *_missing(table), *_unfit(table, content)]
    return (None if any(p.is_error for p in problems) else _manifest(table, english)), problems


def _unknown(table: Mapping[str, Any], content: bytes) -> list[Problem]:
    return [
        problem("manifest-unknown", MANIFEST, element=name, line=line_of(content, name), field=name, known=list(FIELDS))
        for name in table
        if name not in FIELDS
    ]


def _missing(table: Mapping[str, Any]) -> list[Problem]:
    return [
        problem("manifest-missing", MANIFEST, element=name, line=1, field=name, meaning=field.meaning)
        for name, field in FIELDS.items()
        if field.required and name not in table
    ]


def _unfit(table: Mapping[str, Any], content: bytes) -> list[Problem]:
    return [
        problem(
            "manifest-value", MANIFEST, element=name, line=line_of(content, name), field=name, meaning=field.meaning
        )
        for name, field in FIELDS.items()
        if name in table and not field.accepts(table[name])
    ]


def _manifest(table: Mapping[str, Any], english: Mapping[str, str]) -> Manifest:
    title = table["title"]
    known = {name: table[name] for name in ("key", "reference", "diagram", "process")}
    return Manifest(
        **known,
        title=Text(title, english.get(f"{MANIFEST}#title", table.get("title_en", title))),
        starters=tuple(table.get("starters", ())),
        matter=table.get("matter"),
        preview=table.get("preview"),
        different=tuple(tuple(group) for group in table.get("different", ())),
        summary=table.get("summary"),
        about=tuple(table.get("about", ())),
        about_when=table.get("about_when"),
        about_facts=table.get("about_facts"),
        behalf=tuple(table.get("behalf", ())),
        often=table.get("often", False),
        given=dict(table.get("given", {})),
    )
