"""Sign-up and activation."""

from __future__ import annotations

from tests.support.people import mailed_token, new_email, register, sign_up
from tests.support.scenarios import Outcome, of
from tests.support.suite import Suite


def sign_up_only(suite: Suite) -> Outcome:
    email = new_email()
    made = register(suite, email).must_be(201).body
    token = mailed_token(suite, email)
    return Outcome(account_id=made["account"]["id"], object_id=made["owner"]["id"], secrets=(token,))


def sign_up_again(suite: Suite) -> Outcome:
    member = sign_up(suite)
    register(suite, member.email).must_be(201)
    return of(member)


def activate(suite: Suite) -> Outcome:
    return of(sign_up(suite))
