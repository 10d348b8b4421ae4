"""The flows of this installation, put together: their services and their legal fences."""

from __future__ import annotations

from engine.services import Services
from workflows import leave

services = Services().merged(leave.services)
"""The automatic steps of all flows. A new flow is one more argument here."""

fences = (*leave.fences,)
"""The legal fences of all flows, for the check of a package."""
