"""From a form-js schema to a `Form`, with everything that cannot be used named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from engine.errors import DiagramError, Text
from engine.forms import computing
from engine.forms.attributes import Attributes, TextOf
from engine.forms.model import CHOICES, COMPONENTS, Field, Form, Page, flat
from engine.problems import Problem, problem

SIZE_LIMIT = 2**20
FIELDS_LIMIT = 200
LEVELS_LIMIT = 6


def read_form(content: bytes, file: str, text: TextOf | None = None) -> Form:
    """The form in a form-js file; ``text`` knows the English. Raises `DiagramError` with all problems."""
    reader = _Reader(file, content, text or (lambda _file, _element, _attribute, words: Text(words, words)))
    form = reader.form()
    if form is None or any(p.is_error for p in reader.problems):
        raise DiagramError(reader.problems)
    return form


def form_problems(content: bytes, file: str) -> tuple[Form | None, list[Problem]]:
    """The form as far as it can be read, with all problems."""
    reader = _Reader(file, content, lambda _file, _element, _attribute, words: Text(words, words))
    return reader.form(), reader.problems


class _Doubled(ValueError):
    """A JSON object names a key twice."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise _Doubled(next(k for n, (k, _) in enumerate(pairs) if k in dict(pairs[:n])))
    return table


def _refused_constant(name: str) -> Any:
    raise ValueError(name)


@dataclass
class _Reader:
    file: str
    content: bytes
    text: TextOf
    problems: list[Problem] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    count: int = 0

    def form(self) -> Form | None:
        schema = self._schema()
        if schema is None:
            return None
        components = schema.get("components")
        if not isinstance(components, list):
            self._tell("form-not-form-js", line=1)
            return None
        form = Form(self.file, tuple(self._pages(components)))
        for computed, reason in computing.wrong(form):
            self._tell("form-computed", element=computed.key, line=computed.line, name=computed.key, reason=reason)
        return form

    def _schema(self) -> dict[str, Any] | None:
        if len(self.content) > SIZE_LIMIT:
            self._tell("form-too-large", line=1, limit="1 MB")
            return None
        try:
            schema = json.loads(
                self.content.decode("utf-8-sig"),
                object_pairs_hook=_pairs,
                parse_float=Decimal,
                parse_constant=_refused_constant,
            )
        except (ValueError, ArithmeticError, RecursionError) as error:  # a number may have an exponent beyond all
            self._tell_syntax(error)
            return None
        if not isinstance(schema, dict):
            self._tell("form-not-form-js", line=1)
            return None
        return schema

    def _tell_syntax(self, error: Exception) -> None:
        if isinstance(error, UnicodeDecodeError):
            self._tell("text-encoding", line=self._line_at(error.start))
        elif isinstance(error, _Doubled):
            self._tell("form-doubled", line=self._line_of(str(error)), element=str(error), name=str(error))
        else:
            self._tell("form-syntax", line=getattr(error, "lineno", 1))

    def _pages(self, components: list[Any]) -> Iterator[Page]:
        """Each top-level group is a page; what stands loose between groups is a page without a label."""
        loose: list[Field] = []
        for component in components:
            read = self._component(component, 1)
            if read is None:
                continue
            if read.type != "group":
                loose.append(read)
                continue
            if loose:
                yield Page(None, tuple(loose))
                loose = []
            yield Page(read.label if read.label.id else None, read.fields, read.hide)
        if loose:
            yield Page(None, tuple(loose))

    def _component(self, component: Any, level: int) -> Field | None:
        self.count += 1
        if self.count > FIELDS_LIMIT or level > LEVELS_LIMIT:
            if self.count == FIELDS_LIMIT + 1 or level > LEVELS_LIMIT:
                self._tell("form-too-large", line=1, limit=f"{FIELDS_LIMIT}/{LEVELS_LIMIT}")
            return None
        if not isinstance(component, dict):
            self._tell("form-syntax", line=1)
            return None
        element, line = self._place(component)
        kind = component.get("type")
        if not isinstance(kind, str) or kind not in COMPONENTS:
            code = "form-button" if kind == "button" else "form-component"
            self._tell(code, element=element, line=line, name=kind, known=COMPONENTS)
            return None
        self._unused(component, element, line)
        found = self._field(component, element, line, level)
        rows = flat(found.fields) if kind == "dynamiclist" else ()
        if (_is_fleeting(component) and not found.fleeting) or any(each.fleeting for each in rows):
            self._tell("form-fleeting", element=element, line=line, name=element)
        return found

    def _place(self, component: Mapping[str, Any]) -> tuple[str, int | None]:
        """What the component is called, and on which line that stands."""
        attribute = "path" if component.get("type") == "dynamiclist" else "key"
        name = component.get(attribute) or component.get("id") or component.get("type") or "?"
        return str(name), self._line_of(str(name))

    def _field(self, component: dict[str, Any], element: str, line: int | None, level: int) -> Field:
        kind = component["type"]
        rules = component.get("validate") if isinstance(component.get("validate"), dict) else {}
        assert isinstance(rules, dict)
        own = component.get("properties") if isinstance(component.get("properties"), dict) else {}
        assert isinstance(own, dict)
        place = Attributes(
            self.file, component, self.text, self.keys, partial(self._tell, element=element, line=line), element
        )
        return Field(
            key=place.key(),
            type=kind,
            label=place.words("text" if kind == "text" else "label", required=kind != "group"),
            id=str(component.get("id") or element),
            line=line,
            description=place.words("description") if component.get("description") else None,
            asked=place.words("asked", required=True) if own.get("asked") else None,
            required=rules.get("required") is True,
            values=place.values() if kind in CHOICES else (),
            done=place.done(own) if kind in CHOICES else (),
            hide=place.hide(),
            readonly=component.get("readonly") is True or component.get("disabled") is True,
            min=place.number(rules, "min"),
            max=place.number(rules, "max"),
            decimals=place.count(component, "decimalDigits"),
            shortest=place.count(rules, "minLength") or place.count(rules, "minItems"),
            longest=place.count(rules, "maxLength") or place.count(rules, "maxItems"),
            pattern=place.pattern(rules.get("pattern")),
            kind=rules.get("validationType") if rules.get("validationType") in ("phone", "email") else None,
            digits=place.count(own, "digits"),
            with_time=place.with_time(),
            earliest=place.feel(own.get("notBefore")),
            latest=place.feel(own.get("notAfter")),
            computed=place.feel(own.get("computed")),
            fixed=kind == "dynamiclist" and component.get("allowAddRemove") is False,
            apart=bool(own.get("apart")),
            fleeting=_is_fleeting(component) and kind == "textfield",
            default=component.get("defaultValue"),
            accept=str(component.get("accept") or ""),
            several=component.get("multiple") is True,
            fields=self._inner(component, level, element, line),
        )

    def _inner(self, component: dict[str, Any], level: int, element: str, line: int | None) -> tuple[Field, ...]:
        kind = component["type"]
        if kind not in ("group", "dynamiclist"):
            return ()
        components = component.get("components")
        if not isinstance(components, list) or not components:
            self._tell("form-empty-group", element=element, line=line)
            return ()
        outer = self.keys
        self.keys = set() if kind == "dynamiclist" else outer  # a row has names of its own
        inner = [self._component(c, level + 1) for c in components]
        self.keys = outer
        return tuple(f for f in inner if f is not None)

    def _unused(self, component: dict[str, Any], element: str, line: int | None) -> None:
        """Attributes that would be ignored though they change what is asked."""
        for name in ("valuesKey", "valuesExpression", "expression", "persistent", "$ref"):
            if component.get(name):
                self._tell("form-attribute", element=element, line=line, name=name)
        if component.get("type") == "group" and component.get("path"):
            self._tell("form-attribute", element=element, line=line, name="path")

    def _tell(self, code: str, *, element: str | None = None, line: int | None = None, **values: Any) -> None:
        self.problems.append(problem(code, self.file, element=element, line=line, **values))

    def _line_of(self, name: str) -> int | None:
        """The line on which a name stands as a JSON string for the first time."""
        at = self.content.find(json.dumps(name, ensure_ascii=False).encode("utf-8", "replace"))
        return self._line_at(at) if at >= 0 else 1

    def _line_at(self, position: int) -> int:
        return self.content.count(b"\n", 0, position) + 1


def _is_fleeting(component: Mapping[str, Any]) -> bool:
    own = component.get("properties")
    return isinstance(own, dict) and own.get("fleeting") in ("true", True)
