"""Letters: their numbers, what they say, and what has become of them. No flow's own words are in here."""

from __future__ import annotations

from workflows.letters.lifecycle import issue, on_paper, replace, revoke, take_back

__all__ = ["issue", "on_paper", "replace", "revoke", "take_back"]
