"""Changes of a person's and of an account's own data."""

from __future__ import annotations

from tests.support.people import sign_up
from tests.support.scenarios import ANY_VERSION, Outcome, of
from tests.support.suite import Suite


def change_me(suite: Suite) -> Outcome:
    member = sign_up(suite)
    body = {"name": "Renamed Owner", "phone": "+33142685300"}
    member.api.send("PATCH", "/v1/me", body=body, headers=ANY_VERSION).must_be(200)
    return of(member)


def change_account(suite: Suite) -> Outcome:
    member = sign_up(suite)
    body = {"company_name": "Pear & Co"}
    member.api.send("PATCH", "/v1/account", body=body, headers=ANY_VERSION).must_be(200)
    return of(member, object_id=member.account["id"])
