"""What of a person's file is taken: PDF, JPG and PNG by their content, of bounded size, under a harmless name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from engine import inspection
from engine.characters import cleaned
from engine.errors import Refused, Text

LARGEST = 5 * 2**20
"""Bytes of one file."""
LONGEST_NAME = 100
FIELD = "file"
"""The key under which `checked` reports what is wrong."""
ENDINGS: Final = {inspection.PDF: ".pdf", inspection.JPEG: ".jpg", inspection.PNG: ".png"}

_ENDING = re.compile(r"(?i)\.(pdf|jpe?g|png)$")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*%]+')


@dataclass(frozen=True)
class Upload:
    """A file that may be kept."""

    name: str
    media_type: str
    content: bytes


def checked(name: str, content: bytes) -> Upload:
    """The file under its clean name, after a look at all of it. Takes a while: not to be called in a transaction.

    Raises `Refused` under `FIELD`, with what to do.
    """
    media_type = inspection.media_type_of(content)
    wrong = None
    if not content:
        wrong = _EMPTY
    elif len(content) > LARGEST:
        wrong = _TOO_LARGE
    elif media_type is None:
        wrong = _FOREIGN[inspection.foreign_kind(content)]
    elif (word := inspection.judged(content)) != inspection.FIT:
        wrong = _UNFIT.get(word, _UNFIT[inspection.HEAVY])
    if wrong is not None or media_type is None:
        raise Refused({FIELD: [_about(clean_name(name), wrong or _FOREIGN["other"])]})
    return Upload(clean_name(name, ENDINGS[media_type]), media_type, content)


def clean_name(name: str, ending: str = "") -> str:
    """The last part of a path, without characters that steer a screen, a shell or a disk, and with this ending.

    Without one, the name as it can be shown.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(c for c in cleaned(last) if unicodedata.category(c)[0] != "C")
    plain = " ".join(_NOT_IN_NAMES.sub("_", seen).split()).strip(" .")
    stem = (_ENDING.sub("", plain).rstrip(" .") if ending else plain)[:LONGEST_NAME]
    return (stem or "dokumen") + ending


def _about(name: str, text: Text) -> Text:
    return Text(text.id.replace("{}", f"“{name}”"), text.en.replace("{}", f"“{name}”"))


_EMPTY = Text(
    "{} kosong. Pilih berkas lain, atau simpan ulang berkas itu lalu unggah lagi.",
    "{} is empty. Choose another file, or save it again and upload it once more.",
)
_TOO_LARGE = Text(
    "{} lebih besar dari 5 MB. Unggah yang lebih kecil, misalnya foto dengan resolusi lebih rendah.",
    "{} is larger than 5 MB. Upload a smaller one, for example a photo of lower resolution.",
)
_FOREIGN: Final = {
    "office": Text(
        "{} adalah dokumen aplikasi kantor. Simpan sebagai PDF, lalu unggah PDF itu.",
        "{} is a document of an office program. Save it as PDF and upload that.",
    ),
    "archive": Text(
        "{} adalah arsip. Keluarkan isinya, lalu unggah PDF, JPG, atau PNG di dalamnya.",
        "{} is an archive. Take out what is in it and upload the PDF, JPG or PNG.",
    ),
    "picture": Text(
        "{} adalah gambar jenis lain. Simpan sebagai JPG atau PNG, atau unggah tangkapan layarnya.",
        "{} is another type of picture. Save it as JPG or PNG, or upload a screenshot of it.",
    ),
    "other": Text(
        "{} bukan PDF, JPG, atau PNG. Cetak ke PDF atau ambil fotonya, lalu unggah hasilnya.",
        "{} is not a PDF, JPG or PNG. Print it to PDF or take a photo of it, and upload that.",
    ),
}
_UNFIT: Final = {
    inspection.DAMAGED: Text(
        "{} rusak atau terpotong. Buka dan simpan ulang berkas itu, lalu unggah lagi.",
        "{} is damaged or cut off. Open it, save it again and upload it once more.",
    ),
    inspection.DISGUISED: Text(
        "{} dapat terbaca sebagai jenis berkas lain. Cetak ke PDF atau ambil fotonya, lalu unggah hasilnya.",
        "{} can be taken for another type of file. Print it to PDF or take a photo of it, and upload that.",
    ),
    inspection.ENCRYPTED: Text(
        "{} dilindungi kata sandi. Cetak ke PDF tanpa kata sandi, lalu unggah hasilnya.",
        "{} is protected by a password. Print it to PDF without one, and upload that.",
    ),
    inspection.ACTIVE: Text(
        "{} memuat skrip atau berkas lain di dalamnya. Cetak ke PDF, lalu unggah hasilnya.",
        "{} has a script or other files in it. Print it to PDF, and upload that.",
    ),
    inspection.HUGE: Text(
        "{} memiliki lebih dari 50 juta piksel. Perkecil gambar itu, lalu unggah lagi.",
        "{} has more than 50 million pixels. Make the picture smaller and upload it again.",
    ),
    inspection.HEAVY: Text(
        "{} terlalu rumit untuk diperiksa. Ambil foto atau tangkapan layarnya, lalu unggah hasilnya.",
        "{} is too complicated to be looked at. Take a photo or a screenshot of it, and upload that.",
    ),
    inspection.BUSY: Text(
        "Banyak berkas sedang diperiksa. Tunggu sebentar, lalu unggah {} sekali lagi.",
        "Many files are being looked at. Wait a moment, then upload {} once more.",
    ),
}
