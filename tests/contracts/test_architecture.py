"""The architecture is tested, not described."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from importlinter import cli

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = ("engine", "workflows", "web")
IGNORE = re.compile(r"# (type: ignore\[[\w, -]+\]|noqa: [A-Z0-9, ]*[0-9])\s*$")
"""An ignore that ends its line: what it says after that is the reason."""


def test_the_layers_hold() -> None:
    assert cli.lint_imports(config_filename=str(ROOT / "pyproject.toml")) == cli.EXIT_STATUS_SUCCESS


def test_the_contract_of_independent_flows_names_every_flow() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    named = next(contract["modules"] for contract in contracts if contract["type"] == "independence")
    flows = {rules.parent.name for pattern in ("*/rules.py", "*/rules") for rules in (ROOT / "workflows").glob(pattern)}
    assert sorted(named) == sorted(f"workflows.{flow}" for flow in flows)


def test_every_package_is_installed() -> None:
    found = {
        ".".join(file.relative_to(ROOT).parent.parts)
        for name in PACKAGES
        for file in (ROOT / name).rglob("__init__.py")
    }
    assert found == set(PROJECT["tool"]["setuptools"]["packages"])


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {file.parent for file in (ROOT / "tests").rglob("test_*.py")}
    assert all((folder / "__init__.py").exists() for folder in folders)


def test_a_rule_knows_only_the_standard_library_and_what_knows_no_more() -> None:
    for pattern in ("*/rules.py", "*/rules/*.py"):
        for file in (ROOT / "workflows").glob(pattern):
            foreign = {name for name in _imported(file) if not _is_pure(name)}
            assert not foreign, f"{file}: {foreign}"


def test_each_ignore_has_its_reason_beside_it() -> None:
    bare = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in _sources()
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if IGNORE.search(line)
    ]
    assert not bare


def test_the_code_is_formatted_and_clean() -> None:
    _run("ruff", "format", "--check", ".")
    _run("ruff", "check", ".")


def test_the_code_is_typed() -> None:
    _run("mypy")


def _sources() -> Iterator[Path]:
    for name in PACKAGES:
        yield from (ROOT / name).rglob("*.py")


def _imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def _is_pure(name: str) -> bool:
    if name.partition(".")[0] in sys.stdlib_module_names:
        return True
    file = ROOT / f"{name.replace('.', '/')}.py"
    return file.exists() and all(_is_pure(other) for other in _imported(file))


def _run(tool: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
