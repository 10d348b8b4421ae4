"""The web server of an installation: waitress, threads, and an orderly end."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

from flask import Flask
from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

THREADS = 8
SWITCH = 0.0005
"""Seconds after which a thread that computes lets another go on; Python's own 5 ms would be paid at every statement."""
CONNECTIONS = 500
SPARE_PORTS = 20
LARGEST_BODY = 17_000_000
"""Bytes that the server takes in before the application can say no: more than it ever allows, and no flood."""


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that nobody uses. Raises OSError if none of twenty is free."""
    for port in range(wanted, wanted + SPARE_PORTS):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"ports {wanted} to {wanted + SPARE_PORTS - 1} of {host} are all in use")


def serve(
    app: Flask, host: str, port: int, *, ready: Callable[[], None], threads: int = THREADS, proxies: int = 0
) -> None:
    """Answer requests until SIGTERM or Ctrl+C; ``ready`` is called once the port is open."""
    server = create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        connection_limit=CONNECTIONS,
        channel_timeout=60,
        max_request_body_size=LARGEST_BODY,
        ident="Alur",
        clear_untrusted_proxy_headers=proxies == 0,
    )
    end_on_sigterm()
    share_fairly()
    ready()
    server.run()  # returns after SystemExit and KeyboardInterrupt, when the requests at work are answered


def end(server: BaseWSGIServer) -> None:
    """End a server that runs in another thread: when the requests at work are answered, it closes its sockets itself.

    Closed from outside, they are gone under the look that the thread takes at them.
    """
    server.task_dispatcher.shutdown()
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))


def share_fairly() -> None:
    """Let requests that compute for long slow the others down as little as may be."""
    sys.setswitchinterval(SWITCH)


def end_on_sigterm() -> None:
    """Treat SIGTERM as an orderly request to end, as Ctrl+C is."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
