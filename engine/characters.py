"""Characters that are no letters but steer a screen, a line or the direction of reading, in texts of strangers.

What somebody types is stored without them (`cleaned`). What stands in a file is kept as it is, and each is made
visible wherever people see it: `marked` on a page, `spelled_out` in messages about the text itself.
"""

from __future__ import annotations

import re
import unicodedata

CONTROLS = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f"
"""All but tab and newline: NUL, escape and their like, and no text ever needs one."""
HALVES = "\\ud800-\\udfff"
"""Halves of a character, which no file, page or database can hold."""
DIRECTIONS = "\\u202a-\\u202e\\u2066-\\u2069"
"""They make text read in another order than it is stored; pages isolate texts without their help."""
UNSEEN = "\\u00ad\\u200b\\u2060-\\u2065\\u206a-\\u206f\\ufeff\\ufff9-\\ufffb"
"""They have no width: two texts look the same and are not. The joiners of emoji and scripts are not among them."""

_STEERING = re.compile(f"[{CONTROLS}{HALVES}{DIRECTIONS}]")
_SPELLED = re.compile(f"[{CONTROLS}{HALVES}{DIRECTIONS}{UNSEEN}]")
_LEFT_OUT = re.compile(f"[{DIRECTIONS}{UNSEEN}]")
_NO_TEXT = re.compile(f"[{CONTROLS}{HALVES}]")
_UNSEEN_KINDS = frozenset({"Cf", "Zs", "Zl", "Zp"})


def cleaned(text: str) -> str:
    """What somebody typed, as it is stored: composed (NFC), line ends as newlines, without unseen characters.

    Empty if nothing in it can be seen.
    """
    lines = "\n".join(_LEFT_OUT.sub("", unicodedata.normalize("NFC", text)).splitlines()).strip()
    return lines if any(unicodedata.category(c) not in _UNSEEN_KINDS for c in lines) else ""


def is_text(text: str) -> bool:
    """Whether a text of a file can be shown at all: no control characters but tab and line end, no halves."""
    return _NO_TEXT.search(text.replace("\r\n", "\n")) is None


def marked(text: str) -> str:
    """The text for a page or a screen, its lines kept; what would steer either is shown as ``[U+202E]``."""
    return text if text.isascii() and text.isprintable() else _STEERING.sub(_mark, text.replace("\r\n", "\n"))


def spelled_out(text: str) -> str:
    """The text on one line, with spaces as they are between words and everything unseen as ``[U+200B]``."""
    line = " ".join(text.split())
    return line if line.isascii() and line.isprintable() else _SPELLED.sub(_mark, line)


def _mark(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"
