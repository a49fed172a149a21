"""Password changes and resets."""

from __future__ import annotations

from tests.support.people import PASSWORD, sign_up, token_in_mail
from tests.support.scenarios import NEW_PASSWORD, Outcome, of
from tests.support.suite import Suite


def change_password(suite: Suite) -> Outcome:
    member = sign_up(suite)
    body = {
        "current_password": PASSWORD,
        "new_password": NEW_PASSWORD,
        "new_password_repeat": NEW_PASSWORD,
    }
    member.api.send("PUT", "/v1/me/password", body=body).must_be(204)
    return of(member, NEW_PASSWORD)


def request_password_reset(suite: Suite) -> Outcome:
    member = sign_up(suite)
    suite.api.post("/v1/password-resets", {"email": member.email}).must_be(202)
    return of(member, token_in_mail(suite, member.email, "/reset-password"))


def reset_password(suite: Suite) -> Outcome:
    member = sign_up(suite)
    suite.api.post("/v1/password-resets", {"email": member.email}).must_be(202)
    token = token_in_mail(suite, member.email, "/reset-password")
    body = {"password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    assert suite.api.post(f"/v1/password-resets/{token}", body).status < 300
    return of(member, token, NEW_PASSWORD)
