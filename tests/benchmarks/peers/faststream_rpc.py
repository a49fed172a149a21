"""The peer FastStream: RPC by its RabbitBroker on uvloop.

`--variant documented` is its `broker.request()`, which its documentation recommends: it holds a lock for
the whole call, so that callers queue up. `--variant tuned` is what a careful user writes for throughput:
one reply queue of its own, futures by correlation id, no confirms. Fair to FastStream in both: not
persistent, prefetch above the number of callers, no type validation (`apply_types=False`), no logger,
queues declared once.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Awaitable, Callable

import uvloop
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue

from tests.benchmarks.peers import calling

QUEUE = RabbitQueue("bench-faststream", durable=False, auto_delete=True)
Caller = Callable[[], Awaitable[object]]


def broker(said: calling.Options) -> RabbitBroker:
    channel = Channel(prefetch_count=64, publisher_confirms=said.variant == "documented")
    return RabbitBroker(said.amqp_uri, default_channel=channel, logger=None, apply_types=False)


async def serve(said: calling.Options) -> None:
    served = broker(said)

    @served.subscriber(QUEUE)
    async def echo(message: object) -> object:
        return message

    await served.start()
    calling.ready()
    await asyncio.to_thread(calling.wait_for_parent)
    await served.stop()


def requesting(calls: RabbitBroker) -> Caller:
    """A call as the documentation writes it."""

    async def request() -> object:
        answer = await calls.request(calling.MESSAGE, QUEUE, timeout=5.0)
        return await answer.decode()

    return request


def replying(calls: RabbitBroker) -> Caller:
    """A call by a reply queue that all callers share; to be made before the broker starts."""
    waiting: dict[str, asyncio.Future[object]] = {}
    numbers = itertools.count()
    replies = RabbitQueue(f"bench-faststream-replies-{uuid.uuid4()}", durable=False, exclusive=True)

    async def with_number(message: RabbitMessage) -> tuple[str | None, object]:
        return message.correlation_id, json.loads(message.body)

    @calls.subscriber(replies, decoder=with_number, ack_policy=AckPolicy.ACK_FIRST)
    async def reply(numbered: tuple[str, object]) -> None:
        number, body = numbered
        waiting.pop(number).set_result(body)

    async def request() -> object:
        number = str(next(numbers))
        future = waiting[number] = asyncio.get_running_loop().create_future()
        await calls.publish(calling.MESSAGE, QUEUE, reply_to=replies.name, correlation_id=number)
        return await future

    return request


async def caller(request: Caller, measured: calling.Round) -> None:
    calling.check(await request())
    while True:
        begun_at = time.perf_counter()
        await request()
        if not measured.count(begun_at):
            return


async def call(said: calling.Options) -> None:
    calls = broker(said)
    request = requesting(calls) if said.variant == "documented" else replying(calls)
    await calls.start()
    measured = calling.Round(seconds=said.seconds, warmup_seconds=said.warmup_seconds)
    measured.begin()
    await asyncio.gather(*(caller(request, measured) for _ in range(said.callers)))
    print(measured.line(), flush=True)
    await calls.stop()


if __name__ == "__main__":
    said = calling.options(__doc__ or "")
    uvloop.run(serve(said) if said.role == "server" else call(said))
