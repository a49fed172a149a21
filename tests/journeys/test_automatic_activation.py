"""The account's settings that contacts notice, and activation mails that go out by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.test_contact_activation import contact_of, state_of
from tests.support.people import Member, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

NOTIFICATIONS, PORTAL = "/v1/settings/notifications", "/v1/settings/portal"


@pytest.fixture
def suite(module_suite: Suite) -> Iterator[Suite]:
    """With notifications running again, whatever a test did to it."""
    yield module_suite
    for process in module_suite.processes.all:
        process.resume()


def change(owner: Member, path: str, **settings: Any) -> dict[str, Any]:
    changed: dict[str, Any] = (
        owner.api.send("PATCH", path, body=settings, headers={"If-Match": "*"}).must_be(200).body
    )
    return changed


def test_settings_begin_with_their_defaults_and_change_by_version(suite: Suite) -> None:
    owner = sign_up(suite)
    found = owner.api.get(NOTIFICATIONS).must_be(200)
    assert found.body == {"user_activation_email": False, "version": 1}
    portal = owner.api.get(PORTAL).must_be(200).body
    assert portal == {"ticket_submission": "anyone", "slug": owner.account["slug"], "version": 1}

    tag = {"If-Match": found.headers["ETag"]}
    body = {"user_activation_email": True}
    changed = owner.api.send("PATCH", NOTIFICATIONS, body=body, headers=tag).must_be(200)
    assert changed.body == {"user_activation_email": True, "version": 2}
    again = owner.api.send("PATCH", NOTIFICATIONS, body=body, headers={"If-Match": "*"}).must_be(200)
    assert again.body == changed.body
    owner.api.send("PATCH", NOTIFICATIONS, body=body, headers=tag).must_be(412)
    owner.api.send("PATCH", NOTIFICATIONS, body=body).must_be(428)
    assert change(owner, PORTAL, ticket_submission="logged_in")["ticket_submission"] == "logged_in"
    owner.api.send("PATCH", PORTAL, body={"ticket_submission": "nobody"}, headers={"If-Match": "*"}).must_be(
        422
    )


def test_a_new_contact_gets_the_mail_as_the_account_has_it_unless_it_is_said_otherwise(suite: Suite) -> None:
    owner = sign_up(suite)
    off, asked = contact_of(owner), contact_of(owner, send_activation=True)
    change(owner, NOTIFICATIONS, user_activation_email=True)
    automatic, unwanted = contact_of(owner), contact_of(owner, send_activation=False)
    assert automatic["activation"]["state"] == "queued"
    contact_of(owner, email=None, phone="+33142685300")
    for contact in (asked, automatic):
        assert len(suite.sink.wait_for(contact["email"])) == 1
    assert [state_of(owner, one) for one in (off, unwanted)] == ["never_sent", "never_sent"]
    assert suite.sink.to(off["email"]) == suite.sink.to(unwanted["email"]) == []


def test_switched_off_what_waits_is_not_sent_any_more(suite: Suite) -> None:
    owner = sign_up(suite)
    change(owner, NOTIFICATIONS, user_activation_email=True)
    suite.process("notifications").pause()
    automatic, asked = contact_of(owner), contact_of(owner, send_activation=True)
    assert state_of(owner, automatic) == "queued"
    change(owner, NOTIFICATIONS, user_activation_email=False)
    assert state_of(owner, automatic) == "never_sent"
    later = contact_of(owner)
    suite.process("notifications").resume()

    assert len(suite.sink.wait_for(asked["email"])) == 1
    eventually(lambda: state_of(owner, asked) == "sent", BY_EVENT_SECONDS, "the mail counts as sent")
    is_settled = "SELECT 1 FROM notifications WHERE recipient = %s AND state = 'suppressed'"
    eventually(
        lambda: suite.rows("notifications", is_settled, automatic["email"]), BY_EVENT_SECONDS, "it is over"
    )
    assert suite.sink.to(automatic["email"]) == suite.sink.to(later["email"]) == []
    assert state_of(owner, automatic) == state_of(owner, later) == "never_sent"
    owner.api.post(f"/v1/contacts/{automatic['id']}/activation").must_be(202)
    assert len(suite.sink.wait_for(automatic["email"])) == 1
