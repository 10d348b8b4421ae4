"""All kinds of problems that a verdict may name."""

from __future__ import annotations

from engine.problems import binding, diagram, elements, events, flow, form, package, rules, xml
from engine.problems.kind import ERROR, WARNING, Kind

__all__ = ["CODES", "ERROR", "WARNING", "Kind"]

CODES: dict[str, Kind] = {
    **package.KINDS,
    **xml.KINDS,
    **diagram.KINDS,
    **elements.KINDS,
    **events.KINDS,
    **flow.KINDS,
    **form.KINDS,
    **binding.KINDS,
    **rules.KINDS,
}
