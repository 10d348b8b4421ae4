"""A package whose every text would do harm if anything took it for more than text, and answers that hold the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.support import MODEL, SPIFF, zipped

CANARY = "smuggled"
"""The global variable and the host by which a test sees that a text was more than text."""
HOST = f"{CANARY}.invalid"
DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

MARKUP = (
    f"<script>window.{CANARY}=1</script>",
    f"<img src=x onerror=window.{CANARY}=2>",
    f'"><svg onload=window.{CANARY}=3>',
    f"' autofocus onfocus='window.{CANARY}=4",
    f"</title></textarea></option></svg><iframe src=//{HOST}></iframe>",
    f'<a href="javascript:window.{CANARY}=5">x</a>',
    f"<style>body{{display:none}}</style><link rel=stylesheet href=//{HOST}/a.css>",
    f"<meta http-equiv=refresh content=0;//{HOST}>",
    f"<form action=//{HOST}><base href=//{HOST}/>",
    f"--><![CDATA[<script>window.{CANARY}=6</script>]]>",
    "&lt;script&gt; &amp;#60;b&amp;#62; &#x3c;i&#x3e;",
)
LINKS = (
    f"javascript:window.{CANARY}=7",
    f"data:text/html,<script>window.{CANARY}=8</script>",
    f"[klik](javascript:window.{CANARY}=9) ![x](//{HOST}/a.png)",
    f"http://{HOST}/",
    f"url(//{HOST}/a.png);background:expression(1)",
)
TEMPLATES = (
    "{7*7} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    "%(smuggled)s %s %n %d %",
    "{0.__class__} {} {smuggled} {self.__init__.__globals__}",
    "__proto__ constructor toString",
    "`whoami` $(id) ; rm -rf / | cat /etc/passwd",
    "' OR 1=1 -- ; DROP TABLE instance",
    "../../etc/passwd %2e%2e%2f C:\\windows",
)
FORMULAS = (f"+HYPERLINK(//{HOST})", "@SUM(1+1)*cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0")
WORDS = (
    "Re: =?utf-8?B?QmNjOiBhQGV4YW1wbGUuY29t?=",
    "Berkas\u202egnp.exe\u202c \u2066terpisah",
    "\u202dliar\u202c \u2067\u2068\u2069\u202a\u202b",
    "nol\u200blebar\ufeff\u00ad\u2060",
    "שלום עולם \u200f مرحبا ١٢٣",
    "👩\u200d💻 🇮🇩 ✅ e\u0301 ﷽",
    "Panjang" + "kepanjangan" * 15,
)
ALL = (*MARKUP, *LINKS, *TEMPLATES, *FORMULAS, *WORDS)
"""One line each: neither XML nor an answer of one line can hold what `CONTROLS` does."""
CONTROLS = (
    "lonceng\u0007 \u001b[31mmerah\u001b[0m \u001b]0;judul\u0007",
    "baris\r\nBcc: korban@example.com\r\n\r\nisi",
    "\t=1+1",
    "\u0085 \u009b31m \u2028 \u2029 \u007f",
    "nol\u0000nol",
)
SHORT = f"'\"><svg/onload=window.{CANARY}=0>{{{{7*7}}}}${{1}}%(x)s{{0}}"
TITLE = f"{SHORT}\u202e\u05d0\u05d1\u05d2" + "katapanjang" * 5
"""For places of which there is one: something of everything, as long as a title may be."""

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
STEPS = ("needed", "submit", "rated", "issue", "issued_or_not", "issued", "refused")
ISSUE = "'\"><b>terbit</b>\u202e"
"""The value of the outcome that issues."""


def package(key: str = "smuggled", **files: bytes) -> bytes:
    """The zip of the package: it passes the check, for nothing in it is forbidden."""
    every = {
        "process.toml": _manifest(key),
        "smuggled.bpmn": diagram(),
        "rated.dmn": table(),
        "submit.form": _form(*submit_components()),
        "issue.form": _form(*_issue_components()),
        "texts.en.toml": _english(),
        "scenarios/one.yaml": scenario(),
    }
    return zipped({**every, **files})


def _manifest(key: str) -> bytes:
    told = {"key": key, "title": TITLE, "title_en": f"{TITLE} en", "reference": "UJI", "diagram": "smuggled.bpmn"}
    return _toml({**told, "process": "smuggled", "summary": json.dumps(SHORT, ensure_ascii=False)})


def _toml(table: Mapping[str, str]) -> bytes:
    quoted = ((json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")) for text in table.values())
    return "\n".join(f'"{name}" = {text}' for name, text in zip(table, quoted, strict=True)).encode()


def diagram() -> bytes:
    """A request, a table, a decision, two ends; a name on everything, and an annotation for each text."""
    names = {step: f"{TITLE} {step}" for step in STEPS}
    inner = "".join((_lanes(), *_nodes(names), *_flows(), *_notes()))
    return (
        f'<definitions xmlns="{MODEL}" xmlns:spiffworkflow="{SPIFF}" xmlns:i="{DI}" xmlns:c="{DC}" xmlns:d="{DD}"'
        f' id="definitions" targetNamespace="t" name={quoteattr(TITLE)}>'
        f'<collaboration id="both"><participant id="pool" name={quoteattr(TITLE)} processRef="smuggled"/>'
        f'</collaboration><process id="smuggled" name={quoteattr(TITLE)} isExecutable="true">'
        f"<documentation>{escape(MARKUP[0])}</documentation>{inner}</process>{_drawing()}</definitions>"
    ).encode()


def _lanes() -> str:
    members = {"Pegawai": STEPS[:3], "Petugas kepegawaian": STEPS[3:]}
    lanes = "".join(
        f'<lane id="lane{number}" name="{name}">'
        + "".join(f"<flowNodeRef>{step}</flowNodeRef>" for step in steps)
        + "</lane>"
        for number, (name, steps) in enumerate(members.items())
    )
    return f'<laneSet id="lanes" name={quoteattr(SHORT)}>{lanes}</laneSet>'


def _nodes(names: Mapping[str, str]) -> Iterator[str]:
    kinds = {"needed": "startEvent", "submit": "userTask", "rated": "businessRuleTask", "issue": "userTask"}
    kinds |= {"issued_or_not": "exclusiveGateway", "issued": "endEvent", "refused": "endEvent"}
    for step, kind in kinds.items():
        more = 'default="f5"' if kind == "exclusiveGateway" else ""
        extension = "<spiffworkflow:calledDecisionId>rating</spiffworkflow:calledDecisionId>" if step == "rated" else ""
        if kind == "userTask":
            extension = (
                f'<spiffworkflow:properties><spiffworkflow:property name="formKey" value="{step}.form"/>'
                "</spiffworkflow:properties><spiffworkflow:instructionsForEndUser>"
                f"{escape(' '.join(MARKUP) + TITLE)}</spiffworkflow:instructionsForEndUser>"
            )
        yield (
            f'<{kind} id="{step}" name={quoteattr(names[step])} {more}><documentation>{escape(SHORT)}</documentation>'
            f"<extensionElements>{extension}</extensionElements></{kind}>"
        )


def _flows() -> Iterator[str]:
    for number, (source, target) in enumerate([*pairwise(STEPS[:-1]), (STEPS[-3], STEPS[-1])]):
        condition = f"issue.outcome = {json.dumps(ISSUE, ensure_ascii=False)}" if target == "issued" else ""
        said = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
        yield (
            f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}" name={quoteattr(SHORT)}>'
            f"{said}</sequenceFlow>"
        )


def _notes() -> Iterator[str]:
    for number, text in enumerate(ALL):
        yield f'<textAnnotation id="note{number}"><text>{escape(text)}</text></textAnnotation>'
    yield f'<group id="group" name={quoteattr(SHORT)}/>'


def _drawing() -> str:
    """Everything laid out: the steps in a row, the notes in a grid below them."""
    places = {step: (200 + 150 * number, 100, 100, 80) for number, step in enumerate(STEPS)}
    places |= {f"note{n}": (200 + 150 * (n % 7), 300 + 60 * (n // 7), 140, 50) for n in range(len(ALL))}
    places |= {"pool": (20, 60, 1300, 200), "lane0": (50, 60, 1270, 100), "lane1": (50, 160, 1270, 100)}
    shapes = "".join(
        f'<i:BPMNShape bpmnElement="{element}"><c:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/></i:BPMNShape>'
        for element, (x, y, w, h) in places.items()
    )
    edges = "".join(
        f'<i:BPMNEdge bpmnElement="f{n}"><d:waypoint x="{300 + 150 * n}" y="140"/>'
        f'<d:waypoint x="{350 + 150 * n}" y="140"/></i:BPMNEdge>'
        for n in range(6)
    )
    return f'<i:BPMNDiagram id="drawing"><i:BPMNPlane id="plane">{shapes}{edges}</i:BPMNPlane></i:BPMNDiagram>'


def table() -> bytes:
    """A decision table with a name, a label, a description and an annotation on everything."""
    said, quoted = escape(TITLE), quoteattr(TITLE)
    result = escape(json.dumps(SHORT, ensure_ascii=False))
    return (
        f'<definitions xmlns="{DMN}" id="tables" name={quoted} namespace="t">'
        f'<decision id="rating" name={quoted}><description>{said}</description><question>{said}</question>'
        '<decisionTable id="table" hitPolicy="FIRST">'
        f'<input id="in" label={quoted}><inputExpression id="of" typeRef="boolean"><text>submit.sure</text>'
        "</inputExpression></input>"
        f'<output id="out" label={quoted} name="rating" typeRef="string"/><annotation name={quoted}/>'
        f'<rule id="one"><description>{said}</description><inputEntry id="any"><text>-</text></inputEntry>'
        f'<outputEntry id="result"><text>{result}</text></outputEntry>'
        f"<annotationEntry><text>{said}</text></annotationEntry></rule></decisionTable></decision></definitions>"
    ).encode()


def _form(*components: dict[str, Any]) -> bytes:
    return json.dumps({"type": "default", "schemaVersion": 17, "id": SHORT, "components": components}).encode()


def _words(text: str) -> dict[str, str]:
    return {"label": text, "description": text}


def submit_components() -> list[dict[str, Any]]:
    """A question of each kind; a text, a line to fill in and a choice for each of `ALL`."""
    texts = [{"type": "text", "id": f"said{n}", "text": text} for n, text in enumerate(ALL)]
    lines = [
        {"type": "textfield", "id": f"line{n}", "key": f"line{n}", "defaultValue": text, **_words(text)}
        for n, text in enumerate(ALL)
    ]
    values = [{"label": text, "value": text} for text in ALL]
    words = _words(MARKUP[3] + WORDS[1])
    return [
        *texts,
        *lines,
        {"type": "textarea", "id": "area", "key": "area", "defaultValue": "\n".join(ALL), **words},
        {"type": "select", "id": "pick", "key": "pick", "values": values, **words},
        {"type": "radio", "id": "radio", "key": "radio", "values": values, **words},
        {"type": "checklist", "id": "several", "key": "several", "values": values, **words},
        {"type": "checkbox", "id": "sure", "key": "sure", **words},
        {"type": "number", "id": "amount", "key": "amount", **words},
        {"type": "datetime", "id": "day", "key": "day", **words},
        {"type": "filepicker", "id": "file", "key": "file", "accept": MARKUP[2], **words},
        {
            "type": "group",
            "id": "group",
            "label": MARKUP[1] + WORDS[4],
            "components": [
                {
                    "type": "dynamiclist",
                    "id": "rows",
                    "path": "rows",
                    **words,
                    "components": [{"type": "textfield", "id": "cell", "key": "cell", **words}],
                }
            ],
        },
    ]


def _issue_components() -> list[dict[str, Any]]:
    values = [{"label": MARKUP[0], "value": ISSUE}, {"label": WORDS[1], "value": MARKUP[2]}]
    return [
        {"type": "radio", "id": "outcome", "key": "outcome", "values": values, **_words(MARKUP[4])},
        {"type": "textarea", "id": "reason", "key": "reason", **_words(TEMPLATES[1])},
    ]


def _english() -> bytes:
    of_steps = {f"smuggled.bpmn#{step}.{what}": f"{TITLE} en" for step in STEPS for what in ("name", "instructions")}
    of_lines = {
        f"submit.form#line{n}.{what}": f"{text} en" for n, text in enumerate(ALL) for what in ("label", "description")
    }
    return _toml(of_steps | of_lines)


def scenario() -> bytes:
    """A story with a harmful title that ends as it says."""
    title = json.dumps(TITLE, ensure_ascii=False)
    outcome = json.dumps(ISSUE, ensure_ascii=False)
    return (
        f"title: {title}\nstart:\n  by: P097\n  answers: {{line0: {json.dumps(MARKUP[0])}}}\n"
        f"steps:\n  - {{step: issue, role: personnel_officer, answers: {{outcome: {outcome}}}}}\n"
        "expect:\n  outcome: issued\n"
    ).encode()


def answers() -> dict[str, str | list[str]]:
    """What a person types into the first form: in each line another text, all of them in the area."""
    lines = {f"line{n}": text for n, text in enumerate(ALL)}
    return {
        **lines,
        "area": "\r\n".join((*ALL, *FORMULAS)),
        "pick": MARKUP[0],
        "radio": MARKUP[2],
        "several[]": [*ALL],
        "sure": "true",
        "amount": "12,5",
        "day": "3/12/2026",
        "rows[0][cell]": MARKUP[1],
        "rows[1][cell]": WORDS[1],
    }
