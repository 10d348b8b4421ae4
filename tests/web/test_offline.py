"""What the server says to phones: which pages may be kept, whose they are, and what comes of what was filled in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.db import Instance
from tests.conftest import KINDS
from tests.web.conftest import Visit
from tests.web.test_leave_pages import OFFICER, WATI, asked
from tests.web.visitor import Visitor
from web.offline import KEEP
from web.parts import Parts

ClientAs = Callable[[str], FlaskClient]
KEY = "k" * 36


@pytest.fixture
def kind() -> str:
    """What is asked of the database here is the same on both kinds, but for what arrives twice."""
    return "sqlite"


def sent(client: FlaskClient, key: str = KEY, **values: str) -> TestResponse:
    """What the phone sends when it has a signal again."""
    token = client.get("/offline/token").get_json()["token"]
    return client.post("/offline/form/surat_keterangan", data={"csrf_token": token, "_key": key, **values})


def requests(parts: Parts) -> int:
    with parts.database.reads() as session:
        return session.scalar(select(func.count()).select_from(Instance)) or 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_is_sent_again_under_its_key_is_the_same_request(client_as: ClientAs, parts: Parts) -> None:
    wati = client_as(WATI)
    first, again = (sent(wati, purpose="Kredit bank") for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert first.location.endswith("/sent")
    assert requests(parts) == 1


def test_mistakes_are_told_in_words_and_nothing_is_started(client_as: ClientAs, parts: Parts) -> None:
    wati = client_as(WATI)
    answer = sent(wati, recipient="Bank Kalteng")
    assert answer.status_code == 422
    assert answer.get_json()["errors"].keys() == {"purpose"}
    other = sent(wati, purpose="Kredit bank")
    assert other.status_code == 303  # what was refused has not used its key up
    assert sent(wati, purpose="Visa").status_code == 409
    assert requests(parts) == 1


def test_what_leave_does_not_allow_is_refused_as_a_mistake(client_as: ClientAs, parts: Parts) -> None:
    wati = client_as(WATI)
    values = {"type": "annual", "first": "7/12/2026", "last": "7/3/2027", "reason": "Keluarga", "address": "Jl. Contoh"}
    token = wati.get("/offline/token").get_json()["token"]
    data = {"csrf_token": token, "_key": KEY, "phone": "081234567890", **values}
    answer = wati.post("/offline/form/leave", data=data)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][""]
    assert requests(parts) == 0


def test_the_draft_on_the_server_is_done_with_when_the_phone_has_sent_the_request(visit: Visit) -> None:
    wati = visit(WATI).open("/start/surat_keterangan/all")
    wati.send({"purpose": "Kredit bank"}, to="/start/surat_keterangan")
    check = wati.path
    assert sent(wati.client, purpose="Kredit bank").status_code == 303
    assert wati.open(check).path.startswith("/requests/")
    assert "Kredit bank" not in str(wati.open("/start/surat_keterangan/all").form("/start/surat_keterangan"))


def test_a_phone_may_keep_pages_about_oneself_alone(visit: Visit) -> None:
    wati = asked(visit).follow("Lihat permohonan")
    request, mark = wati.path, wati.answer.headers[KEEP]
    for path in ("/", "/requests", "/leave", "/offline/form/leave"):
        assert wati.open(path).answer.headers[KEEP] == mark
    officer = visit(OFFICER)
    assert officer.open("/").answer.headers[KEEP] != mark
    assert KEEP not in officer.open(request).answer.headers
    assert KEEP not in officer.open("/inbox").follow("Periksa permohonan").answer.headers
    assert KEEP not in wati.open("/nothing-here").answer.headers
    assert WATI not in mark


def test_signing_out_tells_the_browser_to_forget_all(visit: Visit) -> None:
    wati = visit(WATI).open("/")
    token = wati.client.get("/offline/token").get_json()["token"]
    assert "Clear-Site-Data" not in wati.client.post("/sign-out").headers  # a form of another site has no token
    answer = wati.client.post("/sign-out", data={"csrf_token": token})
    assert answer.headers["Clear-Site-Data"] == '"storage"'


def test_the_forms_to_keep_are_those_one_may_start_and_change_their_address_with_the_language(
    client_as: ClientAs,
) -> None:
    wati = client_as(WATI)
    told = wati.get("/offline/forms").get_json()
    addresses = {form["process"]: form["address"] for form in told["forms"]}
    assert {"leave", "surat_keterangan"} <= addresses.keys()
    assert not addresses.keys() & {"leave_paper", "leave_cancel"}
    assert all(wati.get(address).status_code == 200 for address in addresses.values())
    wati.set_cookie("alur_language", "en")
    english = {form["process"]: form["address"] for form in wati.get("/offline/forms").get_json()["forms"]}
    assert all(english[process] != address for process, address in addresses.items())


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_the_worker_shows_without_signal_says_nothing_of_anybody(client_as: ClientAs, language: str) -> None:
    client = client_as(WATI)
    client.delete_cookie("alur")
    page = client.get(f"/offline/{language}")
    assert page.status_code == 200
    assert "data-who" not in page.get_data(as_text=True)
    assert f'<html lang="{language}"' in page.get_data(as_text=True)


def test_the_worker_names_files_that_are_there_and_the_manifest_an_icon(stranger: Visitor) -> None:
    script = stranger.client.get("/sw.js")
    assert script.mimetype == "text/javascript"
    assert script.headers["Cache-Control"] == "no-cache"
    told: dict[str, Any] = json.loads(
        script.get_data(as_text=True).partition("\n")[0].removeprefix("const ALUR = ")[:-1]
    )
    for path in (*told["files"], *told["lost"], told["outbox"]):
        assert stranger.client.get(path).status_code == 200, path
    manifest = stranger.client.get("/manifest.webmanifest").get_json(force=True)
    assert stranger.client.get(manifest["icons"][0]["src"]).status_code == 200


@pytest.mark.parametrize("path", ["/offline/token", "/offline/forms", "/offline/form/leave"])
def test_strangers_are_asked_to_sign_in(stranger: Visitor, path: str) -> None:
    assert stranger.client.get(path).location.startswith("/sign-in")
