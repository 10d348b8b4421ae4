"""The list of late tasks: whose are on it for whom, and what it tells; and the applicant's own reminder."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, datetime
from io import StringIO
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Instance, Notice, Task
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from web import migrations
from web.parts import Parts
from web.worker import Worker
from workflows.people import Acting

# P097 of DISKOMINFO asks; P092 is the unit's personnel officer, P094 the superior, P091 heads the department and
# decides. P042 is the personnel officer of another department, P041 heads that one; P029 verifies for BKPSDM.

ANSWERS = {
    "type": "annual",
    "first": "2026-11-23",
    "last": "2026-11-24",
    "reason": "Rahasia keluarga",
    "address": "Jalan Contoh 1",
    "phone": "081234567890",
}


def start(parts: Parts, person: str, answers: Mapping[str, str] = ANSWERS) -> UUID:
    """Somebody's request for leave, which goes to the personnel officer of the unit first."""

    def work(session: Session) -> UUID:
        actor = parts.people.actor(session, person, parts.clock())
        return parts.engine.start(session, "leave", actor, answers, now=parts.clock()).id

    return parts.database.command(work)


def rows(visitor: Visitor) -> list[str]:
    """What stands in the lines of the list."""
    return [" ".join(row.get_text(" ").split()) for row in visitor.open("/overdue").main.select("tbody tr")]


def reference(parts: Parts, instance: UUID) -> str:
    with parts.database.reads() as session:
        return session.get_one(Instance, instance).reference


def test_late_tasks_stand_on_the_lists_of_those_who_answer_for_their_holders(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    mine = reference(parts, start(parts, "P097"))
    assert rows(visit("P091")) == [], "it is not late yet"
    clock.forward(days=4)
    for person in ("P091", "P029", "P012"):
        [line] = rows(visit(person))
        assert mine in line
    for person in ("P097", "P094", "P041", "P042", "P067"):
        assert rows(visit(person)) == [], person
    [line] = rows(visit("P091"))
    assert "terlambat 3 hari kerja" in line
    assert "Wati Pratama" not in line, "whose request it is, is not told"
    assert "Rahasia" not in line


def test_whoever_may_open_a_request_or_move_its_task_is_led_there_from_the_list(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    instance = start(parts, "P097")
    clock.forward(days=4)

    def links(person: str) -> set[str]:
        return {str(a["href"]) for a in visit(person).open("/overdue").main.select("tbody a")}

    with parts.database.reads() as session:
        task = session.scalars(select(Task.id).where(Task.instance_id == instance)).one()
    assert links("P091") == set(), "the head is not asked yet, and moves no tasks"
    assert links("P012") == {f"/requests/{instance}"}, "an auditor reads"
    assert links("P092") == {f"/requests/{instance}", f"/tasks/{task}/hand-on"}
    assert f"/tasks/{task}/hand-on" in links("P029")
    for person in ("P012", "P092", "P029"):
        for address in links(person):
            assert visit(person).open(address).answer.status_code == 200, (person, address)


def test_the_list_can_be_narrowed_down_paged_printed_and_kept_as_a_file(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    ours = [
        start(parts, "P097", {**ANSWERS, "first": f"2026-12-{day:02}", "last": f"2026-12-{day:02}"}) for day in (7, 8)
    ]
    theirs = start(parts, "P072")
    clock.forward(days=4)
    bkpsdm = visit("P029")
    assert len(rows(bkpsdm)) == 3
    assert len(bkpsdm.open("/overdue?unit=DINKES").main.select("tbody tr")) == 1
    assert len(bkpsdm.open("/overdue?unit=DISKOMINFO&process=leave").main.select("tbody tr")) == 2
    assert "Tidak ada tugas yang cocok" in bkpsdm.open("/overdue?process=izin").text
    for odd in ("page=99", "page=x", "unit=UNKNOWN&all=1", "process=%27"):
        assert bkpsdm.open(f"/overdue?{odd}").answer.status_code == 200, odd
    answer = bkpsdm.client.get("/overdue/tasks.csv?unit=DISKOMINFO")
    lines = list(csv.reader(StringIO(answer.get_data().decode("utf-8-sig"))))
    assert {line[1] for line in lines[1:]} == {reference(parts, each) for each in ours}
    assert {line[7] for line in lines[1:]} == {"3"}
    assert reference(parts, theirs) not in answer.get_data(as_text=True)
    assert bkpsdm.client.get("/overdue/tasks.xlsx").status_code == 200


def test_a_long_list_has_pages_and_one_to_print(
    visit: Visit, parts: Parts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.overdue.ROWS", 1)
    start(parts, "P097")
    start(parts, "P072")
    clock.forward(days=4)
    first, second = (rows(visit("P012")), visit("P012").open("/overdue?page=2"))
    assert len(first) == len(second.main.select("tbody tr")) == 1
    assert "Halaman 2 dari 2" in second.text
    assert len(visit("P012").open("/overdue?all=1").main.select("tbody tr")) == 2


def test_an_acting_head_sees_what_the_decree_covers(visit: Visit, parts: Parts, clock: Clock) -> None:
    start(parts, "P097")
    clock.forward(days=4)
    about = {"kind": "Plh", "decree": "1", "first": date(2026, 11, 1), "last": date(2026, 11, 30), "excluded": ""}
    parts.database.command(lambda s: s.add(Acting(person="P094", position="DISKOMINFO-01", only="other", **about)))
    assert rows(visit("P094")) == []
    parts.database.command(lambda s: s.add(Acting(person="P096", position="DISKOMINFO-01", only="leave", **about)))
    assert len(rows(visit("P096"))) == 1


def test_what_an_applicant_has_to_repair_is_on_nobodys_list(visit: Visit, parts: Parts, clock: Clock) -> None:
    instance = start(parts, "P097")

    def send_back(session: Session) -> None:
        officer = parts.people.actor(session, "P092", parts.clock())
        task = session.scalars(select(Task.id).where(Task.instance_id == instance)).one()
        parts.engine.decide(session, task, officer, {"outcome": "return", "repair": "Alamat"}, now=parts.clock())

    parts.database.command(send_back)
    clock.forward(days=14)
    for person in ("P091", "P012", "P029", "P092"):
        assert rows(visit(person)) == [], person


def test_the_worker_tells_the_head_who_finds_the_task_on_the_list(visit: Visit, parts: Parts, clock: Clock) -> None:
    start(parts, "P097")
    worker = Worker(parts)
    for hours in (20, 24, 24, 24):  # Tuesday to Friday, at eight in Jakarta
        clock.forward(hours=hours)
        while not worker.pass_once():
            pass
    with parts.database.reads() as session:
        told = {(notice.kind, notice.person) for notice in session.scalars(select(Notice))}
    assert told == {("reminder", "P092"), ("overdue", "P092"), ("escalated", "P091")}
    head = visit("P091").open("/notices")
    assert head.follow("lewat tenggat").path == "/overdue"
    assert "atasan sudah diberi tahu" in head.text


def test_tasks_of_before_this_release_are_planned_by_the_first_pass_of_the_worker(parts: Parts, clock: Clock) -> None:
    start(parts, "P097")
    planned = alerts(parts)
    migrations.downgrade(parts.database.engine, "0003")
    migrations.upgrade(parts.database.engine)
    assert alerts(parts) == [clock.at]
    clock.forward(minutes=5)
    Worker(parts).pass_once()
    assert alerts(parts) == planned
    with parts.database.reads() as session:
        assert session.scalars(select(Notice)).all() == []


def alerts(parts: Parts) -> list[datetime | None]:
    """When the worker looks at the deadlines of open tasks."""
    with parts.database.reads() as session:
        return list(session.scalars(select(Task.alert_at).where(Task.state == "open")))


# The applicant's own reminder.


def test_an_applicant_reminds_once_a_day_and_reads_when_it_is_possible_next(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    instance = start(parts, "P097")
    applicant = visit("P097").open(f"/requests/{instance}")
    assert "mengingatkan pejabatnya mulai Selasa, 3 November 2026 pukul 08.00 WIB" in applicant.text
    assert not applicant.main.select("form[action$=nudge]")
    clock.forward(hours=22)
    applicant = visit("P097").open(f"/requests/{instance}").send(to="nudge")
    assert "Pengingat Anda tercatat" in applicant.text
    assert "mengingatkan lagi mulai Rabu, 4 November 2026 pukul 08.00 WIB" in applicant.text
    assert "Pemohon mengingatkan" in applicant.text
    assert not applicant.main.select("form[action$=nudge]")
    assert "Pemohon mengingatkan tugas Anda" in visit("P092").open("/notices").text
    assert not visit("P092").open(f"/requests/{instance}").main.select("form[action$=nudge]")


def test_sending_the_reminder_twice_reminds_once(visit: Visit, parts: Parts, clock: Clock) -> None:
    instance = start(parts, "P097")
    clock.forward(days=1)
    applicant = visit("P097").open(f"/requests/{instance}")
    form = applicant.form("nudge")
    kept, target = applicant.kept(form), applicant.target(form)
    answers = [applicant.client.post(target, data=kept) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert applicant.client.post(target, data={**kept, "_key": "k" * 24}).status_code == 409
    with parts.database.reads() as session:
        assert len(session.scalars(select(Notice).where(Notice.kind == "nudged")).all()) == 1
