"""The catalogue of automatic steps that a diagram may call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Protocol, cast, get_args, get_type_hints
from uuid import UUID

from engine.actor import Actor
from engine.errors import Text

if TYPE_CHECKING:  # a database library takes longer to load than most files to judge
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Decision:
    """The latest completion of a person's step in this instance."""

    step: str
    role: str
    person: str
    principal: str
    capacity: str
    outcome: str | None
    at: datetime


@dataclass(frozen=True)
class ServiceContext:
    """What a service may know and use. It works in the caller's transaction and never commits.

    ``cause`` is the completion that made this run happen (None for a timer), ``decisions`` the
    latest completion of each step, oldest first, ``event`` the number in the instance's record.
    ``about`` is the instance that this one is about, ``about_reference`` its number for people.
    ``final_at``: from then on the act can no longer be taken back; what leaves the house waits for it.
    ``fleeting``: answers to the step just completed that are kept nowhere, such as a one-time code.
    """

    session: Session
    now: datetime
    today: date
    instance: UUID
    reference: str
    process: str
    subject: str
    starter: str
    unit: str
    actor: Actor | None
    cause: Decision | None
    decisions: tuple[Decision, ...]
    event: int
    data: Mapping[str, Any] = field(default_factory=dict)
    about: UUID | None = None
    about_reference: str | None = None
    ending: Callable[[Text], None] = lambda _reason: None
    final_at: datetime | None = None
    fleeting: Mapping[str, str] = field(default_factory=dict)

    def end_about(self, reason: Text) -> None:
        """End the running instance that this one is about, as cancelled; its people are told why.

        Raises `Conflict` when it is over already: of a decision on it and its end, one wins.
        """
        self.ending(reason)


Handler = Callable[..., Mapping[str, Any]]


class Undo(Protocol):
    """Takes back what a service did when its decision is taken back, in the transaction in which that happens.

    ``event``: the number, in the instance's record, of the act that is undone; ``result``: what the service returned
    then. ``ctx`` is as it was before that act, with the decision that is undone as its ``cause`` and the number of the
    new event. Raises an `EngineError` where it cannot be undone any more; the decision then stands.
    """

    def __call__(self, ctx: ServiceContext, *, event: int, result: Mapping[str, Any]) -> None: ...


@dataclass(frozen=True)
class Service:
    """A registered service: ``parameters`` maps each name to its type and whether it is required.

    ``undo`` takes back what it wrote; without one, and unless it only reads, a decision that calls it is final at once.
    """

    name: str
    handler: Handler
    parameters: Mapping[str, tuple[type, bool]]
    reads_only: bool
    undo: Undo | None = None

    @property
    def signature(self) -> str:
        """The signature in one line; a live version whose service changed it must not start."""
        wanted = (f"{n}: {t.__name__}" + ("" if r else "?") for n, (t, r) in self.parameters.items())
        return f"{self.name}({', '.join(wanted)})"


class Services(Mapping[str, Service]):
    """A namespace of services, e.g. ``Services("leave")``; names are ``leave.verb@1``."""

    def __init__(self, namespace: str = "") -> None:
        self.namespace = namespace
        self._services: dict[str, Service] = {}

    def register(
        self, name: str, *, reads_only: bool = False, undo: Undo | None = None
    ) -> Callable[[Handler], Handler]:
        """Register a handler ``(ctx, *, name: type, ...) -> mapping`` under a versioned name.

        ``reads_only`` services may also be called as a preview, before anything is submitted; ``undo`` is called
        when a decision is taken back that called the service.
        Raises ValueError for a name outside the namespace, without version, or taken.
        """
        if not name.startswith(f"{self.namespace}.") or "@" not in name or name in self._services:
            raise ValueError(f"service name {name!r} is outside {self.namespace!r}, unversioned or taken")

        def keep(handler: Handler) -> Handler:
            self._services[name] = Service(name, handler, _parameters(handler), reads_only, undo)
            return handler

        return keep

    def merged(self, *others: Services) -> Services:
        """One catalogue of this namespace and the others. Raises ValueError on a double name."""
        result = Services()
        for services in (self, *others):
            if doubled := result._services.keys() & services._services.keys():
                raise ValueError(f"service names used twice: {sorted(doubled)}")
            result._services.update(services._services)
        return result

    def __getitem__(self, name: str) -> Service:
        return self._services[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._services)

    def __len__(self) -> int:
        return len(self._services)


def _parameters(handler: Handler) -> dict[str, tuple[type, bool]]:
    hints = get_type_hints(handler)
    wanted = [p for p in inspect.signature(handler).parameters.values() if p.kind is p.KEYWORD_ONLY]
    return {p.name: (_kind(hints[p.name]), p.default is p.empty) for p in wanted}


def _kind(hint: Any) -> type:
    """What a parameter takes; that it may be left empty is told by its default."""
    kinds = [kind for kind in get_args(hint) if kind is not NoneType] if isinstance(hint, UnionType) else [hint]
    return cast(type, kinds[0])
