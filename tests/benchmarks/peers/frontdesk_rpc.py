"""Frontdesk's RPC: `@serve`, `Client`, and everything that comes with them.

Nothing is left out to look good: the server checks the request against its schema, what is sent is encoded by the
contract's types on both sides, each call carries a deadline and a context, and is counted in the metrics.
"""

from __future__ import annotations

from tests.benchmarks.peers import frontdesk_chassis

# ruff: noqa: I001  # after the patch, which the line above does

import time
import uuid

from chassis.rpc import Client, serve
from tests.benchmarks.peers import calling
from wire import schema
from wire.contract import Contract, Rpc, message


@message
class Contact:
    contact_id: uuid.UUID
    email: str
    name: str
    company: str
    tags: tuple[str, ...]
    is_active: bool
    version: int


class Echoes(Contract):
    name = "bench_frontdesk"
    echo = Rpc(Contact, Contact)


class Echo:
    """The service under measurement."""

    name = Echoes.name

    @serve(Echoes.echo)
    def echo(self, request: Contact) -> Contact:
        return request


class Callers:
    """A service whose workers call Echo until the round is over."""

    name = "bench_frontdesk_callers"
    echoes = Client(Echoes)

    @frontdesk_chassis.Driver.decorator
    def call(self, measured: calling.Round) -> None:
        contact = schema.load(Contact, dict(calling.MESSAGE))
        calling.check(schema.dump(self.echoes.echo(contact)))
        while True:
            begun_at = time.perf_counter()
            self.echoes.echo(contact)
            if not measured.count(begun_at):
                return


def call(said: calling.Options) -> None:
    started = frontdesk_chassis.runner(said.amqp_uri, Callers)
    measured = calling.Round(seconds=said.seconds, warmup_seconds=said.warmup_seconds)
    measured.begin()
    frontdesk_chassis.drive(started, said.callers, measured)
    print(measured.line(), flush=True)
    started.stop()


if __name__ == "__main__":
    said = calling.options(__doc__ or "")
    if said.role == "server":
        frontdesk_chassis.serve(said.amqp_uri, Echo)
    else:
        call(said)
