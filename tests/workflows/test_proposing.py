"""What somebody asks for, held against the record: whatever is sent, it is an item or a problem with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engine.db import Database
from tests.flows.data_stories import CHILD, SCHOOL, added, changed
from workflows.data_update.proposing import Item, Prepared, prepare
from workflows.data_update.rules import asked
from workflows.record.histories import HISTORIES
from workflows.record.rows import single_row
from workflows.record.sight import OWNER, Relations

PERSON, TODAY, REQUEST = "P097", date(2026, 11, 2), UUID(int=7)
KEYS = [*HISTORIES, "", "planets"]
FIELDS = [*sorted({field.key for history in HISTORIES.values() for field in history.fields}), "", "planet"]
ROWS = [*(str(single_row(PERSON, key)) for key in HISTORIES), "new-1", "new-2", "new-", "x", "", str(UUID(int=1))]
ODD = st.one_of(st.none(), st.integers(), st.lists(st.text(max_size=3), max_size=2), st.text(max_size=20))


def of(words: list[str]) -> st.SearchStrategy[Any]:
    return st.one_of(st.sampled_from(words), ODD)


VALUES = of(["yes", "2019-05-04", "1/2/26", "6299011208190001", "08131111222", "S-1", "structural", "\u202e", "0"])
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "history": of(KEYS),
        "row": of(ROWS),
        "action": of(["add", "change", "remove"]),
        "field": of(FIELDS),
        "value": VALUES,
    },
)
EVIDENCE = st.lists(st.fixed_dictionaries({}, optional={"kind": of(["photo", "ktp"]), "files": ODD}), max_size=3)


@pytest.fixture(scope="module")
def kind() -> str:
    """What a proposal says is the same on both kinds of database."""
    return "sqlite"


@pytest.fixture
def session(demo: Database) -> Iterator[Session]:
    with demo.reads() as session:
        yield session


def prepared(session: Session, changes: list[Any], evidence: list[Any] | None = None) -> Prepared:
    owner = Relations(frozenset({OWNER}))
    return prepare(session, PERSON, owner, changes, evidence or [], instance=REQUEST, today=TODAY)


def item(session: Session, *changes: dict[str, str]) -> Item:
    found = prepared(session, list(changes))
    assert found.problems == {}
    return found.items[-1]


def test_whatever_is_sent_each_item_is_taken_or_has_a_problem_with_its_place(session: Session) -> None:
    @settings(max_examples=150)
    @given(st.lists(ENTRIES, max_size=8), EVIDENCE)
    def holds(changes: list[dict[str, Any]], evidence: list[dict[str, Any]]) -> None:
        found = prepared(session, changes, evidence)
        places = {int(name.split("-")[1]) for name in found.problems}
        assert places <= set(range(len(changes)))
        taken = {each.number for each in found.items}
        for each in asked(changes):
            assert each.number in taken or places & set(each.places.values())
        for each in found.items:
            known = HISTORIES[each.history]
            assert set(each.new) <= {field.key for field in known.fields}
            assert not any("\u202e" in value for value in each.new.values())

    holds()


def test_old_values_and_revision_come_from_the_record(session: Session) -> None:
    found = item(session, changed("address", "registered", "Jalan Merdeka 5"))
    row = prepared(session, []).before.single("address")
    assert (found.row, found.base) == (row.id, row.revision)
    assert found.old == {"registered": row.values.get("registered", "")}


def test_values_are_kept_as_the_record_keeps_them(session: Session) -> None:
    assert item(session, changed("contact", "phone", "0813-1111 2222")).new == {"phone": "+6281311112222"}
    assert item(session, *added("child", CHILD | {"birth_date": "4 Mei 2019"})).new["birth_date"] == "2019-05-04"


def test_a_new_row_has_the_same_id_however_often_it_is_sent_and_another_in_another_request(session: Session) -> None:
    first, again = item(session, *added("child", CHILD)), item(session, *added("child", CHILD))
    other = prepare(session, PERSON, None, added("child", CHILD), [], instance=UUID(int=8), today=TODAY)
    assert first.row == again.row != other.items[0].row


@pytest.mark.parametrize(
    ("changes", "case"),
    [
        ([changed("personal", "marital", "married")], "married"),
        ([changed("personal", "marital", "divorced")], "divorced"),
        ([changed("personal", "marital", "widowed")], "died"),
        (added("child", CHILD), ""),
        (added("child", CHILD | {"birth_date": "2005-11-02"}), "student"),
        (added("child", CHILD | {"birth_date": "2005-11-03"}), ""),
        (added("child", CHILD | {"birth_date": "2001-01-01", "allowance": "no"}), ""),
        (added("education", SCHOOL), ""),
        (added("education", SCHOOL | {"graduated_on": "2026-08-01"}), "in_service"),
    ],
)
def test_the_table_is_told_what_it_has_to_know_beside_the_field(
    session: Session, changes: list[dict[str, str]], case: str
) -> None:
    found = prepared(session, changes)
    if not found.items:  # the demo's own value: nothing would change
        assert [text.en for texts in found.problems.values() for text in texts] == ["This is what is recorded already."]
    else:
        assert found.items[0].case == case


def test_a_field_asked_for_twice_is_told_where_it_stands_again(session: Session) -> None:
    once = changed("address", "registered", "Jalan Merdeka 5")
    gone = once | {"action": "remove", "field": ""}
    for changes in ([once, once], [once, gone], [*added("child", CHILD), *added("child", {"sex": "L"})]):
        found = prepared(session, changes)
        assert f"changes-{len(changes) - 1}-row" in found.problems


def test_days_that_cannot_follow_each_other_are_told_at_the_one_to_mend(session: Session) -> None:
    times = {"name": "Korpri", "role": "Anggota", "first": "2026-05-01", "last": "2026-04-01"}
    found = prepared(session, added("organisation", times))
    assert list(found.problems) == ["changes-3-value"]


@pytest.mark.parametrize("spelling", [str.upper, lambda row: row.replace("-", ""), lambda row: f"{{{row}}}"])
def test_a_row_in_another_spelling_is_the_same_row(session: Session, spelling: Callable[[str], str]) -> None:
    first, second = (changed("address", "home", f"Jalan Merdeka {number}") for number in (5, 6))
    found = prepared(session, [first, second | {"row": spelling(second["row"])}])
    assert list(found.problems) == ["changes-1-row"]
