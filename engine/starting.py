"""Who may start a process: for themselves, for a colleague, or about a request that there is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.access import capacity_for, may_do, sees
from engine.actor import Actor, Case, Directory, Role
from engine.budget import Budget
from engine.catalog import Catalog, Deployed
from engine.db import Instance, Task
from engine.errors import Conflict, NotFound, NotPermitted, ServiceFailed, Text
from engine.limits import Limits
from engine.lists import Startable
from engine.run import call, role_of
from engine.services import ServiceContext, Services

RUNNING = ("running", "incident")


@dataclass(frozen=True)
class Right:
    """By what right somebody takes the first step: the role that it counts as, and whose step it is."""

    role: str
    principal: str
    capacity: str = ""


@dataclass(frozen=True)
class Beginning:
    """An instance that may be started: whom it concerns, what it is about, and by what right."""

    deployed: Deployed
    step: str
    subject: str
    about: UUID | None
    right: Right


@dataclass(frozen=True)
class _Wanted:
    """A task that is not there yet, for the predicate that decides who may do it."""

    principal: str
    barred: str
    matter: str


@dataclass(frozen=True)
class Starter:
    """Somebody who would start something at this moment."""

    session: Session
    catalog: Catalog
    directory: Directory
    actor: Actor
    now: datetime
    limits: Limits
    services: Services
    told: dict[tuple[str, UUID], Mapping[str, Any]] = field(default_factory=dict)
    """What services said of a request that is meant: several processes ask the same of it."""

    def startable(self) -> list[Startable]:
        """What can be started that is about no other request, what is asked for often first, then by title."""
        found = [self._shown(deployed) for deployed in self._live() if not deployed.manifest.about]
        return _by_title(each for each in found if each.own or each.behalf)

    def offers(self, instance_id: UUID) -> list[Startable]:
        """What can be started about a request, by title. Raises `NotFound`."""
        target = self._target(instance_id, lock=False)
        return _by_title(self._shown(deployed) for deployed in self._live() if self._is_offered(deployed, target))

    def beginning(self, process: str, about: UUID | None, subject: str | None, *, lock: bool = False) -> Beginning:
        """What would be started; with ``lock``, the request that it is about stays as it is until the end.

        Raises `NotFound`, `NotPermitted`, and `Conflict` where the request that is meant no longer allows it.
        """
        deployed = self.catalog.live(self.session, process)
        if deployed.manifest.about:
            return self._about(deployed, about, subject, lock)
        if about is not None:
            raise NotFound
        return self._allowed(deployed, self.actor.person if subject is None else subject, None)

    def _about(self, deployed: Deployed, about: UUID | None, subject: str | None, lock: bool) -> Beginning:
        target = self._target(about, lock=lock)
        if target.process not in deployed.manifest.about or subject not in (None, target.subject):
            raise NotFound
        found = self._allowed(deployed, target.subject, target)
        if not self._fits(deployed, target):
            raise Conflict(_NO_LONGER)
        if (running := self._running(target.id).get(deployed.process)) is not None:
            text = Text(f"Permohonan seperti ini sudah berjalan: {running}.", f"One like this is running: {running}.")
            raise Conflict(text)
        return found

    def _allowed(self, deployed: Deployed, subject: str, target: Any) -> Beginning:
        right = self._right(deployed, subject, target)
        if right is None:
            raise NotPermitted(_NOT_YOURS)
        return Beginning(deployed, first_step(deployed), subject, target.id if target else None, right)

    def _live(self) -> list[Deployed]:
        return self.catalog.live_versions(self.session)

    def _shown(self, deployed: Deployed) -> Startable:
        manifest, first = deployed.manifest, self._first_role(deployed)
        own = first.kind == "requester" and self._may_ask(deployed)
        behalf = bool(manifest.behalf) and self.directory.starters(self.session, self.actor, manifest.behalf)
        return Startable(deployed.process, manifest.title, deployed.number, own, behalf, manifest.often)

    def _is_offered(self, deployed: Deployed, target: Any) -> bool:
        if target.process not in deployed.manifest.about:
            return False
        if deployed.process in self._running(target.id) or self._right(deployed, target.subject, target) is None:
            return False
        try:
            return self._fits(deployed, target)
        except ServiceFailed:  # a condition that cannot be computed offers nothing; whoever starts it is told why
            return False

    def _target(self, about: UUID | None, *, lock: bool) -> Any:
        """The request that is meant, if the actor may see it. Raises `NotFound`."""
        wanted = select(
            Instance.id,
            Instance.reference,
            Instance.process,
            Instance.subject,
            Instance.starter,
            Instance.unit,
            Instance.status,
            Instance.outcome,
            Instance.started_at,
            Instance.ended_at,
        ).where(Instance.id == about, sees(self.actor))
        found = self.session.execute(wanted.with_for_update() if lock else wanted).one_or_none()
        if found is None:
            raise NotFound
        return found

    def _fits(self, deployed: Deployed, target: Any) -> bool:
        """Whether the target is as the process wants it."""
        condition = deployed.manifest.about_when
        if condition is None:
            return True
        zone = self.directory.zone(self.session, target.unit, self.now)

        def day(moment: datetime | None) -> Any:
            return None if moment is None else moment.astimezone(zone).date()

        meant: Mapping[str, Any] = {
            **{name: getattr(target, name) for name in _SAME_NAME},
            "started": day(target.started_at),
            "ended": day(target.ended_at),
            "today": day(self.now),
        }
        known = {"instance": meant, **self._facts(deployed.manifest.about_facts, target, zone)}
        return Budget(self.limits, self.now, zone).computed(condition, known) is True

    def _facts(self, service: str | None, target: Any, zone: tzinfo) -> dict[str, Any]:
        """What the service of ``about_facts`` says of the request that is meant."""
        if service is None:
            return {}
        if (service, target.id) not in self.told:
            self.told[service, target.id] = call(self.services, service, self._context(target, zone), {})
        return {"about": self.told[service, target.id]}

    def _context(self, target: Any, zone: tzinfo) -> ServiceContext:
        return ServiceContext(
            session=self.session,
            now=self.now,
            today=self.now.astimezone(zone).date(),
            instance=target.id,
            reference=target.reference,
            process=target.process,
            subject=target.subject,
            starter=target.starter,
            unit=target.unit,
            actor=self.actor,
            cause=None,
            decisions=(),
            event=0,
            about=target.id,
            about_reference=target.reference,
        )

    def _running(self, about: UUID) -> dict[str, str]:
        """The processes that run about a request, each with the reference of its instance."""
        wanted = select(Instance.process, Instance.reference)
        rows = self.session.execute(wanted.where(Instance.about == about, Instance.status.in_(RUNNING)))
        return {row.process: row.reference for row in rows}

    def _right(self, deployed: Deployed, subject: str, target: Any) -> Right | None:
        """By what right the actor may start it about this person; None: by none."""
        first = self._first_role(deployed)
        if first.kind == "requester" and subject == self.actor.person:
            return Right(first.key, f"person:{subject}") if self._may_ask(deployed) else None
        if first.kind == "requester" or target is None:
            held = self._held(deployed.manifest.behalf, deployed, subject, {subject}, target)
            return Right(first.key, held.principal, held.capacity) if held and first.kind == "requester" else held
        keys = deployed.manifest.starters or (first.key,)
        return self._held(keys, deployed, subject, {target.subject, target.starter}, target)

    def _may_ask(self, deployed: Deployed) -> bool:
        starters = deployed.manifest.starters
        return not starters or self.directory.starters(self.session, self.actor, starters)

    def _held(
        self, keys: Iterable[str], deployed: Deployed, subject: str, barred: Collection[str], target: Any
    ) -> Right | None:
        """The first of some roles that the actor holds for this person, as if it were a task of theirs."""
        roles = self.directory.roles()
        if self.actor.person in barred:
            return None
        for role in (roles[key] for key in keys if key in roles):
            matter, designed = self._designed(role, deployed, subject, target)
            if designed is None:
                continue
            holder = self.directory.holder(self.session, designed, barred=barred, matter=matter, now=self.now)
            task = _Wanted(holder or "", " ".join(barred), matter)
            if may_do(self.actor, task):
                return Right(role.key, task.principal, capacity_for(self.actor, task))
        return None

    def _designed(self, role: Role, deployed: Deployed, subject: str, target: Any) -> tuple[str, str | None]:
        """The matter, and whose task a role's would be; who has a role by rule is known from the target's own steps."""
        tasks = self._tasks(target.id) if target else []
        matter = tasks[0].matter if tasks else deployed.process
        if role.kind == "by_rule":
            return matter, next((task.designed or task.principal for task in tasks if task.role == role.key), None)
        case = Case(deployed.process, subject, self.actor.person, self.directory.unit(self.session, subject))
        return matter, self.directory.principal(self.session, role, case, self.now)

    def _tasks(self, instance: UUID) -> list[Any]:
        wanted = select(Task.role, Task.principal, Task.designed, Task.matter).where(Task.instance_id == instance)
        return list(self.session.execute(wanted.order_by(Task.created_at.desc(), Task.id)).all())

    def _first_role(self, deployed: Deployed) -> Role:
        return role_of(self.directory.roles(), deployed.compiled.steps[first_step(deployed)].lane)


def first_step(deployed: Deployed) -> str:
    """The step whose answers start an instance."""
    step = deployed.compiled.first_step
    if step is None:
        raise ServiceFailed(
            Text("Alur ini tidak dimulai dengan langkah seseorang.", "This process does not begin with a person.")
        )
    return step


def _by_title(found: Iterable[Startable]) -> list[Startable]:
    return sorted(found, key=lambda each: (not each.often, each.title.id))


_SAME_NAME = ("reference", "process", "subject", "starter", "unit", "status", "outcome")
_NOT_YOURS = Text("Anda tidak dapat memulai permohonan ini.", "You cannot start this request.")
_NO_LONGER = Text(
    "Permohonan yang dimaksud sudah berubah, sehingga ini tidak dapat diajukan lagi. Buka permohonan itu sekali lagi.",
    "The request that is meant has changed, so this can no longer be asked for. Open that request once more.",
)
