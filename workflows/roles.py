"""The catalogue of roles, as `bpmn/roles.toml` seeds it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.actor import Role
from engine.errors import Text

KINDS = frozenset({"requester", "superior", "holder_in_unit", "office_wide", "by_rule"})
FIELDS = frozenset({"name", "name_en", "kind", "value"})

BPMN = Path(__file__).resolve().parent.parent / "bpmn"


def packages() -> Path:
    """The folder of the process packages, one folder each."""
    return BPMN


def seeded_roles() -> dict[str, Role]:
    """The catalogue that comes with this release."""
    return read_roles(BPMN / "roles.toml")


def read_roles(path: Path) -> dict[str, Role]:
    """The roles of a catalogue file, by key. Raises ValueError with the role and what is wrong with it."""
    return {key: _role(key, given) for key, given in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def _role(key: str, given: Mapping[str, Any]) -> Role:
    if unknown := given.keys() - FIELDS:
        raise ValueError(f"role {key!r} has unknown fields: {', '.join(sorted(unknown))}")
    if given.get("kind") not in KINDS:
        raise ValueError(f"role {key!r} needs a kind: one of {', '.join(sorted(KINDS))}")
    if (given["kind"] == "by_rule") is not ("value" in given):
        raise ValueError(f"role {key!r}: a role by rule, and no other, names the value that holds the principal")
    return Role(key, Text(given["name"], given["name_en"]), given["kind"], given.get("value"))
