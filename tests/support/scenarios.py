"""What can be done to an account over HTTP? Each deed from a fresh account, for tests that go through all of them.

A deed is named after the operation that it ends with, and says what it knew that nobody else may learn.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import pyotp

from accounts.throttles.limits import Limits
from accounts.throttles.throttles import Throttles
from tests.support.api import Answer
from tests.support.people import PASSWORD, Member, link_token, mailed_token, new_email, register, sign_up
from tests.support.suite import Suite
from tests.support.waiting import eventually

NEW_PASSWORD = "velvet anchor pigeon lamp"
WRONG_PASSWORD = "not the password at all"
ANY_VERSION = {"If-Match": "*"}
MAIL_SECONDS = 60


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was done: in which account, to whom or what, and with which secrets."""

    account_id: str
    object_id: str = ""
    secrets: tuple[str, ...] = ()


Do = Callable[[Suite], Outcome]


_done: dict[tuple[str, Do], Outcome] = {}


def done(suite: Suite, do: Do) -> Outcome:
    """What this deed came to; it is done once in each suite, however many tests look at it."""
    key = (suite.base_url, do)
    if key not in _done:
        _done[key] = do(suite)
    return _done[key]


def of(member: Member, *secrets: str, object_id: str = "") -> Outcome:
    return Outcome(
        account_id=member.account["id"],
        object_id=object_id or member.user["id"],
        secrets=(member.password, member.token, *secrets),
    )


def linked_token(suite: Suite, email: str, path: str) -> str:
    """The secret of the newest link of this kind that was mailed to the address."""
    pattern = re.compile(rf"https?://[^\s\"<>]+{path}/([A-Za-z0-9_-]{{20,}})")

    def found() -> list[str]:
        return [match[1] for mail in suite.sink.to(email) if (match := pattern.search(mail.text()))]

    return eventually(found, MAIL_SECONDS, f"a mail with a link to {path}")[-1]


def log_in(suite: Suite, member: Member, password: str = PASSWORD, **body: Any) -> Answer:
    return suite.api.post("/v1/sessions", {"email": member.email, "password": password, **body})


def give_wrong_password(suite: Suite) -> Outcome:
    member = sign_up(suite)
    log_in(suite, member, WRONG_PASSWORD).must_be(401)
    return noted(suite, of(member, WRONG_PASSWORD), "password_incorrect")


def be_locked_out(suite: Suite) -> Outcome:
    """The hundredth wrong password in a row; the ninety-eight after the first are only counted here."""
    member = sign_up(suite)
    log_in(suite, member, WRONG_PASSWORD).must_be(401)
    deed = noted(suite, of(member, WRONG_PASSWORD), "password_incorrect")
    throttles = Throttles(key=suite.environment["FRONTDESK_ACCOUNTS_TOKEN_KEY"], limits=Limits())
    counter = throttles.of_address(member.email)
    skip = "UPDATE throttles SET count = 99, next_allowed_at = NULL WHERE key = %s RETURNING key"
    assert suite.rows("accounts", skip, counter.key)
    for _ in range(3):
        log_in(suite, member, WRONG_PASSWORD).must_be(401)
    return noted(suite, deed, "password_locked")


def noted(suite: Suite, deed: Outcome, action: str) -> Outcome:
    """The deed, once the log holds it: what is refused to a stranger is written down after the answer."""
    query = "SELECT id FROM audit_log WHERE account_id = %s AND action = %s"
    eventually(lambda: suite.rows("accounts", query, deed.account_id, action), what=f"{action} is in the log")
    return deed


# Coming in.


def sign_up_only(suite: Suite) -> Outcome:
    email = new_email()
    made = register(suite, email).must_be(201).body
    token = mailed_token(suite, email)
    return Outcome(account_id=made["account"]["id"], object_id=made["owner"]["id"], secrets=(token,))


def sign_up_again(suite: Suite) -> Outcome:
    member = sign_up(suite)
    register(suite, member.email).must_be(201)
    return of(member)


def request_activation(suite: Suite) -> Outcome:
    email = new_email()
    made = register(suite, email).must_be(201).body
    suite.api.post("/v1/activation-requests", {"email": email}).must_be(202)
    return Outcome(account_id=made["account"]["id"], object_id=made["owner"]["id"])


def activate(suite: Suite) -> Outcome:
    return of(sign_up(suite))


# Sessions.


def open_session(suite: Suite) -> Outcome:
    member = sign_up(suite)
    opened = log_in(suite, member).must_be(201).body
    return of(member, opened["token"], opened["device_token"], object_id=opened["session"]["id"])


def log_out(suite: Suite) -> Outcome:
    member = sign_up(suite)
    opened = log_in(suite, member).must_be(201).body
    suite.api.with_token(opened["token"]).delete("/v1/sessions/current").must_be(204)
    return of(member, opened["token"], object_id=opened["session"]["id"])


def end_session(suite: Suite) -> Outcome:
    member = sign_up(suite)
    opened = log_in(suite, member).must_be(201).body
    member.api.delete(f"/v1/sessions/{opened['session']['id']}").must_be(204)
    return of(member, opened["token"], object_id=opened["session"]["id"])


def end_other_sessions(suite: Suite) -> Outcome:
    member = sign_up(suite)
    opened = log_in(suite, member).must_be(201).body
    member.api.delete("/v1/sessions?except=current").must_be(204)
    return of(member, opened["token"], object_id=opened["session"]["id"])


def reauthenticate(suite: Suite) -> Outcome:
    member = sign_up(suite)
    member.api.post("/v1/sessions/current/reauthentication", {"password": PASSWORD})
    return of(member)


# One's own data.


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
    return of(member, linked_token(suite, member.email, "/reset-password"))


def reset_password(suite: Suite) -> Outcome:
    member = sign_up(suite)
    suite.api.post("/v1/password-resets", {"email": member.email}).must_be(202)
    token = linked_token(suite, member.email, "/reset-password")
    body = {"password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    assert suite.api.post(f"/v1/password-resets/{token}", body).status < 300
    return of(member, token, NEW_PASSWORD)


# Another address.


def ask_for_address(member: Member, email: str) -> None:
    body = {"email": email, "current_password": PASSWORD}
    member.api.send("PATCH", "/v1/me", body=body, headers=ANY_VERSION).must_be(200)


def request_email_change(suite: Suite) -> Outcome:
    member, email = sign_up(suite), new_email()
    ask_for_address(member, email)
    return of(member, linked_token(suite, email, "/email-change"))


def contest_email(suite: Suite) -> Outcome:
    member, holder = sign_up(suite), sign_up(suite)
    ask_for_address(member, holder.email)
    return of(holder)


def cancel_email_change(suite: Suite) -> Outcome:
    member = sign_up(suite)
    ask_for_address(member, new_email())
    member.api.delete("/v1/me/email-change").must_be(204)
    return of(member)


def confirm_email_change(suite: Suite) -> Outcome:
    member, email = sign_up(suite), new_email()
    ask_for_address(member, email)
    token = linked_token(suite, email, "/email-change")
    suite.api.post(f"/v1/email-changes/{token}").must_be(200)
    return of(member, token)


def undo_email_change(suite: Suite) -> Outcome:
    deed_token = {}
    member, email = sign_up(suite), new_email()
    ask_for_address(member, email)
    deed_token["confirm"] = linked_token(suite, email, "/email-change")
    suite.api.post(f"/v1/email-changes/{deed_token['confirm']}").must_be(200)
    deed_token["undo"] = linked_token(suite, member.email, "/email-change/undo")
    suite.api.post(f"/v1/email-changes/{deed_token['undo']}/undo").must_be(200)
    return of(member, *deed_token.values())


# The second factor.


@dataclasses.dataclass(frozen=True, kw_only=True)
class Secured:
    """Somebody whose second factor is on."""

    member: Member
    secret: str
    recovery_codes: tuple[str, ...]

    def deed(self, *secrets: str) -> Outcome:
        return of(self.member, self.secret, *self.recovery_codes, *secrets)


def secured(suite: Suite) -> Secured:
    member = sign_up(suite)
    draft = member.api.post("/v1/me/totp", {"current_password": PASSWORD})
    assert draft.status < 300, draft.text
    secret = draft.body["secret"]
    confirmed = member.api.post("/v1/me/totp/confirmation", {"code": pyotp.TOTP(secret).now()})
    assert confirmed.status < 300, confirmed.text
    return Secured(member=member, secret=secret, recovery_codes=tuple(confirmed.body["recovery_codes"]))


def begin_second_factor(suite: Suite) -> Outcome:
    member = sign_up(suite)
    draft = member.api.post("/v1/me/totp", {"current_password": PASSWORD})
    return of(member, draft.body["secret"])


def confirm_second_factor(suite: Suite) -> Outcome:
    return secured(suite).deed()


def disable_second_factor(suite: Suite) -> Outcome:
    who = secured(suite)
    assert who.member.api.delete("/v1/me/totp", body={"current_password": PASSWORD}).status < 300
    return who.deed()


def give_wrong_codes(suite: Suite) -> Outcome:
    """Until none is looked at any more."""
    who = secured(suite)
    answers = [log_in(suite, who.member, totp="000000") for _ in range(7)]
    assert [answer.code for answer in answers] == ["totp_incorrect"] * 5 + ["quota_exceeded"] * 2
    return who.deed()


def renew_recovery_codes(suite: Suite) -> Outcome:
    who = secured(suite)
    renewed = who.member.api.post("/v1/me/totp/recovery-codes", {"current_password": PASSWORD})
    assert renewed.status < 300, renewed.text
    return who.deed(*renewed.body["recovery_codes"])


def use_recovery_code(suite: Suite) -> Outcome:
    who = secured(suite)
    log_in(suite, who.member, totp=who.recovery_codes[0]).must_be(201)
    return who.deed()


# Keys.


def create_api_key(suite: Suite) -> Outcome:
    return created_key(suite)[1]


def created_key(suite: Suite) -> tuple[Member, Outcome]:
    member = sign_up(suite)
    body = {"name": "Nightly export", "scopes": ["contacts:read"], "current_password": PASSWORD}
    created = member.api.post("/v1/api-keys", body).must_be(201).body
    return member, of(member, created["token"], object_id=created["api_key"]["id"])


def revoke_api_key(suite: Suite) -> Outcome:
    member, deed = created_key(suite)
    member.api.delete(f"/v1/api-keys/{deed.object_id}").must_be(204)
    return deed


# The others.


def invited(suite: Suite, email: str | None = None) -> tuple[Member, dict[str, Any]]:
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
    suite.sink.wait_for(user["email"], timeout_seconds=MAIL_SECONDS)  # a link that is replaced is not mailed
    member.api.post(f"/v1/users/{user['id']}/activation").must_be(202)
    mails = suite.sink.wait_for(user["email"], count=2, timeout_seconds=MAIL_SECONDS)
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


# The end of an account, and the way back.

WHY = {"reason": "too_expensive", "details": "We found something else."}


def paid(suite: Suite) -> Member:
    """The owner of an account with a plan."""
    member = sign_up(suite)
    path = f"/v1/support/accounts/{member.account['id']}/subscription"
    suite.support.post(path, {"plan": "pro", "months": 1}).must_be(201)
    eventually(lambda: status(member) == "active", MAIL_SECONDS, "the account has its plan")
    return member


def status(member: Member) -> str:
    return str(member.api.get("/v1/account").must_be(200).body["status"])


def cancel(member: Member, effective: str = "now") -> None:
    body = {**WHY, "current_password": PASSWORD, "effective": effective}
    member.api.post("/v1/account/cancellation", body).must_be(200)


def come_back(suite: Suite, member: Member) -> Answer:
    return suite.api.post("/v1/reactivations", {"email": member.email, "password": PASSWORD})


def start_plan(suite: Suite) -> Outcome:
    return of(paid(suite))


def cancel_account(suite: Suite) -> Outcome:
    member = sign_up(suite)
    cancel(member)
    return of(member)


def schedule_cancellation(suite: Suite) -> Outcome:
    member = paid(suite)
    cancel(member, "period_end")
    return of(member)


def undo_cancellation(suite: Suite) -> Outcome:
    member = paid(suite)
    cancel(member, "period_end")
    member.api.delete("/v1/account/cancellation").must_be(200)
    return of(member)


def be_refused(suite: Suite) -> Outcome:
    """Log in to an account that is cancelled."""
    member = sign_up(suite)
    cancel(member)
    refused = log_in(suite, member).must_be(403)
    return of(member, refused.body["token"]) if "token" in refused.body else of(member)


def reactivate(suite: Suite) -> Outcome:
    member = sign_up(suite)
    cancel(member)
    opened = come_back(suite, member).must_be(201).body
    return of(member, opened["token"])


def requested_return(suite: Suite) -> tuple[Member, str, str]:
    """A paying owner who asks to come back, the request's number, and the token that shows it."""
    member = paid(suite)
    cancel(member)
    asked = come_back(suite, member).must_be(202).body
    return member, str(asked["request"]["number"]), asked["status_token"]


def request_reactivation(suite: Suite) -> Outcome:
    member, _, token = requested_return(suite)
    return of(member, token)


def withdraw_reactivation_request(suite: Suite) -> Outcome:
    member, number, token = requested_return(suite)
    suite.api.delete(f"/v1/reactivation-requests/{number}?token={token}").must_be(200)
    return of(member, token)


def decide(suite: Suite, number: str, decision: str) -> None:
    path = f"/v1/support/reactivation-requests/{number}/{decision}"
    suite.support.post(path, {"note": "We have looked at it."}).must_be(200)


def approve_reactivation_request(suite: Suite) -> Outcome:
    """The account is back when billing has started the plan again."""
    member, number, token = requested_return(suite)
    decide(suite, number, "approval")
    eventually(lambda: log_in(suite, member).status == 201, MAIL_SECONDS, "the account is back")
    return of(member, token)


def refuse_reactivation_request(suite: Suite) -> Outcome:
    member, number, token = requested_return(suite)
    decide(suite, number, "refusal")
    return of(member, token)


# What time does by itself.


def with_trial_until(suite: Suite, interval: str) -> Outcome:
    member = sign_up(suite)
    query = "UPDATE accounts SET trial_ends_at = now() + %s::interval WHERE id = %s RETURNING id"
    assert suite.rows("accounts", query, interval, member.account["id"])
    return of(member)


def let_trial_near_its_end(suite: Suite) -> Outcome:
    return with_trial_until(suite, "1 day")


def let_trial_end(suite: Suite) -> Outcome:
    return with_trial_until(suite, "-1 second")
