"""What the files of the project must not say, and what they must."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib import import_module
from inspect import isfunction
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" * 3 + r"\b", "HA" + "CK")))
NAMES_OF_THIS_FILE = {"test_words.py"}
RULES = sorted(folder.parent for folder in (ROOT / "workflows").glob("*/rules/__init__.py"))


def tracked() -> list[Path]:
    """The files of the project that are text, by what git knows; where there is no git, by what is there."""
    suffixes = {".py", ".md", ".toml", ".html", ".css", ".js", ".sh", ".bpmn", ".dmn", ".form", ".yaml", ""}
    names = _known_to_git() or _present()
    return [ROOT / name for name in names if Path(name).suffix in suffixes and (ROOT / name).is_file()]


def _known_to_git() -> list[str]:
    """None where there is no git, or where it may not read this folder."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return []
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    return listed.stdout.splitlines() if listed.returncode == 0 else []


def _present() -> list[str]:
    folders = ("engine", "workflows", "web", "tests", "bpmn")
    return [str(f.relative_to(ROOT)) for folder in folders for f in (ROOT / folder).rglob("*")] + ["README.md", "alur"]


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in tracked()
        if file.suffix in {".py", ".html", ".css", ".js", ""} and file.name not in NAMES_OF_THIS_FILE
        for match in UNFINISHED.finditer(file.read_text(errors="replace"))
    ]
    assert not found


def test_no_test_is_skipped_and_none_sleeps() -> None:
    words = ("pytest.skip", "mark.skip", "mark.xfail", "time.sleep", "unittest.mock", "monkeypatch.setattr(engine")
    found = [
        f"{file.relative_to(ROOT)}: {word}"
        for file in (ROOT / "tests").rglob("*.py")
        if file.name not in NAMES_OF_THIS_FILE
        for word in words
        if word in file.read_text()
    ]
    assert not found


@pytest.mark.parametrize("package", RULES, ids=lambda folder: folder.parent.name)
def test_every_public_rule_names_its_source(package: Path) -> None:
    rules = import_module(".".join(package.relative_to(ROOT).parts))
    public = [getattr(rules, name) for name in rules.__all__]
    silent = [rule.__name__ for rule in public if isfunction(rule) and "Source:" not in (rule.__doc__ or "")]
    assert not silent
    assert any(isfunction(rule) for rule in public)
