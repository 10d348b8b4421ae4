"""The files that only this installation knows: its secret and the key that signs checkpoints."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from web.config import SettingsError


def read_key(path: Path) -> Ed25519PrivateKey:
    """The key in a PEM file. Raises `SettingsError`."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise SettingsError(f"ALUR_KEY_FILE {path} holds no readable key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"ALUR_KEY_FILE {path} must hold an Ed25519 key.")
    return key


def make_key(path: Path) -> Path:
    """The file of a signing key; made, for its owner's eyes only, when it is not there."""
    content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _keep(path, content)
    return path


def make_secret(path: Path) -> str:
    """The secret in a file; made, for its owner's eyes only, when it is not there."""
    _keep(path, secrets.token_urlsafe(48).encode())
    return path.read_text()


def _keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, unless it is there; whoever starts twice at once gets the same one."""
    if path.exists():
        return
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(scratch)
    except FileExistsError:
        pass  # a second start was faster; its file counts
    finally:
        scratch.unlink()
