"""What one request may use at most: each limit with its bounds, its setting and a message of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from engine.errors import LimitExceeded, Text


class LimitsError(ValueError):
    """A limit is set to something that is no whole number, or outside what makes sense."""


def _limit(default: int, least: int, most: int) -> Any:
    return field(default=default, metadata={"least": least, "most": most})


@dataclass(frozen=True)
class Limits:
    """The limits of an installation. ``ALUR_<NAME>`` of each field is its setting.

    They hold for whatever a diagram, a table, a form or a service does: beyond one, the act is refused as
    a whole (`LimitExceeded`), nothing changes, and an incident says which limit it was, and where.
    """

    most_steps: int = _limit(400, 50, 10_000)
    """Automatic steps in one act; more is a loop that never waits."""
    most_calculation: int = _limit(1_000_000, 100_000, 100_000_000)
    """Steps of calculation in one act, over all its expressions and tables; a million take about half a second."""
    most_tasks: int = _limit(2_000, 100, 20_000)
    """Branches, waiting steps and events that one request may have at the same time."""
    most_items: int = _limit(1_000, 10, 10_000)
    """Items that a step may be repeated for."""
    most_acts: int = _limit(10_000, 100, 1_000_000)
    """Decisions and timers in the whole life of one request; more is a round that never ends."""
    most_repeats: int = _limit(1_000, 1, 9_999)
    """How often a repeated timer may come round."""
    shortest_timer: int = _limit(1, 1, 86_400)
    """Seconds that a timer waits at least."""
    shortest_cycle: int = _limit(60, 1, 86_400)
    """Seconds between two occurrences of a repeated timer at least."""
    longest_timer: int = _limit(3_660, 1, 36_600)
    """Days that a timer waits at most."""
    largest_state: int = _limit(1_000, 10, 10_000)
    """Kilobytes that the data of one request may take, saved."""
    longest_text: int = _limit(100_000, 1_000, 1_000_000)
    """Characters in one text."""
    longest_list: int = _limit(10_000, 100, 100_000)
    """Entries in one list or map."""
    deepest_data: int = _limit(50, 10, 100)
    """Levels of lists and maps within each other."""
    most_digits: int = _limit(34, 15, 100)
    """Digits of a number."""

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Limits:
        """The limits in ``environment`` (``os.environ``), the default where there is none. Raises `LimitsError`."""
        given = {limit.name: environment.get(setting_of(limit.name), "").strip() for limit in fields(cls)}
        return cls(**{name: _number(name, value) for name, value in given.items() if value})

    def exceeded(self, limit: str, at: str, *, element: str | None = None) -> LimitExceeded:
        """The error that says that a limit was reached at an element, a service, a table or an expression."""
        most = getattr(self, limit)
        sentence = SENTENCES[limit]
        text = Text(sentence.id.format(most=most, at=at), sentence.en.format(most=most, at=at))
        return LimitExceeded(text, element=element, limit=setting_of(limit))


DEFAULT = Limits()
"""The limits where nobody has set others."""


def setting_of(limit: str) -> str:
    """The environment variable of a limit: ``most_steps`` is ``ALUR_MOST_STEPS``."""
    return f"ALUR_{limit.upper()}"


def _number(limit: str, value: str) -> int:
    bounds = next(one.metadata for one in fields(Limits) if one.name == limit)
    if not (value.isascii() and value.isdecimal() and bounds["least"] <= int(value[:12]) <= bounds["most"]):
        raise LimitsError(
            f"{setting_of(limit)} must be a whole number from {bounds['least']} to {bounds['most']}, not {value!r}."
        )
    return int(value)


SENTENCES: Mapping[str, Text] = {
    "most_steps": Text(
        "Alur melewati lebih dari {most} langkah otomatis tanpa menunggu siapa pun, terakhir di “{at}”. "
        "Taruh langkah orang atau pengatur waktu di dalam putaran itu, atau akhiri putarannya.",
        "The process went through more than {most} automatic steps without waiting for anybody, last at “{at}”. "
        "Put a person's step or a timer into that loop, or let the loop end.",
    ),
    "most_calculation": Text(
        "Perhitungan di “{at}” dihentikan: ungkapan dan tabel bersama-sama memerlukan lebih dari {most} langkah "
        "hitung sekaligus. Sederhanakan ungkapannya, atau bagi pekerjaannya.",
        "The calculation at “{at}” was stopped: expressions and tables together need more than {most} steps of "
        "calculation at once. Simplify the expressions, or divide the work.",
    ),
    "most_tasks": Text(
        "Di “{at}” permohonan ini akan memiliki lebih dari {most} cabang dan langkah yang menunggu bersamaan. "
        "Kurangi cabang paralel, atau ulangi langkahnya satu per satu.",
        "At “{at}” this request would have more than {most} branches and steps waiting at the same time. "
        "Use fewer parallel branches, or repeat the step one item after the other.",
    ),
    "most_items": Text(
        "Langkah “{at}” diulang untuk lebih dari {most} hal. Batasi daftarnya, atau bagi menjadi beberapa permohonan.",
        "Step “{at}” is to be repeated for more than {most} items. Shorten the list, or divide it among requests.",
    ),
    "most_acts": Text(
        "Permohonan ini sudah berisi {most} keputusan dan pengatur waktu, terakhir di “{at}”; putarannya tidak "
        "pernah berakhir. Perbaiki putaran itu di versi berikutnya.",
        "This request has had {most} decisions and timers, last at “{at}”; its round never ends. "
        "Mend that round in the next version.",
    ),
    "most_repeats": Text(
        "Pengatur waktu “{at}” berulang lebih dari {most} kali. Tulis paling banyak R{most}/…",
        "The timer “{at}” repeats more than {most} times. Write at most R{most}/…",
    ),
    "shortest_timer": Text(
        "Pengatur waktu “{at}” menunggu kurang dari {most} detik. Tulis waktu yang lebih lama, misalnya PT1H atau P3D.",
        "The timer “{at}” waits for less than {most} s. Write a longer time, for example PT1H or P3D.",
    ),
    "shortest_cycle": Text(
        "Pengatur waktu “{at}” berulang lebih sering dari tiap {most} detik. Tulis jeda yang lebih lama, misalnya "
        "R3/P1D.",
        "The timer “{at}” repeats more often than every {most} s. Write a longer pause, for example R3/P1D.",
    ),
    "longest_timer": Text(
        "Pengatur waktu “{at}” menunggu lebih dari {most} hari. Tulis waktu yang lebih dekat.",
        "The timer “{at}” waits for more than {most} days. Write a time that is nearer.",
    ),
    "largest_state": Text(
        "Data permohonan ini melebihi {most} kB di “{at}”. Simpan lebih sedikit, misalnya dokumen sebagai lampiran.",
        "The data of this request is over {most} kB at “{at}”. Keep less of it, documents as attachments for example.",
    ),
    "longest_text": Text(
        "Sebuah teks dari “{at}” lebih panjang dari {most} karakter. Persingkat teks itu.",
        "A text from “{at}” is longer than {most} characters. Shorten that text.",
    ),
    "longest_list": Text(
        "Sebuah daftar dari “{at}” berisi lebih dari {most} hal. Persingkat daftar itu.",
        "A list from “{at}” has more than {most} entries. Shorten that list.",
    ),
    "deepest_data": Text(
        "Data dari “{at}” bersarang lebih dari {most} tingkat. Ratakan data itu.",
        "The data from “{at}” is nested more than {most} levels deep. Make it flatter.",
    ),
    "most_digits": Text(
        "Sebuah bilangan dari “{at}” memiliki lebih dari {most} angka. Bulatkan bilangan itu.",
        "A number from “{at}” has more than {most} digits. Round that number.",
    ),
}
"""What is told when a limit is reached: where, how much is allowed, and what to do instead."""
