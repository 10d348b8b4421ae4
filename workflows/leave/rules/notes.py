"""What the applicant and those who decide should know, although it does not stop a request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.errors import Text
from workflows.leave.refusals import filled, same
from workflows.leave.rules.facts import Absence, Application
from workflows.wording import calendar_days, plain_date, working_days
from workflows.workdays import Span


def of_annual(application: Application) -> Iterator[Text]:
    """Travel and the end of the year."""
    if application.travel_days > 0:
        yield filled(_TRAVEL, calendar_days(application.travel_days))
    if application.span.first.year != application.span.last.year:
        yield _OVER_NEW_YEAR


def of_long(granted: Span, asked: Span, used: int, *, whole: bool, again: date) -> Iterator[Text]:
    """What long leave costs: the year's annual leave, its own remainder, and five years of waiting."""
    year = same(granted.first.year)
    if granted.last < asked.last:
        yield filled(_MOVED_BACK, year, working_days(used), plain_date(granted.last))
    yield filled(_NO_ANNUAL, year)
    if not whole:
        yield _REMAINDER
    yield filled(_AGAIN, plain_date(again))


def of_interruption(stopped: Absence, application: Application) -> Text:
    """What ends where an illness or a birth begins."""
    text = _STOPS_ANNUAL if stopped.type == "annual" else _STOPS_SICK
    return filled(text, plain_date(application.span.first))


UNPAID = Text(
    "Perlu persetujuan BKN. Selama cuti ini Anda dibebaskan dari jabatan; lapor kembali paling lambat satu bulan "
    "setelah selesai.",
    "The consent of BKN is needed. You leave your post for this time; report back within one month of its end.",
)
ABROAD = Text(
    "Cuti di luar negeri diputuskan oleh Bupati, atau pejabat yang diberi kuasa.",
    "Leave abroad is decided by the Regent, or an official with the Regent's power of attorney.",
)
SUPERIOR_ONLY = Text(
    "Sakit satu hari cukup diberitahukan kepada atasan langsung; tidak perlu keputusan.",
    "For one day of illness a letter to your direct superior is enough; nobody has to decide.",
)
EXTENSION = Text(
    "Ini perpanjangan, dan hanya dapat diberikan satu kali.",
    "This is an extension, which can be given only once.",
)

_TRAVEL = Text(
    "{0} perjalanan ditambahkan setelah cuti dan tidak mengurangi sisa cuti.",
    "{0} of travel are added after the leave and are not taken off the balance.",
)
_OVER_NEW_YEAR = Text(
    "Hari pada tiap tahun dihitung dari hak cuti tahun masing-masing.",
    "The days in each year are taken off what that year has.",
)
_MOVED_BACK = Text(
    "Cuti tahunan tahun {0} sudah dipakai {1}, jadi cuti besar ini berakhir pada {2}.",
    "{1} of the annual leave of {0} were used, so this long leave ends on {2}.",
)
_NO_ANNUAL = Text(
    "Dengan cuti besar ini, cuti tahunan tahun {0} yang belum dipakai gugur. Sisa tahun sebelumnya tetap ada.",
    "With this long leave, what is left of the annual leave of {0} lapses. What is left of the year before stays.",
)
_REMAINDER = Text(
    "Sisa dari tiga bulan yang tidak diminta gugur.",
    "What is not asked for of the three months lapses.",
)
_AGAIN = Text(
    "Cuti besar berikutnya dapat dimulai pada {0}.",
    "The next long leave can begin on {0}.",
)
_STOPS_ANNUAL = Text(
    "Cuti tahunan berhenti mulai {0}; hari yang belum dijalani dikembalikan.",
    "The annual leave stops on {0}; the days not taken come back.",
)
_STOPS_SICK = Text(
    "Cuti sakit berhenti mulai {0}.",
    "The sick leave stops on {0}.",
)
