"""What is installed is locked, licensed and had from nowhere in particular."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-browser.lock")
FREE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|LGPL|Lesser General Public|MPL|Mozilla|0BSD|Zope|Unlicense",
    re.IGNORECASE,
)
PIN = re.compile(r"^([A-Za-z0-9_.\-]+)(?:\[[a-z]+\])?==([^ ;\\]+)")


def pins(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if match := PIN.match(line):
            found.setdefault(match[1].lower().replace("_", "-"), set()).add(match[2])
    return found


def test_what_the_project_asks_for_is_what_is_locked() -> None:
    wanted = {
        "requirements.lock": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]],
        "requirements-test.lock": PROJECT["project"]["optional-dependencies"]["test"],
        "requirements-browser.lock": PROJECT["dependency-groups"]["browser"],
    }
    for lock, requirements in wanted.items():
        locked = pins(lock)
        for requirement in requirements:
            match = PIN.match(requirement)
            assert match, f"{requirement} is not pinned"
            assert locked[match[1].lower().replace("_", "-")] == {match[2]}


def test_tests_run_on_the_same_versions_as_the_application() -> None:
    tested = pins("requirements-test.lock")
    for name, versions in pins("requirements.lock").items():
        assert name == "setuptools" or tested[name] == versions


def test_spiffworkflow_is_pinned_exactly() -> None:
    assert "SpiffWorkflow==3.2.0" in PROJECT["project"]["dependencies"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(pins(lock))
    assert not re.search(r"==[^\\\n]*\n(?! +--hash)", text)


@pytest.mark.parametrize("name", sorted(pins("requirements.lock")))
def test_a_dependency_may_be_used_freely(name: str) -> None:
    try:
        metadata = distribution(name).metadata
    except ModuleNotFoundError:
        pytest.fail(f"{name} is locked but not installed")
    told = " ".join(
        [
            metadata.get("License-Expression") or "",
            metadata.get("License") or "",
            *(metadata.get_all("Classifier") or []),
        ]
    )
    assert FREE.search(told), f"{name}: {told[:200]}"


def test_the_licence_is_apache() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:400]
    assert PROJECT["project"]["license"] == "Apache-2.0"
