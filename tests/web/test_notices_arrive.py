"""What reaches people outside Alur: through a real mail server and a real gateway, each thing once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.db import Message, Notice, Task
from engine.jobs import PATIENT_TRIES, NotDelivered
from engine.referring import Handing
from tests.conftest import Clock
from tests.web.conftest import Visit
from tests.web.receivers import PASSWORD, USER, Certificate, Gateway, PostOffice, gateway, post_office
from tests.web.visitor import Visitor
from web import contacts, mail, webhook
from web.config import Settings, SettingsError
from web.contacts import ALL, OWN
from web.parts import Parts
from web.worker import Worker
from workflows.positions import ANYWHERE
from workflows.reach import MAIL, PHONE, Contact

WATI, BUDI, OFFICER, OWNER = "P097", "P098", "P092", "P026"
OTHER_OFFICER, VERIFIER = "P042", "P029"
SHARED = "w" * 40
ACTING, HOLDER, HEADS_POST = "P094", "P091", "DISKOMINFO-01"
ADDRESS = {person: f"{person.lower()}@example.go.id" for person in (WATI, BUDI, OFFICER, ACTING, HOLDER)}
DESK = "role:personnel_officer@DISKOMINFO"


@pytest.fixture
def mails() -> Iterator[PostOffice]:
    """The mail server of the office."""
    with post_office() as opened:
        yield opened


@pytest.fixture
def phones() -> Iterator[Gateway]:
    """The gateway of the office."""
    with gateway() as opened:
        yield opened


@pytest.fixture
def settings(settings: Settings, mails: PostOffice, phones: Gateway) -> Settings:
    """An installation that tells people through both."""
    return replace(
        settings,
        mail=f"smtp://127.0.0.1:{mails.port}",
        webhook_url=f"http://127.0.0.1:{phones.port}/in",
        webhook_secret=SHARED,
    )


Work = Callable[[], None]


@pytest.fixture
def work(parts: Parts) -> Work:
    """Let a worker do whatever is due, and what comes of it."""
    worker = Worker(parts)

    def until_idle() -> None:
        for _ in range(2):  # what is done once a minute comes last in a pass
            while worker.pass_once() == 0:
                pass

    return until_idle


def gives(parts: Parts, person: str, channel: str = MAIL, wants: str = ALL) -> None:
    """The person has confirmed an address."""
    address = ADDRESS[person] if channel == MAIL else "+6281234567890"
    contact = Contact(
        person=person, channel=channel, address=address, confirmed_at=parts.clock(), wants=wants, asks=1, tries=0
    )
    parts.database.command(lambda session: session.add(contact))


def asks(parts: Parts, person: str = WATI) -> None:
    """The person asks for a certificate; the personnel officer's desk gets a task."""

    def work(session: Session) -> None:
        me = parts.people.actor(session, person, parts.clock())
        parts.engine.start(session, "surat_keterangan", me, {"purpose": "Kredit bank"}, now=parts.clock())

    parts.database.command(work)


def refuses(parts: Parts) -> None:
    """The officer decides the first task."""
    refused = {"outcome": "refuse", "reason": "Belum lengkap"}

    def work(session: Session) -> None:
        me = parts.people.actor(session, OFFICER, parts.clock())
        task = parts.engine.inbox(session, me, now=parts.clock()).rows[0]
        parts.engine.complete(session, task.id, me, refused, now=parts.clock())

    parts.database.command(work)


def code_in(words: str) -> str:
    found = re.search(r"\b[0-9]{6}\b", words)
    assert found is not None, words
    return found[0]


def test_an_address_is_used_once_its_code_was_typed_and_not_before(
    visit: Visit, parts: Parts, work: Work, mails: PostOffice, phones: Gateway
) -> None:
    wati = visit(WATI).open("/account").follow("Atur alamat pemberitahuan")
    wati.send({"address": "wati di rumah"}, to="/mail")
    assert wati.answer.status_code == 422
    assert wati.title.startswith("Kesalahan: ")
    assert "Isi alamat email seperti nama@contoh.go.id." in wati.text
    assert wati.kept(wati.form("/mail"))["address"] == "wati di rumah"
    wati.send({"address": ADDRESS[WATI]}, to="/mail")
    assert "Kode sedang dikirim" in wati.text
    wati.send({"address": "0812-3456 7890"}, to="/phone")
    work()
    assert (mails.to, [told.json["to"] for told in phones.told]) == ([ADDRESS[WATI]], ["+6281234567890"])
    code = code_in(mails.mails[0]["Subject"])
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    wati.send({"code": wrong}, to="/mail/confirm")
    assert (wati.answer.status_code, "Kode tidak cocok" in wati.text) == (422, True)
    linked = {str(link["href"])[1:] for link in wati.main.select(".mistakes a")}
    assert linked == {str(field["id"]) for field in wati.main.select(".wrong input")}
    wati.open("/account/addresses").send({"code": f"{code[:3]} {code[3:]}"}, to="/mail/confirm")
    assert "Alamat sudah dikonfirmasi" in wati.text
    wati.send({"code": code_in(phones.told[0].json["text"])}, to="/phone/confirm")
    assert wati.text.count("Dipakai, sudah dikonfirmasi") == 2
    wati.send({"wants": OWN}, to="/mail/wants").send(to="/phone/remove")
    with parts.database.reads() as session:
        mine = contacts.of_person(session, WATI)
        assert (mine[MAIL].address, mine[MAIL].wants) == (ADDRESS[WATI], OWN)
        assert (mine[PHONE].address, mine[PHONE].confirmed_at) == (None, None)


def test_codes_cannot_be_guessed_or_used_to_flood_somebody(parts: Parts, clock: Clock) -> None:
    secret, run = parts.settings.secret, parts.database.command

    def ask() -> None:
        run(lambda session: contacts.ask(session, WATI, MAIL, ADDRESS[WATI], clock()))

    def confirm(code: str) -> bool:
        return run(lambda session: contacts.confirm(session, WATI, MAIL, code, secret, clock()))

    def right() -> str:
        with parts.database.reads() as session:
            contact = contacts.of_person(session, WATI)[MAIL]
            return contacts.code_of(secret, contact, contact.asked)

    ask()
    wrong = f"{(int(right()) + 1) % 1_000_000:06}"
    assert not any(confirm(wrong) for _ in range(contacts.MOST_TRIES))
    assert not confirm(right())
    with pytest.raises(contacts.TooSoon):
        ask()
    for _ in range(contacts.MOST_ASKS - 1):
        clock.forward(minutes=2)
        ask()
    clock.forward(minutes=3)
    with pytest.raises(contacts.TooSoon):
        ask()
    clock.forward(minutes=28)
    assert not confirm(right())
    clock.forward(days=1)
    ask()
    code = right()
    assert [confirm(code), confirm(code)] == [True, True]  # a click too many does no harm


def test_ux_21_a_change_is_told_once_to_each_person_over_all_channels_and_never_to_who_made_it(
    visit: Visit, parts: Parts, clock: Clock, work: Work, mails: PostOffice, phones: Gateway
) -> None:
    for person, channel in ((WATI, MAIL), (WATI, PHONE), (OFFICER, MAIL)):
        gives(parts, person, channel)
    asks(parts)
    work()
    assert (mails.mails, phones.told) == ([], [])  # a task waits for the digest
    refuses(parts)
    work()
    assert mails.mails == []  # it can still be taken back
    clock.forward(minutes=11)
    work()
    clock.forward(minutes=2)
    work()
    assert mails.to == [ADDRESS[WATI]]
    [letter] = mails.mails
    assert "Permohonan Anda sudah dijawab" in letter["Subject"]
    assert "/requests/" in letter.get_content()
    assert "Kredit" not in letter.get_content()
    assert "Wati" not in letter.get_content()
    [told] = phones.told
    assert set(told.json) == {"key", "to", "text", "link"}
    assert told.json["text"] == "Ada kabar tentang permohonan Anda"
    wanted = webhook.signature(SHARED, told.headers["X-Alur-Timestamp"], told.body)
    assert told.headers["X-Alur-Signature"] == f"sha256={wanted}"
    assert told.headers["Idempotency-Key"] == told.json["key"]
    with parts.database.reads() as session:
        assert [notice.person for notice in session.scalars(select(Notice))] == [WATI]
    status = visit(WATI).open("/requests").main.select("tbody td")[0].get_text().removeprefix("Status: ")
    assert f"· {status} Belum dibaca" in visit(WATI).open("/notices").text


def test_ux_21_tasks_come_as_one_digest_on_the_morning_of_a_working_day(
    parts: Parts, clock: Clock, work: Work, mails: PostOffice
) -> None:
    gives(parts, OFFICER)
    gives(parts, BUDI)
    asks(parts, WATI)
    asks(parts, BUDI)
    later = update(Task).values(due=clock() + timedelta(days=60), alert_at=clock())
    parts.database.command(lambda session: session.execute(later))
    clock.at = datetime.fromisoformat("2026-11-03T06:59:00+07:00")
    work()
    assert mails.mails == []
    for _ in range(5):
        clock.forward(minutes=1)
        work()
    assert mails.to == [ADDRESS[OFFICER]]
    assert mails.mails[0]["Subject"] == "[Alur] Tugas yang menunggu Anda: 2"
    clock.at = datetime.fromisoformat("2026-11-07T07:05:00+07:00")  # Saturday
    work()
    clock.at = datetime.fromisoformat("2026-11-09T13:00:00+07:00")  # the worker was down all morning
    work()
    assert len(mails.mails) == 1
    clock.at = datetime.fromisoformat("2026-11-10T07:00:00+07:00")
    work()
    assert mails.to == [ADDRESS[OFFICER]] * 2
    assert "paling lambat 01-01-2027" in mails.mails[1].get_content()
    parts.database.command(lambda session: contacts.choose(session, OFFICER, MAIL, OWN))
    clock.forward(days=1)
    work()
    assert len(mails.mails) == 2


def test_ux_21_only_what_is_urgent_comes_before_the_digest(
    parts: Parts, clock: Clock, work: Work, mails: PostOffice
) -> None:
    gives(parts, OFFICER)
    gives(parts, WATI)
    asks(parts)
    taken = {"claimed_by": OFFICER, "claimed_at": clock()}
    due_today = update(Task).values(due=clock() + timedelta(hours=3), **taken)
    parts.database.command(lambda session: session.execute(due_today))
    work()
    assert [each["Subject"].partition(": ")[2] for each in mails.mails] == ["Ada tugas untuk Anda"]
    parts.database.command(lambda session: _post(session, "overdue", DESK, clock()))
    parts.database.command(lambda session: _post(session, "overdue", f"person:{OFFICER}", clock()))
    parts.database.command(lambda session: _post(session, "overdue", f"person:{WATI}", clock()))
    work()
    assert mails.to == [ADDRESS[OFFICER]] * 2  # held twice, told once; and never who is barred from the task


def _post(session: Session, kind: str, recipient: str, now: datetime) -> None:
    """What the engine asks to be told about the only task there is."""
    task = session.scalars(select(Task)).one()
    key = f"{task.id}.{kind}.{recipient}"
    session.add(Message(key=key, kind=kind, recipient=recipient, instance_id=task.instance_id, body="1", due=now))


def test_two_workers_and_a_killed_one_deliver_under_one_message_id(
    parts: Parts, clock: Clock, mails: PostOffice, phones: Gateway
) -> None:
    for channel in (MAIL, PHONE):
        gives(parts, WATI, channel)
    asks(parts)
    refuses(parts)
    clock.forward(minutes=11)
    workers = [Thread(target=_until_idle, args=(Worker(parts),)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (len(mails.mails), len(phones.told)) == (1, 1)

    def forgot(session: Session) -> None:  # as if each worker had died before it could write down what it did
        session.execute(update(Message).where(Message.kind != "seal").values(done_at=None, due=clock()))

    parts.database.command(forgot)
    _until_idle(Worker(parts))
    assert Counter(each["Message-ID"] for each in mails.mails).most_common() == [(mails.mails[0]["Message-ID"], 2)]
    assert len({told.json["key"] for told in phones.told}) == 1


def _until_idle(worker: Worker) -> None:
    while worker.pass_once() == 0:
        pass


def test_what_cannot_be_delivered_is_shown_with_its_reason_and_retried_by_a_button(
    visit: Visit, parts: Parts, clock: Clock, work: Work, mails: PostOffice, phones: Gateway
) -> None:
    gives(parts, WATI)
    gives(parts, WATI, PHONE)
    asks(parts)
    refuses(parts)
    door = mails.port
    mails.close()
    phones.status = 404  # the gateway knows no such number
    clock.forward(minutes=11)
    for _ in range(PATIENT_TRIES):
        work()
        clock.forward(hours=5)
    owner = visit(OWNER).open("/notices/failed")
    assert "Server pengirim tidak menjawab." in owner.text
    assert f"Dicoba {PATIENT_TRIES} kali" in owner.text
    assert "Jawaban server: 404" in owner.text
    assert len(phones.told) == 1
    assert "Permohonan Anda sudah dijawab" in owner.text
    assert not any(address in owner.answer.get_data(as_text=True) for address in (*ADDRESS.values(), "+628"))
    assert "Pengiriman terakhir gagal" in visit(WATI).open("/account/addresses").text
    assert visit(OFFICER).open("/notices/without").main.select("input[name=notice]")  # told by word of mouth
    mails.open(door)
    phones.status = 202
    owner.send({"id": ""}, to="/failed/retry")  # all of them
    work()
    assert (mails.to, len(phones.told)) == ([ADDRESS[WATI]], 2)
    assert "Tidak ada kiriman yang gagal" in owner.open("/notices/failed").text
    assert visit(WATI).open("/notices/failed").answer.status_code == 404


def test_a_server_that_does_not_answer_is_left_alone_for_a_minute_while_all_else_goes_on(
    parts: Parts, clock: Clock, work: Work, mails: PostOffice, phones: Gateway
) -> None:
    for person in (WATI, BUDI):
        gives(parts, person)
        gives(parts, person, PHONE)
        asks(parts, person)
    refuses(parts)
    refuses(parts)
    phones.status = 0
    clock.forward(minutes=11)
    work()
    assert (len(mails.mails), len(phones.told)) == (2, 1)
    phones.status = 202
    clock.forward(minutes=2)
    work()
    assert (len(mails.mails), len(phones.told)) == (2, 3)


def test_a_refusal_that_lasts_is_not_tried_again_and_a_gateway_cannot_send_us_elsewhere(
    parts: Parts, clock: Clock, work: Work, mails: PostOffice, phones: Gateway
) -> None:
    gives(parts, WATI)
    gives(parts, WATI, PHONE)
    asks(parts)
    refuses(parts)
    mails.refusal = "550 no such mailbox"
    phones.status = 307
    clock.forward(minutes=11)
    work()
    with parts.database.reads() as session:
        errors = dict(session.execute(select(Message.kind, Message.error).where(Message.error.is_not(None))).all())
        given_up = session.scalars(select(Message.kind).where(Message.failed_at.is_not(None))).all()
    assert errors == {"mail": "NotDelivered: refused 550", "webhook": "NotDelivered: refused 307"}
    assert given_up == ["mail"]
    assert len(phones.told) == 1


def test_who_has_no_address_is_on_the_list_of_their_officer_until_it_was_passed_on(
    visit: Visit, parts: Parts, clock: Clock
) -> None:
    asks(parts, WATI)
    asks(parts, BUDI)
    refuses(parts)
    refuses(parts)
    officer = visit(OFFICER).open("/notices/without")
    assert "Semua pemberitahuan sudah sampai" in officer.text
    clock.forward(minutes=11)
    gives(parts, BUDI)
    officer.open("/notices/without")
    [box] = officer.main.select("input[name=notice]")
    assert "Permohonan Anda sudah dijawab" in officer.text
    stranger = visit(OTHER_OFFICER).open("/notices/without")
    assert stranger.main.select("input[name=notice]") == []
    token = officer.kept(officer.form("/without")) | {"notice": str(box["value"])}
    sent = {**token, "csrf_token": csrf_of(stranger), "_key": "a-key-of-sixteen-letters"}
    assert stranger.client.post("/notices/without", data=sent).status_code == 303
    assert officer.open("/notices/without").main.select("input[name=notice]")
    assert visit(VERIFIER).open("/notices/without?unit=DISKOMINFO").main.select("input[name=notice]")
    assert visit(WATI).open("/notices/without").answer.status_code == 404
    officer.send({"notice": str(box["value"])}, to="/without")
    assert "ditandai sudah disampaikan" in officer.text
    assert officer.main.select("input[name=notice]") == []


def csrf_of(visitor: Visitor) -> str:
    """The form token of a visitor's browser."""
    field = visitor.open("/account/addresses").main.select_one("input[name=csrf_token]")
    assert field is not None
    return str(field["value"])


def test_who_loses_a_task_that_is_due_today_is_told_at_once_and_else_in_alur_alone(
    parts: Parts, clock: Clock, work: Work, mails: PostOffice
) -> None:
    gives(parts, OFFICER)
    for person, due in ((WATI, timedelta(days=9)), (BUDI, timedelta(hours=3))):
        asks(parts, person)
        parts.database.command(lambda session, due=due: _moves_newest(session, parts, clock() + due))
    work()
    [told] = mails.mails
    assert "Tugas Anda dialihkan kepada orang lain" in told["Subject"]
    assert f"{parts.settings.url}/inbox" in told.get_content()
    with parts.database.reads() as session:
        lost = session.scalars(select(Notice.person).where(Notice.kind == "moved_away")).all()
    assert lost == [OFFICER, OFFICER]


def _moves_newest(session: Session, parts: Parts, due: datetime) -> None:
    """A verifier gives the officer's newest task to BKPSDM."""
    task = session.scalars(select(Task).where(Task.principal == DESK)).one()
    task.due = due
    session.flush()
    me = parts.people.actor(session, VERIFIER, parts.clock())
    handing = Handing(f"role:verifier@{ANYWHERE}", "Petugas sakit")
    parts.engine.hand_on(session, task.id, me, handing, now=parts.clock())


DECREE = {
    "kind": "Plh",
    "decree": "800.1.3.3/7/2026",
    "decree_on": "1/11/2026",
    "first": "2/11/2026",
    "last": "13/11/2026",
    "extent": "all",
}


def news_of(parts: Parts) -> list[tuple[str, str]]:
    """Who was told what about acting officers, in order of time."""
    with parts.database.reads() as session:
        told = select(Notice.person, Notice.kind).where(Notice.instance_id.is_(None)).order_by(Notice.id)
        return [(row.person, row.kind) for row in session.execute(told)]


def test_ux_21_26_who_acts_and_whose_post_it_is_are_told_of_each_change_by_others(
    visit: Visit, parts: Parts, work: Work, mails: PostOffice, phones: Gateway
) -> None:
    for person in (ACTING, HOLDER):
        gives(parts, person, wants=OWN)
    gives(parts, ACTING, PHONE)
    officer = visit(OFFICER)
    officer._show(officer.client.get(f"/acting/posts/{HEADS_POST}/{ACTING}/check", query_string=DECREE))
    officer.send()
    acting = officer.path
    officer.open(f"{acting}/extend").send(
        {"last": "20/11/2026", "decree": "800.1.3.3/9/2026", "decree_on": "2/11/2026"}, to="/extend"
    )
    officer.open(f"{acting}/end").send({"when": "now", "reason": "Pak Andi sudah masuk"}, to="/end")
    acts = ("appointed", "extended", "ended")
    assert news_of(parts) == [each for act in acts for each in ((HOLDER, f"post_plh_{act}"), (ACTING, f"plh_{act}"))]
    work()
    work()
    told = sorted((str(each["To"]), str(each["Subject"]).removeprefix("[Alur] ")) for each in mails.mails)
    assert told == [
        (ADDRESS[HOLDER], "Penunjukan Plh. untuk jabatan Anda diakhiri lebih awal"),
        (ADDRESS[HOLDER], "Penunjukan Plh. untuk jabatan Anda diperpanjang"),
        (ADDRESS[HOLDER], "Seorang Plh. ditunjuk untuk jabatan Anda"),
        (ADDRESS[ACTING], "Anda ditunjuk sebagai Plh."),
        (ADDRESS[ACTING], "Penunjukan Anda sebagai Plh. diakhiri lebih awal"),
        (ADDRESS[ACTING], "Penunjukan Anda sebagai Plh. diperpanjang"),
    ]
    for each in mails.mails:
        words = each.get_content()
        assert words.split().count(f"{parts.settings.url}/acting") == 2
        assert not any(secret in words for secret in ("Karel", "Andi", "masuk", "800", "None"))
    assert len({each["Message-ID"] for each in mails.mails}) == 6
    assert {told.json["text"] for told in phones.told} == {"Ada kabar tentang permohonan Anda"}
    holder = visit(HOLDER).open("/notices")
    assert "Pemberitahuan baru: 3" in visit(HOLDER).open("/").text
    holder.follow("Seorang Plh. ditunjuk untuk jabatan Anda")
    assert holder.path == "/acting"
    holder.follow("Plh. Kepala Dinas Kominfo")
    assert "Diakhiri lebih awal" in holder.text


def test_who_acts_without_an_address_is_on_the_printed_list_and_nobody_is_told_of_their_own_act(
    visit: Visit, parts: Parts
) -> None:
    officer = visit(OFFICER)
    officer._show(officer.client.get(f"/acting/posts/{HEADS_POST}/{ACTING}/check", query_string=DECREE))
    officer.send()
    lines = [box.get_text(" ", strip=True) for box in officer.open("/notices/without").main.select(".choice")]
    assert [line.partition(" 2")[0] for line in lines] == [
        "Seorang Plh. ditunjuk untuk jabatan Anda",
        "Anda ditunjuk sebagai Plh.",
    ]
    own = visit(OFFICER)
    own._show(own.client.get("/acting/posts/DISKOMINFO-02/P095/check", query_string=DECREE))
    before = len(news_of(parts))
    own.send()
    assert news_of(parts)[before:] == [("P095", "plh_appointed")]


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    """The certificate of a mail server at 127.0.0.1, which nobody trusts yet."""
    return Certificate.made(tmp_path)


@pytest.mark.parametrize("wrapped", [False, True])
def test_mail_goes_through_tls_to_servers_whose_certificate_is_trusted_and_to_no_others(
    settings_alone: Settings, certificate: Certificate, monkeypatch: pytest.MonkeyPatch, wrapped: bool
) -> None:
    letter = mail.letter(settings_alone, "key", ADDRESS[WATI], "Kabar", "Isi\n", datetime.now(UTC))
    with post_office(certificate.server(), wrapped=wrapped) as office:
        way = f"{'smtps' if wrapped else 'smtp'}://{USER}:{quote(PASSWORD)}@127.0.0.1:{office.port}"
        with pytest.raises(NotDelivered, match="certificate"):
            mail.post(replace(settings_alone, mail=way))(letter)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
        mail.post(replace(settings_alone, mail=way))(letter)
        with pytest.raises(NotDelivered, match="sign-in 535"):
            mail.post(replace(settings_alone, mail=way.replace(quote(PASSWORD), "wrong")))(letter)
    assert office.to == [ADDRESS[WATI]]
    assert office.mails[0]["Message-ID"] == letter["Message-ID"]


@pytest.fixture
def settings_alone(tmp_path: Path) -> Settings:
    """Settings of an installation that needs no database."""
    return Settings(database="sqlite://", secret="s" * 48, key_file=tmp_path / "key", url="https://alur.example.go.id")


NEEDED = {"ALUR_DATABASE": "sqlite:///x", "ALUR_SECRET": "s" * 32, "ALUR_KEY_FILE": "key"}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ALUR_MAIL", "mail.example.go.id"),
        ("ALUR_MAIL", "smtp://"),
        ("ALUR_MAIL", "smtp://host:99999"),
        ("ALUR_MAIL", "file://folder"),
        ("ALUR_MAIL_FROM", "Alur <alur@example.go.id>"),
        ("ALUR_MAIL_FROM", "alur@example.go.id\nBcc: x@example.org"),
        ("ALUR_WEBHOOK_URL", "http://gateway.example.go.id/in"),
        ("ALUR_WEBHOOK_URL", "https:///in"),
        ("ALUR_WEBHOOK_SECRET", "short"),
    ],
)
def test_a_setting_that_would_not_work_or_not_be_safe_is_refused_by_its_name(setting: str, value: str) -> None:
    both = {"ALUR_WEBHOOK_URL": "https://gateway.example.go.id/in", "ALUR_WEBHOOK_SECRET": SHARED}
    assert Settings.from_env(NEEDED | both).webhook_secret == SHARED
    with pytest.raises(SettingsError, match=setting):
        Settings.from_env(NEEDED | both | {setting: value})
    with pytest.raises(SettingsError, match="go together"):
        Settings.from_env(NEEDED | {"ALUR_WEBHOOK_URL": both["ALUR_WEBHOOK_URL"]})


@pytest.mark.parametrize(
    ("channel", "typed", "kept"),
    [
        (PHONE, "0812 3456 7890", "+6281234567890"),
        (PHONE, "+62-812.3456.7890", "+6281234567890"),
        (PHONE, "62(812)34567890", "+6281234567890"),
        (PHONE, "021 345 6789", None),
        (PHONE, "08123", None),
        (PHONE, "٠٨١٢٣٤٥٦٧٨٩٠", None),
        (MAIL, " wati@dinas.example.go.id ", "wati@dinas.example.go.id"),
        (MAIL, "wati@localhost", None),
        (MAIL, "wati@example.go.id\r\nBcc: x@example.org", None),
        (MAIL, "a@example.go.id,b@example.go.id", None),
    ],
)
def test_an_address_is_kept_in_one_form_or_not_taken(channel: str, typed: str, kept: str | None) -> None:
    assert contacts.fitting(channel, typed) == kept
