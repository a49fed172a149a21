"""The peer FastAPI over a bus: `GET /v1/me` by aio-pika's RPC and a worker with async SQLAlchemy.

Two processes, `gateway` and `worker`, as Frontdesk has two. Fair to the peer: what fastapi_direct and
aio_pika_rpc say of their halves, with confirms off; no response model.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator

import aio_pika
import uvloop
from aio_pika.patterns import RPC, JsonRPC
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from tests.benchmarks.peers import calling, http_serving, me

METHOD = "bench-fastapi.get_me"


async def rpc() -> tuple[aio_pika.abc.AbstractConnection, RPC]:
    connection = await aio_pika.connect(os.environ.get("FRONTDESK_AMQP_URI", calling.DEFAULT_AMQP_URI))
    channel = await connection.channel(publisher_confirms=False)
    await channel.set_qos(prefetch_count=64)
    return connection, await JsonRPC.create(channel)


@contextlib.asynccontextmanager
async def bus(_app: FastAPI) -> AsyncIterator[dict[str, object]]:
    connection, made = await rpc()
    yield {"rpc": made}
    await connection.close()


app = FastAPI(lifespan=bus, openapi_url=None)


@app.get("/v1/me")
async def get_me(request: Request) -> JSONResponse:
    digest = me.digest(request.headers.get("authorization"))
    found = digest and await request.state.rpc.call(METHOD, {"digest": digest.hex()})
    return JSONResponse(found) if found else JSONResponse({"code": "session_unknown"}, status_code=401)


async def work() -> None:
    opened = me.engine()
    sessions = me.sessions(opened)

    async def answer(*, digest: str) -> me.Json | None:
        return await me.read(sessions, bytes.fromhex(digest))

    connection, made = await rpc()
    await made.register(METHOD, answer, auto_delete=True)
    calling.ready()
    await asyncio.to_thread(calling.wait_for_parent)
    await connection.close()
    await opened.dispose()


if __name__ == "__main__":
    if sys.argv[1:] == ["worker"]:
        uvloop.run(work())
    else:
        http_serving.serve(app)
