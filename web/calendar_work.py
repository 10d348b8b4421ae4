"""The worker's part in a change of the calendar: requests and due dates are counted anew, a batch at a time."""

from __future__ import annotations

from engine.jobs import Outgoing, Sender
from web.parts import Parts
from workflows.leave import recounting

MESSAGE = recounting.MESSAGE


def counter(parts: Parts) -> Sender:
    """What does the next batch; it and the message that asks for the one after are one transaction."""

    def count(message: Outgoing) -> None:
        parts.database.command(
            lambda session: recounting.carry_on(session, parts.engine, message.body, now=parts.clock())
        )

    return count
