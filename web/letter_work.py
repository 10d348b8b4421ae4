"""What the worker does for a letter: its number, its rendering, its seal, its place among the request's documents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.db import Instance
from engine.jobs import Outgoing, Sender
from web.config import Settings, SettingsError
from web.parts import Parts
from workflows.flows import letters
from workflows.letters import making, rendering
from workflows.letters.making import Order
from workflows.letters.seal import Attestation, OfficeSeal, SealError
from workflows.letters.trial import TEMPLATE
from workflows.roles import packages


def maker(parts: Parts) -> Sender:
    """What carries out the outbox messages that ask for letters. Raises `SettingsError` for an unusable seal."""
    seal = seal_of(parts.settings)

    def make(message: Outgoing) -> None:
        now = parts.clock()
        ordered = parts.database.command(lambda session: _order(parts, session, int(message.body), now))
        if ordered is None:
            return
        template = _template(parts, ordered)
        address = f"{parts.settings.url}/surat/{ordered.code}"
        data = {**ordered.data, "address": address, "sealed": seal is not None}
        pdf = rendering.render(template, data, qr=rendering.qr_of(address), at=ordered.at)
        if seal is not None:
            pdf = seal.attest(pdf)
        signs = seal is not None and seal.signs
        parts.database.command(
            lambda session: making.keep(
                session, ordered.letter, pdf, sealed=seal is not None, signs=signs, now=parts.clock()
            )
        )

    return make


def seal_of(settings: Settings) -> Attestation | None:
    """The office's seal, if it has one. Raises `SettingsError`."""
    if settings.seal_certificate is None or settings.seal_key is None:
        return None
    try:
        return OfficeSeal(settings.seal_certificate, settings.seal_key)
    except SealError as error:
        raise SettingsError(f"ALUR_SEAL_CERTIFICATE and ALUR_SEAL_KEY cannot be used: {error}") from error


def _order(parts: Parts, session: Session, letter: int, now: datetime) -> Order | None:
    owner = parts.settings.owner
    return making.order(session, letter, kinds=letters, zone=parts.people.zone, owner=owner, now=now)


def _template(parts: Parts, ordered: Order) -> str:
    """The template of the version that decided; else that of the live version of the letter's home.

    Where neither has one, for they may be of an older release, that of this release. Raises `LetterFailed`.
    """
    home = letters[ordered.kind].home
    with parts.database.reads() as session:
        version = session.get_one(Instance, ordered.instance).version_id
        own = parts.engine.catalog.version(session, version).package
        live = [each.package for each in parts.engine.catalog.live_versions(session) if each.process == home]
    released = packages() / home / TEMPLATE
    for package in (own, *live):
        if TEMPLATE in package.files:
            return package.files[TEMPLATE].decode("utf-8", "replace")
    if not released.is_file():
        raise rendering.LetterFailed
    return released.read_text(encoding="utf-8")
