"""What is installed is locked, licensed and had from nowhere in particular."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

from engine.library import TESTED

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
            found.setdefault(normal(match[1]), set()).add(match[2])
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
            assert locked[name(requirement)] == {requirement.partition("==")[2].strip()}


def test_tests_run_on_the_same_versions_as_the_application() -> None:
    tested = pins("requirements-test.lock")
    for name, versions in pins("requirements.lock").items():
        assert name == "setuptools" or tested[name] == versions


def test_everything_the_application_imports_is_asked_for() -> None:
    asked = {name(requirement) for requirement in PROJECT["project"]["dependencies"]}
    brings = {"Flask": {"Werkzeug", "Jinja2", "click", "blinker", "itsdangerous", "MarkupSafe"}}
    allowed = asked | {normal(part) for parts in brings.values() for part in parts}
    owners = packages_distributions()
    foreign = {
        module: owners.get(module, ["nobody"])
        for module in imported_modules()
        if not {normal(owner) for owner in owners.get(module, ["nobody"])} & allowed
    }
    assert not foreign


def imported_modules() -> set[str]:
    """The first names of what engine, workflows and web import, without the standard library and themselves."""
    found: set[str] = set()
    for file in (f for package in ("engine", "workflows", "web") for f in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - {*sys.stdlib_module_names, "engine", "workflows", "web", "tests"}


def name(requirement: str) -> str:
    """The distribution that a pinned requirement asks for."""
    match = PIN.match(requirement)
    assert match, f"{requirement} is not pinned"
    return normal(match[1])


def normal(distribution: str) -> str:
    """A distribution's name in the form in which names are compared."""
    return distribution.lower().replace("_", "-")


def test_spiffworkflow_is_pinned_exactly_as_it_is_tested() -> None:
    assert f"SpiffWorkflow=={TESTED}" in PROJECT["project"]["dependencies"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(pins(lock))
    assert not re.search(r"==[^\\\n]*\n(?! +--hash)", text)


@pytest.mark.parametrize("dependency", sorted(pins("requirements.lock")))
def test_a_dependency_may_be_used_freely(dependency: str) -> None:
    metadata = distribution(dependency).metadata
    told = " ".join(
        [
            metadata.get("License-Expression") or "",
            metadata.get("License") or "",
            *(metadata.get_all("Classifier") or []),
        ]
    )
    assert FREE.search(told), f"{dependency}: {told[:200]}"


def test_the_licence_is_apache() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:400]
    assert PROJECT["project"]["license"] == "Apache-2.0"
