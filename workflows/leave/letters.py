"""What the letters about leave say."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from workflows.leave.model import LeaveRequest
from workflows.letters.content import Content, Writer
from workflows.letters.model import Letter
from workflows.positions import Person, Unit


def granted(session: Session, letter: Letter) -> Content:
    """The letter of leave.

    Source: Peraturan BKN 24/2017, forms of the letters of leave.
    """
    request = session.get_one(LeaveRequest, letter.about)
    person = session.get_one(Person, letter.person)
    unit = session.get_one(Unit, person.unit)
    return Content(letter.unit, person.name, unit.name, {}, request.first, request.last)


writers: Mapping[str, Writer] = {"leave_granted": granted}
"""The kinds of letters about leave."""
