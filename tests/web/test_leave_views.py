"""What people see of leave: their own, their unit's month, the reports of those who keep it; and what they do not."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from io import BytesIO, StringIO
from uuid import UUID, uuid4

import pytest
from bs4 import Tag
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select

from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.test_leave_pages import HEAD, OFFICER, SUPERIOR, WATI, asked, decided
from tests.web.test_weight import cost, statements
from tests.web.visitor import Visitor, one
from web import exports
from web.parts import Parts
from workflows import cards
from workflows.leave.model import LeaveEntry, LeaveRequest
from workflows.people import Acting, Holding, Person

PEER, PPPK, OTHER_OFFICER, VERIFIER, AUDITOR, OWNER = "P098", "P096", "P068", "P029", "P012", "P026"
KEEPERS = (OFFICER, VERIFIER, AUDITOR)
UNIT, STAFF = "DISKOMINFO", 14
HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1", '=HYPERLINK("http://x","y")')


def away(parts: Parts, person: str, first: str, last: str, *, travel_days: int = 0, **about: str) -> None:
    """Put a leave on record as if it had been decided long ago."""
    span = date.fromisoformat(first), date.fromisoformat(last)
    leave = LeaveRequest(
        instance=uuid4(),
        person=person,
        type=about.get("type", "sick"),
        first=span[0],
        last=span[1],
        days=(span[1] - span[0]).days + 1,
        abroad=False,
        changed=False,
        status=about.get("status", "approved"),
        travel_days=travel_days,
    )
    parts.database.command(lambda session: session.add(leave))


def granted(visit: Visit) -> str:
    """Wati's five days in December, decided; the address of the request."""
    request = asked(visit).follow("Lihat permohonan").path
    decided(visit, OFFICER, outcome="complete")
    decided(visit, SUPERIOR, outcome="approve")
    decided(visit, HEAD, outcome="approve")
    return request


def cells(row: Tag) -> list[str]:
    """The words of a row's cells, without the headings that phones show."""
    for heading in row.select(".cell"):
        heading.extract()
    return [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]


def sheet(visitor: Visitor, address: str) -> Worksheet:
    """The data of a spreadsheet, read back."""
    answer = visitor.client.get(address)
    assert answer.status_code == 200, answer.status_code
    return load_workbook(BytesIO(answer.data))["Data"]


def rows(found: Worksheet) -> list[dict[str, object]]:
    """The rows of a sheet by the headings of its columns."""
    heading, *lines = found.iter_rows(values_only=True)
    return [dict(zip(map(str, heading), line, strict=True)) for line in lines]


# One's own


def test_my_leave_says_what_is_left_of_each_year_and_until_when(visit: Visit) -> None:
    wati = visit(WATI).open("/leave")
    assert "Sisa cuti tahunan 2026: 14 hari kerja" in wati.text
    buckets = [cells(row) for row in wati.main.select("section[aria-labelledby=buckets] tbody tr")]
    assert buckets[0][:6] == ["2026", "12", "0", "0", "0", "12"]
    assert buckets[0][6].startswith("31 Des 2026")
    assert "6 hari dapat dipakai pada 2027" in buckets[0][6]
    assert buckets[1][:6] == ["2025", "12", "0", "10", "0", "2"]
    assert buckets[2][5:] == ["0", "habis"]


def test_every_line_of_the_ledger_is_there_in_words_with_the_request_behind_it(visit: Visit, parts: Parts) -> None:
    request = granted(visit)
    wati = visit(WATI).open("/leave")
    assert "Sisa cuti tahunan 2026: 9 hari kerja" in wati.text
    lines = wati.main.select("section[aria-labelledby=lines] tbody tr")
    with parts.database.reads() as session:
        kept = session.scalar(select(func.count()).select_from(LeaveEntry).where(LeaveEntry.person == WATI))
    assert len(lines) == kept
    assert cells(lines[0])[1].startswith("Disetujui: 3 hari yang disisihkan kini dipakai CUTI-")
    assert one(lines[0], "a")["href"] == request
    assert wati.open(request).answer.status_code == 200


def test_what_was_reserved_is_told_apart_until_it_is_decided(visit: Visit) -> None:
    asked(visit)
    wati = visit(WATI).open("/leave")
    assert "5 hari kerja disisihkan untuk permohonan yang belum diputuskan" in wati.text
    leaves = [cells(row) for row in wati.main.select("section[aria-labelledby=leaves] tbody tr")]
    assert leaves[0][:4] == ["Cuti tahunan", "7 Des 2026 s.d. 11 Des 2026", "5", "menunggu keputusan"]


def test_the_balance_of_a_past_day_is_the_sum_of_the_lines_up_to_it(visit: Visit, clock: Clock) -> None:
    granted(visit)
    clock.forward(days=10)
    wati = visit(WATI)
    assert "Pada Kamis, 12 November 2026: 9 hari kerja" in wati.open("/leave?on=12/11/2026").text
    assert "Pada Minggu, 1 November 2026: 14 hari kerja" in wati.open("/leave?on=1+Nov+2026").text


@pytest.mark.parametrize("day", ["31/12/2026", "kemarin", "", "30/2/2026"])
def test_a_day_that_is_none_or_yet_to_come_is_a_mistake_that_keeps_what_was_typed(visit: Visit, day: str) -> None:
    wati = visit(WATI).open(f"/leave?on={day}")
    assert wati.answer.status_code == 422
    assert wati.title.startswith("Kesalahan: ")
    assert one(wati.main, ".mistakes a")["href"] == "#on"
    assert one(wati.main, "#on")["value"] == day


def test_the_record_of_leave_sums_up_every_type(visit: Visit, parts: Parts) -> None:
    away(parts, WATI, "2026-03-02", "2026-03-05")
    away(parts, WATI, "2025-01-01", "2025-03-31", type="maternity", status="opening")
    rows = visit(WATI).open("/leave").main.select("section[aria-labelledby=types] dl div")
    taken = {one(row, "dt").get_text(): " ".join(one(row, "dd").get_text().split()) for row in rows}
    assert list(taken)[:3] == ["Cuti tahunan", "Cuti besar", "Cuti sakit"]
    assert taken["Cuti besar"] == "belum pernah"
    assert taken["Cuti sakit"] == "1 kali, 4 hari pada 2026; terakhir 2 Mar 2026 s.d. 5 Mar 2026"
    assert taken["Cuti melahirkan"] == "terakhir 1 Jan 2025 s.d. 31 Mar 2025"


def test_the_first_page_says_what_is_left(visit: Visit) -> None:
    assert "Sisa cuti tahunan 2026: 14 hari kerja" in visit(WATI).open("/").text
    assert "Sisa cuti tahunan" not in visit("BUPATI").open("/").text
    assert "Tidak ada hak cuti" in visit("BUPATI").open("/leave").text


# Whose leave one may look at


@pytest.mark.parametrize("person", [WATI, PEER, SUPERIOR, HEAD, OFFICER, OTHER_OFFICER, VERIFIER, AUDITOR, OWNER])
def test_who_keeps_leave_finds_and_opens_the_same_people_and_nobody_else_does(visit: Visit, person: str) -> None:
    visitor = visit(person)
    opened = visitor.open(f"/leave/people/{WATI}").answer.status_code
    assert opened == (200 if person in (WATI, *KEEPERS) else 404)
    visitor.open("/leave/people")
    if person not in (*KEEPERS, OTHER_OFFICER, OWNER):  # P026 is BKPSDM's own personnel officer too
        assert visitor.answer.status_code == 404
        return
    found = visitor.send({"q": "wati pra"}).main.select("tbody a")
    assert bool(found) is (person in KEEPERS)
    assert [link["href"] for link in found] in ([], [f"/leave/people/{WATI}"])


@pytest.mark.parametrize("words", ["1991 0504", "199105-042018", "WATI", "pratama"])
def test_somebody_is_found_by_the_start_of_a_nip_or_of_a_word_of_the_name(visit: Visit, words: str) -> None:
    officer = visit(OFFICER).open("/leave/people").send({"q": words})
    assert "Wati Pratama" in officer.text
    assert "?" not in officer.answer.request.full_path.rstrip("?")


@pytest.mark.parametrize("words", ["%", "_", "991", "' OR 1=1 --", "ratama"])
def test_a_search_takes_every_letter_as_it_is(visit: Visit, words: str) -> None:
    assert "Tidak ada pegawai yang cocok" in visit(OFFICER).open("/leave/people").send({"q": words}).text


@pytest.mark.parametrize("person", ["P045", "P029", "P999", "BUPATI"])
def test_an_officer_is_not_told_of_people_of_other_units(visit: Visit, person: str) -> None:
    assert visit(OFFICER).open(f"/leave/people/{person}").answer.status_code == 404


def test_who_keeps_leave_without_keeping_requests_gets_no_link_that_leads_nowhere(visit: Visit) -> None:
    granted(visit)
    for person, links in ((OFFICER, True), (AUDITOR, True), (VERIFIER, False)):
        lines = visit(person).open(f"/leave/people/{WATI}").main.select_one("section[aria-labelledby=lines]")
        assert lines is not None
        assert "CUTI-" in lines.get_text()
        assert bool(lines.select("tbody a")) is links


# The month of a unit


@pytest.mark.parametrize(
    ("person", "types", "waits"),
    [
        (PEER, {"Tidak hadir"}, False),
        (PPPK, {"Tidak hadir", "Cuti sakit"}, False),
        (SUPERIOR, {"Tidak hadir", "Cuti tahunan"}, True),
        (HEAD, {"Cuti sakit", "Cuti tahunan"}, True),
        (OFFICER, {"Cuti sakit", "Cuti tahunan"}, True),
        (VERIFIER, {"Cuti sakit", "Cuti tahunan"}, True),
        (AUDITOR, {"Cuti sakit", "Cuti tahunan"}, False),
    ],
)
def test_colleagues_see_that_somebody_is_away_and_those_who_decide_see_why(
    visit: Visit, parts: Parts, person: str, types: set[str], waits: bool
) -> None:
    away(parts, PPPK, "2026-11-11", "2026-11-16")
    away(parts, WATI, "2026-11-09", "2026-11-12", type="annual")
    away(parts, WATI, "2026-11-23", "2026-11-24", type="annual", status="reserved")
    listed = visit(person).open(f"/leave/calendar?unit={UNIT}").main.select(".cards p")
    told = {line.get_text().split(" · ")[1].split(" (")[0].strip() for line in listed}
    assert told == types
    assert any("menunggu keputusan" in line.get_text() for line in listed) is waits


def test_the_applicant_sees_the_own_waiting_days(visit: Visit) -> None:
    asked(visit)
    assert "menunggu keputusan" in visit(WATI).open("/leave/calendar?month=2026-12").text
    assert "Tidak ada yang cuti" in visit(PEER).open("/leave/calendar?month=2026-12").text


@pytest.mark.parametrize("person", [OTHER_OFFICER, OWNER, "P045"])
def test_the_calendar_of_another_unit_is_not_there(visit: Visit, person: str) -> None:
    assert visit(person).open("/leave/calendar").answer.status_code == 200
    for unit in (UNIT, "NONE"):
        assert visit(person).open(f"/leave/calendar?unit={unit}").answer.status_code == 404


def test_who_leads_somebody_of_another_unit_sees_that_person_alone(visit: Visit, parts: Parts) -> None:
    away(parts, HEAD, "2026-11-11", "2026-11-12", type="important")
    away(parts, WATI, "2026-11-11", "2026-11-12")
    sekda = visit("P001").open(f"/leave/calendar?unit={UNIT}")
    assert [line.get_text().split(" · ")[1].strip() for line in sekda.main.select(".cards p")] == [
        "Cuti karena alasan penting"
    ]


def test_the_head_of_a_department_sees_the_units_below(visit: Visit, parts: Parts) -> None:
    with parts.database.reads() as session:
        teacher = session.scalars(select(Person.id).where(Person.unit == "SMPN1", Person.id != "P045")).first()
    away(parts, str(teacher), "2026-11-11", "2026-11-12")
    head = visit("P041").open("/leave/calendar?unit=SMPN1")
    assert "Cuti sakit" in head.text
    assert "6 hari kerja seminggu" in head.text


def test_whoever_acts_as_superior_sees_why_while_the_decree_holds(visit: Visit, parts: Parts, clock: Clock) -> None:
    away(parts, WATI, "2026-11-09", "2026-11-12")
    with parts.database.reads() as session:
        post = session.scalars(select(Holding.position).where(Holding.person == SUPERIOR)).one()
    days = {"first": date(2026, 11, 1), "last": date(2026, 11, 5)}
    acting = Acting(person=PEER, position=post, kind="Plh", decree="SP 1/2026", **days)
    parts.database.command(lambda session: session.add(acting))
    assert "Cuti sakit" in visit(PEER).open("/leave/calendar").text.split("Arti tanda")[0]
    clock.forward(days=7)
    assert "Cuti sakit" not in visit(PEER).open("/leave/calendar").text.split("Arti tanda")[0]


def test_the_days_of_the_table_carry_the_signs_and_how_many_are_present(visit: Visit, parts: Parts) -> None:
    away(parts, WATI, "2026-11-06", "2026-11-09")
    away(parts, PPPK, "2026-11-09", "2026-11-09")
    table = one(visit(OFFICER).open("/leave/calendar?month=2026-11").main, "table.plan")
    wati = next(row for row in table.select("tbody tr") if "Wati" in row.get_text())
    assert [cell.get_text() for cell in wati.find_all("td")[4:9]] == ["", "SCuti sakit", "·", "·", "SCuti sakit"]
    present = [cell.get_text() for cell in table.select("tfoot td")]
    assert present[4:9] == [str(STAFF), str(STAFF - 1), "", "", str(STAFF - 2)]


def test_holidays_are_named_and_months_can_be_turned(visit: Visit) -> None:
    wati = visit(WATI).open("/leave/calendar?month=2026-12")
    assert "25 Desember 2026: Hari Raya Natal" in wati.text or "25 Desember 2026" in wati.text
    assert "Desember 2026" in wati.text
    assert wati.follow("Januari 2027").answer.request.args["month"] == "2027-01"
    for odd in ("2026-13", "abcd", "1999-01", "2026-1", "٢٠٢٦-11"):
        assert "November 2026" in visit(WATI).open(f"/leave/calendar?month={odd}").text


def test_a_large_unit_comes_in_pages(visit: Visit, parts: Parts) -> None:
    def hire(session: object) -> None:
        for number in range(90):
            session.add(Person(id=f"X{number}", nip=f"X{number}", name=f"Xaver {number:02}", kind="PNS", unit=UNIT))  # type: ignore[attr-defined]  # a session

    parts.database.command(hire)
    for number in range(90):
        away(parts, f"X{number}", "2026-11-09", "2026-11-09")
    wati = visit(WATI).open("/leave/calendar")
    first = [line.get_text() for line in wati.main.select("table.plan tbody th")]
    present = one(wati.main, "table.plan tfoot").get_text(" ").split()
    wati.follow("Berikutnya")
    second = [line.get_text() for line in wati.main.select("table.plan tbody th")]
    assert (len(first), len(second), len({*first, *second})) == (40, 40, 80)
    assert one(wati.main, "table.plan tfoot").get_text(" ").split() == present
    assert str(STAFF) in present


# Before a decision


def test_the_decision_card_says_how_many_are_present_and_who_else_is_away(visit: Visit, parts: Parts) -> None:
    away(parts, PPPK, "2026-12-08", "2026-12-09")
    away(parts, PEER, "2026-12-09", "2026-12-09", type="annual", status="reserved")
    asked(visit)
    decided(visit, OFFICER, outcome="complete")
    superior = visit(SUPERIOR).open("/inbox").follow("Pertimbangkan cuti")
    card = one(superior.main, "section[aria-labelledby=card-1]").get_text(" ", strip=True)
    assert "Kekuatan unit pada tanggal itu" in card
    for line in ("13 dari 14 hadir", "12 dari 14 hadir Juga tidak hadir: Juli Wijaya", "Juga mengajukan cuti: "):
        assert line in " ".join(card.split())
    assert "sakit" not in card


def test_who_does_not_decide_gets_no_card(visit: Visit) -> None:
    request = asked(visit).follow("Lihat permohonan").path
    assert "Kekuatan unit" not in visit(WATI).open(request).text
    decided(visit, OFFICER, outcome="return", repair="Alamat")
    assert "Kekuatan unit" not in visit(WATI).open("/inbox").follow("Ajukan cuti").text


def test_the_card_costs_few_statements_however_many_are_away(visit: Visit, parts: Parts) -> None:
    asked(visit)
    task = UUID(visit(OFFICER).open("/inbox").follow("Periksa permohonan").path.removeprefix("/tasks/"))

    def spent() -> int:
        now = parts.clock()
        with parts.database.reads() as session:
            officer = parts.people.actor(session, OFFICER, now)
            view = parts.engine.task_for(session, officer, task, now=now)
            with statements(parts) as seen:
                assert cards(session, view, officer, now)
        return cost(seen)[0]

    alone = spent()
    for person in (PPPK, PEER, "P095", "P099", SUPERIOR):
        away(parts, person, "2026-12-07", "2026-12-31")
    assert spent() == alone <= 5


# Reports and files


@pytest.mark.parametrize("report", ["balances", "recap"])
@pytest.mark.parametrize("person", [WATI, PEER, SUPERIOR, HEAD, OTHER_OFFICER, VERIFIER, AUDITOR, OWNER, OFFICER])
def test_reports_are_for_those_who_keep_leave_and_show_only_their_people(
    visit: Visit, person: str, report: str
) -> None:
    visitor = visit(person)
    keeps = {OFFICER: STAFF, VERIFIER: 120, AUDITOR: 120, OTHER_OFFICER: None, OWNER: None}
    menu = visitor.open("/").page.select_one("nav.menu a[href='/leave/balances']")
    assert (menu is not None) is (person in keeps)
    for ending in ("", ".csv", ".xlsx"):
        status = visitor.client.get(f"/leave/{report}{ending}").status_code
        assert status == (200 if person in keeps else 404)
        elsewhere = visitor.client.get(f"/leave/{report}{ending}?unit={UNIT}").status_code
        assert elsewhere == (200 if person in KEEPERS else 404)
    if number := keeps.get(person):
        assert len(rows(sheet(visitor, f"/leave/{report}.xlsx"))) == number


def test_the_numbers_of_the_balance_report_are_those_of_the_ledger(visit: Visit, parts: Parts) -> None:
    granted(visit)
    found = {str(row["NIP"]): row for row in rows(sheet(visit(VERIFIER), "/leave/balances.xlsx"))}
    left = func.sum(LeaveEntry.granted - LeaveEntry.used - LeaveEntry.reserved)
    wanted = (
        select(Person.nip, left, func.sum(LeaveEntry.used))
        .join(LeaveEntry, LeaveEntry.person == Person.id)
        .where(LeaveEntry.bucket <= 2026)
        .group_by(Person.nip)
    )
    with parts.database.reads() as session:
        kept = {nip: days for nip, days, _ in session.execute(wanted)}
    assert {nip: found[nip]["Sisa"] for nip in kept} == kept
    wati = found["199105042018012997"]
    assert (wati["Dipakai 2026"], wati["Sisa"], wati["Sisa 2025"], wati["Sisa 2026"]) == (5, 9, 0, 9)
    page = visit(OFFICER).open("/leave/balances")
    shown = {row[1]: row for row in (cells(row) for row in page.main.select("table.report tbody tr"))}
    assert shown["199105042018012997"][3:] == [str(wati[name]) for name in list(wati)[4:]]
    assert "Sisa cuti tahunan 2026: 9 hari kerja" in visit(WATI).open("/leave").text


def test_the_days_of_the_recap_are_those_that_the_ledger_debited(visit: Visit) -> None:
    granted(visit)
    found = rows(sheet(visit(OFFICER), "/leave/recap.xlsx?month=2026-12"))
    wati = next(row for row in found if row["Nama"] == "Wati Pratama")
    assert (wati["Tahunan"], wati["Hari kerja"], wati["Hari kalender"], wati["Menunggu"]) == (5, 5, 5, 0)
    assert "Wati" in visit(OFFICER).open("/leave/recap?month=2026-12").text


def test_a_leave_over_two_months_counts_in_each_with_its_own_days(visit: Visit, parts: Parts) -> None:
    away(parts, WATI, "2026-10-29", "2026-11-03")
    away(parts, WATI, "2026-11-30", "2026-12-02", type="annual", status="reserved")
    days = []
    for month in ("2026-10", "2026-11", "2026-12"):
        found = rows(sheet(visit(OFFICER), f"/leave/recap.xlsx?month={month}"))
        wati = next(row for row in found if row["Nama"] == "Wati Pratama")
        days.append((wati["Sakit"], wati["Hari kalender"], wati["Menunggu"]))
    assert days == [(2, 3, 0), (2, 3, 1), (0, 0, 2)]


def test_days_of_travel_are_away_but_no_annual_leave(visit: Visit, parts: Parts) -> None:
    away(parts, WATI, "2026-11-23", "2026-11-27", type="annual", travel_days=6)
    officer = visit(OFFICER)
    november, december = (
        next(row for row in rows(sheet(officer, f"/leave/recap.xlsx?month={month}")) if row["Nama"] == "Wati Pratama")
        for month in ("2026-11", "2026-12")
    )
    columns = ("Tahunan", "Perjalanan", "Hari kerja", "Hari kalender")
    assert [november[column] for column in columns] == [5, 1, 6, 8]
    assert [december[column] for column in columns] == [0, 3, 3, 3]
    assert "23 Nov 2026 s.d. 3 Des 2026" in officer.open("/leave/calendar?month=2026-12").text
    assert "dan 6 hari perjalanan" in visit(WATI).open("/leave").text


def test_files_hold_numbers_as_numbers_dates_as_dates_and_say_what_they_are(visit: Visit) -> None:
    answer = visit(OFFICER).client.get("/leave/balances.xlsx")
    assert answer.headers["Content-Disposition"] == "attachment; filename=sisa-cuti-2026-11-02.xlsx"
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames == ["Data", "Keterangan"]
    first = book["Data"][2]
    assert [type(cell.value) for cell in first[:2]] == [str, str]
    assert len(str(first[1].value)) == 18
    assert {type(cell.value) for cell in first[4:]} == {int}
    about: Mapping[object, object] = dict(book["Keterangan"].iter_rows(values_only=True))
    assert ("Unit kerja", "Dinas Komunikasi dan Informatika") in book["Keterangan"].iter_rows(values_only=True)
    assert getattr(about["Keadaan pada"], "date", lambda: None)() == date(2026, 11, 2)
    assert about["Jumlah baris"] == STAFF
    assert all(about.get(cell.value) for cell in book["Data"][1])


def test_the_csv_holds_the_same_as_the_spreadsheet(visit: Visit, parts: Parts) -> None:
    away(parts, WATI, "2026-11-02", "2026-11-03")
    officer = visit(OFFICER)
    for report in ("balances", "recap"):
        text = officer.client.get(f"/leave/{report}.csv").data.decode("utf-8-sig")
        heading, *lines = csv.reader(StringIO(text))
        found = sheet(officer, f"/leave/{report}.xlsx")
        assert [heading, *lines] == [[str(v) for v in row] for row in found.iter_rows(values_only=True)]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_a_formula(visit: Visit, parts: Parts, name: str) -> None:
    def rename(session: object) -> None:
        session.get_one(Person, WATI).name = name  # type: ignore[attr-defined]  # a session

    parts.database.command(rename)
    officer = visit(OFFICER)
    found = sheet(officer, "/leave/balances.xlsx")
    names = {cell.value: cell.data_type for (cell,) in found.iter_rows(min_row=2, max_col=1)}
    assert set(names.values()) == {"s"}
    assert not any(exports.FORMULA.match(str(each)) for each in names)
    text = officer.client.get("/leave/balances.csv").data.decode("utf-8-sig")
    assert not any(exports.FORMULA.match(row[0]) for row in csv.reader(StringIO(text)))
    assert f"'{name.strip()}" in [row[0] for row in csv.reader(StringIO(text))]


def test_a_name_of_markup_or_steering_characters_stays_text(visit: Visit, parts: Parts) -> None:
    def rename(session: object) -> None:
        session.get_one(Person, WATI).name = '<b>"Wati"</b>, \u202e\x01Pratama'  # type: ignore[attr-defined]  # a session

    parts.database.command(rename)
    away(parts, WATI, "2026-11-09", "2026-11-10")
    officer = visit(OFFICER)
    names = [row["Nama"] for row in rows(sheet(officer, "/leave/balances.xlsx"))]
    assert '<b>"Wati"</b>, [U+202E][U+0001]Pratama' in names
    for address in ("/leave/balances", "/leave/calendar", f"/leave/people/{WATI}", "/leave/recap"):
        assert '<b>"Wati"' not in (sent := officer.client.get(address).get_data(as_text=True))
        assert "\u202e" not in sent


def test_reports_are_sorted_paged_and_searched(visit: Visit) -> None:
    verifier = visit(VERIFIER)
    verifier.open("/leave/balances?sort=left&down=1")
    first = [int(cells(row)[-1]) for row in verifier.main.select("table.report tbody tr")]
    assert first == sorted(first, reverse=True)
    assert first[0] == 24
    second = [int(cells(row)[-1]) for row in verifier.follow("Berikutnya").main.select("table.report tbody tr")]
    assert first[-1] >= second[0]
    assert verifier.answer.request.args["sort"] == "left"
    names = [
        cells(row)[0] for row in verifier.open("/leave/balances?sort=rubbish").main.select("table.report tbody tr")
    ]
    assert names == sorted(names)
    found = verifier.send({"q": "wati p"}, to="/leave/balances?sort=rubbish")
    assert [cells(row)[0] for row in found.main.select("table.report tbody tr")] == ["Wati Pratama"]
    assert "wati" not in found.answer.request.full_path
    assert len(verifier.open("/leave/balances?all=1").main.select("table.report tbody tr")) == 120


@pytest.mark.parametrize("address", ["/leave/balances", "/leave/recap", "/leave/calendar"])
def test_a_page_costs_the_same_statements_however_many_people_stand_on_it(
    visit: Visit, parts: Parts, address: str
) -> None:
    verifier = visit(VERIFIER).open("/")
    away(parts, WATI, "2026-11-09", "2026-11-10")

    def spent(unit: str) -> int:
        with statements(parts) as seen:
            assert verifier.client.get(f"{address}?unit={unit}").status_code == 200
        return cost(seen)[0]

    few = spent(UNIT)
    for person in (PPPK, PEER, "P095", "P099", SUPERIOR):
        away(parts, person, "2026-11-09", "2026-11-20")
    assert spent(UNIT) == spent("DISDIK") == few
    assert few <= 13


@pytest.mark.parametrize("address", ["/leave", "/leave/calendar", "/leave/people", "/leave/balances", "/leave/recap"])
def test_every_page_speaks_english_too(visit: Visit, parts: Parts, address: str) -> None:
    away(parts, WATI, "2026-11-09", "2026-11-10")
    officer = visit(OFFICER).open("/language/en").open(address)
    assert officer.answer.status_code == 200
    for word in ("cuti", "hari kerja", "unit kerja", "pegawai"):
        assert word not in officer.text.lower().replace("dinas komunikasi dan informatika", "")


def test_files_speak_the_language_of_the_reader(visit: Visit) -> None:
    officer = visit(OFFICER).open("/language/en")
    assert list(rows(sheet(officer, "/leave/recap.xlsx"))[0])[:4] == ["Name", "NIP", "Unit", "Kind"]
