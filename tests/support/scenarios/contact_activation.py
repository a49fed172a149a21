"""Activation of contacts: the mail is sent, its link is used, and the contact leaves the portal again."""

from __future__ import annotations

import secrets
from typing import Any

from tests.support.people import Member, sign_up, token_in_mail
from tests.support.scenarios import ANY_VERSION, NEW_PASSWORD, Outcome, contacts, of
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


def send_contact_activations(suite: Suite) -> Outcome:
    member, contact = contacts.added(suite, f"bob.{secrets.token_hex(6)}@example.org")
    body = {"contact_ids": [contact["id"]]}
    member.api.post("/v1/contacts/activations", body, key=secrets.token_hex(8)).must_be(200)
    return of(member, object_id=contact["id"])


def start_activation_job(suite: Suite) -> Outcome:
    member, _ = contacts.added(suite, f"bob.{secrets.token_hex(6)}@example.org")
    job = member.api.post("/v1/contact-activation-jobs", {}).must_be(202).body
    return of(member, object_id=job["id"])


def cancel_activation_job(suite: Suite) -> Outcome:
    """A job that waits for its next page."""
    member = sign_up(suite)
    made = suite.rows(
        "contacts",
        "INSERT INTO jobs (id, account_id, kind, state, subject, total, done, counts, created_at, due_at)"
        " VALUES (gen_random_uuid(), %s, 'contact_activation', 'running', '{}', 1, 0, '{}', now(),"
        " now() + interval '1 hour') RETURNING id",
        member.account["id"],
    )
    job = member.api.post(f"/v1/jobs/{made[0]['id']}/cancellation").must_be(200).body
    return of(member, object_id=job["id"])


def change_notification_settings(suite: Suite) -> Outcome:
    return _change_settings(suite, "notifications", user_activation_email=True)


def change_portal_settings(suite: Suite) -> Outcome:
    return _change_settings(suite, "portal", ticket_submission="logged_in")


def _change_settings(suite: Suite, which: str, **settings: Any) -> Outcome:
    member = sign_up(suite)
    path = f"/v1/settings/{which}"
    member.api.send("PATCH", path, body=settings, headers=ANY_VERSION).must_be(200)
    return of(member)
