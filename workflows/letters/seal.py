"""What is put on a letter electronically when it is made: the office's own seal, or one day a certified signature.

The seal (*segel elektronik kantor*) shows that the file comes from this office and was not changed. It is no
certified electronic signature (TTE) and signs for nobody: the letter still waits for the official's own hand.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Protocol

REASON = "Segel elektronik kantor (bukan tanda tangan elektronik pejabat)"


class Attestation(Protocol):
    """What attests a letter. `OfficeSeal` is the one there is.

    A certified national signature (TTE of BSrE, UU 11/2008 art. 11 and PP 71/2019) is one more class: it sends the
    PDF to the provider's service with the official's consent, returns the signed PDF, and says that it ``signs``.
    """

    @property
    def signs(self) -> bool:
        """Whether a letter with this counts as signed by the official."""

    def attest(self, pdf: bytes) -> bytes:
        """The PDF with the attestation added at its end. Raises `engine.errors.EngineError` or OSError."""


class SealError(ValueError):
    """The certificate or the key of the seal cannot be used; the message says which and why."""


class OfficeSeal:
    """PAdES baseline B under the office's own certificate."""

    signs = False

    def __init__(self, certificate: Path, key: Path) -> None:
        """Raises `SealError` for files that cannot be read, do not fit together, or a key that others may read."""
        from pyhanko.sign.signers import SimpleSigner  # only the worker makes letters

        try:
            if key.stat().st_mode & 0o077:
                raise SealError(f"{key} can be read by others; chmod 600 it.")
            signer = SimpleSigner.load(str(key), str(certificate))  # type: ignore[no-untyped-call]  # not typed there
        except OSError as error:
            raise SealError(str(error)) from error
        if signer is None:
            raise SealError(f"{certificate} and {key} hold no certificate and key in PEM.")
        _require_pair(certificate, key)
        self._signer = signer

    def attest(self, pdf: bytes) -> bytes:
        """The sealed PDF; the seal covers all of it, and allows no change after it."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

        about = PdfSignatureMetadata(
            field_name="SegelKantor",
            md_algorithm="sha256",
            reason=REASON,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        )
        sealed = PdfSigner(about, signer=self._signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
        return bytes(sealed.getvalue())


def _require_pair(certificate: Path, key: Path) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    own = load_pem_private_key(key.read_bytes(), None).public_key().public_bytes(*form)
    if load_pem_x509_certificate(certificate.read_bytes()).public_key().public_bytes(*form) != own:
        raise SealError(f"{certificate} is not the certificate of {key}.")
