"""Harmful texts outside of pages: what programs, mail servers, downloads, logs and terminals get of them.

What a browser makes of the pages is in `tests/browser/test_smuggling.py`.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from engine.package import Package
from tests import smuggled
from tests.conftest import Clock
from tests.support import zipped
from tests.web.conftest import Visit
from tests.web.test_api import Program
from tests.web.test_studio import uploaded
from tests.web.visitor import Visitor
from web import sessions
from web.cli.base import ROOT
from web.config import Settings
from web.db import Draft
from web.parts import Parts
from web.worker import Worker
from workflows.reach import Contact

WATI, OFFICER, OWNER = "P097", "P092", "P026"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
NAMES = (
    "a\x1b[31mb.bpmn",
    "a\u202enpmb.bpmn",
    "<img src=x onerror=x()>.bpmn",
    "a\nb.bpmn",
    "../../a.dmn",
    "a\x9bJ.form",
)


@pytest.fixture
def kind() -> str:
    """What is asked here does not depend on the kind of database."""
    return "sqlite"


@pytest.fixture
def live(parts: Parts) -> Parts:
    """The harmful package is live."""
    package = Package.read(smuggled.package())
    parts.database.command(
        lambda session: parts.engine.deploy(session, package, by=OWNER, now=parts.clock(), state="live")
    )
    return parts


def asked(visit: Visit) -> Visitor:
    """Wati, on the page of her request with the harmful answers."""
    wati = visit(WATI).open("/start/smuggled/all").send(smuggled.answers(), to="/start/smuggled").send()
    assert wati.path.endswith("/sent"), wati.text[:300]
    return wati.follow("Lihat permohonan")


def headers_hold(answer: TestResponse, mimetype: str) -> None:
    assert answer.mimetype == mimetype
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_programs_get_the_texts_as_they_were_written(
    app: Flask, live: Parts, visit: Visit, token_of: Callable[[str], str]
) -> None:
    request, program = asked(visit).path, Program(app, token_of(WATI))
    answer = program.get(request.replace("/requests", "/instances"))
    headers_hold(answer, "application/json")
    read: dict[str, Any] = answer.json or {}
    assert read["title"] == f"{smuggled.TITLE} en"
    said = {pair["value"] for entry in read["timeline"] for pair in entry["answers"]}
    assert set(smuggled.MARKUP + smuggled.LINKS + smuggled.TEMPLATES + smuggled.FORMULAS) <= said
    assert answer.get_data().isascii()
    headers_hold(program.get("/openapi.json"), "application/json")


def test_a_package_is_downloaded_and_never_shown(live: Parts, visit: Visit) -> None:
    owner = visit(OWNER).open("/processes").follow("Versi 1")
    answer = owner.client.get(f"{owner.path}/package.zip")
    headers_hold(answer, "application/zip")
    assert re.fullmatch(r"attachment; filename=[a-z_]+-\d+\.zip", answer.headers["Content-Disposition"])


def test_names_of_files_are_shown_spelled_out_and_the_name_of_the_upload_is_not_used(visit: Visit) -> None:
    owner = visit(OWNER).open("/processes")
    content = zipped({**dict.fromkeys(NAMES, b"x"), "process.toml": b""})
    sent = {**owner.kept(owner.form()), "package": (BytesIO(content), "../../etc/pass\u202ewd<b>.zip")}
    owner._show(owner.client.post("/processes", data=sent, content_type="multipart/form-data"))
    assert owner.answer.status_code == 422
    cells = " ".join(cell.get_text() for cell in owner.main.select("td"))
    for name in ("a[U+001B][31mb.bpmn", "a[U+202E]npmb.bpmn", "<img src=x onerror=x()>.bpmn", "a[U+009B]J.form"):
        assert name in cells
    assert STEERING.findall(owner.answer.get_data(as_text=True)) == []
    assert "etc/pass" not in owner.page.get_text()


@pytest.mark.parametrize("path", [f"/{smuggled.MARKUP[0]}", f"/start/{smuggled.MARKUP[2]}", "/inbox?after=<b>"])
def test_an_error_page_repeats_nothing_of_the_address(visit: Visit, path: str) -> None:
    wati = visit(WATI).open(path)
    assert wati.answer.status_code in {400, 404}
    headers_hold(wati.answer, "text/html")
    assert wati.main.find(["script", "svg"]) is None
    assert smuggled.CANARY not in wati.text


def test_mail_has_one_subject_and_one_recipient_and_no_word_of_anybody(
    live: Parts, visit: Visit, clock: Clock, tmp_path: Path
) -> None:
    request = asked(visit)
    to = {"address": "officer@example.go.id", "confirmed_at": clock(), "wants": "all", "asks": 1, "tries": 0}
    live.database.command(lambda session: session.add(Contact(person=OFFICER, channel="mail", **to)))
    clock.forward(hours=19)  # 07.00 of the next day
    worker = Worker(replace(live, settings=replace(live.settings, mail=(tmp_path / "mail").as_uri())))
    while worker.pass_once() == 0:
        pass
    clock.forward(seconds=1)
    worker.pass_once()
    files = list((tmp_path / "mail").iterdir())
    assert [re.fullmatch(r"[0-9a-f]{32}\.eml", file.name) is not None for file in files] == [True]
    mail = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    named = ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted"]
    named += ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    assert sorted(mail.keys()) == sorted(named)
    assert mail["Subject"] == "[Alur] Tugas yang menunggu Anda: 1"
    assert mail["To"] == "officer@example.go.id"
    whole = files[0].read_text()
    assert request.title.split(" · ")[0].rpartition(" ")[2] in whole
    assert not any(word in whole for word in (smuggled.CANARY, "Wati", "Yuni", *smuggled.ALL))


@contextmanager
def served(settings: Settings, written: list[bytes]) -> Iterator[int]:
    """`alur serve` as an administrator starts it; the port it listens on. When it has ended, what it wrote is there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    named = {"ALUR_DATABASE": settings.database, "ALUR_SECRET": "s" * 48, "ALUR_KEY_FILE": str(settings.key_file)}
    command = [sys.executable, "-m", "web", "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | named, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            written.append(line)
            if f":{port}".encode() in line:
                break
        yield port
    finally:
        process.terminate()
        written.extend(process.communicate(timeout=60)[0].splitlines(keepends=True))


def ask(port: int, *lines: bytes, body: bytes = b"") -> bytes:
    """Send a request as it is, which no client would, and read the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        length = b"Content-Length: %d" % len(body)
        connection.sendall(b"\r\n".join((*lines, b"Host: x", b"Connection: close", length, b"", body)))
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_each_event_is_one_line_of_the_log_whatever_was_sent(settings: Settings, live: Parts, visit: Visit) -> None:
    evil = "\x1b[31m\u202e\u2028%0d%0aFORGED {7*7} %s".encode()
    broken_by_hand(live, visit)
    written: list[bytes] = []
    with served(settings, written) as port:
        page = ask(port, b"GET /sign-in HTTP/1.1")
        token = found(rb'name="csrf_token" value="([^"]+)"', page)
        cookie = found(rb"Set-Cookie: ([^;]+)", page)
        ask(port, b"GET /%1b%5b31m%0d%0aFORGED" + evil.replace(b" ", b"") + b" HTTP/1.1", b"User-Agent: " + evil)
        ask(port, b"GET /start/\xff\xfe\x00 HTTP/1.1", b"X-Forwarded-For: " + evil)
        sent = b"csrf_token=" + token + b"&nip=" + evil + b"Wati&password=sandi-rahasia"
        form = (b"Cookie: " + cookie, b"Content-Type: application/x-www-form-urlencoded")
        ask(port, b"POST /sign-in HTTP/1.1", *form, body=sent)
        hashed, now = sessions.hash_of("open-sesame"), datetime.now(UTC)  # the process goes by the machine's clock
        live.database.command(lambda session: sessions.open_for(session, WATI, hashed, now))
        signed_in = b"Cookie: alur=open-sesame"
        assert b" 500 " in ask(port, b"GET /start/smuggled?x=%0aFORGED HTTP/1.1", signed_in).splitlines()[0]
    lines = [json.loads(line) for line in written if line.startswith(b"{")]
    assert [line["message"] for line in lines if line["logger"] == "alur.auth"] == ["password refused from 127.0.0.1"]
    [failure] = [line for line in lines if line["level"] == "error"]
    assert "JSONDecodeError\n" in failure["traceback"]
    assert written[0].startswith(b"alur: http://")
    assert len(lines) == len(written) - 1
    assert all(re.fullmatch(rb"[ -~]+\n", line) for line in written)
    for secret in (b"rahasia", b"Wati", b"FORGED"):
        assert secret not in b"".join(written), secret


def found(pattern: bytes, page: bytes) -> bytes:
    match = re.search(pattern, page)
    assert match is not None
    return bytes(match[1])


def broken_by_hand(parts: Parts, visit: Visit) -> None:
    """A draft in the database that no program of ours has written: reading it fails."""
    visit(WATI).open("/start/smuggled/all").send({"line0": "Wati rahasia"}, to="/start/smuggled")
    spoiled = update(Draft).values(answers='{"Wati": rahasia\n FORGED}')
    parts.database.command(lambda session: session.execute(spoiled))


def test_a_terminal_is_steered_by_no_name_and_no_text(tmp_path: Path) -> None:
    folder = tmp_path / "pa\x1b]0;ket\u202e"
    folder.mkdir()
    (folder / "a.zip").write_bytes(zipped({**dict.fromkeys(NAMES, b"x"), "process.toml": smuggled.MARKUP[0].encode()}))
    (folder / "c\x1b[2J.bpmn").write_bytes(smuggled.diagram().replace(b'name="Pegawai"', 'name="\u202eP"'.encode()))
    (folder / "d.form").write_text(json.dumps({"components": [{"type": smuggled.CONTROLS[0], "key": "\u202e"}]}))
    settings = {
        "ALUR_DATABASE": f"sqlite:///{tmp_path}/\x1b[31m.db",
        "ALUR_SECRET": "s",
        "ALUR_KEY_FILE": "\x1b[2J\u202e",
    }
    asked_for = [("check", path) for path in (*sorted(folder.iterdir()), folder / "\x1bnone")]
    for command, path in (*asked_for, ("deploy", folder / "a.zip")):
        given = [sys.executable, "-m", "web", command, str(path)]
        ran = subprocess.run(given, cwd=ROOT, env=os.environ | settings, capture_output=True, check=False)
        shown = (ran.stdout + ran.stderr).decode()
        assert shown, path
        assert STEERING.findall(shown) == [], (command, path)


def test_what_cannot_be_shown_is_refused_and_what_cannot_be_seen_is_spelled_out(visit: Visit) -> None:
    diagram = smuggled.diagram().replace(b'name="Pegawai"', 'name="Pega\u202ewai\u200b"'.encode())
    form = json.dumps({"components": [{"type": "text", "id": "t", "text": "\ud800"}, *smuggled.submit_components()]})
    owner = uploaded(visit(OWNER), smuggled.package(**{"smuggled.bpmn": diagram, "submit.form": form.encode()}))
    assert owner.answer.status_code == 422
    assert "Pega[U+202E]wai[U+200B]" in owner.text
    assert "submit.form, baris 1 t text-characters" in owner.text
