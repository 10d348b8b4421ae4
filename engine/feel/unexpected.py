"""Why a token cannot stand where it stands, in words that help to mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lark import Token

from engine.errors import Text
from engine.feel.errors import FeelError, short
from engine.feel.hints import WORDS
from engine.feel.lexer import Lexer

CLOSING = {"(": ")", "[": "]", "{": "}", "..": "]", "]": "]"}


@dataclass(frozen=True)
class Situation:
    """What stands before, at and after the place of the error, with ``^`` and ``$`` for the ends of the text."""

    pattern: re.Pattern[str]
    text: Text
    cells_only: bool = False


def _situation(pattern: str, id: str, en: str, cells_only: bool = False) -> Situation:
    return Situation(re.compile(pattern, re.DOTALL), Text(id, en), cells_only)


SITUATIONS = (
    _situation(
        r"\^ = .*",
        "Hapus `=` di depan; tulis ungkapannya saja.",
        "Remove the `=` in front; write the expression alone.",
    ),
    _situation(
        r"\{ .*",
        "Hapus `{` dan `}`: tulis ungkapannya saja. `{nama: nilai}` membuat sebuah konteks.",
        "Remove `{` and `}`: write the expression alone. `{name: value}` makes a context.",
    ),
    _situation(r"[\d.]+ , [\d.]+", "Tulis desimal dengan titik: `1.5`.", "Write decimals with a point: `1.5`."),
    _situation(
        r".* \.\. .*", "Rentang ditulis dengan kurung: `[1..5]`.", "A range is written with brackets: `[1..5]`."
    ),
    _situation(
        r"[\d.]+ [\d.]+ .*",
        "Tulis angka tanpa spasi atau titik ribuan: `3000000`.",
        "Write numbers without spaces or thousands signs: `3000000`.",
    ),
    _situation(
        r"\^ between .*", "Di sel, tulis `[1..5]`, bukan `between`.", "In a cell write `[1..5]`, not `between`.", True
    ),
    _situation(
        r"\^ in .*",
        'Di sel, tulis nilainya saja: `"a", "b"`, tanpa `in`.',
        'In a cell write the values alone: `"a", "b"`, without `in`.',
        True,
    ),
    _situation(
        r".* (and|or) .*",
        "Di sel, tulis rentang `(3..20)`, daftar `1, 2`, atau `? > 3 and ? < 20`.",
        "In a cell write a range `(3..20)`, a list `1, 2`, or `? > 3 and ? < 20`.",
        True,
    ),
    _situation(
        r".* (<|<=|>|>=) .*",
        "Di sel, tulis rentang: `(3..20)` atau `[3..20]`.",
        "In a cell write a range: `(3..20)` or `[3..20]`.",
        True,
    ),
    _situation(r"(\^ \* .*|- , .*)", "Tulis `-` untuk nilai apa pun.", "Write `-` for any value.", True),
    _situation(r"\^ \. .*", 'Di sel, tulis `starts with(?, "...")`.', 'In a cell write `starts with(?, "...")`.', True),
    _situation(
        r".* (=|!=|<|<=|>|>=) .*",
        "Hanya satu perbandingan sekaligus: hubungkan dengan `and`, atau pakai `between`.",
        "Only one comparison at a time: join them with `and`, or use `between`.",
    ),
    _situation(
        r".* \? .*", "Tulis `if ... then ... else ...`, bukan `? :`.", "Write `if ... then ... else ...`, not `? :`."
    ),
)


def unexpected(lexer: Lexer, fed: int, *, in_cell: bool) -> FeelError:
    """The error for the first token that did not fit, or for a text that ends too early."""
    tokens = lexer.tokens
    before = tokens[fed - 1] if fed else None
    if fed == len(tokens):
        return _ended(lexer, tokens[-1])
    token = tokens[fed]
    for word in (before, token):
        if word is not None and word in WORDS:
            return FeelError(WORDS[str(word)], word.line or 1, word.column or 1)
    return FeelError(_reason(tokens, fed, in_cell), token.line or 1, token.column or 1)


def _ended(lexer: Lexer, last: Token) -> FeelError:
    kinds = [token.type for token in lexer.tokens]
    if lexer.brackets:
        missing = CLOSING[lexer.brackets[-1]]
        text = Text(f"`{missing}` penutup kurang.", f"A closing `{missing}` is missing.")
    elif kinds.count("_IF") > kinds.count("_ELSE"):
        text = Text("`else` kurang: `if ... then ... else ...`.", "`else` is missing: `if ... then ... else ...`.")
    elif last in WORDS:
        text = WORDS[str(last)]
    else:
        text = Text(
            f"Ungkapan belum selesai setelah `{short(last)}`.",
            f"The expression is not finished after `{short(last)}`.",
        )
    return FeelError(text, last.line or 1, (last.column or 1) + len(last))


def _reason(tokens: list[Token], fed: int, in_cell: bool) -> Text:
    before = short(tokens[fed - 1]) if fed else "^"
    token = short(tokens[fed])
    after = short(tokens[fed + 1]) if fed + 1 < len(tokens) else "$"
    if token == "," and [t.type for t in tokens[:2]] == ["_IF", "LPAR"]:
        return Text(
            "Tulis `if syarat then a else b`, bukan `if(syarat, a, b)`.",
            "Write `if condition then a else b`, not `if(condition, a, b)`.",
        )
    for situation in SITUATIONS:
        if (in_cell or not situation.cells_only) and situation.pattern.fullmatch(f"{before} {token} {after}"):
            return situation.text
    where = (f" setelah `{before}`", f" after `{before}`") if fed else ("", "")
    return Text(
        f"`{token}` tidak diharapkan{where[0]}. Apakah ada operator, koma, atau kutip yang kurang?",
        f"`{token}` is not expected{where[1]}. Is an operator, a comma or a quote missing?",
    )
