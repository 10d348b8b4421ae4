"""The verdict on packages whose requests are about requests, or are begun for colleagues."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.check import check_package
from engine.package import Package, read_package
from tests.support import diagram, package, zipped
from workflows.roles import seeded_roles


def two_steps(first: str, *, back: bool = False, **manifest: Any) -> Package:
    """One step in a lane, then one of the secretary of the regency, who may send it ``back``."""
    nodes = {"begin": "startEvent", "ask": "userTask", "answer": "userTask", "done": "endEvent"}
    flows = ["begin ask", "ask answer", "answer done"]
    if back:
        nodes["which"] = "exclusiveGateway"
        flows[-1:] = ["answer which", "which done | default", "which ask | instance.today = instance.started"]
    lanes = {first: ["ask"], "sekda": ["answer"]}
    return package(diagram(nodes, flows, lanes=lanes), **manifest)


def told(one: Package) -> list[tuple[str, str | None]]:
    """What speaks against deploying: code and element."""
    return [(p.code, p.element) for p in check_package(one, {}, seeded_roles()) if p.is_error]


@pytest.mark.parametrize(
    ("first", "manifest"),
    [
        ("requester", {}),
        ("requester", {"behalf": ["personnel_officer", "verifier"]}),
        ("requester", {"about": ["leave"], "about_when": 'instance.outcome = "approved" and instance.ended != null'}),
        ("authorised_official", {"about": ["leave", "leave_unpaid"]}),
        ("direct_superior", {"about": ["leave"], "starters": ["direct_superior", "unit_head"]}),
        ("personnel_officer", {"behalf": ["personnel_officer"]}),
    ],
)
def test_who_may_begin_it_is_said_in_process_toml(first: str, manifest: dict[str, Any]) -> None:
    assert told(two_steps(first, **manifest)) == []


@pytest.mark.parametrize(
    ("first", "manifest", "problem"),
    [
        ("personnel_officer", {}, ("start-not-requester", "ask")),
        ("personnel_officer", {"behalf": ["verifier"]}, ("start-not-requester", "ask")),
        ("unit_head", {"about": ["leave"], "starters": ["sekda"]}, ("start-not-requester", "ask")),
        ("authorised_official", {"about": ["leave"], "back": True}, ("role-value", "ask")),
        ("requester", {"behalf": ["clerk"]}, ("manifest-role", "behalf")),
        ("requester", {"behalf": ["authorised_official"]}, ("manifest-behalf", "behalf")),
        ("requester", {"behalf": ["direct_superior"]}, ("manifest-behalf", "behalf")),
        ("requester", {"about_when": "true"}, ("manifest-about", "about_when")),
        ("requester", {"about_facts": "leave.standing@1"}, ("manifest-about", "about_facts")),
        ("requester", {"about": ["leave"], "about_facts": "leave.nothing@1"}, ("manifest-preview", "about_facts")),
        ("requester", {"about": ["leave"], "about_when": 'about.status = "approved"'}, ("name-unknown", "about_when")),
        ("requester", {"about": ["leave"], "about_when": "instance.status =="}, ("expression", "about_when")),
        ("requester", {"about": ["leave"], "about_when": "ask.why = 1"}, ("name-unknown", "about_when")),
        ("requester", {"about": ["leave"], "about_when": "instance.state = 1"}, ("field-unknown", "about_when")),
    ],
)
def test_what_could_not_be_begun_is_told(first: str, manifest: dict[str, Any], problem: tuple[str, str | None]) -> None:
    assert problem in told(two_steps(first, **manifest))


@pytest.mark.parametrize("about", [[], ["Leave"], ["../leave"], "leave", [1]])
def test_what_it_is_about_are_keys_of_processes(about: object) -> None:
    files = {**two_steps("requester").files}
    files["process.toml"] += f"\nabout = {json.dumps(about)}\n".encode()
    _, problems = read_package(zipped(files))
    assert [(p.code, p.element) for p in problems] == [("manifest-value", "about")]
