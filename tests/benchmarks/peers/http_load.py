"""The load generator: N keep-alive connections, each asking again as soon as it is answered, one JSON line.

Raw bytes on uvloop, no HTTP library: `http_null` shows that it can ask several times more than any peer
answers. Every answer must be 200 with a body; anything else ends the round with an error.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from functools import partial
from typing import cast

import uvloop

from tests.benchmarks.peers import calling

LENGTH = b"content-length:"


class Asker(asyncio.Protocol):
    """One connection."""

    def __init__(self, request: bytes, measured: calling.Round, over: asyncio.Future[int]) -> None:
        self.request = request
        self.measured = measured
        self.over = over
        self.received = b""
        self.begun_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.WriteTransport", transport)  # uvloop's has no common base
        self.ask()

    def ask(self) -> None:
        self.begun_at = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        received = self.received + data if self.received else data
        head_ends = received.find(b"\r\n\r\n")
        if head_ends < 0:
            self.received = received
            return
        head = received[:head_ends].lower()
        begins = head.index(LENGTH) + len(LENGTH)
        length = int(head[begins:].split(b"\r\n", 1)[0])
        if len(received) < head_ends + 4 + length:
            self.received = received
            return
        self.received = b""
        self.answered(received, length)

    def answered(self, received: bytes, length: int) -> None:
        if not received.startswith(b"HTTP/1.1 200") or not length:
            self.end(RuntimeError(received[:300].decode(errors="replace")))
        elif self.measured.count(self.begun_at):
            self.ask()
        else:
            self.end(None, length)

    def connection_lost(self, exc: Exception | None) -> None:
        self.end(exc or ConnectionError("the server closed the connection"))

    def end(self, error: Exception | None, length: int = 0) -> None:
        if self.over.done():
            return
        if error:
            self.over.set_exception(error)
        else:
            self.over.set_result(length)
        self.transport.close()


def request_of(path: str, token: str) -> bytes:
    lines = (
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept: application/json",
        f"Authorization: Bearer {token}",
        "\r\n",
    )
    return "\r\n".join(lines).encode()


async def load(said: argparse.Namespace, tokens: list[str]) -> None:
    loop = asyncio.get_running_loop()
    measured = calling.Round(seconds=said.seconds, warmup_seconds=said.warmup_seconds)
    measured.begin()
    ends: list[asyncio.Future[int]] = []
    for number in range(said.connections):
        over: asyncio.Future[int] = loop.create_future()
        request = request_of(said.path, tokens[number % len(tokens)])
        asker = partial(Asker, request, measured, over)
        await loop.create_connection(asker, "127.0.0.1", said.port)
        ends.append(over)
    async with asyncio.timeout(said.warmup_seconds + said.seconds + 10):
        lengths = await asyncio.gather(*ends)
    print(measured.line(body_bytes=max(lengths)), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--path", default="/v1/me")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--warmup-seconds", type=float, default=1.0)
    uvloop.run(load(parser.parse_args(), os.environ["BENCH_TOKENS"].split()))
