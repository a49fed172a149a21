"""Can somebody who knows nameko but not us ask our services and hear our events?"""

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
    said = {}
    for line in plain.output().splitlines():
        if line.startswith("{"):
            said |= json.loads(line)

    assert said["answer"]["owner"]["email"] == email
    assert said["refusal"] == ["CountryUnknown", "QQ"]
    assert said["malformed"][0] == "MalformedRequest"
    assert said["unknown"][0] == "MethodUnknown"
    assert said["event"]["type"] == "accounts.account.created"
    assert said["event"]["data"]["object"] == said["answer"]
    assert [mail.recipients for mail in suite.sink.wait_for(email)] == [(email,)]
