"""Every automatic item of the checklist for pages has a test that bears its number."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
AUTOMATIC = frozenset(
    {1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31}
    | {32, 33, 34, 35, 36, 38, 42}
)
"""The items that concern the pages there are: practice, pilots and the public (41, 43 to 46) have no pages yet, and
6, 37, 39 and 40 need people who try them."""


def test_every_item_of_the_checklist_has_its_test() -> None:
    named = re.compile(r"^ *def test_ux_((?:\d\d_)+)", re.MULTILINE)
    files = [file.read_text() for file in TESTS.rglob("test_*.py")]
    there = {int(number) for text in files for found in named.findall(text) for number in found.split("_") if number}
    assert AUTOMATIC - there == set()
