"""What leave is called in front of people: its types, the states of a request, and the lines of the ledger."""

from __future__ import annotations

from engine.errors import Text
from workflows.leave.bookkeeping import Entry

TYPES: dict[str, Text] = {
    "annual": Text("Cuti tahunan", "Annual leave"),
    "long": Text("Cuti besar", "Long leave"),
    "sick": Text("Cuti sakit", "Sick leave"),
    "maternity": Text("Cuti melahirkan", "Maternity leave"),
    "important": Text("Cuti karena alasan penting", "Leave for important reasons"),
    "unpaid": Text("Cuti di luar tanggungan negara", "Unpaid leave"),
}
"""In the order of the official form.

Source: Peraturan BKN 24/2017, form 1.b part II.
"""

LETTERS: dict[str, Text] = {
    "annual": Text("T", "A"),
    "long": Text("B", "L"),
    "sick": Text("S", "S"),
    "maternity": Text("M", "M"),
    "important": Text("P", "I"),
    "unpaid": Text("L", "U"),
}
"""One letter for each type, where a calendar has no room for more."""

AWAY = Text("Tidak hadir", "Away")
"""All that colleagues are told."""

STATES: dict[str, Text] = {
    "reserved": Text("menunggu keputusan", "waiting for a decision"),
    "approved": Text("disetujui", "approved"),
    "released": Text("tidak jadi, hari dikembalikan", "did not happen, days given back"),
    "deferred": Text("ditangguhkan", "deferred"),
    "cancelled": Text("dibatalkan setelah disetujui", "cancelled after approval"),
    "noted": Text("dicatat", "noted"),
    "opening": Text("diambil sebelum memakai Alur", "taken before Alur was used"),
}

NOT_APPROVED = Text("tidak disetujui", "not approved")
"""What is said of a leave that gave its days back because an official refused it."""

ENTRIES: dict[str, Text] = {
    "opening": Text("Sisa cuti awal dari catatan sebelum Alur", "Opening balance from the records before Alur"),
    "grant": Text("Hak cuti tahun {bucket}", "Entitlement of {bucket}"),
    "early": Text("Hak cuti pada tahun pertama kontrak", "Entitlement within the first year of the contract"),
    "carry": Text("Sisa tahun {bucket} gugur pada pergantian tahun", "Left of {bucket}, lapsed at the year's end"),
    "forfeit": Text("Hak tahun {bucket} hapus karena cuti besar", "Entitlement of {bucket} ended by long leave"),
    "joint": Text("Tambahan: bertugas pada cuti bersama", "Added: on duty during joint leave"),
    "reserve": Text("Disisihkan untuk permohonan", "Put aside for a request"),
    "debit": Text(
        "Disetujui: {used} hari yang disisihkan kini dipakai",
        "Approved, days that were put aside and now count as used: {used}",
    ),
    "release": Text("Dikembalikan dari permohonan", "Given back from a request"),
    "defer": Text(
        "Ditangguhkan pejabat, dihitung penuh tahun depan", "Deferred by the official, counts in full next year"
    ),
    "cancel": Text("Dikembalikan: cuti dibatalkan", "Given back: the leave was cancelled"),
    "recall": Text("Dikembalikan: dipanggil kembali bekerja", "Given back: called back to work"),
    "shorten": Text("Dikembalikan: kembali lebih awal", "Given back: returned early"),
    "interrupt": Text(
        "Dikembalikan: cuti terhenti oleh sakit atau melahirkan", "Given back: stopped by illness or birth"
    ),
    "recount": Text("Dihitung ulang karena kalender berubah", "Counted again as the calendar changed"),
    "undo": Text("Koreksi: pembukuan sebelumnya dibatalkan", "Correction: an earlier posting was undone"),
}
"""The lines of the ledger by kind; ``{bucket}`` is the year whose days they are, ``{used}`` how many they use."""

_OTHER = Text("Perubahan lain", "Another change")


def type_name(type: str) -> Text:
    """The name of a type of leave."""
    return TYPES.get(type, Text(type, type))


def type_called(written: str) -> str | None:
    """The type that somebody calls so, in either language or by its short name; None if there is none."""
    wanted = " ".join(written.lower().split())
    known = ((type, {type, name.id.lower(), name.en.lower()}) for type, name in TYPES.items())
    return next((type for type, called in known if wanted in called), None)


def entry_name(entry: Entry) -> Text:
    """What a line of the ledger says."""
    text = ENTRIES.get(entry.kind, _OTHER)
    return Text(*(words.format(bucket=entry.bucket, used=entry.used) for words in (text.id, text.en)))
