"""Members with a second factor, whose authenticator app a test can read."""

from __future__ import annotations

import dataclasses
import datetime
import time
from typing import Any

import pyotp

from tests.support.api import Answer
from tests.support.people import Member, sign_up
from tests.support.suite import Suite

STEP_SECONDS = 30
REQUEST_SECONDS = 3.0


@dataclasses.dataclass(kw_only=True)
class Holder:
    """A member with an authenticator app, which never shows a code twice: each use takes a later step in the window."""

    member: Member
    secret: str
    recovery_codes: list[str]

    @property
    def code(self) -> str:
        return str(pyotp.TOTP(self.secret).now())

    @property
    def next_code(self) -> str:
        now = datetime.datetime.now(datetime.UTC)
        return str(pyotp.TOTP(self.secret).at(now + datetime.timedelta(seconds=STEP_SECONDS)))

    @property
    def wrong_code(self) -> str:
        """A code of no step that counts now."""
        now = datetime.datetime.now(datetime.UTC)
        near = {
            pyotp.TOTP(self.secret).at(now + datetime.timedelta(seconds=STEP_SECONDS * step))
            for step in range(-3, 4)
        }
        return next(code for code in ("000000", "111111", "222222", "333333", "444444") if code not in near)


def password(member: Member) -> dict[str, str]:
    return {"current_password": member.password}


def switch_on(suite: Suite, member: Member | None = None) -> Holder:
    """Switched on with the code of the step before, so that this one's and the next are still good."""
    member = member or sign_up(suite)
    begun = member.api.post("/v1/me/totp", password(member)).must_be(201).body
    wait_for_an_early_moment()
    before = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=STEP_SECONDS)
    code = pyotp.TOTP(begun["secret"]).at(before)
    confirmed = member.api.post("/v1/me/totp/confirmation", {"code": code}).must_be(200)
    return Holder(member=member, secret=begun["secret"], recovery_codes=confirmed.body["recovery_codes"])


def wait_for_an_early_moment() -> None:
    """Not at the end of a step: the code of the step before would be too old when it arrives."""
    left = STEP_SECONDS - time.time() % STEP_SECONDS
    if left < REQUEST_SECONDS:
        time.sleep(left)


def log_in(suite: Suite, holder: Holder, code: str | None = None, **changes: Any) -> Answer:
    body = {"email": holder.member.email, "password": holder.member.password, **changes}
    return suite.api.post("/v1/sessions", body if code is None else {**body, "totp": code})


def cancelled(suite: Suite) -> Holder:
    """Somebody with a second factor who has cancelled their account."""
    holder = switch_on(suite)
    body = {**password(holder.member), "reason": "unused", "details": "We close."}
    holder.member.api.post("/v1/account/cancellation", body).must_be(200)
    return holder
