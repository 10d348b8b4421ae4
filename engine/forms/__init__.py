"""Forms: bpmn.io form-js schemas, read once, and the one validator of what people and programs answer."""

from __future__ import annotations

from engine.forms.answers import read_date
from engine.forms.model import CHOICES, COMPONENTS, Field, Form, Page, flat
from engine.forms.paging import Progress, QuestionPage
from engine.forms.reading import read_form
from engine.forms.words import Attached, Attachment, Attachments, date_in_words, number_in_words

__all__ = [
    "CHOICES",
    "COMPONENTS",
    "Attached",
    "Attachment",
    "Attachments",
    "Field",
    "Form",
    "Page",
    "Progress",
    "QuestionPage",
    "date_in_words",
    "flat",
    "number_in_words",
    "read_date",
    "read_form",
]
