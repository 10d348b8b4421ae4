"""The command that tries another version of the library: what it asks for, and what it makes of two results."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.library import environment, probe
from tests.library.environment import LOCKS, ROOT, with_version
from web.cli import main


@pytest.mark.parametrize("lock", LOCKS)
def test_the_environment_is_locked_as_ever_but_for_the_library(lock: str) -> None:
    before = (ROOT / lock).read_text(encoding="utf-8")
    after = with_version(before, "3.2.1", "0" * 64)
    gone, new = (set(one.splitlines()) - set(other.splitlines()) for one, other in ((before, after), (after, before)))
    assert {line for line in gone if "--hash" not in line} == {"spiffworkflow==3.2.0 \\"}
    assert new == {"spiffworkflow==3.2.1 \\", "    --hash=sha256:" + "0" * 64}
    assert after.count("==") == before.count("==")


@pytest.mark.parametrize("version", ["newest", "3.2.0 ; x", "../3.2.0", "-r"])
def test_what_is_no_version_is_said_at_once(version: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["test", f"--library={version}"]) == 2
    assert "is no version; name one of SpiffWorkflow" in capfd.readouterr().err


def test_a_version_that_is_not_to_be_had_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(environment, "FOLDER", tmp_path)
    with pytest.raises(environment.Unavailable, match=r"SpiffWorkflow 99\.9 could not be had"):
        environment.python_with("99.9")
    assert list(tmp_path.iterdir()) == []
    assert "No matching distribution found for SpiffWorkflow==99.9" in capfd.readouterr().err


def test_what_a_result_is_made_of_can_be_had_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "WALKS", range(400_000, 400_003))
    monkeypatch.setattr(probe, "SUITES", ("tests/engine/test_check_graph.py",))
    assert probe.walks() == {"made": 3, "wrong": []}
    outcomes = probe.tests()
    assert set(outcomes.values()) == {"passed"}
    assert all(name.startswith("tests.engine.test_check_graph::test_") for name in outcomes)
