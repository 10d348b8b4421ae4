"""How forms of packages look in HTML, and how what was typed travels there and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template_string

from engine.errors import Refused, Text
from engine.forms import Form, read_form
from tests.web.visitor import one
from web.forms import Answers, bound
from web.spelling import closed_up, given, typed_of

CHOICE = [{"value": "a", "label": "Apel"}, {"value": "b", "label": "Belimbing"}]


@pytest.fixture
def kind() -> str:
    """One kind of database is enough for what does not depend on it."""
    return "sqlite"


def form(*components: Mapping[str, Any]) -> Form:
    schema = {"type": "default", "components": list(components)}
    return read_form(json.dumps(schema).encode(), "x.form")


def field(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "key": key, "type": kind, "label": key.capitalize(), **more}


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def drawn(wanted: Form, **answers: Any) -> BeautifulSoup:
    template = '{% import "_fields.html" as fields %}<form>{{ fields.summary(form) }}{{ fields.all(form) }}</form>'
    return BeautifulSoup(render_template_string(template, form=bound(wanted, Answers(**answers))), "html.parser")


def test_every_question_has_a_label_and_no_browser_judges_answers() -> None:
    required = {"validate": {"required": True}}
    kinds = [field(kind, kind, **required) for kind in ("textfield", "textarea", "number", "checkbox")]
    page = drawn(form(*kinds, field("hari", "datetime", subtype="date", dateLabel="Hari", **required)))
    for control in page.find_all(["input", "textarea"]):
        assert page.find("label", attrs={"for": control["id"]}) is not None
        assert not {"required", "min", "max", "maxlength", "pattern"} & set(control.attrs)


def test_seven_choices_are_radios_and_eight_a_list() -> None:
    many = [{"value": str(n), "label": str(n)} for n in range(8)]
    page = drawn(form(field("few", "select", values=many[:7]), field("many", "select", values=many)))
    assert len(page.find_all("input", type="radio")) == 7
    assert page.find("fieldset", id="few") is not None
    assert len(page.select("select#many option")) == 9


def test_what_is_computed_is_not_asked() -> None:
    page = drawn(form(field("nama", "textfield"), field("lama", "number", properties={"computed": "=1 + 1"})))
    assert [control["name"] for control in page.find_all("input")] == ["nama"]


VERDICTS = {
    "type": "dynamiclist",
    "path": "items",
    "label": "Butir",
    "allowAddRemove": False,
    "components": [
        field("number", "number", validate={"required": True}),
        field("verdict", "radio", values=CHOICE, validate={"required": True}),
        field("reason", "textarea", conditional={"hide": '=verdict = null or verdict = "a"'}),
    ],
}


def test_fixed_rows_are_drawn_apart_each_with_its_number_and_its_own_hiding() -> None:
    drawn_form = bound(form(field("nama", "textfield"), VERDICTS), Answers(), {"items": ["NIK", "Alamat"]})
    assert [q.control.name for group in drawn_form.groups for q in group.questions] == ["nama"]
    rows = drawn_form.rows["items"]
    assert [row.mark for row in rows] == ["items[0][number]", "items[1][number]"]
    verdict, reason = rows[1].questions
    assert (verdict.control.name, verdict.switch) == ("items[1][verdict]", "switch-own-0")
    assert reason.when == "hangs-own-0 not-own-0-0"


def test_a_mistake_in_a_fixed_row_says_what_the_row_is_about() -> None:
    wanted, typed = form(VERDICTS), {"items[0][number]": ["0"], "items[1][number]": ["1"], "items[1][verdict]": ["b"]}
    with pytest.raises(Refused) as refusal:
        wanted.accept(given(typed), context={})
    again = Answers(typed=typed, problems=refusal.value.problems)
    drawn_form = bound(wanted, again, {"items": ["NIK", "Alamat"]})
    assert drawn_form.mistakes == (("items-0-verdict-0", "NIK: Pilih verdict."),)
    assert drawn_form.rows["items"][1].questions[0].control.data == "b"


def test_optional_questions_say_so_and_required_ones_have_no_asterisk() -> None:
    page = drawn(form(field("nama", "textfield", validate={"required": True}), field("catatan", "textfield")))
    labels = [label.get_text(" ", strip=True) for label in page.find_all("label")]
    assert labels == ["Nama", "Catatan (opsional)"]


def test_a_mistake_stands_at_its_field_and_in_the_summary_that_leads_there() -> None:
    wanted = form(field("pilihan", "radio", values=CHOICE, validate={"required": True}), field("umur", "number"))
    with pytest.raises(Refused) as refusal:
        wanted.accept(given({"umur": ["dua"]}), context={})
    page = drawn(wanted, typed={"umur": ["dua"]}, problems=refusal.value.problems)
    assert [a["href"] for a in page.select(".mistakes a")] == ["#pilihan-0", "#umur"]
    assert one(page, "#umur")["value"] == "dua"
    for link in page.select(".mistakes a"):
        assert page.select_one(str(link["href"])) is not None


def test_earlier_answers_stand_in_the_fields_as_people_write_them() -> None:
    wanted = form(
        field("hari", "datetime", subtype="date", dateLabel="Hari"),
        field("jumlah", "number"),
        field("pilihan", "checklist", values=CHOICE),
        field("setuju", "checkbox"),
    )
    values = {"hari": date(2026, 11, 3), "jumlah": Decimal("1.5"), "pilihan": ["b"], "setuju": True}
    page = drawn(wanted, values=values)
    assert one(page, "#hari")["value"] == "03/11/2026"
    assert one(page, "#jumlah")["value"] == "1,5"
    assert [box["value"] for box in page.select("[name='pilihan[]'][checked]")] == ["b"]
    assert page.select_one("#setuju[checked]") is not None
    assert wanted.accept(given(dict(typed_of(wanted.fields, values))), context={}) == values


def test_a_list_offers_its_rows_and_two_empty_ones() -> None:
    wanted = form(field("anak", "dynamiclist", path="anak", components=[field("nama", "textfield")]))
    page = drawn(wanted, values={"anak": [{"nama": "Sari"}]})
    assert [box["value"] for box in page.find_all("input")] == ["Sari", "", ""]


def test_empty_rows_in_between_are_closed_up_so_that_mistakes_hit_their_row() -> None:
    typed = {"anak[0][nama]": [""], "anak[2][nama]": ["Sari"], "anak[2][umur]": ["x"], "lain": ["y"]}
    assert closed_up(typed) == {"anak[0][nama]": ["Sari"], "anak[0][umur]": ["x"], "lain": ["y"]}
    assert given(typed) == {"anak": [{"nama": "Sari", "umur": "x"}], "lain": "y"}


def test_a_name_sent_as_a_list_and_as_an_answer_can_be_read() -> None:
    sent = {"anak": ["x"], "anak[]": ["y"], "anak[0][nama]": ["Sari"], "lain[7][a]": ["b"]}
    assert given(sent) == {"anak": [{"nama": "Sari"}], "lain": [{"a": "b"}]}


def test_several_values_are_a_list_even_when_it_is_one() -> None:
    assert given({"pilihan[]": ["a"], "satu": ["b"]}) == {"pilihan": ["a"], "satu": "b"}


def test_a_question_is_hidden_by_style_at_the_choices_that_rule_it_out() -> None:
    hide = {"hide": '= outcome != "b"'}
    wanted = form(field("outcome", "radio", values=CHOICE), field("alasan", "textfield", conditional=hide))
    page = drawn(wanted)
    assert page.select_one(".field.hangs-0.not-0-0 #alasan") is not None
    radios = page.find_all("input", type="radio")
    assert [radio["class"] for radio in radios] == [["switch-0", "n0"], ["switch-0", "n1"]]


def test_drawing_a_form_computes_no_more_than_one_act_may() -> None:
    hide = {"hide": "= count(for a in 1..100 return count(for b in 1..100 return outcome)) > 1"}
    asked = [field(f"q{n}", "textfield", conditional=hide) for n in range(40)]
    page = drawn(form(field("outcome", "radio", values=CHOICE), *asked))
    assert page.select_one(".field.not-0-0.not-0-1 #q0") is not None
    assert page.select_one(".field.not-0-0 #q39") is None, "what costs too much to find out is shown"


def test_a_question_that_is_wrong_is_never_hidden() -> None:
    hide = {"hide": '= outcome != "b"'}
    wanted = form(field("outcome", "radio", values=CHOICE), field("alasan", "textfield", conditional=hide))
    page = drawn(wanted, problems={"alasan": [Text("Isi alasan.", "Give a reason.")]})
    assert page.select_one(".field.wrong #alasan") is not None


def test_words_of_a_package_cannot_break_out_of_the_page() -> None:
    page = drawn(form(field("a", "textfield") | {"label": '<script>alert("x")</script>'}))
    assert page.find("script") is None
