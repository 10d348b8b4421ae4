"""The attributes of one form-js component: each read strictly, with everything that is wrong with it told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.characters import is_text
from engine.errors import Text
from engine.feel import Expression, FeelError, compile_expression
from engine.forms.pattern import BadPattern, Pattern, compile_pattern

VALUES_LIMIT = 500
LABEL_LIMIT = 5_000

TextOf = Callable[[str, str, str, str], Text]
"""(file, element, attribute, Indonesian) -> both languages: `Package.text`."""

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_FEEL_WORDS = "and or not in if then else for return some every satisfies between true false null function item partial"
_TAKEN = frozenset([*_FEEL_WORDS.split(), "date", "time", "duration", "instance", "constructor", "prototype"])


@dataclass(frozen=True)
class Attributes:
    """One component, read attribute by attribute; ``tell`` takes what is wrong, ``keys`` those already used."""

    file: str
    component: dict[str, Any]
    text: TextOf
    keys: set[str]
    tell: Callable[..., None]
    element: str

    def key(self) -> str:
        """The name of the answer; empty, and told, if it cannot be one."""
        kind = self.component["type"]
        if kind in ("text", "group"):
            return ""
        key = self.component.get("path" if kind == "dynamiclist" else "key")
        if not isinstance(key, str) or not _KEY.fullmatch(key) or key in _TAKEN:
            self.tell("form-key", name=key)
            return ""
        if key in self.keys:
            self.tell("form-key-twice", name=key)
        self.keys.add(key)
        return key

    def words(self, attribute: str, *, required: bool = False) -> Text:
        """A text in both languages; empty if there is none."""
        written = self._written(attribute)
        words = " ".join(written.split()) if isinstance(written, str) and attribute != "text" else written
        if not isinstance(words, str) or not words.strip():
            if required:
                self.tell("form-label")
            return Text("", "")
        if not is_text(words):
            self.tell("text-characters", name=attribute)
        if words.startswith("=") or "{{" in words:
            self.tell("form-words", name=attribute)
        if len(words) > LABEL_LIMIT:
            self.tell("form-too-large", limit=LABEL_LIMIT)
        return self.text(self.file, self.element, attribute, words[:LABEL_LIMIT])

    def _written(self, attribute: str) -> Any:
        """What stands in the component itself, or for ``asked`` among its properties, which editors keep."""
        if attribute != "asked":
            return self.component.get(attribute)
        own = self.component.get("properties")
        return own.get("asked") if isinstance(own, dict) else None

    def values(self) -> tuple[tuple[Any, Text], ...]:
        """The choices with their labels."""
        declared = self.component.get("values")
        if not isinstance(declared, list) or not 0 < len(declared) <= VALUES_LIMIT:
            self.tell("form-values")
            return ()
        found = [self._value(one) for one in declared]
        kept = [one for one in found if one is not None]
        if len(kept) < len(found) or len({str(value) for value, _ in kept}) < len(kept):
            self.tell("form-values")
        return tuple(kept)

    def done(self, own: Mapping[str, Any]) -> tuple[tuple[Any, Text], ...]:
        """What choices are called once they have been made, from the properties ``done.VALUE``."""
        declared = self.component.get("values")
        values = [one.get("value") for one in declared if isinstance(one, dict)] if isinstance(declared, list) else []
        named = [(value, own.get(f"done.{value}")) for value in values]
        return tuple((value, self._said(f"done.{value}", words)) for value, words in named if words)

    def _said(self, attribute: str, words: Any) -> Text:
        if not isinstance(words, str) or not is_text(words):
            self.tell("text-characters", name=attribute)
            return Text("", "")
        return self.text(self.file, self.element, attribute, words[:LABEL_LIMIT])

    def _value(self, one: Any) -> tuple[Any, Text] | None:
        value = one.get("value") if isinstance(one, dict) else None
        if not isinstance(value, str | int | bool | Decimal) or len(str(value)) > 200 or value == "":
            return None
        label = one.get("label")
        words = label if isinstance(label, str) and label.strip() else str(value)
        if not is_text(words + str(value)):
            self.tell("text-characters", name=value)
        return value, self.text(self.file, self.element, f"values.{value}", words[:LABEL_LIMIT])

    def hide(self) -> Expression | None:
        """When the component is not shown."""
        conditional = self.component.get("conditional")
        return self.feel(conditional.get("hide")) if isinstance(conditional, dict) else None

    def feel(self, written: Any) -> Expression | None:
        """An expression written after an equals sign."""
        if written in (None, "", False):
            return None
        if not isinstance(written, str) or not written.startswith("="):
            self.tell("form-condition", name=written)
            return None
        try:
            return compile_expression(written[1:].strip())
        except FeelError as error:
            self.tell("form-feel", text=written, reason=error.text)
            return None

    def number(self, rules: Mapping[str, Any], name: str) -> Decimal | None:
        """A sensible number."""
        written = rules.get(name)
        if written in (None, ""):
            return None
        try:
            number = Decimal(str(written)) if not isinstance(written, bool) else Decimal("nan")
        except ArithmeticError:
            number = Decimal("nan")
        if not number.is_finite() or abs(number) > 10**15:
            self.tell("form-number", name=name)
            return None
        return number

    def count(self, rules: Mapping[str, Any], name: str) -> int | None:
        """A whole number that counts something."""
        number = self.number(rules, name)
        if number is not None and (number != int(number) or not 0 <= number <= 10_000):
            self.tell("form-number", name=name)
            return None
        return None if number is None else int(number)

    def pattern(self, written: Any) -> Pattern | None:
        """A pattern of our own small language."""
        if written in (None, ""):
            return None
        try:
            return compile_pattern(written if isinstance(written, str) else "(")
        except BadPattern:
            self.tell("form-pattern", name=written)
            return None

    def with_time(self) -> bool:
        """Whether a datetime asks for the time of day, too."""
        if self.component["type"] != "datetime":
            return False
        subtype = self.component.get("subtype", "date")
        if subtype not in ("date", "datetime"):
            self.tell("form-subtype", name=subtype)
        return bool(subtype == "datetime")
