"""Annual leave: its rules, ledger, services and legal fences."""

from __future__ import annotations

from workflows.leave.drawn import official_decides
from workflows.leave.services import services

__all__ = ["fences", "services"]

fences = (official_decides,)
"""What the check asks of every package that uses these services."""
