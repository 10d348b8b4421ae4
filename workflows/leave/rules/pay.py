"""What is paid during leave, in words; the amounts are the payroll's."""

from __future__ import annotations

from engine.errors import Text
from workflows.leave.law import ANNUAL, IMPORTANT, LONG, MATERNITY, SICK, UNPAID

_FULL = Text("Penghasilan dibayar penuh.", "Pay goes on in full.")
_WITHOUT_POST = Text(
    "Dibayar gaji pokok, tunjangan keluarga, dan tunjangan pangan; tunjangan jabatan tidak dibayar.",
    "Basic pay, family and food allowances are paid; the allowance of the post is not.",
)
_SICK = Text(
    "Dibayar gaji pokok, tunjangan keluarga, tunjangan pangan, tunjangan jabatan, dan tunjangan lain.",
    "Basic pay and the allowances for family, food, post and others are paid.",
)
_WITH_POST = Text(
    "Dibayar gaji pokok, tunjangan keluarga, tunjangan pangan, dan tunjangan jabatan.",
    "Basic pay and the allowances for family, food and post are paid.",
)
_NONE = Text(
    "Penghasilan tidak dibayar, dan waktu cuti tidak dihitung sebagai masa kerja.",
    "Nothing is paid, and the time does not count as service.",
)
_PPPK = Text("Penghasilan tetap dibayar menurut perjanjian kerja.", "Pay goes on as the contract says.")

_BY_TYPE = {
    ANNUAL: _FULL,
    LONG: _WITHOUT_POST,
    SICK: _SICK,
    MATERNITY: _WITH_POST,
    IMPORTANT: _WITH_POST,
    UNPAID: _NONE,
}


def pay_during(kind: str, type: str) -> Text:
    """What is paid to staff of a kind during leave of a type.

    Source: PP 11/2017 art. 318, 324, 327, 331 and 336 (PNS); PP 49/2018 (PPPK).
    """
    return _PPPK if kind == "PPPK" and type != ANNUAL else _BY_TYPE[type]
