"""Which pieces of a new value are marked as differing from the old one."""

from __future__ import annotations

import pytest

from web.comparing import pieces


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("6299 0144 0591 0097", "6299 0144 0591 0079", ["7"]),
        ("Jalan Merdeka 5", "Jalan Merdeka 55", ["5"]),
        ("12345", "1245", []),
        ("Belum diisi", "0001234567891", []),
        ("", "Jalan Merdeka 5", []),
        ("Kawin", "Kawin", []),
    ],
)
def test_what_differs_is_marked_unless_all_does(old: str, new: str, marked: list[str]) -> None:
    found = pieces(new, old)
    assert "".join(piece for piece, _differs in found) == new
    assert [piece for piece, differs in found if differs] == marked
