"""Deployed versions: immutable packages in the database, compiled once and kept in memory."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from engine.db import Instance, Version
from engine.errors import Conflict, DiagramError, EngineError, NotFound, Text
from engine.forms import Form, read_form
from engine.manifest import Manifest
from engine.package import Package
from engine.services import Services
from engine.spiff import Compiled, compile_package

STATES = ("draft", "pilot", "live", "retired")
KEPT = 64
"""Compiled versions held in memory."""


@dataclass(frozen=True)
class Deployed:
    """A version ready to run."""

    id: int
    process: str
    number: int
    compiled: Compiled

    @property
    def package(self) -> Package:
        """The files of this version."""
        return self.compiled.package

    @property
    def manifest(self) -> Manifest:
        """What process.toml says."""
        return self.compiled.package.manifest

    @cached_property
    def forms(self) -> dict[str, Form]:
        """The package's forms by file name."""
        return {
            name: read_form(content, name, self.package.text) for name, content in self.package.named(".form").items()
        }

    def form_of(self, step: str) -> Form | None:
        """The form of a person's step, if it has one."""
        file = self.compiled.steps[step].form
        return self.forms.get(file) if file else None

    def node_name(self, node: str) -> Text:
        """What a node is called, in both languages."""
        step = self.compiled.steps.get(node)
        spec = next((p.task_specs[node] for p in self._processes() if node in p.task_specs), None)
        name = step.name if step else (getattr(spec, "bpmn_name", None) or node)
        return self.package.text(self.manifest.diagram, node, "name", name)

    def instructions(self, step: str) -> Text:
        """What a step tells the person who does it."""
        words = self.compiled.steps[step].instructions or ""
        return self.package.text(self.manifest.diagram, step, "instructions", words)

    def _processes(self) -> tuple[Any, ...]:
        return (self.compiled.spec, *self.compiled.subprocesses.values())


class Catalog:
    """Versions by process; the database is the truth, this holds what was compiled from it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: OrderedDict[int, Deployed] = OrderedDict()
        self._lock = Lock()

    def live(self, session: Session, process: str) -> Deployed:
        """The live version of a process. Raises `NotFound`."""
        found = session.scalar(select(Version.id).where(Version.process == process, Version.state == "live"))
        if found is None:
            raise NotFound()
        return self.version(session, found)

    def version(self, session: Session, version_id: int) -> Deployed:
        """A version by its id. Raises `NotFound`."""
        with self._lock:
            if version_id in self._kept:
                self._kept.move_to_end(version_id)
                return self._kept[version_id]
        row = session.get(Version, version_id)
        if row is None:
            raise NotFound()
        deployed = _compiled(row)
        with self._lock:
            self._kept[version_id] = deployed
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return deployed

    def live_versions(self, session: Session) -> list[Deployed]:
        """Every live version, by process key."""
        ids = session.scalars(select(Version.id).where(Version.state == "live").order_by(Version.process))
        return [self.version(session, version_id) for version_id in ids]

    def deploy(self, session: Session, package: Package, *, by: str, now: datetime, state: str = "draft") -> Version:
        """Store a package as the next version of its process; the same package twice is the same version.

        The caller has checked it (`engine.check`); here the library parses it once more. Raises `DiagramError`.
        """
        key = package.manifest.key
        known = session.scalar(select(Version).where(Version.process == key, Version.digest == package.digest))
        if known is not None:
            return known
        compiled = compile_package(package)
        last = session.scalar(select(func.max(Version.number)).where(Version.process == key)) or 0
        version = Version(
            process=key,
            number=last + 1,
            digest=package.digest,
            state="draft",
            package=package.to_zip(),
            names=json.dumps(compiled.names),
            services=json.dumps(self._signatures(compiled)),
            deployed_at=now,
            deployed_by=by,
        )
        session.add(version)
        session.flush()
        return self.move(session, version.id, state) if state != "draft" else version

    def move(self, session: Session, version_id: int, state: str) -> Version:
        """Put a version into a state; a live one retires the live version before it.

        Raises `NotFound`, `Conflict`, and `DiagramError` for a version whose services are not those of today.
        """
        version = session.get(Version, version_id)
        if version is None:
            raise NotFound()
        siblings = select(Version.id).where(Version.process == version.process).order_by(Version.id)
        session.execute(siblings.with_for_update())  # of two who put versions live at once, one waits
        session.refresh(version)
        if state not in STATES or (state == "draft" and version.state != "draft"):
            raise Conflict(
                Text("Versi ini tidak dapat dikembalikan menjadi draf.", "This version cannot be a draft again.")
            )
        if state == "live":
            self._require(version)
            live = (Version.process == version.process, Version.state == "live")
            session.execute(update(Version).where(*live).values(state="retired"))
        version.state = state
        session.flush()
        return version

    def require_runnable(self, session: Session) -> None:
        """Refuse to start while this release cannot run a version that is live or that an instance is on.

        Raises `DiagramError` with each service that is gone or has another signature, and each version that
        cannot be read any more.
        """
        running = select(Instance.version_id).where(Instance.status.in_(("running", "incident")))
        in_use = or_(Version.state == "live", Version.id.in_(running))
        versions = session.scalars(select(Version).where(in_use).order_by(Version.id)).all()
        self._require(*versions)
        lost = [reason for version in versions if (reason := _unreadable(version))]
        if lost:
            about = ", ".join(lost)
            raise DiagramError(
                lost,
                Text(
                    f"Versi yang masih berjalan tidak dapat dibaca rilis ini; pasang kembali rilis sebelumnya: {about}",
                    f"This release cannot read versions in use; install the release before again: {about}",
                ),
            )

    def _require(self, *versions: Version) -> None:
        lost = [
            f"{version.process} {version.number}: {signature}"
            for version in versions
            for name, signature in json.loads(version.services).items()
            if name not in self._services or self._services[name].signature != signature
        ]
        if lost:
            raise DiagramError(
                lost, Text(f"Layanan berubah: {', '.join(lost)}", f"Services changed: {', '.join(lost)}")
            )

    def _signatures(self, compiled: Compiled) -> dict[str, str]:
        return {name: self._services[name].signature for name in compiled.services if name in self._services}


def _unreadable(row: Version) -> str | None:
    """Why nothing that runs can be made of a version, if so."""
    try:
        _ = _compiled(row).forms
    except EngineError as error:
        return f"{row.process} {row.number}: {error}"
    return None


def _compiled(row: Version) -> Deployed:
    """The version with the numbers that its nodes got when it was deployed, whatever this release makes of it."""
    compiled = compile_package(Package.stored(row.package))
    names = {process: tuple(specs) for process, specs in json.loads(row.names).items()}
    return Deployed(row.id, row.process, row.number, replace(compiled, names=names))
