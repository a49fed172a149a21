"""Frontdesk set up for `GET /v1/me`: gateway and accounts as processes, sessions by SQL."""

from __future__ import annotations

import secrets
import urllib.request

import psycopg

from chassis.process.ports import free_port
from tests.benchmarks.peers import me
from tests.benchmarks.stage import Stage, plain_url
from tests.support.waiting import eventually

START_SECONDS = 30.0

# The same users as the peers have, in the accounts service's own tables.
SEED = f"""
SELECT set_config('frontdesk.scope', 'all', false);
INSERT INTO accounts (id, company_name, slug, country, locale, time_zone, status, trial_ends_at, created_at)
SELECT md5('account' || n)::uuid, 'Example Trading ' || n, 'example-trading-' || n, 'KR', 'en', 'Asia/Seoul',
    'trial', now() + interval '30 days', now() FROM generate_series(1, {me.USERS}) n;
INSERT INTO users (id, account_id, name, email, email_key, phone, locale, time_zone, role, verified_at,
    created_at)
SELECT md5('user' || n)::uuid, md5('account' || n)::uuid, 'Mina Park ' || n,
    'mina.park.' || n || '@example.com', 'mina.park.' || n || '@example.com', '+8225550100',
    'en', 'Asia/Seoul', 'owner', now(), now()
    FROM generate_series(1, {me.USERS}) n;
INSERT INTO sessions (id, account_id, user_id, token_digest, created_at, last_used_at, expires_at, user_agent,
    ip_address)
SELECT md5('session' || n)::uuid, md5('account' || n)::uuid, md5('user' || n)::uuid,
    encode(sha256(convert_to('bench-token-' || n, 'UTF8')), 'hex'), now(), now(), now() + interval '1 day',
    '', '127.0.0.1' FROM generate_series(1, {me.USERS}) n;
ANALYZE;
"""


def start(stage: Stage) -> int:
    """Accounts, then the gateway, both ready; the gateway's port."""
    url = stage.databases.new("bench_accounts")
    port = free_port()
    environment = {
        "FRONTDESK_ACCOUNTS_DATABASE_URL": url,
        "FRONTDESK_ACCOUNTS_TOKEN_KEY": secrets.token_hex(),
        "FRONTDESK_ACCOUNTS_PEPPER": secrets.token_hex(),
        "FRONTDESK_GATEWAY_KEY": secrets.token_hex(),
        "FRONTDESK_HTTP_ADDRESS": f"127.0.0.1:{port}",
        "FRONTDESK_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "FRONTDESK_LOG_LEVEL": "WARNING",
    }
    for service in ("accounts", "gateway"):
        start_service(stage, service, environment)
    with psycopg.connect(plain_url(url)) as connection:
        connection.execute(SEED)
    return port


def start_service(stage: Stage, service: str, environment: dict[str, str]) -> None:
    """One service as a process of its own, waited for until it says that it is ready."""
    ops = f"127.0.0.1:{free_port()}"
    process = stage.process(
        "frontdesk_service", service, environment=environment | {"FRONTDESK_OPS_ADDRESS": ops}
    )

    def is_ready() -> bool:
        process.check()
        return is_ok(f"http://{ops}/health/ready")

    eventually(is_ready, START_SECONDS, f"{service} is ready")


def is_ok(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
