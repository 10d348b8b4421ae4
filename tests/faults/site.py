"""A running installation of real processes, which tests kill and question over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from web.config import Settings

ROOT = Path(__file__).parents[2]
START = datetime(2026, 11, 2, 1, tzinfo=UTC)
"""Where the processes' clock starts: Monday, 2 November 2026, 8.00 WIB."""
PATIENCE = 60.0
"""Seconds until an answer that does not come is a failure of the test."""


@dataclass
class Site:
    """The processes of an installation by role (``web``, ``web2``, ``worker``) and what was killed."""

    settings: Settings
    folder: Path
    offset: timedelta = field(default_factory=lambda: START - datetime.now(UTC))
    kills: int = 0
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _ports: dict[str, int] = field(default_factory=dict)

    def now(self) -> datetime:
        """The moment by the processes' clock."""
        return datetime.now(UTC) + self.offset

    def begin(self, role: str) -> None:
        """Start a process; a web process keeps its port over restarts."""
        port = self._ports.setdefault(role, _free_port())
        kind = "worker" if role.startswith("worker") else "web"
        command = [sys.executable, "-m", "tests.faults.process", kind, str(port), str(self.offset.total_seconds())]
        with (self.folder / f"{role}.log").open("ab") as log:
            self._running[role] = subprocess.Popen(command, cwd=ROOT, env=self._environment(), stdout=log, stderr=log)

    def kill(self, role: str) -> None:
        """kill -9, and start it again."""
        self._end(role, signal.SIGKILL)
        self.kills += 1
        self.begin(role)

    def end(self) -> None:
        """Stop everything."""
        for role in list(self._running):
            self._end(role, signal.SIGKILL)

    def wait_until_ready(self, role: str = "web") -> None:
        """Wait for the process to answer."""
        Client(self, "", role).ask("GET", "/health")

    def port(self, role: str) -> int:
        """Where a web process listens."""
        return self._ports[role]

    def log(self, role: str) -> str:
        """What a process wrote."""
        return (self.folder / f"{role}.log").read_text()

    def _end(self, role: str, how: signal.Signals) -> None:
        process = self._running.pop(role)
        process.send_signal(how)
        process.wait()

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "ALUR_DATABASE": self.settings.database,
            "ALUR_SECRET": self.settings.secret,
            "ALUR_KEY_FILE": str(self.settings.key_file),
            "ALUR_MAIL": str(self.settings.mail),
        }


@dataclass
class Answer:
    """Status and JSON of an answer."""

    status: int
    body: dict[str, Any]


class Client:
    """A program with one person's token that asks again until it gets an answer."""

    def __init__(self, site: Site, token: str, role: str = "web") -> None:
        self._site = site
        self._token = token
        self._role = role
        self._pause = Event()

    def post(self, path: str, answers: dict[str, Any], *, key: str | None = None) -> Answer:
        """Post answers under one key, as often as it takes."""
        return self.ask("POST", f"/api/v1{path}", {"answers": answers}, key or uuid4().hex)

    def ask(self, method: str, path: str, body: object = None, key: str = "") -> Answer:
        """Ask until there is an answer other than 'try again'. Raises TimeoutError."""
        deadline, answer = datetime.now(UTC) + timedelta(seconds=PATIENCE), None
        while datetime.now(UTC) < deadline:
            answer = self.once(method, path, body, key)
            if answer is not None and answer.status not in (429, 503):
                return answer
            self._pause.wait(random.uniform(0.02, 0.1))
        raise TimeoutError(f"{method} {path} got no answer but {answer}: {self._site.log(self._role)[-2000:]}")

    def once(self, method: str, path: str, body: object = None, key: str = "") -> Answer | None:
        """Ask once; None if the connection broke before the whole answer was there."""
        connection = http.client.HTTPConnection("127.0.0.1", self._site.port(self._role), timeout=30)
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        if key:
            headers["Idempotency-Key"] = key
        sent = None
        if body is not None:
            headers["Content-Type"], sent = "application/json", json.dumps(body)
        try:
            connection.request(method, path, sent, headers)
            response = connection.getresponse()
            return Answer(response.status, json.loads(response.read()))
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            return None
        finally:
            connection.close()


@contextmanager
def killing(site: Site, roles: tuple[str, ...], pause: tuple[float, float], seed: int) -> Iterator[None]:
    """While the block runs, kill one of the roles at random moments."""
    over, chance = Event(), random.Random(seed)

    def work() -> None:
        while not over.wait(chance.uniform(*pause)):
            site.kill(chance.choice(roles))
            site.wait_until_ready()  # else it may never live long enough to answer

    killer = Thread(target=work, name="killer")
    killer.start()
    try:
        yield
    finally:
        over.set()
        killer.join()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
