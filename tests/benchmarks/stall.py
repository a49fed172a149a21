"""The benchmark of event loop stalls while people log in, 20 a second.

Each process measures itself: how late a greenlet is that asks to be woken every 50 ms. The worst of the last ten
seconds is a metric of every process; it is read while the load runs, and the worst of all is told.
"""

from __future__ import annotations

import http.client
import json
import re
import secrets
import threading
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg

from chassis.process.ports import free_port
from identity import passwords
from tests.benchmarks.frontdesk import is_ok
from tests.benchmarks.rounds import Plan
from tests.benchmarks.stage import Stage, plain_url
from tests.support.waiting import eventually

LOG_INS_PER_SECOND = 20
CLIENTS = 16
USERS = 50
START_SECONDS = 90.0
LIMIT_MS = 50
# The gauge is set every ten seconds: so long a load must last to be in it, and so long its end is waited for.
WINDOW_SECONDS = 11.0
LONGEST_SECONDS = 60.0
PASSWORD = "plum rocket sofa tide"
STALL = re.compile(r"^frontdesk_loop_stall_seconds ([0-9.e+-]+)$", re.MULTILINE)

OURS = "hashing in threads, as it is"
CONTROL = "hashing on the event loop (control)"
PEERS = {OURS: "frontdesk_service", CONTROL: "frontdesk_inline"}
ROOMY = ("LOG_INS_PER_MINUTE", "LOG_IN_ADDRESSES_PER_HOUR", "LOG_IN_FREE_FAILS", "LOG_IN_FAILS_MAX")

SEED = """
SELECT set_config('frontdesk.scope', 'all', false);
INSERT INTO accounts (id, company_name, slug, country, locale, time_zone, status, trial_ends_at, created_at, plan,
    version)
SELECT md5('account' || n)::uuid, 'Example ' || n, 'example-' || n, 'KR', 'en', 'Asia/Seoul', 'trial',
    now() + interval '30 days', now(), 'trial', 1 FROM generate_series(1, {users}) n;
INSERT INTO users (id, account_id, name, email, email_key, locale, time_zone, role, password_hash, verified_at,
    created_at, version)
SELECT md5('user' || n)::uuid, md5('account' || n)::uuid, 'Mina Park ' || n, 'mina.' || n || '@example.com',
    'mina.' || n || '@example.com', 'en', 'Asia/Seoul', 'owner', '{kept}', now(), now(), 1
    FROM generate_series(1, {users}) n;
"""


@dataclass(kw_only=True)
class Stalls:
    """What one way of hashing came to: the worst stall of each process, and how the log-ins went."""

    name: str
    accounts_ms: float = 0.0
    gateway_ms: float = 0.0
    log_ins: int = 0
    failed: int = 0
    seconds: float = 0.0
    took_ms: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.log_ins / self.seconds

    @property
    def p99_ms(self) -> float:
        return sorted(self.took_ms)[int(len(self.took_ms) * 0.99)]


def measure(stage: Stage, plan: Plan, tell: Callable[[str], None]) -> list[Stalls]:
    """One way after the other, each with gateway, accounts and database of its own."""
    found = []
    for name, peer in PEERS.items():
        with stage.scene() as here:
            stalls = _measured(here, name, peer, seconds=_seconds(plan))
        tell(f"stall: {name}: accounts {stalls.accounts_ms:.0f} ms, gateway {stalls.gateway_ms:.0f} ms")
        found.append(stalls)
    return found


def _seconds(plan: Plan) -> float:
    return min(LONGEST_SECONDS, 2 * WINDOW_SECONDS if plan.is_quick else 3 * WINDOW_SECONDS)


def _measured(stage: Stage, name: str, peer: str, *, seconds: float) -> Stalls:
    port, ops = _start(stage, peer)
    stalls = Stalls(name=name)
    _log_in(port, 1)  # what is done once, at the first log-in, is no stall of the load
    _forget_the_start(ops)
    is_over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(stalls, ops, is_over))
    watcher.start()
    _load(stalls, port, seconds)
    is_over.wait(WINDOW_SECONDS)  # the last window
    is_over.set()
    watcher.join()
    return stalls


def _start(stage: Stage, peer: str) -> tuple[int, dict[str, str]]:
    """The gateway's port, and where each process tells its metrics."""
    url, port, pepper = stage.databases.new("bench_stall"), free_port(), secrets.token_hex()
    environment = {
        "FRONTDESK_ACCOUNTS_DATABASE_URL": url,
        "FRONTDESK_ACCOUNTS_TOKEN_KEY": secrets.token_hex(),
        "FRONTDESK_ACCOUNTS_PEPPER": pepper,
        "FRONTDESK_GATEWAY_KEY": secrets.token_hex(),
        "FRONTDESK_HTTP_ADDRESS": f"127.0.0.1:{port}",
        "FRONTDESK_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "FRONTDESK_LOG_LEVEL": "WARNING",
        **{f"FRONTDESK_{limit}": "1000000" for limit in ROOMY},
    }
    ops = {
        "accounts": _process(stage, peer, "accounts", environment),
        "gateway": _process(stage, "frontdesk_service", "gateway", environment),
    }
    kept = passwords.hashed(PASSWORD, pepper=pepper)
    with psycopg.connect(plain_url(url)) as connection:
        connection.execute(SEED.format(users=USERS, kept=kept).encode())
    return port, ops


def _process(stage: Stage, peer: str, service: str, environment: dict[str, str]) -> str:
    """A service, ready; the address of its metrics."""
    address = f"127.0.0.1:{free_port()}"
    process = stage.process(peer, service, environment=environment | {"FRONTDESK_OPS_ADDRESS": address})

    def is_ready() -> bool:
        process.check()
        return is_ok(f"http://{address}/health/ready")

    eventually(is_ready, START_SECONDS, f"{service} is ready")
    return address


def _load(stalls: Stalls, port: int, seconds: float) -> None:
    """Log-ins at their moments, whether the one before has been answered or not."""
    started = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        futures = []
        for number in range(int(seconds * LOG_INS_PER_SECOND)):
            time.sleep(max(0.0, started + number / LOG_INS_PER_SECOND - time.monotonic()))
            futures.append(pool.submit(_log_in, port, number % USERS + 1))
        for future in futures:
            status, took = future.result()
            stalls.log_ins += status == 201
            stalls.failed += status != 201
            stalls.took_ms.append(took * 1000)
    stalls.seconds = time.monotonic() - started


def _log_in(port: int, number: int) -> tuple[int, float]:
    """The answer's status, and how long it took."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = json.dumps({"email": f"mina.{number}@example.com", "password": PASSWORD})
    connection.request("POST", "/v1/sessions", body, {"Content-Type": "application/json"})
    status = connection.getresponse().status
    connection.close()
    return status, time.monotonic() - started


def _watch(stalls: Stalls, ops: dict[str, str], is_over: threading.Event) -> None:
    """Keep the worst that each process has told."""
    while not is_over.wait(1.0):
        stalls.accounts_ms = max(stalls.accounts_ms, _stall_ms(ops["accounts"]))
        stalls.gateway_ms = max(stalls.gateway_ms, _stall_ms(ops["gateway"]))


def _forget_the_start(ops: dict[str, str]) -> None:
    """Starting stalls: wait until what the processes tell is of after it."""
    for address in ops.values():
        before = _stall_ms(address)
        eventually(
            lambda address=address, before=before: _stall_ms(address) != before,
            3 * WINDOW_SECONDS,
            "a new window",
        )


def _stall_ms(address: str) -> float:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=30) as answer:
        found = STALL.search(answer.read().decode())
    return float(found[1]) * 1000 if found else 0.0
