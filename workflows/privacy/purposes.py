"""The register of processing: for what the office processes personal data, as everybody may read it.

Source: UU 27/2022 art. 20, 21 and 31.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from engine.errors import Text
from workflows.privacy.retention import KEPT, Kept


@dataclass(frozen=True)
class Purpose:
    """A line of the register; ``consent``: it rests on consent, which can be withdrawn, and on nothing else.

    ``sensitive``: data of the special kinds of art. 4(2) are among it.
    """

    key: str
    title: Text
    basis: Text
    data: Text
    seen_by: Text
    kept: tuple[Kept, ...]
    sensitive: bool
    consent: bool = False


def read(table: Mapping[str, Mapping[str, Any]]) -> tuple[Purpose, ...]:
    """The lines in their order. Raises `KeyError` or `TypeError` for what is no such table."""
    return tuple(_line(key, dict(entry)) for key, entry in table.items())


def _line(key: str, entry: dict[str, Any]) -> Purpose:
    title, basis, data, seen_by = (
        Text(entry.pop(name), entry.pop(f"{name}_en")) for name in ("title", "basis", "data", "seen_by")
    )
    kept = tuple(KEPT[each] for each in entry.pop("kept"))
    return Purpose(key, title, basis, data, seen_by, kept, **entry)


PURPOSES: tuple[Purpose, ...] = read(tomllib.loads(files(__package__).joinpath("purposes.toml").read_text("utf-8")))
"""The register of this installation."""
