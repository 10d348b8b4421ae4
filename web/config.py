"""The settings of an installation, read once from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from engine.limits import DEFAULT, Limits, LimitsError

SHORTEST_SECRET = 32
"""Characters; a secret that can be guessed opens every session."""


ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
"""A mail address that ordinary servers take; 200 characters at most."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingsError(ValueError):
    """A setting is missing or cannot be understood; the message names it and says what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations. ``ALUR_<NAME>`` of each field is its variable."""

    database: str
    """URL of the database: ``sqlite:////path/alur.db`` or ``postgresql+psycopg://…``."""
    secret: str
    """Signs form tokens; at least 32 characters, the same for all web processes, no default."""
    key_file: Path
    """The Ed25519 key that signs checkpoints."""
    checkpoints: Path | None = None
    """The file that receives each signed checkpoint, best on another disk or host; beside the key if not set."""
    mail: str | None = None
    """``smtp://…`` or ``smtps://user:password@host:port``, or ``file:///folder``; without one, nothing is mailed."""
    mail_from: str | None = None
    """The address that mail comes from; ``alur@`` the host of ``url`` if not set."""
    webhook_url: str | None = None
    """The gateway to WhatsApp or SMS that is told to whom there is news; without one, nobody is told by phone."""
    webhook_secret: str | None = None
    """Signs what the gateway is told; at least 32 characters."""
    url: str = "http://127.0.0.1:8080"
    """The address that people type; ``https`` makes cookies secure and sends HSTS."""
    owner: str = "Pemerintah Kabupaten"
    """The name of the office, shown on each page."""
    zone: str = "Asia/Jakarta"
    """The zone of times that belong to no unit."""
    proxies: int = 0
    """How many trusted proxies stand in front and set ``X-Forwarded-For`` and ``-Proto``."""
    seal_certificate: Path | None = None
    """The certificate (PEM) of the office's own electronic seal; without one, letters bear none."""
    seal_key: Path | None = None
    """The private key (PEM, readable by its owner alone) that goes with it."""
    leave_law: Path | None = None
    """The file (TOML) in which the office fixes the rules of leave where the regulation leaves them open."""
    take_back: int = 10
    """Minutes in which the decider may take a decision back; its notices and letter wait so long. 0: never."""
    demo: bool = False
    """Whether the sign-in page lists the demo staff with their password. Never with real data."""
    limits: Limits = DEFAULT
    """What one request may use, each limit with a variable of its own."""

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Settings:
        """The settings in ``environment`` (``os.environ``). Raises `SettingsError`."""
        given = {
            field.name: environment[variable]
            for field in fields(cls)
            if environment.get(variable := variable_of(field.name), "").strip()
        }
        for name in ("database", "secret", "key_file"):
            if name not in given:
                raise SettingsError(f"{variable_of(name)} is not set; the README says what it is for.")
        if len(given["secret"]) < SHORTEST_SECRET:
            raise SettingsError(f"ALUR_SECRET is shorter than {SHORTEST_SECRET} characters; make a longer random one.")
        if ("seal_certificate" in given) != ("seal_key" in given):
            raise SettingsError("ALUR_SEAL_CERTIFICATE and ALUR_SEAL_KEY go together: set both, or none.")
        if ("webhook_url" in given) != ("webhook_secret" in given):
            raise SettingsError("ALUR_WEBHOOK_URL and ALUR_WEBHOOK_SECRET go together: set both, or none.")
        return cls(
            database=given["database"],
            secret=given["secret"],
            key_file=Path(given["key_file"]),
            checkpoints=_path(given.get("checkpoints")),
            mail=_mail(given.get("mail")),
            mail_from=_sender(given.get("mail_from")),
            webhook_url=_gateway(given.get("webhook_url")),
            webhook_secret=_shared(given.get("webhook_secret")),
            url=_address(given.get("url", cls.url)),
            owner=given.get("owner", cls.owner),
            zone=given.get("zone", cls.zone),
            proxies=_count("proxies", given.get("proxies", "0")),
            seal_certificate=_path(given.get("seal_certificate")),
            seal_key=_path(given.get("seal_key")),
            leave_law=_path(given.get("leave_law")),
            take_back=_count("take_back", given.get("take_back", "10")),
            demo=_switch("demo", given.get("demo", "0")),
            limits=_limits(environment),
        )

    @property
    def checkpoint_file(self) -> Path:
        """Where checkpoints go outside the database."""
        return self.checkpoints or self.key_file.with_name("checkpoints.jsonl")

    @property
    def https(self) -> bool:
        """Whether people reach the installation over TLS."""
        return self.url.startswith("https://")


def variable_of(name: str) -> str:
    """The environment variable of a setting: ``key_file`` is ``ALUR_KEY_FILE``."""
    return f"ALUR_{name.upper()}"


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise SettingsError(f"ALUR_URL must start with http:// or https://, not {value!r}.")
    return value.rstrip("/")


def _mail(value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return value
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not _has_valid_port(parts):
        raise SettingsError("ALUR_MAIL must be smtp://host:port, smtps://user:password@host:port or file:///folder.")
    return value


def _sender(value: str | None) -> str | None:
    if value is not None and not ADDRESS.fullmatch(value):
        raise SettingsError(f"ALUR_MAIL_FROM must be one mail address, such as alur@example.go.id, not {value!r}.")
    return value


def _gateway(value: str | None) -> str | None:
    """Phone numbers go there: not in the clear, unless to this machine itself."""
    if value is None:
        return None
    parts = urlsplit(value)
    inside = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" or inside) or not parts.hostname or not _has_valid_port(parts):
        raise SettingsError("ALUR_WEBHOOK_URL must start with https://, or with http://127.0.0.1 on the same machine.")
    return value


def _shared(value: str | None) -> str | None:
    if value is not None and len(value) < SHORTEST_SECRET:
        raise SettingsError(
            f"ALUR_WEBHOOK_SECRET is shorter than {SHORTEST_SECRET} characters; make a longer random one."
        )
    return value


def _has_valid_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _path(value: str | None) -> Path | None:
    return Path(value) if value else None


def _count(name: str, value: str) -> int:
    if not value.isdecimal():
        raise SettingsError(f"{variable_of(name)} must be a whole number, not {value!r}.")
    return int(value)


def _limits(environment: Mapping[str, str]) -> Limits:
    try:
        return Limits.from_env(environment)
    except LimitsError as error:
        raise SettingsError(str(error)) from error


def _switch(name: str, value: str) -> bool:
    if value not in {"0", "1"}:
        raise SettingsError(f"{variable_of(name)} must be 0 or 1, not {value!r}.")
    return value == "1"
