"""What a proposal to change a record is called on pages, in both languages: one word for one thing."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Text
from workflows.record.histories import HISTORIES
from workflows.record.values import shown

STATES: Mapping[str, Text] = {
    "submitted": Text("Dikirim", "Sent"),
    "verified": Text("Sudah diperiksa", "Checked"),
    "national": Text("Menunggu BKN", "Waiting for BKN"),
    "repair": Text("Perlu diperbaiki", "To be mended"),
    "cooling": Text("Masa tunggu", "Waiting period"),
    "approved": Text("Disetujui", "Approved"),
    "synchronised": Text("Tercatat di SIASN", "Recorded in SIASN"),
    "refused": Text("Tidak disetujui", "Not approved"),
    "withdrawn": Text("Ditarik", "Withdrawn"),
    "expired": Text("Kedaluwarsa", "Expired"),
    "not_confirmed": Text("Tidak dikonfirmasi", "Not confirmed"),
    "stopped": Text("Dihentikan", "Stopped"),
}
"""The states of a proposal; one whose every change is in SIASN too is ``synchronised``."""

OK, REPAIR, REFUSE = "ok", "repair", "refuse"
VERDICTS: Mapping[str, Text] = {
    OK: Text("Memenuhi syarat", "Meets the requirements"),
    REPAIR: Text("Perlu diperbaiki", "To be mended"),
    REFUSE: Text("Tidak memenuhi syarat", "Does not meet the requirements"),
}
"""What is found of each change."""

ACTIONS: Mapping[str, Text] = {
    "add": Text("Ditambah", "Added"),
    "change": Text("Diubah", "Changed"),
    "remove": Text("Dihapus", "Removed"),
}


def title(history: str, field: str = "", values: Mapping[str, str] | None = None) -> Text:
    """What a change is about: the history, with the field of a single row or else the name of the row.

    ``values`` are those of the row as it is known (or of the new one).
    """
    known = HISTORIES[history]
    asked, name = known.field(field), known.field(known.name)
    row = shown(name, values[name.key]) if name and values and values.get(name.key) else None
    more = [each for each in (row, asked.label if asked else None) if each is not None]
    if not more:
        return known.title
    words, english = " · ".join(each.id for each in more), " · ".join(each.en for each in more)
    return Text(f"{known.title.id}: {words}", f"{known.title.en}: {english}")
