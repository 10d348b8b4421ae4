"""Who may decide on a person's leave: the applicant's group, and the posts of the officials."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.errors import ServiceFailed, Text
from workflows import organisation
from workflows.positions import ANYWHERE
from workflows.seats import Seat

OFFICIALS = ("unit_head", "bkpsdm_head", "sekda", "regent")
"""Roles that a decision table may name as the authorised official.

Source: PP 11/2017 art. 309 and 310 (the regent, who may delegate to officials of the region).
"""

ABROAD = ("regent",)
"""Who decides on leave spent abroad; this power is not delegated to the others.

Source: Peraturan BKN 24/2017 as changed by 7/2021, and Peraturan BKN 7/2022 for PPPK.
"""

GROUPS = ("sekda", "head", "administrator", "middle", "school", "staff")
"""The applicant groups of the approver table, the highest first."""

_GROUP_OF_LEVEL = {
    "II.a": "sekda",
    "II.b": "head",
    "III.a": "administrator",
    "III.b": "middle",
    "IV.a": "middle",
    "IV.b": "middle",
    "SCHOOL": "school",
}


class NoOfficial(ServiceFailed):
    """The people data name no holder of this office."""

    text = Text(
        "Pejabat yang berwenang belum tercatat. Minta BKPSDM melengkapi data jabatan.",
        "The authorised official is not on record. Ask BKPSDM to complete the data of posts.",
    )


def group_of(session: Session, person: str, now: datetime) -> str:
    """The group of the approver table that a person belongs to by their own posts, the highest if several."""
    own = [seat for seat in organisation.line_of(session, person, now) if _sits_in(seat, person)]
    heads = {found.seat.position for found in organisation.role_seats(session, ("unit_head",), _unit(own), now)}
    groups = {_group(seat, is_head=seat.position in heads) for seat in own}
    return next((group for group in GROUPS if group in groups), "staff")


def post_of(session: Session, official: str, unit: str, now: datetime) -> Seat:
    """The post of an official for a unit: the nearest above, else the office-wide one. Raises `NoOfficial`."""
    found = organisation.role_seats(session, (official,), unit, now) if official in OFFICIALS else ()
    if not found:
        raise NoOfficial
    return found[0].seat


def lawful_principals(session: Session, unit: str, now: datetime, *, abroad: bool) -> frozenset[str]:
    """The owners of a task who may decide on leave in a unit, whatever an edited table says."""
    found = organisation.role_seats(session, ABROAD if abroad else OFFICIALS, unit, now)
    return frozenset(seat.seat.principal for seat in found)


def _sits_in(seat: Seat, person: str) -> bool:
    return any(occupant.person == person and not occupant.capacity for occupant in seat.occupants)


def _unit(seats: list[Seat]) -> str:
    return seats[0].unit if seats else ANYWHERE


def _group(seat: Seat, *, is_head: bool) -> str:
    if seat.level == "II.a":
        return "sekda"
    return "head" if is_head else _GROUP_OF_LEVEL.get(seat.level, "staff")
