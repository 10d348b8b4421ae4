"""What a letter says: each flow has a writer for each kind of its letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from workflows.letters.model import Letter


@dataclass(frozen=True)
class Content:
    """What a letter says. ``office``: the unit that issues it, under a number of its own.

    ``name``, ``unit_name``, ``first`` and ``last`` are public; ``data`` is JSON for the template.
    """

    office: str
    name: str
    unit_name: str
    data: Mapping[str, Any]
    first: date | None = None
    last: date | None = None


Writer = Callable[[Session, Letter], Content]
"""Reads from the record what a letter says; the same record gives the same letter."""


@dataclass(frozen=True)
class Kind:
    """A kind of letter. ``home``: the process whose ``letter.typ`` sets it where a package has none of its own.

    ``samples``: made-up data as the template gets them, by which the check tries it out.
    """

    write: Writer
    home: str
    samples: Sequence[Mapping[str, Any]]
