"""How much one hostile request slows the others down: people at work over HTTP, without it and beside it."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session
from waitress.server import create_server

from engine.errors import Text
from engine.manifest import Manifest
from engine.package import Package
from web import tokens
from web.bench.office import Office
from web.server import THREADS, end, share_fairly

NEIGHBOURS = ("P097", "P098")
STRANGER = "P099"
LETTER = ("/api/v1/processes/surat_keterangan/instances", {"purpose": "Kredit bank"})
HEAVY = "count(for i in 1..9000 return string(i) + &quot;x&quot;) &gt; 0"
"""A condition near the limit of one expression."""
GATEWAYS = 30
"""Of which some twenty are passed before the budget of an act is used up."""
HOSTILE = ("calculating", "looping", "multiplying")
ENOUGH = 20
"""Requests of each neighbour that make a p95."""


def measure(office: Office, *, repeat: int) -> dict[str, float]:
    """The neighbours' p95 in milliseconds alone and beside the stranger, their ratio, and what went wrong."""
    office.parts.database.command(lambda session: _deploy(office, session))
    given = {person: _token(office, person) for person in (*NEIGHBOURS, STRANGER)}
    with _served(office) as port:
        _at_work(port, given, ENOUGH)  # what is read or compiled once is not measured
        alone, failed_alone = _at_work(port, given, repeat)
        with _stranger(port, given[STRANGER]) as acts:
            beside, failed_beside = _at_work(port, given, repeat)
    return {
        "alone_ms": _p95(alone),
        "beside_ms": _p95(beside),
        "ratio": _p95(beside) / _p95(alone),
        "hostile_acts": float(len(acts)),
        "hostile_seconds": max(acts, default=0.0),
        "failed": float(failed_alone + failed_beside),
    }


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def _at_work(port: int, given: dict[str, str], repeat: int) -> tuple[list[float], int]:
    """Milliseconds of each request of the neighbours, and how many were not answered as they should be."""
    times: list[float] = []
    failed: list[int] = []

    def work(person: str) -> None:
        for _ in range(repeat):
            started = time.perf_counter()
            status = _post(port, given[person], *LETTER)
            times.append((time.perf_counter() - started) * 1000)
            if status != 201:
                failed.append(status)

    threads = [Thread(target=work, args=[person]) for person in NEIGHBOURS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, len(failed)


@contextmanager
def _stranger(port: int, token: str) -> Iterator[list[float]]:
    """While the block runs, somebody starts hostile requests one after the other; the seconds of each."""
    over, acts = Event(), list[float]()

    def work() -> None:
        while not over.is_set():
            for process in HOSTILE:
                started = time.perf_counter()
                _post(port, token, f"/api/v1/processes/{process}/instances", {})
                acts.append(time.perf_counter() - started)

    thread = Thread(target=work)
    thread.start()
    try:
        yield acts
    finally:
        over.set()
        thread.join()


def _post(port: int, token: str, path: str, answers: dict[str, Any]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
    connection.request("POST", path, json.dumps({"answers": answers}), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@contextmanager
def _served(office: Office) -> Iterator[int]:
    share_fairly()
    server = create_server(office.app, host="127.0.0.1", port=0, threads=THREADS)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        end(server)
        thread.join(timeout=10)


def _token(office: Office, person: str) -> str:
    return office.parts.database.command(lambda session: tokens.issue(session, person, "bench", office.clock.now))


def _deploy(office: Office, session: Session) -> None:
    """Past the check, as if an older release had let them in."""
    for package in (_calculating(), _looping(), _multiplying()):
        office.parts.engine.deploy(session, package, by="bench", now=office.clock.now, state="live")


def _calculating() -> Package:
    """A request whose conditions compute until it is stopped."""
    flows = "".join(_flow(f"g{n}", f"g{n + 1}", HEAVY) + _flow(f"g{n}", "end") for n in range(GATEWAYS - 1))
    nodes = "".join(f'<exclusiveGateway id="g{n}" default="g{n}_end"/>' for n in range(GATEWAYS - 1))
    last = f'<exclusiveGateway id="g{GATEWAYS - 1}"/>'
    return _package("calculating", nodes + last + flows + _flow(f"g{GATEWAYS - 1}", "end"))


def _looping() -> Package:
    """A request that goes in a circle until it is stopped."""
    return _package(
        "looping", '<exclusiveGateway id="g0" default="g0_g0"/>' + _flow("g0", "g0") + _flow("g0", "end", "false")
    )


def _multiplying() -> Package:
    """A request that waits for its starter a thousand times at once."""
    times = (
        "<multiInstanceLoopCharacteristics><loopCardinality>1000</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    return _package("multiplying", f'<userTask id="g0">{times}</userTask>' + _flow("g0", "end"))


def _flow(source: str, target: str, condition: str = "") -> str:
    said = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{said}</sequenceFlow>'


def _package(key: str, inner: str) -> Package:
    own = "<flowNodeRef>ask</flowNodeRef><flowNodeRef>g0</flowNodeRef>"
    lane = f'<laneSet id="l"><lane id="r" name="requester">{own}</lane></laneSet>'
    ends = (
        '<startEvent id="begin"/><userTask id="ask"/><endEvent id="end"/>' + _flow("begin", "ask") + _flow("ask", "g0")
    )
    bpmn = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="bench">'
        f'<process id="{key}" isExecutable="true">{lane}{ends}{inner}</process></definitions>'
    )
    toml = f'key = "{key}"\ntitle = "{key}"\nreference = "UJI"\ndiagram = "{key}.bpmn"\nprocess = "{key}"\n'
    manifest = Manifest(key, Text(key, key), "UJI", f"{key}.bpmn", key)
    return Package({f"{key}.bpmn": bpmn.encode(), "process.toml": toml.encode()}, manifest)
