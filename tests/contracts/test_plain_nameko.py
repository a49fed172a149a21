"""Interoperability with plain nameko: it can call our services and listen to our events."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.people import new_email
from tests.support.processes import Processes
from tests.support.suite import Suite

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("plain_nameko.py")


def test_a_plain_nameko_client_asks_and_a_plain_nameko_service_hears(
    suite: Suite, processes: Processes
) -> None:
    email = new_email()
    uri = suite.environment["FRONTDESK_AMQP_URI"]
    plain = processes.start("python", "-W", "ignore", str(SCRIPT), uri, email)
    assert plain.wait() == 0, plain.output()
    printed = {}
    for line in plain.output().splitlines():
        if line.startswith("{"):
            printed |= json.loads(line)

    assert printed["answer"]["owner"]["email"] == email
    assert printed["refusal"] == ["CountryUnknown", "QQ"]
    assert printed["malformed"][0] == "MalformedRequest"
    assert printed["unknown"][0] == "MethodUnknown"
    assert printed["event"]["type"] == "accounts.account.created"
    assert printed["event"]["data"]["object"] == printed["answer"]
    assert [mail.recipients for mail in suite.sink.wait_for(email)] == [(email,)]
