"""Hostile requests beside honest ones: those are all served, the others end as incidents, and the worker goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from sqlalchemy import func, select

from engine.db import Incident, Instance
from tests.faults.office import Office
from tests.faults.site import PATIENCE, Answer, Site
from tests.support import diagram, package, timer
from web.parts import Parts

LETTER = "/processes/surat_keterangan/instances"
LANES = {"requester": ["begin", "ask"]}
FLOWS = ["round round | true", "round end | default"]


def hostile(key: str, *, waits: bool) -> object:
    """A request that goes in a circle without end, at once or when its timer goes off."""
    wait = {"wait": "intermediateCatchEvent"} if waits else {}
    flows = ["ask wait", "wait round"] if waits else ["ask round"]
    nodes = {"begin": "startEvent", "ask": "userTask", **wait, "round": "exclusiveGateway", "end": "endEvent"}
    inside = {"wait": timer("PT1S")} if waits else {}
    return package(diagram(nodes, ["begin ask", *flows, *FLOWS], lanes=LANES, inside=inside), key=key)


def test_others_are_served_and_the_worker_goes_on_beside_hostile_requests(
    site: Site, inside: Parts, people: Office
) -> None:
    for one in (hostile("circle", waits=False), hostile("later", waits=True)):
        inside.database.command(
            lambda session, one=one: inside.engine.deploy(session, one, by="test", now=site.now(), state="live")
        )
    for role in ("web", "worker"):
        site.begin(role)
    site.wait_until_ready()

    def stranger() -> list[Answer | None]:
        client = people.client("P099")
        for _ in range(3):
            client.post("/processes/later/instances", {})
        path = "/api/v1/processes/circle/instances"
        return [client.once("POST", path, {"answers": {}}, f"k{number}") for number in range(10)]

    def neighbour(person: str) -> list[int]:
        return [people.client(person).post(LETTER, {"purpose": "Kredit"}).status for _ in range(10)]

    with ThreadPoolExecutor(3) as pool:
        noise = pool.submit(stranger)
        served = [status for statuses in pool.map(neighbour, ["P097", "P098"]) for status in statuses]
        refused = [answer.body["incident"] for answer in noise.result() if answer is not None and answer.status == 503]
    assert served == [201] * 20
    assert len(set(refused)) == 1, "one incident for the one cause, however often it is tried"
    people.client("P097").post("/processes/timed/instances", {})
    wait_for(inside, incidents=4, ended=1)


def wait_for(parts: Parts, *, incidents: int, ended: int) -> None:
    """Wait for the worker: an incident of each hostile request, and the end of the honest timer."""
    pause, found = Event(), (0, 0)
    for _ in range(int(PATIENCE / 0.2)):
        with parts.database.reads() as session:
            timed = select(func.count()).where(Instance.process == "timed", Instance.status == "ended")
            found = (session.scalar(select(func.count()).select_from(Incident)) or 0, session.scalar(timed) or 0)
        if found == (incidents, ended):
            return
        pause.wait(0.2)
    raise TimeoutError(f"incidents and ended: {found}")
