"""“Data saya”: what the office knows of somebody, and how they ask for it to be changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Document, Instance, Task
from tests import papers
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.test_unsent import enters
from tests.web.visitor import Typed, Visitor
from web import drafts
from web.db import Draft
from web.parts import Parts
from workflows.record import rows
from workflows.record.histories import HISTORIES
from workflows.record.model import ProposedChange, RecordConfirmed, RecordView

WATI, OFFICER, OUTSIDER, VERIFIER, APPROVER = "P097", "P092", "P045", "P029", "P027"
COURSE = {
    "name": "Pelatihan arsip",
    "organiser": "BKPSDM",
    "hours": "20",
    "certificate": "800/1/2026",
    "first": "5/10/2026",
    "last": "7 Okt 2026",
}


@pytest.fixture
def kind() -> str:
    """The pages are the same on both kinds of database."""
    return "sqlite"


def scan(name: str = "bukti.pdf", words: str = "Sertifikat") -> tuple[BytesIO, str]:
    return BytesIO(papers.pdf(words)), name


def change(visitor: Visitor, history: str, label: str, **values: Typed | Sequence[Typed]) -> Visitor:
    """Open the page of a field from the page of its history, and answer."""
    visitor.open(f"/data/{history}")
    link = next(a for a in visitor.main.select("dd.act a") if label in a.get_text())
    return visitor.open(str(link["href"])).send(values)


def add_course(visitor: Visitor, **values: str) -> Visitor:
    return visitor.open("/data/training").follow("Tambah").send(COURSE | values)


def asked(parts: Parts) -> list[tuple[str, str, str]]:
    """What the newest request asks for."""
    with parts.database.reads() as session:
        newest = select(Instance.id).order_by(Instance.started_at.desc()).limit(1).scalar_subquery()
        wanted = select(ProposedChange).where(ProposedChange.instance_id == newest).order_by(ProposedChange.number)
        return [(each.history, each.action, each.field) for each in session.scalars(wanted)]


def value(parts: Parts, history: str, field: str, person: str = WATI) -> str:
    with parts.database.reads() as session:
        return rows.record(session, person).value(history, field)


# Reading.


def test_everything_that_is_known_of_somebody_is_on_one_page(visit: Visit) -> None:
    wati = visit(WATI).open("/")
    wati.open("/data")
    assert wati.main.h1 is not None
    assert wati.main.h1.text == "Data saya"
    titles = [str(link.text) for link in wati.main.select(".cards.data > li > a")]
    assert sorted(titles) == sorted(history.title.id for history in HISTORIES.values())
    assert "Universitas Contoh" in wati.text
    assert "Belum ada yang tercatat." in wati.text  # of what there is nothing


def test_each_history_says_all_of_its_rows_and_where_they_come_from(visit: Visit, parts: Parts) -> None:
    wati = visit(WATI)
    with parts.database.reads() as session:
        record = rows.record(session, WATI)
    for key, history in HISTORIES.items():
        wati.open(f"/data/{key}")
        assert wati.answer.status_code == 200
        labels = [label.text for label in wati.main.select("dl.rows dt")]
        shown = max(len(record.rows(key)), int(history.single))
        assert labels == [field.label.id for field in history.fields] * shown
        assert wati.text.count("Terakhir diubah") == len(record.rows(key))


def test_a_history_that_there_is_not_is_not_found(visit: Visit) -> None:
    assert visit(WATI).open("/data/salary").answer.status_code == 404


def test_what_only_an_officer_or_bkn_changes_offers_no_change(visit: Visit) -> None:
    wati = visit(WATI).open("/data/discipline")
    assert "Tambah" not in wati.text
    wati.open("/data/personal")
    assert "NIP" in wati.text
    assert "Ubah NIP" not in wati.text


def test_who_finds_a_history_right_says_so_once_and_until_it_changes(visit: Visit, parts: Parts) -> None:
    wati = visit(WATI).open("/data/education").send(to="/right")
    assert "Tercatat: data ini sudah sesuai." in wati.text
    assert "Anda menyatakan data ini sesuai pada Senin, 2 November 2026." in wati.text
    assert not wati.main.select("form[action$=right]")
    assert "Anda nyatakan sesuai pada 2 Nov 2026" in wati.open("/data").text
    with parts.database.reads() as session:
        assert [each.history for each in session.scalars(select(RecordConfirmed))] == ["education"]


def test_nobody_confirms_what_has_changed_since_they_looked(visit: Visit) -> None:
    wati = visit(WATI).open("/data/education").send({"digest": "0" * 64}, to="/right")
    assert wati.answer.status_code == 409
    assert "Lihat sekali lagi" in wati.text


# Collecting.


def test_one_field_is_asked_on_one_page_and_a_tight_group_on_another(visit: Visit) -> None:
    wati = visit(WATI)
    for history, label, count in (("contact", "Nomor HP", 1), ("personal", "Gelar depan", 3), ("bank", "Nama bank", 3)):
        wati.open(f"/data/{history}")
        link = next(a for a in wati.main.select("dd.act a") if label in a.get_text())
        wati.open(str(link["href"]))
        assert len(wati.main.select("form .field")) == count
        assert len(wati.main.select("form button[type=submit]")) == 1
        assert len(wati.page.select("h1")) == 1


def test_a_change_is_shown_beside_what_there_is_before_it_is_sent(visit: Visit, parts: Parts) -> None:
    wati = change(visit(WATI), "contact", "Nomor HP", phone="0813-1111 2222")
    assert wati.path == "/data/check"
    assert [part.text for part in wati.main.select(".compared dd")] == [
        "+62 812 5550 097",
        "+62 813 1111 2222",
    ]
    assert "Anda sendiri, dengan kode sekali pakai" in wati.text
    assert value(parts, "contact", "phone") == "+628125550097"


def test_ux_12_a_mistake_is_said_with_its_field_and_what_was_typed_stays(visit: Visit) -> None:
    wati = add_course(visit(WATI), hours="banyak", last="31/2/2026")
    assert wati.answer.status_code == 422
    assert wati.title.startswith("Kesalahan: ")
    links = [link.text for link in wati.main.select(".mistakes li a")]
    assert [words.split(":")[0] for words in links] == ["Jumlah jam pelajaran (JP)", "Tanggal selesai"]
    for link in wati.main.select(".mistakes li a"):
        assert wati.main.select_one(str(link["href"])) is not None
    assert wati.kept(wati.form())["name"] == "Pelatihan arsip"
    assert wati.kept(wati.form())["hours"] == "banyak"


def test_a_row_that_contradicts_itself_is_not_taken(visit: Visit) -> None:
    wati = add_course(visit(WATI), first="9/10/2026")
    assert wati.answer.status_code == 422
    assert wati.main.select(".mistakes li a[href='#last'], .mistakes li a[href='#first']")


def test_nothing_changed_is_no_change(visit: Visit) -> None:
    wati = change(visit(WATI), "contact", "Nomor HP")
    assert wati.answer.status_code == 422
    assert "Ubah sedikitnya satu isian, atau kembali." in wati.text


def test_typing_the_old_value_again_takes_the_change_back(visit: Visit) -> None:
    wati = change(visit(WATI), "contact", "Nomor HP", phone="081311112222")
    wati = change(wati, "contact", "Nomor HP", phone="08125550097")
    assert wati.path == "/data"
    assert "belum terkirim" not in wati.text


def test_what_was_collected_waits_on_the_server_and_the_first_page_leads_there(visit: Visit) -> None:
    change(visit(WATI), "contact", "Nomor HP", phone="081311112222")
    again = visit(WATI).open("/")
    again.follow("Lanjutkan isian")
    assert "1 perubahan belum terkirim." in again.text
    assert "Belum terkirim: +62 813 1111 2222" in again.open("/data/contact").text
    assert again.follow("Periksa dan kirim").path == "/data/check"
    link = next(a for a in again.main.select(".plain-list a") if "Ubah" in a.text)
    assert again.open(str(link["href"])).kept(again.form())["phone"] == "+6281311112222"


def test_an_item_is_taken_out_and_all_is_thrown_away(visit: Visit, parts: Parts) -> None:
    wati = change(visit(WATI), "contact", "Nomor HP", phone="081311112222")
    wati = change(wati, "contact", "Email pribadi", email="wati@contoh.com")
    assert len(wati.main.select("form[action*=drop]")) == 2
    first = wati.main.select("form[action*=drop]")[0]
    wati.send({"item": str(wati.kept(first)["item"])}, to=wati.target(first))
    assert "+62 813" not in wati.text
    assert "wati@contoh.com" in wati.text
    wati.send(to=wati.target(wati.main.select("form[action*=clear]")[0]))
    assert wati.path == "/data"
    with parts.database.reads() as session:
        assert [drafts.values_of(draft) for draft in session.scalars(select(Draft))] == [{}]


def test_proof_is_asked_for_once_by_what_the_table_wants(visit: Visit, parts: Parts) -> None:
    wati = add_course(visit(WATI))
    assert wati.path == "/data/evidence"
    assert [label.text.strip() for label in wati.main.select("form .field > label")] == ["Sertifikat"]
    wati.send()
    assert wati.answer.status_code == 422
    assert "Unggah Sertifikat." in wati.text
    wati.send({"certificate[]": scan()})
    assert wati.path == "/data/check"
    assert "bukti.pdf" in wati.text
    wati = add_course(wati, name="Pelatihan tata naskah", certificate="800/2/2026")
    assert wati.path == "/data/check"  # the same kind is there already
    with parts.database.reads() as session:
        assert session.scalars(select(Document.instance_id)).all() == [None]


def test_where_one_of_several_documents_will_do_that_is_said_after_those_that_are_needed_for_sure(visit: Visit) -> None:
    wati = change(visit(WATI), "personal", "Status kawin", marital="divorced")
    asked = [each.text.strip() for each in wati.main.select("form h2, form h3, form legend, form .field > label")]
    assert asked[-3:] == ["Cukup salah satu dari ini", "KTP", "Kartu keluarga (KK)"]
    assert "Akta cerai" in asked[:-3]


def test_nobody_proves_anything_by_the_document_of_somebody_else(visit: Visit, parts: Parts) -> None:
    add_course(visit(OFFICER)).send({"certificate[]": scan()})
    with parts.database.reads() as session:
        foreign = str(session.scalars(select(Document.id)).one())
    wati = add_course(visit(WATI)).send({"certificate[]": foreign})
    assert wati.answer.status_code == 422
    assert "Unggah Sertifikat." in wati.text


def test_what_was_typed_while_the_session_ran_out_stands_in_its_page_again(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    wati = visit(WATI).open("/data/training").follow("Tambah")
    page = wati.path
    clock.forward(hours=2, minutes=1)
    wati.send(COURSE)
    assert wati.path == "/sign-in"
    enters(wati, WATI, parts)
    assert wati.path == page
    assert wati.kept(wati.form())["organiser"] == "BKPSDM"
    assert wati.send().path == "/data/evidence"


def test_a_file_that_is_none_is_refused_and_the_rest_stays(visit: Visit) -> None:
    wati = add_course(visit(WATI))
    wati.send({"certificate[]": (BytesIO(b"MZ not a scan"), "sertifikat.pdf")})
    assert wati.answer.status_code == 422
    assert wati.main.select(".mistakes li a[href='#certificate']")


def test_a_photo_is_a_value_and_comes_along_as_a_document(visit: Visit, parts: Parts) -> None:
    wati = change(visit(WATI), "photo", "Foto profil", profile=(BytesIO(papers.photo()), "saya.jpg"))
    assert wati.path == "/data/check"
    assert wati.main.select("img.face")
    wati.send(to=wati.target(wati.main.select("form[action*=check]")[-1]))
    assert asked(parts) == [("photo", "change", "profile")]
    with parts.database.reads() as session:
        assert session.scalars(select(Document.instance_id)).one() is not None


def test_nobody_uses_the_photo_of_somebody_else(visit: Visit, parts: Parts) -> None:
    change(visit(OFFICER), "photo", "Foto profil", profile=(BytesIO(papers.photo()), "saya.jpg"))
    with parts.database.reads() as session:
        foreign = str(session.scalars(select(Document.id)).one())
    wati = change(visit(WATI), "photo", "Foto profil", profile=foreign)
    assert wati.answer.status_code == 422
    assert "unggah foto ini sekali lagi" in wati.text.casefold()


def test_that_a_row_goes_is_asked_for_with_all_that_it_says(visit: Visit, parts: Parts) -> None:
    wati = visit(WATI).open("/data/training").follow("Hapus dari data")
    assert "Pelatihan Pelayanan Publik" in wati.text
    wati.send()
    assert wati.path in {"/data/check", "/data/evidence"}
    wati.open("/data/check")
    assert "Dihapus" in wati.text


# Sending.


def test_several_changes_are_sent_as_one_request(visit: Visit, parts: Parts, clock: Clock) -> None:
    wati = add_course(visit(WATI)).send({"certificate[]": scan()})
    wati = add_course(wati, name="Pelatihan tata naskah", certificate="800/2/2026")
    wati.open("/data/note").send({"note": "Dua pelatihan."})
    assert "Dua pelatihan." in wati.text
    assert "Petugas kepegawaian unit" in wati.text
    wati.send(to=wati.target(wati.main.select("form[action*=check]")[-1]))
    assert wati.path.endswith("/sent")
    assert asked(parts) == [("training", "add", ""), ("training", "add", "")]
    wati.open("/data")
    assert "Permohonan yang sedang berjalan" in wati.text
    assert "belum terkirim" not in wati.text
    assert "Sedang diproses: DATA-" in wati.open("/data/training").text


def test_what_several_changes_affect_is_said_of_each_by_its_name(visit: Visit) -> None:
    wati = visit(WATI).open("/data/child").follow("Hapus dari data").send()
    values = {"name": "Sari", "birth_date": "2/9/2026", "certificate": "AL-3"}
    choices = {"sex": "P", "relation": "own", "allowance": "yes"}
    wati.open("/data/child").follow("Tambah").send(values | choices)
    wati.open("/data/check")
    follows = str(wati.main.select("section[aria-labelledby=follows]")[0].get_text(" ", strip=True))
    assert follows.index("Tunjangan untuk anak ini berhenti.") < follows.index("Anak: Sari")
    assert follows.index("Anak: Sari") < follows.index("Tunjangan anak 2% dari gaji pokok.")


def test_ux_02_who_goes_back_after_sending_is_told_so_and_sends_nothing_again(visit: Visit, parts: Parts) -> None:
    wati = add_course(visit(WATI)).send({"certificate[]": scan()})
    check = wati.answer.request.full_path
    form = wati.main.select("form[action*=check]")[-1]
    body = wati.kept(form)
    wati.send(to=wati.target(form))
    wati.open(check)
    assert wati.path.startswith("/requests/")
    assert "sudah terkirim" in wati.text
    wati.client.post(wati.target(form), data={**body, "_key": "another-key-that-is-new"})
    with parts.database.reads() as session:
        assert len(session.scalars(select(Instance.id).where(Instance.process == "data_update")).all()) == 1


def test_what_is_decided_in_another_way_is_sent_after_the_first(visit: Visit, parts: Parts) -> None:
    wati = change(visit(WATI), "contact", "Nomor HP", phone="081311112222")
    wati = add_course(wati).send({"certificate[]": scan()})
    assert "Dikirim sesudah ini" in wati.text
    wati.send(to=wati.target(wati.main.select("form[action*='check?']")[-1]))
    assert asked(parts) == [("contact", "change", "phone")]
    wati.open("/data").follow("Periksa dan kirim")
    assert "Dikirim sesudah ini" not in wati.text
    assert "bukti.pdf" in wati.text


def test_what_one_confirms_oneself_leads_to_the_code_at_once(visit: Visit, parts: Parts) -> None:
    wati = change(visit(WATI), "contact", "Nomor HP", phone="081311112222")
    assert "Anda belum punya alamat untuk menerima kode." in wati.text  # said before, not after
    assert wati.main.select("a[href='/account/addresses']")
    wati.send(to=wati.target(wati.main.select("form[action*='check?']")[-1]))
    assert wati.path.startswith("/tasks/")
    assert "kode" in wati.text.casefold()


def test_what_another_tab_has_changed_is_looked_at_once_more_before_it_is_sent(visit: Visit) -> None:
    one_tab = change(visit(WATI), "contact", "Nomor HP", phone="081311112222")
    form = one_tab.main.select("form[action*=check]")[-1]
    change(visit(WATI), "contact", "Email pribadi", email="wati@contoh.com")
    one_tab.send(to=one_tab.target(form))
    assert one_tab.answer.status_code == 409
    one_tab.follow("Buka lagi halaman itu")
    assert one_tab.path == "/data/check"
    assert "wati@contoh.com" in one_tab.text


def test_a_row_that_a_request_is_about_cannot_be_changed_meanwhile(visit: Visit) -> None:
    wati = change(visit(WATI), "contact", "Nomor HP", phone="081311112222")
    wati.send(to=wati.target(wati.main.select("form[action*=check]")[-1]))
    wati.open("/data/contact")
    assert "Sampai selesai, bagian ini tidak dapat diubah lagi." in wati.text
    assert not wati.main.select("dd.act a")


# Mending and undoing.


def decide(parts: Parts, *verdicts: str, reason: str = "Sertifikat tidak terbaca.") -> None:
    """Whoever holds the task of the newest request says this of each of its changes."""
    with parts.database.reads() as session:
        task = session.scalars(select(Task).where(Task.state == "open").order_by(Task.created_at.desc()).limit(1)).one()
    found = [{"number": n, "verdict": v, "reason": None if v == "ok" else reason} for n, v in enumerate(verdicts)]

    def work(session: Session) -> None:
        holder = parts.people.people_of(session, task.principal, parts.clock())[0]
        me = parts.people.actor(session, holder, parts.clock())
        parts.engine.decide(session, task.id, me, {"decisions": found}, now=parts.clock())

    parts.database.command(work)


def sent_courses(visit: Visit) -> Visitor:
    """Two courses, sent in one request."""
    wati = add_course(visit(WATI)).send({"certificate[]": scan()})
    wati = add_course(wati, name="Pelatihan tata naskah", certificate="800/2/2026")
    return wati.send(to=wati.target(wati.main.select("form[action*=check]")[-1]))


def test_what_is_returned_is_mended_on_the_same_pages_with_the_reasons_beside(visit: Visit, parts: Parts) -> None:
    sent_courses(visit)
    decide(parts, "ok", "repair", reason="Nama diklat tidak sama dengan sertifikat.")
    wati = visit(WATI).open("/inbox").follow("Ajukan perubahan data")
    assert wati.path == "/data/check"
    assert "Anda memperbaiki permohonan DATA-" in wati.text
    items = [item.get_text(" ", strip=True) for item in wati.main.select(".plain-list > li")]
    assert "Memenuhi syarat" in items[0]
    assert "Nama diklat tidak sama dengan sertifikat." in items[1]
    wati.open(str(wati.main.select(".plain-list > li")[1].select("a")[0]["href"]))
    assert "Nama diklat tidak sama dengan sertifikat." in wati.text
    assert wati.kept(wati.form())["name"] == "Pelatihan tata naskah"
    wati.send({"name": "Pelatihan tata naskah dinas"})
    assert wati.path == "/data/check"
    wati.send(to=wati.target(wati.main.select("form[action*='check?']")[-1]))
    assert "Perbaikan terkirim." in wati.text
    decide(parts, "ok", "ok")
    with parts.database.reads() as session:
        names = {row.name for row in rows.record(session, WATI).rows("training")}
    assert {"Pelatihan arsip", "Pelatihan tata naskah dinas"} < names
    assert "disetujui" in visit(WATI).open("/requests").text.casefold()


def test_an_item_of_a_returned_request_can_be_left_out(visit: Visit, parts: Parts) -> None:
    sent_courses(visit)
    decide(parts, "ok", "repair")
    wati = visit(WATI).open("/inbox").follow("Ajukan perubahan data")
    second = wati.main.select("form[action*=drop]")[1]
    wati.send({"item": str(wati.kept(second)["item"])}, to=wati.target(second))
    wati.send(to=wati.target(wati.main.select("form[action*='check?']")[-1]))
    assert asked(parts) == [("training", "add", "")]


def test_a_returned_request_is_nobody_elses_to_mend(visit: Visit, parts: Parts) -> None:
    sent_courses(visit)
    decide(parts, "ok", "repair")
    check = visit(WATI).open("/inbox").follow("Ajukan perubahan data").answer.request.full_path
    assert visit(OUTSIDER).open(check).answer.status_code == 404


def test_what_was_refused_is_asked_for_again_with_the_same_values_and_fresh_proof(visit: Visit, parts: Parts) -> None:
    sent_courses(visit)
    decide(parts, "refuse", "refuse")
    wati = visit(WATI).open("/requests")
    wati.open(str(wati.main.select("tbody a")[0]["href"])).send(to="/again")
    assert wati.path == "/data/check"
    assert "Pelatihan tata naskah" in wati.text
    assert "Unggah Sertifikat." in wati.text
    assert not wati.main.select("form[action*='check?']")


def test_the_last_change_is_taken_back_by_another_request(visit: Visit, parts: Parts) -> None:
    sent_courses(visit)
    decide(parts, "ok", "ok")
    wati = visit(WATI).open("/data/training")
    assert f"oleh {parts_name(parts, OFFICER)}, permohonan DATA-" in wati.text
    wati.send(to=wati.target(wati.main.select("form[action$=back]")[0]))
    wati.open("/data/check")
    assert "Dihapus" in wati.text
    assert "Pelatihan" in wati.text


def test_a_field_goes_back_to_what_it_was(visit: Visit, parts: Parts) -> None:
    wati = visit(WATI).open("/data/training")
    wati.open(str(next(a for a in wati.main.select(".buttons a") if "Ubah" in a.text)["href"])).send({"hours": "40"})
    wati.send({"certificate[]": scan()})
    wati.send(to=wati.target(wati.main.select("form[action*='check?']")[-1]))
    decide(parts, "ok")
    wati.open("/data/training")
    assert "Jumlah jam pelajaran (JP): 32 → 40" in wati.text
    wati.send(to=wati.target(wati.main.select("form[action$=back]")[0]))
    wati.open("/data/check")
    assert [part.text for part in wati.main.select(".compared dd")] == ["40", "32"]


def parts_name(parts: Parts, person: str) -> str:
    with parts.database.reads() as session:
        return parts.people.name(session, person)


# For a colleague.


def chosen(visit: Visit) -> Visitor:
    officer = visit(OFFICER).open("/data").follow("Masukkan untuk pegawai lain")
    officer.send({"who": "Wati"}, to="/colleague")
    return officer.send(to="/choose")


def test_an_officer_enters_a_change_for_a_colleague_whose_sensitive_data_stay_covered(
    visit: Visit, parts: Parts
) -> None:
    officer = chosen(visit)
    assert officer.main.h1 is not None
    assert officer.main.h1.text == "Data Wati Pratama"
    assert "2 tercatat" in officer.text
    assert "Palangka Raya" not in officer.text  # nothing of it is shown before it is looked for
    officer.follow("Nomor identitas")
    assert "629901******0097" in officer.text
    link = next(a for a in officer.main.select("dd.act a") if "NIK" in a.get_text())
    officer.open(str(link["href"]))
    assert officer.kept(officer.form())["nik"] == ""
    assert "Kosongkan bila tidak berubah." in officer.text
    officer.follow("Kembali").follow("Semua data").follow("Diklat").follow("Tambah").send(COURSE)
    officer.send({"certificate[]": scan()})
    assert "Pemohon Wati Pratama" in officer.text
    officer.send(to=officer.target(officer.main.select("form[action*=check]")[-1]))
    assert asked(parts) == [("training", "add", "")]
    with parts.database.reads() as session:
        last = session.scalars(select(Instance).order_by(Instance.started_at.desc()).limit(1)).one()
        assert (last.subject, last.starter) == (WATI, OFFICER)


def test_what_only_an_officer_may_ask_for_is_asked_for_on_the_same_pages(visit: Visit, parts: Parts) -> None:
    officer = chosen(visit).follow("Hukuman disiplin").follow("Tambah")
    measure = {"measure": "Teguran tertulis", "severity": "light", "decree": "800/9/2026", "decree_on": "1/10/2026"}
    officer.send({**measure, "since": "1/10/2026"})
    assert officer.path == "/data/evidence"
    kind = str(officer.main.select("input[type=file]")[0]["name"])
    officer.send({kind: scan()})
    officer.send(to=officer.target(officer.main.select("form[action*='check?']")[-1]))
    assert asked(parts) == [("discipline", "add", "")]


def test_what_an_officer_sees_of_a_colleague_is_written_down(visit: Visit, parts: Parts) -> None:
    chosen(visit).follow("Kontak")
    with parts.database.reads() as session:
        seen = session.scalars(select(RecordView)).all()
    assert {(each.person, each.viewer, each.what) for each in seen} == {(WATI, OFFICER, "contact")}


def test_nobody_opens_the_draft_of_somebody_else(visit: Visit) -> None:
    address = re.search(r"draft=[0-9a-f-]+", chosen(visit).answer.request.full_path)
    assert address is not None
    for path in ("/data", "/data/contact", "/data/check", "/data/training/add"):
        assert visit(OUTSIDER).open(f"{path}?{address[0]}").answer.status_code == 404


def test_nobody_changes_a_row_of_somebody_else(visit: Visit) -> None:
    own = visit(WATI).open("/data/training")
    change_page = str(next(a for a in own.main.select(".buttons a") if "Ubah" in a.text)["href"])
    assert visit(OUTSIDER).open(change_page).answer.status_code == 404
    assert visit(OUTSIDER).open(change_page.replace("/change/name", "/remove")).answer.status_code == 404
