"""The way of mail: through a mail server, or into a folder where one can look at it.

It is delivered at least once under a Message-ID that is made of the message's stable key, so that a receiver can tell
a repetition; in a folder it overwrites its twin.
"""

from __future__ import annotations

import hashlib
import os
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from engine.jobs import UNREACHABLE, NotDelivered
from web.config import LOOPBACK, Settings

TIMEOUT = 15.0
"""Seconds that a mail server may take for one answer."""
PORTS = {"smtp": 25, "smtps": 465}

Post = Callable[[EmailMessage], None]


def post(settings: Settings) -> Post:
    """What carries mail off. The server's name and password stand in ``settings.mail``, which must be set."""
    url = settings.mail or ""
    if url.startswith("file:"):
        folder = Path(unquote(urlsplit(url).path))
        return lambda mail: _write(folder, mail)
    return lambda mail: _send(url, mail, _host(settings))


def letter(settings: Settings, key: str, to: str, subject: str, text: str, at: datetime) -> EmailMessage:
    """A mail to one person; its Message-ID follows from the key alone."""
    mail = EmailMessage()
    mail["Message-ID"] = f"<{name_of(key)}@{_host(settings)}>"
    mail["Date"] = format_datetime(at)
    mail["From"] = settings.mail_from or f"alur@{_host(settings)}"
    mail["To"] = to
    mail["Subject"] = f"[Alur] {subject}"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    return mail


def name_of(key: str) -> str:
    """A key as it leaves the house: nothing can be read from it."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _host(settings: Settings) -> str:
    return urlsplit(settings.url).hostname or "localhost"


def _send(url: str, mail: EmailMessage, own_name: str) -> None:
    """Raises `NotDelivered` with the code of the refusal, which names nobody."""
    try:
        server = _connected(url, own_name)
        try:
            server.send_message(mail)
        finally:
            with suppress(OSError):  # it has been taken, or refused, already
                server.quit()
    except smtplib.SMTPRecipientsRefused as refusal:
        code = next(iter(refusal.recipients.values()))[0]
        raise NotDelivered(f"refused {code}", lasting=code >= 500) from None
    except smtplib.SMTPAuthenticationError as refusal:
        raise NotDelivered(f"sign-in {refusal.smtp_code}") from None
    except smtplib.SMTPNotSupportedError:
        raise NotDelivered("sign-in") from None
    except smtplib.SMTPResponseException as refusal:
        raise NotDelivered(f"refused {refusal.smtp_code}", lasting=refusal.smtp_code >= 500) from None
    except ssl.SSLError:
        raise NotDelivered("certificate") from None
    except OSError:  # it is away, or does not answer in time, or its words are none of the protocol
        raise NotDelivered(UNREACHABLE) from None


def _connected(url: str, own_name: str) -> smtplib.SMTP:
    """A mail server that is ready to take mail: by TLS, unless it is on this machine. Raises what smtplib raises."""
    parts, safe = urlsplit(url), ssl.create_default_context()
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, own_name, timeout=TIMEOUT, context=safe)
    else:
        server = smtplib.SMTP(host, port, own_name, timeout=TIMEOUT)
    try:
        if parts.scheme == "smtp":
            _secure(server, safe, host)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _secure(server: smtplib.SMTP, safe: ssl.SSLContext, host: str) -> None:
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=safe)
    elif host not in LOOPBACK:
        raise NotDelivered("no TLS")


def _write(folder: Path, mail: EmailMessage) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
    target = folder / f"{name}.eml"
    scratch = target.with_suffix(".part")
    with scratch.open("wb") as file:
        file.write(mail.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(target)
