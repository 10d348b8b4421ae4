"""The flows of this installation, put together: their services and their legal fences."""

from __future__ import annotations

from collections.abc import Mapping

from engine.services import Services
from workflows import leave
from workflows.leave.letters import writers
from workflows.letters.content import Writer

services = Services().merged(leave.services)
"""The automatic steps of all flows. A new flow is one more argument here."""

fences = (*leave.fences,)
"""The legal fences of all flows, for the check of a package."""

letters: Mapping[str, Writer] = {**writers}
"""The letters of all flows, by kind, with who writes them."""
