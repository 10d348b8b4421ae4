"""The records of others as their keepers see them: what is masked, what a reason opens, and what is written down."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.visitor import Visitor
from web.parts import Parts
from workflows.record.looking import looks
from workflows.record.model import RecordRow
from workflows.record.rows import CHANGE, Write, single_row, write

WATI, OFFICER, SUPERIOR, HEAD, VERIFIER, APPROVER, AUDITOR = "P097", "P092", "P094", "P091", "P029", "P027", "P012"
OWNER, PEER, FOREIGN = "P026", "P098", "P042"
NIK, MASKED = "6299 0144 0591 0097", "629901******0097"
CHILDREN = ("Arif", "Bayu", "Citra", "Dimas", "Intan", "Rani")
REASON = "Mencocokkan NIK dengan KTP"


@pytest.fixture
def kind() -> str:
    """Pages are the same on both kinds of database; what they read of it is tested on both elsewhere."""
    return "sqlite"


def seen(parts: Parts, person: str = WATI) -> list[tuple[str, str, str]]:
    """Who looked at what of somebody's, and why."""
    with parts.database.reads() as session:
        return [(look.viewer, look.what, look.reason) for look in looks(session, person)]


def history(visit: Visit, who: str, history: str, of: str = WATI) -> Visitor:
    """Somebody at the page of a history."""
    return visit(who).open(f"/data/people/{of}/{history}")


def test_an_officer_finds_somebody_of_the_unit_and_opens_what_is_known_of_them(visit: Visit, parts: Parts) -> None:
    officer = visit(OFFICER).open("/").open("/data/people")
    assert "13 pegawai" in officer.text
    officer.send({"q": "wati"}, to="/data/people")
    assert "1 pegawai" in officer.text
    assert "wati" not in officer.answer.request.full_path
    officer.follow("Wati Pratama")
    assert "Anda membuka data ini sebagai: Petugas kepegawaian." in officer.text
    assert seen(parts) == []
    officer.follow("Data pribadi")
    assert "4 Mei 1991" in officer.text
    assert "P029" not in officer.text
    assert seen(parts) == [(OFFICER, "personal", "")]


def test_what_is_sensitive_is_masked_until_a_reason_is_given_and_only_for_an_hour(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    officer = history(visit, OFFICER, "identity")
    assert MASKED in officer.text
    assert NIK not in officer.text
    officer.send({"reason": "  a "}, to="/identity")
    assert officer.answer.status_code == 422
    assert officer.title.startswith("Kesalahan: ")
    assert NIK not in officer.text
    officer.send({"reason": f" {REASON} "}, to="/identity")
    assert NIK in officer.text
    assert (OFFICER, "identity", REASON) in seen(parts)
    assert MASKED in history(visit, VERIFIER, "identity").text
    assert "Islam" not in history(visit, OFFICER, "personal").text  # another history needs a reason of its own
    clock.forward(minutes=61)
    assert MASKED in history(visit, OFFICER, "identity").text


def test_masked_looks_are_written_down_too_and_plain_ones_are_not(visit: Visit, parts: Parts) -> None:
    history(visit, AUDITOR, "child")
    history(visit, AUDITOR, "rank")
    history(visit, SUPERIOR, "personal")
    assert seen(parts) == [(AUDITOR, "child", "")]


def test_that_there_is_a_disciplinary_measure_is_not_said_before_it_is_opened(visit: Visit) -> None:
    page = visit(OFFICER).open(f"/data/people/{WATI}")
    for path in ("child", "discipline"):
        entry = page.main.select_one(f'li:has(a[href$="/{path}"])')
        assert entry is not None
        assert "Baru terlihat setelah dibuka." in entry.get_text(" ")


def test_repeated_looks_within_an_hour_are_one_line(visit: Visit, parts: Parts, clock: Clock) -> None:
    for _turn in range(3):
        history(visit, OFFICER, "contact")
    clock.forward(hours=2)
    history(visit, OFFICER, "contact")
    assert seen(parts) == [(OFFICER, "contact", "")] * 2


@pytest.mark.parametrize(
    ("who", "words", "never", "reveals"),
    [
        (OFFICER, ["4 Mei 1991", "Kawin"], ["Islam", "Katolik", "Hindu", "Protestan"], True),
        (VERIFIER, ["4 Mei 1991"], [], True),
        (APPROVER, ["4 Mei 1991"], [], True),
        (AUDITOR, ["Wati Pratama", "******"], ["4 Mei 1991", "Kawin"], False),
        (SUPERIOR, ["Wati Pratama", "S.Kom."], ["4 Mei 1991", "Kawin", "******"], False),
    ],
)
def test_each_sees_as_much_as_their_work_needs(
    visit: Visit, who: str, words: list[str], never: list[str], reveals: bool
) -> None:
    page = history(visit, who, "personal")
    assert page.answer.status_code == 200
    assert all(word in page.text for word in words)
    assert not any(word in page.text for word in never)
    assert ("Mengapa Anda perlu melihatnya?" in page.text) is reveals


@pytest.mark.parametrize("who", [OWNER, PEER, FOREIGN, HEAD, WATI])
def test_whoever_is_nothing_to_a_record_is_not_told_of_it(visit: Visit, parts: Parts, who: str) -> None:
    for path in ("", "/personal", "/rank"):
        assert visit(who).open(f"/data/people/{WATI}{path}").answer.status_code == 404
    assert seen(parts) == []


def test_nobody_reveals_by_hand_what_they_may_not(visit: Visit, parts: Parts) -> None:
    for who, wanted in ((AUDITOR, "identity"), (SUPERIOR, "personal"), (OFFICER, "rank"), (PEER, "identity")):
        sender = visit(who).open("/account/password")
        tokens = {"csrf_token": sender.kept(sender.form())["csrf_token"], "_key": "k" * 20}
        answer = sender.client.post(f"/data/people/{WATI}/{wanted}", data={**tokens, "reason": REASON})
        assert answer.status_code in (403, 404), (who, wanted)
    assert all(reason == "" for _who, _what, reason in seen(parts))


@pytest.mark.parametrize("who", [SUPERIOR, AUDITOR])
def test_histories_of_which_nothing_is_seen_are_not_listed(visit: Visit, who: str) -> None:
    page = visit(who).open(f"/data/people/{WATI}")
    assert ("Anak" in page.text) is (who == AUDITOR)
    assert "Riwayat pendidikan" in page.text
    expected = 404 if who == SUPERIOR else 200
    assert history(visit, who, "child").answer.status_code == expected


def test_a_row_s_history_says_who_approved_what_and_masks_it_alike(visit: Visit, parts: Parts) -> None:
    today = parts.clock().date()
    change = Write("identity", single_row(WATI, "identity"), CHANGE, {"nik": "6299014405910098"}, 1)
    parts.database.command(
        lambda session: write(session, WATI, [change], by=VERIFIER, now=parts.clock(), today=today, instance=None)
    )
    page = history(visit, OFFICER, "identity")
    assert "629901******0097 → 629901******0098" in page.text
    page.send({"reason": REASON}, to="/identity")
    assert "6299 0144 0591 0097 → 6299 0144 0591 0098" in page.text


def test_what_was_erased_of_a_row_s_past_is_said_to_be_gone_and_cannot_be_brought_back(
    visit: Visit, parts: Parts
) -> None:
    row, today = single_row(WATI, "address"), parts.clock().date()
    change = Write("address", row, CHANGE, {"home": "Jalan Baru 1"}, 1)

    def changed(session: Session) -> None:
        me = parts.people.actor(session, WATI, parts.clock())
        request = {"purpose": "Kredit bank", "addressee": "Bank Kalsel"}
        brought = parts.engine.start(session, "surat_keterangan", me, request, now=parts.clock()).id
        write(session, WATI, [change], by=VERIFIER, now=parts.clock(), today=today, instance=brought)

    parts.database.command(changed)
    assert "Kembalikan ke nilai sebelumnya" in visit(WATI).open("/data/address").text
    first = update(RecordRow).where(RecordRow.row == row, RecordRow.revision == 1)
    parts.database.command(lambda session: session.execute(first.values({"values": "{}"})))
    assert "Alamat domisili: Sudah dihapus → Jalan Baru 1" in history(visit, OFFICER, "address").text
    own = visit(WATI).open("/data/address").text
    assert "Sudah dihapus" in own
    assert "Kembalikan ke nilai sebelumnya" not in own


def test_a_child_is_named_to_nobody_who_did_not_say_why(visit: Visit) -> None:
    officer = visit(OFFICER).open(f"/data/people/{WATI}")
    assert not any(name in officer.text for name in CHILDREN)
    officer.follow("Anak")
    assert "Anak 1" in officer.text
    assert not any(name in officer.text for name in CHILDREN)
    officer.send({"reason": REASON}, to="/child")
    assert any(name in officer.text for name in CHILDREN)


def test_the_list_is_paged_and_the_menu_leads_to_it_for_who_keeps_records(visit: Visit) -> None:
    verifier = visit(VERIFIER).open("/data/people")
    assert "120 pegawai" in verifier.text
    assert "Halaman 1 dari 5" in verifier.text
    first = verifier.text
    verifier.follow("Berikutnya")
    assert "Halaman 2 dari 5" in verifier.text
    assert verifier.text != first
    menus = {who: "/data/people" in str(visit(who).open("/").page.nav) for who in (VERIFIER, OFFICER, AUDITOR, PEER)}
    assert menus == {VERIFIER: True, OFFICER: True, AUDITOR: True, PEER: False}


def test_an_officer_begins_a_request_for_the_person_from_the_record(visit: Visit) -> None:
    officer = visit(OFFICER).open(f"/data/people/{WATI}")
    officer.send(to="/start/data_update/colleague/choose")
    assert "Wati Pratama" in officer.text
    assert officer.answer.status_code == 200
