"""The decision table of changes of data: who decides each field, and what proves it (DOMAIN 2.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest

from engine.budget import Budget
from engine.dmn import Decision, read_decisions
from engine.limits import DEFAULT
from workflows import packages
from workflows.data_update.rules import asked, documents, groups_of, missing
from workflows.record.histories import HISTORIES, NOBODY

FOLDER = packages() / "data_update"
CASES = ("", "married", "divorced", "died", "student", "in_service", "structural")
RULES: Decision = read_decisions((FOLDER / "rules.dmn").read_bytes())["rules"]


def ruled(*items: Mapping[str, Any]) -> Any:
    """What the table says of these items."""
    return Budget(DEFAULT, None, None).decided(RULES, {"proposal": {"items": list(items)}})


def rule(history: str, field: str = "", action: str = "change", case: str = "") -> Any:
    """What the table says of one item."""
    return ruled({"history": history, "field": field, "action": action, "case": case})["items"][0]


CHANGES = {
    # Nomor HP, email pribadi, kontak darurat: the person, with a code.
    ("contact", "phone"): (0, []),
    ("contact", "email"): (0, []),
    ("contact", "emergency_name"): (0, []),
    ("contact", "emergency_phone"): (0, []),
    # Foto profil; pas foto dinas.
    ("photo", "profile"): (0, ["photo"]),
    ("photo", "official"): (1, ["photo"]),
    # Alamat domisili; alamat KTP.
    ("address", "home"): (0, []),
    ("address", "registered"): (1, ["ktp|kk"]),
    # Agama, status kawin.
    ("personal", "religion"): (2, ["ktp|kk"]),
    ("personal", "marital"): (2, ["ktp|kk"]),
    # NIK, nomor KK, NPWP.
    ("identity", "nik"): (3, ["ktp", "kk"]),
    ("identity", "family_card"): (2, ["kk"]),
    ("identity", "npwp"): (2, ["npwp_card"]),
    # Nama, gelar.
    ("personal", "name"): (3, ["birth_certificate|diploma", "ktp"]),
    ("personal", "title_front"): (3, ["diploma", "title_letter"]),
    ("personal", "title_back"): (3, ["diploma", "title_letter"]),
    # Tempat dan tanggal lahir, jenis kelamin.
    ("personal", "birth_place"): (3, ["birth_certificate", "diploma|court_ruling"]),
    ("personal", "birth_date"): (3, ["birth_certificate", "diploma|court_ruling"]),
    ("personal", "sex"): (3, ["birth_certificate", "diploma|court_ruling"]),
    # Rekening gaji: with the treasurer and a second channel.
    ("bank", "bank"): (2, ["bank_book|bank_statement"]),
    ("bank", "account"): (2, ["bank_book|bank_statement"]),
    ("bank", "holder"): (2, ["bank_book|bank_statement"]),
    # BPJS, Karpeg, Taspen, Karis/Karsu.
    ("identity", "bpjs"): (2, ["card"]),
    ("identity", "karpeg"): (2, ["card"]),
    ("identity", "taspen"): (2, ["card"]),
    ("identity", "karis"): (2, ["card"]),
    # Tanggal CPNS/PNS.
    ("appointment", "cpns_decree"): (3, ["cpns_decree|duty_letter"]),
    ("appointment", "cpns_since"): (3, ["cpns_decree|duty_letter"]),
    ("appointment", "duty_letter"): (3, ["cpns_decree|duty_letter"]),
    ("appointment", "pns_decree"): (3, ["pns_decree"]),
    ("appointment", "pns_since"): (3, ["pns_decree"]),
}
"""Of rows that everybody has once: the level and the evidence of each field."""

ROWS = {
    ("spouse", ""): (2, ["marriage_certificate", "ktp", "kk"]),
    ("spouse", "divorced"): (2, ["divorce_certificate", "divorce_permit"]),
    ("spouse", "died"): (2, ["death_certificate"]),
    ("child", ""): (2, ["birth_certificate", "kk"]),
    ("child", "student"): (2, ["birth_certificate", "kk", "school_letter"]),
    ("education", ""): (3, ["diploma", "transcript"]),
    ("education", "in_service"): (3, ["diploma", "transcript", "study_permit"]),
    ("training", ""): (1, ["certificate"]),
    ("rank", ""): (3, ["rank_decree", "bkn_opinion"]),
    ("position", ""): (2, ["post_decree", "duty_letter"]),
    ("position", "structural"): (3, ["post_decree", "duty_letter", "inauguration"]),
    ("increment", ""): (2, ["increment_letter"]),
    ("performance", ""): (2, ["evaluation"]),
    ("award", ""): (2, ["decree"]),
    ("discipline", ""): (2, ["decree"]),
    ("unpaid_leave", ""): (3, ["decree", "bkn_opinion"]),
    ("service_review", ""): (3, ["decree", "bkn_opinion"]),
    ("transfer", ""): (3, ["decree", "bkn_opinion"]),
    ("organisation", ""): (1, ["certificate|statement"]),
}
"""Of new rows: the level and the evidence, by history and case."""

REMOVED = {
    "spouse": (2, ["kk", "statement"]),
    "child": (2, ["kk", "statement"]),
    "education": (3, ["statement"]),
    "training": (1, ["statement"]),
    "rank": (3, ["statement"]),
    "position": (3, ["statement"]),
    "increment": (2, ["statement"]),
    "performance": (2, ["statement"]),
    "award": (2, ["statement"]),
    "discipline": (2, ["statement"]),
    "unpaid_leave": (3, ["statement"]),
    "service_review": (3, ["statement"]),
    "transfer": (3, ["statement"]),
    "organisation": (1, ["statement"]),
}
"""Of rows that go."""


@pytest.mark.parametrize(("history", "field"), CHANGES)
def test_each_field_is_decided_and_proved_as_the_table_of_the_domain_says(history: str, field: str) -> None:
    found = rule(history, field)
    assert (found["level"], found["evidence"]) == CHANGES[history, field]


@pytest.mark.parametrize(("history", "case"), ROWS)
def test_each_new_row_is_decided_and_proved_as_the_table_of_the_domain_says(history: str, case: str) -> None:
    found = rule(history, action="add", case=case)
    assert (found["level"], found["evidence"]) == ROWS[history, case]


@pytest.mark.parametrize("history", REMOVED)
def test_each_row_that_goes_needs_a_letter_that_says_so(history: str) -> None:
    found = rule(history, action="remove")
    assert (found["level"], found["evidence"]) == REMOVED[history]


def test_every_field_and_every_row_of_the_record_is_in_these_tables() -> None:
    single = {(h.key, f.key) for h in HISTORIES.values() if h.single for f in h.fields if f.proposer != NOBODY}
    several = {history.key for history in HISTORIES.values() if not history.single}
    assert (set(CHANGES), {history for history, _ in ROWS}, set(REMOVED)) == (single, several, several)


@pytest.mark.parametrize("history", [h.key for h in HISTORIES.values() if not h.single])
def test_a_field_of_a_row_is_decided_by_those_who_decide_the_whole_row(history: str) -> None:
    levels = {case: level for (key, case), (level, _) in ROWS.items() if key == history}
    for field, (case, level) in product(HISTORIES[history].fields, levels.items()):
        assert rule(history, field.key, case=case)["level"] == level


@pytest.mark.parametrize(
    ("case", "evidence"),
    [
        ("married", ["ktp|kk", "marriage_certificate"]),
        ("divorced", ["ktp|kk", "divorce_certificate", "divorce_permit"]),
        ("died", ["ktp|kk", "death_certificate"]),
    ],
)
def test_a_marriage_that_begins_or_ends_is_proved_by_its_own_papers(case: str, evidence: list[str]) -> None:
    assert rule("personal", "marital", case=case)["evidence"] == evidence


def test_the_nip_is_changed_by_nobody() -> None:
    assert all(rule("personal", "nip", case=case) is None for case in CASES)


def test_the_account_alone_goes_to_the_treasurer_and_by_a_second_channel() -> None:
    special = {
        (key, found["treasurer"], found["second_channel"])
        for key, field in CHANGES
        if (found := rule(key, field))["treasurer"] or found["second_channel"]
    }
    assert special == {("bank", True, True)}


def test_what_the_person_confirms_the_account_and_all_else_are_sent_apart() -> None:
    groups = {key: rule(*key)["group"] for key in CHANGES}
    assert {key for key, group in groups.items() if group == "self"} == {
        k for k, (level, _) in CHANGES.items() if not level
    }
    assert {history for (history, _), group in groups.items() if group == "bank"} == {"bank"}


def every() -> Iterator[tuple[str, str, str, str]]:
    """Every question that the table can be asked."""
    for history in HISTORIES.values():
        names = ["", *(field.key for field in history.fields)]
        yield from product([history.key], names, ("add", "change", "remove"), CASES)


def test_no_two_rules_hold_at_once_whatever_is_asked() -> None:
    for history, field, action, case in every():
        rule(history, field, action, case)  # a table whose rules overlap raises


def test_the_level_of_a_proposal_is_the_highest_of_its_items() -> None:
    def item(history: str, field: str) -> dict[str, str]:
        return {"history": history, "field": field, "action": "change", "case": ""}

    assert ruled(item("address", "registered"))["level"] == 1
    found = ruled(item("address", "registered"), item("identity", "nik"), item("personal", "religion"))
    assert (found["level"], found["treasurer"], found["second_channel"]) == (3, False, False)
    assert ruled(item("bank", "account"))["treasurer"] is True


def test_every_kind_of_evidence_stands_in_the_form_and_is_asked_for() -> None:
    form = json.loads((FOLDER / "submit.form").read_text())
    rows = next(each for each in form["components"] if each.get("path") == "evidence")
    kinds = {value["value"] for value in next(c for c in rows["components"] if c["key"] == "kind")["values"]}
    asked_for = {
        kind for question in every() if (found := rule(*question)) for group in groups_of(found) for kind in group
    }
    assert kinds - asked_for == {"domicile_letter", "other"}, "for offices whose table asks for it; and whatever else"
    assert asked_for <= kinds


def test_the_form_knows_the_histories_of_the_record() -> None:
    form = json.loads((FOLDER / "submit.form").read_text())
    rows = next(each for each in form["components"] if each.get("path") == "changes")
    listed = {v["value"]: v["label"] for v in next(c for c in rows["components"] if c["key"] == "history")["values"]}
    assert listed == {history.key: history.title.id for history in HISTORIES.values()}


# What stands around the table.


def test_one_of_several_kinds_is_enough() -> None:
    found = {"evidence": ["ktp|kk", "marriage_certificate"]}
    assert missing(found, [{"kind": "kk", "files": ["a"]}]) == (("marriage_certificate",),)
    assert missing(found, [{"kind": "kk", "files": []}]) == (("ktp", "kk"), ("marriage_certificate",))
    both = [{"kind": "kk", "files": ["a"]}, {"kind": "marriage_certificate", "files": ["b"]}]
    assert missing(found, both) == ()


def test_an_item_is_proved_by_its_own_kinds_and_by_what_is_no_ones() -> None:
    sent = [
        {"kind": "kk", "files": ["a"]},
        {"kind": "diploma", "files": ["b"]},
        {"kind": "other", "files": ["c"]},
        {"kind": "kk", "files": ["d"]},
    ]
    assert documents({"evidence": ["ktp|kk"]}, sent) == {"kk": ["a", "d"], "other": ["c"]}


def test_items_are_numbered_in_the_order_of_the_form_and_a_new_row_is_one() -> None:
    entries = [
        {"history": "child", "row": "new-1", "action": "add", "field": "name", "value": "A"},
        {"history": "identity", "row": "x", "action": "change", "field": "nik", "value": "1"},
        {"history": "child", "row": "new-1", "action": "add", "field": "sex", "value": "P"},
        {"history": "child", "row": "new-2", "action": "add", "field": "name", "value": "B"},
        {"history": "rank", "row": "y", "action": "remove"},
        {},
    ]
    found = asked(entries)
    assert [(each.number, each.history, each.row, each.field) for each in found] == [
        (0, "child", "new-1", ""),
        (1, "identity", "x", "nik"),
        (2, "child", "new-2", ""),
        (3, "rank", "y", ""),
        (4, "", "", ""),
    ]
    assert (found[0].values, found[0].place) == ({"name": "A", "sex": "P"}, 0)
