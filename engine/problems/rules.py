"""Kinds of problems with decision tables (DMN) and the expressions in them."""

from __future__ import annotations

from engine.problems.kind import error, warning

KINDS = {
    "rules-not-dmn": error(
        "Ini bukan berkas keputusan DMN 1.1 sampai 1.5. Simpan tabelnya sebagai DMN dari penyunting.",
        "This is not a DMN 1.1 to 1.5 decision file. Save the table as DMN in the editor.",
    ),
    "rules-none": error("Berkas ini tidak memuat keputusan.", "This file holds no decision."),
    "rules-no-id": error("Unsur <{name}> tidak punya id.", "The element <{name}> has no id."),
    "rules-same-id": error("Id '{name}' dipakai lebih dari sekali.", "The id '{name}' is used more than once."),
    "rules-no-logic": error(
        "Keputusan '{name}' kosong. Isi dengan tabel keputusan atau satu ungkapan.",
        "The decision '{name}' is empty. Give it a decision table or one expression.",
    ),
    "rules-unsupported": error(
        "<{name}> tidak didukung. {advice}",
        "<{name}> is not supported. {advice}",
    ),
    "rules-language": error(
        "Bahasa ungkapan '{name}' tidak dapat dijalankan. Hapus expressionLanguage dan tulis ulang dalam FEEL:"
        ' teks `"emas"`, perbandingan `> 5`, rentang `[1..5]`.',
        "The expression language '{name}' cannot be run. Remove expressionLanguage and write it in FEEL:"
        ' a text `"gold"`, a comparison `> 5`, a range `[1..5]`.',
    ),
    "rules-comment": error(
        "Ada komentar atau unsur lain di dalam ungkapan; pembaca dan mesin akan melihat teks yang berbeda. Hapus.",
        "A comment or another element stands inside the expression; readers and the engine would see different"
        " texts. Remove it.",
    ),
    "rules-expression": error(
        "Ungkapan `{text}` salah di huruf ke-{column}: {message}",
        "The expression `{text}` is wrong at character {column}: {message}",
    ),
    "rules-bare-word": error(
        "`{text}` dibaca sebagai nama data, bukan teks. Tulis `{repair}`, atau nyatakan nama itu sebagai masukan"
        " (inputData).",
        "`{text}` is read as the name of a value, not as text. Write `{repair}`, or declare the name as input data.",
    ),
    "rules-empty": error(
        "{what} belum diisi. Tulis satu ungkapan.",
        "{what} is empty. Write an expression.",
    ),
    "rules-hit-policy": error(
        "Kebijakan '{name}' tidak dikenal. Pilih UNIQUE, FIRST, ANY, PRIORITY, RULE ORDER, OUTPUT ORDER atau COLLECT.",
        "The hit policy '{name}' is unknown. Choose UNIQUE, FIRST, ANY, PRIORITY, RULE ORDER, OUTPUT ORDER or COLLECT.",
    ),
    "rules-aggregation": error(
        "Penggabungan '{name}' hanya dipakai dengan COLLECT dan satu keluaran: SUM, MIN, MAX atau COUNT.",
        "The aggregation '{name}' is used only with COLLECT and one output: SUM, MIN, MAX or COUNT.",
    ),
    "rules-priority": error(
        "{name} memerlukan daftar nilai keluaran (outputValues) sebagai urutan prioritas. Isi daftarnya, atau pakai"
        " FIRST.",
        "{name} needs a list of output values (outputValues) as the order of priority. Fill it in, or use FIRST.",
    ),
    "rules-output-name": error(
        "Tabel dengan beberapa keluaran memerlukan nama yang berbeda untuk tiap keluaran.",
        "A table with several outputs needs a different name for each of them.",
    ),
    "rules-no-output": error("Tabel ini tidak punya keluaran.", "This table has no output."),
    "rules-no-rule": warning("Tabel ini tidak punya aturan.", "This table has no rule."),
    "rules-cells": error(
        "Aturan ini punya {found} sel, seharusnya {wanted}.", "This rule has {found} cells, it should have {wanted}."
    ),
    "rules-empty-output": warning(
        "Sel keluaran ini kosong, hasilnya null. Tulis `null` jika memang begitu.",
        "This output cell is empty, its result is null. Write `null` if that is meant.",
    ),
    "rules-output-value": error(
        "Keluaran `{text}` tidak ada di daftar nilai keluaran: {allowed}.",
        "The output `{text}` is not among the output values: {allowed}.",
    ),
    "rules-input-value": warning(
        "Nilai `{text}` tidak ada di daftar nilai masukan, jadi sel ini tidak pernah cocok: {allowed}.",
        "The value `{text}` is not among the input values, so this cell never matches: {allowed}.",
    ),
    "rules-cell-type": warning(
        "Sel `{text}` tidak pernah cocok: kolom ini bertipe {wanted}, bukan {found}. Samakan tipe kolom (typeRef)"
        " dan nilainya.",
        "The cell `{text}` never matches: this column is of type {wanted}, not {found}. Make the column's type"
        " (typeRef) and the value agree.",
    ),
    "rules-type": error(
        "Hasil `{text}` bukan {wanted}; hasilnya akan selalu null.",
        "The result `{text}` is no {wanted}; it would always be null.",
    ),
    "rules-unknown-type": error(
        "Tipe '{name}' tidak dikenal. Pakai string, number, boolean, date, dateTime, atau tipe di berkas ini.",
        "The type '{name}' is unknown. Use string, number, boolean, date, dateTime, or a type of this file.",
    ),
    "rules-reference": error(
        "Keputusan ini memerlukan '{name}', yang tidak ada di berkas ini.",
        "This decision requires '{name}', which is not in this file.",
    ),
    "rules-cycle": error(
        "Keputusan '{name}' memerlukan dirinya sendiri lewat {path}.",
        "The decision '{name}' requires itself through {path}.",
    ),
    "rules-too-deep": error(
        "Keputusan saling memerlukan lebih dari {limit} tingkat.",
        "Decisions require each other over {limit} levels deep.",
    ),
    "rules-too-many-decisions": error(
        "Berkas ini memuat lebih dari {limit} keputusan. Bagi menjadi beberapa berkas.",
        "This file holds more than {limit} decisions. Split it into several files.",
    ),
    "rules-not-required": warning(
        "Ungkapan ini membaca '{name}' tanpa panah kebutuhan; nilainya tidak akan ada.",
        "This expression reads '{name}' without requiring it; its value will not be there.",
    ),
    "rules-cell-variable": error(
        "Sel ini memakai '{name}' dari camunda:inputVariable. Tulis `?` sebagai gantinya.",
        "This cell uses '{name}' from camunda:inputVariable. Write `?` instead.",
    ),
    "rules-too-long": error(
        "Ungkapan di berkas ini terlalu panjang: paling banyak {limit} huruf semuanya. Bagi menjadi beberapa berkas.",
        "The expressions of this file are too long: {limit} letters at most in all. Split it into several files.",
    ),
    "rules-overlap": error(
        "Aturan {rules} berlaku bersamaan, padahal hanya satu yang boleh, misalnya untuk {example}.",
        "Rules {rules} hold at once, though only one may, for example for {example}.",
    ),
    "rules-gap": warning(
        "Tidak ada aturan untuk {example}; hasilnya null. Tambah aturan atau keluaran bawaan.",
        "No rule holds for {example}; the result is null. Add a rule or a default output.",
    ),
    "rules-unreachable": warning(
        "Aturan {rules} tidak pernah dipakai: aturan di atasnya selalu mendahuluinya.",
        "Rule {rules} is never used: a rule above it always comes first.",
    ),
    "rules-not-analysed": warning(
        "Celah dan tumpang tindih tidak dapat diperiksa, karena sel di aturan {rules} bergantung pada nilai lain atau"
        " tabelnya terlalu besar.",
        "Gaps and overlaps could not be looked for, because cells of rules {rules} depend on other values or the"
        " table is too large.",
    ),
    "rules-too-many": error(
        "Tabel ini terlalu besar: paling banyak {limit} sel.", "This table is too large: {limit} cells at most."
    ),
}
