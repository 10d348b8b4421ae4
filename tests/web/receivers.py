"""The other ends: a mail server and a gateway for phones, both real, which keep what they are given."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
USER, PASSWORD = "alur", "kata sandi surat"


@dataclass(frozen=True)
class Certificate:
    """A certificate that signs itself, and its key."""

    file: Path
    key: Path

    @classmethod
    def made(cls, folder: Path) -> Certificate:
        """A new one for 127.0.0.1."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
        address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - DAY, now + DAY)
        signed = made.add_extension(address, critical=False).sign(key, SHA256())
        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "mail.pem").write_bytes(signed.public_bytes(Encoding.PEM))
        (folder / "mail.key").write_bytes(key.private_bytes(*form))
        return cls(folder / "mail.pem", folder / "mail.key")

    def server(self) -> ssl.SSLContext:
        """What a server with it offers."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


@dataclass
class PostOffice:
    """A mail server; ``refusal`` is what it answers instead of taking mail."""

    tls: ssl.SSLContext | None = None
    wrapped: bool = False
    refusal: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    _controller: Controller | None = None

    @property
    def port(self) -> int:
        """Where it listens, open or closed."""
        assert self._controller is not None
        return int(self._controller.port)

    def open(self, port: int = 0) -> None:
        """Take mail, at the same door as before if it is named."""
        more: dict[str, Any] = {"authenticator": self._known, "auth_require_tls": not self.wrapped} if self.tls else {}
        secure = {"ssl_context": self.tls} if self.wrapped else {"tls_context": self.tls}
        self._controller = Controller(
            self, hostname="127.0.0.1", port=port or _free_port(), ready_timeout=60, **secure, **more
        )
        self._controller.start()

    def close(self) -> None:
        """Answer nobody any more."""
        assert self._controller is not None
        self._controller.stop()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=policy.default))
        self.to += envelope.rcpt_tos
        return "250 OK"

    def _known(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=given == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def post_office(tls: ssl.SSLContext | None = None, *, wrapped: bool = False) -> Iterator[PostOffice]:
    """A mail server for the time of a test."""
    office = PostOffice(tls, wrapped)
    office.open()
    yield office
    office.close()


@dataclass
class Told:
    """One request to the gateway."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, str]:
        """What it says."""
        found: dict[str, str] = json.loads(self.body)
        return found


@dataclass
class Gateway:
    """A gateway for phones; ``status`` is what it answers, 0 that it hangs up."""

    status: int = 202
    port: int = 0
    told: list[Told] = field(default_factory=list)


@contextmanager
def gateway() -> Iterator[Gateway]:
    """A gateway for the time of a test."""
    made = Gateway()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.told.append(Told(dict(self.headers), body))
            if not made.status:
                self.close_connection = True
                return
            self.send_response(made.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing of it is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    made.port = server.server_port
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
