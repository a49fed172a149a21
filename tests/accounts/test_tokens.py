"""Tokens at rest: the stolen database holds none, and nothing that gives one."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from typing import Any

import pytest

from identity import tokens
from tests.support.people import link_token, mailed_token, new_email, register, sign_up
from tests.support.suite import SERVICES, Suite, superuser

pytestmark = pytest.mark.slow


def dump(suite: Suite, service: str) -> list[tuple[str, Any]]:
    """Every value of every column of every table of a service, with where it stands."""
    columns = suite.rows(
        service,
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
    )
    found: list[tuple[str, Any]] = []
    with superuser(suite.database_urls[service]) as connection:
        for column in columns:
            table, name = column["table_name"], column["column_name"]
            rows = connection.execute(f'SELECT "{name}"::text AS value FROM "{table}"'.encode())
            found += [(f"{service}.{table}.{name}", row["value"]) for row in rows]
    return found


def spellings(token: str) -> set[str]:
    """A token as it stands, and what is one step from it."""
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return {
        token,
        token.encode().hex(),
        raw.hex(),
        base64.b64encode(raw).decode(),
        base64.b64encode(token.encode()).decode(),
    }


def test_no_column_holds_a_token(suite: Suite) -> None:
    member, waiting = sign_up(suite), new_email()
    register(suite, waiting).must_be(201)
    secrets = {
        "the session's token": member.token,
        "a used link": link_token(suite.sink.wait_for(member.email)[0]),
        "a link that can be used": mailed_token(suite, waiting),
        "the password": member.password,
    }
    stored = [value for service in SERVICES for value in dump(suite, service) if value[1]]
    assert len(stored) > 100
    for name, secret in secrets.items():
        sought = {secret, secret.encode().hex()} if name == "the password" else spellings(secret)
        holding = [where for where, value in stored if any(form in value for form in sought)]
        assert holding == [], f"{name} stands in {holding}"


def test_no_stored_value_gives_a_token_without_the_key(suite: Suite) -> None:
    """Tokens are random, or made with a key: hashing what is stored leads to none of them."""
    waiting = new_email()
    register(suite, waiting).must_be(201)
    usable = tokens.digest(mailed_token(suite, waiting))
    known = suite.rows("accounts", "SELECT id FROM links WHERE token_digest = %s", usable)
    assert len(known) == 1, "the digest is what is stored"
    for _, value in dump(suite, "accounts"):
        for text in (value or "", json.dumps(value), f"activation:{value}"):
            guess = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            assert tokens.digest(text) != usable
            assert tokens.digest(guess) != usable


def test_another_key_gives_another_token() -> None:
    subject = uuid.uuid4()
    first = tokens.derived_token("a" * 48, "activation", subject)
    assert first == tokens.derived_token("a" * 48, "activation", subject)
    assert first != tokens.derived_token("b" * 48, "activation", subject)
    assert first != tokens.derived_token("a" * 48, "reset", subject)
    assert first != tokens.derived_token("a" * 48, "activation", uuid.uuid4())
    assert len(first) == 43, "256 bits"
