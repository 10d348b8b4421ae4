"""Proposals to change a record that wait for somebody, brought there by the engine and not page by page."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw

from engine import documents, uploads
from engine.uploads import Upload
from tests import papers
from tests.flows.data_stories import CHILD, added, changed
from tests.web.leaves import task_of
from web.parts import Parts

WATI, OFFICER, VERIFIER, APPROVER = "P097", "P092", "P029", "P027"
NIK, BPJS = "6299014708910001", "0001234567891"
FAMILY = [*added("child", CHILD), changed("identity", "bpjs", BPJS)]
"""A child that the record does not know, and a number: two changes, of level 2."""


def scan(words: str, size: tuple[int, int] = (1_000, 640)) -> bytes:
    """A photo of a card with these words on it."""
    picture = Image.new("RGB", size, "#dfe8e4")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 30, size[0] - 30, size[1] - 30), outline="#1b2733", width=4)
    pen.text((70, 70), words, fill="#1b2733", font_size=44)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def family_files() -> dict[str, Upload]:
    """Evidence for `FAMILY`: a certificate as PDF, photos of the family card and of the health card."""
    return {
        "birth_certificate": uploads.checked("Akta lahir Rara.pdf", papers.pdf("Akta lahir Rara")),
        "kk": uploads.checked("KK.jpg", scan("Kartu keluarga")),
        "card": uploads.checked("Kartu BPJS.jpg", scan(f"BPJS {BPJS}")),
    }


def propose(
    parts: Parts,
    changes: Sequence[Mapping[str, str]] = FAMILY,
    files: Mapping[str, Upload] | None = None,
    *,
    person: str = WATI,
    note: str = "",
) -> UUID:
    """The person sends a proposal with this evidence by kind; the id of the request."""
    brought = family_files() if files is None else files

    def start(session: Any) -> UUID:
        now = parts.clock()
        me = parts.people.actor(session, person, now)
        kept = {k: documents.store(session, owner=person, upload=each, now=now) for k, each in brought.items()}
        evidence = [{"kind": kind, "files": [str(each)]} for kind, each in kept.items()]
        answers = {"changes": list(changes), "evidence": evidence, "note": note}
        return parts.engine.start(session, "data_update", me, answers, now=now).id

    return parts.database.command(start)


def judge(parts: Parts, instance: UUID, *verdicts: str) -> None:
    """Whoever holds the task of a proposal gives each change its verdict, and a reason where it is not right."""
    task = task_of(parts, instance)
    rows = [
        {"number": number, "verdict": verdict, "reason": "" if verdict == "ok" else "Foto tidak terbaca"}
        for number, verdict in enumerate(verdicts)
    ]

    def decide(session: Any) -> None:
        holder = parts.people.people_of(session, task.principal, parts.clock())[0]
        me = parts.people.actor(session, holder, parts.clock())
        parts.engine.decide(session, task.id, me, {"decisions": rows}, now=parts.clock())

    parts.database.command(decide)
