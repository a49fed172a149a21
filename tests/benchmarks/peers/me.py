"""`GET /v1/me` for the peers: the tables, one indexed read, and an answer like Frontdesk's."""

from __future__ import annotations

import datetime
import hashlib
import os
import uuid

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

DATABASE_URL = "BENCH_DATABASE_URL"
USERS = 1000

# Of the size that the accounts service keeps: one account, one user and one session each.
SEED = f"""
CREATE TABLE accounts (
    id uuid PRIMARY KEY, company_name text NOT NULL, slug text NOT NULL, country text NOT NULL,
    locale text NOT NULL, time_zone text NOT NULL, status text NOT NULL, trial_ends_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE TABLE users (
    id uuid PRIMARY KEY, account_id uuid NOT NULL REFERENCES accounts, name text NOT NULL,
    email text NOT NULL UNIQUE, phone text, locale text NOT NULL, time_zone text NOT NULL, role text NOT NULL,
    is_verified boolean NOT NULL, created_at timestamptz NOT NULL
);
CREATE TABLE sessions (
    token_digest bytea PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, expires_at timestamptz NOT NULL
);
INSERT INTO accounts SELECT md5('account' || n)::uuid, 'Example Trading ' || n, 'example-trading-' || n, 'KR',
    'en', 'Asia/Seoul', 'trial', now() + interval '30 days', now() FROM generate_series(1, {USERS}) n;
INSERT INTO users SELECT md5('user' || n)::uuid, md5('account' || n)::uuid, 'Mina Park ' || n,
    'mina.park.' || n || '@example.com', '+8225550100', 'en', 'Asia/Seoul', 'owner', true, now()
    FROM generate_series(1, {USERS}) n;
INSERT INTO sessions SELECT sha256(convert_to('bench-token-' || n, 'UTF8')), md5('user' || n)::uuid,
    now() + interval '1 day' FROM generate_series(1, {USERS}) n;
ANALYZE;
"""

READ = text("""
SELECT u.id, u.account_id, u.name, u.email, u.phone, u.locale, u.time_zone, u.role, u.is_verified,
    u.created_at, a.id, a.company_name, a.slug, a.country, a.locale, a.time_zone, a.status,
    a.trial_ends_at, a.created_at
FROM sessions s JOIN users u ON u.id = s.user_id JOIN accounts a ON a.id = u.account_id
WHERE s.token_digest = :digest AND s.expires_at > now()
""")
USER = (
    "id",
    "account_id",
    "name",
    "email",
    "phone",
    "locale",
    "time_zone",
    "role",
    "is_verified",
    "created_at",
)
ACCOUNT = (
    "id",
    "company_name",
    "slug",
    "country",
    "locale",
    "time_zone",
    "status",
    "trial_ends_at",
    "created_at",
)

Json = dict[str, object]


def tokens() -> list[str]:
    """The bearer tokens of the seeded sessions."""
    return [f"bench-token-{n}" for n in range(1, USERS + 1)]


def digest(authorization: str | None) -> bytes | None:
    """What the database knows of the token in this header."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    return hashlib.sha256(token.encode()).digest()


def engine() -> AsyncEngine:
    """A pool as large as the pool of the accounts service, opened once."""
    return create_async_engine(os.environ[DATABASE_URL], pool_size=20, max_overflow=0, pool_use_lifo=True)


def sessions(opened: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(opened, expire_on_commit=False)


async def read(make_session: async_sessionmaker[AsyncSession], token_digest: bytes) -> Json | None:
    """One transaction, one statement, one row."""
    async with make_session() as session:
        row = (await session.execute(READ, {"digest": token_digest})).one_or_none()
    if row is None:
        return None
    values = [plain(value) for value in row]
    return {
        "user": dict(zip(USER, values[: len(USER)], strict=True)),
        "account": dict(zip(ACCOUNT, values[len(USER) :], strict=True)),
    }


def plain(value: object) -> object:
    """As JSON writes it."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value
