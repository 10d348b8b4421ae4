"""One-time codes of data changes: sent to every address in use, typed once, kept nowhere; old addresses are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from engine.db import Event, Instance, Message, Notice, Task
from engine.package import Package
from engine.record import read_facts, read_payload
from engine.services import ServiceContext
from tests.conftest import Clock
from tests.flows.data_stories import changed
from tests.support import choice, diagram, form, form_of, package, service
from tests.web.conftest import Visit
from tests.web.receivers import Gateway, PostOffice, gateway, post_office
from web.config import Settings
from web.db import WebSession
from web.parts import Parts
from web.worker import Worker
from workflows.data_update import codes
from workflows.data_update.codes import RecordCode
from workflows.reach import MAIL, PHONE, Contact, FormerAddress

WATI = "P097"
OLD_MAIL, OLD_PHONE = "wati@example.go.id", "+6281234567890"


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
    """An installation that reaches people through both."""
    url = f"http://127.0.0.1:{phones.port}/in"
    return replace(settings, mail=f"smtp://127.0.0.1:{mails.port}", webhook_url=url, webhook_secret="w" * 40)


def _confirmed(second: str = "false") -> Package:
    """A change that the person confirms with a code, and nothing else."""
    nodes = {"begin": "startEvent", "ask": "userTask", "send": "serviceTask", "confirm": "userTask"}
    nodes |= {"what": "exclusiveGateway", "check": "serviceTask", "so": "exclusiveGateway"}
    nodes |= {"applied": "endEvent", "not_confirmed": "endEvent"}
    flows = ["begin ask", "ask send", "send confirm", "confirm what", 'what send | confirm.outcome = "again"']
    flows += ["what check | default", "check so", "so applied | checked.right", "so not_confirmed | checked.left = 0"]
    flows += ["so confirm | default"]
    inside = {
        "ask": form_of("ask"),
        "confirm": form_of("confirm"),
        "send": service("data.send_code@1", "sent", second=second),
        "check": service("data.check_code@1", "checked"),
    }
    typed = {"type": "textfield", "properties": {"fleeting": "true"}}
    files = {"ask.form": form(note={}), "confirm.form": form(outcome=choice("code", "again"), code=typed)}
    drawn = diagram(nodes, flows, lanes={"requester": list(nodes)}, inside=inside)
    return package(drawn, key="confirmed", files=files)


@dataclass
class Change:
    """A change on its way, driven as the engine's callers drive it."""

    parts: Parts
    id: UUID
    worker: Worker

    def answer(self, outcome: str, code: str = "") -> None:
        """Answer the step that asks for the code."""

        def work(session: Session) -> None:
            me = self.parts.people.actor(session, WATI, self.parts.clock())
            task = session.scalars(select(Task.id).where(Task.instance_id == self.id, Task.state == "open")).one()
            answers = {"outcome": outcome, "code": code}
            self.parts.engine.decide(session, task, me, answers, now=self.parts.clock())

        self.parts.database.command(work)

    def deliver(self) -> None:
        """Let a worker carry off what waits, and do what it does once a minute."""
        for _ in range(2):
            while self.worker.pass_once() == 0:
                pass

    @property
    def state(self) -> str:
        """The end that was reached, or the step that waits."""
        with self.parts.database.reads() as session:
            row = session.get_one(Instance, self.id)
            return (
                row.outcome
                or session.scalars(select(Task.step).where(Task.instance_id == self.id, Task.state == "open")).one()
            )


Begin = Callable[..., Change]


@pytest.fixture
def begin(parts: Parts, clock: Clock) -> Begin:
    """Wati asks for a change."""
    parts.database.command(lambda s: parts.engine.deploy(s, _confirmed(), by="test", now=clock(), state="live"))
    worker = Worker(parts)

    def begun(starter: str = WATI) -> Change:
        def work(session: Session) -> UUID:
            me = parts.people.actor(session, starter, clock())
            return parts.engine.start(session, "confirmed", me, {"note": ""}, now=clock()).id

        return Change(parts, parts.database.command(work), worker)

    return begun


def reached(parts: Parts, *channels: str, since: datetime) -> None:
    """Wati has these channels in use."""
    addresses = {MAIL: OLD_MAIL, PHONE: OLD_PHONE}
    rows = [
        Contact(
            person=WATI,
            channel=channel,
            address=addresses[channel],
            confirmed_at=since,
            wants="all",
            asks=0,
            tries=0,
        )
        for channel in channels
    ]
    parts.database.command(lambda session: session.add_all(rows))


def code_in(words: str) -> str:
    found = re.search(r"\b[0-9]{6}\b", words)
    assert found is not None, words
    return found[0]


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def codes_of(parts: Parts, change: Change) -> list[str | None]:
    with parts.database.reads() as session:
        wanted = select(RecordCode.code).where(RecordCode.instance_id == change.id).order_by(RecordCode.number)
        return list(session.scalars(wanted))


def test_one_code_goes_to_all_addresses_and_confirms_the_change(
    parts: Parts, clock: Clock, begin: Begin, mails: PostOffice, phones: Gateway
) -> None:
    reached(parts, MAIL, PHONE, since=clock())
    change = begin()
    change.deliver()
    code = code_in(mails.mails[0]["Subject"])
    assert mails.to == [OLD_MAIL]
    assert [(told.json["to"], "link" in told.json) for told in phones.told] == [(OLD_PHONE, False)]
    assert code_in(phones.told[0].json["text"]) == code
    words = mails.mails[0].get_content()
    assert f"/requests/{change.id}" in words
    assert "Jangan berikan kode ini kepada siapa pun" in words
    change.answer("code", f"{code[:3]} {code[3:]}")
    assert change.state == "applied"
    assert codes_of(parts, change) == [None]


def test_a_code_is_in_its_own_table_and_nowhere_else(
    parts: Parts, clock: Clock, begin: Begin, mails: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    reached(parts, MAIL, since=clock())
    change = begin()
    change.deliver()
    code = code_in(mails.mails[0]["Subject"])
    wrong = other(code)
    change.answer("code", wrong)
    waiting = _everything(parts, "event", "instance", "task", "message", "notice")
    change.answer("code", code)
    assert change.state == "applied"
    kept = waiting + _everything(parts, "event", "instance", "task", "message", "notice", "record_code")
    assert "confirm" in kept, "what is kept was read"
    assert code not in kept
    assert wrong not in kept
    assert code not in caplog.text


def _everything(parts: Parts, *tables: str) -> str:
    """All that these tables hold, what is packed opened."""
    with parts.database.reads() as session:
        found = [repr(tuple(row)) for name in tables for row in session.execute(text(f'SELECT * FROM "{name}"'))]
        for event in session.scalars(select(Event)):
            found.append(repr((read_facts(event.record), read_payload(event.payload))))
    return "\n".join(found)


def test_five_wrong_codes_end_the_change_though_new_ones_were_sent(
    parts: Parts, clock: Clock, begin: Begin, mails: PostOffice
) -> None:
    reached(parts, MAIL, since=clock())
    change = begin()
    for tried in range(5):
        clock.forward(minutes=3)
        if tried in (1, 3):
            change.answer("again")
        change.deliver()
        assert change.state == "confirm"
        change.answer("code", other(code_in(mails.mails[-1]["Subject"])))
    assert change.state == "not_confirmed"
    assert set(codes_of(parts, change)) == {None}


def test_a_code_that_ran_out_or_was_replaced_confirms_nothing_and_costs_no_try(
    parts: Parts, clock: Clock, begin: Begin, mails: PostOffice
) -> None:
    reached(parts, MAIL, since=clock())
    change = begin()
    change.deliver()
    first = code_in(mails.mails[-1]["Subject"])
    clock.forward(minutes=30)
    change.answer("code", first)
    assert change.state == "confirm"
    change.deliver()
    assert codes_of(parts, change) == [None], "the worker has wiped it"
    change.answer("again")
    change.deliver()
    second = code_in(mails.mails[-1]["Subject"])
    if second != first:  # one time in a million it is
        change.answer("code", first)
        assert change.state == "confirm"
    change.answer("code", second)
    assert change.state == "applied"


def test_codes_are_sent_two_minutes_apart_and_ten_a_day(
    parts: Parts, clock: Clock, begin: Begin, mails: PostOffice
) -> None:
    reached(parts, MAIL, since=clock())
    change = begin()
    change.answer("again")
    change.deliver()
    assert len(mails.mails) == 1, "too soon"
    for _ in range(12):
        clock.forward(minutes=2)
        change.answer("again")
    change.deliver()
    assert len(codes_of(parts, change)) == 10
    another = begin()
    another.deliver()
    assert codes_of(parts, another) == [], "a new request is no way around it"
    clock.forward(days=1)
    another.answer("again")
    assert len(codes_of(parts, another)) == 1


def test_without_an_address_no_code_is_sent_and_nothing_can_be_guessed(parts: Parts, begin: Begin) -> None:
    change = begin()
    change.answer("code", "000000")
    assert change.state == "confirm"
    assert codes_of(parts, change) == []


def test_a_second_channel_is_one_that_was_not_changed_lately(
    parts: Parts, clock: Clock, begin: Begin, mails: PostOffice, phones: Gateway
) -> None:
    reached(parts, MAIL, since=clock() - timedelta(days=8))
    reached(parts, PHONE, since=clock() - timedelta(days=6))
    again = _confirmed(second="true")
    parts.database.command(lambda s: parts.engine.deploy(s, again, by="test", now=clock(), state="live"))
    begin().deliver()
    assert (mails.to, phones.told) == ([OLD_MAIL], [])


def _context(parts: Parts, session: Session, change: Change) -> ServiceContext:
    row = session.get_one(Instance, change.id)
    return ServiceContext(
        session=session,
        now=parts.clock(),
        today=parts.clock().date(),
        instance=row.id,
        reference=row.reference,
        process=row.process,
        subject=row.subject,
        starter=row.starter,
        unit=row.unit,
        actor=None,
        cause=None,
        decisions=(),
        event=row.events + 1,
    )


def test_a_code_on_its_way_goes_to_no_address_that_came_into_use_meanwhile(
    parts: Parts, clock: Clock, begin: Begin, mails: PostOffice
) -> None:
    parts.database.command(lambda s: parts.engine.deploy(s, _confirmed("true"), by="test", now=clock(), state="live"))
    reached(parts, MAIL, since=clock() - timedelta(days=30))
    change = begin()
    clock.forward(seconds=5)
    swapped = update(Contact).values(address="penyusup@example.com", confirmed_at=clock())
    parts.database.command(lambda session: session.execute(swapped))
    change.deliver()
    assert mails.to == []
    assert change.state == "confirm"


def test_a_changed_number_is_told_everywhere_and_at_the_old_number_too(
    parts: Parts, clock: Clock, begin: Begin, mails: PostOffice, phones: Gateway
) -> None:
    reached(parts, MAIL, since=clock())
    change = begin()
    done = [("contact", "phone", "+628111222333"), ("contact", "emergency_name", "Siti"), ("contact", "email", "")]
    parts.database.command(lambda session: codes.tell_of_change(_context(parts, session, change), done))
    change.deliver()
    subjects = [mail["Subject"] for mail in mails.mails]
    assert any("Ada perubahan pada data Anda" in subject for subject in subjects)
    assert [(told.json["to"], told.json["text"]) for told in phones.told] == [
        ("+628111222333", "Ada perubahan pada data Anda di Alur")
    ]
    with parts.database.reads() as session:
        kinds = set(session.scalars(select(Notice.kind).where(Notice.person == WATI)))
    assert codes.CHANGED in kinds


def test_changes_of_no_consequence_alarm_nobody(parts: Parts, begin: Begin) -> None:
    change = begin()
    done = [("contact", "emergency_name", "Siti"), ("address", "home", "Jalan Lama 1")]
    parts.database.command(lambda session: codes.tell_of_change(_context(parts, session, change), done))
    with parts.database.reads() as session:
        assert session.scalars(select(Notice).where(Notice.kind == codes.CHANGED)).all() == []
        assert session.scalars(select(FormerAddress)).all() == []


def test_before_an_account_changes_whoever_had_the_address_until_lately_is_warned_too(
    visit: Visit, parts: Parts, clock: Clock, begin: Begin, mails: PostOffice
) -> None:
    reached(parts, MAIL, since=clock() - timedelta(days=100))
    wati = visit(WATI).open("/account/addresses")
    wati.send({"address": "pencuri@example.org"}, to="/mail")
    change = begin()
    change.deliver()
    code = next(code_in(mail["Subject"]) for mail in mails.mails if mail["To"] == "pencuri@example.org")
    wati.open("/account/addresses").send({"code": code}, to="/mail/confirm")
    change.deliver()
    assert _told(mails, OLD_MAIL) == ["[Alur] Ada perubahan pada data Anda di Alur"]
    clock.forward(days=2)
    parts.database.command(lambda session: codes.warn(_context(parts, session, change), until=clock()))
    change.deliver()
    assert len(_told(mails, OLD_MAIL)) == 2
    assert any("Rekening gaji Anda akan diganti" in subject for subject in _told(mails, "pencuri@example.org"))


def _told(mails: PostOffice, address: str) -> list[str]:
    """What was said at an address, codes left out."""
    subjects = [str(mail["Subject"]) for mail in mails.mails if mail["To"] == address]
    return [subject for subject in subjects if "Kode Anda" not in subject]


def test_a_removed_address_is_told_and_forgotten_after_a_month(
    visit: Visit, parts: Parts, clock: Clock, begin: Begin, mails: PostOffice
) -> None:
    reached(parts, MAIL, since=clock())
    visit(WATI).open("/account/addresses").send(to="/mail/remove")
    change = begin()
    change.deliver()
    assert mails.to == [OLD_MAIL]
    clock.forward(days=31)
    change.deliver()
    with parts.database.reads() as session:
        assert session.scalars(select(FormerAddress)).all() == []
        assert session.scalars(select(Message).where(Message.body == "former")).all() == []


def test_the_field_of_a_code_offers_digits_and_never_shows_an_old_one(
    visit: Visit, parts: Parts, clock: Clock, begin: Begin
) -> None:
    reached(parts, MAIL, since=clock())
    change = begin()
    with parts.database.reads() as session:
        task = session.scalars(select(Task.id).where(Task.instance_id == change.id, Task.state == "open")).one()
    page = visit(WATI).open(f"/tasks/{task}")
    field = page.main.select_one("input[name=code]")
    assert field is not None
    assert (field["autocomplete"], field["inputmode"], field.get("value", "")) == ("one-time-code", "numeric", "")


def test_after_a_wrong_code_the_same_page_stands_there_again_and_says_so(
    visit: Visit, parts: Parts, clock: Clock, mails: PostOffice
) -> None:
    reached(parts, MAIL, since=clock() - timedelta(days=30))
    wati = visit(WATI)

    def ask(session: Session, history: str, field: str, value: str) -> None:
        me = parts.people.actor(session, WATI, clock())
        answers = {"changes": [changed(history, field, value)], "evidence": []}
        parts.engine.start(session, "data_update", me, answers, now=clock())

    parts.database.command(lambda session: ask(session, "contact", "phone", "0813 1111 2222"))
    parts.database.command(lambda session: ask(session, "address", "home", "Jalan Merdeka 5"))
    wati.open("/inbox")
    assert len(wati.main.select("a[href^='/tasks/']")) == 2
    assert not wati.main.select("input[name=task]"), "codes are typed one by one"
    wati.follow("Masukkan kode")
    assert "Keputusan dapat ditarik kembali" not in wati.text
    wati.send({"outcome": "code", "code": "12"})
    assert wati.path.startswith("/tasks/")
    assert "Kode tadi tidak cocok." in wati.text
    wati.send({"outcome": "desk"})
    assert wati.path.startswith("/requests/")
    assert "Jawaban Anda tersimpan." in wati.text


def test_a_code_that_is_typed_as_the_session_runs_out_is_not_kept_for_later(
    visit: Visit, parts: Parts, clock: Clock, begin: Begin
) -> None:
    reached(parts, MAIL, since=clock())
    change = begin()
    with parts.database.reads() as session:
        task = session.scalars(select(Task.id).where(Task.instance_id == change.id, Task.state == "open")).one()
    wati = visit(WATI).open(f"/tasks/{task}")
    clock.forward(hours=2, minutes=1)
    wati.send({"outcome": "code", "code": "918273"}, to=f"/tasks/{task}")
    with parts.database.reads() as session:
        kept = session.scalars(select(WebSession.unsent).where(WebSession.unsent.is_not(None))).all()
    assert len(kept) == 1
    assert "918273" not in str(kept)
