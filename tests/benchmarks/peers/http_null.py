"""The ceiling of the load generator: a bare uvloop server with a constant answer.

A peer whose rate comes near this one's is not measured, the client is.
"""

from __future__ import annotations

import asyncio
import os
from typing import cast

import uvloop

from tests.benchmarks.peers import calling, http_serving

BODY = b'{"user": {"name": "' + b"x" * 560 + b'"}}'
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)


class Constant(asyncio.Protocol):
    """Answers whatever is asked."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.WriteTransport", transport)  # uvloop's has no common base

    def data_received(self, _data: bytes) -> None:
        self.transport.write(ANSWER)


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Constant, "127.0.0.1", int(os.environ[http_serving.PORT]))
    await asyncio.to_thread(calling.wait_for_parent)
    server.close()


if __name__ == "__main__":
    uvloop.run(serve())
