"""The notice on personal data: everybody confirms it once per version, before anything else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from web.accounts import DEMO_PASSWORD
from web.db import Credential
from web.parts import Parts
from workflows import demo_people
from workflows.demo import NEWCOMER
from workflows.privacy import notice
from workflows.privacy.model import NoticeAck

WATI = "P097"


def nip_of(person: str) -> str:
    return next(one.nip for one in demo_people() if one.person == person)


def signed_in(visitor: Visitor, person: str, path: str = "/sign-in") -> Visitor:
    return visitor.open(path).send({"nip": nip_of(person), "password": DEMO_PASSWORD})


def acks(parts: Parts, person: str) -> list[tuple[int, str]]:
    with parts.database.reads() as session:
        wanted = select(NoticeAck.version, NoticeAck.language).where(NoticeAck.person == person)
        return [(row.version, row.language) for row in session.execute(wanted)]


@pytest.fixture
def kind() -> str:
    """What differs between the databases is tested where it differs."""
    return "sqlite"


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release with one more version of the notice, which reads like the first."""
    first = notice.notice
    monkeypatch.setattr(notice, "versions", lambda: (2, 1))
    monkeypatch.setattr(notice, "notice", lambda version, language: replace(first(1, language), version=version))


def test_at_the_first_sign_in_the_notice_comes_before_the_page_that_was_asked_for(
    stranger: Visitor, parts: Parts
) -> None:
    signed_in(stranger, NEWCOMER, "/requests?after=1")
    assert stranger.path == "/privacy/notice"
    assert "Baca dahulu" in stranger.text
    assert "UU 20/2023" in stranger.text
    assert stranger.page.select("nav.menu") == []
    assert acks(parts, NEWCOMER) == []
    stranger.send(to="/privacy/notice")
    assert stranger.answer.request.full_path == "/requests?after=1"
    assert acks(parts, NEWCOMER) == [(1, "id")]
    assert stranger.open("/").path == "/"


@pytest.mark.parametrize("path", ["/", "/inbox", "/start/leave", "/account", "/account/password", "/notices"])
def test_until_then_every_other_page_leads_to_it(visit: Visit, path: str) -> None:
    assert visit(NEWCOMER).open(path).path == "/privacy/notice"


def test_until_then_nothing_can_be_sent_but_a_question_to_the_help_desk(visit: Visit, parts: Parts) -> None:
    visitor = visit(NEWCOMER).open("/privacy/notice")
    kept = visitor.kept(visitor.form("/privacy/notice"))
    assert visitor.client.post("/hints/employee/dismiss", data=kept).location.startswith("/privacy/notice")
    assert visitor.open("/help").path == "/help"
    visitor.send({"question": "Apa ini?"}, to="/help", follow=False)
    assert visitor.answer.location.startswith("/requests/")


def test_one_can_sign_out_without_it_and_read_another_language(visit: Visit) -> None:
    visitor = visit(NEWCOMER).open("/language/en?next=/privacy/notice")
    assert visitor.path == "/privacy/notice"
    assert "What for, and on what basis" in visitor.text
    token = visitor.page.select_one("form.who input[name=csrf_token]")
    assert token is not None
    gone = visitor.client.post("/sign-out", data={"csrf_token": token["value"]})
    assert gone.location == "/sign-in?said=out"


def test_whoever_has_read_it_reads_it_again_without_a_button(visit: Visit) -> None:
    visitor = visit(WATI).open("/privacy/notice")
    assert "Anda sudah membacanya pada Senin, 2 November 2026" in visitor.text
    assert visitor.main.select("button") == []


def test_sent_twice_it_is_kept_once(visit: Visit, parts: Parts) -> None:
    visitor = visit(NEWCOMER).open("/privacy/notice")
    sent = visitor.kept(visitor.form("/privacy/notice"))
    for _ in range(2):
        assert visitor.client.post("/privacy/notice", data=sent).status_code == 303
    assert acks(parts, NEWCOMER) == [(1, "id")]


@pytest.mark.usefixtures("newer")
def test_a_newer_version_is_shown_to_everybody_once_more(visit: Visit, parts: Parts) -> None:
    visitor = visit(WATI).open("/inbox")
    assert visitor.path == "/privacy/notice"
    assert "Isinya berubah" in visitor.text
    visitor.send(to="/privacy/notice")
    assert visitor.path == "/inbox"
    assert acks(parts, WATI) == [(1, "id"), (2, "id")]


@pytest.mark.usefixtures("newer")
def test_what_was_being_filled_in_when_it_came_is_still_sent(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, parts: Parts
) -> None:
    now = notice.versions
    monkeypatch.setattr(notice, "versions", lambda: (1,))
    visitor = visit(WATI).open("/")
    kept = visitor.kept(visitor.form("/dismiss"))
    monkeypatch.setattr(notice, "versions", now)
    assert visitor.client.post("/hints/employee/dismiss", data=kept).location == "/"


@pytest.mark.usefixtures("newer")
def test_a_confirmation_of_a_version_that_has_passed_is_none_of_the_new_one(visit: Visit, parts: Parts) -> None:
    visitor = visit(NEWCOMER).open("/privacy/notice")
    visitor.send({"version": "1"}, to="/privacy/notice")
    assert visitor.path == "/privacy/notice"
    assert acks(parts, NEWCOMER) == []


def test_a_link_in_the_notice_form_leads_nowhere_outside(visit: Visit) -> None:
    visitor = visit(NEWCOMER).open("/privacy/notice?next=https://example.org/")
    visitor.send(to="/privacy/notice", follow=False)
    assert visitor.answer.location == "/"


def test_an_initial_password_is_changed_before_the_notice_is_read(visit: Visit, parts: Parts) -> None:
    initial = update(Credential).where(Credential.person == NEWCOMER).values(must_change=True)
    parts.database.command(lambda session: session.execute(initial))
    assert visit(NEWCOMER).open("/").path == "/account/password"


@pytest.mark.parametrize("version", notice.versions())
def test_both_languages_of_a_version_have_the_same_day_headings_and_lists(version: int) -> None:
    one, other = notice.notice(version, "id"), notice.notice(version, "en")
    assert one.since == other.since
    assert [[len(block) for block in part.blocks] for part in one.parts] == [
        [len(block) for block in part.blocks] for part in other.parts
    ]
