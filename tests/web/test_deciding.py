"""Deciding a change of data on its page: each change with its evidence and a verdict of its own, none by mistake."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from engine import documents, uploads
from engine.uploads import Upload
from tests.conftest import KINDS
from tests.flows.data_stories import added, changed
from tests.flows.stories import BKPSDM_HEAD
from tests.web.conftest import Visit
from tests.web.leaves import task_of
from tests.web.proposals import APPROVER, BPJS, FAMILY, OFFICER, VERIFIER, WATI, family_files, judge, propose, scan
from tests.web.visitor import Visitor, one
from web.parts import Parts
from workflows.record.model import ProposedChange, RecordView
from workflows.record.rows import CHANGE, Write, record, single_row, write

AUDITOR, SUPERIOR = "P012", "P094"
OK, REPAIR, REFUSE = "ok", "repair", "refuse"


ON_BOTH = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def kind() -> str:
    """One kind of database is enough for what pages say; what reads or writes more is tested `ON_BOTH`."""
    return "sqlite"


@pytest.fixture
def proposal(parts: Parts) -> UUID:
    """A child and a number, sent by Wati; it waits for the verifier."""
    return propose(parts)


def at_task(visit: Visit, parts: Parts, instance: UUID, person: str = VERIFIER) -> Visitor:
    """The page of the task that a request waits at."""
    return visit(person).open(f"/tasks/{task_of(parts, instance).id}")


def verdicts(*given: str, **reasons: str) -> dict[str, str]:
    """What is chosen for each change in turn; a reason is named ``about_0``, ``about_1``, …"""
    chosen = {f"decisions[{number}][verdict]": verdict for number, verdict in enumerate(given) if verdict}
    return chosen | {f"decisions[{key.removeprefix('about_')}][reason]": words for key, words in reasons.items()}


def changes(parts: Parts, instance: UUID) -> list[ProposedChange]:
    """The changes of a proposal as they are kept."""
    with parts.database.reads() as session:
        wanted = select(ProposedChange).where(ProposedChange.instance_id == instance)
        return list(session.scalars(wanted.order_by(ProposedChange.number)))


def items(visitor: Visitor) -> list[Any]:
    """The changes on the page."""
    return visitor.main.select("section.item")


def words(tag: Any) -> str:
    """The words of a part of the page."""
    return " ".join(tag.get_text(" ").split())


@ON_BOTH
def test_each_change_is_decided_for_itself_and_what_is_right_takes_effect(
    visit: Visit, parts: Parts, proposal: UUID
) -> None:
    verifier = at_task(visit, parts, proposal)
    assert [words(item.h3) for item in items(verifier)] == [
        "1. Anak: Rara Santoso Ditambah",
        "2. Nomor identitas: Nomor BPJS Kesehatan Diubah",
    ]
    verifier.send(verdicts(OK, REFUSE, about_1="Nomor pada kartu berbeda"))
    approver = at_task(visit, parts, proposal, APPROVER)
    assert "Hasil pemeriksaan: Tidak memenuhi syarat Alasan: Nomor pada kartu berbeda" in words(items(approver)[1])
    approver.send(verdicts(OK, REFUSE, about_1="Nomor pada kartu berbeda"))
    assert [(each.verdict, each.applied_at is not None) for each in changes(parts, proposal)] == [
        (OK, True),
        (REFUSE, False),
    ]
    with parts.database.reads() as session:
        known = record(session, WATI)
    assert known.value("identity", "bpjs") != BPJS
    assert "Rara Santoso" in [row.name for row in known.rows("child")]


def test_a_change_without_a_verdict_keeps_its_place_and_is_named(visit: Visit, parts: Parts, proposal: UUID) -> None:
    verifier = at_task(visit, parts, proposal).send(verdicts("", REPAIR, about_1="Foto gelap"))
    assert verifier.answer.status_code == 422
    link = one(verifier.page, ".mistakes a")
    assert (words(link), link["href"]) == ("Anak: Rara Santoso: Pilih hasil perubahan ini.", "#decisions-0-verdict-0")
    assert verifier.page.find(id=str(link["href"])[1:]) is not None
    kept = verifier.kept(verifier.form(f"/tasks/{task_of(parts, proposal).id}"))
    assert kept["decisions[1][verdict]"] == REPAIR
    assert kept["decisions[1][reason]"] == "Foto gelap"
    assert "decisions[0][verdict]" not in kept


def test_what_is_not_right_needs_a_reason(visit: Visit, parts: Parts, proposal: UUID) -> None:
    verifier = at_task(visit, parts, proposal).send(verdicts(OK, REFUSE))
    assert [words(link) for link in verifier.page.select(".mistakes a")] == [
        "Nomor identitas: Nomor BPJS Kesehatan: Isi alasan."
    ]


@pytest.mark.parametrize(
    "sent",
    [
        {"decisions[0][number]": "0", "decisions[0][verdict]": OK},
        {f"decisions[{n}][{k}]": v for n in range(3) for k, v in (("number", str(n)), ("verdict", OK))},
        {f"decisions[{n}][{k}]": v for n in range(2) for k, v in (("number", "0"), ("verdict", OK))},
        {f"decisions[{n}][{k}]": v for n in range(2) for k, v in (("number", str(n + 1)), ("verdict", OK))},
        {"outcome": "ok"},
    ],
    ids=["too few", "too many", "one twice", "others", "the whole at once"],
)
def test_verdicts_that_are_not_one_for_each_change_decide_nothing(
    visit: Visit, parts: Parts, proposal: UUID, sent: dict[str, str]
) -> None:
    verifier = at_task(visit, parts, proposal)
    form = verifier.form(f"/tasks/{task_of(parts, proposal).id}")
    keys = {name: value for name, value in verifier.kept(form).items() if not name.startswith("decisions")}
    answer = verifier.client.post(verifier.target(form), data={**keys, **sent})
    assert answer.status_code in {409, 422}
    assert [each.verdict for each in changes(parts, proposal)] == [None, None]
    assert task_of(parts, proposal).step == "verify"


def test_after_a_return_no_verdict_of_before_is_chosen_already(visit: Visit, parts: Parts, proposal: UUID) -> None:
    judge(parts, proposal, OK, REPAIR)
    task = task_of(parts, proposal)

    def again(session: Any) -> None:
        me = parts.people.actor(session, WATI, parts.clock())
        sent = parts.engine.first_answers(session, me, proposal, now=parts.clock())
        turned = {**sent, "changes": [*sent["changes"][-1:], *sent["changes"][:-1]]}
        parts.engine.decide(session, task.id, me, turned, now=parts.clock())

    parts.database.command(again)
    verifier = at_task(visit, parts, proposal)
    assert [words(item.h3).partition(":")[0] for item in items(verifier)] == ["1. Nomor identitas", "2. Anak"]
    assert verifier.main.select("input[type=radio][checked]") == []
    assert "Hasil pemeriksaan" not in words(items(verifier)[0])


def test_a_document_that_proves_several_changes_is_opened_beside_the_first(visit: Visit, parts: Parts) -> None:
    both = [*added("child", dict(name_of(FAMILY))), changed("identity", "family_card", "6299011208190001")]
    files = {key: file for key, file in family_files().items() if key != "card"}
    verifier = at_task(visit, parts, propose(parts, both, files))
    assert [image["alt"] for image in verifier.main.select(".proof img")] == ["Kartu keluarga (KK): KK.jpg"]
    assert "Kartu keluarga (KK): KK.jpg" in words(items(verifier)[1])
    assert "(sama dengan di atas)" in words(items(verifier)[1])


def name_of(entries: list[dict[str, str]]) -> list[tuple[str, str]]:
    """The fields of the new child."""
    return [(each["field"], each["value"]) for each in entries if each["action"] == "add"]


def test_a_photo_is_seen_as_a_value(visit: Visit, parts: Parts) -> None:
    picture = uploads.checked("Pas foto.jpg", scan("Pas foto", (300, 400)))

    def kept(session: Any) -> UUID:
        return documents.store(session, owner=WATI, upload=picture, now=parts.clock())

    value = str(parts.database.command(kept))
    officer = at_task(visit, parts, propose(parts, [changed("photo", "official", value)], {"photo": picture}), OFFICER)
    assert one(items(officer)[0], "td.new img")["src"] == f"/documents/{value}"
    assert officer.client.get(f"/documents/{value}").mimetype == "image/jpeg"


def test_of_a_salary_account_what_stays_is_told_beside_the_first_change_of_it(visit: Visit, parts: Parts) -> None:
    book = {"bank_book": uploads.checked("Buku tabungan.jpg", scan("Buku tabungan"))}
    sent = propose(parts, [changed("bank", "bank", "Bank Contoh"), changed("bank", "account", "1234567890")], book)
    first, second = items(at_task(visit, parts, sent))
    assert words(first.select("tr")[-1]) == "Nama pemilik rekening Semula: Wati Pratama Menjadi: Tidak berubah"
    assert len(second.select("tbody tr")) == 1
    judge(parts, sent, OK, OK)
    assert "Nama pemilik rekening" not in visit(OFFICER).open(f"/requests/{sent}").text


def test_what_goes_and_what_is_emptied_is_said_so(visit: Visit, parts: Parts) -> None:
    with parts.database.reads() as session:
        known = record(session, WATI)
    school, child = known.rows("education")[0], known.rows("child")[0]
    emptied = {"history": "education", "row": str(school.id), "action": "change", "field": "major", "value": ""}
    gone = {"history": "child", "row": str(child.id), "action": "remove", "field": "", "value": ""}
    verifier = at_task(visit, parts, propose(parts, [emptied, gone], family_files() | more_files()))
    first, second = items(verifier)
    assert words(first.h3).endswith("Diubah")
    assert "Menjadi: Dikosongkan" in words(first)
    assert words(second.h3) == f"2. Anak: {child.values['name']} Dihapus"
    assert "Menjadi" not in words(second)
    assert f"Semula: {child.values['certificate']}" in words(second)


def more_files() -> dict[str, Upload]:
    """Other evidence about a family."""
    kinds = ("diploma", "transcript", "statement", "death_certificate")
    return {kind: uploads.checked(f"{kind}.jpg", scan(kind)) for kind in kinds}


@ON_BOTH
def test_whoever_does_not_decide_sees_no_more_than_the_record_shows_them(
    visit: Visit, parts: Parts, proposal: UUID
) -> None:
    auditor = visit(AUDITOR).open(f"/requests/{proposal}")
    assert auditor.answer.status_code == 200
    assert BPJS not in auditor.text
    assert "******7891" in words(items(auditor)[1])
    assert "Rara" not in auditor.text
    assert "Bukti Hanya tampak bagi yang memeriksa." in words(items(auditor)[0])
    assert auditor.main.select(".proofs a") == []
    assert visit(SUPERIOR).open(f"/requests/{proposal}").answer.status_code == 404
    owner = visit(WATI).open(f"/requests/{proposal}")
    assert BPJS in owner.text
    assert "Perbaiki" not in owner.text


@ON_BOTH
def test_what_has_changed_since_it_was_sent_is_told_before_anybody_decides(
    visit: Visit, parts: Parts, proposal: UUID
) -> None:
    meanwhile = Write("identity", single_row(WATI, "identity"), CHANGE, {"bpjs": "0009999999999"}, 1)

    def work(session: Any) -> None:
        write(session, WATI, [meanwhile], by=OFFICER, now=parts.clock(), today=parts.clock().date(), instance=None)

    parts.database.command(work)
    judge(parts, proposal, OK, OK)
    approver = at_task(visit, parts, proposal, APPROVER)
    assert "Data ini sudah berubah sejak permohonan dikirim." in words(items(approver)[1])
    approver.send(verdicts(OK, OK))
    assert approver.answer.status_code == 409
    assert "Nomor identitas sudah berubah sejak permohonan ini dikirim." in approver.text
    assert [each.applied_at for each in changes(parts, proposal)] == [None, None]
    at_task(visit, parts, proposal, APPROVER).send(verdicts(OK, REPAIR, about_1="Nomornya sudah berubah"))
    assert task_of(parts, proposal).step == "submit"


def test_of_what_was_erased_the_page_says_no_more_than_that(visit: Visit, parts: Parts, proposal: UUID) -> None:
    judge(parts, proposal, REFUSE, REFUSE)
    gone = {"old": "{}", "new": "{}", "documents": "{}", "reason": None}
    parts.database.command(lambda session: session.execute(update(ProposedChange).values(**gone)))
    owner = visit(WATI).open(f"/requests/{proposal}")
    assert [words(item) for item in items(owner)] == [
        "1. Anak Ditambah Hasil pemeriksaan: Tidak memenuhi syarat Isinya sudah dihapus.",
        "2. Nomor identitas: Nomor BPJS Kesehatan Diubah Hasil pemeriksaan: Tidak memenuhi syarat"
        " Isinya sudah dihapus.",
    ]


def test_neither_history_nor_api_tells_what_has_a_page_of_its_own(
    parts: Parts, proposal: UUID, app: Flask, token_of: Callable[[str], str]
) -> None:
    answer = app.test_client().get(
        f"/api/v1/instances/{proposal}", headers={"Authorization": f"Bearer {token_of(WATI)}"}
    )
    assert answer.status_code == 200
    assert BPJS not in answer.text
    assert "Rara" not in answer.text


@ON_BOTH
def test_looking_at_a_decision_is_written_down_once_and_told_to_the_person(
    visit: Visit, parts: Parts, proposal: UUID
) -> None:
    def looks() -> list[tuple[str, str]]:
        with parts.database.reads() as session:
            return [(view.viewer, view.what) for view in session.scalars(select(RecordView).order_by(RecordView.id))]

    visit(WATI).open(f"/requests/{proposal}")
    visit(AUDITOR).open(f"/requests/{proposal}")
    assert looks() == []
    verifier = at_task(visit, parts, proposal)
    verifier.open(verifier.path)
    assert looks() == [(VERIFIER, "child"), (VERIFIER, "identity")]
    picture = verifier.main.select(".proof img")[0]["src"]
    verifier.client.get(str(picture))
    assert looks()[-1] == (VERIFIER, "document")
    assert "Nomor identitas" in visit(WATI).open("/data/seen").text


def test_changes_of_data_are_decided_on_their_own_page_alone(visit: Visit, parts: Parts, proposal: UUID) -> None:
    number = changed("identity", "bpjs", BPJS, "P098")
    other = propose(parts, [number], {"card": family_files()["card"]}, person="P098")
    ids = [task_of(parts, each).id for each in (proposal, other)]
    verifier = visit(VERIFIER).open("/inbox")
    assert verifier.main.select("input[name=task]") == []
    verifier.open("/inbox/together?" + "&".join(f"task={each}" for each in ids))
    assert "Kirim" not in verifier.text


@ON_BOTH
def test_an_objection_is_decided_with_the_values_and_the_evidence_of_what_was_refused(
    visit: Visit, parts: Parts, proposal: UUID
) -> None:
    judge(parts, proposal, REFUSE, REFUSE)

    def object_to(session: Any) -> UUID:
        me = parts.people.actor(session, WATI, parts.clock())
        reason = {"reason": "Akta asli dapat diperiksa"}
        return parts.engine.start(session, "data_objection", me, reason, now=parts.clock(), about=proposal).id

    objection = parts.database.command(object_to)
    head = at_task(visit, parts, objection, BKPSDM_HEAD)
    assert BPJS in words(items(head)[1])
    assert "Hasil pemeriksaan: Tidak memenuhi syarat" in words(items(head)[0])
    link = head.main.select(".proof figcaption a")[0]
    assert "Akta kelahiran" in words(items(head)[0])
    assert head.client.get(str(link["href"])).status_code == 200


def test_the_page_is_told_in_english_too(visit: Visit, parts: Parts, proposal: UUID) -> None:
    verifier = at_task(visit, parts, proposal)
    verifier.open("/language/en?next=/tasks/" + str(task_of(parts, proposal).id))
    assert "Children: Rara Santoso" in verifier.text
    assert re.search(r"Before .* Becomes", words(items(verifier)[1]))
    assert "Enlarge the picture" in verifier.text
