"""A walk through all pages that a person can reach by links, as that person sees them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

OFTEN = {"requests.show": 3, "inbox.task": 2}
"""How many pages of an endpoint a walk opens: one, as the others look the same, but for what has many states."""
LEFT_OUT = ("i18n.", "static", "documents.", "assets.")


@dataclass(frozen=True)
class Seen:
    """A page as it was read."""

    endpoint: str
    path: str
    page: BeautifulSoup


def walk(app: Flask, client: FlaskClient, start: str = "/") -> Iterator[Seen]:
    """Every page that links lead to, nearest first: each kind of page once or a few times, each process once."""
    waiting, known, met = deque([start]), {start}, Counter[tuple[str, str]]()
    while waiting:
        path = waiting.popleft()
        kind = _kind(app, path)
        if kind is None or met[kind] >= OFTEN.get(kind[0], 1):
            continue
        met[kind] += 1
        answer = client.get(path, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        assert answer.status_code == 200, (path, answer.status_code)
        page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
        yield Seen((_kind(app, answer.request.path) or kind)[0], path, page)
        for link in page.select("a[href]"):
            target = str(link["href"]).partition("#")[0]
            if target.startswith("/") and target not in known:
                known.add(target)
                waiting.append(target)


def _kind(app: Flask, path: str) -> tuple[str, str] | None:
    """The endpoint behind an address, with the process that it starts; None for what is no page to read."""
    try:
        endpoint, values = app.url_map.bind("localhost").match(path.partition("?")[0], method="GET")
    except (HTTPException, RequestRedirect):
        return None
    name = str(endpoint)
    return None if name.startswith(LEFT_OUT) else (name, str(values.get("process", "")))
