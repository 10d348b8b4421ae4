"""Annual leave: its rules, ledger, services and legal fences."""

from __future__ import annotations

from workflows.leave.services import services

__all__ = ["services"]
