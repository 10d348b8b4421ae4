"""`alur check` as people and programs run it, and deploying, which asks the same questions."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.archive import FILE_LIMIT
from engine.check.guard import SECONDS
from engine.errors import DiagramError
from engine.package import Package
from engine.problems import CODES, Problem
from tests.engine.diagrams import around
from tests.workflows.test_verdict import DIAGRAM, ROUND, edited
from web.cli.base import ROOT
from web.installation import checked
from workflows import packages

INSTALLED = str(Path(sys.executable).with_name("alur"))
CERTIFICATE = str(packages() / "surat_keterangan")


def run(*arguments: str, command: str = INSTALLED) -> subprocess.CompletedProcess[str]:
    return subprocess.run([command, "check", *arguments], capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("command", [INSTALLED, str(ROOT / "alur")])
def test_the_real_command_answers_with_json_alone_and_its_exit_code(command: str, tmp_path: Path) -> None:
    (tmp_path / "bad.bpmn").write_bytes(around('<scriptTask id="x"/>'))
    for path, code in ((CERTIFICATE, 0), (str(tmp_path / "bad.bpmn"), 1), (str(tmp_path / "none.bpmn"), 2)):
        ran = run(path, "--json", command=command)
        assert (ran.returncode, json.loads(ran.stdout)["deployable"], ran.stderr) == (code, code == 0, "")


def test_a_path_is_meant_from_where_the_command_is_given(tmp_path: Path) -> None:
    (tmp_path / "good.bpmn").write_bytes(around('<userTask id="x"/>'))
    given = [str(ROOT / "alur"), "check", "good.bpmn"]
    assert subprocess.run(given, cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_wrong_usage_is_exit_code_2_and_says_how_it_is_used() -> None:
    ran = run("--jsn", CERTIFICATE)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "usage: alur check PATH" in ran.stderr


def test_the_catalogue_of_codes_is_printed() -> None:
    ran = run("--codes", "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert {entry["code"] for entry in json.loads(ran.stdout)} == set(CODES)
    assert all(f"{code} (" in run("--codes").stdout for code in ("scenario-failed", "decision-avoided"))


def test_the_check_does_not_load_the_application() -> None:
    loaded = "import sys, web.cli, engine.check.command; print(sorted(sys.modules))"
    parent = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert not [name for name in ("'flask'", "'sqlalchemy'", "'lark'", "'yaml'", "'lxml'") if name in parent]


def test_a_file_that_calls_no_service_is_judged_without_a_database_library(tmp_path: Path) -> None:
    (tmp_path / "x.bpmn").write_bytes(around('<userTask id="x"/>'))
    judged = (
        "import sys, pathlib, workflows.verdict as v;"
        f"v.judge(pathlib.Path({str(tmp_path / 'x.bpmn')!r})); print(sorted(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", judged], capture_output=True, text=True, check=True).stdout
    assert "'workflows.leave'" not in loaded


HARD = {
    "nested.bpmn": b"<a>" * 100_000,
    "wide.bpmn": around("".join(f'<userTask id="t{n}"/>' for n in range(40_000))),
    "large.bpmn": b" " * (FILE_LIMIT + 1),
    "long.form": b"[" * 2_000_000,
    "broken.zip": b"PK\x03\x04" * 10_000,
}


def _used_by_children() -> float:
    """Processor time, which a busy machine does not change; on an idle one it is the time on the clock."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("name", HARD)
def test_the_hardest_files_are_answered_in_time(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(HARD[name])
    before = _used_by_children()
    ran = run(str(tmp_path / name), "--json")
    assert _used_by_children() - before < SECONDS
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["problems"]


def refused(package: Package) -> set[str]:
    """The codes of the errors for which a package is not deployed."""
    with pytest.raises(DiagramError) as found:
        checked(package)
    return {problem.code for problem in found.value.problems if isinstance(problem, Problem) and problem.is_error}


def test_an_edited_flow_that_goes_round_the_official_cannot_be_deployed(tmp_path: Path) -> None:
    package = Package.read(edited(tmp_path, "leave", DIAGRAM, ROUND))
    assert "decision-avoided" in refused(package)


def test_a_package_whose_scenario_fails_cannot_be_deployed(tmp_path: Path) -> None:
    wrong = ("outcome: issued", "outcome: refused")
    package = Package.read(edited(tmp_path, "surat_keterangan", "scenarios/issued.yaml", wrong))
    assert refused(package) == {"scenario-failed"}


def test_a_folder_of_any_other_kind_is_answered_too(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "engine" / "feel", tmp_path / "feel", ignore=shutil.ignore_patterns("__pycache__"))
    ran = run(str(tmp_path / "feel"), "--json")
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["deployable"] is False
