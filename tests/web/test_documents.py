"""Files in forms, as people meet them: uploaded, kept through mistakes, looked at before and after sending."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine import documents
from engine.db import Document
from engine.uploads import Upload
from tests import papers
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.visitor import Typed, Visitor, one
from web.application import LARGEST_ATTACHED
from web.db import Draft
from web.parts import Parts
from web.uploads import MOST_AT_ONCE
from web.worker import Worker

WATI, OFFICER, OUTSIDER, AUDITOR = "P097", "P092", "P045", "P012"
FORM = "/start/sick"
PAGE = "text/html"


@pytest.fixture
def parts(parts: Parts) -> Parts:
    """The process is live."""
    parts.database.command(
        lambda session: parts.engine.deploy(session, papers.sick_note(), by="P026", now=parts.clock(), state="live")
    )
    return parts


@pytest.fixture
def wati(parts: Parts, visit: Visit) -> Visitor:
    """Wati at the empty form."""
    return visit(WATI).open(f"{FORM}/all")


def pdf(name: str = "surat dokter.pdf", words: str = "Istirahat tiga hari") -> tuple[BytesIO, str]:
    return BytesIO(papers.pdf(words)), name


def photo(name: str = "kuitansi.jpg", colour: str = "#2b7a78") -> tuple[BytesIO, str]:
    return BytesIO(papers.photo(colour=colour)), name


def filled(visitor: Visitor, **values: Typed | Sequence[Typed]) -> Visitor:
    return visitor.send({"reason": "Demam", **values}, to=FORM)


def sent(wati: Visitor, **values: Typed | Sequence[Typed]) -> str:
    """The address of the request that Wati sends."""
    filled(wati, **{"letter": pdf(), **values})
    assert wati.title.startswith("Periksa isian"), wati.text
    wati.send()
    return wati.follow("Lihat permohonan").path


def kept_in(visitor: Visitor) -> list[str]:
    """The files that the form holds, in its words."""
    return [" ".join(label.get_text().split()) for label in visitor.main.select(".kept label")]


def mistakes(visitor: Visitor) -> list[str]:
    return [item.get_text() for item in visitor.main.select(".mistakes li")]


def links(visitor: Visitor) -> list[str]:
    return list(dict.fromkeys(str(a["href"]) for a in visitor.main.select(".files a")))


def rows(parts: Parts) -> list[Document]:
    with parts.database.reads() as session:
        return list(session.scalars(select(Document).order_by(Document.at, Document.name)))


def test_a_form_with_files_is_sent_in_parts_and_says_what_it_takes(wati: Visitor) -> None:
    form = wati.form(FORM)
    assert form["enctype"] == "multipart/form-data"
    control = one(wati.main, "#letter")
    assert (control["type"], control["accept"]) == ("file", "application/pdf,image/jpeg,image/png")
    assert not control.has_attr("multiple")
    assert one(wati.main, "#bills").has_attr("multiple")
    assert "PDF, JPG, PNG, paling besar 5 MB." in wati.text


def test_a_form_without_files_is_sent_as_before(parts: Parts, visit: Visit) -> None:
    assert not visit(WATI).open("/start/surat_keterangan/all").form("/start/surat_keterangan").has_attr("enctype")


def test_a_file_goes_with_the_request_from_the_form_to_the_record(wati: Visitor, parts: Parts, visit: Visit) -> None:
    filled(wati, letter=pdf(), bills=photo())
    assert re.search(r"Surat dokter surat dokter.pdf \(tab baru\) 1 kB", wati.text)
    request = wati.send().follow("Lihat permohonan").path
    assert {row.instance_id for row in rows(parts)} == {UUID(request.rpartition("/")[2])}
    officer = visit(OFFICER).open("/inbox").follow("check")
    for visitor in (wati, officer):
        assert "surat dokter.pdf" in visitor.text
        picture = one(visitor.main, ".files img")
        assert (picture["alt"], picture["loading"]) == ("kuitansi.jpg", "lazy")
        contents = [visitor.client.get(link).data for link in links(visitor)]
        assert contents == [papers.pdf("Istirahat tiga hari"), papers.photo()]


def test_uploaded_files_survive_a_mistake_in_another_field(wati: Visitor, parts: Parts) -> None:
    wati.send({"letter": pdf(), "bills": photo()}, to=FORM)
    assert wati.answer.status_code == 422
    assert mistakes(wati) == ["Isi alasan."]
    assert kept_in(wati) == ["Pakai surat dokter.pdf (1 kB)", "Pakai kuitansi.jpg (2 kB)"]
    opened = wati.client.get(str(one(wati.main, ".kept a")["href"]))
    assert opened.data == papers.pdf("Istirahat tiga hari")
    filled(wati)
    assert wati.title.startswith("Periksa isian")
    assert len(rows(parts)) == 2


def test_a_missing_file_is_asked_for_beside_its_control(wati: Visitor) -> None:
    filled(wati)
    assert mistakes(wati) == ["Lampirkan surat dokter."]
    assert one(wati.main, ".mistakes a")["href"] == "#letter"
    assert one(wati.main, "#letter")["aria-invalid"] == "true"
    assert one(wati.main, "#letter-error").get_text().strip().endswith("Lampirkan surat dokter.")


def test_a_file_that_is_not_taken_is_told_with_all_other_mistakes(wati: Visitor, parts: Parts) -> None:
    wati.send({"letter": (BytesIO(papers.HTML), "surat.pdf"), "bills": photo()}, to=FORM)
    assert mistakes(wati) == [
        "Isi alasan.",
        "“surat.pdf” bukan PDF, JPG, atau PNG. Cetak ke PDF atau ambil fotonya, lalu unggah hasilnya.",
    ]
    assert kept_in(wati) == ["Pakai kuitansi.jpg (2 kB)"]
    assert [row.name for row in rows(parts)] == ["kuitansi.jpg"]


def test_a_file_can_be_replaced_and_one_of_several_taken_away(wati: Visitor, parts: Parts) -> None:
    filled(wati, letter=pdf(), bills=photo())
    wati.open(f"{FORM}/all")
    assert kept_in(wati) == ["Pakai surat dokter.pdf (1 kB)", "Pakai kuitansi.jpg (2 kB)"]
    filled(wati, letter=pdf("surat baru.pdf", "Istirahat lima hari"), **{"bills[]": []})
    assert "surat baru.pdf" in wati.text
    assert "surat dokter.pdf" not in wati.text
    assert "Kuitansi Tidak diisi" in wati.text
    assert [row.name for row in rows(parts)] == ["surat baru.pdf"]


def test_several_files_of_a_question_add_up_over_several_tries(wati: Visitor) -> None:
    colours = ("#111111", "#222222", "#333333")
    first, second, third = (photo(f"{number}.jpg", colour) for number, colour in enumerate(colours))
    wati.send({"bills[]": [first, second]}, to=FORM)
    assert kept_in(wati) == ["Pakai 0.jpg (2 kB)", "Pakai 1.jpg (2 kB)"]
    kept = wati.kept(wati.form(FORM))["bills[]"]
    filled(wati, letter=pdf(), **{"bills[]": [*kept, third]})
    shown = [item.get_text(" ", strip=True).split(" ")[0] for item in wati.main.select(".files li")]
    assert shown == ["surat", "0.jpg", "1.jpg", "2.jpg"]


def test_a_file_in_a_row_of_a_list_goes_along(wati: Visitor, parts: Parts) -> None:
    request = sent(wati, **{"lines[1][scan]": photo("pindaian.png.jpg")})
    assert "pindaian.png.jpg" in wati.open(request).text
    assert all(row.instance_id for row in rows(parts))


def test_the_draft_keeps_files_and_a_fresh_start_throws_them_away(wati: Visitor, parts: Parts) -> None:
    filled(wati, letter=pdf())
    wati.open("/").open(f"{FORM}/all")
    assert kept_in(wati) == ["Pakai surat dokter.pdf (1 kB)"]
    wati.send(to="/start/sick/clear")
    assert kept_in(wati) == []
    assert rows(parts) == []


def test_a_step_of_a_task_takes_files_and_keeps_them_through_a_mistake(
    wati: Visitor, parts: Parts, visit: Visit
) -> None:
    request = sent(wati)
    officer = visit(OFFICER).open("/inbox").follow("check")
    officer.send({"proof": pdf("bukti.pdf", "Bukti")})
    assert officer.answer.status_code == 422
    assert kept_in(officer) == ["Pakai bukti.pdf (1 kB)"]
    officer.send({"outcome": "repair"})
    assert officer.path == request
    assert "bukti.pdf" in officer.text
    wati.open("/inbox").follow("ask")
    assert kept_in(wati) == ["Pakai surat dokter.pdf (1 kB)"]
    wati.send({"letter": pdf("surat baru.pdf", "Istirahat lima hari")})
    assert wati.path == request
    assert {row.name for row in rows(parts) if row.instance_id} == {"surat dokter.pdf", "bukti.pdf", "surat baru.pdf"}
    assert "surat baru.pdf" in wati.text


def test_a_question_takes_only_the_types_that_its_author_named(wati: Visitor, visit: Visit) -> None:
    sent(wati)
    officer = visit(OFFICER).open("/inbox").follow("check")
    assert one(officer.main, "#proof")["accept"] == "application/pdf"
    officer.send({"outcome": "complete", "proof": photo()})
    assert mistakes(officer) == ["Jenis berkas ini tidak diterima di sini. Unggah: PDF."]


def test_somebody_elses_document_cannot_be_sent_nor_seen_by_its_id(wati: Visitor, parts: Parts) -> None:
    upload = Upload("rahasia.pdf", "application/pdf", papers.pdf("Rahasia"))
    store = parts.database.command
    theirs = store(lambda s: documents.store(s, owner=OUTSIDER, upload=upload, now=parts.clock()))
    for strange in (str(theirs), str(uuid4()), "x", "../../etc/passwd"):
        filled(wati, letter=strange)
        assert mistakes(wati) == ["Unggah surat dokter sekali lagi."], strange
        assert "rahasia" not in wati.answer.get_data(as_text=True)
        assert kept_in(wati) == []
        wati.open(f"{FORM}/all")
    assert wati.client.get(f"/documents/{theirs}").status_code == 404
    assert [row.instance_id for row in rows(parts)] == [None]


def test_a_document_of_another_request_is_refused_even_to_its_owner(wati: Visitor) -> None:
    sent(wati)
    (link,) = links(wati)
    wati.open(f"{FORM}/all")
    filled(wati, letter=link.rpartition("/")[2])
    assert mistakes(wati) == ["Unggah surat dokter sekali lagi."]


def test_a_document_is_seen_by_whoever_sees_the_request_and_by_nobody_else(
    wati: Visitor, visit: Visit, stranger: Visitor
) -> None:
    sent(wati)
    (link,) = links(wati)
    for person, status in ((WATI, 200), (OFFICER, 200), (AUDITOR, 200), (OUTSIDER, 404), ("P026", 404), ("P094", 404)):
        assert visit(person).client.get(link).status_code == status, person
    assert stranger.open(link).path == "/sign-in"


def test_a_document_is_sent_so_that_nothing_in_it_runs(wati: Visitor, parts: Parts) -> None:
    sent(wati, letter=pdf("../sürat X-Evil: 1\u202e.pdf"), bills=photo("a;b'c.jpg"))
    for link in links(wati):
        answer = wati.client.get(link)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        framed_by = "'self'" if answer.mimetype == "application/pdf" else "'none'"
        assert f"frame-ancestors {framed_by}" in policy
        assert "script-src" not in policy
        assert ("sandbox" in policy) == (answer.mimetype != "application/pdf")
        assert answer.headers["Content-Disposition"].startswith("inline; filename")
    names = [wati.client.get(link).headers["Content-Disposition"] for link in links(wati)]
    assert "filename*=UTF-8''s%C3%BCrat%20X-Evil_%201.pdf" in names[0]
    assert names[1] == 'inline; filename="a;b\'c.jpg"'


def test_what_browsers_would_not_show_is_only_to_be_saved(wati: Visitor, parts: Parts) -> None:
    instance = UUID(sent(wati).rpartition("/")[2])
    about = {"instance": instance, "kind": "export", "name": "rekap.xlsx", "media_type": "application/vnd.ms-excel"}
    made = parts.database.command(
        lambda s: documents.add(s, content=b"PK", now=parts.clock(), **about)  # type: ignore[arg-type]  # as named
    )
    answer = wati.client.get(f"/documents/{made}")
    assert answer.headers["Content-Disposition"] == "attachment; filename=rekap.xlsx"
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("what", papers.BAD)
def test_no_bad_file_is_kept(wati: Visitor, parts: Parts, what: str) -> None:
    name, content, why = papers.BAD[what]
    filled(wati, letter=(BytesIO(content), name))
    assert wati.answer.status_code == 422
    assert any(why in mistake for mistake in mistakes(wati)), mistakes(wati)
    assert rows(parts) == []


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("name", [name for name in papers.NAMES if name])
def test_a_name_is_harmless_on_every_page(wati: Visitor, parts: Parts, name: str) -> None:
    content = papers.pdf("Istirahat tiga hari")
    crude = name.replace("\x00", "").replace("\r\n", "")  # neither ends a line of the envelope
    filled(wati, letter=(BytesIO(content), crude))
    (row,) = rows(parts)
    assert row.name.endswith(".pdf")
    assert not re.search(r'[<>:"|?*/\\\x00-\x1f\u200b\u202a-\u202e\u2066-\u2069]', row.name)
    assert not wati.main.select("img, script, svg")
    assert row.name in wati.main.get_text()


def test_a_file_that_is_too_large_leaves_what_was_typed(wati: Visitor) -> None:
    filled(wati, letter=(BytesIO(papers.photo() + bytes(9_000_000)), "foto.jpg"))
    assert "lebih besar dari 5 MB" in mistakes(wati)[0]
    assert one(wati.main, "#reason")["value"] == "Demam"


def test_a_form_that_is_larger_than_three_files_is_refused_before_it_is_read(wati: Visitor) -> None:
    filled(wati, letter=(BytesIO(bytes(LARGEST_ATTACHED)), "foto.jpg"))
    assert wati.answer.status_code == 413


def test_a_stranger_has_no_room_for_files(app: Flask, parts: Parts) -> None:
    body = {"letter": (BytesIO(bytes(1_000_000)), "foto.jpg")}
    answer = app.test_client().post(FORM, data=body)
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 413


def test_only_so_many_files_are_looked_at_in_one_go(wati: Visitor, parts: Parts) -> None:
    many = [pdf(f"{number}.pdf", f"Kuitansi {number}") for number in range(MOST_AT_ONCE + 1)]
    filled(wati, **{"bills[]": many})
    assert f"Unggah paling banyak {MOST_AT_ONCE} berkas sekaligus." in mistakes(wati)
    assert len(rows(parts)) == MOST_AT_ONCE


def test_files_under_names_that_the_form_does_not_know_are_not_kept(wati: Visitor, parts: Parts) -> None:
    filled(wati, letter=pdf(), other=photo(), **{"lines[0][other]": photo(), "reason[]": photo()})
    assert wati.title.startswith("Periksa isian")
    assert [row.name for row in rows(parts)] == ["surat dokter.pdf"]


def test_two_files_for_one_place_leave_the_last(wati: Visitor) -> None:
    filled(wati, letter=[pdf("satu.pdf", "Satu"), pdf("dua.pdf", "Dua")])
    assert "dua.pdf" in wati.text
    assert "satu.pdf" not in wati.text


def test_too_many_that_wait_are_refused_beside_the_control(wati: Visitor, parts: Parts) -> None:
    for number in range(documents.MOST_UNSENT):
        upload = Upload(f"{number}.png", "image/png", str(number).encode())
        parts.database.command(lambda s, one=upload: documents.store(s, owner=WATI, upload=one, now=parts.clock()))
    filled(wati, letter=pdf())
    assert "Terlalu banyak berkas Anda belum terkirim" in mistakes(wati)[0]


def test_sending_the_same_form_twice_keeps_one_file_and_one_request(wati: Visitor, parts: Parts) -> None:
    form = wati.form(FORM)
    body = {**wati.kept(form), "reason": "Demam"}

    def post(_number: int) -> TestResponse:
        client = wati.client.application.test_client()
        client.set_cookie("alur", wati.client.get_cookie("alur").value)  # type: ignore[union-attr]  # it is there
        return client.post(FORM, data={**body, "letter": pdf()})

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(post, range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(rows(parts)) == 1
    wati.open(answers[0].headers["Location"]).send()
    assert wati.path.endswith("/sent")


def test_what_is_never_sent_is_forgotten_by_the_worker(wati: Visitor, parts: Parts, clock: Clock) -> None:
    wati.send({"letter": pdf()}, to=FORM)
    request = sent(wati.open(f"{FORM}/all"), letter=pdf("lain.pdf", "Lain"))
    assert len(rows(parts)) == 2
    clock.forward(days=documents.KEPT.days, minutes=1)
    Worker(parts).pass_once()
    assert [row.name for row in rows(parts)] == ["lain.pdf"]
    assert "lain.pdf" in revisit(wati, parts, request).text


def test_a_draft_that_is_looked_at_again_keeps_its_files_as_long_as_itself(
    wati: Visitor, parts: Parts, clock: Clock
) -> None:
    filled(wati, letter=pdf())
    clock.forward(days=25)
    with parts.database.reads() as session:
        assert session.scalar(select(func.count()).select_from(Draft)) == 1
    filled(revisit(wati, parts), reason="Demam tinggi")
    clock.forward(days=25)
    Worker(parts).pass_once()
    assert len(rows(parts)) == 1


def revisit(visitor: Visitor, parts: Parts, path: str = f"{FORM}/all") -> Visitor:
    """The same person signed in anew: a session does not last that long."""
    from web import sessions

    token = "t" * 43
    parts.database.command(lambda s: sessions.open_for(s, WATI, sessions.hash_of(token), parts.clock()))
    visitor.client.set_cookie("alur", token)
    return visitor.open(path)


def test_no_log_line_names_a_file(wati: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    sent(wati, letter=pdf("diagnosa-rahasia.pdf"))
    filled(wati.open(f"{FORM}/all"), letter=(BytesIO(papers.HTML), "diagnosa-rahasia.html"))
    assert "diagnosa" not in caplog.text


@pytest.fixture
def program(app: Flask, parts: Parts, token_of: Callable[[str], str]) -> Callable[[str], dict[str, str]]:
    """The headers of somebody's program."""
    return lambda person: {"Authorization": f"Bearer {token_of(person)}"}


def test_a_program_uploads_a_document_names_it_in_an_answer_and_reads_it(
    app: Flask, parts: Parts, program: Callable[[str], dict[str, str]]
) -> None:
    client, mine, content = app.test_client(), program(WATI), papers.pdf("Program")
    made = client.post("/api/v1/documents", data={"file": (BytesIO(content), "a/../surat.PDF")}, headers=mine)
    assert made.status_code == 201
    document = made.get_json()
    assert document == {
        "id": document["id"],
        "name": "surat.pdf",
        "media_type": "application/pdf",
        "size": len(content),
        "digest": hashlib.sha256(content).hexdigest(),
    }
    link = made.headers["Location"]
    assert client.get(link, headers=program(OFFICER)).status_code == 404
    answers = {"reason": "Demam", "letter": document["id"]}
    started = client.post("/api/v1/processes/sick/instances", json={"answers": answers}, headers=mine)
    assert started.status_code == 201, started.get_json()
    for person in (WATI, OFFICER):
        answer = client.get(link, headers=program(person))
        assert (answer.data, answer.mimetype) == (content, "application/pdf")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(link, headers=program(OUTSIDER)).status_code == 404
    again = client.post("/api/v1/processes/sick/instances", json={"answers": answers}, headers=mine)
    assert again.get_json()["errors"] == {"letter": ["Unggah surat dokter sekali lagi."]}
    shown = client.get(f"/api/v1/instances/{started.get_json()['id']}", headers=mine).get_json()
    assert {"label": "Surat dokter", "value": "surat.pdf"} in shown["timeline"][0]["answers"]


def test_a_program_is_told_what_is_wrong_with_a_file(
    app: Flask, program: Callable[[str], dict[str, str]], parts: Parts
) -> None:
    client, headers = app.test_client(), {**program(WATI), "Accept-Language": "en"}

    def refused(**data: object) -> TestResponse:
        answer = client.post("/api/v1/documents", data=data, headers=headers, content_type="multipart/form-data")
        answer.request.environ["wsgi.input"].close()
        return answer

    bad = refused(file=(BytesIO(papers.SVG), "a.svg"))
    assert bad.status_code == 422
    assert bad.get_json()["errors"]["file"] == [
        "“a.svg” is not a PDF, JPG or PNG. Print it to PDF or take a photo of it, and upload that."
    ]
    assert refused().get_json()["errors"] == {"file": ["Choose a file."]}
    assert refused(file="text").status_code == 422
    assert refused(file=(BytesIO(bytes(LARGEST_ATTACHED)), "a.jpg")).status_code == 413
    assert client.post("/api/v1/documents", data=b"%PDF-", headers=headers).status_code == 415
    assert rows(parts) == []


@pytest.fixture(autouse=True)
def no_file_left(parts: Parts) -> Iterator[None]:
    """Whatever a test does, no document without content or with another digest is left behind."""
    yield
    with parts.database.reads() as session:
        for row in session.scalars(select(Document)):
            assert row.content is not None
            assert hashlib.sha256(row.content).digest() == row.digest
