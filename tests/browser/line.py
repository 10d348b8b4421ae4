"""A line between a browser and the server that a test cuts, or that swallows what the server answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from urllib.parse import urlsplit

BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class State(Enum):
    """How the line is."""

    UP = "up"
    DOWN = "down"
    """Nothing gets through."""
    ANSWERS_LOST = "answers lost"
    """Forms reach the server; its answers to them do not come back."""
    GATEWAY = "gateway"
    """Forms reach the server; a proxy answers in its place that there was no answer."""
    AWAY = "away"
    """Nothing reaches the server; a proxy says so."""


class Line:
    """Forwards connections from a port of its own to the server, as far as its state lets it."""

    def __init__(self, url: str) -> None:
        self._server = ("127.0.0.1", int(urlsplit(url).port or 0))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._state = State.UP
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.forms = 0
        """Forms that reached the server."""
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def state(self) -> State:
        """How the line is."""
        return self._state

    @state.setter
    def state(self, state: State) -> None:
        self._state = state
        if state is State.DOWN:
            self._cut(*self._open)

    @contextmanager
    def being(self, state: State) -> Iterator[None]:
        """The line in another state for a while."""
        self.state = state
        yield
        self.state = State.UP

    def close(self) -> None:
        """End it for good."""
        self.state = State.DOWN
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):  # the end of the test closes the port
            while True:
                browser, _address = self._listening.accept()
                if self._state is State.DOWN:
                    browser.close()
                    continue
                server = socket.create_connection(self._server)
                self._open |= {browser, server}
                _Call(self, browser, server).begin()

    def _cut(self, *ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
            self._open.discard(end)


class _Call:
    """One connection of a browser; its requests follow each other, each after the answer to the one before."""

    def __init__(self, line: Line, browser: socket.socket, server: socket.socket) -> None:
        self._line, self._browser, self._server = line, browser, server
        self._form = False

    def begin(self) -> None:
        for work in (self._to_server, self._to_browser):
            threading.Thread(target=work, daemon=True).start()

    def _to_server(self) -> None:
        with suppress(OSError):
            while chunk := self._browser.recv(65536):
                if self._line.state is State.AWAY:
                    self._browser.sendall(BAD_GATEWAY)
                    break
                if chunk.startswith((b"POST ", b"GET ")):
                    self._form = chunk.startswith(b"POST ")
                    self._line.forms += self._form
                self._server.sendall(chunk)
        self._end()

    def _to_browser(self) -> None:
        with suppress(OSError):
            while chunk := self._server.recv(65536):
                if self._form and self._line.state in (State.ANSWERS_LOST, State.GATEWAY):
                    if self._line.state is State.GATEWAY:
                        self._browser.sendall(BAD_GATEWAY)
                    break
                self._browser.sendall(chunk)
        self._end()

    def _end(self) -> None:
        self._line._cut(self._browser, self._server)
