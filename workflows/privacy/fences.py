"""Fences of data protection: what no edited diagram can get round.

What a request says is erased only when the data protection officer has fulfilled it and another person, the head of the
personnel agency, has agreed; limits and breaches are entered by the officer alone. Nobody decides on their own.
"""

from __future__ import annotations

from engine.errors import ServiceFailed, Text
from engine.services import ServiceContext

OFFICER, HEAD = "privacy_officer", "bkpsdm_head"
FULFIL, AGREE = "fulfil", "agree"


class NotTheirs(ServiceFailed):
    """Those who have to decide on this have not."""

    text = Text(
        "Langkah ini hanya berjalan setelah petugas pelindungan data memutuskannya. "
        "Penghapusan juga memerlukan persetujuan Kepala BKPSDM. "
        "Tidak ada yang berubah; minta pemilik proses memeriksa alurnya.",
        "This step runs only once the data protection officer has decided it. "
        "An erasure also needs the head of BKPSDM to agree. "
        "Nothing was changed; ask the process owner to check the flow.",
    )


def require_officer(ctx: ServiceContext) -> None:
    """Who just decided is the officer, and not the person concerned. Raises `NotTheirs`."""
    if ctx.cause is None or ctx.cause.role != OFFICER or ctx.cause.person == ctx.subject:
        raise NotTheirs


def require_two(ctx: ServiceContext) -> None:
    """The officer fulfilled it last, and the head, another person, just agreed. Raises `NotTheirs`."""
    answers = [each for each in ctx.decisions if each.role == OFFICER]
    cause, answer = ctx.cause, answers[-1] if answers else None
    if cause is None or answer is None or (cause.role, cause.outcome, answer.outcome) != (HEAD, AGREE, FULFIL):
        raise NotTheirs
    if len({cause.person, answer.person, ctx.subject}) < 3:
        raise NotTheirs
