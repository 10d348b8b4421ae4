"""An answer that is for the services of the moment alone: given to them, and kept nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from engine.db import Database, Event, Instance
from engine.forms.reading import form_problems
from engine.package import Package
from engine.record import read_payload
from engine.services import ServiceContext, Services
from tests.conftest import Databases
from tests.support import NOON, Office, choice, diagram, form, form_of, package, service
from workflows import load_demo

services = Services("test")
CODE = {"type": "textfield", "properties": {"fleeting": "true"}, "validate": {"required": True}}


@services.register("test.hear@1")
def hear(ctx: ServiceContext, *, said: str | None = None) -> dict[str, Any]:
    """What a service hears, and what it is given as process data."""
    return {"right": ctx.fleeting.get("code") == "KAPAL", "said": said or ""}


def asking() -> Package:
    """Asks for a word, has a service hear it, and asks for something else."""
    nodes = {"begin": "startEvent", "ask": "userTask", "say": "userTask", "hear": "serviceTask", "more": "userTask"}
    nodes |= {"late": "serviceTask", "end": "endEvent"}
    inside = {step: form_of(step) for step in ("say", "more")}
    inside |= {"hear": service("test.hear@1", "heard", said="say.code"), "late": service("test.hear@1", "later")}
    flows = ["begin ask", "ask say", "say hear", "hear more", "more late", "late end"]
    files = {"say.form": form(outcome=choice("go"), code=CODE), "more.form": form(note={})}
    drawn = diagram(nodes, flows, lanes={"requester": list(nodes)}, inside=inside)
    return package(drawn, key="asking", files=files)


@pytest.fixture
def office(kind: str, databases: Databases) -> Iterator[Office]:
    url = databases.fresh(kind, "fleeting", lambda db: db.command(lambda session: load_demo(session, NOON)))
    found = Office(Database(url), services=services)
    found.deploy(asking())
    yield found
    found.database.dispose()
    databases.drop(url)


def kept(office: Office) -> str:
    """State and record of every instance, opened."""
    with office.database.reads() as session:
        states = [repr(state) for state in session.scalars(select(Instance.state))]
        return "".join(states + [repr(read_payload(payload)) for payload in session.scalars(select(Event.payload))])


def test_it_reaches_the_services_of_its_own_act_and_no_later_ones(office: Office) -> None:
    case = office.start("asking", "P097")
    case.complete("say", "P097", outcome="go", code="KAPAL")
    assert ("KAPAL" in kept(office), "'right': True" in kept(office)) == (False, True)
    case.complete("more", "P097", note="selesai")
    assert case.ended
    assert "'right': False" in kept(office), "the service of a later act hears nothing"
    assert "KAPAL" not in kept(office)


def test_the_record_says_that_the_step_was_answered_and_not_what(office: Office) -> None:
    case = office.start("asking", "P097")
    view = case.complete("say", "P097", outcome="go", code="KAPAL")
    told = [label.id for entry in view.timeline for label, _value in entry.answers]
    assert "code" not in told
    assert "KAPAL" not in repr(view)


def codes_of(*components: dict[str, Any]) -> list[str]:
    """What a check finds wrong with a form of these components."""
    content = json.dumps({"type": "default", "schemaVersion": 16, "components": list(components)}).encode()
    return [problem.code for problem in form_problems(content, "x.form")[1]]


def test_only_a_text_field_outside_of_lists_can_be_so() -> None:
    once = {"id": "code", "key": "code", "label": "Kode", "properties": {"fleeting": "true"}}
    rows = {"id": "rows", "type": "dynamiclist", "path": "rows", "label": "Baris"}
    assert codes_of({**once, "type": "textfield"}) == []
    assert codes_of({**once, "type": "number"}) == ["form-fleeting"]
    assert codes_of({**rows, "components": [{**once, "type": "textfield"}]}) == ["form-fleeting"]
