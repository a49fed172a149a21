"""Changes of a user's e-mail address."""

from __future__ import annotations

from tests.support.people import PASSWORD, Member, new_email, sign_up, token_in_mail
from tests.support.scenarios import ANY_VERSION, Outcome, of
from tests.support.suite import Suite


def request_change(member: Member, email: str) -> None:
    body = {"email": email, "current_password": PASSWORD}
    member.api.send("PATCH", "/v1/me", body=body, headers=ANY_VERSION).must_be(200)


def token_to_confirm(suite: Suite, email: str) -> str:
    return token_in_mail(suite, email, "/email-change")


def request_email_change(suite: Suite) -> Outcome:
    member, email = sign_up(suite), new_email()
    request_change(member, email)
    return of(member, token_to_confirm(suite, email))


def contest_email(suite: Suite) -> Outcome:
    """Request an address that somebody else has."""
    member, holder = sign_up(suite), sign_up(suite)
    request_change(member, holder.email)
    return of(holder)


def cancel_email_change(suite: Suite) -> Outcome:
    member = sign_up(suite)
    request_change(member, new_email())
    member.api.delete("/v1/me/email-change").must_be(204)
    return of(member)


def confirm_email_change(suite: Suite) -> Outcome:
    member, email = sign_up(suite), new_email()
    request_change(member, email)
    token = token_to_confirm(suite, email)
    suite.api.post(f"/v1/email-changes/{token}").must_be(200)
    return of(member, token)


def undo_email_change(suite: Suite) -> Outcome:
    member, email = sign_up(suite), new_email()
    request_change(member, email)
    confirmation = token_to_confirm(suite, email)
    suite.api.post(f"/v1/email-changes/{confirmation}").must_be(200)
    undo = token_in_mail(suite, member.email, "/email-change/undo")
    suite.api.post(f"/v1/email-changes/{undo}/undo").must_be(200)
    return of(member, confirmation, undo)
