"""Hostile files: refused with a place, or harmless; in bounded time; and nothing in them ever runs."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.check import check_path
from engine.check.guard import JUDGING, guarded, verdict
from tests.engine.shared import manifest

CANARY_FOLDER, CANARY_PORT = Path("/tmp/hostile_canary"), 18999
ELSEWHERE = {
    "F07": "the name of an upload is judged by the page that takes it",
    "F09": "the name of an upload is judged by the page that takes it",
}
FINE = frozenset({"H05"})
"""Expected to be refused for a raw error of the library; two decisions in one file are right, and both run."""
HINTED = frozenset({"B17", "B39", "B41"})
"""Controls written for Python-style expressions, times or scripts: the answer is what to write instead."""
HINTS = frozenset({"expression", "timer-value", "script-task"})
BY_A_CHILD = frozenset({"A07", "B21", "B31", "C01", "F03", "G09", "H03"})
ROWS = [row for row in manifest("hostile") if row["id"] not in ELSEWHERE]


@pytest.fixture(scope="module")
def canary() -> Iterator[list[bytes]]:
    """Whoever knocks at the canary's port during the tests, and a folder that must stay empty."""
    heard: list[bytes] = []
    try:
        server = socket.create_server(("127.0.0.1", CANARY_PORT))
    except OSError:  # the other worker of this test run listens there, for both
        yield heard
        return
    with server:
        thread = threading.Thread(target=_listen, args=(server, heard), daemon=True)
        thread.start()
        yield heard
        with socket.create_connection(("127.0.0.1", CANARY_PORT)) as own:
            own.sendall(b"end")
        thread.join(5)


def _listen(server: socket.socket, heard: list[bytes]) -> None:
    while True:
        connection, _ = server.accept()
        with connection:
            received = connection.recv(100)
        if received == b"end":
            return
        heard.append(received)


@pytest.fixture(scope="module")
def verdicts(canary: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What is said of each file; a few of them by the real child process, which costs its start-up each time."""
    folder = tmp_path_factory.mktemp("hostile")
    return {row["id"]: _judged(row, _uploaded(row, folder)) for row in ROWS}


def _judged(row: dict[str, Any], path: Path) -> dict[str, Any]:
    if row["id"] in BY_A_CHILD:
        return guarded(path, "workflows.verdict")
    started = time.process_time()
    found = verdict(check_path(path))
    return {**found, "seconds": time.process_time() - started}


def _uploaded(row: dict[str, Any], folder: Path) -> Path:
    suffix = ".form" if row["kind"] in ("form", "data") else Path(row["upload_name"]).suffix
    target = folder / f"{row['id']}{suffix}"
    target.write_bytes(row["path"].read_bytes())
    return target


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_hostile_file_gets_the_verdict_it_deserves(row: dict[str, Any], verdicts: dict[str, dict[str, Any]]) -> None:
    answer = verdicts[row["id"]]
    errors = [p for p in answer["problems"] if p["severity"] == "error"]
    assert not {p["code"] for p in errors} & {"limits", "check-failed"}
    assert answer.get("seconds", 0) < JUDGING
    if row["id"] in HINTED:
        assert {p["code"] for p in errors} <= HINTS
    elif row["expected"] == "accept_ok" or row["id"] in FINE:
        assert answer["deployable"]
    elif row["expected"] == "reject_upload":
        assert not answer["deployable"]
    if row["kind"] in ("bpmn", "dmn", "form"):
        assert all(p["element"] or p["line"] for p in errors)


def test_nothing_in_a_hostile_file_ever_ran(verdicts: dict[str, dict[str, Any]], canary: list[bytes]) -> None:
    assert canary == []
    assert not CANARY_FOLDER.exists() or not list(CANARY_FOLDER.iterdir())


def test_no_verdict_shows_a_file_of_the_machine(verdicts: dict[str, dict[str, Any]]) -> None:
    assert "root:" not in json.dumps(verdicts)
