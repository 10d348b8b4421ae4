"""The calculation that one act may do in all: every expression, table and condition draws on the same budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from engine.dmn import Decision
from engine.errors import LimitExceeded, ServiceFailed, Text
from engine.feel import Expression, FeelError, Value, compile_expression
from engine.feel.errors import short
from engine.feel.values import STEP_LIMIT, Run, bounded
from engine.limits import Limits

PER_LETTER = 10
"""Steps that a letter of an expression counts for: reading it for the first time costs far more than computing it."""


class BadExpression(ServiceFailed):
    """An expression that cannot be read has come as far as being evaluated."""

    code = "expression"

    def __init__(self, expression: str, error: FeelError) -> None:
        super().__init__(
            Text(
                f"Ungkapan “{short(expression)}” tidak dapat dibaca: {error.text.id}",
                f"The expression “{short(expression)}” cannot be read: {error.text.en}",
            )
        )


class Budget:
    """What is left for one act. Its methods raise `LimitExceeded` once there is nothing left."""

    def __init__(self, limits: Limits, now: datetime | None, zone: tzinfo | None) -> None:
        self.limits = limits
        self.left = limits.most_calculation
        self._now, self._zone = now, zone

    def computed(self, text: str, data: Mapping[str, Value]) -> Value:
        """The value of an expression given as text. Raises `BadExpression` too."""
        self._spend(PER_LETTER * len(text), short(text))
        try:
            expression = compile_expression(text)
        except FeelError as error:
            raise BadExpression(text, error) from error
        return self._within(expression.run, data, short(text))

    def value(self, expression: Expression, data: Mapping[str, Value]) -> Value:
        """The value of a compiled expression."""
        self._spend(PER_LETTER * len(expression.text), short(expression.text))
        return self._within(expression.run, data, short(expression.text))

    def decided(self, decision: Decision, data: Mapping[str, Value]) -> Value:
        """What a decision says. Raises `RuleConflict` too."""
        self._spend(decision.weight, decision.id)
        return self._within(decision.run, data, decision.id)

    def _within(self, evaluate: Callable[[Run], Any], data: Mapping[str, Value], at: str) -> Value:
        run = Run(data, 0, self._now, self._zone)
        run.steps = allowed = min(STEP_LIMIT, self.left)
        try:
            return bounded(evaluate(run))
        except LimitExceeded as error:
            if run.steps < 0 and allowed < STEP_LIMIT:  # alone it would have had more
                raise self.limits.exceeded("most_calculation", at) from error
            raise
        finally:
            self.left -= allowed - max(run.steps, 0)

    def _spend(self, steps: int, at: str) -> None:
        self.left -= steps
        if self.left < 0:
            raise self.limits.exceeded("most_calculation", at)
