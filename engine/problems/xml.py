"""Kinds of problems with a file that should be XML."""

from __future__ import annotations

from engine.problems.kind import error

KINDS = {
    "xml-too-large": error(
        "Berkas lebih besar dari {limit}. Bagi diagram menjadi beberapa proses, atau hapus gambar di dalamnya.",
        "The file is larger than {limit}. Split the diagram into several processes, or remove pictures in it.",
    ),
    "xml-encoding": error(
        "Penyandian teks '{name}' tidak diterima. Simpan berkas sebagai UTF-8.",
        "The text encoding '{name}' is not accepted. Save the file as UTF-8.",
    ),
    "xml-bytes": error(
        "Baris {number} berisi huruf yang bukan {name}, padahal berkas menyatakan begitu. Simpan lagi sebagai UTF-8.",
        "Line {number} has characters that are not {name}, though the file says so. Save it again as UTF-8.",
    ),
    "xml-empty": error(
        "Berkas ini kosong. Simpan atau unggah lagi.",
        "This file is empty. Save or upload it again.",
    ),
    "xml-characters": error(
        "Baris ini berisi karakter kendali yang tidak boleh ada di XML. Hapus, lalu simpan lagi.",
        "This line has a control character that XML does not allow. Remove it and save again.",
    ),
    "xml-none": error(
        "Ini bukan berkas XML. Simpan diagram sebagai BPMN 2.0 (.bpmn) dari penyunting, lalu unggah lagi.",
        "This is not an XML file. Save the diagram as BPMN 2.0 (.bpmn) in the editor and upload it again.",
    ),
    "xml-doctype": error(
        "Berkas memuat DOCTYPE, yang dapat menyembunyikan isi. Hapus baris itu.",
        "The file has a DOCTYPE, which can hide content. Remove it.",
    ),
    "xml-too-deep": error(
        "Unsur di baris ini bersarang lebih dari {limit} tingkat. Sederhanakan diagramnya.",
        "The element on this line is nested more than {limit} levels deep. Simplify the diagram.",
    ),
    "xml-too-many": error(
        "Berkas memuat lebih dari {limit} unsur XML. Bagi menjadi beberapa berkas.",
        "The file has more than {limit} XML elements. Split it into several files.",
    ),
    "xml-prefix": error(
        "Awalan '{name}' dipakai tanpa dinyatakan (xmlns:{name}=…). Buka dan simpan lagi berkas ini di penyunting"
        " asalnya.",
        "The prefix '{name}' is used without a declaration (xmlns:{name}=…). Open and save this file again in the"
        " editor it comes from.",
    ),
    "xml-cut-off": error(
        "Berkas terputus di tengah. Unggah lagi berkas yang utuh.",
        "The file ends in the middle. Upload the whole file again.",
    ),
    "xml-syntax": error(
        "Baris {number} bukan XML yang benar. Buka dan simpan lagi berkas ini di penyunting asalnya.",
        "Line {number} is not well-formed XML. Open and save this file again in the editor it comes from.",
    ),
    "xml-attributes": error(
        "Unsur di baris ini memiliki lebih dari {limit} atribut. Simpan lagi dari penyunting BPMN.",
        "The element on this line has more than {limit} attributes. Save it again in a BPMN editor.",
    ),
}
