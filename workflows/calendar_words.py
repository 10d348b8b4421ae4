"""Changes of the calendar in words, for the people whose days they count anew and for the history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.errors import Text
from workflows.calendar import JOINT, LOCAL, PUBLIC, WORKDAY
from workflows.calendar_changes import DAYS, WEEK, CalendarChange
from workflows.wording import plain_date

KINDS = {
    PUBLIC: Text("Hari libur nasional", "Public holiday"),
    JOINT: Text("Cuti bersama", "Joint leave"),
    LOCAL: Text("Libur daerah atau unit", "Regional or unit day off"),
    WORKDAY: Text("Tetap masuk kerja", "Working day all the same"),
}
NAMED = 3
"""Days that are named one by one; of more the number is told."""

Days = list[Mapping[str, Any]]


def change_in_words(change: CalendarChange) -> Text:
    """What was changed: 1 hari dicatat: Pilkada, 18 November 2026."""
    before, after = (json.loads(side) if side else {} for side in (change.before, change.after))
    if change.kind == WEEK:
        since = plain_date(change.first)
        return Text(
            f"Minggu kerja menjadi {after['week']} hari mulai {since.id}",
            f"The working week has {after['week']} days from {since.en} on",
        )
    if change.kind == DAYS:
        return _days(before.get("days", []), after.get("days", []))
    verb = _ROSTER[bool(before), bool(after)]
    name = (after or before)["name"]
    return Text(f"Jadwal sif “{name}” {verb.id}", f"Roster “{name}” {verb.en}")


def basis_of(change: CalendarChange) -> str:
    """The decree that the change rests on; the calendar itself for a week or a roster."""
    sides = [json.loads(side)["days"] for side in (change.after, change.before) if side and change.kind == DAYS]
    return next((str(days[0]["source"]) for days in sides), CALENDAR.id)


def _days(before: Days, after: Days) -> Text:
    if before and after:
        return _told(_CHANGED, after)
    return _told(_ADDED, after) if after else _told(_REMOVED, before)


def _told(verb: Text, days: Days) -> Text:
    named = [(str(day["name"]), plain_date(date.fromisoformat(day["day"]))) for day in days]
    if len(days) > NAMED:
        return Text(f"{len(days)} hari {verb.id}", f"{len(days)} days {verb.en}")
    words_id = "; ".join(f"{name}, {day.id}" for name, day in named)
    words_en = "; ".join(f"{name}, {day.en}" for name, day in named)
    return Text(f"{words_id}: {verb.id}", f"{words_en}: {verb.en}")


CALENDAR = Text("Kalender kerja", "Working calendar")
_ADDED = Text("dicatat di kalender", "entered in the calendar")
_REMOVED = Text("dihapus dari kalender", "removed from the calendar")
_CHANGED = Text("diubah di kalender", "changed in the calendar")
_ROSTER = {
    (False, True): Text("dimulai", "begun"),
    (True, True): Text("diubah", "changed"),
    (True, False): Text("diakhiri", "ended"),
}
