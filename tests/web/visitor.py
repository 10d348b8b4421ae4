"""Somebody at a browser without scripts: opens pages, reads them, fills forms in and sends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Typed = str | tuple[BytesIO, str]
"""What is typed or chosen; a file as content and name."""
Values = Mapping[str, Typed | Sequence[Typed]]


def one(page: Tag, selector: str) -> Tag:
    """The first element that a CSS selector finds; there must be one."""
    found = page.select_one(selector)
    assert found is not None, selector
    return found


@dataclass
class Visitor:
    """A browser; ``page`` is what stands on its screen, ``answer`` what the server sent last."""

    client: FlaskClient
    answer: TestResponse = field(init=False)
    page: BeautifulSoup = field(init=False)

    def open(self, path: str) -> Visitor:
        """Follow a link or type an address."""
        self._show(self.client.get(path, follow_redirects=True))
        return self

    def send(self, values: Values | None = None, *, to: str = "", follow: bool = True) -> Visitor:
        """Fill in the form whose address ends with ``to`` (the last on the page if it is empty) and send it."""
        form = self.form(to)
        sent = {**self.kept(form), **(values or {})}
        if form.get("method") == "get":  # asks to see something and changes nothing
            self._show(self.client.get(self.target(form), query_string=sent, follow_redirects=follow))
        else:
            self._show(self.client.post(self.target(form), data=sent, follow_redirects=follow))
        return self

    def follow(self, words: str) -> Visitor:
        """Follow the first link in the main part that says these words."""
        link = next(a for a in self.main.find_all("a") if words in a.get_text())
        return self.open(str(link["href"]))

    def form(self, to: str = "") -> Tag:
        """The form of the main part whose address ends with ``to``."""
        forms = [f for f in self.main.find_all("form") if f.get("method") == "post" or f.has_attr("novalidate")]
        return [f for f in forms if self.target(f).endswith(to)][-1]

    def target(self, form: Tag) -> str:
        """Where a form is sent to."""
        return str(form.get("action") or self.answer.request.full_path.rstrip("?"))

    def kept(self, form: Tag) -> dict[str, str | Sequence[str]]:
        """What a browser would send without touching the form."""
        found: dict[str, list[str]] = {}
        for control in form.find_all(["input", "textarea"]):
            kind = control.get("type", "text")
            if kind == "file" or (kind in {"radio", "checkbox"} and not control.has_attr("checked")):
                continue
            value = str(control.get("value", "")) if control.name == "input" else control.text.strip()
            found.setdefault(str(control["name"]), []).append(value)
        return {name: values[0] if len(values) == 1 else values for name, values in found.items()}

    @property
    def main(self) -> Tag:
        """The main part of the page."""
        found = self.page.find("main")
        assert isinstance(found, Tag)
        return found

    @property
    def path(self) -> str:
        """The address of the page, without its query."""
        return self.answer.request.path

    @property
    def title(self) -> str:
        """The title of the page."""
        return self.page.title.get_text() if self.page.title else ""

    @property
    def text(self) -> str:
        """The words of the main part, as they are read."""
        return " ".join(self.main.get_text(" ").split())

    def _show(self, answer: TestResponse) -> None:
        for done in (answer, *answer.history):
            done.request.environ["wsgi.input"].close()  # a large form lies in a file that nobody else closes
        self.answer = answer
        self.page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
