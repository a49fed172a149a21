"""The second factor: authenticator apps and recovery codes."""

from __future__ import annotations

from tests.support.scenarios import Outcome, of
from tests.support.second_factor import Holder, log_in, password, switch_on
from tests.support.suite import Suite


def of_holder(holder: Holder, *secrets: str) -> Outcome:
    return of(holder.member, holder.secret, *holder.recovery_codes, *secrets)


def confirm_second_factor(suite: Suite) -> Outcome:
    return of_holder(switch_on(suite))


def disable_second_factor(suite: Suite) -> Outcome:
    holder = switch_on(suite)
    assert holder.member.api.delete("/v1/me/totp", body=password(holder.member)).status < 300
    return of_holder(holder)


def give_wrong_codes(suite: Suite) -> Outcome:
    """Until none is looked at any more."""
    holder = switch_on(suite)
    answers = [log_in(suite, holder, holder.wrong_code) for _ in range(7)]
    assert [answer.code for answer in answers] == ["totp_incorrect"] * 5 + ["quota_exceeded"] * 2
    return of_holder(holder)


def renew_recovery_codes(suite: Suite) -> Outcome:
    holder = switch_on(suite)
    renewed = holder.member.api.post("/v1/me/totp/recovery-codes", password(holder.member))
    assert renewed.status < 300, renewed.text
    return of_holder(holder, *renewed.body["recovery_codes"])


def use_recovery_code(suite: Suite) -> Outcome:
    holder = switch_on(suite)
    log_in(suite, holder, holder.recovery_codes[0]).must_be(201)
    return of_holder(holder)
