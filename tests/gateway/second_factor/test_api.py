"""Two-step login over HTTP: setting up, codes, recovery codes, switching off."""

from __future__ import annotations

import pyotp
import pytest

from tests.support.api import Answer
from tests.support.mail import Mail
from tests.support.people import Member, sign_up
from tests.support.second_factor import cancelled, log_in, password, switch_on
from tests.support.sessions import at_once
from tests.support.suite import Suite
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow


def audited(member: Member) -> list[str]:
    entries = member.api.get("/v1/audit-log").must_be(200).body["data"]
    return [entry["action"] for entry in entries]


def mail_about(suite: Suite, member: Member, subject: str) -> Mail:
    """The mail whose subject begins so, among the others that a user gets."""

    def found() -> list[Mail]:
        return [mail for mail in suite.sink.to(member.email) if mail.subject.startswith(subject)]

    return eventually(found, what=f"the mail: {subject}")[0]


# Switching it on and off.


def test_it_is_begun_confirmed_and_then_on(suite: Suite) -> None:
    member = sign_up(suite)
    assert member.api.get("/v1/me/totp").must_be(200).body == {
        "is_on": False,
        "confirmed_at": None,
        "recovery_codes_left": 0,
    }
    begun = member.api.post("/v1/me/totp", password(member)).must_be(201)
    assert begun.headers["Location"] == "/v1/me/totp"
    assert begun.body["uri"].startswith("otpauth://totp/Frontdesk")
    assert begun.body["secret"] in begun.body["uri"]
    assert begun.body["qr_svg"].startswith("<svg")
    assert member.api.get("/v1/me").body["user"]["has_second_factor"] is False
    suite.api.post("/v1/sessions", {"email": member.email, "password": member.password}).must_be(201)

    code = pyotp.TOTP(begun.body["secret"]).now()
    codes = member.api.post("/v1/me/totp/confirmation", {"code": code}).must_be(200).body["recovery_codes"]
    assert len(set(codes)) == 10
    me = member.api.get("/v1/me").must_be(200)
    assert me.body["user"]["has_second_factor"] is True
    assert member.api.get("/v1/me/totp").body["recovery_codes_left"] == 10
    mail = mail_about(suite, member, "Two-step login is on")
    assert f"{suite.base_url}/account/second-factor" in mail.text()
    assert "second_factor_enabled" in audited(member)


def test_only_who_knows_the_password_switches_it(suite: Suite) -> None:
    member = sign_up(suite)
    wrong = {"current_password": "not the password"}
    refused = member.api.post("/v1/me/totp", wrong).must_be(403)
    assert (refused.code, refused.body["errors"][0]["pointer"]) == ("password_incorrect", "/current_password")
    member.api.post("/v1/me/totp", {}).must_be(422)
    holder = switch_on(suite, member)
    assert member.api.send("DELETE", "/v1/me/totp", body=wrong).must_be(403).code == "password_incorrect"
    assert member.api.post("/v1/me/totp/recovery-codes", wrong).must_be(403).code == "password_incorrect"
    assert log_in(suite, holder).code == "totp_required"


def test_a_wrong_first_code_leaves_it_off(suite: Suite) -> None:
    member = sign_up(suite)
    assert (
        member.api.post("/v1/me/totp/confirmation", {"code": "123456"}).must_be(409).code
        == "second_factor_off"
    )
    member.api.post("/v1/me/totp", password(member)).must_be(201)
    refused = member.api.post("/v1/me/totp/confirmation", {"code": "000000"}).must_be(422)
    assert (refused.code, refused.body["errors"][0]["pointer"]) == ("totp_code_refused", "/code")
    assert member.api.get("/v1/me").body["user"]["has_second_factor"] is False


def test_five_wrong_first_codes_end_it_until_it_is_begun_anew(suite: Suite) -> None:
    member = sign_up(suite)
    path, confirmation = "/v1/me/totp", "/v1/me/totp/confirmation"
    begun = member.api.post(path, password(member)).must_be(201).body
    for _ in range(5):
        assert member.api.post(confirmation, {"code": "000000"}).must_be(422).code == "totp_code_refused"
    right = {"code": pyotp.TOTP(begun["secret"]).now()}
    assert member.api.post(confirmation, right).must_be(409).code == "second_factor_off"
    switch_on(suite, member)
    assert member.api.post(confirmation, right).must_be(409).code == "second_factor_already_on"


def test_switched_off_the_password_is_enough_again(suite: Suite) -> None:
    holder = switch_on(suite)
    member = holder.member
    assert member.api.post("/v1/me/totp", password(member)).must_be(409).code == "second_factor_already_on"
    member.api.send("DELETE", "/v1/me/totp", body=password(member)).must_be(204)
    log_in(suite, holder).must_be(201)
    assert (
        member.api.send("DELETE", "/v1/me/totp", body=password(member)).must_be(409).code
        == "second_factor_off"
    )
    mail_about(suite, member, "Two-step login is off")
    assert {"second_factor_enabled", "second_factor_disabled"} <= set(audited(member))


# Logging in.


def test_before_the_password_is_right_nothing_is_told(suite: Suite) -> None:
    holder, other = switch_on(suite), sign_up(suite)
    answers = [
        log_in(suite, holder, password="wrong"),
        log_in(suite, holder, holder.code, password="wrong"),
        log_in(suite, holder, email=other.email, password="wrong"),
    ]
    assert {(answer.status, answer.code) for answer in answers} == {(401, "invalid_credentials")}
    log_in(suite, holder, holder.code).must_be(201)


def test_the_password_alone_is_not_enough(suite: Suite) -> None:
    holder = switch_on(suite)
    required = log_in(suite, holder)
    assert (required.status, required.code) == (401, "totp_required")
    assert "challenge" not in required.text
    wrong = log_in(suite, holder, holder.wrong_code)
    assert (wrong.status, wrong.code) == (401, "totp_incorrect")
    opened = log_in(suite, holder, holder.code).must_be(201).body
    assert opened["user"]["has_second_factor"] is True
    suite.api.with_token(opened["token"]).get("/v1/me").must_be(200)


def test_the_way_back_to_a_cancelled_account_takes_the_code_too(suite: Suite) -> None:
    holder = cancelled(suite)
    assert log_in(suite, holder).must_be(401).code == "totp_required"
    wrong = log_in(suite, holder, holder.wrong_code).must_be(401)
    assert (wrong.code, "token" in wrong.body) == ("totp_incorrect", False)
    told = log_in(suite, holder, holder.code).must_be(403)
    assert told.code == "account_cancelled"
    suite.api.get(f"/reactivate/{told.body['token']}").must_be(303)


def test_a_code_works_once(suite: Suite) -> None:
    holder = switch_on(suite)
    code = holder.next_code
    log_in(suite, holder, code).must_be(201)
    assert log_in(suite, holder, code).must_be(401).code == "totp_incorrect"


@pytest.mark.parametrize("kind", ["code", "recovery code"])
def test_of_several_log_ins_with_one_code_at_once_one_succeeds(suite: Suite, kind: str) -> None:
    holder = switch_on(suite)
    code = holder.next_code if kind == "code" else holder.recovery_codes[0]
    answers = at_once(4, lambda _: log_in(suite, holder, code))
    assert sorted(answer.status for answer in answers if isinstance(answer, Answer)) == [201, 401, 401, 401]


def test_a_recovery_code_works_once_and_is_told_by_mail(suite: Suite) -> None:
    holder = switch_on(suite)
    code = holder.recovery_codes[2]
    opened = log_in(suite, holder, code.upper()).must_be(201).body
    assert log_in(suite, holder, code).must_be(401).code == "totp_incorrect"
    member = suite.api.with_token(opened["token"])
    assert member.get("/v1/me/totp").must_be(200).body["recovery_codes_left"] == 9
    mail = mail_about(suite, holder.member, "A recovery code was used")
    assert "Recovery codes left: 9" in mail.text()
    assert code not in mail.text() + mail.text("html")
    assert "recovery_code_used" in audited(holder.member)


def test_new_recovery_codes_replace_the_old(suite: Suite) -> None:
    holder = switch_on(suite)
    path = "/v1/me/totp/recovery-codes"
    told = holder.member.api.post(path, password(holder.member)).must_be(201).body["recovery_codes"]
    assert log_in(suite, holder, holder.recovery_codes[0]).code == "totp_incorrect"
    log_in(suite, holder, told[0]).must_be(201)


def test_five_wrong_codes_are_the_last_for_a_while(suite: Suite) -> None:
    holder = switch_on(suite)
    for _ in range(5):
        assert log_in(suite, holder, holder.wrong_code).must_be(401).code == "totp_incorrect"
    most_is_over = (
        "UPDATE throttles SET expires_at = now() + interval '90 seconds' WHERE rule = 'code' RETURNING key"
    )
    assert suite.rows("accounts", most_is_over)
    refused = log_in(suite, holder, holder.next_code).must_be(429)
    assert refused.code == "quota_exceeded"
    assert 60 < int(refused.headers["Retry-After"]) <= 90, "what is left of the window"
    assert refused.headers["RateLimit-Policy"] == '"second-factor";q=5;w=900'
    assert log_in(suite, holder).must_be(401).code == "totp_required"
    holder.member.api.get("/v1/me").must_be(200)


def test_no_answer_is_kept_that_holds_a_secret(suite: Suite) -> None:
    member = sign_up(suite)
    begun = member.api.post("/v1/me/totp", password(member), key="once").must_be(201).body
    code = pyotp.TOTP(begun["secret"]).now()
    told = member.api.post("/v1/me/totp/confirmation", {"code": code}, key="twice").must_be(200).body
    for table in ("idempotency", "outbox", "second_factors", "recovery_codes", "audit_log", "links"):
        rows = suite.rows("accounts", f"SELECT to_jsonb(t)::text AS row FROM {table} t")
        kept = "".join(row["row"] for row in rows)
        for secret in (begun["secret"], *told["recovery_codes"]):
            assert secret not in kept, table
            assert secret.replace("-", "") not in kept, table
    for process in suite.processes.all:
        assert begun["secret"] not in process.output(), process.name
        assert told["recovery_codes"][0] not in process.output(), process.name
