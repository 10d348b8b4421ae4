"""The last word: the engine's own parse, and whether everything that is drawn is really in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy

from lxml import etree

from engine.bpmn.model import Diagram, Process
from engine.errors import DiagramError, EngineError, Text
from engine.manifest import Manifest
from engine.package import Package
from engine.problems import Problem, problem


def check_compiled(package: Package, diagrams: tuple[Diagram, ...]) -> Iterator[Problem]:
    """What the engine refuses, and flow nodes of the started process that its compiled form has lost."""
    from engine.spiff import compile_package

    started = package.manifest.process
    yield from _check(package.manifest, diagrams, [started], lambda: compile_package(package).nodes)


def check_alone(diagram: Diagram) -> Iterator[Problem]:
    """The same for each process of a file that stands alone; not for one that calls what is not there."""
    from engine.spiff import compiled_nodes

    started = [p.id for p in diagram.processes if p.nodes and not _calls_outside(p, diagram)]
    if started:
        package = standing_alone(diagram, started[0])
        yield from _check(package.manifest, (diagram,), started, lambda: compiled_nodes(package, started))


def _check(
    manifest: Manifest, diagrams: tuple[Diagram, ...], started: Iterable[str], compiled: Callable[[], set[str]]
) -> Iterator[Problem]:
    try:
        nodes = compiled()
    except DiagramError as error:
        yield from _refused(manifest, error)
        return
    except (EngineError, RecursionError):
        yield problem("engine-refused", manifest.diagram, element=manifest.process, line=1, reason=_TOO_LONG)
        return
    except Exception:  # the library raises whatever it stumbles over; to the file's owner it is one verdict
        yield problem("engine-refused", manifest.diagram, element=manifest.process, line=1, reason=_UNKNOWN)
        return
    files = {p.id: d.file for d in diagrams for p in d.processes}
    for process in _used(started, diagrams):
        for node in process.nodes.values():
            if node.id not in nodes:
                file = files[process.id]
                yield problem("node-lost", file, element=node.id, line=node.line, name=node.name or node.id)


_TOO_LONG = Text("diagramnya terlalu panjang atau terlalu bersarang", "the diagram is too long or too deeply nested")
_UNKNOWN = Text(
    "ada susunan yang tidak dikenal; bandingkan dengan daftar unsur yang didukung",
    "something in it is not known; compare it with the list of supported elements",
)


def _refused(manifest: Manifest, error: DiagramError) -> Iterator[Problem]:
    own = [p for p in error.problems if isinstance(p, Problem)]
    yield from own
    if not own:
        yield problem("engine-refused", manifest.diagram, element=manifest.process, line=1, reason=_UNKNOWN)


def _calls_outside(process: Process, diagram: Diagram) -> bool:
    """Whether the process, or one that it calls, calls a process that is not in the file."""
    called = {n.attributes.get("calledElement") for p in _used([process.id], (diagram,)) for n in p.nodes.values()}
    return any(name and diagram.process(name) is None for name in called)


def _used(started: Iterable[str], diagrams: tuple[Diagram, ...]) -> Iterator[Process]:
    """The started processes and all that they call."""
    processes = {p.id: p for d in diagrams for p in d.processes}
    todo = [processes[name] for name in started if name in processes]
    seen: set[str] = set()
    while todo:
        process = todo.pop()
        if process.id in seen:
            continue
        seen.add(process.id)
        yield process
        called = (n.attributes.get("calledElement", "") for n in process.nodes.values())
        todo += [processes[name] for name in called if name in processes]


def standing_alone(diagram: Diagram, process: str) -> Package:
    """A package around one file, so that the engine can parse it; mere drawings count as meant to run."""
    manifest = Manifest("alone", Text(process, process), "X", diagram.file, process)
    root = deepcopy(diagram.root)
    for element in root.iter("{*}process"):
        element.set("isExecutable", "true")
    return Package({diagram.file: etree.tostring(root)}, manifest)
