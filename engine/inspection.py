"""What a file that somebody brought really is, by its content alone: looked at in a child process within limits.

`judged` starts the child, which is this module run as a program: it reads the file from standard input and answers
with one word. So a file that is made to use up time or memory ends a process that nobody waits for. The child has none
of our secrets and, once it looks, can open neither a file nor a connection.
"""

from __future__ import annotations

import io
import os
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module
from threading import BoundedSemaphore
from typing import Any, Final

from engine.check.guard import limit

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SIGNATURES: Final = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
FOREIGN: Final = {
    b"PK\x03\x04": "archive",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "office",
    b"Rar!": "archive",
    b"7z\xbc\xaf\x27\x1c": "archive",
    b"\x1f\x8b": "archive",
    b"{\\rtf": "office",
    b"GIF8": "picture",
    b"RIFF": "picture",
    b"BM": "picture",
    b"II*\x00": "picture",
    b"MM\x00*": "picture",
}
"""How other files begin that people bring, and what kind of thing they are."""
_OFFICE = re.compile(rb"(word|xl|ppt)/|\[Content_Types\]|oasis\.opendocument")
"""Marks of a document in an archive."""

FIT = "fit"
DAMAGED, DISGUISED, ENCRYPTED, ACTIVE, HUGE, HEAVY, BUSY = (
    "damaged",
    "disguised",
    "encrypted",
    "active",
    "huge",
    "heavy",
    "busy",
)
"""Why a file is not taken: it cannot be read, is something else as well, has a password, does things by itself, has too
many pixels, takes too long to be looked at; or too many others are being looked at."""

MOST_PIXELS = 50_000_000
MOST_SCANNED = 4 * MOST_PIXELS
"""Of a picture in a PDF, which nothing here draws: a page of A3, scanned as finely as scanners can."""
PATIENCE = 20
"""Seconds on the clock for one look; its processor time and memory are bounded by `engine.check.guard.limit`."""
AT_ONCE = 2
WAITING = 10
"""Looks that go on at the same time, and seconds to wait for one of them to end."""

NO_SECRETS: Final[dict[str, str]] = {}
"""The environment of the child: nothing of ours."""

_AT_WORK = BoundedSemaphore(AT_ONCE)
_PROGRAM = re.compile(rb"(?i)<(script|!doctype|iframe|html[\s>]|body[\s>]|img\s|svg[\s>]|\?php\s|!entity)")
"""Marks of a page, a drawing or a program: a browser or server that guesses would run what follows."""
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
"""Their programs look for these anywhere; that a picture holds one by chance does not happen."""
_PDF_HEAD = 1_024
"""A reader of PDF looks so far for the beginning of one."""
_HIDDEN_NAME = re.compile(rb"/(JavaScript|EmbeddedFile|Launch\b|RichMedia)")
_ENCRYPTED = re.compile(rb"/Encrypt\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE_KEYS: Final = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"})
_ACTIVE_KINDS: Final = {
    "/S": frozenset(
        {
            "/JavaScript",
            "/Launch",
            "/SubmitForm",
            "/ImportData",
            "/GoToE",
            "/GoToR",
            "/Rendition",
            "/RichMediaExecute",
            "/Movie",
            "/Sound",
        }
    ),
    "/Subtype": frozenset({"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen", "/FileAttachment"}),
    "/Type": frozenset({"/EmbeddedFile"}),
}
"""Entries of a PDF by which it runs, opens, sends or carries something."""
_BY_ITSELF: Final = frozenset({"/OpenAction", "/AA"})
"""Entries that name what happens without a click."""


def media_type_of(content: bytes) -> str | None:
    """The type by the first bytes; None for anything but PDF, JPEG and PNG."""
    return next((kind for signature, kind in SIGNATURES.items() if content.startswith(signature)), None)


def foreign_kind(content: bytes) -> str:
    """What a file of another type is: ``archive``, ``office``, ``picture``, or ``other``."""
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc"):
        return "picture"
    found = next((kind for signature, kind in FOREIGN.items() if content.startswith(signature)), "other")
    return (
        "office"
        if found == "archive" and re.search(rb"(word|xl|ppt)/|\[Content_Types\]|oasis\.opendocument", content)
        else found
    )


def judged(content: bytes) -> str:
    """`FIT`, or in one word why the file is not taken."""
    if not _AT_WORK.acquire(timeout=WAITING):
        return BUSY
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "engine.inspection"],
            input=content,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env=NO_SECRETS,
        )
    except subprocess.TimeoutExpired:
        return HEAVY
    finally:
        _AT_WORK.release()
    return ran.stdout.decode("ascii", "replace") if ran.returncode == 0 else HEAVY


class _Unfit(Exception):
    """The file is not taken; the argument says why in one word."""


def look(content: bytes) -> str:
    """What `judged` answers, worked out in this process without any limit."""
    looks: dict[str | None, Callable[[bytes], None]] = {PDF: _look_at_pdf, JPEG: _look_at_image, PNG: _look_at_image}
    try:
        if _is_something_else(content):
            return DISGUISED
        looks[media_type_of(content)](content)
    except _Unfit as unfit:
        return str(unfit)
    except MemoryError:
        return HEAVY
    except Exception:  # whatever a reader stumbles over, its owner is told that the file cannot be read
        return DAMAGED
    return FIT


def _is_something_else(content: bytes) -> bool:
    """Whether another program would take the file for a page, an archive or a document of its own."""
    if _PROGRAM.search(content) or content.find(b"%PDF-", 1, _PDF_HEAD) > 0:
        return True
    if any(signature in content for signature in _ARCHIVES):
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(content)):
            return True
    except zipfile.BadZipFile:
        return False


def _look_at_image(content: bytes) -> None:
    """Every pixel is read once; the size is known before."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # its own bound would be an error like any other; ours is told apart
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _Unfit(HUGE)
        image.load()


def _look_at_pdf(content: bytes) -> None:
    """Every object is read once, those that no page leads to as well; nothing is drawn."""
    import pikepdf

    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if _ENCRYPTED.search(plain):  # stands outside of what is encrypted or packed
        raise _Unfit(ENCRYPTED)
    if _HIDDEN_NAME.search(plain):  # in an older state of the file that some readers would go back to
        raise _Unfit(ACTIVE)
    with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as document:
        for entry in (entry for one in document.objects for entry in _dictionaries(one)):
            if _acts(entry):
                raise _Unfit(ACTIVE)
            if _is_bomb(entry):
                raise _Unfit(HEAVY)
        if document.is_encrypted or not document.pages:
            raise _Unfit(DAMAGED)


def _dictionaries(found: Any) -> Iterator[dict[str, Any]]:
    """The dictionaries of an object, those within it as well; what it only refers to has its own turn."""
    import pikepdf

    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Stream | pikepdf.Dictionary):
            entries: dict[str, Any] = dict(one.items())
            yield entries
            inner = list(entries.values())
        elif isinstance(one, pikepdf.Array):
            inner = list(one)
        else:
            continue
        waiting += [value for value in inner if isinstance(value, pikepdf.Object) and not value.is_indirect]


def _acts(entries: dict[str, Any]) -> bool:
    if not _ACTIVE_KEYS.isdisjoint(entries):
        return True
    if any(_goes_out(entries[key]) for key in _BY_ITSELF & entries.keys()):
        return True
    return any(str(entries.get(key, "")) in kinds for key, kinds in _ACTIVE_KINDS.items())


def _goes_out(action: Any) -> bool:
    """Whether what happens without a click leads to an address; behind a link that somebody follows, it may."""
    import pikepdf

    if not isinstance(action, pikepdf.Dictionary):
        return False
    triggered = [action, *(one for one in dict(action.items()).values() if isinstance(one, pikepdf.Dictionary))]
    return any(str(one.get("/S", "")) == "/URI" for one in triggered)


def _is_bomb(entries: dict[str, Any]) -> bool:
    """Whether it is a picture that fills the memory of whoever opens it."""
    if str(entries.get("/Subtype", "")) != "/Image":
        return False
    try:
        return int(entries.get("/Width", 0)) * int(entries.get("/Height", 0)) > MOST_SCANNED
    except (TypeError, ValueError):
        return True


def _shut_in() -> None:
    """Load what the look needs, and open nothing any more.

    What was forgotten here shows itself as an error, and an error as a file that is not taken.
    """
    "".encode("cp437")  # names in archives
    for reader in ("pikepdf", "PIL.MpoImagePlugin", "PIL.TiffImagePlugin"):
        import_module(reader)
    import_module("PIL.Image").preinit()
    limit()
    os.closerange(3, 64)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


if __name__ == "__main__":
    brought = sys.stdin.buffer.read()
    _shut_in()
    sys.stdout.write(look(brought))
