"""An environment like that of `./alur test`, but with another version of SpiffWorkflow."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv-library"
LOCKS = ("requirements.lock", "requirements-test.lock")
NAME = "SpiffWorkflow"
VERSION = re.compile(r"[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?")
"""A version as a registry writes it (PEP 440)."""
LOCKED = re.compile(rf"^{NAME}==.*\\\n(?: +--hash=.*\n)+", re.IGNORECASE | re.MULTILINE)
"""The lines of a lock that pin the library."""


class Unavailable(Exception):
    """The environment could not be made; the message says why and what to do."""


def python_with(version: str) -> Path:
    """The interpreter of an environment with this version; made once for each set of locks. Raises `Unavailable`."""
    if not VERSION.fullmatch(version):
        raise Unavailable(f"{version} is no version; name one of {NAME}, e.g. 3.2.0.")
    folder = FOLDER / version
    python, stamp = folder / "bin" / "python", folder / "made-of"
    if not (stamp.exists() and stamp.read_text() == _digest()):
        shutil.rmtree(folder, ignore_errors=True)
        _make(folder, python, version)
        stamp.write_text(_digest())
    return python


def _make(folder: Path, python: Path, version: str) -> None:
    _step(f"Virtual environment {folder}", [sys.executable, "-m", "venv", str(folder)])
    try:
        _step(f"{NAME} {version}", _pip(python, "download", "--no-deps", "--dest", str(folder), f"{NAME}=={version}"))
    except Unavailable:
        shutil.rmtree(folder)
        raise
    locks = [_locked(lock, folder, version) for lock in LOCKS]
    requirements = [part for lock in locks for part in ("-r", str(lock))]
    _step("Locked dependencies", _pip(python, "install", "--require-hashes", *requirements))
    _step("Alur itself", _pip(python, "install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)))


def _locked(lock: str, folder: Path, version: str) -> Path:
    """A lock with this version in place of the pinned one, by the hash of what was downloaded."""
    [found] = [*folder.glob("*.whl"), *folder.glob("*.tar.gz")]
    text = (ROOT / lock).read_text(encoding="utf-8")
    digest = hashlib.sha256(found.read_bytes()).hexdigest()
    (folder / lock).write_text(with_version(text, version, digest), encoding="utf-8")
    return folder / lock


def with_version(lock: str, version: str, digest: str) -> str:
    """The text of a lock with another version of the library."""
    changed, count = LOCKED.subn(f"{NAME.lower()}=={version} \\\\\n    --hash=sha256:{digest}\n", lock)
    if count != 1:
        raise Unavailable(f"{NAME} is pinned {count} times in a lock, not once.")
    return changed


def _pip(python: Path, command: str, *arguments: str) -> list[str]:
    quiet = ("--disable-pip-version-check", "--no-input", "--quiet", "--progress-bar", "off")
    return [str(python), "-m", "pip", command, *quiet, *arguments]


def _step(what: str, command: list[str]) -> None:
    sys.stderr.write(f"alur: {what} ...\n")
    if subprocess.call(command, cwd=ROOT, stdin=subprocess.DEVNULL):
        raise Unavailable(f"{what} could not be had; the reason stands above.")


def _digest() -> str:
    seen = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for name in (*LOCKS, "pyproject.toml"):
        seen.update((ROOT / name).read_bytes())
    return seen.hexdigest()
