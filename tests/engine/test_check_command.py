"""`alur check`: exit codes, JSON alone, limits, and never a traceback."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from engine.check import check_path
from engine.check.command import main
from engine.check.guard import MEGABYTES, guarded
from engine.problems import CODES, Problem
from tests.engine.diagrams import around
from tests.engine.test_check_package import package

SOUND = around('<userTask id="x"/>')


def answer(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, bytes]:
    code = main(list(arguments))
    return code, capfdbinary.readouterr().out


def test_json_stands_alone_and_the_exit_code_says_the_same(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "good.bpmn").write_bytes(SOUND)
    (tmp_path / "bad.bpmn").write_bytes(around('<scriptTask id="x"/>'))
    code, out = answer(capfdbinary, str(tmp_path / "good.bpmn"), "--json")
    assert (code, json.loads(out)["deployable"]) == (0, True)
    code, out = answer(capfdbinary, "--json", str(tmp_path / "bad.bpmn"))
    verdict = json.loads(out)
    assert (code, verdict["deployable"]) == (1, False)
    found = next(p for p in verdict["problems"] if p["code"] == "script-task")
    assert set(found) == {"severity", "code", "file", "element", "line", "message"}
    assert (found["severity"], found["file"], found["element"], found["line"]) == ("error", "bad.bpmn", "x", 8)
    assert set(found["message"]) == {"id", "en"}


def test_people_read_both_languages_and_the_place(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "bad.bpmn").write_bytes(around('<complexGateway id="x"/>'))
    code, out = answer(capfdbinary, str(tmp_path / "bad.bpmn"))
    assert code == 1
    assert "bad.bpmn:8: error complex-gateway [x]" in out.decode()
    assert "Belum dapat dipasang. / Not deployable yet." in out.decode()


@pytest.mark.parametrize(
    "arguments", [[], ["a", "b"], ["--jsn", "x"], ["--codes", "x"], ["/no/such/place.bpmn", "--json"]]
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert main(arguments) == 2


def test_the_codes_are_listed_with_what_they_mean(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out = answer(capfdbinary, "--codes")
    assert code == 0
    assert all(f"{name} (" in out.decode() for name in CODES)
    assert {entry["code"] for entry in json.loads(answer(capfdbinary, "--codes", "--json")[1])} == set(CODES)


def test_a_folder_its_zip_and_the_list_of_problems_agree(tmp_path: Path) -> None:
    one = package()
    for name, content in one.files.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(content)
    (tmp_path / "tiny.zip").write_bytes(one.to_zip())
    assert check_path(tmp_path / "folder") == check_path(tmp_path / "tiny.zip")


GREEDY = """
import sys
from pathlib import Path
from engine.check.guard import child
from engine.problems import problem
def judge(path, until):
    {body}
sys.exit(child(sys.argv[1:], judge))
"""


def judged_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> list[str]:
    """The codes of a verdict whose check does something else than checking."""
    (tmp_path / "greedy.py").write_text(GREEDY.format(body=body))
    here = Path(__file__).resolve().parents[2]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(here)]))
    return [p["code"] for p in guarded(tmp_path / "x.bpmn", "greedy")["problems"]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("while True: pass", "limits"),
        (f"return [bytearray({MEGABYTES} * 2**20)]", "limits"),
        ("return open('/proc/self/mem', 'rb').read(1)", "check-failed"),
        ("raise SystemExit(3)", "check-failed"),
        ("import os; os.kill(os.getpid(), 9)", "limits"),
        ("1 / 0", "check-failed"),
    ],
)
def test_a_check_that_goes_wrong_is_a_verdict_too(
    body: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert judged_by(tmp_path, monkeypatch, body) == [code]


def noise(kind: str, seed: int) -> bytes:
    """Bytes of a sound file with some of them changed, or none of sense at all."""
    source = random.Random(f"{kind}{seed}")
    base = bytearray(
        {".bpmn": SOUND, ".zip": package().to_zip(), ".form": package().files["submit.form"]}.get(kind, b"")
    )
    for _ in range(source.randrange(1, 30)):
        at = source.randrange(len(base) + 1)
        base[at : at + source.randrange(3)] = bytes(source.randrange(256) for _ in range(source.randrange(4)))
    return bytes(base)


@pytest.mark.parametrize("kind", [".bpmn", ".dmn", ".form", ".zip"])
def test_any_bytes_at_all_get_a_verdict(kind: str, tmp_path: Path) -> None:
    for seed in range(100):
        (tmp_path / f"x{kind}").write_bytes(noise(kind, seed))
        problems: list[Problem] = check_path(tmp_path / f"x{kind}")
        assert all(p.message.id and p.message.en for p in problems), seed


def test_odd_places_get_a_verdict(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.bpmn")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "folder.bpmn").mkdir()
    for place in ("pipe.bpmn", "folder.bpmn", "loop", "x" * 200 + ".bpmn", "missing.zip"):
        found: Any = check_path(tmp_path / place)
        assert [p for p in found if p.is_error], place


def test_the_verdict_of_this_installation_knows_its_services_and_roles(tmp_path: Path) -> None:
    operator = '<s:serviceTaskOperator id="no.such@1"/>'
    call = f'<serviceTask id="x"><extensionElements>{operator}</extensionElements></serviceTask>'
    (tmp_path / "x.bpmn").write_bytes(around(call))
    codes = {p["code"] for p in guarded(tmp_path / "x.bpmn", "workflows.verdict")["problems"]}
    assert "service-unknown" in codes
