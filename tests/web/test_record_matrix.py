"""The authorisation matrix as requests meet it: what a page shows, what it lets begin, and whose decision it takes."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import documents
from engine.db import Task
from engine.uploads import checked
from tests import papers
from tests.flows.data_stories import TRAINING, added
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from tests.workflows.record_matrix import PEOPLE, WATI
from web.parts import Parts
from workflows.record.values import HIDDEN

SAID = ("Wati Pratama", "4 Mei 1991", "Kristen Protestan")
"""Of Wati's personal data: what is plain, what is personal, and what is sensitive."""
NOT_FOR_YOU = {403, 404}


@pytest.fixture
def kind() -> str:
    """Pages are the same on both kinds of database."""
    return "sqlite"


def test_the_page_of_a_record_shows_each_as_much_as_the_matrix_says(visit: Visit) -> None:
    for who, (person, may) in PEOPLE.items():
        own = person == WATI
        page = visit(person).open("/data/personal" if own else f"/data/people/{WATI}/personal")
        if may.read == "---":
            assert page.answer.status_code == 404, who
            continue
        assert "".join(_letter(page, said) for said in SAID) == may.read, who


def test_pages_let_begin_a_change_for_wati_whom_the_matrix_lets_propose_one(visit: Visit) -> None:
    for who, (person, may) in PEOPLE.items():
        if person == WATI:
            continue
        status = _post(visit(person), "/start/data_update/colleague/choose", person=WATI)
        assert (status == 303) if may.propose[0] == "p" else (status in NOT_FOR_YOU), who


def test_a_decision_is_taken_from_whose_step_it_is_and_from_nobody_else(visit: Visit, parts: Parts) -> None:
    task = _waiting(parts)
    verdict = {"decisions[0][number]": "0", "decisions[0][verdict]": "ok"}
    for who, (person, may) in PEOPLE.items():
        if "verify_unit" not in may.steps:
            assert _post(visit(person), f"/tasks/{task}", **verdict) in NOT_FOR_YOU, who
    assert _post(visit("P092"), f"/tasks/{task}", **verdict) == 303


def _waiting(parts: Parts) -> UUID:
    """The task of a proposal that Wati's unit checks."""

    def work(session: Session) -> UUID:
        file = documents.store(session, owner=WATI, upload=checked("a.pdf", papers.pdf()), now=parts.clock())
        view = parts.engine.start(
            session,
            "data_update",
            parts.people.actor(session, WATI, parts.clock()),
            {"changes": added("training", TRAINING), "evidence": [{"kind": "certificate", "files": [str(file)]}]},
            now=parts.clock(),
        )
        return session.scalars(select(Task.id).where(Task.instance_id == view.id, Task.state == "open")).one()

    return parts.database.command(work)


def _letter(page: Visitor, said: str) -> str:
    """What the page says of a value, as the matrix writes it."""
    if any(said in each.get_text(" ") for each in page.main.select("dl.rows")):
        return "F"
    if HIDDEN not in page.text:
        return "-"
    return "R" if "Mengapa Anda perlu melihatnya?" in page.text else "M"


def _post(visitor: Visitor, path: str, **values: str) -> int:
    """Send a form by hand, whatever pages offer; the status of the answer."""
    visitor.open("/account/password")
    tokens = {"csrf_token": str(visitor.kept(visitor.form())["csrf_token"]), "_key": "k" * 20}
    return visitor.client.post(path, data={**tokens, **values}).status_code
