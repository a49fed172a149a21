"""Users of an account: invitations, roles, removal."""

from __future__ import annotations

from typing import Any

from tests.support.people import Member, link_token, mailed_token, new_email, sign_up
from tests.support.scenarios import ANY_VERSION, Outcome, of
from tests.support.suite import Suite


def invited(suite: Suite, email: str | None = None) -> tuple[Member, dict[str, Any]]:
    """An owner, and the user whom they have invited."""
    member = sign_up(suite)
    body = {"name": "Bea Agent", "email": email or new_email(), "role": "agent"}
    return member, member.api.post("/v1/users", body).must_be(201).body


def invite_user(suite: Suite) -> Outcome:
    member, user = invited(suite)
    return of(member, mailed_token(suite, user["email"]), object_id=user["id"])


def invite_user_of_another_account(suite: Suite) -> Outcome:
    holder = sign_up(suite)
    invited(suite, holder.email)
    return of(holder)


def repeat_invitation(suite: Suite) -> Outcome:
    member, user = invited(suite)
    suite.sink.wait_for(user["email"])  # a link that is replaced is not mailed
    member.api.post(f"/v1/users/{user['id']}/activation").must_be(202)
    mails = suite.sink.wait_for(user["email"], count=2)
    return of(member, *map(link_token, mails), object_id=user["id"])


def change_user(suite: Suite) -> Outcome:
    member, user = invited(suite)
    path, body = f"/v1/users/{user['id']}", {"role": "admin"}
    member.api.send("PATCH", path, body=body, headers=ANY_VERSION).must_be(200)
    return of(member, object_id=user["id"])


def remove_user(suite: Suite) -> Outcome:
    member, user = invited(suite)
    member.api.delete(f"/v1/users/{user['id']}").must_be(204)
    return of(member, object_id=user["id"])
