from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.db import Event, Version
from engine.package import Package
from tests.conftest import Clock
from tests.support import diagram as drawn
from tests.support import package
from web import installation, tokens
from web.cli import main
from web.cli.base import installed, now
from web.config import Settings
from web.keys import make_key, make_secret
from web.parts import Parts
from web.worker import Worker
from workflows import demo_people, packages

EMPLOYEE = "P097"


@pytest.fixture
def kind() -> str:
    """Commands are the same on both kinds of database."""
    return "sqlite"


@pytest.fixture
def office(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    """The demo installation, named in the environment as an administrator would."""
    monkeypatch.setenv("ALUR_DATABASE", settings.database)
    monkeypatch.setenv("ALUR_SECRET", settings.secret)
    monkeypatch.setenv("ALUR_KEY_FILE", str(settings.key_file))
    parts = installed()
    yield parts
    parts.database.dispose()


Captured = pytest.CaptureFixture[str]


def test_a_package_goes_in_and_comes_out_byte_for_byte(office: Parts, tmp_path: Path, capsys: Captured) -> None:
    wanted = Package.read(packages() / "surat_keterangan")
    assert main(["export", "surat_keterangan", str(tmp_path / "out")]) == 0
    assert Package.read(tmp_path / "out").files == wanted.files
    (tmp_path / "out" / "note.typ").write_text("baru")
    assert main(["deploy", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("surat_keterangan 2 draft ")


def test_a_deployed_package_is_live_only_when_asked(office: Parts, tmp_path: Path) -> None:
    main(["export", "surat_keterangan", str(tmp_path / "out")])
    (tmp_path / "out" / "note.typ").write_text("baru")
    assert main(["deploy", str(tmp_path / "out"), "--live"]) == 0
    with office.database.reads() as session:
        found = session.execute(select(Version.number, Version.state).where(Version.process == "surat_keterangan"))
        assert sorted(tuple(row) for row in found) == [(1, "retired"), (2, "live")]


def test_a_package_that_the_check_refuses_is_not_deployed(office: Parts, tmp_path: Path, capsys: Captured) -> None:
    broken = package(drawn({"begin": "startEvent", "ask": "userTask"}, ["begin ask"]))
    (tmp_path / "flow.zip").write_bytes(broken.to_zip())
    assert main(["deploy", str(tmp_path / "flow.zip")]) == 1
    assert "flow.bpmn:1:" in capsys.readouterr().err
    with office.database.reads() as session:
        assert session.scalars(select(Version).where(Version.process == "flow")).all() == []


def test_nothing_is_written_over_when_exporting(office: Parts, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "mine").touch()
    assert main(["export", "leave", str(tmp_path)]) == 1
    assert "not an empty folder" in capsys.readouterr().err


def test_an_unknown_version_is_answered_with_the_known_ones(office: Parts, tmp_path: Path, capsys: Captured) -> None:
    assert main(["export", "leave", str(tmp_path / "out"), "--version", "9"]) == 1
    assert "leave 1" in capsys.readouterr().err


def test_a_token_opens_the_api_for_its_person(office: Parts, capsys: Captured) -> None:
    nip = next(person.nip for person in demo_people() if person.person == EMPLOYEE)
    assert main(["token", nip, "--label", "payroll"]) == 0
    token = capsys.readouterr().out.strip()
    with office.database.reads() as session:
        assert tokens.owner(session, token, now()) == EMPLOYEE


def test_there_is_no_token_for_somebody_unknown(office: Parts, capsys: Captured) -> None:
    assert main(["token", "123"]) == 1
    assert "Nobody with this NIP" in capsys.readouterr().err


def test_the_record_verifies_until_somebody_changes_it(
    office: Parts, clock: Clock, tmp_path: Path, capsys: Captured
) -> None:
    start_a_request(office, clock)
    Worker(office).pass_once()
    copy = office.settings.checkpoint_file
    assert main(["verify", "--checkpoint", str(copy)]) == 0
    office.database.command(lambda session: session.execute(update(Event).values(record=b"{}")))
    assert main(["verify", "--checkpoint", str(copy)]) == 1
    assert "instance" in capsys.readouterr().out


def test_a_missing_setting_is_named(capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALUR_DATABASE", f"sqlite:///{tmp_path / 'a.db'}")
    assert main(["worker"]) == 1
    assert "ALUR_SECRET" in capsys.readouterr().err


def test_a_database_of_another_schema_is_not_served(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ALUR_DATABASE", f"sqlite:///{tmp_path / 'a.db'}")
    monkeypatch.setenv("ALUR_SECRET", "s" * 40)
    monkeypatch.setenv("ALUR_KEY_FILE", str(make_key(tmp_path / "key")))
    assert main(["serve"]) == 1
    assert "alur migrate" in capsys.readouterr().err
    assert main(["migrate"]) == 0


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_requests_do_not_run_on_another_version_of_the_library(
    office: Parts, command: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.library.TESTED", "3.2.9")
    assert main([command]) == 1
    assert "SpiffWorkflow 3.2.0 is installed, but this release is tested with 3.2.9 alone" in capsys.readouterr().err


def test_wrong_usage_has_its_own_exit_code(capsys: Captured) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["nonsense"])
    assert main(["check"]) == 2


def test_the_check_speaks_json_alone(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["check", str(packages() / "leave"), "--json"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["deployable"] is True


def test_secret_and_key_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    secret, key = make_secret(tmp_path / "secret"), make_key(tmp_path / "key").read_bytes()
    assert make_secret(tmp_path / "secret") == secret
    assert make_key(tmp_path / "key").read_bytes() == key
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    assert len(list(tmp_path.iterdir())) == 2


def test_the_first_start_deploys_live_and_the_next_as_drafts(office: Parts) -> None:
    def again() -> None:
        office.database.command(lambda session: installation.deploy_packages(office, session, office.clock()))

    again()
    with office.database.reads() as session:
        assert set(session.scalars(select(Version.state))) == {"live"}


def test_the_command_says_its_version() -> None:
    done = subprocess.run([sys.executable, "-m", "web", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("alur ")


def start_a_request(parts: Parts, clock: Clock) -> None:
    def start(session: Session) -> None:
        actor = parts.people.actor(session, EMPLOYEE, clock())
        parts.engine.start(session, "surat_keterangan", actor, {"purpose": "Kredit"}, now=clock())

    parts.database.command(start)
