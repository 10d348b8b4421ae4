"""Test data that lies beside the project and is never copied into it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[3] / "shared"


def manifest(name: str) -> list[dict[str, Any]]:
    """The entries of a collection, each with ``path``; empty where the collection is not there."""
    listing = SHARED / name / "manifest.jsonl"
    if not listing.exists():
        return []
    rows = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    return [{**row, "path": SHARED / name / row["file"]} for row in rows]
