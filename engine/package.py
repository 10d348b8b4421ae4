"""A process package: the files of one version of a process, under one digest.

A package is a folder or a zip with ``process.toml`` at its root (its fields: `engine.manifest`), one or more
``*.bpmn``, ``*.dmn`` and ``*.form``, and optionally ``*.typ``, ``texts.en.toml`` and ``scenarios/*.yaml``.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.archive import PACKAGE_LIMIT, Files, read_folder, read_zip
from engine.characters import is_text
from engine.errors import DiagramError, Text
from engine.manifest import MANIFEST, Manifest, read_manifest
from engine.problems import Problem, problem
from engine.toml import line_of, read_toml

TEXTS = "texts.en.toml"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Package:
    """The files of a process version, by path inside the package, sorted.

    ``english`` maps ``file#element.attribute`` to the English text.
    """

    files: Mapping[str, bytes]
    manifest: Manifest
    english: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Path | bytes) -> Package:
        """The package in a folder, a zip file or the bytes of a zip. Raises `DiagramError` with all problems."""
        package, problems = read_package(source)
        if package is None or any(p.is_error for p in problems):
            raise DiagramError(problems)
        return package

    @classmethod
    def stored(cls, content: bytes) -> Package:
        """The package of a version that was deployed: a release that judges it otherwise goes on with it all the same.

        Raises `DiagramError` where no package can be made of it.
        """
        package, problems = read_package(content)
        if package is None:
            raise DiagramError(problems)
        return package

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the sorted paths and the hash of each file."""
        whole = hashlib.sha256()
        for path, content in self.files.items():
            whole.update(f"{hashlib.sha256(content).hexdigest()}  {path}\n".encode())
        return whole.hexdigest()

    def to_zip(self) -> bytes:
        """The package as zip bytes that depend on nothing but its files: stored, sorted, dated 1980."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for path, content in self.files.items():
                entry = zipfile.ZipInfo(path, _EPOCH)
                entry.create_system = 3
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, content)
        return buffer.getvalue()

    def text(self, file: str, element: str, attribute: str, indonesian: str) -> Text:
        """What stands in a file, with its English from ``texts.en.toml``; without one, the Indonesian twice."""
        return Text(indonesian, self.english.get(text_key(file, element, attribute), indonesian))

    def named(self, suffix: str) -> dict[str, bytes]:
        """The files whose name ends with ``suffix``, e.g. ``.bpmn``."""
        return {path: content for path, content in self.files.items() if path.endswith(suffix)}


def text_key(file: str, element: str, attribute: str) -> str:
    """The key under which ``texts.en.toml`` carries the English of an attribute."""
    return f"{file}#{element}.{attribute}"


def read_package(source: Path | bytes) -> tuple[Package | None, list[Problem]]:
    """The package with all that is wrong with its files, process.toml and texts; None if it has no usable manifest."""
    found = read_files(source)
    problems = list(found.problems)
    english, text_problems = _read_texts(found.files.get(TEXTS))
    content = found.files.get(MANIFEST)
    if content is None:
        return None, [*problems, problem("package-without-manifest", MANIFEST)]
    manifest, manifest_problems = read_manifest(content, english)
    problems += [*manifest_problems, *text_problems]
    return (Package(found.files, manifest, english) if manifest else None), problems


def read_files(source: Path | bytes) -> Files:
    """The files of a folder, a zip file or the bytes of a zip, whether they make up a package or not."""
    if isinstance(source, bytes):
        return read_zip(source)
    if source.is_dir():
        return read_folder(source)
    try:
        with source.open("rb") as opened:
            return read_zip(opened.read(PACKAGE_LIMIT + 1))
    except OSError:
        return Files({}, (problem("file-unreadable", source.name),))


def _read_texts(content: bytes | None) -> tuple[dict[str, str], list[Problem]]:
    if content is None:
        return {}, []
    table, problems = read_toml(content, TEXTS)
    wrong = [k for k, v in table.items() if not isinstance(v, str)]
    problems += [problem("text-value", TEXTS, line=line_of(content, k), name=k) for k in wrong]
    english = {k: v for k, v in table.items() if isinstance(v, str)}
    unfit = [k for k, v in english.items() if not is_text(v)]
    problems += [problem("text-characters", TEXTS, line=line_of(content, k), name=k) for k in unfit]
    return english, problems
