"""The turn of a year and the record from before Alur, as BKPSDM works them: looked at, confirmed, written once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from sqlalchemy import delete, func, select

from engine.db import Message
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.test_leave_pages import HEAD, OFFICER, SUPERIOR, WATI
from tests.web.visitor import Visitor, one
from web.leave_year import MESSAGE
from web.parts import Parts
from web.worker import Worker
from workflows.leave.ledger import balance_on
from workflows.leave.model import LeaveAccount, LeaveEntry, LeaveRequest, LeaveTurn
from workflows.leave.year import BATCH

VERIFIER, AUDITOR, OWNER = "P029", "P012", "P026"
NIP = "199105042018012997"
STAFF = 120


@pytest.fixture
def january(clock: Clock) -> None:
    """It is Monday, 4 January 2027."""
    clock.at = datetime(2027, 1, 4, 5, tzinfo=UTC)


def entries(parts: Parts) -> int:
    """How many lines the ledgers have."""
    with parts.database.reads() as session:
        return session.scalar(select(func.count()).select_from(LeaveEntry)) or 0


def confirmed(visitor: Visitor, act: str) -> Visitor:
    """Go on to the page that asks, and say yes."""
    return visitor.open(f"/leave/year/2026/{act}").send()


def facts(visitor: Visitor) -> dict[str, str]:
    """The sums at the top of the page."""
    return {one(row, "dt").get_text(): one(row, "dd").get_text() for row in visitor.main.select(".state dl div")}


def tried(visitor: Visitor, text: str | bytes, kind: str = "balances") -> Visitor:
    """Bring a file to be tried."""
    content = text if isinstance(text, bytes) else text.encode()
    visitor.open("/leave/opening")
    form = visitor.form("/check")
    sent = {**visitor.kept(form), "kind": kind, "file": (BytesIO(content), "saldo.csv")}
    visitor._show(visitor.client.post(visitor.target(form), data=sent))
    return visitor


def without_account(parts: Parts, person: str = WATI) -> None:
    """Somebody whose leave is still kept on paper."""

    def forget(session: object) -> None:
        for table in (LeaveEntry, LeaveAccount):
            session.execute(delete(table).where(table.person == person))  # type: ignore[attr-defined]  # a session

    parts.database.command(forget)


def test_before_its_end_a_year_is_looked_at_and_not_posted(visit: Visit, parts: Parts) -> None:
    before = entries(parts)
    verifier = visit(VERIFIER).open("/leave/year")
    assert "Tahun ini belum berakhir" in verifier.text
    assert facts(verifier)["Pegawai"] == str(STAFF)
    assert not verifier.main.select("a.button")
    assert confirmed(verifier, "post").answer.status_code == 422
    assert "Tahun ini belum berakhir" in verifier.text
    assert entries(parts) == before


@pytest.mark.usefixtures("january")
def test_what_is_posted_is_what_was_shown(visit: Visit, parts: Parts) -> None:
    verifier = visit(VERIFIER).open("/leave/year?year=2026")
    shown = facts(verifier)
    confirmed(verifier, "post")
    assert verifier.path == "/leave/year"
    assert "Sedang dikerjakan" in verifier.text
    assert facts(verifier)["Sudah dibukukan"] == str(BATCH)
    assert not verifier.main.select("a.button")
    Worker(parts).pass_once()
    verifier.open("/leave/year?year=2026")
    assert "Sudah dibukukan untuk semua pegawai" in verifier.text
    assert facts(verifier) == {**shown, "Sudah dibukukan": str(STAFF)}
    with parts.database.reads() as session:
        granted = select(func.sum(LeaveEntry.granted)).where(LeaveEntry.bucket == 2027)
        assert str(session.scalar(granted)) == shown["Hak baru 2027 (hari kerja)"].replace(".", "")
        assert session.scalars(select(LeaveTurn.by)).all() == [VERIFIER]


@pytest.mark.usefixtures("january")
def test_nothing_is_posted_twice_however_often_it_is_asked_for(visit: Visit, parts: Parts) -> None:
    verifier = visit(VERIFIER)
    confirmed(verifier, "post")
    Worker(parts).pass_once()
    after = entries(parts)
    parts.database.command(lambda session: session.execute(Message.__table__.update().values(done_at=None)))
    Worker(parts).pass_once()
    confirmed(verifier, "post")
    assert entries(parts) == after
    assert "Akhir tahun" in verifier.text


@pytest.mark.usefixtures("january")
def test_a_posting_is_taken_back_by_opposite_lines_and_can_be_posted_again(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    day = date(2027, 1, 4)
    verifier = visit(VERIFIER)
    with parts.database.reads() as session:
        before = balance_on(session, WATI, day)
    confirmed(verifier, "post")
    Worker(parts).pass_once()
    posted = entries(parts)
    clock.forward(minutes=1)
    confirmed(verifier, "undo")
    Worker(parts).pass_once()
    assert entries(parts) > posted
    assert "Belum dibukukan" in verifier.open("/leave/year?year=2026").text
    assert "Pembukuan dibatalkan" in verifier.text
    clock.forward(minutes=1)
    confirmed(verifier, "post")
    Worker(parts).pass_once()
    with parts.database.reads() as session:
        assert balance_on(session, WATI, day) == before
        assert session.scalar(select(func.count()).select_from(Message).where(Message.kind == MESSAGE)) == 3


@pytest.mark.usefixtures("january")
def test_the_lines_of_a_year_are_narrowed_to_a_unit_and_a_state(visit: Visit) -> None:
    verifier = visit(VERIFIER).open("/leave/year?year=2026&unit=DISKOMINFO")
    assert len(verifier.main.select("tbody tr")) == 14
    assert "Jumlah 14 pegawai" in verifier.text
    assert "Tidak ada pegawai yang cocok" in verifier.open("/leave/year?year=2026&state=posted").text
    for odd in ("x", "1999", "9999", "²"):
        assert verifier.open(f"/leave/year?year={odd}").answer.status_code == 200


@pytest.mark.parametrize("person", [WATI, OFFICER, SUPERIOR, HEAD, AUDITOR, OWNER, "P001"])
def test_only_bkpsdm_turns_years_and_brings_in_records(visit: Visit, parts: Parts, person: str) -> None:
    before, verifier, visitor = entries(parts), visit(VERIFIER).open("/leave/year/2025/undo"), visit(person)
    for address in ("/leave/year", "/leave/year/2025/undo", "/leave/opening"):
        assert visitor.open(address).answer.status_code == 404
    own = visitor.open("/account/password").form()
    sent = {**verifier.kept(verifier.form()), **visitor.kept(own)}
    for address in ("/leave/year/2025/undo", "/leave/year/2025/post", "/leave/opening", "/leave/opening/check"):
        assert visitor.client.post(address, data=sent).status_code == 404
    assert entries(parts) == before


def test_a_record_from_before_is_tried_first_and_written_once(visit: Visit, parts: Parts) -> None:
    without_account(parts)
    before = entries(parts)
    text = f"nip;year;left;taken\n{NIP};2025;9;3\n{NIP};2024;0;12\n"
    verifier = tried(visit(VERIFIER), text)
    assert verifier.answer.status_code == 200
    assert "Pegawai yang dibuka: 1" in verifier.text
    assert "2026: 12" in verifier.text
    assert "2025: 6" in verifier.text
    assert entries(parts) == before
    verifier.send()
    assert "Catatan dari sebelum Alur sudah ditulis" in verifier.text
    assert "Sisa cuti tahunan 2026: 18 hari kerja" in visit(WATI).open("/leave").text
    written = entries(parts)
    again = tried(visit(VERIFIER), text)
    assert "sudah mempunyai catatan cuti di Alur" in again.text
    assert not again.main.select("form button")
    assert entries(parts) == written


def test_each_line_that_is_wrong_is_named_and_nothing_is_written(visit: Visit, parts: Parts) -> None:
    without_account(parts)
    before = entries(parts)
    text = f"nip,year,left,taken\n{NIP},2025,99,3\n{NIP},2019,1,1\n123,2025,1,1\n{NIP},2026,x,1\n"
    verifier = tried(visit(VERIFIER), text)
    assert verifier.title.startswith("Kesalahan: ")
    lines = [item.get_text().split(":")[0] for item in verifier.main.select(".mistakes li")]
    assert lines == ["Baris 2", "Baris 3", "Baris 4", "Baris 5"]
    assert not verifier.main.select("form button")
    assert entries(parts) == before


def test_what_no_longer_fits_when_it_is_sent_is_not_written(visit: Visit, parts: Parts) -> None:
    without_account(parts)
    text = f"nip,year,left,taken\n{NIP},2025,9,3\n"
    first, second = tried(visit(VERIFIER), text), tried(visit(VERIFIER), text)
    first.send()
    written = entries(parts)
    second.send()
    assert second.answer.status_code == 422
    assert "sudah mempunyai catatan cuti di Alur" in second.text
    assert entries(parts) == written


def test_leave_already_taken_is_brought_in_and_stands_in_the_record(visit: Visit, parts: Parts) -> None:
    verifier = tried(visit(VERIFIER), f"nip,type,first,last\n{NIP},long,2020-03-01,2020-05-31\n", "absences")
    assert "Cuti yang dibaca: 1" in verifier.text
    verifier.send()
    with parts.database.reads() as session:
        assert session.scalars(select(LeaveRequest.status)).all() == ["opening"]
    assert "1 Mar 2020 s.d. 31 Mei 2020" in visit(WATI).open("/leave").text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"nip,year,left,taken\n",
        b"nip,year,left,taken\n\0,1,1,1\n",
        b"x" * 400_001,
        b'"' + b"9" * 140_000,
    ],
    ids=["empty", "not_utf8", "heading_only", "nul", "too_large", "endless_field"],
)
def test_a_file_that_is_none_is_a_mistake_on_the_page(visit: Visit, content: bytes) -> None:
    verifier = tried(visit(VERIFIER), content)
    assert verifier.answer.status_code == 422
    assert one(verifier.main, ".mistakes a")["href"] == "#file"


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "nip\n", "=cmd|' /C calc'!A0\n", "<script>alert(1)</script>\n"])
def test_a_file_of_something_else_is_told_which_columns_are_missing(visit: Visit, content: str) -> None:
    verifier = tried(visit(VERIFIER), content)
    assert "Kolom ini tidak ada" in verifier.text
    assert not verifier.main.find_all("script")


@pytest.mark.parametrize("year", ["1999", "2100", "02026", "9" * 5000])
def test_a_year_without_a_turn_shows_the_one_that_ends_next(visit: Visit, year: str) -> None:
    assert visit(VERIFIER).open(f"/leave/year?year={year}").answer.status_code == 200
