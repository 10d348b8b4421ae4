"""A model as it is drawn: nodes and flows, by scope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Box:
    """A node as it is drawn.

    ``after`` is a timer's hours, ``inner`` a subprocess's own plan, ``items`` how often an activity is repeated
    (None: it is not), ``until`` what ends the repetition early, ``message`` the step or table whose answer is read.
    ``throws`` and ``catches`` are kind and key of an event, such as "error:lost"; "error:" catches every error.
    """

    id: str
    kind: str
    outcomes: tuple[str, ...] = ("on",)
    after: int = 0
    inner: Plan | None = None
    items: int | None = None
    mapped: bool = False
    sequential: bool = False
    until: str = ""
    collects: bool = True
    message: str = ""
    on: str = ""
    interrupts: bool = True
    repeats: int = 0
    throws: str = ""
    catches: str = ""


@dataclass
class Flow:
    """A sequence flow; ``said`` is a condition as (step, outcome), "default" or nothing."""

    source: str
    target: str
    said: str = ""


@dataclass
class Plan:
    """One scope: a process, a called process or the inside of a subprocess."""

    name: str
    boxes: dict[str, Box] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def leaving(self, node: str) -> list[Flow]:
        """The flows out of a node; a link goes on where it is caught."""
        if self.boxes[node].throws.startswith("link:"):
            node = next(box.id for box in self.boxes.values() if box.catches == self.boxes[node].throws)
        return [flow for flow in self.flows if flow.source == node]

    def entering(self, node: str) -> list[Flow]:
        """The flows into a node."""
        return [flow for flow in self.flows if flow.target == node]

    def events_on(self, node: str) -> list[Box]:
        """The boundary events of an activity."""
        return [box for box in self.boxes.values() if box.on == node]

    def every_scope(self) -> Iterator[Plan]:
        """This scope and those inside it."""
        yield self
        for box in self.boxes.values():
            if box.inner is not None:
                yield from box.inner.every_scope()
