"""People at work: each case is started and decided to its end by whoever the tasks belong to."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from typing import Any

from tests.faults.site import Answer, Client, Site
from web import tokens
from web.parts import Parts
from workflows.people import Person
from workflows.record.rows import single_row

ANSWERS: dict[str, tuple[dict[str, Any], ...]] = {
    "issue": ({"outcome": "issue", "number": "800/1"}, {"outcome": "refuse", "reason": "Belum lengkap"}),
    "check": ({"outcome": "complete"},),
    "consider": ({"outcome": "approve"}, {"outcome": "reject", "reason": "Audit"}),
    "decide": (
        {"outcome": "approve"},
        {"outcome": "reject", "reason": "Audit"},
        {"outcome": "defer", "reason": "Audit", "until": "2027-03-31"},
    ),
    "confirm": ({},),
    "data_update.confirm": ({"outcome": "desk"},),
    "data_update.desk": ({"outcome": "same", "card": "ktp"}, {"outcome": "other"}),
}
"""What is answered at a step, or at that of one process."""
EMPLOYEES = tuple(f"P{number:03}" for number in range(93, 105))


@dataclass
class Office:
    """Tokens of everybody, who acts for whom, and what was acknowledged."""

    site: Site
    tokens: dict[str, str]
    holders: dict[str, list[str]]
    acknowledged: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def at(cls, site: Site, parts: Parts) -> Office:
        """The office of an installation, by its own record of grants."""
        now = site.now()
        with parts.database.reads() as session:
            people = [person.id for person in session.query(Person)]
            actors = [parts.people.actor(session, person, now) for person in people]
        holders: dict[str, list[str]] = {}
        for actor in actors:
            for grant in actor.grants:
                holders.setdefault(grant.principal, []).append(actor.person)
        given = parts.database.command(lambda s: {p: tokens.issue(s, p, "faults", now) for p in people})
        return cls(site, given, holders)

    def client(self, person: str, role: str = "web") -> Client:
        """A program of a person."""
        return Client(self.site, self.tokens[person], role)

    def work(self, actions: int, clients: int, seed: int) -> None:
        """Several people at once, until so many actions are acknowledged."""
        with ThreadPoolExecutor(clients) as pool:
            done = [pool.submit(self._work, actions, random.Random(seed + n), n) for n in range(clients)]
            for each in done:
                each.result()

    def _work(self, actions: int, chance: random.Random, number: int) -> None:
        while self.acknowledged.total() < actions:
            self._case(chance, EMPLOYEES[number % len(EMPLOYEES)])

    def _case(self, chance: random.Random, person: str) -> None:
        process, sent = self._wish(chance, person)
        answer = self.client(person).post(f"/processes/{process}/instances", sent)
        if answer.status == 422:  # the balance is used up, or the dates are taken
            return
        self._acknowledge("started", answer, 201)
        while answer.body["tasks"]:
            task = chance.choice(answer.body["tasks"])
            own = task["principal"] == f"person:{person}"
            who = person if own else chance.choice([p for p in self.holders[task["principal"]] if p != person])
            answers = ANSWERS.get(f"{process}.{task['step']}") or ANSWERS[task["step"]]
            path, given = f"/tasks/{task['id']}/complete", chance.choice(answers)
            answer = self.client(who).post(path, given)
            if answer.status == 422 and given.get("outcome") == "defer":  # the contract is too short to carry days over
                answer = self.client(who).post(path, {"outcome": "approve"})
            self._acknowledge("completed", answer, 200)

    def _wish(self, chance: random.Random, person: str) -> tuple[str, dict[str, Any]]:
        process = chance.choice(("leave", "leave", "surat_keterangan", "timed", "data_update"))
        if process == "leave":
            first = date(2026, 11, 9) + timedelta(days=chance.randrange(35))
            return process, {
                "type": "annual",
                "first": first.isoformat(),
                "last": (first + timedelta(days=chance.randrange(2))).isoformat(),
                "reason": "Acara keluarga",
                "abroad": False,
                "address": "Jalan Contoh 1",
                "phone": "0812 3456 7890",
            }
        if process == "data_update":
            return process, _contact(person, chance)
        return process, {"purpose": "Kredit bank"} if process == "surat_keterangan" else {}

    def _acknowledge(self, kind: str, answer: Answer, status: int) -> None:
        assert answer.status == status, answer
        with self._lock:
            self.acknowledged[kind] += 1


def _contact(person: str, chance: random.Random) -> dict[str, Any]:
    """Another emergency contact."""
    change = {
        "history": "contact",
        "row": str(single_row(person, "contact")),
        "action": "change",
        "field": "emergency_name",
        "value": f"Siti {chance.randrange(10**9):09}",
    }
    return {"changes": [change], "evidence": []}
