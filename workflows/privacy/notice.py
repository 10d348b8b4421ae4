"""The notice on personal data: what the office tells everybody before they use Alur, in numbered versions.

A version is two files in `notices/`, `NUMBER.id.txt` and `NUMBER.en.txt`: the day from which it holds, then headings
(`# …`), paragraphs and lists (`- …`) with empty lines between them. A version that has been shown is never changed;
another text is another number, which everybody is shown at their next page.

Source: UU 27/2022 art. 21.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.privacy.model import NoticeAck

FOLDER = files("workflows.privacy").joinpath("notices")
_NAME = re.compile(r"(\d+)\.id\.txt")


@dataclass(frozen=True)
class Part:
    """A heading of the notice with what stands below it: paragraphs (one text) and lists (several)."""

    heading: str
    blocks: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Notice:
    """A version of the notice in one language."""

    version: int
    since: date
    parts: tuple[Part, ...]


@cache
def versions() -> tuple[int, ...]:
    """The numbers of the versions of this release, the newest first; it is the one that holds."""
    found = (_NAME.fullmatch(file.name) for file in FOLDER.iterdir())
    return tuple(sorted((int(name[1]) for name in found if name), reverse=True))


@cache
def notice(version: int, language: str) -> Notice:
    """A version as it reads in a language (``id`` or ``en``). Raises KeyError where there is none."""
    if version not in versions():
        raise KeyError(version)
    day, *blocks = FOLDER.joinpath(f"{version}.{language}.txt").read_text(encoding="utf-8").strip().split("\n\n")
    return Notice(version, date.fromisoformat(day), tuple(_parts(blocks)))


def acknowledged(session: Session, person: str) -> NoticeAck | None:
    """The newest version that a person has confirmed; None if there is none yet."""
    wanted = select(NoticeAck).where(NoticeAck.person == person).order_by(NoticeAck.version.desc()).limit(1)
    return session.scalar(wanted)


def _parts(blocks: list[str]) -> list[Part]:
    found: list[Part] = []
    for block in blocks:
        if block.startswith("# "):
            found.append(Part(block.removeprefix("# "), ()))
            continue
        lines = block.split("\n")
        listed = lines[0].startswith("- ")
        texts = tuple(line.removeprefix("- ") for line in lines) if listed else (" ".join(lines),)
        found[-1] = Part(found[-1].heading, (*found[-1].blocks, texts))
    return found
