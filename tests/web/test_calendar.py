"""The calendar's pages: who may read and change what, what a change shows before it is made, and what it leaves."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from engine.db import Message, Notice
from tests.conftest import Clock
from tests.support import Office
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from tests.workflows.leaves import leave, take_all_but, waiting_flow
from web.parts import Parts
from web.worker import Worker
from workflows.calendar import CalendarDay
from workflows.calendar_changes import CalendarChange
from workflows.leave.model import LeaveRequest
from workflows.leave.recounting import LeaveRecount
from workflows.people import Acting, Holding, Person
from workflows.rosters import RosterPlan

KEEPER, HEAD_OF_PERSONNEL = "P029", "P025"
OFFICER, WATI, AUDITOR, OTHER_OFFICER = "P092", "P097", "P012", "P068"
UNIT = "DISKOMINFO"
DAYS_OF_2028 = (date(2028, 1, 1), date(2028, 12, 31))
ELECTION = {"date": "18/11/2026", "kind": "public", "name": "Pilkada", "source": "Keppres 1/2026", "confirmed": "yes"}


@pytest.fixture
def kind() -> str:
    """One kind of database is enough for pages; changes, races and counting are tested on both."""
    return "sqlite"


def filled(visitor: Visitor, values: dict[str, str] | None = None, unit: str = "*", day: str = "") -> Visitor:
    """The form of a day, filled in and sent to be looked at."""
    about = {"unit": unit, **({"day": day} if day else {}), **ELECTION, **(values or {})}
    query = "&".join(f"{name}={value.replace('/', '%2F').replace(' ', '+')}" for name, value in about.items())
    return visitor.open(f"/calendar/days/check?{query}")


def declared(visitor: Visitor, values: dict[str, str] | None = None, unit: str = "*") -> Visitor:
    """A day that was looked at and posted."""
    return filled(visitor, values, unit).send(to="/calendar/days")


def count(parts: Parts, model: type) -> int:
    with parts.database.reads() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("year", ["1999", "2100", "9999", "0000", "9" * 5000])
def test_a_year_that_no_calendar_has_shows_this_year(visit: Visit, year: str) -> None:
    assert "Kalender kerja 2026" in visit(WATI).open(f"/calendar?year={year}").text


def test_everybody_reads_the_calendar_of_their_unit(visit: Visit) -> None:
    wati = visit(WATI).open("/calendar")
    assert "Kalender kerja 2026" in wati.text
    assert "Dinas Komunikasi dan Informatika · 5 hari kerja seminggu" in wati.text
    assert "Desember 2026" in wati.text
    assert "Natal" in wati.text
    assert "Tambah hari" not in wati.text
    assert wati.open("/calendar?unit=DINKES").answer.status_code == 404
    assert wati.open("/calendar?unit=*").answer.status_code == 200


def test_a_year_without_holidays_says_so_and_a_forecast_one_marks_its_days(visit: Visit) -> None:
    assert "belum diisi" in visit(WATI).open("/calendar?year=2028").text
    assert "(perkiraan)" in visit(WATI).open("/calendar?year=2027").text
    for odd in ("1", "abcd", "99999", "-1", "٢٠٢٦"):
        assert visit(WATI).open(f"/calendar?year={odd}").answer.status_code == 200


def test_a_day_is_looked_at_first_and_then_declared_for_all(visit: Visit, parts: Parts) -> None:
    keeper = filled(visit(KEEPER))
    assert "Belum ada yang berubah" in keeper.text
    assert "Tidak ada permohonan cuti yang berubah" in keeper.text
    assert count(parts, CalendarChange) == 0
    keeper.send(to="/calendar/days")
    assert "Kalender tersimpan" in keeper.text
    assert "Pilkada, 18 November 2026: dicatat di kalender" in keeper.text
    assert "Pilkada" in visit(WATI).open("/calendar").text
    assert count(parts, CalendarChange) == 1


def test_sending_twice_declares_once(visit: Visit, parts: Parts) -> None:
    keeper = filled(visit(KEEPER))
    form = keeper.form("/calendar/days")
    answers = [keeper.client.post("/calendar/days", data=keeper.kept(form)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert count(parts, CalendarChange) == 1


def test_a_form_from_before_somebody_elses_change_changes_nothing(visit: Visit, parts: Parts) -> None:
    first, second = filled(visit(KEEPER)), filled(visit(HEAD_OF_PERSONNEL), {"name": "Pilkada serentak"})
    first.send(to="/calendar/days")
    assert second.send(to="/calendar/days").answer.status_code in {409, 422}
    assert count(parts, CalendarChange) == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"date": "31/2/2026"}, "Isi tanggal seperti 3 Juni 2026; hari itu tidak ada di kalender"),
        ({"date": ""}, "Isi tanggal, misalnya 3 Juni 2026"),
        ({"date": "18/11/2025"}, "Tahun yang sudah lewat tidak dapat diubah"),
        ({"date": "18/11/2031"}, "dalam tahun 2026 sampai 2029"),
        ({"date": "25/12/2026"}, "sudah tercatat sebagai Natal"),
        ({"name": "x" * 121}, "paling banyak 108 karakter"),
        ({"name": ""}, "Isi nama hari"),
        ({"source": ""}, "Isi dasar"),
        ({"kind": "holiday"}, "Pilih jenis hari"),
        ({"kind": ""}, "Pilih jenis hari"),
        ({"confirmed": "maybe"}, "Pilih"),
    ],
    ids=["no such day", "no day", "past", "far", "taken", "long", "nameless", "baseless", "kind", "no kind", "unsure"],
)
def test_what_cannot_be_declared_comes_back_with_what_to_mend(visit: Visit, values: dict[str, str], said: str) -> None:
    keeper = filled(visit(KEEPER), values)
    assert keeper.answer.status_code == 422
    assert keeper.title.startswith("Kesalahan: ")
    assert said in keeper.text
    assert "Keppres" in str(keeper.main) or "source" in values


def test_a_day_is_changed_moved_and_withdrawn(visit: Visit, parts: Parts) -> None:
    keeper = declared(visit(KEEPER))
    keeper.open("/calendar/days/new?unit=*&day=2026-11-18")
    assert 'value="Pilkada"' in str(keeper.main)
    filled(keeper, {"date": "25 Nov 2026"}, day="2026-11-18")
    assert "Tercatat sekarang" in keeper.text
    keeper.send(to="/calendar/days")
    assert "diubah di kalender" in keeper.text
    keeper.open("/calendar/days/new?unit=*&day=2026-11-25").follow("Hapus hari ini")
    keeper.send(to="/calendar/days")
    assert "dihapus dari kalender" in keeper.text
    assert keeper.open("/calendar/days/new?unit=*&day=2026-11-25").answer.status_code == 404
    assert count(parts, CalendarChange) == 3


def test_a_forecast_day_says_so_until_it_is_settled(visit: Visit) -> None:
    keeper = declared(visit(KEEPER), {"confirmed": "no"})
    assert "Pilkada (perkiraan)" in visit(WATI).open("/calendar").text
    assert "belum ditetapkan" in visit(WATI).open("/calendar").text
    filled(keeper, {"name": "Pilkada (perkiraan)"}, day="2026-11-18").send(to="/calendar/days")
    assert "(perkiraan)" not in visit(WATI).open("/calendar").text


def test_a_change_of_nothing_is_told(visit: Visit) -> None:
    keeper = declared(visit(KEEPER))
    assert "Belum ada yang diubah" in filled(keeper, day="2026-11-18").text


def test_the_check_page_hands_on_nothing_that_is_not_the_forms(visit: Visit) -> None:
    keeper = filled(visit(KEEPER), {"_external": "1", "_scheme": "javascript", "x": "y"})
    assert keeper.answer.status_code == 200
    assert "javascript" not in str(keeper.main)


def test_a_unit_has_days_of_its_own_from_its_own_officer(visit: Visit) -> None:
    officer = visit(OFFICER).open(f"/calendar/days/new?unit={UNIT}")
    assert "Hari libur nasional" not in officer.text
    local = {"kind": "local", "name": "HUT dinas"}
    assert filled(officer, unit=UNIT).answer.status_code == 422
    assert "HUT dinas" in declared(officer, local, UNIT).text
    assert "HUT dinas" in visit(WATI).open("/calendar").text
    assert "HUT dinas" not in visit("P070").open("/calendar").text


CHANGING = (
    "/calendar/days/new?unit={unit}",
    "/calendar/days/check?unit={unit}",
    "/calendar/days/withdraw?unit={unit}&day=2026-12-25",
    "/calendar/units/{unit}",
    "/calendar/units/{unit}/rosters/new",
)
FOR_THE_WHOLE_OFFICE = (
    "/calendar/days/new?unit=*",
    "/calendar/days/check?unit=*",
    "/calendar/days/withdraw?unit=*&day=2026-12-25",
    "/calendar/fill?year=2028",
    "/calendar/confirm?year=2027",
    f"/calendar/units/{UNIT}/week",
)


@pytest.mark.parametrize(
    ("person", "own", "foreign", "whole", "history"),
    [
        (KEEPER, True, True, True, True),
        (HEAD_OF_PERSONNEL, True, True, True, True),
        (OFFICER, True, False, False, True),
        (OTHER_OFFICER, False, True, False, True),
        (AUDITOR, False, False, False, True),
        (WATI, False, False, False, False),
        ("P091", False, False, False, False),
        ("P001", False, False, False, False),
        ("BUPATI", False, False, False, False),
    ],
)
def test_the_calendar_is_changed_by_its_keepers_alone(
    visit: Visit, person: str, own: bool, foreign: bool, whole: bool, history: bool
) -> None:
    visitor = visit(person)

    def opens(path: str) -> bool:
        status = visitor.open(path).answer.status_code
        assert status in {200, 404, 422}, (path, status)
        return status in {200, 422}

    # a unit's own day that could be withdrawn is not there: that page is not found for anybody
    for unit, allowed in ((UNIT, own), ("DINKES", foreign)):
        found = {path: opens(path.format(unit=unit)) for path in CHANGING}
        assert found == {path: allowed and "withdraw" not in path for path in CHANGING}, unit
    assert {path: opens(path) for path in FOR_THE_WHOLE_OFFICE} == dict.fromkeys(FOR_THE_WHOLE_OFFICE, whole)
    assert opens("/calendar/changes") is history
    assert opens("/calendar/units") is (own or foreign)


POSTS = (
    "/calendar/days",
    "/calendar/fill",
    "/calendar/confirm",
    f"/calendar/units/{UNIT}/week",
    f"/calendar/units/{UNIT}/rosters",
    f"/calendar/units/{UNIT}/rosters/1/end",
    "/calendar/changes/1/again",
)


@pytest.mark.parametrize("person", [WATI, AUDITOR, OTHER_OFFICER, "P091"])
def test_nobody_else_changes_it_by_a_form_of_their_own_making(visit: Visit, parts: Parts, person: str) -> None:
    declared(visit(KEEPER))
    visitor = visit(person).open("/account/password")
    token = visitor.kept(visitor.form())["csrf_token"]
    sent = {"csrf_token": token, "unit": "*", "year": "2027", "week": "6", "first": "1/12/2026", **ELECTION}
    for number, path in enumerate(POSTS):
        answer = visitor.client.post(path, data={**sent, "_key": f"{number:02}" * 10})
        assert answer.status_code == 404, path
    assert count(parts, CalendarChange) == 1


def test_an_officer_whose_decree_leaves_the_calendar_out_cannot_change_it(visit: Visit, parts: Parts) -> None:
    with parts.database.reads() as session:
        post = session.scalars(select(Holding.position).where(Holding.person == KEEPER)).one()
    about = {"position": post, "kind": "Plh", "decree": "1", "first": date(2026, 11, 1), "last": date(2026, 11, 30)}
    parts.database.command(lambda s: s.add(Acting(person=WATI, excluded="calendar", only=None, **about)))
    parts.database.command(lambda s: s.add(Acting(person="P096", excluded="", only=None, **about)))
    parts.database.command(lambda s: s.add(Acting(person="P098", excluded="", only="leave", **about)))
    opened = {p: visit(p).open("/calendar/days/new?unit=*").answer.status_code for p in (WATI, "P096", "P098")}
    assert opened == {WATI: 404, "P096": 200, "P098": 404}


def test_a_year_is_filled_from_the_library_and_settled_by_a_decree(visit: Visit, parts: Parts) -> None:
    keeper = visit(KEEPER).open("/calendar?year=2028").follow("Isi dari daftar")
    assert "(perkiraan)" in keeper.text
    assert "hari akan ditambahkan" in keeper.text
    keeper.send(to="/calendar/fill")
    assert "hari dicatat di kalender" in keeper.text
    assert "sudah ada di kalender" in keeper.open("/calendar/fill?year=2028").text
    keeper.open("/calendar/confirm?year=2028").send({"source": ""}, to="/calendar/confirm")
    assert keeper.answer.status_code == 422
    keeper.send({"source": "SKB 3 Menteri 2027"}, to="/calendar/confirm")
    assert "diubah di kalender" in keeper.text
    settled = keeper.open("/calendar?year=2028").text
    assert "(perkiraan)" not in settled
    assert "belum ditetapkan" not in settled
    with parts.database.reads() as session:
        within = CalendarDay.day.between(*DAYS_OF_2028)
        assert set(session.scalars(select(CalendarDay.source).where(within))) == {"SKB 3 Menteri 2027"}


def test_a_year_far_away_or_over_is_not_filled(visit: Visit) -> None:
    for year in ("2025", "2040"):
        assert visit(KEEPER).open(f"/calendar/fill?year={year}").answer.status_code == 404


def test_a_unit_goes_over_to_six_days(visit: Visit) -> None:
    keeper = visit(KEEPER).open(f"/calendar/units/{UNIT}")
    check = f"/calendar/units/{UNIT}/week?week={{}}&first={{}}"
    assert "hari ini atau tanggal sesudahnya" in keeper.open(check.format(6, "1/10/2026")).text
    assert "sudah bekerja sebanyak hari itu" in keeper.open(check.format(5, "1/12/2026")).text
    assert "Pilih" in keeper.open(check.format(7, "1/12/2026")).text
    keeper.open(check.format(6, "1/12/2026"))
    assert "Senin sampai Sabtu" in keeper.text
    keeper.send(to="/week")
    assert "Minggu kerja menjadi 6 hari mulai 1 Desember 2026" in keeper.text
    assert "Mulai Selasa, 1 Desember 2026" in keeper.open(f"/calendar/units/{UNIT}").text


def test_a_roster_by_a_pattern_begins_changes_and_ends(visit: Visit, parts: Parts) -> None:
    officer = visit(OFFICER).open(f"/calendar/units/{UNIT}/rosters/new")
    plan = {"name": "Piket server", "first": "2/11/2026", "last": "31/12/2026", "way": "pattern"}
    turn = {"days_on": "2", "days_off": "1", "anchor": "", "members[]": [WATI]}
    officer.send({**plan, **turn}, to="/check")
    assert "2 hari masuk, 1 hari libur, berulang sejak Senin, 2 November 2026" in officer.text
    assert count(parts, RosterPlan) == 0
    officer.send(to="/rosters")
    assert "Jadwal sif “Piket server” dimulai" in officer.text
    assert "menurut jadwal sif" in visit(WATI).open("/calendar").text
    officer.open(f"/calendar/units/{UNIT}").follow("Piket server").follow("Ubah jadwal")
    assert "Piket server" in str(officer.main)
    officer.send({"name": "Piket jaringan"}, to="/check").send(to="/rosters")
    assert "diubah" in officer.text
    officer.open(f"/calendar/units/{UNIT}").follow("Piket jaringan").follow("Akhiri jadwal").send(to="/end")
    assert "diakhiri" in officer.text
    assert "Belum ada jadwal sif" in officer.open(f"/calendar/units/{UNIT}").text


def test_nobody_keeps_the_roster_that_counts_their_own_leave(visit: Visit) -> None:
    plan = {"name": "Piket", "first": "2/11/2026", "last": "31/12/2026", "way": "pattern", "days_on": "2"}
    members = {"days_off": "1", "members[]": [WATI, OFFICER]}
    own = visit(OFFICER).open(f"/calendar/units/{UNIT}/rosters/new").send({**plan, **members}, to="/check")
    assert own.answer.status_code == 422
    assert "Jadwal Anda sendiri" in own.text
    visit(KEEPER).open(f"/calendar/units/{UNIT}/rosters/new").send({**plan, **members}, to="/check").send(to="/rosters")
    officer = visit(OFFICER).open(f"/calendar/units/{UNIT}").follow("Piket")
    assert "Akhiri jadwal" not in officer.text
    assert officer.open(officer.answer.request.path + "/end").answer.status_code == 422


def test_a_roster_that_has_begun_ends_today_and_keeps_its_past(visit: Visit, clock: Clock) -> None:
    officer = visit(OFFICER).open(f"/calendar/units/{UNIT}/rosters/new")
    plan = {"name": "Piket", "first": "2/11/2026", "last": "31/12/2026", "way": "pattern", "days_on": "2"}
    officer.send({**plan, "days_off": "1", "members[]": [WATI]}, to="/check").send(to="/rosters")
    clock.forward(days=3)
    officer = visit(OFFICER).open(f"/calendar/units/{UNIT}").follow("Piket").follow("Akhiri jadwal").send(to="/end")
    assert "sudah berakhir" in officer.open(f"/calendar/units/{UNIT}").text
    assert "4 Nov 2026" in officer.text


def uploaded(officer: Visitor, content: bytes, **more: str) -> Visitor:
    """The form of a roster with an uploaded list."""
    officer.open(f"/calendar/units/{UNIT}/rosters/new")
    form = officer.form("/check")
    plan = {"name": "Piket", "first": "1/12/2026", "last": "31/12/2026", "way": "list", **more}
    body = {**officer.kept(form), **plan, "file": (BytesIO(content), "jadwal.csv")}
    answer = officer.client.post(officer.target(form), data=body, content_type="multipart/form-data")
    officer._show(answer)
    return officer


def test_a_roster_by_an_uploaded_list(visit: Visit, parts: Parts) -> None:
    with parts.database.reads() as session:
        nip = session.get_one(Person, WATI).nip
    content = f"NIP,Tanggal\n{nip},2026-12-05\n{nip},6/12/2026\n".encode()
    officer = uploaded(visit(OFFICER), content)
    assert "Daftar 2 hari masuk" in officer.text
    officer.send(to="/rosters")
    assert "dimulai" in officer.text
    officer.open(f"/calendar/units/{UNIT}").follow("Piket").follow("Ubah jadwal")
    assert f"{nip};2026-12-06" in str(officer.main)


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (b"NIP;Tanggal\n1;31/2/2026", {}, "Baris 2"),
        (b"NIP;Tanggal\n1;2026-12-01", {}, "bukan pegawai unit ini"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", {}, "tidak dapat disimpan"),
        (b"x" * 200_010, {}, "Persingkat"),
        (b"NIP;Tanggal\n1;2026-12-01", {"last": "1/11/2026"}, "sama atau setelah 1 Desember 2026"),
        (b"NIP;Tanggal\n1;2026-12-01", {"first": "1/1/2025"}, "Tahun yang sudah lewat"),
        (b"NIP;Tanggal\n1;2026-12-01", {"last": "31/12/2028"}, "paling lama 400 hari"),
        (b"NIP;Tanggal\n1;2026-12-01", {"name": "x" * 81}, "paling banyak 80"),
    ],
    ids=["date", "stranger", "picture", "large", "backwards", "past", "long", "name"],
)
def test_a_list_that_cannot_be_taken_comes_back_with_what_to_mend(
    visit: Visit, content: bytes, more: dict[str, str], said: str
) -> None:
    officer = uploaded(visit(OFFICER), content, **more)
    assert officer.answer.status_code == 422
    assert said in officer.text


def asked(parts: Parts) -> None:
    """Somebody has asked for the week of the election."""
    office = Office(parts.database, parts.engine.services, parts.people, parts.clock())
    office.engine = parts.engine
    office.deploy(waiting_flow())
    leave(office, WATI, date(2026, 11, 16), date(2026, 11, 20))


def test_the_check_page_names_the_requests_and_the_result_shows_them_counted(visit: Visit, parts: Parts) -> None:
    asked(parts)
    keeper = filled(visit(KEEPER))
    assert "1 permohonan cuti tahunan dihitung ulang" in keeper.text
    assert "5 → 4" in keeper.text
    assert "+1 hari, hak tahun" in keeper.text
    assert "Tenggat" not in keeper.text
    keeper.send(to="/calendar/days")
    assert "1 dari 1 permohonan selesai dihitung" in keeper.text
    assert "5 → 4" in keeper.text
    assert "Hari cuti Anda dihitung ulang" in visit(WATI).open("/notices").text
    assert count(parts, Notice) == 1


def test_of_a_change_for_all_a_units_officer_sees_their_own_staff_only(visit: Visit, parts: Parts) -> None:
    asked(parts)
    path = declared(visit(KEEPER)).path
    assert "Wati" in visit(OFFICER).open(path).text
    other = visit(OTHER_OFFICER).open(path)
    assert "Pilkada" in other.text
    assert "Wati" not in other.text
    assert visit(WATI).open(path).answer.status_code == 404


def test_what_could_not_be_paid_is_flagged_and_can_be_counted_again(visit: Visit, parts: Parts, clock: Clock) -> None:
    keeper = declared(visit(KEEPER))
    asked(parts)
    office = Office(parts.database, parts.engine.services, parts.people, clock())
    take_all_but(office, WATI, 0)
    keeper.open("/calendar/days/withdraw?unit=*&day=2026-11-18")
    assert "tidak diubah karena sisa cutinya tidak cukup" in keeper.text
    keeper.send(to="/calendar/days")
    assert "perlu ditangani" in keeper.text
    path = keeper.path
    assert "1 permohonan perlu ditangani" in visit(KEEPER).open("/calendar/changes").text
    keeper.send(to="/again")
    assert keeper.path == path
    assert "perlu ditangani" in keeper.text


def test_the_worker_finishes_what_the_act_began(visit: Visit, parts: Parts, clock: Clock) -> None:
    asked(parts)
    keeper = filled(visit(KEEPER)).send(to="/calendar/days")
    parts.database.command(lambda s: s.execute(update(LeaveRecount).values(status="waiting")))
    assert "0 dari 1 permohonan" in keeper.open(keeper.path).text
    clock.forward(minutes=16)
    worker = Worker(parts)
    while worker.pass_once() == 0.0:
        pass
    assert "1 dari 1 permohonan" in visit(KEEPER).open(keeper.path).text
    with parts.database.reads() as session:
        assert session.scalars(select(LeaveRequest.days)).one() == 4
        waiting = select(Message).where(Message.kind == "recount", Message.done_at.is_(None))
        assert session.scalars(waiting).all() == []


def test_the_pages_are_in_english_too(visit: Visit, app: Flask) -> None:
    keeper = visit(KEEPER)
    keeper.client.set_cookie("alur_language", "en")
    assert "Working calendar 2026" in keeper.open("/calendar").text
    assert "Add a day to the calendar" in keeper.open("/calendar/days/new?unit=*").text
