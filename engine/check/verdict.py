"""Putting the findings of all checks together, for a package or for a file that stands alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from engine.actor import Role
from engine.archive import FILE_LIMIT, NAME_LIMIT
from engine.bpmn.model import Diagram
from engine.check.calls import check_calls
from engine.check.choices import check_choices
from engine.check.compiled import check_alone, check_compiled
from engine.check.data import check_data
from engine.check.drawn import check_drawn
from engine.check.elements import check_elements
from engine.check.events import check_events
from engine.check.expressions import check_expressions
from engine.check.gateways import check_gateways
from engine.check.joins import check_joins
from engine.check.links import check_links
from engine.check.manifest import check_manifest
from engine.check.messages import check_messages
from engine.check.people import check_people
from engine.check.repetition import check_repetition
from engine.check.rules import Rules, check_rules
from engine.check.scenarios import RunScenario, check_scenarios
from engine.check.soundness import check_soundness
from engine.check.standard import check_standard
from engine.check.structure import check_structure
from engine.check.subject import Subject, Surroundings
from engine.check.texts import check_texts
from engine.check.throwing import check_throwing
from engine.check.timers import check_timers
from engine.check.tokens import check_tokens
from engine.check.vendor import check_vendor
from engine.check.whole import check_whole
from engine.diagram import read_diagram
from engine.errors import DiagramError
from engine.forms import Form
from engine.forms.reading import form_problems
from engine.limits import DEFAULT, Limits
from engine.package import Package, read_files, read_package
from engine.problems import Problem, in_order, problem
from engine.services import Service

Fence = Callable[[Diagram, Package], Iterable[Problem]]
"""A rule of law that no diagram may break: what of the diagram breaks it."""

CHECKS: Sequence[Callable[[Subject], Iterator[Problem]]] = (
    check_structure,
    check_standard,
    check_elements,
    check_drawn,
    check_vendor,
    check_events,
    check_links,
    check_throwing,
    check_messages,
    check_gateways,
    check_timers,
    check_repetition,
    check_expressions,
    check_tokens,
    check_soundness,
    check_joins,
    check_people,
)
SINGLE_KINDS = (".bpmn", ".dmn", ".form")


def check_package(
    package: Package,
    services: Mapping[str, Service] | None,
    roles: Mapping[str, Role] | None,
    fences: Iterable[Fence] = (),
    *,
    run_scenario: RunScenario | None = None,
    limits: Limits = DEFAULT,
) -> list[Problem]:
    """All problems of a package, errors first."""
    around = Surroundings(services, roles, limits)
    diagrams, problems = _diagrams(package.named(".bpmn"))
    forms, form_findings = _forms(package.named(".form"))
    rules, rule_findings = check_rules(package.named(".dmn"))
    problems += [*form_findings, *rule_findings, *check_manifest(package, diagrams, around)]
    subjects = [Subject(d, package, around, diagrams) for d in diagrams]
    problems += _of_subjects(subjects, forms, rules)
    problems += [*check_texts(package, diagrams), *check_whole(package, diagrams, rules)]
    problems += [found for fence in fences for d in diagrams for found in fence(d, package)]
    if not any(p.is_error for p in problems):
        problems += check_compiled(package, diagrams)
    playable = run_scenario if not any(p.is_error for p in problems) else None
    steps = frozenset(n.id for d in diagrams for n in d.nodes() if n.is_person)
    problems += check_scenarios(package, steps, around, playable)
    return in_order(problems)


def check_path(
    path: Path,
    *,
    services: Mapping[str, Service] | None = None,
    roles: Mapping[str, Role] | None = None,
    fences: Iterable[Fence] = (),
    run_scenario: RunScenario | None = None,
    limits: Limits = DEFAULT,
) -> list[Problem]:
    """All problems of a package folder, a zip, or a single .bpmn, .dmn or .form file."""
    if len(path.name) > NAME_LIMIT:
        return [problem("file-name", path.name, limit=NAME_LIMIT)]
    around = Surroundings(services, roles, limits)
    if path.is_dir() or (path.suffix == ".zip" and path.is_file()):
        return in_order(_packed(path, around, fences, run_scenario))
    if not path.exists():
        return [problem("file-not-found", path.name)]
    if path.suffix not in SINGLE_KINDS or not path.is_file():
        return [problem("file-kind", path.name)]
    return in_order(_single(path, around))


_INCOMPLETE = frozenset({"package-too-large", "package-too-many-files", "zip-broken"})


def _packed(
    path: Path, around: Surroundings, fences: Iterable[Fence], run_scenario: RunScenario | None
) -> Iterator[Problem]:
    """The problems of a folder or zip; without a usable process.toml its files are judged one by one."""
    package, problems = read_package(path)
    yield from problems
    if any(p.code in _INCOMPLETE for p in problems):
        return
    if package is not None:
        yield from check_package(
            package, around.services, around.roles, fences, run_scenario=run_scenario, limits=around.limits
        )
        return
    for name, content in read_files(path).files.items():
        yield from _single_file(content, name, around)


def _single(path: Path, around: Surroundings) -> Iterable[Problem]:
    try:
        with path.open("rb") as opened:
            content = opened.read(FILE_LIMIT + 1)
    except OSError:
        return [problem("file-unreadable", path.name)]
    return _single_file(content, path.name, around)


def _single_file(content: bytes, name: str, around: Surroundings) -> Iterable[Problem]:
    if name.endswith(".dmn"):
        return check_rules({name: content})[1]
    if name.endswith(".form"):
        return form_problems(content, name)[1]
    return _single_diagram(content, name, around) if name.endswith(".bpmn") else ()


def _single_diagram(content: bytes, name: str, around: Surroundings) -> list[Problem]:
    diagrams, problems = _diagrams({name: content})
    problems += _of_subjects([Subject(d, None, around, diagrams) for d in diagrams], {}, Rules())
    for diagram in diagrams if not any(p.is_error for p in problems) else ():
        problems += check_alone(diagram)
    return problems


def _diagrams(files: Mapping[str, bytes]) -> tuple[tuple[Diagram, ...], list[Problem]]:
    diagrams, problems = [], []
    for file, content in files.items():
        try:
            diagrams.append(read_diagram(content, file))
        except DiagramError as error:
            problems += [p for p in error.problems if isinstance(p, Problem)]
    return tuple(diagrams), problems


def _forms(files: Mapping[str, bytes]) -> tuple[dict[str, Form], list[Problem]]:
    forms, problems = {}, []
    for file, content in files.items():
        form, found = form_problems(content, file)
        problems += found
        if form is not None:
            forms[file] = form
    return forms, problems


def _of_subjects(subjects: Sequence[Subject], forms: Mapping[str, Form], rules: Rules) -> Iterator[Problem]:
    for subject in subjects:
        for check in CHECKS:
            yield from check(subject)
        yield from check_calls(subject, rules)
        yield from check_choices(subject, forms)
    yield from check_data(subjects, forms, rules)
