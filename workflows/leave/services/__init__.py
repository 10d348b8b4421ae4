"""The automatic steps of leave, by subject: requests, decisions, changes of granted leave, duty, and release 0.1.0."""

from __future__ import annotations

from workflows.leave.services import changes, decisions, duty, objections, requests, since_0_1, telling_about
from workflows.leave.services.registry import services

__all__ = ["services"]

REGISTERED = (changes, decisions, duty, objections, requests, since_0_1, telling_about)
"""Importing them is what registers their steps."""
