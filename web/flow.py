"""The way of a request through its diagram: as a picture, and the same steps in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup
from sqlalchemy.orm import Session

from engine import InstanceView
from engine.catalog import Deployed
from engine.diagram import ACTIVITY_KINDS, Diagram, Node, Process, read_diagram
from web.i18n import _, say
from web.parts import parts
from web.picture import Marks, drawn


@dataclass(frozen=True)
class Step:
    """A step in words: what, by whom, and whether it is ``done``, ``open`` or neither."""

    name: str
    lane: str
    state: str


@dataclass(frozen=True)
class Flow:
    """The picture (empty where nothing is laid out) and its steps."""

    picture: Markup
    steps: tuple[Step, ...]


def flow_of(session: Session, view: InstanceView) -> Flow:
    """The flow that a request runs on, as far as it has come."""
    version = parts().engine.catalog.version(session, view.version_id)
    marks = Marks(view.done_steps - view.open_steps, view.open_steps, _label(version))
    description = _(
        "%(done)s langkah sudah dilalui. Langkah-langkahnya tertulis di bawah gambar.", done=len(marks.done)
    )
    return _flow(version, marks, description)


def flow_of_version(version: Deployed) -> Flow:
    """The flow of a version, without any request on it."""
    return _flow(version, Marks(label=_label(version)), _("Langkah-langkahnya tertulis di bawah gambar."))


def _flow(version: Deployed, marks: Marks, description: str) -> Flow:
    file = version.manifest.diagram
    diagram = _diagram(version.package.files[file], file)
    title = _("Alur: %(title)s", title=say(version.manifest.title))
    process = diagram.process(version.manifest.process)
    steps = tuple(_steps(process, marks)) if process else ()
    return Flow(drawn(diagram, marks, title=title, description=description), steps)


@lru_cache(maxsize=32)
def _diagram(content: bytes, file: str) -> Diagram:
    return read_diagram(content, file)


def _label(version: Deployed) -> Callable[[str, str], str]:
    manifest = version.manifest
    known = {word: role.name for role in parts().people.roles().values() for word in (role.key, role.name.id)}
    known[manifest.title.id] = manifest.title

    def label(element: str, name: str) -> str:
        return say(known.get(name) or version.package.text(manifest.diagram, element, "name", name))

    return label


def _steps(process: Process, marks: Marks) -> Iterator[Step]:
    lanes = {node: lane for lane in process.lanes for node in lane.nodes}
    for node in _in_order(process):
        if node.kind in ACTIVITY_KINDS and node.name:
            lane = lanes.get(node.id)
            where = marks.label(lane.id, lane.name) if lane else ""
            yield Step(marks.label(node.id, node.name), where, marks.of(node.id))


def _in_order(process: Process) -> Iterator[Node]:
    """The nodes as a token meets them, nearest to the start first; what nothing leads to comes last."""
    targets: dict[str, list[str]] = {}
    for flow in process.flows.values():
        targets.setdefault(flow.source, []).append(flow.target)
    waiting = deque([node.id for node in process.nodes.values() if node.kind == "startEvent"])
    waiting_set, met = set(waiting), []
    while waiting:
        met.append(here := waiting.popleft())
        for following in targets.get(here, ()):
            if following not in waiting_set:
                waiting_set.add(following)
                waiting.append(following)
    yield from (process.nodes[node] for node in met if node in process.nodes)
    yield from (node for node in process.nodes.values() if node.id not in waiting_set)
