"""A step that fails under somebody's hands: it becomes an incident, and they are told its number."""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError

from engine import incidents
from engine.errors import ServiceFailed, Text
from web.parts import parts, utcnow

log = logging.getLogger("alur.web")

TITLE = Text("Langkah berikutnya gagal", "The next step failed")
TOLD = Text(
    "Tidak ada yang hilang dan tidak ada yang berubah. Pengelola proses sudah diberi tahu lewat gangguan nomor {}. "
    "Kirim lagi setelah mereka memperbaikinya.",
    "Nothing is lost and nothing was changed. Those who keep the process have been told by incident number {}. "
    "Send again once they have mended it.",
)
UNTOLD = Text(
    "Tidak ada yang hilang dan tidak ada yang berubah. Coba lagi nanti.",
    "Nothing is lost and nothing was changed. Try again later.",
)


def note(failure: ServiceFailed) -> None:
    """Keep it as an incident, in a transaction of its own: the act that failed has been undone."""
    if failure.where is None or failure.incident is not None:
        return
    now = utcnow()
    try:
        failure.incident = parts().database.command(lambda session: incidents.report(session, failure, now=now))
    except SQLAlchemyError as error:  # the person is told of what failed, not of what could not be written down
        log.error("incident of version %s not kept: %s", failure.where.version, type(error).__name__)


def advice(failure: ServiceFailed) -> Text:
    """What the person should know now."""
    if failure.incident is None:
        return UNTOLD
    return Text(TOLD.id.format(failure.incident), TOLD.en.format(failure.incident))
