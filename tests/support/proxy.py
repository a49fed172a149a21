"""A TCP proxy before a server, which delays, swallows or breaks connections as a test asks."""

import socket
import struct
import threading
from contextlib import suppress
from typing import Self

CHUNK_BYTES = 65536


class Proxy:
    """Listens on a free port of 127.0.0.1 and passes on to `port`, unless told otherwise.

    What spoils can be changed under open connections: `delay_seconds` before each chunk, `drops_requests` and
    `drops_answers` swallow one direction, `refuses` closes new connections at once.
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.swallowed = 0
        """How many bytes were not passed on."""
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.heal()
        self._thread = threading.Thread(target=self._accept, name=f"proxy-{self.port}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def heal(self) -> None:
        """Passes everything on, at once."""
        self.delay_seconds = 0.0
        self.drops_requests = self.drops_answers = self.refuses = False

    def black_hole(self) -> None:
        """Accepts, swallows everything, never answers."""
        self.drops_requests = self.drops_answers = True

    def cut(self) -> int:
        """Resets every open connection; how many there were."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for end in pair:
                reset(end)
        return len(pairs)

    @property
    def connections(self) -> int:
        return len(self._pairs)

    def close(self) -> None:
        self._closing.set()
        # On Linux only a shutdown wakes the thread that waits in accept().
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        self.cut()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.refuses:
                reset(client)
            else:
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._target, timeout=5)
        except OSError:
            reset(client)
            return
        server.settimeout(None)
        pair = (client, server)
        with self._lock:
            self._pairs.add(pair)
        back = threading.Thread(target=self._pump, args=(server, client, "drops_answers"), daemon=True)
        back.start()
        self._pump(client, server, "drops_requests")
        back.join()
        with self._lock:
            self._pairs.discard(pair)
        client.close()
        server.close()

    def _pump(self, source: socket.socket, sink: socket.socket, drops: str) -> None:
        with suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                if self.delay_seconds:
                    self._closing.wait(self.delay_seconds)
                if not getattr(self, drops):
                    sink.sendall(chunk)
                else:
                    with self._lock:
                        self.swallowed += len(chunk)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def reset(end: socket.socket) -> None:
    """An end that the peer notices at once, as when a router forgets the connection."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    end.close()
