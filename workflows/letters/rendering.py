"""Setting a letter in a child process: a template and its data in, a PDF/A out."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.errors import ServiceFailed, Text

log = logging.getLogger("alur.letters")

PATIENCE = 20
"""Seconds on the clock for one letter on an overloaded machine; its processor time is bounded in the child."""
LARGEST = 4_000_000
"""Bytes of a letter; a page with its fonts takes 30,000."""
LONGEST_DIAGNOSIS = 400

_CHILD = Path(__file__).with_name("typesetting.py")


class LetterFailed(ServiceFailed):
    """The letter could not be made."""

    code = "letter-failed"
    text = Text(
        "Surat belum dapat dibuat. Periksa letter.typ pada paket proses ini, lalu coba lagi.",
        "The letter could not be made. Check letter.typ in the package of this process, then try again.",
    )


def render(template: str, data: Mapping[str, Any], *, qr: str, at: datetime) -> bytes:
    """The letter as PDF/A-2b; the same template, data and moment give the same bytes. Raises `LetterFailed`.

    The template reads ``sys.inputs.data`` (JSON) and ``sys.inputs.qr`` (SVG). It is bounded in time and memory, and
    reaches no file, no package and no network.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False), "qr": qr}
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
        raise LetterFailed(_diagnosis(done.stderr.decode(errors="replace")))
    return done.stdout


def qr_of(address: str) -> str:
    """A QR code that leads to an address, as SVG."""
    import segno  # only the worker makes letters

    return segno.make(address, error="m", micro=False).svg_inline(border=0, dark="#000", scale=4)


def _diagnosis(said: str) -> Text:
    """What typst says of the template; it quotes the template's lines and none of the data."""
    line = next((line for line in said.splitlines() if line.strip()), "")[:LONGEST_DIAGNOSIS]
    where = next((part.strip(" ┌─") for part in said.splitlines() if "┌─" in part), "").rpartition("typ:")[2]
    place_id, place_en = (f" (baris {where})", f" (line {where})") if where else ("", "")
    return Text(f"{LetterFailed.text.id} typst: {line}{place_id}", f"{LetterFailed.text.en} typst: {line}{place_en}")


_TOO_MUCH = Text(
    "Surat belum dapat dibuat: letter.typ memerlukan terlalu banyak waktu atau memori. Perbaiki, lalu coba lagi.",
    "The letter could not be made: letter.typ takes too much time or memory. Mend it, then try again.",
)
