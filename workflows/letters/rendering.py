"""Setting a letter in a child process: a template and its data in, a PDF/A out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.errors import ServiceFailed, Text

PATIENCE = 20
"""Seconds on the clock for one letter on an overloaded machine; its processor time is bounded in the child."""
LARGEST = 4_000_000
"""Bytes of a letter; a page with its fonts takes 30,000."""
LONGEST_DIAGNOSIS = 400

NO_QR = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

_CHILD = Path(__file__).with_name("typesetting.py")


class LetterFailed(ServiceFailed):
    """The letter could not be made.

    ``words``: what typst says of the template, if it says anything, and ``line`` where.
    """

    code = "letter-failed"
    text = Text(
        "Surat belum dapat dibuat. Periksa letter.typ pada paket proses ini, lalu coba lagi.",
        "The letter could not be made. Check letter.typ in the package of this process, then try again.",
    )

    def __init__(self, text: Text | None = None, *, words: str = "", line: int | None = None) -> None:
        super().__init__(text)
        self.words, self.line = words, line


def render(template: str, data: Mapping[str, Any], *, qr: str, at: datetime) -> bytes:
    """The letter as PDF/A-2b; the same template, data and moment give the same bytes. Raises `LetterFailed`.

    The template reads ``sys.inputs.data`` (JSON) and ``sys.inputs.qr`` (SVG). It is bounded in time and memory, and
    reaches no file, no package and no network.
    """
    return _set(template, [{"data": json.dumps(data, ensure_ascii=False), "qr": qr}], at)


def _set(template: str, inputs: Sequence[Mapping[str, str]], at: datetime) -> bytes:
    order = {"template": template, "inputs": inputs, "seconds": int(at.timestamp())}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as error:
        raise LetterFailed(_TOO_MUCH) from error
    if done.returncode < 0 or len(done.stdout) > LARGEST:
        raise LetterFailed(_TOO_MUCH)
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise _fault(done.stderr.decode(errors="replace"))
    return done.stdout


def try_out(template: str, samples: Sequence[Mapping[str, Any]]) -> LetterFailed | None:
    """What speaks against a template: it is set with made-up data, one letter after the other; None if nothing does."""
    inputs = [{"data": json.dumps(sample, ensure_ascii=False), "qr": NO_QR} for sample in samples]
    try:
        _set(template, inputs, EPOCH)
    except LetterFailed as failed:
        return failed
    return None


def qr_of(address: str) -> str:
    """A QR code that leads to an address, as SVG."""
    import segno  # only the worker makes letters

    return segno.make(address, error="m", micro=False).svg_inline(border=0, dark="#000", scale=4)


def _fault(said: str) -> LetterFailed:
    """What typst says of the template; it quotes the template's lines and none of the data."""
    words = next((line for line in said.splitlines() if line.strip()), "")[:LONGEST_DIAGNOSIS]
    found = re.search(r"typ:(\d+)", next((part for part in said.splitlines() if "┌─" in part), ""))
    line = int(found[1]) if found else None
    where = (f" (baris {line})", f" (line {line})") if line else ("", "")
    told = (
        f"{text} typst: {words}{at}"
        for text, at in zip((LetterFailed.text.id, LetterFailed.text.en), where, strict=True)
    )
    return LetterFailed(Text(*told), words=words, line=line)


_TOO_MUCH = Text(
    "Surat belum dapat dibuat: letter.typ memerlukan terlalu banyak waktu atau memori. Perbaiki, lalu coba lagi.",
    "The letter could not be made: letter.typ takes too much time or memory. Mend it, then try again.",
)
