"""A connection between a browser and a server that can be cut and mended, or lead to another server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Wire:
    """A proxy that passes bytes on.

    Attributes:
        url: its address.
        target: the port of the server that it leads to.
    """

    def __init__(self, target: int):
        self.target, self._whole, self._ends = target, True, set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End all connections, and refuse new ones."""
        self._whole = False
        for end in list(self._ends):
            _end(end)

    def mend(self) -> None:
        self._whole = True

    def close(self) -> None:
        _end(self._listening)
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):  # until it is closed
            while True:
                browser, _ = self._listening.accept()
                try:
                    if not self._whole:
                        raise ConnectionError
                    server = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    browser.close()
                    continue
                self._ends |= {browser, server}
                for source, goal in ((browser, server), (server, browser)):
                    threading.Thread(target=self._pass_on, args=(source, goal), daemon=True).start()

    def _pass_on(self, source: socket.socket, goal: socket.socket) -> None:
        with suppress(OSError):
            while read := source.recv(65536):
                goal.sendall(read)
        for end in (source, goal):
            _end(end)
            self._ends.discard(end)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """A wire to the server at this address."""
    made = Wire(int(url.rpartition(":")[2]))
    try:
        yield made
    finally:
        made.close()
