"""A decision asked beforehand: the live table answers, and nothing else."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from tests.support import NOON, Office, diagram, package

TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="test">'
    '<decision id="size" name="size"><decisionTable id="t" hitPolicy="UNIQUE">'
    '<input id="i"><inputExpression id="e" typeRef="number"><text>days</text></inputExpression></input>'
    '<output id="o" name="size" typeRef="string"/>'
    '<rule id="r1"><inputEntry id="a"><text>&lt; 4</text></inputEntry>'
    '<outputEntry id="b"><text>"{small}"</text></outputEntry></rule>'
    '<rule id="r2"><inputEntry id="c"><text>&gt;= 4</text></inputEntry>'
    '<outputEntry id="f"><text>"long"</text></outputEntry></rule>'
    "</decisionTable></decision></definitions>"
)
FLOW = diagram({"start": "startEvent", "ask": "userTask", "end": "endEvent"}, ["start ask", "ask end"])


def deployed(office: Office, small: str) -> None:
    office.deploy(package(FLOW, files={"rules.dmn": TABLE.replace("{small}", small).encode()}))


def asked(office: Office, process: str, decision: str, **known: object) -> object:
    with office.database.reads() as session:
        return office.engine.decided(session, process, decision, known, now=NOON)


def test_the_live_table_answers(office: Office) -> None:
    deployed(office, "short")
    assert (asked(office, "flow", "size", days=3), asked(office, "flow", "size", days=4)) == ("short", "long")
    deployed(office, "brief")
    assert asked(office, "flow", "size", days=3) == "brief", "a page says what the next request will find"


def test_a_table_that_is_not_there_is_not_found(office: Office) -> None:
    deployed(office, "short")
    for process, decision in (("flow", "colour"), ("elsewhere", "size")):
        with pytest.raises(NotFound):
            asked(office, process, decision)
