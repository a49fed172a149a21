"""Every event of an account as it reaches the broker, against the AsyncAPI document.

One thing is done over HTTP for every event; a plain AMQP client, bound as any subscriber would be, hears it.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import jsonschema
import pytest
import yaml
from kombu import Connection, Consumer, Exchange, Queue

from tests.support.people import new_email, register
from tests.support.scenarios import (
    Do,
    Outcome,
    api_keys,
    cancellation,
    contact_activation,
    contacts,
    email_changes,
    of,
    passwords,
    portal,
    profile,
    reactivation,
    second_factor,
    sessions,
    signup,
    subscriptions,
    trials,
    users,
)
from tests.support.suite import SERVICES, Suite
from tests.support.waiting import eventually
from wire.asyncapi import contracts
from wire.contract import Event

pytestmark = pytest.mark.slow
DOCUMENT = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
EVENTS = {event.type: event for contract in contracts() for event in contract.events().values()}
HEARD_SECONDS = 60


def send_to_nobody(suite: Suite) -> Outcome:
    """Sign up with an address whose mail server does not know it."""
    email = new_email()
    suite.sink.answer(email, "550 5.1.1 unknown")
    made = register(suite, email).must_be(201).body
    return Outcome(account_id=made["account"]["id"])


def let_plan_run_out(suite: Suite, interval: str) -> Outcome:
    member = subscriptions.paid(suite)
    query = """
        UPDATE subscriptions SET period_ends_at = now() - %s::interval WHERE account_id = %s RETURNING account_id
    """
    assert suite.rows("billing", query, interval, member.account["id"])
    return of(member)


# What is done so that each event happens.
CAUSES: dict[str, Do] = {
    "accounts.account.api_key_created": api_keys.create_api_key,
    "accounts.account.api_key_revoked": api_keys.revoke_api_key,
    "accounts.account.cancellation_scheduled": cancellation.schedule_cancellation,
    "accounts.account.cancellation_undone": cancellation.undo_cancellation,
    "accounts.account.cancelled": cancellation.cancel_account,
    "accounts.account.created": signup.sign_up_only,
    "accounts.account.email_change_contested": email_changes.contest_email,
    "accounts.account.email_change_requested": email_changes.request_email_change,
    "accounts.account.email_change_undone": email_changes.undo_email_change,
    "accounts.account.email_changed": email_changes.confirm_email_change,
    "accounts.account.new_device_seen": sessions.open_session,
    "accounts.account.password_changed": passwords.change_password,
    "accounts.account.profile_updated": profile.change_me,
    "accounts.account.reactivated": reactivation.reactivate,
    "accounts.account.reactivation_decided": reactivation.refuse_reactivation_request,
    "accounts.account.reactivation_requested": reactivation.request_reactivation,
    "accounts.account.reactivation_withdrawn": reactivation.withdraw_reactivation_request,
    "accounts.account.recovery_code_used": second_factor.use_recovery_code,
    "accounts.account.second_factor_disabled": second_factor.disable_second_factor,
    "accounts.account.second_factor_enabled": second_factor.confirm_second_factor,
    "accounts.account.session_revoked": sessions.log_out,
    "accounts.account.sign_up_repeated": signup.sign_up_again,
    "accounts.account.trial_ended": trials.let_trial_end,
    "accounts.account.trial_ending": trials.let_trial_near_its_end,
    "accounts.account.updated": profile.change_account,
    "accounts.user.activated": signup.activate,
    "accounts.user.activation_requested": signup.sign_up_only,
    "accounts.user.invited": users.invite_user,
    "accounts.user.invited_elsewhere": users.invite_user_of_another_account,
    "accounts.user.password_reset_requested": passwords.request_password_reset,
    "accounts.user.removed": users.remove_user,
    "accounts.user.updated": users.change_user,
    "billing.subscription.ended": cancellation.cancel_account,
    "billing.subscription.past_due": lambda suite: let_plan_run_out(suite, "1 hour"),
    "billing.subscription.restricted": lambda suite: let_plan_run_out(suite, "60 days"),
    "billing.subscription.started": subscriptions.start_plan,
    "contacts.audit.recorded": contacts.add_contact,
    "contacts.contact.activation_requested": contact_activation.send_contact_activation,
    "contacts.contact.blocked": contacts.block_contact,
    "contacts.contact.created": contacts.add_contact,
    "contacts.contact.deleted": contacts.delete_contact,
    "contacts.contact.email_added": contacts.add_email,
    "contacts.contact.email_promoted": contacts.promote_email,
    "contacts.contact.email_removed": contacts.remove_email,
    "contacts.contact.password_changed": portal.change_portal_password,
    "contacts.contact.password_reset_requested": portal.request_contact_password_reset,
    "contacts.contact.password_set_by_admin": portal.set_contact_password,
    "contacts.contact.restored": contacts.restore_contact,
    "contacts.contact.unblocked": contacts.unblock_contact,
    "contacts.contact.updated": contacts.rename_contact,
    "contacts.contact.verified": contact_activation.activate_contact,
    "contacts.portal.settings_changed": contact_activation.change_portal_settings,
    "contacts.portal.session_revoked": contact_activation.log_out_of_portal,
    "notifications.notification.abandoned": send_to_nobody,
    "notifications.notification.sent": signup.sign_up_only,
}
# A mail server does not tell whether it has delivered: only where mails are caught is it known.
ONLY_WHERE_MAILS_ARE_CAUGHT = {"notifications.notification.delivered"}
# What the events that tell of a change say changed, and what it was before.
CHANGES: dict[str, dict[str, Any]] = {
    "accounts.account.cancelled": {"status": "trial"},
    "accounts.account.email_change_undone": {"email": ANY},
    "accounts.account.email_changed": {"email": ANY},
    "accounts.account.profile_updated": {"name": "Ann Owner", "phone": None},
    "accounts.account.reactivated": {"status": "cancelled"},
    "accounts.account.updated": {"company_name": "Plum & Co"},
    "accounts.user.updated": {"role": "agent"},
    "contacts.contact.blocked": {"state": "unverified"},
    "contacts.contact.deleted": {"state": "unverified"},
    "contacts.contact.email_added": {"emails": ["bob@example.org"]},
    "contacts.contact.email_promoted": {"email": "bob@example.org"},
    "contacts.contact.email_removed": {"emails": ["bob@example.org", "second@example.org"]},
    "contacts.contact.restored": {"state": "deleted"},
    "contacts.contact.unblocked": {"state": "blocked"},
    "contacts.contact.updated": {"name": "Bob"},
    "contacts.portal.settings_changed": {"ticket_submission": "anyone"},
}


class Ear:
    """Hears everything that the services announce, from when it is made on, on a thread of its own."""

    def __init__(self, uri: str) -> None:
        self.heard: list[dict[str, Any]] = []
        self._uri = uri
        self._is_closed = threading.Event()
        self._is_bound = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        assert self._is_bound.wait(HEARD_SECONDS)

    def _listen(self) -> None:
        exchanges = [Exchange(f"{service}.events", type="topic", durable=True) for service in SERVICES]
        with Connection(self._uri) as connection:
            channel = connection.channel()
            queues = [
                Queue(f"ear-{uuid.uuid4()}", exchange, routing_key="#", exclusive=True)
                for exchange in exchanges
            ]
            with Consumer(channel, queues, on_message=self._hear, no_ack=True):
                self._is_bound.set()
                while not self._is_closed.is_set():
                    try:
                        connection.drain_events(timeout=0.2)
                    except TimeoutError:
                        continue

    def _hear(self, delivery: Any) -> None:
        message = json.loads(delivery.body)
        self.heard.append({"routing_key": delivery.delivery_info["routing_key"], "message": message})

    def about(self, kind: str, account_id: str) -> list[dict[str, Any]]:
        """The events of one type about one account."""
        return [
            one
            for one in [*self.heard]
            if one["message"]["type"] == kind and one["message"]["account_id"] == account_id
        ]

    def close(self) -> None:
        self._is_closed.set()
        self._thread.join()


@pytest.fixture(scope="module")
def ear(running_suite: Suite) -> Iterator[Ear]:
    ear = Ear(running_suite.environment["FRONTDESK_AMQP_URI"])
    yield ear
    ear.close()


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text())
    return read


def test_every_event_is_caused_here() -> None:
    assert set(CAUSES) == set(EVENTS) - ONLY_WHERE_MAILS_ARE_CAUGHT


@pytest.mark.parametrize("kind", CAUSES)
def test_an_event_is_heard_as_the_document_says(
    suite: Suite, ear: Ear, document: dict[str, Any], kind: str
) -> None:
    event, outcome = EVENTS[kind], CAUSES[kind](suite)
    heard = eventually(lambda: ear.about(kind, outcome.account_id), HEARD_SECONDS, f"{kind} is heard")[-1]
    message = heard["message"]
    payload = {**document["components"]["messages"][kind]["payload"], "components": document["components"]}
    jsonschema.Draft202012Validator(payload, format_checker=jsonschema.FormatChecker()).validate(message)
    assert heard["routing_key"] == document["channels"][kind]["address"]
    assert_is_enveloped(message, event, outcome)
    before = CHANGES.get(kind, {})
    assert set(message["data"]["changed"]) == set(before)
    assert message["data"]["previous"] == before
    assert_tells_no_secret(message, outcome)


def assert_is_enveloped(message: dict[str, Any], event: Event[Any], outcome: Outcome) -> None:
    assert message["source"] == event.owner
    assert message["specversion"] == "1.0"
    assert message["dataschema"] == event.dataschema
    assert message["account_id"] == outcome.account_id
    assert message["subject"].partition("/")[0] == event.routing_key.partition(".")[0]
    assert message["sequence"] >= 1
    assert message["correlation_id"]
    assert message["time"].endswith("Z")


def assert_tells_no_secret(message: dict[str, Any], outcome: Outcome) -> None:
    """Whoever may listen to events may not log in with what they hear."""
    written = json.dumps(message, ensure_ascii=False)
    assert [secret for secret in outcome.secrets if secret in written] == []


def test_the_events_of_one_user_are_numbered_without_a_gap(suite: Suite, ear: Ear) -> None:
    outcome = second_factor.confirm_second_factor(suite)
    subject = f"user/{outcome.object_id}"

    def told() -> list[dict[str, Any]]:
        return [one["message"] for one in [*ear.heard] if one["message"]["subject"] == subject]

    eventually(lambda: len(told()) >= 2, HEARD_SECONDS, "a user's events are heard")
    assert [message["sequence"] for message in told()] == [*range(1, len(told()) + 1)]


def test_the_document_is_a_whole(document: dict[str, Any]) -> None:
    """Every reference leads somewhere, every channel is announced, on its exchange and routing key."""
    assert document["asyncapi"] == "3.0.0"
    for reference in references(document):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    assert document["channels"].keys() == document["components"]["messages"].keys() == EVENTS.keys()
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
