"""Static files from memory, under names that carry a hash of their content, and compressed pages."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request
from flask.typing import ResponseReturnValue

from web.safety import public

FOLDER = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
WORTH_IT = 500
"""Bytes; a smaller page grows or gains nothing by compression."""
COMPRESSIBLE = ("text/", "application/json", "application/problem+json", "image/svg+xml")


@dataclass(frozen=True)
class Asset:
    """A static file as it is sent."""

    body: bytes
    packed: bytes
    mimetype: str


class Assets:
    """All static files but those of vendors, which are big and served by their own pages."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._assets: dict[str, Asset] = {}
        self._names: dict[str, str] = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not name.startswith("vendor/"):
                self._add(name, path.read_bytes())

    def path(self, name: str) -> str:
        """The address of a file. Raises KeyError for a file that is not there."""
        return f"/static/{self._names[name]}"

    def get(self, hashed_name: str) -> Asset | None:
        """The file under its hashed name."""
        return self._assets.get(hashed_name)

    def source(self, name: str) -> str:
        """A text file as it was written. Raises KeyError for a file that is not there."""
        return self._assets[self._names[name]].body.decode()

    def _add(self, name: str, body: bytes) -> None:
        stem, dot, ending = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}{dot}{ending}"
        self._names[name] = hashed
        mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        packed = gzip.compress(body, 9, mtime=0) if mimetype.startswith(COMPRESSIBLE) else body
        self._assets[hashed] = Asset(body, packed, mimetype)


def install(app: Flask) -> None:
    """Serve the static files and compress what the browser takes compressed."""
    assets = Assets()
    app.extensions["alur_assets"] = assets
    app.jinja_env.globals["asset"] = assets.path

    @app.get("/static/<path:name>", endpoint="static")
    @public
    def static(name: str) -> ResponseReturnValue:
        asset = assets.get(name)
        if asset is None:
            abort(404)
        packed = _accepts_gzip() and len(asset.packed) < len(asset.body)
        response = Response(asset.packed if packed else asset.body, mimetype=asset.mimetype)
        response.headers["Cache-Control"] = FOREVER
        response.vary.add("Accept-Encoding")
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        return response

    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    """Pages hold no secret beside reflected text that a foreign site could make a signed-in browser
    send again and again: cookies are SameSite, so compression tells an attacker nothing."""
    if (
        response.direct_passthrough
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(COMPRESSIBLE)
        or len(response.get_data()) < WORTH_IT
    ):
        return response
    response.vary.add("Accept-Encoding")
    if _accepts_gzip():
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _accepts_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0
