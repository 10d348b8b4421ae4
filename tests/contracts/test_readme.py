"""What the README says is what there is."""

from __future__ import annotations

import argparse
import gzip
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path

from engine.bpmn.model import NODE_KINDS
from engine.feel.functions import FUNCTIONS
from engine.forms.model import COMPONENTS
from engine.limits import Limits, setting_of
from engine.manifest import FIELDS
from engine.package import Package
from web.cli.commands import parser
from web.config import Settings, variable_of
from workflows import packages, services
from workflows.roles import KINDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def section(title: str) -> str:
    """The text under a heading, up to the next one of its level."""
    level = re.search(rf"^(#+) {re.escape(title)}$", README, re.MULTILINE)
    assert level, f"no heading {title!r}"
    rest = README[level.end() :]
    following = re.search(rf"^#{{1,{len(level[1])}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


def code_names(text: str) -> set[str]:
    """Whatever stands between backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def test_every_setting_is_explained_and_none_that_is_not_there() -> None:
    wanted = {variable_of(field.name) for field in fields(Settings) if field.name != "limits"}
    wanted |= {setting_of(limit.name) for limit in fields(Limits)}
    assert {name for name in code_names(section("Settings")) if name.startswith("ALUR_")} == wanted


def test_every_limit_is_told_with_its_default_and_its_bounds() -> None:
    for limit in fields(Limits):
        [row] = [line for line in section("Settings").splitlines() if line.startswith(f"| `{setting_of(limit.name)}`")]
        told = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", row)]
        assert {limit.default, limit.metadata["least"], limit.metadata["most"]} <= set(told), row


def test_every_subcommand_is_explained() -> None:
    told = {name.split()[1] for name in code_names(section("Commands")) if name.startswith("alur ")}
    [subcommands] = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    assert told == set(subcommands.choices)


def test_every_field_of_process_toml_is_explained() -> None:
    assert set(FIELDS) <= code_names(section("process.toml"))


def test_every_kind_of_role_is_explained() -> None:
    assert code_names(section("roles.toml")) >= KINDS


def test_every_component_of_a_form_is_named() -> None:
    assert code_names(section("Forms")) >= COMPONENTS


def test_every_function_of_the_expression_language_is_named() -> None:
    assert code_names(section("Expressions")) >= FUNCTIONS.keys()


def test_every_element_is_said_to_run_or_to_be_refused() -> None:
    assert code_names(section("Diagrams")) >= NODE_KINDS


def test_every_service_stands_in_the_list() -> None:
    assert {name for name in code_names(section("Services")) if "@" in name} == set(services)


def test_every_service_is_used_by_a_package_of_this_release_or_by_requests_of_an_earlier_one() -> None:
    texts = [file.read_text() for file in packages().rglob("*") if file.suffix in {".bpmn", ".toml"}]
    used = " ".join([*texts, *files_of_saved_versions()])
    assert [name for name in services if name not in used] == []


def files_of_saved_versions() -> Iterator[str]:
    """The files of the versions that saved requests of earlier releases still run on."""
    for kept in (ROOT / "tests" / "data").glob("*/office.db.gz"):
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(gzip.decompress(kept.read_bytes()))
            for (zipped,) in database.execute("SELECT package FROM version"):
                yield from (content.decode(errors="replace") for content in Package.read(zipped).files.values())


def test_every_package_is_told() -> None:
    told = code_names(section("Packages"))
    assert [file.parent.name for file in packages().glob("*/process.toml") if file.parent.name not in told] == []


def test_every_file_that_the_readme_points_at_is_there() -> None:
    targets = [link or picture for link, picture in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", README)]
    assert [target for target in targets if "://" not in target and not (ROOT / target).exists()] == []


def test_the_two_commands_come_first() -> None:
    assert README.index("./alur demo") < README.index("./alur test") < 2_000
