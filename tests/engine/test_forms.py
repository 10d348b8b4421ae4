"""Forms: one validator for JSON and HTML; what was not asked does not get in; messages say what to do."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.budget import Budget
from engine.errors import DiagramError, Refused, Text
from engine.forms import Form, Page, read_form
from engine.forms.paging import progress
from engine.forms.pattern import BadPattern, compile_pattern
from engine.limits import DEFAULT

JAKARTA = ZoneInfo("Asia/Jakarta")
REQUIRED = {"required": True}


def form(*components: dict[str, Any]) -> Form:
    return read_form(json.dumps({"type": "default", "components": list(components)}).encode(), "x.form")


def component(kind: str, key: str = "a", label: str = "Alasan", **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": label, **more}


def date_field(key: str = "a", label: str = "Tanggal mulai", **more: Any) -> dict[str, Any]:
    return component("datetime", key, label, subtype="date", **more)


def accepted(fields: Form, **raw: Any) -> dict[str, Any]:
    return fields.accept(raw, context={}, zone=JAKARTA)


def refused(fields: Form, **raw: Any) -> dict[str, Text]:
    with pytest.raises(Refused) as caught:
        accepted(fields, **raw)
    return {name: texts[0] for name, texts in caught.value.problems.items()}


def codes(schema: Any) -> list[str]:
    content = schema if isinstance(schema, bytes) else json.dumps(schema).encode()
    with pytest.raises(DiagramError) as caught:
        read_form(content, "x.form")
    assert all(p.line for p in caught.value.problems)  # type: ignore[attr-defined]
    return [p.code for p in caught.value.problems]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-03",
        "3/2/2026",
        "3/2/26",
        "03/02/26",
        " 3 / 2 / 2026 ",
        "03-02-2026",
        "3.2.2026",
        "3 Feb 2026",
        "3 Februari 2026",
        "3Feb2026",
        "3.feb.26",
        "3 february 26",
        date(2026, 2, 3),
        datetime(2026, 2, 3, 9, tzinfo=UTC),
        {"day": "3", "month": "2", "year": "2026"},
        {"day": 3, "month": "Peb".replace("P", "F"), "year": 2026},
    ],
)
def test_ux_14_dates_are_taken_as_people_and_programs_write_them(written: object) -> None:
    assert accepted(form(date_field()), a=written) == {"a": date(2026, 2, 3)}


@pytest.mark.parametrize("written", ["31/2/2026", "2/13/2026", " 30 Feb 26"])
def test_a_day_that_no_calendar_has_is_told_so(written: str) -> None:
    text = refused(form(date_field()), a=written)["a"]
    assert text == Text(
        "Isi tanggal mulai seperti 3 Juni 2026; hari itu tidak ada di kalender.",
        "Give tanggal mulai like 3 June 2026; the calendar has no such day.",
    )


@pytest.mark.parametrize("written", ["besok", "3 Fe 2026", "1/1/1700", 20260203, True, "9" * 99])
def test_what_is_no_date_is_refused_with_an_example(written: object) -> None:
    text = refused(form(date_field()), a=written)["a"]
    assert text == Text(
        "Isi tanggal mulai seperti 3 Juni 2026 atau 3/6/2026.",
        "Give tanggal mulai like 3 June 2026 or 3/6/2026.",
    )


def test_a_moment_is_read_in_the_zone_of_the_unit_and_kept_in_utc() -> None:
    fields = form(component("datetime", subtype="datetime"))
    assert accepted(fields, a="2026-06-03T08:30") == {"a": datetime(2026, 6, 3, 1, 30, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", 12),
        ("12,5", Decimal("12.5")),
        ("12.5", Decimal("12.5")),
        ("1.000", 1000),
        ("1.234.567,5", Decimal("1234567.5")),
        ("1,234.5", Decimal("1234.5")),
        (" - 5".replace(" ", ""), -5),
        (7, 7),
        (Decimal("7.0"), 7),
        (0.5, Decimal("0.5")),
    ],
)
def test_numbers_are_taken_as_people_and_programs_write_them(written: object, number: object) -> None:
    value = accepted(form(component("number")), a=written)["a"]
    assert value == number
    assert type(value) in (int, Decimal)


@pytest.mark.parametrize(
    "written",
    ["dua", "1,000", "NaN", "Infinity", float("nan"), 1e300, "1e9999999", "9" * 30, True, [1], "0x10", "--1"],
)
def test_what_is_no_number_or_could_be_two_is_refused(written: object) -> None:
    assert (
        refused(form(component("number", label="Lama")), a=written)["a"].id
        == "Isi lama dengan angka, misalnya 12 atau 12,5."
    )


def test_bounds_of_a_number_are_told() -> None:
    fields = form(component("number", label="Lama", decimalDigits=0, validate={"min": 1, "max": 12}))
    assert refused(fields, a="0")["a"].id == "Isi lama dengan 1 atau lebih."
    assert refused(fields, a="13")["a"].en == "Give lama as 12 or less."
    assert refused(fields, a="1,5")["a"].id == "Isi lama dengan angka bulat, tanpa koma."


@pytest.mark.parametrize("written", ["1e-99999999", "0,0000000000000001", Decimal("1e-99999999")])
def test_a_number_that_nobody_could_read_is_refused(written: object) -> None:
    text = refused(form(component("number", label="Lama")), a=written)["a"]
    assert text.en == "Give lama with at most 15 decimals."


@pytest.mark.parametrize(
    ("written", "decimals", "number"),
    [
        ("1e15", 9999, 10**15),
        ("999999999999999,25", 14, Decimal("999999999999999.25")),
        ("2,50", 1, Decimal("2.5")),
        ("0e-99999999", 0, 0),
    ],
)
def test_decimals_are_counted_without_rounding(written: str, decimals: int, number: object) -> None:
    assert accepted(form(component("number", decimalDigits=decimals)), a=written) == {"a": number}


def test_a_choice_is_told_as_what_was_done_once_it_has_been_made() -> None:
    values = [{"value": "approve", "label": "Setujui"}, {"value": "reject", "label": "Tidak disetujui"}]
    asked = form(component("radio", "outcome", "Keputusan", values=values, properties={"done.approve": "Disetujui"}))
    told = {value: asked.described({"outcome": value})[0][1].id for value in ("approve", "reject")}
    assert told == {"approve": "Disetujui", "reject": "Tidak disetujui"}
    assert [label.id for _, label in asked.fields[0].values] == ["Setujui", "Tidak disetujui"]
    for wrong in (7, "naik\x00"):
        properties = {"done.approve": wrong}
        schema = {"components": [component("radio", values=values, properties=properties)]}
        assert codes(schema) == ["text-characters"]


def test_only_declared_fields_get_in() -> None:
    raw = {"a": "x", "approved": True, "role": "sekda", "__proto__": {}, "instance": {}}
    assert form(component("textfield")).accept(raw, context={}) == {"a": "x"}


def test_readonly_fields_are_shown_but_not_taken() -> None:
    assert accepted(form(component("textfield", readonly=True), component("textfield", "b")), a="x", b="y") == {
        "b": "y"
    }


def test_hidden_fields_are_neither_asked_nor_taken() -> None:
    fields = form(
        component("radio", "kind", values=[{"label": "Sakit", "value": "sick"}, {"label": "Lain", "value": "other"}]),
        component("textfield", "doctor", conditional={"hide": '=kind != "sick"'}, validate={"required": True}),
        component("textfield", "clinic", conditional={"hide": "=doctor = null"}, validate={"required": True}),
    )
    assert accepted(fields, kind="other", doctor="x", clinic="y") == {"kind": "other"}
    assert set(refused(fields, kind="sick", clinic="y")) == {"doctor"}
    assert accepted(fields, kind="sick", doctor="x", clinic="y") == {"kind": "sick", "doctor": "x", "clinic": "y"}


def test_what_hangs_on_a_choice_is_asked_for_only_once_the_choice_is_made() -> None:
    fields = form(
        component("radio", "outcome", "Keputusan", values=[{"label": "Tidak", "value": "no"}], validate=REQUIRED),
        component("textfield", "reason", conditional={"hide": '=outcome = "yes"'}, validate=REQUIRED),
        component("textfield", "place", "Tempat", validate=REQUIRED),
    )
    assert set(refused(fields)) == {"outcome", "place"}
    assert set(refused(fields, outcome="no")) == {"reason", "place"}


def test_what_the_data_of_a_request_hide_is_left_away_before_anybody_answers() -> None:
    inner = [component("checkbox", "seen", conditional={"hide": '=outcome = "no"'})]
    fields = form(
        component("radio", "outcome", values=[{"label": "Ya", "value": "yes"}, {"label": "Tidak", "value": "no"}]),
        {"type": "text", "text": "Tidak dapat ditangguhkan.", "conditional": {"hide": "=kept.deferrable"}},
        component("textfield", "both", conditional={"hide": '=kept.deferrable and outcome = "no"'}),
        {"type": "group", "label": "Bukti", "components": inner, "conditional": {"hide": "=count(kept.papers) = 0"}},
    )
    assert fields.waits_for_data

    def shown(**kept: Any) -> list[str]:
        left = fields.settled({"kept": kept}, Budget(DEFAULT, None, None))
        return [each.key or each.type for page in left.pages for each in page.fields]

    assert shown(deferrable=True, papers=[]) == ["outcome", "both"]
    assert shown(deferrable=False, papers=["a"]) == ["outcome", "text", "both", "seen"]
    assert not form(component("textfield", conditional={"hide": "=a = 1"})).waits_for_data


def test_a_hidden_page_hides_its_fields() -> None:
    page = {
        "type": "group",
        "label": "Rincian",
        "conditional": {"hide": "=not(more)"},
        "components": [component("textfield", "b", validate={"required": True})],
    }
    fields = form(component("checkbox", "more"), page)
    assert [p.label for p in fields.pages] == [None, Text("Rincian", "Rincian")]
    assert accepted(fields) == {"more": False}
    assert set(refused(fields, more="on")) == {"b"}


def test_conditions_may_read_the_process_data() -> None:
    fields = form(component("textfield", conditional={"hide": "=submit.abroad"}))
    assert fields.accept({"a": "x"}, context={"submit": {"abroad": True}}) == {}


def test_an_end_before_its_beginning_is_refused_in_the_words_of_the_checklist() -> None:
    fields = form(date_field("first"), date_field("last", "Tanggal selesai", properties={"notBefore": "=first"}))
    assert refused(fields, first="3/6/2026", last="2/6/2026")["last"] == Text(
        "Isi tanggal selesai, sama atau setelah 3 Juni 2026.", "Give tanggal selesai as 3 June 2026 or later."
    )


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (component("textfield", label="NIP"), "Isi NIP."),
        (date_field(), "Isi tanggal mulai, misalnya 3 Juni 2026."),
        (component("checkbox", label="Saya setuju"), "Centang “Saya setuju” untuk melanjutkan."),
        (component("filepicker", label="Surat dokter"), "Lampirkan surat dokter."),
        (component("textfield", label="Ke mana?"), "Isi “Ke mana?”."),
        (component("textfield", label="Pulang pukul", properties={"asked": "jam pulang"}), "Isi jam pulang."),
        (component("select", values=[{"value": "x", "label": "X"}]), "Pilih alasan."),
    ],
)
@pytest.mark.parametrize("empty", [None, "", "  ", []])
def test_a_missing_answer_is_asked_for_by_its_name(field: dict[str, Any], text: str, empty: object) -> None:
    assert refused(form({**field, "validate": {"required": True}}), a=empty)["a"].id == text


def test_a_label_is_said_in_english_as_part_of_a_sentence() -> None:
    english = {
        "Alasan": "Reason for leave",
        "NIP": "NIP",
        "Surat": "BKN\u2019s letter",
        "Sebab": "Why it is urgent",
        "Pulang pukul": "Leaving at",
        "jam pulang": "the time of leaving",
    }

    def told(label: str, **own: str) -> str:
        schema = {"type": "default", "components": [component("textfield", label=label, properties=own)]}
        read = read_form(json.dumps(schema).encode(), "x.form", lambda _f, _e, _a, words: Text(words, english[words]))
        required = replace(read.pages[0].fields[0], required=True)
        return refused(Form("x.form", (Page(None, (required,)),)))["a"].en

    assert told("Alasan") == "Fill in the reason for leave."
    assert told("NIP") == "Fill in NIP."
    assert told("Surat") == "Fill in BKN\u2019s letter."
    assert told("Sebab") == "Fill in why it is urgent."
    assert told("Pulang pukul", asked="jam pulang") == "Fill in the time of leaving."


@pytest.mark.parametrize("no", [False, 0])
def test_no_and_nought_are_answers_to_a_question_that_must_be_answered(no: object) -> None:
    required = {"validate": {"required": True}}
    values = [{"value": no, "label": "Tidak"}, {"value": 1, "label": "Ya"}]
    sent = "false" if no is False else "0"
    assert accepted(form(component("radio", values=values, **required)), a=sent) == {"a": no}
    assert accepted(form(component("select", values=values, **required)), a=no) == {"a": no}
    assert accepted(form(component("number", **required)), a="0") == {"a": 0}
    assert "a" in refused(form(component("checkbox", **required)), a=False)


def test_texts_are_tidied_and_bounded() -> None:
    line, area = form(component("textfield")), form(component("textarea", validate={"maxLength": 20}))
    assert accepted(line, a="  dua   kata\r\n") == {"a": "dua kata"}
    assert accepted(area, a="satu\r\ndua\n") == {"a": "satu\ndua"}
    assert refused(area, a="x" * 21)["a"].id == "Persingkat alasan menjadi paling banyak 20 karakter."
    assert "a" in refused(line, a="x" * 501)


def test_texts_are_stored_composed_with_one_kind_of_line_end_and_without_what_nobody_sees() -> None:
    line, area = form(component("textfield")), form(component("textarea"))
    assert accepted(line, a="Ste\u0301phane\r\nBcc: x\u2028y") == {"a": "St\u00e9phane Bcc: x y"}
    assert accepted(line, a="\u202eexe.\u2066gnp\u2069\u202c \ufeff\u200b1\u00ad0") == {"a": "exe.gnp 10"}
    assert accepted(line, a="👩\u200d💻 \u200f\u05e9") == {"a": "👩\u200d💻 \u200f\u05e9"}
    assert accepted(area, a="satu\x0bdua\u2028tiga\x85empat\rlima") == {"a": "satu\ndua\ntiga\nempat\nlima"}
    assert accepted(form(component("number")), a="\u202d12\u202c") == {"a": 12}
    phone = form(component("textfield", validate={"validationType": "phone"}))
    assert accepted(phone, a="\u202a+62 812 3456 7890\u202c") == {"a": "+6281234567890"}


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e\u202c", "\u00a0\u2003", "\u200d\u200e", "\ufeff \u2060"])
@pytest.mark.parametrize("kind", ["textfield", "textarea", "number", "datetime"])
def test_what_nobody_sees_is_no_answer(unseen: str, kind: str) -> None:
    assert accepted(form(component(kind)), a=unseen) == {"a": None}
    assert "a" in refused(form(component(kind, validate={"required": True})), a=unseen)


@pytest.mark.parametrize("bad", ["a\0b", "\ud800", "\x1b[31m", "\x9b31m", "Jalan \ufffd", {"x": 1}, ["x"], True])
def test_what_no_database_can_hold_is_no_text(bad: object) -> None:
    assert "a" in refused(form(component("textfield")), a=bad)


@pytest.mark.parametrize("sign", [" ", ".", "-", "\u00a0", " - "])
def test_ux_14_numbers_of_people_ignore_spaces_dots_and_dashes(sign: str) -> None:
    nip = form(component("textfield", label="NIP", properties={"digits": 18}))
    nik = form(component("textfield", label="NIK", properties={"digits": 16}))
    assert accepted(nip, a=sign.join(("19850412", "201001", "1", "005"))) == {"a": "198504122010011005"}
    assert accepted(nik, a=sign.join(("1234", "5678", "9012", "3456"))) == {"a": "1234567890123456"}
    assert refused(nip, a="123")["a"].id == "Isi NIP dengan 18 angka."
    phone = form(component("textfield", validate={"validationType": "phone"}))
    assert accepted(phone, a=sign.join(("+62 812", "3456", "7890"))) == {"a": "+6281234567890"}


def test_only_listed_choices_are_taken_in_their_declared_type() -> None:
    values = [{"label": "Satu", "value": 1}, {"label": "Ya", "value": True}, {"label": "X", "value": "x"}]
    one, many = form(component("select", values=values)), form(component("checklist", values=values))
    assert [accepted(one, a=raw)["a"] for raw in ("1", 1, "true", True, "x")] == [1, 1, True, True, "x"]
    assert accepted(many, a=["x", "1", "x"]) == {"a": [1, "x"]}
    assert refused(one, a="y")["a"].id == "Pilih alasan dari daftar."
    assert "a" in refused(many, a=["x"] * 100)


def test_rows_of_a_list_are_forms_of_their_own() -> None:
    inner = [component("textfield", "name", "Nama", validate={"required": True}), date_field("born", "Tanggal lahir")]
    fields = form({"type": "dynamiclist", "path": "children", "label": "Anak", "components": inner})
    assert accepted(fields, children=[{"name": "Budi", "secret": 1}, {}, {"name": "", "born": ""}]) == {
        "children": [{"name": "Budi", "born": None}]
    }
    assert set(refused(fields, children=[{"name": "A"}, {"born": "x"}])) == {"children-1-name", "children-1-born"}
    assert "children" in refused(fields, children=[{"name": "A"}] * 51)
    assert "children" in refused(fields, children="x")


def test_files_are_named_by_the_ids_of_uploaded_documents() -> None:
    one, many = form(component("filepicker")), form(component("filepicker", multiple=True))
    assert accepted(one, a="0f3-a") == {"a": ["0f3-a"]}
    assert accepted(many, a=["x", "y", "x"]) == {"a": ["x", "y"]}
    assert "a" in refused(one, a=["x", "y"])
    assert "a" in refused(one, a="../../etc/passwd")


def test_answers_are_described_in_both_languages() -> None:
    fields = form(
        date_field(),
        component("number", "n", "Lama"),
        component("checkbox", "c", "Luar negeri"),
        component("radio", "r", "Jenis", values=[{"label": "Tahunan", "value": "annual"}]),
    )
    answers = accepted(fields, a="3/6/2026", n="1.234,5", c="on", r="annual")
    assert [value for _, value in fields.described(answers)] == [
        Text("3 Juni 2026", "3 June 2026"),
        Text("1.234,5", "1,234.5"),
        Text("Ya", "Yes"),
        Text("Tahunan", "Tahunan"),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
EVERYTHING = [
    *(component(kind, kind) for kind in ("textfield", "textarea", "number", "checkbox", "filepicker")),
    date_field("datetime"),
    component("select", "select", values=[{"label": "X", "value": "x"}]),
    component("checklist", "checklist", values=[{"label": "X", "value": "x"}]),
    {"type": "dynamiclist", "path": "rows", "label": "Baris", "components": [component("textfield", "name")]},
]


@given(st.dictionaries(st.sampled_from([*(c.get("key", "rows") for c in EVERYTHING), "other"]), JSON))
def test_no_answer_of_anybody_is_an_error_of_ours(raw: dict[str, Any]) -> None:
    fields = form(*EVERYTHING)
    with suppress(Refused):
        answers = fields.accept(raw, context={})
        assert set(answers) == {f.key for f in fields.fields}
        assert fields.described(answers) is not None


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^[A-Z]{2,3}$", "AB", True),
        ("^[A-Z]{2,3}$", "ABCD", False),
        ("a|b", "xxb", True),
        ("^(ab)+$", "aba", False),
        (r"^\d{18}$", "1" * 18, True),
        (r"^\d{18}$", "1" * 17, False),
        ("^$", "", True),
        ("", "x", True),
        (r"^[^0-9\s]+$", "ab1", False),
        ("^(?:a|b){0,2}c$", "abc", True),
        ("^a{2,}$", "a", False),
        ("^a.c$", "abc", True),
        (r"^\(x\)$", "(x)", True),
        ("^[a-c-]*$", "a-c", True),
    ],
)
def test_patterns_mean_what_they_mean_elsewhere(pattern: str, text: str, found: bool) -> None:
    assert compile_pattern(pattern).matches(text) is found


def test_no_pattern_takes_long() -> None:
    started = time.process_time()
    assert not compile_pattern("^(a+)+$").matches("a" * 1000 + "b")
    assert not compile_pattern("^(a|a)*(a|a)*(a|a)*$").matches("a" * 1000 + "b")
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "pattern", ["(a", "a)", "[a", "a**", "(?=a)", r"\1", "a{999}", "((a{60}){60})", "*", "x" * 300, "\\"]
)
def test_patterns_beyond_the_language_are_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compile_pattern(pattern)


VERDICTS = [{"value": value, "label": value} for value in ("ok", "repair")]
ITEMS = {
    "type": "dynamiclist",
    "path": "items",
    "label": "Butir",
    "components": [component("radio", "verdict", "Hasil", values=VERDICTS, validate=REQUIRED)],
}
OUTCOME = component(
    "radio",
    "outcome",
    "Keputusan",
    values=[{"value": "ok", "label": "Setujui"}, {"value": "repair", "label": "Kembalikan"}],
    validate=REQUIRED,
    properties={
        "computed": '=if count(items) = 0 then "none" else if some one in items satisfies one.verdict = "repair" '
        'then "repair" else "ok"',
        "done.ok": "Disetujui",
    },
)


@pytest.mark.parametrize(("given", "outcome"), [(["ok", "ok"], "ok"), (["ok", "repair"], "repair")])
def test_what_is_computed_follows_from_the_other_answers_and_from_nothing_that_is_sent(
    given: list[str], outcome: str
) -> None:
    fields = form(OUTCOME, ITEMS, component("checkbox", "whole", "Semua", properties={"computed": '=outcome = "ok"'}))
    rows = [{"verdict": value} for value in given]
    answers = accepted(fields, items=rows, outcome="none", whole="true")
    assert answers == {"items": rows, "outcome": outcome, "whole": outcome == "ok"}


def test_what_is_computed_is_told_in_the_words_of_a_choice_that_was_made() -> None:
    fields = form(ITEMS, OUTCOME)
    answers = accepted(fields, items=[{"verdict": "ok"}])
    assert [words.id for _label, words in fields.described(answers)] == ["ok", "Disetujui"]
    assert not fields.chooses
    assert form(OUTCOME | {"properties": {}}).chooses


def test_answers_that_settle_nothing_are_refused_with_whom_to_tell() -> None:
    assert refused(form(ITEMS, OUTCOME)) == {
        "outcome": Text(
            "Jawaban ini belum menentukan keputusan. Beri tahu pemilik proses.",
            "These answers do not settle keputusan yet. Tell the process owner.",
        )
    }


def test_nothing_is_computed_of_answers_that_are_wrong() -> None:
    assert list(refused(form(OUTCOME, ITEMS), items=[{"verdict": "perhaps"}])) == ["items-0-verdict"]


def test_a_page_of_questions_may_hold_what_is_computed_and_is_none_without_a_question() -> None:
    fields = form(
        component("textfield", "nama", "Nama"),
        {"type": "group", "label": "Jumlah", "components": [SUM]},
    )
    asked = progress(fields, {"nama": "Wati"}, context={}, zone=JAKARTA, budget=Budget(DEFAULT, None, None))
    assert [page.key for page in asked.pages] == ["nama"]
    assert asked.values == {"nama": "Wati", "sum": 2}


def test_no_row_of_a_fixed_list_is_left_out_so_that_its_number_says_what_it_is_about() -> None:
    fields = form(ITEMS | {"allowAddRemove": False})
    rows = [{"verdict": "ok"}, {"verdict": ""}, {"verdict": "repair"}]
    assert list(refused(fields, items=rows)) == ["items-1-verdict"]
    assert accepted(form(ITEMS), items=rows) == {"items": [rows[0], rows[2]]}
    answers = accepted(fields, items=[rows[0], rows[2]])
    assert fields.described(answers)[0][1].id == "1. ok; 2. repair"


def test_what_has_pages_of_its_own_is_told_nowhere_else() -> None:
    fields = form(component("textfield", "nik", "NIK", properties={"apart": "yes"}), component("textfield", "note"))
    answers = accepted(fields, nik="6299010101800001", note="Salah ketik")
    assert [words.id for _label, words in fields.described(answers)] == ["Salah ketik"]


HIDE = {"conditional": {"hide": "=true"}}
GROUP = {"type": "group", "label": "Kelompok"}
LIST = {"type": "dynamiclist", "path": "butir", "label": "Butir"}
SUM = component("number", "sum", "Jumlah", properties={"computed": "=1 + 1"})


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object", "properties": {}}, ["form-not-form-js"]),
        ([], ["form-not-form-js"]),
        (b'{"components": [NaN]}', ["form-syntax"]),
        (b'{"components": [\n{"a": 1,, }]}', ["form-syntax"]),
        (b'{"components": [], "components": []}', ["form-doubled"]),
        (b"[" * 100_000, ["form-syntax"]),
        (b"\xff", ["text-encoding"]),
        ({"components": [{"type": "iframe", "label": "x"}]}, ["form-component"]),
        ({"components": [{"type": "button", "label": "Kirim", "key": "b"}]}, ["form-button"]),
        ({"components": [component("textfield", "__proto__")]}, ["form-key"]),
        ({"components": [component("textfield", "date")]}, ["form-key"]),
        ({"components": [component("textfield", "instance")]}, ["form-key"]),
        ({"components": [component("textfield"), component("number")]}, ["form-key-twice"]),
        ({"components": [component("textfield", label="")]}, ["form-label"]),
        ({"components": [component("textfield", label="{{ x }}")]}, ["form-words"]),
        ({"components": [component("select")]}, ["form-values"]),
        ({"components": [component("select", values=[{"value": "x"}, {"value": "x"}])]}, ["form-values"]),
        ({"components": [component("select", values=[{"value": "x"}], valuesKey="y")]}, ["form-attribute"]),
        ({"components": [component("textfield", conditional={"hide": "a == b"})]}, ["form-condition"]),
        ({"components": [component("textfield", conditional={"hide": "=a == b"})]}, ["form-feel"]),
        ({"components": [component("textfield", validate={"pattern": "(?<=a)b"})]}, ["form-pattern"]),
        ({"components": [component("number", validate={"max": "lots"})]}, ["form-number"]),
        ({"components": [component("datetime", subtype="time")]}, ["form-subtype"]),
        ({"components": [component("textfield", properties={"computed": "b"})]}, ["form-condition"]),
        ({"components": [component("textfield", properties={"computed": "=b"})]}, ["form-computed"]),
        ({"components": [component("textfield", properties={"computed": "=a"})]}, ["form-computed"]),
        ({"components": [component("filepicker", properties={"computed": "=1"})]}, ["form-computed"]),
        ({"components": [component("textfield", properties={"computed": "=1"}, **HIDE)]}, ["form-computed"]),
        ({"components": [GROUP | HIDE | {"components": [SUM]}]}, ["form-computed"]),
        ({"components": [LIST | {"components": [SUM]}]}, ["form-computed"]),
        ({"components": [SUM, component("textfield", "b", conditional={"hide": "=sum > 1"})]}, ["form-computed"]),
        ({"components": [{"type": "group", "label": "x", "components": []}]}, ["form-empty-group"]),
        ({"components": [component("textfield", f"k{n}") for n in range(201)]}, ["form-too-large"]),
    ],
)
def test_what_a_form_cannot_ask_is_named(schema: Any, expected: list[str]) -> None:
    assert codes(schema) == expected


NAMES = ("type", "key", "path", "label", "validate", "values", "conditional", "properties", "components", "subtype")
RULES = ("required", "min", "max", "maxLength", "pattern", "hide", "digits", "notBefore", "value", "label", "asked")
SCHEMA = st.recursive(
    JSON | st.sampled_from(["textfield", "select", "number", "datetime", "group", "dynamiclist", "=a", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES + RULES), inner, max_size=5),
    max_leaves=15,
)


@given(st.lists(SCHEMA, max_size=4))
def test_no_schema_of_anybody_is_an_error_of_ours(components: list[Any]) -> None:
    content = json.dumps({"components": components}).encode()
    with suppress(DiagramError):
        read_form(content, "x.form")
