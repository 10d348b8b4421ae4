"""Signing in: who gets in, who is slowed down, and what a browser keeps."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from web import passwords, sessions
from web.accounts import DEMO_PASSWORD
from web.db import Credential, LoginAttempt, WebSession
from web.parts import Parts
from workflows import demo_people

WATI = next(person for person in demo_people() if person.person == "P097")


@pytest.fixture
def kind() -> str:
    """One kind of database is enough here; what differs between them is tested where it differs."""
    return "sqlite"


def sign_in(visitor: Visitor, nip: str = WATI.nip, password: str = DEMO_PASSWORD, path: str = "/sign-in") -> Visitor:
    return visitor.open(path).send({"nip": nip, "password": password})


def test_a_nip_and_its_password_open_the_home_page(stranger: Visitor) -> None:
    sign_in(stranger)
    assert stranger.path == "/"
    assert f"Selamat datang, {WATI.name}" in stranger.text


@pytest.mark.parametrize("sign", [" ", ".", "-", "\u00a0"])
def test_ux_36_a_nip_may_have_spaces_dots_and_dashes(stranger: Visitor, sign: str) -> None:
    spaced = sign.join((WATI.nip[:8], WATI.nip[8:14], WATI.nip[14], WATI.nip[15:]))
    assert sign_in(stranger, nip=f" {spaced} ").path == "/"


def test_ux_36_password_stores_can_fill_both_fields_in(stranger: Visitor) -> None:
    stranger.open("/sign-in")
    known = {str(box["name"]): box.get("autocomplete") for box in stranger.main.select("input:not([type=hidden])")}
    assert known == {"nip": "username", "password": "current-password"}


def test_what_was_left_empty_is_said_at_its_field(stranger: Visitor) -> None:
    sign_in(stranger, nip="", password="")
    assert [str(link["href"]) for link in stranger.main.select(".mistakes a")] == ["#nip", "#password"]
    assert [words.get_text(" ", strip=True) for words in stranger.main.select(".mistake")] == [
        "Kesalahan: Isi NIP.",
        "Kesalahan: Isi kata sandi.",
    ]


def test_after_sign_in_one_goes_on_to_the_page_that_was_asked_for(stranger: Visitor) -> None:
    stranger.open("/requests")
    assert stranger.path == "/sign-in"
    stranger.send({"nip": WATI.nip, "password": DEMO_PASSWORD})
    assert stranger.path == "/requests"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_never_leads_to_another_site(stranger: Visitor, target: str) -> None:
    stranger.open("/sign-in")
    form = {**stranger.kept(stranger.form()), "nip": WATI.nip, "password": DEMO_PASSWORD}
    answer = stranger.client.post("/sign-in", query_string={"next": target}, data=form)
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_nip_are_told_the_same(stranger: Visitor) -> None:
    wrong = sign_in(stranger, password="not the password").text
    assert stranger.answer.status_code == 422
    assert stranger.title.startswith("Kesalahan: ")
    unknown = sign_in(stranger, nip="199001012020011001", password="not the password").text
    assert wrong == unknown


def test_what_was_typed_as_nip_is_kept_but_never_the_password(stranger: Visitor) -> None:
    sign_in(stranger, password="not the password")
    assert stranger.kept(stranger.form())["nip"] == WATI.nip
    assert "not the password" not in stranger.answer.get_data(as_text=True)


def test_guessing_is_slowed_down_ever_more_but_never_for_good(stranger: Visitor, clock: Clock) -> None:
    for _ in range(5):
        assert sign_in(stranger, password="guess").answer.status_code == 422
    waits = []
    for _ in range(3):
        sign_in(stranger, password="guess")
        sign_in(stranger)
        assert stranger.answer.status_code == 429
        waits.append(int(stranger.answer.headers["Retry-After"]))
        clock.forward(seconds=waits[-1] + 1)
    assert waits == sorted(set(waits))
    assert sign_in(stranger).path == "/"


def test_failures_are_forgotten_by_a_success(stranger: Visitor, parts: Parts) -> None:
    for _ in range(4):
        sign_in(stranger, password="guess")
    sign_in(stranger)
    with parts.database.reads() as session:
        left = session.scalars(select(LoginAttempt.failures)).all()
    assert left == [4]  # those of the address stay


def test_what_was_typed_is_not_kept_with_the_count_of_failures(stranger: Visitor, parts: Parts) -> None:
    sign_in(stranger, nip="my secret in the wrong field", password="x")
    with parts.database.reads() as session:
        assert all(len(subject) == 64 for subject in session.scalars(select(LoginAttempt.subject)))


def test_sign_in_changes_the_token_and_the_database_keeps_only_its_hash(stranger: Visitor, parts: Parts) -> None:
    stranger.open("/sign-in")
    before = stranger.client.get_cookie("alur")
    stranger.send({"nip": WATI.nip, "password": DEMO_PASSWORD})
    after = stranger.client.get_cookie("alur")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    with parts.database.reads() as session:
        stored = session.scalars(select(WebSession.token_hash).where(WebSession.person == "P097")).all()
    assert stored == [sessions.hash_of(after.value)]


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(app: Flask) -> None:
    cookie = app.test_client().get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age" not in cookie


def test_signing_out_ends_the_session_on_the_server(visit: Visit) -> None:
    wati = visit("P097").open("/")
    cookie = wati.client.get_cookie("alur")
    form = wati.page.select_one("header form")
    assert form is not None
    assert cookie is not None
    wati.client.post("/sign-out", data=wati.kept(form))
    wati.client.set_cookie("alur", cookie.value)
    assert wati.open("/requests").path == "/sign-in"


def test_a_session_outlives_an_hour_of_writing_and_ends_when_idle(visit: Visit, clock: Clock) -> None:
    wati = visit("P097").open("/")
    clock.forward(minutes=65)
    assert wati.open("/").path == "/"
    clock.forward(hours=2, minutes=1)
    assert wati.open("/").path == "/sign-in"


def test_a_session_ends_after_half_a_day_even_in_use(visit: Visit, clock: Clock) -> None:
    wati = visit("P097").open("/")
    for _ in range(12):
        clock.forward(hours=1, seconds=1)
        wati.open("/")
    assert wati.path == "/sign-in"


def test_the_sign_of_life_is_written_every_ten_minutes_only(visit: Visit, clock: Clock, parts: Parts) -> None:
    def seen() -> object:
        with parts.database.reads() as session:
            return session.scalar(select(WebSession.seen_at).where(WebSession.person == "P097"))

    wati = visit("P097").open("/")
    first = seen()
    clock.forward(minutes=9)
    wati.open("/")
    assert seen() == first
    clock.forward(minutes=1)
    wati.open("/")
    assert seen() == clock.at


def test_the_demo_says_who_can_be_tried_as_what(stranger: Visitor) -> None:
    stranger.open("/sign-in")
    assert all(person.name in stranger.text and person.tried_as.id in stranger.text for person in demo_people())


def must_change(parts: Parts) -> None:
    parts.database.command(
        lambda session: session.execute(update(Credential).where(Credential.person == "P097").values(must_change=True))
    )


def test_an_initial_password_must_be_changed_before_anything_else(stranger: Visitor, parts: Parts) -> None:
    must_change(parts)
    sign_in(stranger)
    assert stranger.path == "/account/password"
    assert stranger.open("/inbox").path == "/account/password"
    wanted = "tiga kerbau menyeberang"
    stranger.send({"current": DEMO_PASSWORD, "new": wanted, "again": wanted})
    assert stranger.path == "/"
    assert stranger.open("/inbox").path == "/inbox"


def test_a_new_password_signs_the_other_browsers_out(visit: Visit) -> None:
    here, there = visit("P097"), visit("P097")
    wanted = "tiga kerbau menyeberang"
    here.open("/account/password").send({"current": DEMO_PASSWORD, "new": wanted, "again": wanted})
    assert here.open("/inbox").path == "/inbox"
    assert there.open("/inbox").path == "/sign-in"
    assert sign_in(there, password=wanted).path == "/"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("pendek", "paling sedikit 10"),
        (WATI.nip, "NIP"),
        (f"{WATI.nip[:8]} {WATI.nip[8:]}", "NIP"),
        ("katasandi123", "mudah ditebak"),
        ("aaaaaaaaaaaa", "mudah ditebak"),
        ("x" * 201, "paling banyak 200"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(visit: Visit, wanted: str, words: str) -> None:
    wati = visit("P097").open("/account/password")
    wati.send({"current": DEMO_PASSWORD, "new": wanted, "again": wanted})
    assert wati.answer.status_code == 422
    assert words in wati.text


def test_the_current_password_and_the_repetition_must_be_right(visit: Visit) -> None:
    wati = visit("P097").open("/account/password")
    wati.send({"current": "wrong", "new": "tiga kerbau menyeberang", "again": "tiga kerbau"})
    assert "Kata sandi sekarang tidak cocok" in wati.text
    assert "tidak sama" in wati.text


def test_guessing_the_current_password_is_slowed_down_too(visit: Visit) -> None:
    wati = visit("P097")
    for _ in range(6):
        wati.open("/account/password").send({"current": "guess", "new": "x", "again": "x"})
    assert "Terlalu banyak percobaan" in wati.text


def test_no_more_than_two_passwords_are_checked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = passwords.hashed("tiga kerbau menyeberang")
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    with passwords._turn(), passwords._turn(), pytest.raises(passwords.Busy):
        passwords.matches("tiga kerbau menyeberang", stored)
    assert passwords.matches("tiga kerbau menyeberang", stored)
