"""Letters: their numbers, what becomes of them, how they are set, and the office's seal."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import Database, Message
from engine.errors import Conflict, Refused
from tests.workflows.conftest import NOON
from workflows import letters, packages
from workflows.letters import lifecycle, numbers, standing
from workflows.letters.model import (
    CODE_LENGTH,
    REVOKED,
    SIGNED,
    UNNUMBERED,
    VOID,
    WAITING,
    Letter,
    LetterNumber,
    NumberBlock,
    new_code,
)
from workflows.letters.rendering import LetterFailed, render
from workflows.verdict import judge

UNIT, SCHOOL, DEPARTMENT = "DISKOMINFO", "SMPN1", "DISDIK"
OFFICER, EMPLOYEE = "P092", "P097"
DAY = date(2026, 11, 2)
LATER = NOON + timedelta(minutes=10)
LONG_FORM = "{number}{year}" + 11 * "{unit}"
"""As it is written it fits, but not as it is printed."""


def block(session: Session, first: int, last: int, unit: str = UNIT, year: int = 2026) -> None:
    numbers.give_block(session, unit, year, first, last, by=OFFICER, now=NOON)


def taken(session: Session, unit: str = UNIT, day: date = DAY) -> str | None:
    number = numbers.take_next(session, unit, day, NOON)
    return None if number is None else number.text


def typed(session: Session, said: str, unit: str = UNIT, day: date = DAY) -> LetterNumber:
    return numbers.take_typed(session, unit, day, said, by=OFFICER, now=NOON)


def issued(session: Session, instance: UUID | None = None, kind: str = "leave_granted") -> Letter:
    return letters.issue(
        session, instance=instance or uuid4(), kind=kind, person=EMPLOYEE, unit=UNIT, now=NOON, due=LATER
    )


def numbered(session: Session, instance: UUID | None = None) -> Letter:
    letter = issued(session, instance)
    found = numbers.take_next(session, UNIT, DAY, NOON)
    assert found is not None
    letter.number, letter.issued_on = found.id, DAY
    return letter


# Numbers


def test_a_unit_takes_the_numbers_of_its_blocks_one_after_the_other(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 101, 102)
        block(session, 41, 41)
        found = [taken(session) for _ in range(4)]
    assert found == [f"800.1.11.4/{number}/DISKOMINFO/2026" for number in (41, 101, 102)] + [None]


def test_each_year_has_its_own_numbers(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 5, 9)
        block(session, 5, 9, year=2027)
        assert taken(session) == "800.1.11.4/5/DISKOMINFO/2026"
        assert taken(session, day=date(2027, 1, 4)) == "800.1.11.4/5/DISKOMINFO/2027"


def test_a_part_of_a_department_without_a_block_takes_from_the_department(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 7, 8, unit=DEPARTMENT)
        assert taken(session, SCHOOL) == "800.1.11.4/7/DISDIK/2026"
        block(session, 1, 3, unit=SCHOOL)
        assert taken(session, SCHOOL) == "800.1.11.4/1/SMPN1/2026"


@pytest.mark.parametrize(("first", "last"), [(10, 20), (5, 10), (20, 25), (12, 13), (1, 99)])
def test_blocks_do_not_meet(demo: Database, first: int, last: int) -> None:
    with Session(demo.engine) as session:
        block(session, 10, 20)
        with pytest.raises(Refused) as refused:
            block(session, first, last)
        assert list(refused.value.problems) == ["first"]


@pytest.mark.parametrize(("first", "last"), [(0, 5), (9, 8), (1, 10_001), (999_999, 1_000_000)])
def test_a_block_has_sensible_bounds(demo: Database, first: int, last: int) -> None:
    with Session(demo.engine) as session, pytest.raises(Refused):
        block(session, first, last)


@pytest.mark.parametrize(
    ("said", "text", "place"),
    [
        ("123", "800.1.11.4/123/DISKOMINFO/2026", 123),
        (" 0123 ", "800.1.11.4/123/DISKOMINFO/2026", 123),
        ("800.1.11.4/ 123 /Diskominfo/2026", "800.1.11.4/123/DISKOMINFO/2026", 123),
        ("850/77/BKPSDM/XI/2026", "850/77/BKPSDM/XI/2026", None),
        ("123.a", "123.A", None),
    ],
)
def test_an_officer_types_the_place_in_the_agenda_or_the_whole_number(
    demo: Database, said: str, text: str, place: int | None
) -> None:
    with Session(demo.engine) as session:
        number = typed(session, said)
        assert (number.text, number.number, number.taken_by) == (text, place, OFFICER)


@pytest.mark.parametrize("said", ["", "-", "nomor", "12 ; 13", "1" * 81, "0", "<b>1</b>"])
def test_what_is_no_number_is_refused(demo: Database, said: str) -> None:
    with Session(demo.engine) as session, pytest.raises(Refused) as refused:
        typed(session, said)
    assert list(refused.value.problems) == ["number"]


def test_a_number_is_never_given_twice_however_it_was_taken(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 1, 3)
        assert taken(session) == "800.1.11.4/1/DISKOMINFO/2026"
        typed(session, "2")
        for again in ("1", "2", "800.1.11.4/2/DISKOMINFO/2026"):
            with pytest.raises(Refused):
                typed(session, again)
        assert taken(session) == "800.1.11.4/3/DISKOMINFO/2026"
        assert taken(session) is None


def test_a_number_that_another_unit_typed_is_left_out_by_the_block_that_it_lies_in(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 1, 3)
        typed(session, "800.1.11.4/1/DISKOMINFO/2026", unit=DEPARTMENT)
        assert taken(session) == "800.1.11.4/2/DISKOMINFO/2026"


def test_the_form_of_numbers_can_change_and_no_number_comes_back(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 1, 9)
        taken(session)
        numbers.set_format(session, UNIT, 2026, "850/{number}/{unit}-KEPEG/{month}/{year}")
        assert taken(session) == "850/2/DISKOMINFO-KEPEG/XI/2026"
        with pytest.raises(Refused):
            typed(session, "850/1/Diskominfo-Kepeg/XI/2026")
        assert numbers.format_of(session, UNIT, 2027) == "850/{number}/{unit}-KEPEG/{month}/{year}"


@pytest.mark.parametrize(
    "form",
    [
        "",
        "800/{unit}/{year}",
        "{number}/{number}/{year}",
        "{number}",
        "{number}/{year}/<b>",
        "{year}{number}{x}",
        LONG_FORM,
    ],
)
def test_a_form_that_cannot_tell_numbers_apart_is_refused(demo: Database, form: str) -> None:
    with Session(demo.engine) as session, pytest.raises(Refused):
        numbers.set_format(session, UNIT, 2026, form)


def test_a_number_without_a_letter_is_a_gap_until_its_letter_is_made(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 1, 9)
        letter = numbered(session)
        [gap] = numbers.gaps(session, UNIT, 2026)
        assert (gap.text, gap.reason) == ("800.1.11.4/1/DISKOMINFO/2026", None)
        letter.status, letter.made_at = SIGNED, NOON
        session.flush()
        assert numbers.gaps(session, UNIT, 2026) == []


def test_each_gap_has_its_reason(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 1, 9)
        given_up, recalled, _ = numbered(session), numbered(session), numbered(session)
        lifecycle.give_up(session, given_up, "Salah pegawai", by=OFFICER)
        letters.revoke(session, instance=recalled.instance, reason="recalled", now=NOON)
        numbers.use_elsewhere(session, UNIT, DAY, 5, "Surat undangan", by=OFFICER, now=NOON)
        third = numbers.gaps(session, UNIT, 2026)[2]
        numbers.explain(session, third.id, UNIT, "Berkas rusak", by=OFFICER)
        found = [(gap.text.split("/")[1], gap.reason) for gap in numbers.gaps(session, UNIT, 2026)]
        assert found == [
            ("1", "Salah pegawai"),
            ("2", "Dipanggil kembali"),
            ("3", "Berkas rusak"),
            ("5", "Surat undangan"),
        ]
        [use] = numbers.blocks_of(session, UNIT, 2026)
        assert use.free == 5


def test_a_reason_is_needed_and_only_for_a_gap_of_ones_own_unit(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 1, 9)
        letter = numbered(session)
        assert letter.number is not None
        for reason, unit in (("  ", UNIT), ("Sebab", DEPARTMENT)):
            with pytest.raises(Refused):
                numbers.explain(session, letter.number, unit, reason, by=OFFICER)
        letter.status, letter.made_at = SIGNED, NOON
        session.flush()
        with pytest.raises(Refused):
            numbers.explain(session, letter.number, UNIT, "Sebab", by=OFFICER)


def take_many(url: str, worker: int, count: int) -> list[str]:
    """Take numbers from the block, every fifth from the agenda, each in a transaction of its own."""
    database, found = Database(url), []
    for turn in range(count):
        place = 10_000 + worker * 100 + turn
        agenda = turn % 5 == 4

        def one(session: Session, place: int = place, agenda: bool = agenda) -> str:
            if agenda:
                return typed(session, str(place)).text
            return taken(session) or "none"

        found.append(database.command(one))
    database.dispose()
    return found


def test_four_processes_at_once_get_every_number_once_and_lose_none(demo: Database, long: bool) -> None:
    count = 250 if long else 25
    demo.command(lambda session: block(session, 1, 4 * count))
    url = demo.engine.url.render_as_string(hide_password=False)
    demo.dispose()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(4, mp_context=spawn) as pool:
        done = pool.map(take_many, [url] * 4, range(4), [count] * 4)
        found = [text for texts in done for text in texts]
    assert len(set(found)) == len(found) == 4 * count
    places = sorted(int(text.split("/")[1]) for text in found)
    from_block = [place for place in places if place < 10_000]
    assert from_block == list(range(1, 4 * count * 4 // 5 + 1))
    with demo.reads() as session:
        assert len(session.scalars(select(LetterNumber.id)).all()) == 4 * count
        assert session.scalars(select(NumberBlock.following)).one() == len(from_block) + 1


# What becomes of a letter


def messages(session: Session) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.kind == lifecycle.MESSAGE)))


def test_a_letter_is_asked_for_once_and_made_when_the_decision_stands(demo: Database) -> None:
    with Session(demo.engine) as session:
        instance = uuid4()
        letter = issued(session, instance)
        assert issued(session, instance) is letter
        [message] = messages(session)
        assert (message.due, message.body, message.instance_id) == (LATER, str(letter.id), instance)
        assert (letter.status, letter.number, len(letter.code)) == (WAITING, None, CODE_LENGTH)


def test_a_decision_that_is_taken_back_takes_its_letter_along(demo: Database) -> None:
    with Session(demo.engine) as session:
        instance = uuid4()
        issued(session, instance)
        letters.take_back(session, instance=instance, due=LATER)
        assert messages(session) == []
        assert session.scalars(select(Letter)).all() == []
        assert issued(session, instance).status == WAITING


def test_a_decision_whose_letter_has_its_number_is_not_taken_back(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 1, 9)
        letter = numbered(session)
        with pytest.raises(Conflict):
            letters.take_back(session, instance=letter.instance, due=LATER)
        letters.take_back(session, instance=letter.instance, due=LATER + timedelta(minutes=1))
        assert session.get(Letter, letter.id) is letter


def test_a_letter_that_was_given_up_goes_with_the_decision_that_is_taken_back(demo: Database) -> None:
    with Session(demo.engine) as session:
        letter = issued(session)
        lifecycle.give_up(session, letter, "Salah kirim", by=OFFICER)
        letters.take_back(session, instance=letter.instance, due=LATER)
        assert session.scalars(select(Letter)).all() == []


def test_a_letter_that_was_given_up_is_asked_for_again_no_sooner_than_the_decision_stands(demo: Database) -> None:
    with Session(demo.engine) as session:
        letter = issued(session)
        with pytest.raises(Conflict):
            lifecycle.ask_again(session, letter, NOON)
        lifecycle.give_up(session, letter, "Salah kirim", by=OFFICER)
        again = lifecycle.ask_again(session, letter, NOON)
        assert (again.status, again.due) == (WAITING, LATER)
        assert lifecycle.ask_again(session, letter, NOON) is again


def test_a_letter_that_was_given_up_is_not_made_once_the_leave_has_changed(demo: Database) -> None:
    with Session(demo.engine) as session:
        letter = issued(session)
        lifecycle.give_up(session, letter, "Salah kirim", by=OFFICER)
        asked = {"kind": "leave_cancelled", "person": EMPLOYEE, "unit": UNIT, "now": LATER, "due": LATER}
        letters.replace(session, instance=letter.instance, reason="cancelled", by=uuid4(), **asked)  # type: ignore[arg-type]  # as named
        with pytest.raises(Conflict):
            lifecycle.ask_again(session, letter, LATER)


def test_a_change_revokes_the_letter_before_and_points_to_the_new_one(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 1, 9)
        old = numbered(session)
        old.status, old.made_at = SIGNED, NOON
        session.flush()
        new = letters.replace(
            session,
            instance=old.instance,
            reason="changed",
            by=uuid4(),
            kind="leave_changed",
            person=EMPLOYEE,
            unit=UNIT,
            now=LATER,
            due=LATER,
        )
        assert (old.status, old.reason, old.replaced_by, old.revoked_at) == (REVOKED, "changed", new.id, LATER)
        assert (new.status, new.about) == (WAITING, old.instance)
        letters.revoke(session, instance=old.instance, reason="cancelled", now=LATER)
        assert (new.status, new.reason, old.reason) == (REVOKED, "cancelled", "changed")


def test_a_change_that_is_taken_back_leaves_the_letter_before_valid(demo: Database) -> None:
    with Session(demo.engine) as session:
        block(session, 1, 9)
        signed, waiting, by, instance = numbered(session), numbered(session), uuid4(), uuid4()
        signed.status, signed.made_at, signed.signed_at, signed.document = SIGNED, NOON, NOON, uuid4()
        signed.about = waiting.about = instance
        session.flush()
        asked = {"kind": "leave_changed", "person": EMPLOYEE, "unit": UNIT, "now": LATER, "due": LATER}
        letters.replace(session, instance=instance, reason="changed", by=by, **asked)  # type: ignore[arg-type]  # as named
        assert {signed.status, waiting.status} == {REVOKED}
        letters.take_back(session, instance=by, due=LATER)
        assert (signed.status, signed.reason, signed.replaced_by) == (SIGNED, None, None)
        assert (waiting.status, waiting.reason) == (WAITING, None)
        assert {gap.reason for gap in numbers.gaps(session, UNIT, 2026)} == {None}
        assert [m.body for m in messages(session)].count(str(waiting.id)) == 2
        assert session.scalars(select(Letter).where(Letter.instance == by)).all() == []


def test_only_known_reasons_revoke(demo: Database) -> None:
    with Session(demo.engine) as session, pytest.raises(ValueError, match="no reason"):
        letters.revoke(session, instance=uuid4(), reason="sakit", now=NOON)


def test_a_letter_is_given_up_before_it_is_made_and_with_a_reason(demo: Database) -> None:
    with Session(demo.engine) as session:
        letter = issued(session)
        with pytest.raises(Refused):
            lifecycle.give_up(session, letter, " ", by=OFFICER)
        lifecycle.give_up(session, letter, "Tidak diperlukan", by=OFFICER)
        assert letter.status == VOID
        with pytest.raises(Conflict):
            lifecycle.give_up(session, letter, "Sekali lagi", by=OFFICER)


def test_letters_without_a_number_are_looked_at_again_when_their_unit_gets_a_block(demo: Database) -> None:
    with Session(demo.engine) as session:
        letter, other = issued(session), issued(session)
        letter.status, letter.office = UNNUMBERED, SCHOOL
        other.status, other.office = UNNUMBERED, UNIT
        session.flush()
        lifecycle.queue_unnumbered(session, DEPARTMENT, LATER)
        assert [m.body for m in messages(session)].count(str(letter.id)) == 2
        assert [m.body for m in messages(session)].count(str(other.id)) == 1


def test_a_letter_on_paper_is_on_record_as_signed_under_the_number_of_the_agenda(demo: Database) -> None:
    with Session(demo.engine) as session:
        asked = {"instance": uuid4(), "kind": "leave_granted", "person": EMPLOYEE, "unit": UNIT, "by": OFFICER}
        when = {"issued_on": date(2026, 10, 28), "span": (date(2026, 11, 3), date(2026, 11, 4)), "now": NOON}
        letter = letters.on_paper(session, **asked, **when, number="96", scan=uuid4())  # type: ignore[arg-type]  # as named
        number = session.get_one(LetterNumber, letter.number)
        assert (number.text, letter.status) == ("800.1.11.4/96/DISKOMINFO/2026", SIGNED)
        assert numbers.gaps(session, UNIT, 2026) == []
        with pytest.raises(Refused):
            letters.on_paper(session, **{**asked, "instance": uuid4()}, **when, number="96", scan=uuid4())  # type: ignore[arg-type]  # as named


def test_a_letter_on_paper_that_is_taken_back_leaves_its_number_to_be_typed_again(demo: Database) -> None:
    with Session(demo.engine) as session:
        asked = {"kind": "leave_granted", "person": EMPLOYEE, "unit": UNIT, "by": OFFICER, "number": "96"}
        when = {"issued_on": DAY, "span": None, "now": NOON, "scan": uuid4()}
        letter = letters.on_paper(session, instance=uuid4(), **asked, **when)  # type: ignore[arg-type]  # as named
        letters.take_back(session, instance=letter.instance, due=LATER)
        assert session.scalars(select(Letter)).all() == []
        letters.on_paper(session, instance=uuid4(), **asked, **when)  # type: ignore[arg-type]  # as named


# What the public is told


def test_a_code_has_a_hundred_random_bits() -> None:
    codes = {new_code() for _ in range(1_000)}
    assert len(codes) == 1_000
    assert {len(code) for code in codes} == {CODE_LENGTH}
    assert 5 * CODE_LENGTH >= 80


@pytest.mark.parametrize("typed_code", ["", "x", "0" * 19, "0" * 20, "0" * 21, "'; --", "\u0130" * 20])
def test_an_unknown_code_tells_nothing(demo: Database, typed_code: str) -> None:
    with demo.reads() as session:
        assert standing.public(session, typed_code) is None


def test_no_public_word_tells_of_an_illness_or_a_reason() -> None:
    for word in (*standing.PUBLIC.values(), *lifecycle.REASONS.values()):
        assert not any(part in f"{word.id} {word.en}".lower() for part in ("sakit", "lahir", "sick", "ill", "birth"))


# Setting

HEAD = '#set document(title: "x", date: datetime(year: 2026, month: 11, day: 2))\n'


def set_letter(body: str, **data: str) -> bytes:
    return render(HEAD + body, data, qr="<svg/>", at=datetime(2026, 11, 2, tzinfo=UTC))


def test_a_letter_is_pdf_a_and_the_same_each_time() -> None:
    body = '#set text(lang: "id")\nKepada #json(bytes(sys.inputs.data)).name'
    first = set_letter(body, name='"#panic() \\ Ñ')
    assert first == set_letter(body, name='"#panic() \\ Ñ')
    assert b"<pdfaid:part>2</pdfaid:part>" in first
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in first


@pytest.mark.parametrize(
    "body",
    [
        '#read("/etc/passwd")',
        '#read("/proc/self/environ")',
        '#image("../../../etc/hostname")',
        '#include "/etc/hostname"',
        '#import "@preview/cetz:0.3.4": canvas',
        '#import "@pre" + "view/cetz:0.3.4": canvas',
        '#import "@local/x:1.0.0": x',
        "#let again(n) = again(n + 1)\n#again(0)",
        "#for n in range(50000000) { n }",
        '#let x = "a"\n#for n in range(40) { x = x + x }\n#x.len()',
        "#for n in range(3000000) [row #n]",
        "#pagebreak(",
        "#sys.inputs.nothing",
        "",
    ],
)
def test_no_template_reaches_a_file_a_package_or_the_end_of_the_machine(body: str) -> None:
    with pytest.raises(LetterFailed):
        render((HEAD if body else "#panic()") + body, {}, qr="<svg/>", at=NOON)


def test_a_template_that_fails_is_told_with_its_line_and_without_the_data() -> None:
    with pytest.raises(LetterFailed) as failed:
        set_letter("Halo\n#json(bytes(sys.inputs.data)).nothing", name="Rahasia")
    assert "(baris 3" in failed.value.text.id
    assert "Rahasia" not in failed.value.text.id + failed.value.text.en
    assert "Traceback" not in failed.value.text.id


def findings(folder: Path, template: str) -> list[tuple[str, int | None]]:
    """What the check finds in the letter of the leave package with this template."""
    package = folder / "leave"
    shutil.copytree(packages() / "leave", package)
    (package / "letter.typ").write_text(template, encoding="utf-8")
    return [(found.code, found.line) for found in judge(package) if found.file == "letter.typ"]


def test_the_check_tries_the_letter_out_with_every_kind_and_type(tmp_path: Path) -> None:
    released = (packages() / "leave" / "letter.typ").read_text(encoding="utf-8")
    assert findings(tmp_path, released) == []


@pytest.mark.parametrize(
    ("template", "line"),
    [
        (HEAD + "#let data = json(bytes(sys.inputs.data))\n#data.nothing", 3),
        (HEAD + '#if json(bytes(sys.inputs.data)).kind == "leave_recalled" { panic("x") }', 2),
        ("#while 1 < 2 { }", 1),
    ],
)
def test_the_check_names_what_would_fail_when_a_letter_is_made(tmp_path: Path, template: str, line: int) -> None:
    assert findings(tmp_path, template) == [("letter-broken", line)]


def test_typst_and_pyhanko_are_not_loaded_by_what_pages_import() -> None:
    code = "import sys, web, workflows.flows; print([m for m in ('typst', 'pyhanko', 'segno') if m in sys.modules])"
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert ran.stdout.strip() == "[]"
