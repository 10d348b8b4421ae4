"""Acting officers: who appoints them, within which rules, and that everybody always sees who acts as whom."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Event
from engine.record import read_facts
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.test_letters import approved, made
from tests.web.visitor import Visitor, one
from web.parts import Parts
from workflows.acting.model import ActingChange
from workflows.leave.letters import write
from workflows.letters.model import Letter
from workflows.people import Acting, Holding

OFFICER, HEAD, SUPERIOR, WATI, VERIFIER, AUDITOR = "P092", "P091", "P094", "P097", "P029", "P012"
OTHER_CHIEF, FOREIGN_OFFICER = "P093", "P106"
HEADS_POST, CHIEFS_POST = "DISKOMINFO-01", "DISKOMINFO-04"
POST = f"/acting/posts/{HEADS_POST}/{SUPERIOR}"
DECREE = {
    "kind": "Plh",
    "decree": "800.1.3.3/7/2026",
    "decree_on": "1/11/2026",
    "first": "2/11/2026",
    "last": "13/11/2026",
    "extent": "all",
}


@pytest.fixture
def kind() -> str:
    """What differs between the kinds of database is tested without pages."""
    return "sqlite"


def acts(parts: Parts, person: str = SUPERIOR, position: str = HEADS_POST, kind: str = "Plh", **more: object) -> int:
    """Let somebody act in November, as if it had been appointed long ago."""
    about = {"decree": "800.1.3.3/7/2026", "first": date(2026, 11, 1), "last": date(2026, 11, 30), "excluded": ""}

    def add(session: Session) -> int:
        row = Acting(person=person, position=position, kind=kind, **(about | more))
        session.add(row)
        session.flush()
        return row.id

    return parts.database.command(add)


def rows(parts: Parts) -> list[Acting]:
    with parts.database.reads() as session:
        return list(session.scalars(select(Acting).order_by(Acting.id)))


def changes(parts: Parts) -> list[tuple[str, str]]:
    with parts.database.reads() as session:
        return [(c.by, c.kind) for c in session.scalars(select(ActingChange).order_by(ActingChange.id))]


def checked(visitor: Visitor, **typed: str | list[str]) -> Visitor:
    """The page that says what the appointment means, or the form with what is wrong."""
    visitor._show(visitor.client.get(f"{POST}/check", query_string={**DECREE, **typed}))
    return visitor


def mistakes(visitor: Visitor) -> list[str]:
    return [item.get_text() for item in visitor.main.select(".mistakes li")]


def pages_without_arguments(app: Flask) -> list[str]:
    adapter = app.url_map.bind("localhost")
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments)
    return [adapter.build(rule.endpoint) for rule in rules if not rule.endpoint.startswith("api")]


def banner(visitor: Visitor) -> str:
    found = visitor.page.select_one("aside.acting")
    return " ".join(found.get_text(" ").split()) if isinstance(found, Tag) else ""


# Everybody sees who acts


def test_ux_26_who_acts_for_somebody_reads_so_on_every_page(app: Flask, visit: Visit, parts: Parts) -> None:
    acts(parts)
    karel, silent, pages = visit(SUPERIOR), [], 0
    for path in (*pages_without_arguments(app), "/start/leave/all", "/nothing-here"):
        answer = karel.client.get(path)
        if answer.mimetype == "text/html" and answer.status_code != 303:
            pages += 1
            karel._show(answer)
            silent += [] if "Plh. Kepala Dinas Kominfo" in banner(karel) else [path]
    assert pages > 15
    assert silent == []
    said = "Anda bertindak sebagai Plh. Kepala Dinas Kominfo . Dasar: 800.1.3.3/7/2026. Sampai Senin, 30 November 2026."
    assert banner(karel) == said
    assert banner(visit(WATI).open("/")) == ""


def test_the_banner_comes_on_the_first_day_and_goes_after_the_last(visit: Visit, parts: Parts, clock: Clock) -> None:
    acts(parts, first=date(2026, 11, 3), last=date(2026, 11, 4))
    shown = []
    for _day in range(4):
        shown.append(bool(banner(visit(SUPERIOR).open("/"))))
        clock.forward(days=1)
    assert shown == [False, True, True, False]


# Appointing


def test_an_officer_appoints_by_post_person_and_decree_and_looks_first(visit: Visit, parts: Parts) -> None:
    yuni = visit(OFFICER).open("/acting")
    yuni.follow("Tunjuk Plh. atau Plt.").follow("Kepala Dinas Kominfo")
    offered = [item.get_text() for item in yuni.main.select(".cards b")]
    assert offered == ["Ani Nugroho", "Karel Setiawan"]  # not herself, not the holder, nobody lower
    yuni.follow("Karel Setiawan")
    assert yuni.path == POST
    checked(yuni)
    assert yuni.title.startswith("Periksa penunjukan")
    assert "Mulai sekarang, tugas jabatan ini juga ada di kotak tugas Karel Setiawan." in yuni.text
    assert "Cuti di luar negeri dan di luar tanggungan negara tidak termasuk." in yuni.text
    assert rows(parts) == []
    yuni.send()
    assert "Penunjukan tersimpan." in yuni.text
    assert "Bertindak sampai Jumat, 13 November 2026" in yuni.text
    [row] = rows(parts)
    assert (row.person, row.position, row.kind, row.decree) == (SUPERIOR, HEADS_POST, "Plh", "800.1.3.3/7/2026")
    assert (row.first, row.last, row.decree_on) == (date(2026, 11, 2), date(2026, 11, 13), date(2026, 11, 1))
    assert changes(parts) == [(OFFICER, "appointed")]
    assert "Plh. Kepala Dinas Kominfo" in banner(visit(SUPERIOR).open("/"))


def test_going_back_from_the_check_page_finds_what_was_typed(visit: Visit) -> None:
    yuni = checked(visit(OFFICER), extent="except", **{"matters[]": ["calendar", "izin"]})
    assert "Semua, kecuali: Kalender kerja, Izin." in yuni.text
    yuni.follow("Ubah isian")
    assert one(yuni.main, "#decree")["value"] == DECREE["decree"]
    assert [str(box["value"]) for box in yuni.main.select("[type=checkbox][checked]")] == ["calendar", "izin"]


def test_limits_hold_from_the_decree_to_the_task(visit: Visit, parts: Parts) -> None:
    checked(visit(OFFICER), extent="only", **{"matters[]": ["leave"]}).send()
    [row] = rows(parts)
    assert (row.only, row.excluded) == ("leave", "")
    with parts.database.reads() as session:
        karel = parts.people.actor(session, SUPERIOR, parts.clock())
    [grant] = [each for each in karel.grants if each.principal == f"position:{HEADS_POST}"]
    assert (grant.capacity, grant.only) == ("Plh.", frozenset({"leave"}))
    assert "leave_abroad" in grant.excluded


def test_mistakes_come_back_with_what_to_do_and_what_was_typed(visit: Visit, parts: Parts) -> None:
    yuni = checked(visit(OFFICER), kind="Plt", decree="", decree_on="3/11/2026", last="2/2/2027", extent="only")
    assert yuni.answer.status_code == 422
    assert mistakes(yuni) == ["Isi nomor SK.", "Pilih sedikitnya satu untuk urusan."]
    checked(yuni, kind="Plt", decree_on="3/11/2026", last="2/2/2027")
    assert mistakes(yuni) == [
        "Isi tanggal SK, sama atau sebelum 2 November 2026.",
        "Plt. bertindak paling lama 3 bulan. Isi hari terakhir, sama atau sebelum 1 Februari 2027.",
    ]
    assert one(yuni.main, "#last")["value"] == "2/2/2027"
    assert yuni.title.startswith("Kesalahan: ")
    assert rows(parts) == []


def test_two_never_act_in_one_post_at_a_time(visit: Visit, parts: Parts) -> None:
    acts(parts, OTHER_CHIEF, first=date(2026, 11, 10))
    yuni = checked(visit(OFFICER))
    assert mistakes(yuni) == [
        "Jabatan ini sudah diisi Plh. Ani Nugroho sampai 30 November 2026."
        " Pilih tanggal sesudahnya, atau akhiri yang itu dahulu."
    ]
    assert checked(yuni, last="9/11/2026").title.startswith("Periksa penunjukan")
    acts(parts, OTHER_CHIEF, first=date(2026, 11, 2), last=date(2026, 11, 9))
    yuni.send()
    assert yuni.answer.status_code == 422
    assert len(rows(parts)) == 2


def test_a_vacant_post_gets_a_plt_and_one_that_is_held_says_who_holds_it(visit: Visit, parts: Parts) -> None:
    assert "masih tercatat dipegang Andi Dayak" in checked(visit(OFFICER), kind="Plt").text

    def leaves(session: Session) -> None:
        session.scalars(select(Holding).where(Holding.person == HEAD)).one().last = date(2026, 10, 31)

    parts.database.command(leaves)
    yuni = checked(visit(OFFICER))
    assert mistakes(yuni) == ["Jabatan ini kosong. Pilih Plt."]
    assert "kosong" in yuni.open("/acting/posts").text
    assert one(yuni.open(POST).main, "[name=kind][checked]")["value"] == "Plt"


def test_the_record_the_page_and_the_letter_say_in_whose_place_somebody_decided(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    yuni = visit(OFFICER)
    yuni._show(yuni.client.get(f"/acting/posts/{HEADS_POST}/{OTHER_CHIEF}/check", query_string=DECREE))
    yuni.send()
    instance = approved(parts, head=OTHER_CHIEF)
    task = "Plh. Ani Nugroho"
    assert task in one(visit(WATI).open(f"/requests/{instance}").main, ".timeline").get_text()
    with parts.database.reads() as session:
        events = session.scalars(select(Event).where(Event.instance_id == instance).order_by(Event.number)).all()
        told = read_facts(events[-1].record)
    assert (told["actor"], told["capacity"], told["principal"]) == (OTHER_CHIEF, "Plh.", f"position:{HEADS_POST}")
    letter = made(parts, clock, instance)
    with parts.database.reads() as session:
        signer = write(session, session.get_one(Letter, letter.id)).data["signer"]
    assert (signer["capacity"], signer["post"], signer["name"], signer["on_behalf"]) == (
        "Plh.",
        "Kepala Dinas Kominfo",
        "Ani Nugroho",
        "Bupati Rakumpit",
    )


# Changing


def test_a_plt_is_extended_once_by_another_decree(visit: Visit, parts: Parts) -> None:
    acting = acts(parts, kind="Plt")
    yuni = visit(OFFICER).open(f"/acting/{acting}").follow("Perpanjang")
    assert "Paling lama sampai Jumat, 30 April 2027." in yuni.text
    longer = {"decree": "800.1.3.3/9/2026", "decree_on": "2/11/2026"}
    yuni.send({**longer, "last": "1/5/2027"})
    assert mistakes(yuni) == ["Isi hari terakhir, sama atau sebelum 30 April 2027."]
    yuni.send({**longer, "last": "31/1/2027"})
    assert "Penunjukan diperpanjang." in yuni.text
    assert (rows(parts)[0].last, rows(parts)[0].decree) == (date(2027, 1, 31), "800.1.3.3/9/2026")
    assert changes(parts) == [(OFFICER, "extended")]
    assert "sudah diperpanjang satu kali" in yuni.follow("Perpanjang").text


def test_a_decree_that_comes_late_extends_what_ended_a_while_ago(visit: Visit, parts: Parts) -> None:
    late = acts(parts, first=date(2026, 9, 1), last=date(2026, 10, 2))
    long_over = acts(parts, OTHER_CHIEF, CHIEFS_POST, first=date(2026, 9, 1), last=date(2026, 10, 1))
    yuni = visit(OFFICER).open(f"/acting/{late}")
    assert "Akhiri lebih awal" not in yuni.text
    yuni.follow("Perpanjang").send({"last": "6/11/2026", "decree": "9", "decree_on": "3/10/2026"})
    assert "Bertindak sampai Jumat, 6 November 2026" in yuni.text
    assert "Perpanjang" not in yuni.open(f"/acting/{long_over}").text
    assert yuni.open(f"/acting/{long_over}/extend").answer.status_code == 404


def test_an_appointment_ends_early_with_its_reason_or_at_once(visit: Visit, parts: Parts) -> None:
    acting = acts(parts)
    yuni = visit(OFFICER).open(f"/acting/{acting}").follow("Akhiri lebih awal")
    yuni.send({"when": "day", "last": "30/11/2026", "reason": "Pejabat sudah kembali"})
    assert mistakes(yuni) == ["Isi hari terakhir, sebelum 30 November 2026."]
    yuni.send({"when": "day", "last": "4/11/2026", "reason": "Pejabat sudah kembali"})
    assert "Pejabat sudah kembali" in yuni.text
    assert rows(parts)[0].last == date(2026, 11, 4)
    assert banner(visit(SUPERIOR).open("/"))
    yuni.follow("Akhiri lebih awal").send({"when": "now", "reason": "Salah orang"})
    assert "Berakhir pada Minggu, 1 November 2026" in yuni.text
    assert not banner(visit(SUPERIOR).open("/"))
    assert changes(parts) == [(OFFICER, "ended"), (OFFICER, "ended")]
    assert yuni.open(f"/acting/{acting}/end").answer.status_code == 404


def test_one_that_has_not_begun_is_called_off(visit: Visit, parts: Parts) -> None:
    acting = acts(parts, first=date(2026, 12, 1), last=date(2026, 12, 31))
    yuni = visit(OFFICER).open("/acting")
    assert [heading.get_text() for heading in yuni.main.find_all("h2")] == ["Bertindak sekarang", "Akan datang"]
    yuni.open(f"/acting/{acting}/end").send({"when": "now", "reason": "SK dicabut"})
    assert "Dibatalkan sebelum mulai" in yuni.text
    assert "Sudah berakhir" in yuni.open("/acting").text
    assert checked(yuni, first="1/12/2026", last="5/12/2026").title.startswith("Periksa penunjukan")


# Who may


def test_nobody_enters_or_changes_their_own_appointment(visit: Visit, parts: Parts) -> None:
    assert visit(OFFICER).open(f"/acting/posts/{HEADS_POST}/{OFFICER}").answer.status_code == 404
    acting = acts(parts, OFFICER)
    yuni = visit(OFFICER).open(f"/acting/{acting}")
    assert "Perpanjang" not in yuni.text
    assert yuni.open(f"/acting/{acting}/extend").answer.status_code == 404
    token = yuni.open("/account/password").kept(yuni.form())["csrf_token"]
    sent = {"csrf_token": token, "_key": "k" * 20, "when": "now", "reason": "x"}
    assert yuni.client.post(f"/acting/{acting}/end", data=sent).status_code == 403
    assert "Perpanjang" in visit(VERIFIER).open(f"/acting/{acting}").text


def test_who_acts_for_the_officer_passes_nothing_on(visit: Visit, parts: Parts) -> None:
    acts(parts, OTHER_CHIEF, "DISKOMINFO-02")
    ani = visit(OTHER_CHIEF)
    assert banner(ani.open("/"))
    assert ani.open("/acting/posts").answer.status_code == 404
    assert "Tunjuk Plh. atau Plt." not in ani.open("/acting").text
    assert "Plh. dan Plt." not in ani.open("/").page.get_text()


def test_who_acts_and_who_holds_the_post_read_their_own_appointments_and_no_others(visit: Visit, parts: Parts) -> None:
    own, other = acts(parts), acts(parts, OTHER_CHIEF, CHIEFS_POST)
    for person, path in ((SUPERIOR, f"/acting/{own}"), (HEAD, f"/acting/{own}")):
        visitor = visit(person).open("/acting")
        shown = {str(link["href"]) for link in visitor.main.select(".cards a")}
        assert path in shown
        assert (f"/acting/{other}" in shown) is (person == SUPERIOR)  # whose own post it is
        assert "Perpanjang" not in visitor.open(path).text
        assert visitor.open(f"{path}/end").answer.status_code == 404
    wati = visit(WATI).open("/acting")
    assert "Di sini tertulis penunjukan Anda" in wati.text
    assert not wati.main.select(".cards")


@pytest.mark.parametrize("person", [SUPERIOR, FOREIGN_OFFICER])
def test_others_are_not_told_of_appointments_that_are_not_theirs(visit: Visit, parts: Parts, person: str) -> None:
    acting = acts(parts, OTHER_CHIEF)
    visitor = visit(person)
    paths = (f"/acting/{acting}", f"/acting/{acting}/extend", f"/acting/{acting}/end", POST, f"{POST}/check")
    assert [visitor.client.get(path).status_code for path in paths] == [404] * len(paths)
    token = visitor.open("/account/password").kept(visitor.form())["csrf_token"]
    for number, path in enumerate((POST, f"/acting/{acting}/extend", f"/acting/{acting}/end")):
        sent = {"csrf_token": token, "_key": f"{number}" * 20, **DECREE, "when": "now", "reason": "x"}
        assert visitor.client.post(path, data=sent).status_code == 404, path
    assert len(rows(parts)) == 1
    assert changes(parts) == []


def test_the_auditor_reads_and_bkpsdm_appoints_for_all_units(visit: Visit, parts: Parts) -> None:
    acting = acts(parts)
    auditor = visit(AUDITOR).open("/acting")
    assert "Karel Setiawan" in auditor.text
    assert "Tunjuk Plh." not in auditor.text
    assert "Perpanjang" not in auditor.open(f"/acting/{acting}").text
    assert auditor.open("/acting/posts").answer.status_code == 404
    dewi = visit(VERIFIER).open("/acting/posts?unit=SETDA")
    assert "Bupati Rakumpit" in dewi.text
    assert "Bupati Rakumpit" not in visit("P008").open("/acting/posts").text
    assert visit("P008").open("/acting/posts?unit=DISKOMINFO").answer.status_code == 404


def test_people_are_looked_for_without_a_name_in_the_address(visit: Visit) -> None:
    yuni = visit(OFFICER).open(f"/acting/posts/{CHIEFS_POST}")
    assert "orang lain. Cari dengan nama atau NIP" in yuni.text or len(yuni.main.select(".cards li")) <= 10
    dewi = visit(VERIFIER).open("/acting/posts/DISDIK-05")
    dewi.send({"who": "nurul"}, to="/acting/posts/DISDIK-05")
    assert [item.get_text() for item in dewi.main.select(".cards b")] == ["Nurul Suryadi"]
    assert dewi.answer.request.query_string == b""
    assert "Tidak ada yang cocok" in dewi.send({"who": "zzz"}, to="/acting/posts/DISDIK-05").text
