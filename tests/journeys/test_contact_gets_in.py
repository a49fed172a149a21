"""A contact gets an activation mail, sets a password and is in the account's portal, in three languages."""

from __future__ import annotations

import re
import secrets

import pytest

from tests.support.people import Member, invited, sign_up, token_in_mail
from tests.support.suite import Suite
from tests.support.waiting import eventually

PASSWORD = "slow copper bicycle bell"
SLUG_AND_TOKEN = re.compile(r"/portal/([a-z0-9-]+)/activate/(contact_[A-Za-z0-9_-]+)")


@pytest.fixture(scope="module")
def owner(running_suite: Suite) -> Member:
    return sign_up(running_suite, company_name="Plum & Co")


def new_address() -> str:
    return f"carl.{secrets.token_hex(6)}@example.org"


@pytest.mark.parametrize("language", ["en", "fr", "ko"])
def test_a_contact_gets_the_mail_sets_a_password_and_is_in_the_portal(
    suite: Suite, owner: Member, language: str
) -> None:
    email = new_address()
    contact = owner.api.post(
        "/v1/contacts", {"name": "Carl Customer", "email": email, "language": language}
    ).must_be(201)
    assert contact.body["state"] == "unverified"
    assert contact.body["activation"] == {"state": "never_sent", "last_sent_at": None}
    owner.api.post(f"/v1/contacts/{contact.body['id']}/activation").must_be(202)

    [mail] = suite.sink.wait_for(email)
    assert mail.message["Content-Language"] == language
    assert "Plum & Co" in str(mail.message["From"])
    found = SLUG_AND_TOKEN.search(mail.text())
    assert found, mail.text()
    slug, token = found.groups()

    looked = suite.api.get(f"/v1/activations/{token}").must_be(200).body
    assert (looked["state"], looked["kind"]) == ("issued", "contact")
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    opened = suite.api.post(f"/v1/activations/{token}", passwords).must_be(201).body
    assert opened["contact"]["email"] == email
    me = suite.api.with_token(opened["token"]).get(f"/v1/portals/{slug}/me").must_be(200).body
    assert me["name"] == "Carl Customer"

    again = suite.api.post(f"/v1/portals/{slug}/sessions", {"email": email, "password": PASSWORD}).must_be(
        201
    )
    assert again.body["must_change_password"] is False
    portal = suite.api.with_token(again.body["token"])
    portal.get(f"/v1/portals/{slug}/me").must_be(200)
    portal.delete(f"/v1/portals/{slug}/sessions/current").must_be(204)
    assert portal.get(f"/v1/portals/{slug}/me").status == 401

    seen = owner.api.get(f"/v1/contacts/{contact.body['id']}").must_be(200).body
    assert seen["state"] == "verified"
    assert [address["is_confirmed"] for address in seen["emails"]] == [True]

    def actions() -> set[str]:
        entries = owner.api.get(f"/v1/audit-log?object={seen['id']}").must_be(200).body["data"]
        return {entry["action"] for entry in entries}

    eventually(lambda: len(actions()) >= 3, what="the audit log tells of the contact")


def test_a_portal_session_opens_nothing_of_the_account_and_a_users_opens_no_portal(
    suite: Suite, owner: Member
) -> None:
    email = new_address()
    contact = owner.api.post("/v1/contacts", {"name": "Dora", "email": email}).must_be(201).body
    owner.api.post(f"/v1/contacts/{contact['id']}/activation").must_be(202)
    token = token_in_mail(suite, email, "/activate")
    opened = suite.api.post(
        f"/v1/activations/{token}", {"password": PASSWORD, "password_repeat": PASSWORD}
    ).must_be(201)
    portal = suite.api.with_token(opened.body["token"])
    for path in ("/v1/me", "/v1/contacts", "/v1/account", f"/v1/contacts/{contact['id']}"):
        assert portal.get(path).status == 401, path
    slug = owner.account["slug"]
    agent = invited(suite, owner, "agent")
    for user in (owner, agent):
        assert user.api.get(f"/v1/portals/{slug}/me").status == 401
    other = sign_up(suite)
    assert portal.get(f"/v1/portals/{other.account['slug']}/me").status in (401, 404)
