"""Instances that earlier releases saved: each is loaded, stands where it stood, and ends as it did then."""

from __future__ import annotations

import copy
import re
from collections import Counter
from pathlib import Path

import pytest

from engine.check.events import RUNS
from engine.spiff import _Parser
from tests.golden.__main__ import DATA, main, records, release
from tests.golden.cases import cases
from tests.golden.play import Json, differences

RECORDS = dict(records())


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_saved_instance_stands_where_it_stood_and_ends_as_it_did(record: Json) -> None:
    assert differences(record) == []


def test_every_release_has_its_saved_instances() -> None:
    releases = Counter(name.partition("/")[0] for name in RECORDS)
    assert release() in releases
    assert min(releases.values()) >= 40


def test_every_element_and_event_that_runs_is_in_a_case() -> None:
    drawn = "".join(case.package.files["flow.bpmn"].decode() for case in cases())
    runs = {tag.rpartition("}")[2] for tag in _Parser.OVERRIDE_PARSER_CLASSES}
    runs |= {f"{kind}EventDefinition" for kinds in RUNS.values() for kind in kinds}
    assert [tag for tag in sorted(runs) if not re.search(rf"<{tag}[ />]", drawn)] == []


def test_an_instance_that_goes_another_way_is_told() -> None:
    record = copy.deepcopy(next(iter(RECORDS.values())))
    record["moves"][-1]["open"] = [["elsewhere", None]]
    assert any("elsewhere" in text for text in differences(record))
    record = copy.deepcopy(RECORDS[f"{release()}/values"])
    record["data"]["submit"]["amount"] = {"number": "1234567.5"}
    assert any("1234567.50" in text for text in differences(record))


def test_the_files_of_the_next_release_can_be_made_and_hold(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 0
    made = dict(records(tmp_path))
    assert len(made) == len({case.name for case in cases()}) == len(list(cases()))
    assert {name: found for name, record in made.items() if (found := differences(record))} == {}


def test_the_files_of_a_release_are_not_written_again(capsys: pytest.CaptureFixture[str]) -> None:
    before = {file: file.read_bytes() for file in (DATA / release()).rglob("*.json")}
    assert main([]) == 1
    assert "never written again" in capsys.readouterr().err
    assert {file: file.read_bytes() for file in (DATA / release()).rglob("*.json")} == before
