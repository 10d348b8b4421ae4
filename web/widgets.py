"""Which WTForms field draws which kind of question."""

from __future__ import annotations

from typing import Any

import wtforms
from wtforms import SelectChoice  # type: ignore[attr-defined]  # new in 3.3; the stubs describe 3.2
from wtforms.widgets import CheckboxInput

from engine import forms
from engine.uploads import ENDINGS
from web.i18n import _, say
from web.spelling import spelled

MOST_RADIOS = 7
"""More choices than this are a list to choose from."""


def kind_of(question: forms.Field) -> str:
    """How the template lays a question out: ``text``, ``box``, ``files``, ``choices`` or ``one``."""
    if found := {"text": "text", "checkbox": "box", "filepicker": "files"}.get(question.type):
        return found
    few = question.type == "select" and len(question.values) <= MOST_RADIOS
    return "choices" if few or question.type in {"radio", "checklist"} else "one"


def widget_for(question: forms.Field) -> Any:
    """The field, not yet bound to a form. Its own validation is off: the engine alone judges answers."""
    label, choices = say(question.label), [SelectChoice(spelled(value), say(text)) for value, text in question.values]
    if question.type == "checklist":
        box = CheckboxInput()
        return wtforms.SelectMultipleField(label, choices=choices, option_widget=box, validate_choice=False)
    if kind_of(question) == "choices":
        return wtforms.RadioField(label, choices=choices, validate_choice=False)
    if question.type == "select":
        return wtforms.SelectField(label, choices=[SelectChoice("", _("Pilih")), *choices], validate_choice=False)
    kinds: dict[str, type[wtforms.Field]] = {
        "text": wtforms.Field,
        "textarea": wtforms.TextAreaField,
        "checkbox": wtforms.BooleanField,
        "filepicker": wtforms.MultipleFileField if question.several else wtforms.FileField,
    }
    return kinds.get(question.type, wtforms.StringField)(label, render_kw=_attributes(question))


def accepted_by(question: forms.Field) -> list[str]:
    """Which of the types that we take a question about documents takes: all, unless its author named some of them."""
    wanted = {part.strip().lower().replace(".jpeg", ".jpg") for part in question.accept.split(",")}
    named = [kind for kind, ending in ENDINGS.items() if wanted & {kind, ending, f"{kind.partition('/')[0]}/*"}]
    return named or list(ENDINGS)


def short(media_type: str) -> str:
    """What people call a type: ``JPG``."""
    return ENDINGS[media_type].removeprefix(".").upper()


def _attributes(question: forms.Field) -> dict[str, Any]:
    """Size, and which keys a phone offers. Dates keep letters: ``3 Nov 2026`` is as good as ``3/11/2026``."""
    match question.type:
        case "textarea":
            return {"rows": 4}
        case "filepicker":
            return {"accept": ",".join(accepted_by(question))}
        case "number":
            keys = "numeric" if question.decimals == 0 else "decimal"
            return {"inputmode": keys, "autocomplete": "off", "class": "short"}
        case "datetime":
            return {"autocomplete": "off", "class": "short"}
    if question.fleeting:
        return {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "short"}
    known = {"email": ("email", "email"), "phone": ("tel", "tel")}.get(question.kind or "")
    if known:
        return {"inputmode": known[0], "autocomplete": known[1]}
    return {"inputmode": "numeric"} if question.digits else {}
