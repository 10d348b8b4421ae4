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

REGENT = ("regent",)
"""Who decides on leave spent abroad and on unpaid leave; this power is not delegated to the others.

Source: Peraturan BKN 24/2017 as changed by 7/2021, and Peraturan BKN 7/2022 for PPPK; PP 11/2017 art. 334 (unpaid).
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


def lawful_seats(session: Session, unit: str, now: datetime, *, regent_only: bool) -> tuple[Seat, ...]:
    """The posts that may decide on leave in a unit, whatever an edited table says.

    ``regent_only``: leave abroad and unpaid leave, which are not delegated.
    """
    found = organisation.role_seats(session, REGENT if regent_only else OFFICIALS, unit, now)
    return tuple(each.seat for each in found)


def lawful_principals(session: Session, unit: str, now: datetime, *, regent_only: bool) -> frozenset[str]:
    """The owners of a task who may decide on leave in a unit."""
    return frozenset(seat.principal for seat in lawful_seats(session, unit, now, regent_only=regent_only))


def office_of(session: Session, principal: str, unit: str, now: datetime) -> str:
    """Which of the officials holds a post, the nearest first; the head of the unit if it is none of them."""
    found = organisation.role_seats(session, OFFICIALS, unit, now)
    return next((each.role for each in found if each.seat.principal == principal), OFFICIALS[0])


def superior_of(session: Session, person: str, now: datetime) -> str | None:
    """The post above a person's own; None for somebody without a post, whom the personnel office looks after."""
    own = (seat for seat in organisation.line_of(session, person, now) if _sits_in(seat, person))
    return next((f"position:{seat.reports_to}" for seat in own if seat.reports_to is not None), None)


def _sits_in(seat: Seat, person: str) -> bool:
    return any(occupant.person == person and not occupant.capacity for occupant in seat.occupants)


def _unit(seats: list[Seat]) -> str:
    return seats[0].unit if seats else ANYWHERE


def _group(seat: Seat, *, is_head: bool) -> str:
    if seat.level == "II.a":
        return "sekda"
    return "head" if is_head else _GROUP_OF_LEVEL.get(seat.level, "staff")
