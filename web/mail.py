"""Mail about open tasks and ended requests, put into a folder from which a mail server sends it.

The worker delivers at least once; the file's name and the Message-ID are made of the message's stable
key, so a repetition overwrites its twin, and a receiver can tell it. No personal values are in it.
"""

from __future__ import annotations

import hashlib
import os
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select

from engine.db import Instance
from engine.errors import Text
from engine.jobs import Outgoing, Sender
from web.parts import Parts

SUBJECTS = {
    "task": Text("Ada tugas untuk Anda", "A task waits for you"),
    "returned": Text("Permohonan dikembalikan untuk diperbaiki", "A request came back for repair"),
    "ended": Text("Permohonan selesai", "A request has ended"),
    "begun": Text("Ada permohonan yang dimulai untuk Anda", "Somebody started a request for you"),
    "cancelled": Text("Permohonan dibatalkan", "A request was cancelled"),
    "taken_back": Text("Tugas yang Anda ambil ditarik kembali", "The task that you took was taken back"),
    "letter_made": Text("Disetujui, surat menunggu tanda tangan", "Approved, the letter waits for its signature"),
    "letter_signed": Text("Surat sudah ditandatangani", "The letter has been signed"),
    "recounted": Text("Hari cuti dihitung ulang", "Days of leave were counted anew"),
}


def sender(parts: Parts) -> Sender:
    """What carries out the messages of the outbox: mail files, or nothing where no folder is set."""
    folder = parts.settings.outbox

    def send(message: Outgoing) -> None:
        if folder is not None:
            _write(folder, message.key, _mail(parts, message))

    return send


def _mail(parts: Parts, message: Outgoing) -> EmailMessage:
    with parts.database.reads() as session:
        reference = session.scalar(select(Instance.reference).where(Instance.id == message.instance_id))
    subject, address = SUBJECTS[message.kind], f"{parts.settings.url}/requests/{message.instance_id}"
    mail = EmailMessage()
    mail["Message-ID"] = f"<{_name(message.key)}@{urlsplit(parts.settings.url).hostname}>"
    mail["X-Alur-Recipient"] = message.recipient
    mail["Subject"] = f"[Alur] {reference}: {subject.id}"
    mail.set_content(f"{subject.id}: {reference}\n{address}\n\n{subject.en}: {reference}\n{address}\n")
    return mail


def _write(folder: Path, key: str, mail: EmailMessage) -> None:
    target = folder / f"{_name(key)}.eml"
    scratch = target.with_suffix(".part")
    with scratch.open("wb") as file:
        file.write(mail.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(target)


def _name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
