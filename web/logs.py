"""Log lines for machines: one JSON object a line on stderr, without personal data."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import OperationalError

from engine.errors import EngineError

TELLING = (EngineError, OSError, OperationalError)
"""Errors whose words never quote what somebody sent. Of any other only the kind is told."""
DEEPEST = 10
"""Causes of causes that are told."""


class Lines(logging.Formatter):
    """When, how bad, where and what; a traceback is one string, so that a line stays a line.

    All but ASCII is written as ``\\u202e``: no text of a stranger ends a line or steers the screen it is read on.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)

    def formatException(self, ei: Any) -> str:
        """Where it happened and what kind of error it was, its causes first."""
        return "".join(_told(ei[1]))


def _told(error: BaseException | None, *, deep: int = 0) -> Iterator[str]:
    if error is None or deep == DEEPEST:
        return
    yield from _told(error.__cause__ or (None if error.__suppress_context__ else error.__context__), deep=deep + 1)
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__name__}: {error}\n" if isinstance(error, TELLING) else f"{type(error).__name__}\n"


def to_stderr(level: int = logging.INFO) -> None:
    """Send every logger's lines to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("alembic", "spiff", "waitress.queue"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
