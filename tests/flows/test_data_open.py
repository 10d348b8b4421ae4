"""What a person's pages say of requests that run: which row each is about, and of what it asks for more."""

from __future__ import annotations

from uuid import UUID

from tests.flows.data_stories import TRAINING, added, changed, judged, sent
from tests.flows.stories import EMPLOYEE, OFFICER
from tests.support import Office
from workflows.record.open import histories, running
from workflows.record.rows import single_row


def test_a_running_request_holds_its_rows_and_none_once_it_is_over(office: Office) -> None:
    course = sent(office, added("training", TRAINING), "certificate")
    number = sent(office, [changed("identity", "karpeg", "A 123456")], "card")
    with office.database.reads() as session:
        held = running(session, EMPLOYEE)
        assert held[single_row(EMPLOYEE, "identity")].instance == number.id
        assert {each.state for each in held.values()} == {"submitted"}
        assert {each.instance for each in held.values()} == {course.id, number.id}
        assert histories(session, EMPLOYEE) == {
            "training": frozenset({course.id}),
            "identity": frozenset({number.id}),
        }
        assert running(session, OFFICER) == {}
    judged(course, "verify_unit", OFFICER)
    with office.database.reads() as session:
        assert histories(session, EMPLOYEE) == {"identity": frozenset[UUID]({number.id})}
