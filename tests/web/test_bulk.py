"""Several decisions at once: the same checks, a result for each, and those that fail stay chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from engine.db import Event, Task
from tests.web.conftest import Visit
from tests.web.leaves import HEAD, OFFICER, ask, complete, task_of, to_decide
from tests.web.visitor import Visitor, one
from web import assets
from web.parts import Parts

STAFF = ("P097", "P098", "P101")


@pytest.fixture
def tasks(parts: Parts) -> list[UUID]:
    """Three requests that wait for the head's decision."""
    return [to_decide(parts, person) for person in STAFF]


def together(visitor: Visitor, tasks: Sequence[UUID]) -> Visitor:
    return visitor.open("/inbox/together?" + "&".join(f"task={task}" for task in tasks))


def outcomes(parts: Parts, tasks: Sequence[UUID]) -> list[str | None]:
    with parts.database.reads() as session:
        return [session.get_one(Task, task).outcome for task in tasks]


def chosen(visitor: Visitor) -> list[str]:
    return [str(box["value"]) for box in visitor.main.select("input[name=task][checked]")]


def test_ux_25_what_is_chosen_in_the_inbox_is_shown_with_its_facts_before_it_is_decided(
    visit: Visit, tasks: list[UUID]
) -> None:
    head = visit(HEAD).open("/inbox")
    offered = {str(box["value"]) for box in head.main.select("table input[name=task]")}
    assert offered == {str(task) for task in tasks}
    together(head, tasks[:2])
    assert chosen(head) == [str(task) for task in tasks[:2]]
    assert "Sisa cuti 14 → 12" in head.text
    assert re.search(r"\d+ dari \d+ hadir", head.text)
    assert [label.get_text() for label in head.main.select("fieldset.field label")] == ["Setujui", "Tidak disetujui"]
    assert "Kirim 2 keputusan" in head.text
    assert "Keputusan dapat ditarik kembali selama 10 menit" in head.text


def test_ux_25_a_link_ticks_all_of_one_step_on_the_page_and_another_unticks_them(
    visit: Visit, tasks: list[UUID], parts: Parts
) -> None:
    head = visit(HEAD).open("/inbox?q=&process=leave")
    assert chosen(head) == []
    head.follow("Cuti: Putuskan cuti (3)")
    assert sorted(chosen(head)) == sorted(map(str, tasks))
    assert "Dicentang: 3 tugas" in head.text
    assert "process=leave" in str(one(head.main, ".picks a")["href"])
    head.follow("Hapus semua centang")
    assert chosen(head) == []
    assert chosen(head.open("/inbox?pick=leave.nothing")) == []
    complete(parts, ask(parts, "P109"), outcome="complete", evidence_seen=True)
    one_only = visit(OFFICER).open("/inbox")
    assert "Pilih semua" not in one_only.text


def test_ux_25_each_is_decided_by_itself_and_its_result_is_told(visit: Visit, tasks: list[UUID], parts: Parts) -> None:
    head = together(visit(HEAD), tasks).send({"outcome": "approve"})
    assert head.answer.status_code == 200
    assert "Keputusan tersimpan: 3" in head.text
    assert outcomes(parts, tasks) == ["approve"] * 3
    assert "Tidak ada tugas yang menunggu Anda" in head.open("/inbox").text


def test_ux_25_what_fails_stays_chosen_with_its_reason_and_the_rest_is_kept(
    visit: Visit, tasks: list[UUID], parts: Parts
) -> None:
    head = together(visit(HEAD), tasks)
    visit(HEAD).open(f"/tasks/{tasks[1]}").send({"outcome": "reject", "reason": "Sedang audit"})
    head.send({"outcome": "approve"})
    assert head.answer.status_code == 422
    assert head.title.startswith("Kesalahan: ")
    assert "2 tersimpan, 1 tidak" in head.text
    assert "sudah diselesaikan oleh Andi Dayak" in head.text
    assert outcomes(parts, tasks) == ["approve", "reject", "approve"]


def test_ux_25_what_one_request_alone_asks_for_keeps_it_chosen_with_the_others_decided(
    visit: Visit, parts: Parts
) -> None:
    """A place that is hard to reach needs a statement, which the officer has to have seen."""
    plain, far = ask(parts, "P097"), ask(parts, "P098", travel_days="2")
    tasks = [task_of(parts, each).id for each in (plain, far)]
    officer = together(visit(OFFICER), tasks).send({"outcome": "complete"})
    assert officer.answer.status_code == 422
    assert "1 tersimpan, 1 tidak" in officer.text
    assert chosen(officer) == [str(tasks[1])]
    assert "Bukti yang diwajibkan" in one(officer.main, ".chosen .mistake").get_text()
    assert outcomes(parts, tasks) == ["complete", None]


def test_ux_25_a_missing_reason_is_told_once_and_nothing_is_decided(
    visit: Visit, tasks: list[UUID], parts: Parts
) -> None:
    head = together(visit(HEAD), tasks).send({"outcome": "reject"})
    assert head.answer.status_code == 422
    assert head.main.select(".mistakes a")[0]["href"] == "#reason"
    assert chosen(head) == [str(task) for task in tasks]
    assert outcomes(parts, tasks) == [None] * 3
    head.send({"outcome": "reject", "reason": "Sedang audit"})
    assert outcomes(parts, tasks) == ["reject"] * 3


def test_ux_25_sent_twice_each_is_decided_once(visit: Visit, tasks: list[UUID], parts: Parts) -> None:
    head = together(visit(HEAD), tasks)
    sent = {**head.kept(head.form()), "outcome": "approve"}
    answers = [head.client.post("/inbox/together", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("Keputusan tersimpan: 3" in answer.get_data(as_text=True) for answer in answers)
    with parts.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 3 * 4
    late = head.client.post("/inbox/together", data={**sent, "outcome": "reject", "reason": "Sedang audit"})
    assert late.status_code == 422
    assert outcomes(parts, tasks) == ["approve"] * 3


def test_tasks_of_different_steps_are_decided_one_step_after_the_other(visit: Visit, parts: Parts) -> None:
    """The secretary is personnel officer and superior in one."""
    checked = ask(parts, "P101")
    waiting = ask(parts, "P098")
    officer = visit(OFFICER)
    officer.open(f"/tasks/{task_of(parts, checked).id}").send({"outcome": "complete", "evidence_seen": "true"})
    both = [task_of(parts, checked), task_of(parts, waiting)]
    assert [task.step for task in both] == ["consider", "check"]
    together(officer, [task.id for task in both])
    assert "tidak sama langkahnya" in officer.text
    officer.follow("Pertimbangkan cuti")
    assert chosen(officer) == [str(both[0].id)]


def test_nobody_decides_what_is_not_theirs_by_choosing_it(visit: Visit, tasks: list[UUID], parts: Parts) -> None:
    head = together(visit(HEAD), tasks)
    sent = {**head.kept(head.form()), "outcome": "approve"}
    for person in ("P097", "P094", "P001"):
        stranger = together(visit(person), tasks)
        assert not chosen(stranger)
        token = stranger.open("/inbox").page.select_one("input[name=csrf_token]")
        assert token is not None
        stranger.client.post("/inbox/together", data={**sent, "csrf_token": str(token["value"])})
    assert outcomes(parts, tasks) == [None] * 3
    assert head.open("/inbox/together?task=nonsense").answer.status_code == 404


def test_ux_11_the_server_alone_judges_what_is_written(visit: Visit, tasks: list[UUID]) -> None:
    pages = {
        HEAD: (f"/tasks/{tasks[0]}", f"/tasks/{tasks[0]}/hand-on", f"/inbox/together?task={tasks[0]}"),
        "P097": ("/start/leave/type", "/start/leave/all", "/start/izin/all"),
    }
    for person, paths in pages.items():
        visitor = visit(person)
        for path in paths:
            visitor.open(path)
            assert not visitor.main.select("[required], [pattern], [min], [max]"), path
            assert visitor.form().has_attr("novalidate"), path
            assert visitor.send().answer.status_code == 422, path
            assert visitor.title.startswith("Kesalahan: "), path
    scripts = Path(assets.FOLDER).glob("*.js")
    assert not [script.name for script in scripts if re.search(r"\bblur\b|focusout|checkValidity", script.read_text())]
