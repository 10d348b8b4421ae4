"""A log line: one event, read by machines, without what people sent."""

from __future__ import annotations

import json
import logging
import sys

from web.logs import Lines


def line_of(error: BaseException, *, because: BaseException | None = None) -> dict[str, str]:
    try:
        if because is not None:
            try:
                raise because
            except type(because):
                raise error from because
        raise error
    except type(error):
        record = logging.LogRecord("alur.web", logging.ERROR, __file__, 1, "at %s", ("/\x1b\u202e\n",), sys.exc_info())
    written = Lines().format(record)
    assert written.isascii()
    assert written.isprintable()
    read: dict[str, str] = json.loads(written)
    return read


def test_what_an_error_quotes_is_not_told_but_where_it_happened_is() -> None:
    told = line_of(ValueError("could not read 'Wati, sakit jantung'"))
    assert told["message"] == "at /\x1b\u202e\n"
    assert told["traceback"].endswith("ValueError\n")
    assert "in line_of" in told["traceback"]


def test_the_cause_is_told_first() -> None:
    told = line_of(RuntimeError("second"), because=KeyError("first"))["traceback"]
    assert told.index("KeyError") < told.index("RuntimeError")


def test_what_the_machine_says_is_told() -> None:
    assert "No space left on device" in line_of(OSError(28, "No space left on device"))["traceback"]
