"""Process owners and keepers: a package is checked, kept as a draft, made live; incidents are tried again."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.db import Incident, Instance
from engine.package import Package
from tests.web.conftest import Visit
from tests.web.test_leave_pages import asked
from tests.web.visitor import Visitor, one
from web.parts import Parts
from workflows import packages

OWNER = "P026"


@pytest.fixture
def kind() -> str:
    """One kind of database is enough here; what differs between them is tested where it differs."""
    return "sqlite"


def changed_package() -> bytes:
    """The tiny package with another title: a new version of the same process."""
    package = Package.read(packages() / "surat_keterangan")
    files = dict(package.files)
    files["process.toml"] = files["process.toml"].replace(b"Surat keterangan bekerja", b"Surat keterangan kerja")
    return Package(files, package.manifest, package.english).to_zip()


def uploaded(owner: Visitor, content: bytes) -> Visitor:
    owner.open("/processes")
    form = owner.form()
    body = {**owner.kept(form), "package": (BytesIO(content), "package.zip")}
    owner._show(owner.client.post("/processes", data=body, content_type="multipart/form-data", follow_redirects=True))
    return owner


def test_a_good_package_becomes_a_draft_and_then_live(visit: Visit) -> None:
    owner = uploaded(visit(OWNER), changed_package())
    assert "Versi baru tersimpan sebagai draf" in owner.text
    assert "Surat keterangan kerja, versi 2" in owner.text
    assert "Surat keterangan bekerja" in visit("P097").open("/").text
    owner.send(to="/live")
    assert "berlaku" in owner.text
    assert "Surat keterangan kerja" in visit("P097").open("/").text


def test_a_bad_package_is_refused_with_every_problem_and_its_place(visit: Visit) -> None:
    owner = uploaded(visit(OWNER), b"this is not a zip")
    assert owner.answer.status_code == 422
    assert owner.title.startswith("Kesalahan: ")
    assert owner.main.select("tbody tr")


def test_without_a_file_the_page_says_so(visit: Visit) -> None:
    owner = uploaded(visit(OWNER), b"")
    assert "Pilih berkas paket" in owner.text


def test_only_process_owners_bring_packages(visit: Visit) -> None:
    wati = visit("P097").open("/account/password")
    token = wati.kept(wati.form())["csrf_token"]
    body = {"csrf_token": token, "_key": "k" * 20, "package": (BytesIO(changed_package()), "package.zip")}
    assert wati.client.post("/processes", data=body, content_type="multipart/form-data").status_code == 404


def test_the_export_is_the_package_byte_for_byte(visit: Visit) -> None:
    owner = visit(OWNER).open("/processes").follow("Versi 1")
    answer = owner.client.get(f"{owner.path}/package.zip")
    assert answer.mimetype == "application/zip"
    stored = Package.read(answer.data)
    assert stored.digest in owner.text


def test_a_stored_version_is_judged_again_on_demand(visit: Visit) -> None:
    owner = visit(OWNER).open("/processes").follow("Versi 1").follow("Periksa lagi")
    assert "Paket dapat dipasang" in owner.text


def test_a_retired_process_can_no_longer_be_started(visit: Visit) -> None:
    owner, start = visit(OWNER).open("/processes"), "a[href='/start/surat_keterangan']"
    rows = owner.main.select("tbody tr")
    link = next(one(row, "a") for row in rows if "Surat keterangan bekerja" in row.get_text())
    assert visit("P097").open("/").main.select(start)
    owner.open(str(link["href"])).send(to="/retired")
    assert not visit("P097").open("/").main.select(start)


def test_an_incident_shows_no_names_and_is_tried_again(visit: Visit, parts: Parts) -> None:
    asked(visit)

    def stuck(session: Session) -> None:
        instance = session.scalars(select(Instance)).one()
        about = {"instance_id": instance.id, "version_id": instance.version_id, "element": "check", "tries": 3}
        words = {"code": "timer-failed", "message_id": "tidak ada layanan", "message_en": "no such service"}
        session.execute(insert(Incident).values(**about, **words, at=parts.clock()))

    parts.database.command(stuck)
    keeper = visit(OWNER).open("/incidents")
    assert "timer-failed" in keeper.text
    assert "tidak ada layanan" in keeper.text
    assert "Cuti, versi 1" in keeper.text
    assert "Unsur: Periksa permohonan" in keeper.text
    assert "Wati" not in keeper.text
    keeper.send(to="/retry")
    assert "Tidak ada gangguan" in keeper.text
