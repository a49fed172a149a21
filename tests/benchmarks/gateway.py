"""The benchmark of `GET /v1/me`: requests per second and latency at 32 keep-alive connections.

Each request carries a bearer token; the answer is one user with its account, found by the digest of the
token.
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from tests.benchmarks import frontdesk
from tests.benchmarks.peers import me
from tests.benchmarks.rounds import Plan, Series, interleaved
from tests.benchmarks.stage import Stage, plain_url

CONNECTIONS = 32

FRONTDESK = "Frontdesk: gateway, RabbitMQ, accounts, PostgreSQL"
BUS = "FastAPI, aio-pika RPC, async SQLAlchemy"
CEILING = "FastAPI, async SQLAlchemy, no bus"
GENERATOR = "the load generator alone (constant answer)"

Address = tuple[int, str]


def frontdesk_gateway(stage: Stage, _database_url: str) -> Address:
    return frontdesk.start(stage), " ".join(me.tokens())


def fastapi_bus(stage: Stage, database_url: str) -> Address:
    environment = {me.DATABASE_URL: database_url}
    stage.server("fastapi_bus", "worker", environment=environment)
    return stage.http_server("fastapi_bus", "gateway"), " ".join(me.tokens())


def fastapi_direct(stage: Stage, database_url: str) -> Address:
    port = stage.http_server("fastapi_direct", environment={me.DATABASE_URL: database_url})
    return port, " ".join(me.tokens())


def generator(stage: Stage, _database_url: str) -> Address:
    return stage.http_server("http_null"), "none"


CONTESTANTS: dict[str, Callable[[Stage, str], Address]] = {
    FRONTDESK: frontdesk_gateway,
    BUS: fastapi_bus,
    CEILING: fastapi_direct,
    GENERATOR: generator,
}


def measure(stage: Stage, plan: Plan, tell: Callable[[str], None]) -> list[Series]:
    """Every contestant in interleaved rounds; all servers stay up, only one is asked at a time."""
    url = stage.databases.new("bench_me")
    with psycopg.connect(plain_url(url)) as connection:
        connection.execute(me.SEED)
    series = {name: Series(name=name, load=CONNECTIONS) for name in CONTESTANTS}
    with stage.scene() as here:
        addresses = {name: start(here, url) for name, start in CONTESTANTS.items()}
        for number, name in interleaved(tuple(CONTESTANTS), plan.rounds):
            port, tokens = addresses[name]
            sample = here.client(
                "http_load",
                str(port),
                "--connections",
                str(CONNECTIONS),
                plan=plan,
                environment={"BENCH_TOKENS": tokens},
            )
            series[name].samples.append(sample)
            tell(f"gateway {number + 1}/{plan.rounds}: {name}: {sample.rate:,.0f} requests/s")
    return list(series.values())
