"""Reading XML that a stranger made: no DTD, no network, no surprises, within limits."""

from __future__ import annotations

import codecs
import io
import re
from functools import lru_cache

from lxml import etree

from engine.problems import Problem, problem

SIZE_LIMIT = 5 * 2**20
LEVELS_LIMIT = 50
ELEMENTS_LIMIT = 60_000
ATTRIBUTES_LIMIT = 50

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"

_ENCODINGS = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(("iso-8859-1", "latin1", "windows-1252", "cp1252"), "cp1252"),
}
"""What a file may declare: each reads markup as it stands there, unlike UTF-7 and its kind."""

_DECLARED = re.compile(r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", re.DOTALL)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def read_xml(content: bytes, file: str) -> tuple[etree._Element | None, list[Problem]]:
    """The root element, or None and the reason with its line."""
    if len(content) > SIZE_LIMIT:
        return None, [problem("xml-too-large", file, line=1, limit="5 MB")]
    text, refused = _decoded(content, file)
    if text is None:
        return None, refused
    if refused := _refused_before_parsing(text, file):
        return None, refused
    return _parsed(text, file)


def _decoded(content: bytes, file: str) -> tuple[str | None, list[Problem]]:
    encoding = _encoding(content)
    if encoding is None:
        declared = _DECLARED.match(content[:300].decode("latin-1"))
        return None, [problem("xml-encoding", file, line=1, name=declared[1] if declared else "?")]
    try:
        return content.decode(encoding), []
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, [problem("xml-bytes", file, line=line, name=encoding.upper(), number=line)]


def _encoding(content: bytes) -> str | None:
    """The encoding by byte order mark, shape of the first characters or declaration; None for one not accepted."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return None
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if content.startswith((b"<\0", b"\0<")):
        return "utf-16-le" if content.startswith(b"<\0") else "utf-16-be"
    declared = _DECLARED.match(content[:300].decode("latin-1").removeprefix("ï»¿"))
    return _ENCODINGS.get(declared[1].lower()) if declared else "utf-8-sig"


def _refused_before_parsing(text: str, file: str) -> list[Problem]:
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return [problem("xml-empty", file, line=1)]
    if bad := _FORBIDDEN.search(text):
        return [problem("xml-characters", file, line=text.count("\n", 0, bad.start()) + 1)]
    if not text.lstrip().startswith("<"):
        return [problem("xml-none", file, line=1)]
    start = _after_prolog(text)
    if text.startswith("<!DOCTYPE", start):
        return [problem("xml-doctype", file, line=text.count("\n", 0, start) + 1)]
    return []


def _after_prolog(text: str) -> int:
    """Where the first thing stands that is neither space, comment nor processing instruction."""
    position = 0
    while found := _PROLOG.match(text, position):
        position = found.end()
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _parsed(text: str, file: str) -> tuple[etree._Element | None, list[Problem]]:
    body = re.sub(r"^\ufeff?\s*<\?xml\s.*?\?>", lambda m: "\n" * m[0].count("\n"), text, count=1, flags=re.DOTALL)
    events = etree.iterparse(
        io.BytesIO(body.lstrip("\ufeff").encode()),
        events=("start", "end", "comment", "pi"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        attribute_defaults=False,
        huge_tree=False,
        encoding="utf-8",
    )
    try:
        refused = _too_deep_or_many(events, file)
    except etree.XMLSyntaxError as error:
        return None, [_syntax(error, file, body)]
    return (None, refused) if refused else (events.root, [])


def _too_deep_or_many(events: etree.iterparse[tuple[str, etree._Element]], file: str) -> list[Problem]:
    depth = count = 0
    for event, element in events:
        depth += (event == "start") - (event == "end")
        count += event != "end"
        if depth > LEVELS_LIMIT:
            return [problem("xml-too-deep", file, line=element.sourceline, limit=LEVELS_LIMIT)]
        if count > ELEMENTS_LIMIT:
            return [problem("xml-too-many", file, line=element.sourceline, limit=ELEMENTS_LIMIT)]
        if len(element.attrib) > ATTRIBUTES_LIMIT:
            return [problem("xml-attributes", file, line=element.sourceline, limit=ATTRIBUTES_LIMIT)]
    return []


def _ended(message: str, body: str) -> bool:
    """Whether the text simply stops: the parser wants more, or stumbles over its very last characters."""
    if "Extra content" in message:
        return False
    return "Premature end" in message or not body.rstrip().endswith(">") or "EndTag: '</' not found" in message


def _last_line(error: etree.XMLSyntaxError) -> int:
    """Where the parser gave up, if the error itself does not say."""
    last = error.error_log.last_error  # type: ignore[attr-defined]  # missing in the types
    return last.line if last is not None else 1


def _syntax(error: etree.XMLSyntaxError, file: str, body: str) -> Problem:
    line = error.lineno or _last_line(error)
    message = str(error)
    if prefix := re.search(r"prefix (\S+) ", message):
        return problem("xml-prefix", file, line=line, name=prefix[1])
    if _ended(message, body):
        return problem("xml-cut-off", file, line=line)
    return problem("xml-syntax", file, line=line, number=line)


def local(element: etree._Element) -> str:
    """The element's name without its namespace; empty for comments and the like."""
    return _parts(element.tag)[1]


def namespace(element: etree._Element) -> str:
    """The element's namespace; empty if it has none."""
    return _parts(element.tag)[0]


@lru_cache(maxsize=1_000)
def _parts(tag: object) -> tuple[str, str]:
    """Namespace and name; both empty for comments and instructions, whose tag is no text."""
    if not isinstance(tag, str):
        return "", ""
    space, _, name = tag.rpartition("}")
    return space[1:], name


def line_of(element: etree._Element) -> int:
    """The line on which the element starts, from 1."""
    line = element.sourceline
    return line if isinstance(line, int) else 1


def text_of(element: etree._Element) -> str:
    """All of the element's own text, also what stands behind a comment."""
    return "".join([element.text or "", *(child.tail or "" for child in element)]).strip()


def is_cut(element: etree._Element) -> bool:
    """Whether a comment or anything else stands inside the element's text."""
    return bool(len(element)) and bool(text_of(element))


def own_attributes(element: etree._Element) -> dict[str, str]:
    """The attributes of the standard: those without a namespace."""
    return {str(k): str(v) for k, v in element.attrib.items() if not str(k).startswith("{")}


def names(text: str) -> frozenset[str]:
    """A set of names written in one line, apart by spaces."""
    return frozenset(text.split())
