"""The office's seal, looked at without the library that made it: byte ranges and CMS by hand."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from workflows.letters.rendering import render
from workflows.letters.seal import REASON, OfficeSeal, SealError

NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)
LETTER = """#set document(title: "Surat", date: datetime(year: 2026, month: 11, day: 2))
Surat izin cuti"""


class Broken(Exception):
    """The seal does not hold; the argument says why."""


@dataclass(frozen=True)
class Office:
    """A certificate of an office and its key, as files."""

    certificate: Path
    key: Path


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return made(tmp_path, "Kantor Rakumpit")


def made(folder: Path, name: str) -> Office:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = Office(folder / f"{name}.crt", folder / f"{name}.key")
    files.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    files.key.chmod(0o600)
    return files


def sealed(office: Office) -> bytes:
    """A sealed letter, made in a thread as the worker does: the browser of other tests holds this one's event loop."""
    plain = render(LETTER, {}, qr="<svg/>", at=NOON)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(OfficeSeal(office.certificate, office.key).attest, plain).result()


def verify(pdf: bytes, office: Office) -> None:
    """Whether the seal covers the whole file and was made with the office's key. Raises `Broken`."""
    certificate = x509.load_pem_x509_certificate(office.certificate.read_bytes())
    ranges = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf)
    if len(ranges) != 1:
        raise Broken("no seal, or more than one")
    start, before, after, rest = map(int, ranges[0])
    if start != 0 or after + rest != len(pdf) or b"/SubFilter /ETSI.CAdES.detached" not in pdf:
        raise Broken("the seal does not cover the whole file")
    gap = pdf[before:after]
    if not re.fullmatch(rb"<[0-9A-Fa-f]+>", gap):
        raise Broken("something else stands where the seal should")
    signed = cms.ContentInfo.load(bytes.fromhex(gap[1:-1].decode()), strict=False)["content"]
    [signer] = signed["signer_infos"]
    attributes = {each["type"].native: each["values"] for each in signer["signed_attrs"]}
    if attributes["message_digest"].native != [hashlib.sha256(pdf[:before] + pdf[after:]).digest()]:
        raise Broken("the file was changed")
    named = attributes["signing_certificate_v2"][0]["certs"][0]["cert_hash"].native
    if named != hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest():
        raise Broken("another certificate")
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    try:
        key.verify(signer["signature"].native, signer["signed_attrs"].untag().dump(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Broken("another key") from None


def test_the_seal_covers_the_whole_letter_and_is_the_offices_own(office: Office) -> None:
    pdf = sealed(office)
    verify(pdf, office)
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"bukan tanda tangan" in pdf
    assert "segel" in REASON.lower()
    assert "TTE" not in REASON


@pytest.mark.parametrize("place", [9, 500, -200, -2])
def test_a_changed_byte_breaks_the_seal(office: Office, place: int) -> None:
    pdf = bytearray(sealed(office))
    pdf[place] ^= 1
    with pytest.raises(Broken):
        verify(bytes(pdf), office)


def test_a_changed_letter_inside_the_seal_breaks_it(office: Office) -> None:
    pdf = sealed(office)
    start = pdf.index(b"stream\n") + 20
    with pytest.raises(Broken, match="changed"):
        verify(pdf[:start] + bytes([pdf[start] ^ 0xFF]) + pdf[start + 1 :], office)


def test_something_added_after_the_seal_breaks_it(office: Office) -> None:
    with pytest.raises(Broken, match="whole file"):
        verify(sealed(office) + b"\n% more", office)


def test_the_seal_of_another_office_is_told_apart(office: Office, tmp_path: Path) -> None:
    other = made(tmp_path, "Kantor lain")
    with pytest.raises(Broken, match="another certificate"):
        verify(sealed(other), office)


def test_a_letter_without_a_seal_is_told_apart(office: Office) -> None:
    with pytest.raises(Broken, match="no seal"):
        verify(render(LETTER, {}, qr="<svg/>", at=NOON), office)


def test_poppler_agrees_where_the_machine_has_it(office: Office, tmp_path: Path) -> None:
    """Another implementation altogether; a machine without it says so by having nothing to disagree."""
    program = shutil.which("pdfsig")
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(sealed(office))
    changed = bytearray(good.read_bytes())
    changed[changed.index(b"stream\n") + 20] ^= 0xFF
    bad.write_bytes(bytes(changed))
    said = {file: _pdfsig(program, file) for file in (good, bad)} if program else {}
    assert said in ({}, {good: True, bad: False})


def test_a_key_that_others_may_read_is_not_used(office: Office) -> None:
    office.key.chmod(0o640)
    with pytest.raises(SealError, match="chmod 600"):
        OfficeSeal(office.certificate, office.key)


def test_a_certificate_of_another_key_is_not_used(office: Office, tmp_path: Path) -> None:
    with pytest.raises(SealError, match="not the certificate"):
        OfficeSeal(made(tmp_path, "Kantor lain").certificate, office.key)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_file_that_is_no_certificate_is_not_used(office: Office, content: bytes) -> None:
    office.certificate.write_bytes(content)
    with pytest.raises(SealError):
        OfficeSeal(office.certificate, office.key)


def test_a_missing_key_is_named(office: Office) -> None:
    office.key.unlink()
    with pytest.raises(SealError, match=r"\.key"):
        OfficeSeal(office.certificate, office.key)


def _pdfsig(program: str, file: Path) -> bool:
    ran = subprocess.run([program, "-nocert", str(file)], capture_output=True, text=True, check=False)
    return "Signature is Valid" in ran.stdout
