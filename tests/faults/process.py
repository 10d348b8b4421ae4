"""A web process or a worker of its own, to be killed: `python -m tests.faults.process web|worker FOLDER PORT OFFSET`.

It is what `alur serve` and `alur worker` run, on a clock that is shifted by OFFSET seconds.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta

from web import create_app, logs, server
from web.config import Settings
from web.parts import Parts
from web.worker import Worker


def main(role: str, port: str, offset: str) -> None:
    """Run until killed."""
    shift = timedelta(seconds=float(offset))
    app = create_app(Settings.from_env(os.environ), lambda: datetime.now(UTC) + shift)
    parts: Parts = app.extensions["alur"]
    server.end_on_sigterm()
    logs.to_stderr()
    if role == "worker":
        Worker(parts).run()
    else:
        server.serve(app, "127.0.0.1", int(port), ready=lambda: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
