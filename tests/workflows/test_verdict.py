"""What this installation says of its own packages, and of copies that somebody has edited."""

from __future__ import annotations

import time
from math import inf
from pathlib import Path

import pytest

from engine.package import Package
from engine.problems import Problem
from workflows import packages
from workflows.verdict import judge

DIAGRAM = "leave.bpmn"
ROUND = ('sourceRef="check" targetRef="checked"', 'sourceRef="check" targetRef="grant"')
"""From the personnel officer's check straight to the grant, past the authorised official."""


def edited(folder: Path, process: str, file: str, *replaced: tuple[str, str]) -> Path:
    """A zip of a package of this release with something in one of its files replaced."""
    own = Package.read(packages() / process)
    text = own.files[file].decode()
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    path = folder / f"{process}.zip"
    path.write_bytes(Package({**own.files, file: text.encode()}, own.manifest).to_zip())
    return path


def errors(path: Path, until: float = inf) -> list[Problem]:
    return [problem for problem in judge(path, until) if problem.is_error]


@pytest.mark.parametrize("name", sorted(file.parent.name for file in packages().glob("*/process.toml")))
def test_the_packages_of_this_release_are_deployable(name: str) -> None:
    assert errors(packages() / name) == []


def test_a_diagram_that_grants_leave_without_the_official_is_refused(tmp_path: Path) -> None:
    found = errors(edited(tmp_path, "leave", DIAGRAM, ROUND))
    avoided = next(problem for problem in found if problem.code == "decision-avoided")
    assert (avoided.file, avoided.element) == (DIAGRAM, "grant")
    assert avoided.line
    assert "Authorised official" in avoided.message.en


def test_a_scenario_that_ends_otherwise_is_named_with_its_place(tmp_path: Path) -> None:
    file = "scenarios/issued.yaml"
    (found,) = errors(edited(tmp_path, "surat_keterangan", file, ("outcome: issued", "outcome: refused")))
    assert (found.code, found.file, found.line) == ("scenario-failed", file, 9)
    assert found.message.en.endswith("it ends at 'issued'")
    assert found.message.id.endswith("berakhir di 'issued'")


def test_a_step_that_cannot_be_taken_is_named_with_its_line(tmp_path: Path) -> None:
    file = "scenarios/issued.yaml"
    (found,) = errors(edited(tmp_path, "surat_keterangan", file, ("role: personnel_officer", "by: P094")))
    assert (found.code, found.file, found.line) == ("scenario-failed", file, 6)


def test_scenarios_for_which_there_is_no_time_are_told_and_do_not_count_as_failed(tmp_path: Path) -> None:
    found = judge(packages() / "surat_keterangan", time.monotonic())
    told = [problem for problem in found if problem.code == "scenario-unplayed"]
    assert [problem.severity for problem in told] == ["warning", "warning"]
    assert not any(problem.is_error for problem in found)
