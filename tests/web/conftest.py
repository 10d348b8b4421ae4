"""Visitors of the demo installation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.visitor import Visitor

Visit = Callable[[str], Visitor]


@pytest.fixture
def visit(client_as: Callable[[str], FlaskClient]) -> Visit:
    """A browser in which the person is signed in."""
    return lambda person: Visitor(client_as(person))


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """A browser in which nobody is signed in."""
    return Visitor(app.test_client())
