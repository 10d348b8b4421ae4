"""The way to a phone: a gateway for WhatsApp or SMS is told to whom there is news, and nothing of what it is.

The body is signed, so that the gateway knows who asks; its key is stable, so that it can tell a repetition.
"""

from __future__ import annotations

import hmac
import json
from datetime import datetime
from email.message import Message
from http.client import HTTPException
from typing import IO
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from engine.jobs import UNREACHABLE, NotDelivered
from web.config import Settings
from web.mail import name_of

TIMEOUT = 15.0
"""Seconds that the gateway may take."""
LASTING = frozenset({400, 404, 410, 422})
"""Refusals that another try does not change."""


class _NoRedirect(HTTPRedirectHandler):
    """A phone number goes to the address in the settings and to no other."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        """Never."""
        return None


_OPENER = build_opener(_NoRedirect)


def post(settings: Settings, key: str, to: str, text: str, link: str | None, at: datetime) -> None:
    """Tell the gateway. Raises `NotDelivered`."""
    told = {"key": name_of(key), "to": to, "text": text} | ({"link": link} if link else {})
    body, moment = json.dumps(told).encode(), str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": told["key"],
        "X-Alur-Timestamp": moment,
        "X-Alur-Signature": f"sha256={signature(settings.webhook_secret or '', moment, body)}",
    }
    try:
        with _OPENER.open(Request(settings.webhook_url or "", body, headers, method="POST"), timeout=TIMEOUT):
            return
    except HTTPError as refusal:
        refusal.close()
        raise NotDelivered(f"refused {refusal.code}", lasting=refusal.code in LASTING) from None
    except (OSError, HTTPException):  # it is away, or does not answer in time
        raise NotDelivered(UNREACHABLE) from None


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256, in hexadecimal, of the timestamp, a dot and the body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()
