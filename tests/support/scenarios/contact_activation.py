"""Activation of contacts: the mail is sent, its link is used, and the contact leaves the portal again."""

from __future__ import annotations

import secrets
from typing import Any

from tests.support.people import Member, token_in_mail
from tests.support.scenarios import NEW_PASSWORD, Outcome, contacts, of
from tests.support.suite import Suite


def mailed(suite: Suite) -> tuple[Member, dict[str, Any], str]:
    """An owner, a contact of theirs, and the token in the contact's activation mail."""
    email = f"bob.{secrets.token_hex(6)}@example.org"
    member, contact = contacts.added(suite, email)
    member.api.post(contacts.path(contact, "/activation")).must_be(202)
    return member, contact, token_in_mail(suite, email, "/activate")


def activated(suite: Suite) -> tuple[Member, dict[str, Any], str, str]:
    """The same, once the link was used; and the token of the portal session that it opened."""
    member, contact, token = mailed(suite)
    passwords = {"password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    opened = suite.api.post(f"/v1/activations/{token}", passwords).must_be(201).body
    return member, contact, token, opened["token"]


def send_contact_activation(suite: Suite) -> Outcome:
    member, contact, token = mailed(suite)
    return of(member, token, object_id=contact["id"])


def activate_contact(suite: Suite) -> Outcome:
    member, contact, token, session = activated(suite)
    return of(member, token, session, NEW_PASSWORD, object_id=contact["id"])


def log_out_of_portal(suite: Suite) -> Outcome:
    member, contact, token, session = activated(suite)
    slug = member.account["slug"]
    suite.api.with_token(session).delete(f"/v1/portals/{slug}/sessions/current").must_be(204)
    return of(member, token, session, NEW_PASSWORD, object_id=contact["id"])
