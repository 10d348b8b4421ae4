"""Approved changes on their way into SIASN: listed without their values, taken out once, marked and unmarked."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import openpyxl
import pytest
from sqlalchemy.orm import Session

from engine.audit import verify
from tests.conftest import Clock
from tests.flows.stories import FORM
from tests.web.conftest import Visit
from tests.web.proposals import BPJS, judge, propose
from tests.web.test_leave_pages import HEAD, OFFICER, SUPERIOR, WATI
from tests.web.test_mistakes import listed_first, said_at_its_field
from tests.web.visitor import Visitor, one
from web.keys import read_key
from web.parts import Parts
from workflows.data_update import synchronising
from workflows.data_update.synchronising import DONE, EXPORTED, NEW
from workflows.record import looking, rows
from workflows.record.model import Proposal, ProposedChange

VERIFIER, COLLEAGUE, AUDITOR, OWNER = "P029", "P025", "P012", "P026"
NIK = ("6299014405910001", "6299014405910009")
CHILD = {"name": "=HYPERLINK(1)", "birth_date": "2020-01-02", "relation": "own"}

CHANGES: tuple[tuple[str, str, str, Mapping[str, str], Mapping[str, str]], ...] = (
    ("identity", "change", "nik", {"nik": NIK[0]}, {"nik": NIK[1]}),
    ("child", "add", "", {}, CHILD),
    ("contact", "change", "phone", {"phone": "+628123"}, {"phone": "+628124"}),
    ("award", "remove", "", {"name": "Piagam", "given_on": "2019-01-01"}, {}),
)
"""History, action, field, old and new: all but the contact are kept in SIASN too."""


ONE_KIND = pytest.mark.parametrize("kind", ["sqlite"])
"""For pages whose statements other tests here run on both kinds of database."""


@pytest.fixture
def approved(parts: Parts) -> UUID:
    """A request of Wati's whose changes are in the record. Its id."""

    def work(session: Session) -> UUID:
        me, now = parts.people.actor(session, WATI, parts.clock()), parts.clock()
        instance = parts.engine.start(session, "leave", me, FORM, now=now).id
        session.add(Proposal(instance_id=instance, person=WATI, level=3, state="approved", at=now))
        for number, (history, action, field, old, new) in enumerate(CHANGES):
            row = rows.single_row(WATI, history) if history in ("identity", "contact") else uuid4()
            session.add(
                ProposedChange(
                    instance_id=instance,
                    number=number,
                    history=history,
                    row=row,
                    action=action,
                    field=field,
                    old=json.dumps(dict(old)),
                    new=json.dumps(dict(new)),
                    base=0,
                    level=3,
                    documents="{}",
                    verdict="ok",
                    applied_at=now,
                )
            )
        session.flush()
        return instance

    return parts.database.command(work)


def counts(parts: Parts) -> dict[str, int]:
    """How many changes are how far."""
    with parts.database.reads() as session:
        return synchronising.counts(session)


def exported(verifier: Visitor, form: str = "xlsx") -> str:
    """Take a file out of what is new; its address."""
    verifier.open("/data/siasn").send({"form": form}, to="/export", follow=False)
    assert verifier.answer.status_code == 303
    return verifier.answer.headers["Location"]


def content(verifier: Visitor, form: str = "xlsx") -> bytes:
    """What the file of what is new says."""
    return verifier.client.get(exported(verifier, form)).get_data()


def lines(verifier: Visitor) -> list[list[str]]:
    """The lines of the CSV file of what is new."""
    return list(csv.reader(io.StringIO(content(verifier, "csv").decode("utf-8-sig"))))


def plain(cell: object) -> object:
    """A day of a workbook as a text."""
    return f"{cell:%Y-%m-%d}" if isinstance(cell, datetime) else cell


def ticked(visitor: Visitor, *numbers: int) -> list[str]:
    """The values of boxes on the page."""
    boxes = [str(box["value"]) for box in visitor.main.select("input[type=checkbox]")]
    return [box for box in boxes if int(box.rpartition(".")[2]) in numbers]


@pytest.mark.usefixtures("approved")
def test_a_file_is_taken_out_entered_and_marked_as_a_whole(visit: Visit, parts: Parts, clock: Clock) -> None:
    verifier = visit(VERIFIER)
    assert counts(parts) == {NEW: 3, EXPORTED: 0, DONE: 0}
    book = openpyxl.load_workbook(BytesIO(content(verifier)))
    read = list(book["Data"].iter_rows(values_only=True))
    told = {line[-1]: tuple(map(plain, line[8:10])) for line in read[1:]}
    assert told == {
        "identity.nik": NIK,
        "child.name": ("", "'=HYPERLINK(1)"),
        "child.birth_date": ("", "2020-01-02"),
        "child.relation": ("", "Anak kandung"),
        "award.name": ("Piagam", ""),
        "award.given_on": ("2019-01-01", ""),
    }
    assert book["Keterangan"]["A1"].value == "Perubahan data untuk SIASN"
    assert counts(parts) == {NEW: 0, EXPORTED: 3, DONE: 0}
    clock.forward(minutes=1)
    verifier.open("/data/siasn?state=exported")
    batch = next(form for form in verifier.main.find_all("form") if form.select("input[name=batch]"))
    verifier._show(verifier.client.post(verifier.target(batch), data=verifier.kept(batch)))
    assert "Jumlah perubahan: 3" in verifier.text
    verifier.send()
    assert "Perubahan ditandai sudah tercatat di SIASN." in verifier.text
    assert counts(parts) == {NEW: 0, EXPORTED: 0, DONE: 3}


def test_some_are_marked_one_by_one_and_a_mistake_is_taken_back(visit: Visit, parts: Parts, approved: UUID) -> None:
    verifier = visit(VERIFIER).open("/data/siasn")
    verifier.send({"change": ticked(verifier, 0, 3)}, to="/mark/check")
    assert "Jumlah perubahan: 2" in verifier.text
    verifier.send()
    assert counts(parts) == {NEW: 1, EXPORTED: 0, DONE: 2}
    with parts.database.reads() as session:
        assert synchronising.synchronised(session, [approved]) == set()
        kept = session.get_one(ProposedChange, (approved, 0))
        assert (kept.synchronised_by, kept.synchronised_at) == (VERIFIER, parts.clock())
    verifier.open("/data/siasn")
    verifier.send({"change": ticked(verifier, 1)}, to="/mark/check").send()
    with parts.database.reads() as session:
        assert synchronising.synchronised(session, [approved, uuid4()]) == {approved}
    verifier.open("/data/siasn?state=done")
    assert "ditandai" in verifier.text
    verifier.send({"change": ticked(verifier, 0)}, to="/unmark/check").send()
    assert "Tanda SIASN dibatalkan." in verifier.text
    assert counts(parts) == {NEW: 1, EXPORTED: 0, DONE: 2}


@ONE_KIND
@pytest.mark.usefixtures("approved")
def test_the_list_names_what_changed_and_never_what_stands_in_it(visit: Visit) -> None:
    verifier = visit(VERIFIER).open("/data/siasn")
    assert "Nomor identitas: NIK (diubah)" in verifier.text
    assert "Anak (ditambah)" in verifier.text
    page = verifier.answer.get_data(as_text=True)
    assert not [value for value in (*NIK, CHILD["name"], "Piagam") if value in page]


@ONE_KIND
@pytest.mark.usefixtures("approved")
def test_everybody_in_a_file_can_see_that_it_was_taken_out(visit: Visit, parts: Parts, clock: Clock) -> None:
    content(visit(VERIFIER), "csv")
    with parts.database.reads() as session:
        found = looking.looks(session, WATI)
    assert {(look.viewer, look.what, look.reason) for look in found} == {
        (VERIFIER, history, "Diunduh untuk dicatat di SIASN.") for history in ("identity", "child", "award")
    }
    wati = visit(WATI).open("/data/seen")
    assert "Alasan: Diunduh untuk dicatat di SIASN." in wati.text
    assert "Reason: Downloaded to be entered in SIASN." in wati.open("/language/en?next=/data/seen").text


@ONE_KIND
@pytest.mark.usefixtures("approved")
def test_a_csv_file_reads_back_and_no_cell_of_it_is_a_formula(visit: Visit) -> None:
    found = lines(visit(VERIFIER))
    assert found[0][:3] == ["Permohonan", "NIP", "Nama"]
    assert len(found) == 7
    assert not [cell for line in found for cell in line if re.match(r"[=+\-@]", cell)]


@ONE_KIND
@pytest.mark.usefixtures("approved")
def test_a_change_is_in_one_file_alone_whoever_asks_again(visit: Visit, parts: Parts, clock: Clock) -> None:
    verifier, colleague = visit(VERIFIER), visit(COLLEAGUE).open("/data/siasn")
    address = exported(verifier)
    clock.forward(minutes=1)
    colleague.send({"form": "xlsx"}, to="/export")
    assert colleague.path == "/data/siasn"
    assert "Tidak ada perubahan baru" in colleague.text
    assert colleague.client.get(address).status_code == 200
    assert colleague.client.get("/data/siasn/12345.xlsx").status_code == 404
    assert colleague.client.get(f"/data/siasn/{10**18}.xlsx").status_code == 404


@ONE_KIND
@pytest.mark.usefixtures("approved")
def test_nothing_ticked_is_told_and_strange_boxes_change_nothing(visit: Visit, parts: Parts) -> None:
    verifier = visit(VERIFIER).open("/data/siasn")
    for sent in ([], ["x"], [f"{uuid4()}.0"], ["1" * 36 + ".1"]):
        verifier.open("/data/siasn").send({"change": sent}, to="/mark/check")
        assert verifier.answer.status_code == 422
        assert verifier.title.startswith("Kesalahan: ")
        listed_first(verifier.main)
        said_at_its_field(verifier.main, one(verifier.main, ".mistakes li a"))
    assert counts(parts)[NEW] == 3


def test_what_is_not_applied_yet_is_not_marked(visit: Visit, parts: Parts, approved: UUID) -> None:
    parts.database.command(lambda s: setattr(s.get_one(ProposedChange, (approved, 0)), "applied_at", None))
    assert counts(parts)[NEW] == 2
    marked = parts.database.command(
        lambda s: synchronising.mark(s, [(approved, 0), (approved, 2)], by=VERIFIER, now=parts.clock())
    )
    assert marked == []


@ONE_KIND
def test_a_change_that_was_erased_says_so(visit: Visit, parts: Parts, approved: UUID) -> None:
    parts.database.command(lambda s: setattr(s.get_one(ProposedChange, (approved, 1)), "new", "{}"))
    found = lines(visit(VERIFIER))
    assert [line[8:10] for line in found if line[-1] == "child"] == [["Sudah dihapus"] * 2]


def test_the_oldest_go_first_where_a_file_would_be_too_long(
    parts: Parts, approved: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synchronising, "MOST_AT_ONCE", 1)
    earlier = parts.clock() - timedelta(days=1)
    parts.database.command(lambda s: setattr(s.get_one(ProposedChange, (approved, 3)), "applied_at", earlier))
    now = parts.clock()
    assert parts.database.command(lambda s: synchronising.export(s, now)) == 1
    with parts.database.reads() as session:
        assert [change.key[1] for change in synchronising.batch(session, now)] == [3]
        assert synchronising.batches(session) == [(now, 1)]


@ONE_KIND
@pytest.mark.usefixtures("approved")
def test_only_bkpsdm_sees_and_marks_what_goes_into_siasn(visit: Visit, parts: Parts) -> None:
    verifier = visit(VERIFIER)
    address = exported(verifier)
    boxes = ticked(verifier.open("/data/siasn?state=exported"), 0, 1, 3)
    for person in (WATI, OFFICER, SUPERIOR, HEAD, AUDITOR, OWNER, "P001"):
        visitor = visit(person)
        for path in ("/data/siasn", address):
            assert visitor.client.get(path).status_code == 404, (person, path)
        own = visitor.open("/account/password")
        sent = {**own.kept(own.form()), "change": boxes, "form": "csv"}
        for path in ("export", "mark/check", "unmark/check", "mark", "unmark"):
            sent["_key"] = f"{path}-{'x' * 16}"
            assert visitor.client.post(f"/data/siasn/{path}", data=sent).status_code == 404, (person, path)
    assert counts(parts) == {NEW: 0, EXPORTED: 3, DONE: 0}


@ONE_KIND
def test_a_request_that_was_approved_is_downloaded_marked_and_says_that_siasn_has_it(
    visit: Visit, parts: Parts
) -> None:
    instance = propose(parts)
    for _step in ("verified", "approved"):
        judge(parts, instance, "ok", "ok")
    verifier = visit(VERIFIER)
    taken = {line[-1]: line[9] for line in lines(verifier)[1:]}
    assert (taken["identity.bpjs"], taken["child.name"]) == (BPJS, "Rara Santoso")
    verifier.open("/data/siasn?state=exported")
    boxes = ticked(verifier, 0, 1)
    verifier.send({"change": boxes}, to="/mark/check").send()
    wati = visit(WATI).open(f"/requests/{instance}")
    assert "Tercatat di SIASN" in wati.text
    verifier.open("/data/siasn?state=done").send({"change": boxes[:1]}, to="/unmark/check").send()
    assert "Tercatat di SIASN" not in wati.open(f"/requests/{instance}").text
    told = [line.get_text(" ", strip=True) for line in wati.main.select(".timeline li")][-2:]
    assert [line.partition(" Dewi Utomo")[0] for line in told] == [
        "Dicatat di sistem lain",
        "Tanda pencatatan di sistem lain dibatalkan",
    ]
    with parts.database.snapshot() as session:
        assert list(verify(session, read_key(parts.settings.key_file).public_key())) == []
