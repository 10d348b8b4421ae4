"""The authorisation matrix holds where it counts: what is sent, by whom, and whose task it becomes."""

from __future__ import annotations

import pytest

from engine.errors import NotFound, NotPermitted, Refused
from tests.flows.data_stories import TRAINING, account, added, approved, changed, judged, reachable, sent
from tests.support import Case, Office
from tests.workflows.record_matrix import PEOPLE, WATI, level_of
from workflows.record.histories import fields
from workflows.record.relations import relations_of
from workflows.record.sight import may_decide

WARNING = {
    "measure": "Teguran tertulis",
    "severity": "light",
    "decree": "800/1/2026",
    "decree_on": "2026-10-01",
    "since": "2026-10-01",
}
ASKED = {
    "self": (added("training", TRAINING), "certificate"),
    "officer": (added("discipline", WARNING), "decree"),
    "nobody": ([changed("personal", "nip", "199105042018012998")], "ktp"),
}
"""A change that is the person's own to propose, one that only an officer proposes, and one that nobody may."""


@pytest.mark.parametrize("action", ["change", "add"])
def test_the_live_table_decides_each_field_at_the_level_of_the_matrix(office: Office, action: str) -> None:
    wanted = [(history.key, field.key) for history, field in fields() if action == "change" or not history.single]
    items = [
        {
            "number": number,
            "history": history,
            "field": field if action == "change" else "",
            "action": action,
            "case": "",
        }
        for number, (history, field) in enumerate(wanted)
    ]
    with office.database.reads() as session:
        context = {"proposal": {"items": items}}
        said = office.engine.decided(session, "data_update", "rules", context, now=office.now)["items"]
    levels = {at: None if rule is None else int(rule["level"]) for at, rule in zip(wanted, said, strict=True)}
    assert levels == {at: level_of(*at) for at in wanted}


def test_a_proposal_is_taken_from_whom_the_matrix_lets_propose_it_and_from_nobody_else(office: Office) -> None:
    for who, (person, may) in PEOPLE.items():
        subject = None if person == WATI else WATI
        for proposer, (changes, kind) in ASKED.items():
            if {"self": may.propose[0], "officer": may.propose[1], "nobody": "-"}[proposer] == "p":
                assert sent(office, changes, kind, by=person, subject=subject).open, (who, proposer)
                continue
            with pytest.raises((NotPermitted, Refused, NotFound)):
                sent(office, changes, kind, by=person, subject=subject)


def test_each_step_is_a_task_of_whom_the_matrix_says_and_of_nobody_else(office: Office) -> None:
    reachable(office)
    unit = sent(office, added("training", TRAINING), "certificate")
    only_for(office, unit, "verify_unit")
    national = sent(office, [changed("personal", "name", "Wati Baru")], "birth_certificate", "diploma", "ktp")
    only_for(office, national, "verify")
    judged(national, "verify", "P029")
    only_for(office, national, "approve")
    judged(national, "approve", "P027")
    only_for(office, national, "national")
    bank = approved(sent(office, account(), "bank_book"))
    bank.complete("confirm", WATI, outcome="desk")
    only_for(office, bank, "desk")
    bank.complete("desk", "P092", outcome="same", card="ktp")
    only_for(office, bank, "treasurer")


def only_for(office: Office, case: Case, step: str) -> None:
    """The step waits, and just for those whose it is by the matrix; anybody else who decides it is refused."""
    task = case.open_task(step)
    for who, (person, may) in PEOPLE.items():
        actor = office.actor(person)
        with office.database.reads() as session:
            found = relations_of(session, actor, WATI, office.now)
            assert may_decide(found, step) is (step in may.steps), (who, step)
        if step in may.steps:
            with office.database.reads() as session:
                assert office.engine.task_for(session, actor, task, now=office.now).mine, (who, step)
            continue
        with pytest.raises((NotPermitted, NotFound)):
            office.database.command(
                lambda session, actor=actor: office.engine.complete(
                    session, task, actor, {"decisions": [{"number": 0, "verdict": "ok"}]}, now=office.now
                )
            )
    assert case.open == [step]


def entrusted(office: Office, person: str) -> frozenset[str]:
    """The histories that a task of somebody is about."""
    actor = office.actor(person)
    with office.database.reads() as session:
        return relations_of(session, actor, WATI, office.now).entrusted


def test_a_task_opens_what_it_is_about_while_it_waits_and_not_a_moment_longer(office: Office) -> None:
    assert entrusted(office, "P029") == frozenset()
    bank = sent(office, account(), "bank_book")
    assert (entrusted(office, "P029"), entrusted(office, "P027")) == ({"bank"}, frozenset())
    judged(bank, "verify", "P029")
    assert (entrusted(office, "P029"), entrusted(office, "P027")) == (frozenset(), {"bank"})
    judged(bank, "approve", "P027")
    bank.complete("confirm", WATI, outcome="desk")
    bank.complete("desk", "P092", outcome="same", card="ktp")
    assert entrusted(office, "P010") == {"bank"}
    bank.complete("treasurer", "P010", outcome="refuse", reason="Bukan miliknya")
    assert entrusted(office, "P010") == frozenset()


def test_an_objection_opens_the_proposal_that_it_is_about(office: Office) -> None:
    case = sent(office, [changed("address", "registered", "Jalan Merdeka 5, Rakumpit")], "ktp")
    judged(case, "verify_unit", "P092", "refuse")
    assert entrusted(office, "P025") == frozenset()
    objection = office.start("data_objection", WATI, about=case.id, reason="KTP asli dapat diperiksa")
    assert entrusted(office, "P025") == {"address"}
    objection.complete("answer", "P025", outcome="dismiss", reason="Tetap")
    assert entrusted(office, "P025") == frozenset()
