"""The API against its own description: whatever is sent, the answer is one that the description names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from web import openapi

UNKNOWABLE = [
    positive_data_acceptance,  # the description does not say which answers a form accepts, nor which ids there are
    negative_data_rejection,  # an unknown query parameter is ignored, as HTTP clients may expect
    ignored_auth,  # told apart by test_without_a_valid_token_nothing_is_told
]


EXAMPLES = 20
PROCESS_OWNER = "P026"
OPERATIONS = [(path, method) for path, methods in openapi.PATHS.items() for method in methods]


@schemathesis.serializer("application/zip")
def as_sent(_context: object, value: object) -> bytes:
    """Bytes are sent as they are."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture
def kind() -> str:
    """One kind of database is enough here."""
    return "sqlite"


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_described(
    app: Flask, token_of: Callable[[str], str], path: str, method: str, mode: GenerationMode
) -> None:
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)[path][method.upper()]
    if mode.is_negative and not operation.body and not operation.query and not operation.path_parameters:
        return  # nothing that could be sent wrongly
    headers = {"Authorization": f"Bearer {token_of(PROCESS_OWNER)}", "Accept-Encoding": "identity"}

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers=headers, excluded_checks=UNKNOWABLE)

    answers()


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    routes = {
        (rule.rule.removeprefix("/api/v1").replace("uuid:", "").replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith("/api/v1/") and method not in {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, methods in openapi.PATHS.items() for method in methods}
    assert routes - {("/openapi.json", "get")} == described
