"""process.toml against the diagram, the roles and the services it speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.bpmn.model import Diagram
from engine.check.subject import Surroundings
from engine.errors import Text
from engine.feel import FeelError, compile_expression
from engine.manifest import MANIFEST, Manifest
from engine.package import Package
from engine.problems import Problem, problem
from engine.toml import line_of


def check_manifest(package: Package, diagrams: Sequence[Diagram], around: Surroundings) -> Iterator[Problem]:
    """All findings about what process.toml names."""
    manifest = package.manifest
    yield from _diagram(package, diagrams)
    yield from _expressions(package)
    yield from _roles(package, manifest, around)
    for field in ("about_when", "about_facts"):
        if getattr(manifest, field) and not manifest.about:
            yield _tell(package, "manifest-about", field, field=field)
    steps = {n.id for d in diagrams for n in d.nodes() if n.is_person}
    for name in dict.fromkeys(n for group in manifest.different for n in group):
        if name not in steps:
            yield _tell(package, "manifest-step", "different", name=name)
    if around.services is not None:
        yield from _reading(package, "preview", around)
        yield from _reading(package, "about_facts", around)
        yield from _given(package, manifest, around)
    if manifest.given and not manifest.preview:
        yield _tell(package, "manifest-given", "given", name=next(iter(manifest.given)), known=[])


def _diagram(package: Package, diagrams: Sequence[Diagram]) -> Iterator[Problem]:
    manifest = package.manifest
    if manifest.diagram not in package.files:
        yield _tell(package, "manifest-diagram", "diagram", name=manifest.diagram)
        return
    processes = {p.id: p for d in diagrams if d.file == manifest.diagram for p in d.processes}
    if manifest.process not in processes and any(d.file == manifest.diagram for d in diagrams):
        yield _tell(package, "manifest-process", "process", name=manifest.process, known=[*processes])


def _roles(package: Package, manifest: Manifest, around: Surroundings) -> Iterator[Problem]:
    """Roles that are not there, and roles that cannot say for whom in the office their holder may start something."""
    if around.roles is None:
        return
    for field in ("starters", "behalf"):
        for name in getattr(manifest, field):
            if name not in around.roles:
                yield _tell(package, "manifest-role", field, name=name, known=[*around.roles])
    for name in manifest.behalf:
        role = around.roles.get(name)
        if role is not None and role.kind not in ("holder_in_unit", "office_wide"):
            yield _tell(package, "manifest-behalf", "behalf", name=role.name)


def _expressions(package: Package) -> Iterator[Problem]:
    for name in ("matter", "summary", "about_when", "given"):
        for written in package.manifest.expressions(name):
            try:
                compile_expression(written)
            except FeelError as error:
                yield _tell(package, "expression", name, text=written, reason=error.text)


def _reading(package: Package, field: str, around: Surroundings) -> Iterator[Problem]:
    """Whether a service that a field names is there, and only reads."""
    name = getattr(package.manifest, field)
    service = (around.services or {}).get(name or "")
    if name is None or (service is not None and service.reads_only):
        return
    missing = Text("tidak ada di katalog", "is not in the catalogue")
    reason = missing if service is None else Text("bukan layanan yang hanya membaca", "is not one that only reads")
    yield _tell(package, "manifest-preview", field, name=name, field=field, reason=reason)


def _given(package: Package, manifest: Manifest, around: Surroundings) -> Iterator[Problem]:
    service = (around.services or {}).get(manifest.preview or "")
    if service is None:
        return
    for name in manifest.given:
        if name not in service.parameters:
            yield _tell(package, "manifest-given", "given", name=name, known=[*service.parameters])


def _tell(package: Package, code: str, element: str, **values: object) -> Problem:
    line = line_of(package.files[MANIFEST], element)
    return problem(code, MANIFEST, element=element, line=line, **values)  # type: ignore[arg-type]  # the gaps of its message
