"""Help: a question, perhaps one back, and an answer."""

from __future__ import annotations

from tests.support import Office

EMPLOYEE, HELPER = "P097", "P033"


def test_the_help_desk_answers_and_the_one_who_asked_is_told(office: Office) -> None:
    case = office.start(
        "help", EMPLOYEE, question="Tidak bisa mengunggah", page="Halaman tugas", reference="CUTI-2026-1"
    )
    view = case.complete("answer", HELPER, reply="answer", words="Pilih berkas yang lebih kecil")
    assert (view.outcome, view.outcome_name and view.outcome_name.en) == ("helped", "Answered")


def test_the_help_desk_may_ask_back(office: Office) -> None:
    case = office.start("help", EMPLOYEE, question="Tidak bisa")
    case.complete("answer", HELPER, reply="ask", words="Sebutkan yang tertulis di layar")
    case.complete("ask", EMPLOYEE, question="Berkas terlalu besar")
    assert case.complete("answer", HELPER, reply="answer", words="Kirim nanti").outcome == "helped"


def test_nobody_answers_their_own_call_for_help(office: Office) -> None:
    case = office.start("help", HELPER, question="Saya juga tidak tahu")
    assert case.complete("answer", "P029", reply="answer", words="Mari kita lihat bersama").outcome == "helped"
