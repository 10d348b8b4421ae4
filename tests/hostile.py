"""Strangers' hostile files as somebody would bring them: in a package, with lanes, beginning with a person's step."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from tests.engine.shared import manifest
from tests.support import MODEL, diagram, package, zipped

ROWS = manifest("hostile")
DIAGRAM = diagram({"begin": "startEvent", "ask": "userTask", "end": "endEvent"}, ["begin ask", "ask end"])
TOML = b'key = "hostile"\ntitle = "Uji"\nreference = "UJI"\ndiagram = "flow.bpmn"\nprocess = "%s"\n'
BPMN = f"{{{MODEL}}}"
PEOPLE = tuple(f"{BPMN}{kind}" for kind in ("userTask", "manualTask", "task"))


def packed(row: dict[str, Any]) -> bytes:
    """The file as part of a package that is sound but for it; a zip and a file with a telling name as they are."""
    content, kind = row["path"].read_bytes(), row["kind"]
    if kind == "zip":
        return bytes(content)
    if kind == "name":
        return zipped({"process.toml": TOML % b"flow", "flow.bpmn": content, row["upload_name"]: content})
    if kind == "bpmn":
        return zipped({"process.toml": TOML % _process(content), "flow.bpmn": content})
    name = "rules.dmn" if kind == "dmn" else "ask.form"
    return zipped({"process.toml": TOML % b"flow", "flow.bpmn": DIAGRAM, name: content})


def _process(content: bytes) -> bytes:
    found = content.partition(b"<bpmn:process id=")[2][1:].partition(b'"')[0]
    return found if found.isalnum() else b"flow"


def runnable(row: dict[str, Any]) -> bytes | None:
    """The drawing so that the engine alone can take it: a person begins, scripts are gone, all in one lane.

    None where it is no XML, or has no process with a start.
    """
    try:
        root = etree.fromstring(row["path"].read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
    for process in root.iter(f"{BPMN}process"):
        for start in process.findall(f"{BPMN}startEvent"):
            _begin_with_a_person(process, start)
        for script in process.iter(f"{BPMN}scriptTask"):
            script.tag = f"{BPMN}intermediateThrowEvent"
            for part in list(script):
                script.remove(part)
        for time in process.iter(f"{BPMN}timeDuration", f"{BPMN}timeCycle", f"{BPMN}timeDate"):
            time.text = (time.text or "").strip("\"'")
        _in_one_lane(process)
    if root.find(f"{BPMN}process/{BPMN}userTask[@id='hostile_ask']") is None:
        return None
    first = root.find(f"{BPMN}process")
    name = (first.get("id") or "p") if first is not None else "p"
    return zipped({"process.toml": TOML % name.encode(), "flow.bpmn": etree.tostring(root)})


def _begin_with_a_person(process: etree._Element, start: etree._Element) -> None:
    for flow in process.findall(f"{BPMN}sequenceFlow"):
        if flow.get("sourceRef") == start.get("id"):
            flow.set("sourceRef", "hostile_ask")
            etree.SubElement(process, f"{BPMN}userTask", id="hostile_ask")
            etree.SubElement(
                process,
                f"{BPMN}sequenceFlow",
                id="hostile_flow",
                sourceRef=str(start.get("id")),
                targetRef="hostile_ask",
            )
            return


def _in_one_lane(process: etree._Element) -> None:
    lanes = etree.Element(f"{BPMN}laneSet", id="hostile_lanes")
    lane = etree.SubElement(lanes, f"{BPMN}lane", id="hostile_lane", name="requester")
    for node in process.iter(*PEOPLE):
        etree.SubElement(lane, f"{BPMN}flowNodeRef").text = node.get("id")
    process.insert(0, lanes)


GOOD = dict(package(DIAGRAM).files)


def archives() -> Iterator[tuple[str, bytes]]:
    """Zips that are traps themselves, each with the trap's name."""
    yield "a path out of the package", zipped({**GOOD, "../../escaped.bpmn": DIAGRAM})
    yield "a file behind a password", _marked(encrypted=True)
    yield "a few kilobytes that are sixty megabytes", _bomb(20 * 2**20, 3)


def _marked(*, encrypted: bool) -> bytes:
    """A zip whose first entry says that it is encrypted."""
    content = bytearray(zipped(GOOD))
    for signature, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.find(signature) + place] |= int(encrypted)
    return bytes(content)


def _bomb(size: int, files: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in GOOD.items():
            archive.writestr(name, content)
        for number in range(files):
            archive.writestr(f"bomb{number}.md", b"0" * size)
    return buffer.getvalue()
