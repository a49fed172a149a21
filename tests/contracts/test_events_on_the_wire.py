"""Do the events that are really announced look as the AsyncAPI document says?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from chassis import envelope
from tests.support.people import new_account, sign_up
from tests.support.suite import SERVICES, Suite
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow
DOCUMENT = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
TYPES = {
    "accounts.account.created",
    "accounts.account.sign_up_repeated",
    "accounts.account.session_revoked",
    "accounts.user.activation_requested",
    "accounts.user.activated",
    "contacts.contact.created",
    "notifications.notification.sent",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text())
    return read


def announced(suite: Suite, account_id: str) -> Iterator[dict[str, Any]]:
    """The messages about one account that went to the broker."""
    for service in SERVICES:
        query = "SELECT sequence, body FROM outbox WHERE account_id = %s AND sent_at IS NOT NULL"
        for row in suite.rows(service, query, account_id):
            yield json.loads(envelope.number(row["body"], row["sequence"]))


def test_every_announced_event_fits_the_document(suite: Suite, document: dict[str, Any]) -> None:
    member = sign_up(suite)
    member.api.post("/v1/contacts", {"name": "Bob"}).must_be(201)
    suite.api.post("/v1/accounts", new_account(member.email)).must_be(201)
    member.api.delete("/v1/sessions/current").must_be(204)

    def all_announced() -> list[dict[str, Any]]:
        found = [*announced(suite, member.account["id"])]
        return found if {event["type"] for event in found} >= TYPES else []

    messages = document["components"]["messages"]
    for event in eventually(all_announced, what="every kind of event was announced"):
        payload = {**messages[event["type"]]["payload"], "components": document["components"]}
        jsonschema.Draft202012Validator(payload, format_checker=jsonschema.FormatChecker()).validate(event)


def test_the_document_is_a_whole(document: dict[str, Any]) -> None:
    """Every reference leads somewhere, every channel is announced, on its exchange and routing key."""
    assert document["asyncapi"] == "3.0.0"
    for reference in references(document):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    assert document["channels"].keys() == document["components"]["messages"].keys()
    sent = {operation["channel"]["$ref"] for operation in document["operations"].values()}
    assert sent == {f"#/channels/{name}" for name in document["channels"]}
    for name, channel in document["channels"].items():
        service, _, key = name.partition(".")
        assert channel["address"] == key
        assert channel["bindings"]["amqp"]["exchange"]["name"] == f"{service}.events"


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
