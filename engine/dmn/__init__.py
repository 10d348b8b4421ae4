"""Decision tables (DMN 1.1 to 1.5), read by ourselves and decided as the standard says.

`read_decisions` reads a file or names every problem in it; `Decision.evaluate` decides. Supported: decision
tables with all hit policies and aggregations, literal and boxed expressions, business knowledge models, and
decisions that require others. Imports and calls of decision services are refused by name.
"""

from __future__ import annotations

from engine.dmn.analysis import Finding, gaps_and_overlaps
from engine.dmn.deciding import RuleConflict
from engine.dmn.model import Decision, Decisions, Input, Output, Rule, Table
from engine.dmn.reading import RulesError, read_decisions

__all__ = [
    "Decision",
    "Decisions",
    "Finding",
    "Input",
    "Output",
    "Rule",
    "RuleConflict",
    "RulesError",
    "Table",
    "gaps_and_overlaps",
    "read_decisions",
]
