"""What holds for every page: who may open it, what its headers say, and that nothing foreign runs in it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

import web
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from web import safety
from web.parts import Parts

PUBLIC = {
    *("auth.sign_in", "auth.enter", "auth.sign_out", "i18n.choose", "static", "surat.ask", "surat.show"),
    *("helpdesk.show", "offline.worker", "offline.manifest", "offline.lost"),
}
CHANGE_NOTHING = {
    "colleagues.find",
    "leave.find",
    "leave_reports.balances",
    "leave_reports.recap",
    "own_data.download",
    "records.find",
}
"""Forms that only look: what is looked for, or taken home, is posted, so that no name stands in an address."""
TEMPLATES = Path(web.__file__).parent / "templates"
OWNERS_ONLY = ("/processes", "/processes/1", "/processes/1/package.zip", "/processes/1/verdict", "/incidents")


@pytest.fixture
def kind() -> str:
    """One kind of database is enough for what does not depend on it."""
    return "sqlite"


def address(rule: Rule, client: FlaskClient) -> str:
    values = {name: _value(rule, name) for name in rule.arguments}
    with client.application.test_request_context():
        return client.application.url_for(rule.endpoint, **values)


def _value(rule: Rule, name: str) -> object:
    converter = rule._converters[name]
    if isinstance(converter, IntegerConverter):
        return converter.min or 1
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return uuid.UUID(int=1) if isinstance(converter, UUIDConverter) else "leave"


def pages(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] not in safety.OWN_DOOR:
            yield from ((rule, method) for method in sorted((rule.methods or set()) & {"GET", "POST"}))


def test_only_these_pages_open_without_signing_in(app: Flask) -> None:
    found = {rule.endpoint for rule, _ in pages(app) if safety.is_public(app, rule.endpoint)}
    assert found == PUBLIC


def test_every_other_page_sends_a_stranger_to_sign_in(app: Flask) -> None:
    client = app.test_client()
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # to see the door behind the form token
    for rule, method in pages(app):
        if rule.endpoint not in PUBLIC:
            answer = client.open(address(rule, client), method=method)
            assert answer.status_code == 303, (rule, method)
            assert answer.headers["Location"].startswith("/sign-in"), (rule, method)


def test_every_form_is_refused_without_the_token_of_this_browser(app: Flask, visit: Visit) -> None:
    wati, other = visit("P097"), visit("P092").open("/account/password")
    foreign = other.kept(other.form())["csrf_token"]
    for rule, method in pages(app):
        if method == "POST":
            for sent in ({}, {"csrf_token": foreign}):
                answer = wati.client.post(address(rule, wati.client), data=sent)
                assert answer.status_code == 400, rule


def test_every_command_needs_a_key_from_one_of_our_pages(app: Flask, visit: Visit) -> None:
    wati = visit("P026").open("/account/password")
    token = wati.kept(wati.form())["csrf_token"]
    others = {"auth", "account"}
    forms = [rule for rule, method in pages(app) if method == "POST" and rule.endpoint.split(".")[0] not in others]
    without = set()
    for rule in forms:
        for key in ("", "short", "x" * 65):
            answer = wati.client.post(address(rule, wati.client), data={"csrf_token": token, "_key": key})
            if answer.status_code not in {400, 404, 422}:  # who asks for what is not there is not told of keys
                without.add(rule.endpoint)
    assert without == CHANGE_NOTHING


@pytest.mark.parametrize("path", ["/", "/sign-in", "/inbox", "/nothing-here", "/start/leave"])
def test_every_page_carries_the_headers(visit: Visit, path: str) -> None:
    headers = visit("P097").open(path).answer.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for part in (
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-src 'self'",
        "frame-ancestors 'none'",
    ):
        assert part in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_over_https_the_cookie_is_bound_to_the_host_and_plain_http_is_ruled_out(parts: Parts) -> None:
    from dataclasses import replace

    app = web.create_app(replace(parts.settings, url="https://alur.example"))
    answer = app.test_client().get("/sign-in", base_url="https://alur.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-alur=")
    assert "Secure" in cookie
    app.extensions["alur"].database.dispose()


def test_static_files_are_named_by_their_content_and_kept_for_a_year(stranger: Visitor) -> None:
    link = stranger.open("/sign-in").page.find("link", rel="stylesheet")
    assert link is not None
    answer = stranger.client.get(str(link["href"]))
    assert re.search(r"\.[0-9a-f]{12}\.css$", str(link["href"]))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


def test_no_template_has_a_script_or_a_style_of_its_own() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text), template.name
        assert "|safe" not in text, template.name


@pytest.mark.parametrize("path", OWNERS_ONLY)
def test_pages_of_process_owners_do_not_exist_for_others(visit: Visit, path: str) -> None:
    assert visit("P097").open(path).answer.status_code == 404
    assert "Proses" not in visit("P097").open("/").page.get_text()


def test_what_is_not_there_says_what_to_do(visit: Visit) -> None:
    wati = visit("P097").open("/nothing-here")
    assert wati.answer.status_code == 404
    assert "Permohonan Anda selalu ada di “Permohonan saya”" in wati.text


def test_a_failure_shows_a_number_and_no_details(app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(app.view_functions, "home.show", broken)
    wati = visit("P097").open("/")
    assert wati.answer.status_code == 500
    assert "Nomor kejadian" in wati.text
    assert "secret detail" not in wati.answer.get_data(as_text=True)


def test_an_address_longer_than_any_of_ours_is_not_found(visit: Visit) -> None:
    wati = visit("P097").open("/start/leave/all")
    sent = wati.kept(wati.form())
    assert wati.client.post(f"/start/{'x' * 300}/clear", data=sent).status_code == 404


def test_a_body_that_is_too_large_is_refused(visit: Visit) -> None:
    wati = visit("P097").open("/start/leave/all")
    form = wati.form("/start/leave")
    answer = wati.client.post("/start/leave", data={**wati.kept(form), "reason": "x" * 600_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/inbox?q=%00", "/start/%00", "/inbox?after=%00", "/language/en?next=/%00"])
def test_a_null_character_is_refused_before_any_database_sees_it(visit: Visit, path: str) -> None:
    assert visit("P097").client.get(path).status_code == 400


@pytest.mark.parametrize("path", ["/processes/99999999999999999999", "/start/" + "x" * 500, "/requests/not-an-id"])
def test_addresses_that_cannot_be_are_not_found(visit: Visit, path: str) -> None:
    assert visit("P026").client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        ("/inbox?q=a", "/inbox?q=a"),
        (None, "/"),
        ("", "/"),
        ("inbox", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("/a\nb", "/"),
        ("https://evil.example", "/"),
    ],
)
def test_only_paths_of_this_site_are_gone_on_to(wanted: str | None, allowed: str) -> None:
    assert safety.local_target(wanted) == allowed
