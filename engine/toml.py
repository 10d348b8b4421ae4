"""Reading the TOML files of a package, with the line of each key."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from engine.problems import Problem, problem


def read_toml(content: bytes, file: str) -> tuple[dict[str, Any], list[Problem]]:
    """The table in a TOML file, or an empty one and the reason."""
    try:
        return tomllib.loads(content.decode("utf-8-sig")), []
    except UnicodeDecodeError as error:
        return {}, [problem("text-encoding", file, line=content.count(b"\n", 0, error.start) + 1)]
    except tomllib.TOMLDecodeError as error:
        return {}, [problem("toml-syntax", file, line=_line(str(error), content))]
    except RecursionError:
        return {}, [problem("toml-syntax", file, line=1)]


def _line(message: str, content: bytes) -> int:
    """The line that the parser's own message names; 'at end of document' is the last one."""
    named = re.search(r"line (\d+)", message)
    return int(named[1]) if named else content.count(b"\n") + 1


def line_of(content: bytes, key: str) -> int | None:
    """The line on which ``key`` is given its value, if it stands there literally."""
    pattern = rb'^\s*"?' + re.escape(key.encode()) + rb'"?\s*='
    found = re.search(pattern, content, re.MULTILINE)
    return content.count(b"\n", 0, found.end()) + 1 if found else None
