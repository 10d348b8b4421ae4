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
    if manifest.about_when and not manifest.about:
        yield _tell(package, "manifest-about", "about_when")
    steps = {n.id for d in diagrams for n in d.nodes() if n.is_person}
    for name in dict.fromkeys(n for group in manifest.different for n in group):
        if name not in steps:
            yield _tell(package, "manifest-step", "different", name=name)
    if manifest.preview and around.services is not None:
        yield from _preview(package, manifest, around)
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


def _preview(package: Package, manifest: Manifest, around: Surroundings) -> Iterator[Problem]:
    service = (around.services or {}).get(manifest.preview or "")
    if service is None:
        reason = Text("tidak ada di katalog", "is not in the catalogue")
    elif not service.reads_only:
        reason = Text("bukan layanan yang hanya membaca", "is not one that only reads")
    else:
        for name in manifest.given:
            if name not in service.parameters:
                yield _tell(package, "manifest-given", "given", name=name, known=[*service.parameters])
        return
    yield _tell(package, "manifest-preview", "preview", name=manifest.preview, reason=reason)


def _tell(package: Package, code: str, field: str, **values: object) -> Problem:
    line = line_of(package.files[MANIFEST], field)
    return problem(code, MANIFEST, element=field, line=line, **values)  # type: ignore[arg-type]  # the gaps of its message
