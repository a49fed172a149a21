"""The peer aio-pika: its own RPC pattern (`aio_pika.patterns.JsonRPC`) on uvloop.

Fair to aio-pika: JSON as everybody (its default is pickle), not persistent, plain connection instead of the
robust one (no bookkeeping), prefetch above the number of callers, queues declared once. `--variant
documented` keeps its default of a confirm per publish; `--variant tuned` switches confirms off, as
Frontdesk's RPC does: the faster one.
"""

from __future__ import annotations

import asyncio
import time

import aio_pika
import uvloop
from aio_pika.patterns import RPC, JsonRPC

from tests.benchmarks.peers import calling

METHOD = "bench-aio-pika.echo"


async def echo(*, message: dict[str, object]) -> dict[str, object]:
    return message


async def rpc(said: calling.Options) -> tuple[aio_pika.abc.AbstractConnection, RPC]:
    connection = await aio_pika.connect(said.amqp_uri)
    channel = await connection.channel(publisher_confirms=said.variant == "documented")
    await channel.set_qos(prefetch_count=64)
    return connection, await JsonRPC.create(channel)


async def serve(said: calling.Options) -> None:
    connection, made = await rpc(said)
    await made.register(METHOD, echo, auto_delete=True)
    calling.ready()
    await asyncio.to_thread(calling.wait_for_parent)
    await connection.close()


async def caller(made: RPC, measured: calling.Round) -> None:
    arguments = {"message": calling.MESSAGE}
    calling.check(await made.call(METHOD, arguments))
    while True:
        begun_at = time.perf_counter()
        await made.call(METHOD, arguments)
        if not measured.count(begun_at):
            return


async def call(said: calling.Options) -> None:
    connection, made = await rpc(said)
    measured = calling.Round(seconds=said.seconds, warmup_seconds=said.warmup_seconds)
    measured.begin()
    await asyncio.gather(*(caller(made, measured) for _ in range(said.callers)))
    print(measured.line(), flush=True)
    await connection.close()


if __name__ == "__main__":
    said = calling.options(__doc__ or "")
    uvloop.run(serve(said) if said.role == "server" else call(said))
