"""How long what is kept: the table, and the line that a file belongs to."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from workflows.privacy.erasing import numbers
from workflows.privacy.retention import ALWAYS, KEPT, kept_for, read

PACKAGES = sorted(folder.name for folder in Path("bpmn").iterdir() if folder.is_dir())
LINE: dict[str, Any] = {
    "title": "Berkas",
    "title_en": "Files",
    "basis": "Arsip",
    "basis_en": "Archives",
    "counted": "end",
    "years": 1,
    "by_itself": True,
    "processes": ["*"],
}


@pytest.mark.parametrize(
    ("process", "outcome", "kind", "key"),
    [
        ("leave", "approved", "attachment", "leave_evidence"),
        ("leave", "approved", "letter", "leave_letters"),
        ("leave", "approved", "letter_signed", "leave_letters"),
        ("leave", "rejected", "attachment", "leave_not_granted"),
        ("leave", "cancelled", "letter", "leave_not_granted"),
        ("leave_cancel", "cancelled", "letter", "leave_letters"),
        ("leave_objection", "upheld", "attachment", "leave_evidence"),
        ("data_update", "approved", "attachment", "data_evidence"),
        ("data_update", "refused", "attachment", "data_refused"),
        ("data_update", "cancelled", "attachment", "data_refused"),
        ("data_objection", "dismissed", "attachment", "data_evidence"),
        ("data_rights", "done", "attachment", "rights"),
        ("data_breach", "closed", "attachment", "rights"),
        ("surat_keterangan", "issued", "letter", "letters"),
        ("help", "helped", "attachment", "help"),
        ("of_this_office", None, "attachment", "other"),
    ],
)
def test_a_file_belongs_to_the_first_line_that_names_it(process: str, outcome: str, kind: str, key: str) -> None:
    assert kept_for(process, outcome, kind).key == key


@pytest.mark.parametrize("process", PACKAGES)
def test_every_package_of_ours_has_a_line_of_its_own(process: str) -> None:
    assert kept_for(process, "approved", "attachment").key != "other"


@pytest.mark.parametrize(
    ("key", "ended", "until"),
    [
        ("leave_evidence", date(2026, 1, 1), date(2028, 12, 31)),
        ("leave_evidence", date(2026, 12, 31), date(2028, 12, 31)),
        ("data_evidence", date(2026, 11, 2), date(2031, 12, 31)),
        ("data_refused", date(2026, 11, 2), date(2027, 11, 2)),
        ("data_refused", date(2028, 2, 29), date(2029, 3, 1)),
    ],
)
def test_the_time_is_counted_from_the_end_of_the_request_or_of_its_year(key: str, ended: date, until: date) -> None:
    assert KEPT[key].until(ended) == until


@pytest.mark.parametrize("key", KEPT)
def test_every_line_says_how_long_and_on_what_basis_in_both_languages(key: str) -> None:
    kept = KEPT[key]
    assert kept.title.id != kept.title.en
    assert kept.basis.id != kept.basis.en
    assert kept.how_long.id != kept.how_long.en
    assert (kept.counted == ALWAYS) == (not kept.years and not kept.days)


@pytest.mark.parametrize(
    "wrong",
    [
        {"counted": "sometimes"},
        {"years": 0},
        {"counted": "always"},
        {"counted": "employment"},
        {"processes": ["leave"]},
        {"outcomes": ["approved"]},
        {"colour": "red"},
    ],
)
def test_a_table_that_says_nothing_clear_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        read({"files": {**LINE, **wrong}})


def test_the_table_of_one_line_for_all_files_is_enough() -> None:
    assert read({"files": LINE})["files"].covers("leave", "approved", "attachment")
    assert tomllib.loads(Path("workflows/privacy/retention.toml").read_text("utf-8")).keys() == KEPT.keys()


def test_numbers_of_requests_are_read_whatever_stands_between_them() -> None:
    assert numbers(" cuti-2026-1,\nDATA-2026-2; CUTI-2026-1 ") == ["CUTI-2026-1", "DATA-2026-2"]
    assert numbers(" ,; ") == []
