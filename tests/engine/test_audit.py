"""The record shows what somebody with full access to the database has changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from engine.audit import merkle_root, outside_line, seal, verify
from tests.engine.test_runtime import rework
from tests.support import Office

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


class Sealed:
    """An office with two decided requests, sealed, and the copy of the checkpoints outside."""

    def __init__(self, office: Office) -> None:
        office.deploy(rework())
        self.office = office
        self.outside: list[str] = []
        self.cases = [office.start("flow", person, reason="x") for person in ("P072", "P076")]
        self.seal()
        for case in self.cases:
            case.complete("check", "P068", note="ok")
            case.complete("consider", "P068", outcome="approve")
        self.seal()

    def seal(self) -> None:
        checkpoint = self.office.database.command(lambda session: seal(session, KEY, now=self.office.now))
        assert checkpoint is not None
        self.outside.append(outside_line(checkpoint))

    def findings(self, *, with_outside: bool = False) -> list[str]:
        with self.office.database.snapshot() as session:
            lines = self.outside if with_outside else []
            return [f"{f.where}: {f.what}" for f in verify(session, KEY.public_key(), lines)]

    def tamper(self, *statements: str) -> None:
        with self.office.database.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))


@pytest.fixture
def sealed(office: Office) -> Sealed:
    return Sealed(office)


def test_an_untouched_record_verifies(sealed: Sealed) -> None:
    assert sealed.findings(with_outside=True) == []


def test_sealing_twice_seals_nothing_new(sealed: Sealed) -> None:
    office = sealed.office
    assert office.database.command(lambda session: seal(session, KEY, now=office.now)) is None


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE event SET record = (SELECT record FROM event e WHERE e.number = 2 LIMIT 1) WHERE number = 3"],
        ["UPDATE event SET record = salt WHERE number = 3"],
        ["UPDATE event SET hash = (SELECT hash FROM event e WHERE e.number = 1 LIMIT 1) WHERE number = 2"],
        ["UPDATE event SET payload = salt WHERE number = 2"],
        ["DELETE FROM event WHERE number = 2"],
        ["DELETE FROM event WHERE number = 3"],
        ["DELETE FROM checkpoint WHERE number = 1"],
        ["UPDATE checkpoint SET signature = body"],
        ["UPDATE event SET number = 7 WHERE number = 3"],
        ["DELETE FROM task", "DELETE FROM event", "DELETE FROM notice", "DELETE FROM instance"],
    ],
)
def test_what_was_changed_is_found(sealed: Sealed, statements: list[str]) -> None:
    if sealed.office.database.engine.dialect.name == "postgresql":
        statements = [s.replace("signature = body", "signature = substring(body for 64)") for s in statements]
    sealed.tamper(*statements)
    assert sealed.findings() != []


def test_events_that_later_checkpoints_passed_over_are_found(sealed: Sealed) -> None:
    office = sealed.office
    sealed.cases[0].complete("decide", "P001", outcome="approve")
    sealed.tamper("DELETE FROM message WHERE kind = 'seal'")
    office.now += timedelta(hours=2)
    sealed.cases[1].complete("decide", "P001", outcome="approve")
    sealed.seal()
    assert len(sealed.findings(with_outside=True)) == 1


def test_dropping_the_newest_checkpoint_is_seen_from_outside_only(sealed: Sealed) -> None:
    sealed.tamper("DELETE FROM checkpoint WHERE number = 2")
    assert sealed.findings() == []
    assert len(sealed.findings(with_outside=True)) == 1


def test_removing_everything_is_seen_from_outside(sealed: Sealed) -> None:
    tables = ("notice", "task", "event", "message", "checkpoint", "instance")
    sealed.tamper(*(f"DELETE FROM {table}" for table in tables))
    assert sealed.findings() == []
    assert len(sealed.findings(with_outside=True)) == 2


def test_erasing_a_payload_leaves_the_record_valid(sealed: Sealed) -> None:
    sealed.tamper("UPDATE event SET payload = NULL, salt = NULL")
    assert sealed.findings(with_outside=True) == []
    assert sealed.cases[0].seen_by("P072").timeline[0].answers == []


def test_the_tree_tells_leaves_from_nodes() -> None:
    leaves = [bytes([n]) * 32 for n in range(5)]
    assert merkle_root(leaves) != merkle_root(leaves[:4])
    assert merkle_root(leaves[:1]) != leaves[0]
    assert merkle_root([]) == bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
