"""Where the automatic steps of leave are registered."""

from __future__ import annotations

from engine.services import Services

services = Services("leave")
