"""Why a request for leave cannot be made as it is, and what to do instead."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Text


@dataclass(frozen=True)
class Refusal:
    """A 'no' with its code, the field it concerns (empty: none) and what to do instead."""

    code: str
    field: str
    text: Text


def refusal(code: str, field: str, text: Text, *values: Text) -> Refusal:
    """A refusal with the gaps of its text filled in each language."""
    filled = Text(text.id.format(*(v.id for v in values)), text.en.format(*(v.en for v in values)))
    return Refusal(code, field, filled)


NOT_STAFF = Text(
    "Cuti tahunan di sini berlaku untuk PNS, CPNS, dan PPPK. Tanyakan kepada BKPSDM.",
    "Annual leave here is for PNS, CPNS and PPPK staff. Please ask BKPSDM.",
)
WAITING = Text(
    "Cuti tahunan dapat diambil setelah satu tahun bekerja. Pilih tanggal mulai {0} atau sesudahnya.",
    "Annual leave can be taken after one year of service. Choose a first day on or after {0}.",
)
EARLY_GROUND = Text(
    "Masa kerja belum satu tahun. Pilih tanggal mulai {0} atau sesudahnya, "
    "atau pilih alasan khusus jika ada keluarga sakit keras, kematian, atau pernikahan pertama.",
    "You have served less than one year. Choose a first day on or after {0}, "
    "or choose a special reason if a relative is gravely ill or has died, or for your first marriage.",
)
PAST = Text(
    "Tanggal mulai sudah lewat. Pilih hari ini atau sesudahnya.",
    "The first day has passed. Choose today or later.",
)
CROSSES_YEAR = Text(
    "Cuti ini melewati pergantian tahun. Ajukan sampai {0}, lalu ajukan sisanya dengan permohonan kedua.",
    "This leave crosses the end of the year. Ask for it until {0}, and for the rest in a second request.",
)
TOO_FAR = Text(
    "Cuti dapat diajukan sampai akhir tahun {0}. Pilih tanggal yang lebih dekat.",
    "Leave can be requested until the end of {0}. Choose an earlier date.",
)
NO_CALENDAR = Text(
    "Hari libur tahun {0} belum dimasukkan. Minta BKPSDM melengkapi kalender, lalu ajukan kembali.",
    "The holidays of {0} have not been entered. Ask BKPSDM to complete the calendar, then try again.",
)
NO_WORKING_DAY = Text(
    "Pilih paling sedikit satu hari kerja; hari-hari ini semuanya libur. Untuk beberapa jam, gunakan izin.",
    "Choose at least one working day; all these days are off. For a few hours, ask for a permission instead.",
)
OVERLAP = Text(
    "Sudah ada cuti {0} sampai {1}. Pilih tanggal lain.",
    "There is already leave from {0} to {1}. Choose other dates.",
)
TOO_MANY = Text(
    "Permohonan ini {0}, yang tersedia {1}. Cuti dapat diambil sampai {2}.",
    "This request takes {0}, and {1} can be taken. The leave can last until {2}.",
)
NOTHING_LEFT = Text(
    "Sisa cuti sudah habis. Tanyakan catatan cuti Anda kepada petugas kepegawaian.",
    "There is no leave left. Ask your personnel officer about your leave record.",
)
