"""Log lines for machines: one JSON object a line on stderr, without personal data."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime


class Lines(logging.Formatter):
    """When, how bad, where and what; a traceback is one string, so that a line stays a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON; what somebody sent cannot start a line of its own."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def to_stderr(level: int = logging.INFO) -> None:
    """Send every logger's lines to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("alembic", "spiff", "waitress.queue"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
