"""Taking files out of a folder or a zip that somebody else made, within limits and without surprises."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from engine.problems import Problem, problem

FILE_LIMIT = 5 * 2**20
PACKAGE_LIMIT = 20 * 2**20
FILES_LIMIT = 200
LEVELS_LIMIT = 8
ENTRIES_LIMIT = 500
"""Names in a folder that are looked at, whatever they are."""
NAME_LIMIT = 120
KINDS = (".toml", ".bpmn", ".dmn", ".form", ".typ", ".yaml", ".md")

_DIRECTORY_LIMIT = FILES_LIMIT * 1024  # bytes of a zip's table of contents: its entries stay below 1 kB each
_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    NotImplementedError,  # a way of compressing that zipfile does not know
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    zlib.error,
)


@dataclass(frozen=True)
class Files:
    """Contents by path, sorted, and what could not be taken."""

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()


@dataclass
class _Basket:
    """Collects files until a limit is reached."""

    files: dict[str, bytes]
    problems: list[Problem]
    size: int = 0

    @property
    def full(self) -> bool:
        return any(p.code.startswith("package-too-") for p in self.problems)

    def refuse(self, code: str, name: str, **values: Any) -> None:
        self.problems.append(problem(code, name[-NAME_LIMIT:], **values))

    def wants(self, name: str) -> bool:
        """Whether a file may be taken; says why not."""
        if len(name) > NAME_LIMIT or not _SAFE_NAME.fullmatch(name) or ".." in name:
            self.refuse("file-name", name, limit=NAME_LIMIT)
        elif not name.endswith(KINDS):
            self.refuse("file-foreign", name, kinds=KINDS)
        elif name.lower() in {n.lower() for n in self.files}:
            self.refuse("file-doubled", name)
        elif len(self.files) >= FILES_LIMIT:
            self.refuse("package-too-many-files", name, limit=FILES_LIMIT)
        else:
            return True
        return False

    def put(self, name: str, content: bytes) -> None:
        self.size += len(content)
        if len(content) > FILE_LIMIT:
            self.refuse("file-too-large", name, limit="5 MB")
        elif self.size > PACKAGE_LIMIT:
            self.refuse("package-too-large", name, limit="20 MB")
        else:
            self.files[name] = content

    def emptied(self) -> Files:
        return Files(dict(sorted(self.files.items())), tuple(self.problems))


def read_folder(folder: Path) -> Files:
    """The files below a folder. Hidden ones are left out; links are refused."""
    basket = _Basket({}, [])
    for number, entry in enumerate(_walk(folder, 1, basket)):
        name = Path(entry.path).relative_to(folder).as_posix()
        if number >= ENTRIES_LIMIT:
            basket.refuse("package-too-many-files", name, limit=FILES_LIMIT)
        elif entry.is_symlink():
            basket.refuse("file-link", name)
        elif basket.wants(name):
            _take(basket, name, Path(entry.path))
        if basket.full:
            break
    return basket.emptied()


def _walk(folder: Path, level: int, basket: _Basket) -> Iterator[os.DirEntry[str]]:
    """The files and links below a folder, by name; what cannot be listed or is too deep is told."""
    try:
        entries = sorted(islice(os.scandir(folder), ENTRIES_LIMIT), key=lambda e: e.name)
    except OSError:
        basket.refuse("file-unreadable", folder.name)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if not entry.is_dir(follow_symlinks=False):
            yield entry
        elif level < LEVELS_LIMIT:
            yield from _walk(Path(entry.path), level + 1, basket)
        else:
            basket.refuse("file-name", entry.name, limit=NAME_LIMIT)


def _take(basket: _Basket, name: str, path: Path) -> None:
    try:
        if not path.is_file():
            raise OSError(name)
        with path.open("rb") as opened:
            basket.put(name, opened.read(FILE_LIMIT + 1))
    except OSError:
        basket.refuse("file-unreadable", name)


def read_zip(content: bytes) -> Files:
    """The files of a zip. One folder around everything is taken off; hidden files are left out."""
    basket = _Basket({}, [])
    if len(content) > PACKAGE_LIMIT:
        basket.refuse("package-too-large", "", limit="20 MB")
    elif not _contents_are_short(content):
        basket.refuse("zip-broken", "")
    else:
        _unpack(content, basket)
    return basket.emptied()


def _contents_are_short(content: bytes) -> bool:
    """Whether the table of contents is there and small enough to be read at all."""
    end = content.rfind(b"PK\5\6")
    if end < 0 or b"PK\6\7" in content[max(0, end - 20) : end]:
        return False
    return int.from_bytes(content[end + 12 : end + 16], "little") <= _DIRECTORY_LIMIT


def _unpack(content: bytes, basket: _Basket) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir() and not _hidden(e.filename)]
            around = _folder_around(e.filename for e in entries)
            for entry in entries:
                _take_entry(archive, entry, around, basket)
                if basket.full:
                    break
    except _BROKEN_ZIP:
        basket.refuse("zip-broken", "")


def _take_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, around: str, basket: _Basket) -> None:
    name = entry.filename.removeprefix(around)
    if stat.S_ISLNK(entry.external_attr >> 16):
        basket.refuse("file-link", name)
    elif basket.wants(name):
        with archive.open(entry) as opened:
            basket.put(name, opened.read(FILE_LIMIT + 1))


def _hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or any(p.startswith(".") and p != ".." for p in parts)


def _folder_around(names: Iterable[str]) -> str:
    """The one folder that a packer put around all files, with its slash; empty if there is none."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in names}
    top = tops.pop() if len(tops) == 1 else ""
    return f"{top}/" if top and top != ".." and top != "scenarios" else ""
