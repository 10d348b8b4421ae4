"""What can go wrong in a way that a caller can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Text:
    """A sentence in both languages of the product."""

    id: str
    en: str

    def to(self, language: str) -> str:
        """The sentence in ``language``; anything but English is Indonesian."""
        return self.en if language == "en" else self.id


class EngineError(Exception):
    """Something that the engine refuses; the docstring is the default message in English."""

    text = Text("Permintaan ini tidak dapat dijalankan.", "The engine cannot do this.")

    def __init__(self, text: Text | None = None) -> None:
        if text is not None:
            self.text = text
        super().__init__(self.text.en)


class NotFound(EngineError):
    """There is no such thing, or you may not know of it."""

    text = Text(
        "Halaman atau permohonan ini tidak ada, atau bukan untuk Anda.",
        "There is no such page or request, or it is not for you.",
    )


class NotPermitted(EngineError):
    """You may see this, but somebody else acts on it."""

    text = Text("Tugas ini bukan wewenang Anda.", "This task is not yours to do.")


class Conflict(EngineError):
    """The thing has changed since you looked: who did what, and when."""

    text = Text("Tugas ini sudah diselesaikan.", "This task is already done.")

    def __init__(
        self,
        text: Text | None = None,
        *,
        decided_by: str | None = None,
        decided_at: datetime | None = None,
        outcome: str | None = None,
    ) -> None:
        super().__init__(text)
        self.decided_by = decided_by
        self.decided_at = decided_at
        self.outcome = outcome


class Refused(EngineError):
    """The answers cannot be accepted as they are: what to mend, by field.

    The key ``""`` holds what concerns no single field. Nothing has been stored.
    """

    text = Text("Ada isian yang perlu diperbaiki.", "Some answers need to be mended.")

    def __init__(self, problems: Mapping[str, Sequence[Text]]) -> None:
        super().__init__()
        self.problems: dict[str, tuple[Text, ...]] = {k: tuple(v) for k, v in problems.items()}


@dataclass(frozen=True)
class Where:
    """Where something failed: the version, the request (None: it was about to start) and the person's step, if any."""

    version: int
    instance: UUID | None
    step: str | None


class ServiceFailed(EngineError):
    """An automatic step failed; nothing was changed and the task still waits.

    ``code`` is the kind of failure in one word. Once known, ``element`` is the id of what failed in the
    diagram, ``where`` the request that it failed in, and ``incident`` the number under which it is kept.
    """

    text = Text(
        "Langkah otomatis gagal. Tidak ada yang berubah; coba lagi nanti.",
        "An automatic step failed. Nothing was changed; try again later.",
    )
    code = "step-failed"

    def __init__(self, text: Text | None = None, *, element: str | None = None) -> None:
        super().__init__(text)
        self.element = element
        self.where: Where | None = None
        self.incident: int | None = None


class LimitExceeded(ServiceFailed):
    """The diagram asked for more steps, time or memory than an instance may use; ``limit`` is the setting."""

    code = "limit"

    def __init__(self, text: Text | None = None, *, element: str | None = None, limit: str | None = None) -> None:
        super().__init__(text, element=element)
        self.limit = limit


class DiagramError(EngineError):
    """The package cannot be deployed; ``problems`` says what is wrong and where."""

    text = Text("Paket ini belum dapat dipasang.", "This package cannot be deployed yet.")

    def __init__(self, problems: Sequence[object], text: Text | None = None) -> None:
        super().__init__(text)
        self.problems = tuple(problems)
