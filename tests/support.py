"""Builders and the driver that tests of processes use: small packages, and a case told step by step."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from sqlalchemy import select

from engine.actor import Actor, Directory
from engine.catalog import Catalog
from engine.db import Database, Instance, Task
from engine.errors import EngineError
from engine.limits import DEFAULT, Limits
from engine.package import Package
from engine.runtime import Engine
from engine.services import Services
from engine.views import InstanceView
from workflows import People

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)
"""Monday, 2 November 2026, 12.00 WIB."""


def diagram(
    nodes: Mapping[str, str],
    flows: Iterable[str],
    *,
    lanes: Mapping[str, Iterable[str]] | None = None,
    inside: Mapping[str, str] | None = None,
    attributes: Mapping[str, str] | None = None,
    more: str = "",
) -> bytes:
    """A BPMN file from few words, which are those of `elements`; ``more`` stands beside the process."""
    sets = "".join(
        f'<lane id="lane_{number}" name={quoteattr(name)}>'
        + "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in members)
        + "</lane>"
        for number, (name, members) in enumerate((lanes or {}).items())
    )
    lane_set = f'<laneSet id="lanes">{sets}</laneSet>' if sets else ""
    return file_around(lane_set + elements(nodes, flows, inside=inside, attributes=attributes), more)


def file_around(inner: str, more: str = "") -> bytes:
    """A BPMN file whose process ``flow`` holds these elements."""
    return (
        f'<definitions xmlns="{MODEL}" xmlns:spiffworkflow="{SPIFF}" id="d" targetNamespace="test">'
        f'<process id="flow" isExecutable="true">{inner}</process>{more}</definitions>'
    ).encode()


def elements(
    nodes: Mapping[str, str],
    flows: Iterable[str],
    *,
    inside: Mapping[str, str] | None = None,
    attributes: Mapping[str, str] | None = None,
    prefix: str = "f",
) -> str:
    """The nodes and flows of a process or subprocess.

    ``nodes`` maps ids to kinds; a flow reads ``"source target"``, with ``" | condition"`` after it or
    ``" | default"``; ``inside`` is XML within a node and ``attributes`` text within its tag. The ids of
    flows begin with ``prefix``.
    """
    inner, tags = inside or {}, dict(attributes or {})
    drawn = []
    for number, flow in enumerate(flows):
        ends, _, condition = flow.partition(" | ")
        source, target = ends.split()
        if condition == "default":
            tags[source] = f'{tags.get(source, "")} default="{prefix}{number}"'
        said = (
            f"<conditionExpression>{escape(condition)}</conditionExpression>"
            if condition not in ("", "default")
            else ""
        )
        drawn.append(
            f'<sequenceFlow id="{prefix}{number}" sourceRef="{source}" targetRef="{target}">{said}</sequenceFlow>'
        )
    boxes = [
        f"<{kind} id={quoteattr(key)} name={quoteattr(key)} {tags.get(key, '')}>{inner.get(key, '')}</{kind}>"
        for key, kind in nodes.items()
    ]
    return "".join(boxes) + "".join(drawn)


def extension(xml: str) -> str:
    """SpiffWorkflow's extension elements around ``xml``."""
    return f"<extensionElements>{xml}</extensionElements>"


def form_of(step: str) -> str:
    """The extension that gives a step the form ``STEP.form``."""
    named = f'<spiffworkflow:property name="formKey" value="{step}.form"/>'
    return extension(f"<spiffworkflow:properties>{named}</spiffworkflow:properties>")


def timer(text: str, tag: str = "timeDuration") -> str:
    """A timer event definition."""
    return f"<timerEventDefinition><{tag}>{escape(text)}</{tag}></timerEventDefinition>"


def service(name: str, result: str | None = None, **parameters: str) -> str:
    """A service task's operator with FEEL parameters."""
    given = "".join(
        f'<spiffworkflow:parameter id="{key}" type="any" value={quoteattr(value)}/>'
        for key, value in parameters.items()
    )
    kept = f' resultVariable="{result}"' if result else ""
    return extension(
        f'<spiffworkflow:serviceTaskOperator id="{name}"{kept}>'
        f"<spiffworkflow:parameters>{given}</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    )


def form(**fields: Mapping[str, Any]) -> bytes:
    """A form-js schema: each field by its key, e.g. ``outcome={"type": "radio", "values": [...]}``."""
    components = [
        {"id": f"field_{key}", "key": key, "label": key, **{"type": "textfield"} | dict(about)}
        for key, about in fields.items()
    ]
    return json.dumps({"type": "default", "schemaVersion": 16, "components": components}).encode()


def choice(*values: str) -> dict[str, Any]:
    """A required radio field."""
    return {
        "type": "radio",
        "values": [{"label": value, "value": value} for value in values],
        "validate": {"required": True},
    }


def package(bpmn: bytes, *, key: str = "flow", files: Mapping[str, bytes] | None = None, **manifest: Any) -> Package:
    """A package around one diagram."""
    lines = {"key": key, "title": "Alur uji", "title_en": "Test flow", "reference": "UJI", "diagram": "flow.bpmn"}
    lines |= {"process": "flow", **manifest}
    toml = "\n".join(f"{name} = {json.dumps(value)}" for name, value in lines.items())
    every = {"process.toml": toml.encode(), "flow.bpmn": bpmn, **(files or {})}
    return Package.read(zipped(every))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip."""
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@dataclass
class Office:
    """A database with the demo office and an engine on it; ``now`` is the clock of the tests."""

    database: Database
    services: Services = field(default_factory=Services)
    directory: Directory = field(default_factory=People)
    now: datetime = NOON
    limits: Limits = DEFAULT

    def __post_init__(self) -> None:
        self.engine = Engine(Catalog(self.services), self.services, self.directory, limits=self.limits)

    def deploy(self, *packages: Package) -> None:
        """Deploy packages as live."""
        for one in packages:
            self.database.command(
                lambda session, one=one: self.engine.deploy(session, one, by="test", now=self.now, state="live")
            )

    def actor(self, person: str) -> Actor:
        """A person with the rights of this moment."""
        with self.database.reads() as session:
            return self.directory.actor(session, person, self.now)

    def start(
        self, process: str, by: str, *, about: UUID | None = None, subject: str | None = None, **answers: Any
    ) -> Case:
        """Start an instance as a person: for themselves, for the colleague ``subject``, or about another instance."""
        view = self.database.command(
            lambda session: self.engine.start(
                session,
                process,
                self.directory.actor(session, by, self.now),
                answers,
                now=self.now,
                about=about,
                subject=subject,
            )
        )
        return Case(self, view.id, by)

    def wait(self, **time: float) -> None:
        """Let time pass, and what is due happen."""
        self.now += timedelta(**time)
        with self.database.reads() as session:
            due = self.engine.due(session, now=self.now)
        for instance in due:
            self.database.command(lambda session, i=instance: self.engine.tick(session, i, now=self.now))


@dataclass
class Case:
    """An instance, driven step by step: each step is a transaction, saved and loaded again."""

    office: Office
    id: UUID
    starter: str

    def complete(self, step: str, by: str, **answers: Any) -> InstanceView:
        """Complete the open step on a person's behalf."""
        office = self.office
        task = self.open_task(step)
        return office.database.command(
            lambda session: office.engine.complete(
                session, task, office.directory.actor(session, by, office.now), answers, now=office.now
            )
        )

    def open_task(self, step: str) -> UUID:
        """The id of the open task of a step."""
        with self.office.database.reads() as session:
            found = session.scalars(
                select(Task.id).where(Task.instance_id == self.id, Task.step == step, Task.state == "open")
            ).all()
        assert found, f"{step} is not open; open are {self.open}"
        return found[0]

    @property
    def open(self) -> list[str]:
        """The steps that wait for a person."""
        with self.office.database.reads() as session:
            wanted = select(Task.step).where(Task.instance_id == self.id, Task.state == "open")
            return sorted(session.scalars(wanted))

    @property
    def row(self) -> Instance:
        """The instance's row."""
        with self.office.database.reads() as session:
            return session.get_one(Instance, self.id)

    @property
    def ended(self) -> bool:
        """Whether it has reached its end."""
        return self.row.status == "ended"

    def seen_by(self, person: str) -> InstanceView:
        """The instance as a person sees it."""
        office = self.office
        with office.database.reads() as session:
            actor = office.directory.actor(session, person, office.now)
            return office.engine.instance_for(session, actor, self.id, now=office.now)


def at_once(*acts: Callable[[], object]) -> list[bool]:
    """Let several act at the same moment, each in a thread; which of them went through."""
    won, gate = [False] * len(acts), threading.Barrier(len(acts))

    def run(number: int) -> None:
        gate.wait()
        with suppress(EngineError):
            acts[number]()
            won[number] = True

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won
