"""Whatever bytes a stranger sends to whatever address: an answer in words, and never a failure of the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from engine.package import Package
from tests import smuggled
from tests.web.conftest import Visit
from tests.web.test_safety import address
from web.parts import Parts

EMPLOYEE, OFFICER, OWNER = "P097", "P092", "P026"
PROCESS = "smuggled"
FORM, PARTS, JSON = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/json"
TYPES = (FORM, PARTS, JSON, "text/plain", "", "\x7f/\xff", "multipart/form-data", f"{FORM}; charset=utf-16")
JUDGING = frozenset({"studio.deploy", "api.deploy", "studio.verdict"})
"""Each judges what it gets in a process of its own, which takes a second."""
PACKAGE = (
    b'--b\r\nContent-Disposition: form-data; name="package"; filename="..\\..\\a\x00.zip"\r\n\r\nPK\r\n--b\r\n'
    b'Content-Disposition: form-data; name="_key"\r\n\r\nkkkkkkkkkkkkkkkkkkkk\r\n--b--\r\n'
)
BYTES = (
    b"line0=%00&area=%00",
    b"%00=1",
    b"line0=\xff\xfe%ff%fe&area=%ed%a0%80&%ff=1",
    b"line0=\x00\x01\x1b[31m&area=\x0b\x0c\x85&reason=\xe2\x80\xae",
    b"amount=1e9999999&day=99999999999999999999&several[]=" + b"x" * 5_000,
    b"amount=1e-99999999",
    b"amount=NaN&amount=-Infinity&day=0000-00-00",
    b"amount=" + b"9" * 39 + b"&day=%D9%A3/%D9%A3/%D9%A2%D9%A0%D9%A2%D9%A6",
    b"rows[999][cell]=x&rows[0][cell][]=y&rows[]=z&rows=w&rows[\xd9\xa3][cell]=q",
    b"&&&===;;;%zz%u0041%",
    b"until=" + b"9" * 4_000 + b"&seal=%00",
    b"nip=" + b"1" * 5_000 + b"&password=" + b"x" * 5_000,
    b"nip=%E2%80%AE%1B%0d%0aX&password=%ED%A0%80",
    PACKAGE,
    b'--b\r\nContent-Disposition: form-data; name="line0"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+AAA-',
    b"--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--",
    b"\x1f\x8b\x08\x00",
)
BODIES = (
    b'{"answers": {"line0": "\\ud800"}}',
    b'{"answers": {"line0": "\\u0000"}}',
    b'{"answers": {"\\udfff": 1}}',
    b'{"answers": {"line0": "a", "line0": "b"}}',
    b'{"answers": {"amount": 1e999999}}',
    b'{"answers": {"amount": 1e-99999999}}',
    b'{"answers": {"amount": 1e99999999999999999999}}',
    b'{"answers": {"amount": -0.0, "day": {"day": 1e999999, "month": [], "year": {}}}}',
    b'{"answers": {"amount": NaN}}',
    b'{"answers": ' + b'{"a":' * 50_000,
    b'{"answers": {"rows": {"0": 1}, "several": {"a": 1}, "radio": [[]], "file": {"x": {}}}}',
    b'{"answers": {"rows": [1, null, [], {"cell": {"cell": []}}], "sure": 1.5, "line0": [], "area": true}}',
    b'{"answers": {"line0": "\\u001b[31m\\u202e\\u2028\\r\\nX", "area": "\\u0007"}}',
    b'{"answers": [], "\\u202e": 1}',
    b'\xff\xfe{"answers": {}}',
    '{"answers": {}}'.encode("utf-16"),
    b"",
)
QUERIES = (
    "q=%00",
    "q=%ff%fe&after=%ff&process=%ed%a0%80",
    "q=%F0%9F%92%A9%25_%5C%27&process=%27%22%3Cscript%3E",
    "after=bnVsbA==&limit=%D9%A3",
    "after=WyIyMDI2LTAxLTAxIiwgbnVsbF0=",
    "after=WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTIzOjU5IiwiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0=",
    "after=%C2%B2&said=%00x&next=//a",
    "after=" + "9" * 5_000,
    "q=" + "x" * 20_000,
    "next=%0d%0aSet-Cookie:a=b&nip=%1b%5b31m&said=%E2%80%AE",
    "&&==%%%zz",
)
COOKIES = ("\x00", "\xff\xfe", "%00", '"\\', "a" * 9_000, "\u00e9;;=,", "..")
PATHS = (
    "/%00",
    "/%ff%fe",
    "/start/%ed%a0%80",
    "/start/%0d%0aX: y",
    "/static/..%2f..%2fetc/passwd",
    "/requests/%E2%80%AE",
)


@pytest.fixture
def live(parts: Parts) -> None:
    """The package that asks a question of each kind is live."""
    package = Package.read(smuggled.package())
    parts.database.command(
        lambda session: parts.engine.deploy(session, package, by=OWNER, now=parts.clock(), state="live")
    )


def rules(app: Flask, method: str) -> Iterator[Rule]:
    """The addresses that know a method; signing in and out comes last, for nothing is reached after it."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint.startswith("auth.")):
        if method in (rule.methods or set()):
            yield rule


def understood(answer: TestResponse) -> bool:
    """Whether the program answered in its own words, or went on to another page."""
    return answer.status_code < 500 and answer.mimetype in {
        "text/html",
        "application/json",
        "application/problem+json",
        "application/zip",
        "text/css",
        "text/csv",
        "text/javascript",
        "application/manifest+json",
    }


def paths(rule: Rule, client: FlaskClient, task: str) -> str:
    return address(rule, client).replace("/leave", f"/{PROCESS}").replace("00000000-0000-0000-0000-000000000001", task)


def test_every_form_answers_every_body_in_words(app: Flask, visit: Visit, live: None) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # what stands behind the form token is to be reached
    wati, officer, task = visit(EMPLOYEE), visit(OFFICER), waiting_task(visit)
    for rule in rules(app, "POST"):
        if rule.endpoint.startswith("api.") or rule.endpoint in JUDGING:
            continue
        client = (officer if rule.endpoint.startswith("inbox.") else wati).client
        for number, (body, kind) in enumerate(_sent()):
            key = f"&_key={'k' * 20}{number}".encode() if kind == FORM else b""
            answer = client.post(paths(rule, client, task), data=body + key, content_type=kind)
            assert understood(answer), (rule, kind, body[:80], answer.status_code)


def _sent() -> Iterator[tuple[bytes, str]]:
    for body in BYTES:
        yield body, PARTS if body.startswith(b"--b") else FORM
    for kind in TYPES:
        yield BYTES[0], kind


def test_what_is_no_package_is_answered_in_words(app: Flask, visit: Visit, token_of: Callable[[str], str]) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    owner, headers = visit(OWNER), {"Authorization": f"Bearer {token_of(OWNER)}"}
    assert understood(owner.client.post("/processes", data=PACKAGE, content_type=PARTS))
    sent: dict[str, Any] = {"data": b"\xffPK", "content_type": "application/zip", "headers": headers}
    assert understood(owner.client.post("/api/v1/deployments", **sent))


def waiting_task(visit: Visit) -> str:
    """The id of a task that waits for the officer."""
    wati = visit(EMPLOYEE).open(f"/start/{PROCESS}/all").send({"line0": "a"}, to=f"/start/{PROCESS}").send()
    assert wati.path.endswith("/sent"), wati.text[:500]
    officer = visit(OFFICER).open("/inbox")
    link = officer.main.select_one("tbody a")
    assert link is not None
    return str(link["href"]).rpartition("/")[2]


def test_the_api_answers_every_body_in_words(
    app: Flask, visit: Visit, token_of: Callable[[str], str], live: None
) -> None:
    task = waiting_task(visit)
    client = app.test_client(use_cookies=False)
    for person in (EMPLOYEE, OFFICER):
        headers = {"Authorization": f"Bearer {token_of(person)}"}
        for rule in rules(app, "POST"):
            if rule.endpoint.startswith("api.") and rule.endpoint not in JUDGING:
                path = paths(rule, client, task)
                for body in (*BODIES, *BYTES):
                    answer = client.post(path, data=body, content_type=JSON, headers=headers)
                    assert understood(answer), (rule, body[:80], answer.status_code)


def test_every_page_answers_every_query_cookie_and_address_in_words(app: Flask, visit: Visit, live: None) -> None:
    task, owner = waiting_task(visit), visit(OWNER)
    for rule in rules(app, "GET"):
        for query in QUERIES[: 1 if rule.endpoint in JUDGING else None]:
            assert understood(owner.client.get(f"{paths(rule, owner.client, task)}?{query}")), (rule, query)
    for path in PATHS:
        assert understood(owner.client.get(path)), path
    for cookie in COOKIES:
        bare = app.test_client(use_cookies=False)
        sent = f"alur={cookie}; alur_language={cookie}".encode().decode("latin-1")
        answer = bare.get("/sign-in", environ_overrides={"HTTP_COOKIE": sent})
        assert understood(answer), cookie
