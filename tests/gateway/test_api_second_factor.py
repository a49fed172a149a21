"""Does a second factor keep out whoever knows the password alone, and let its owner in every way that was promised?"""

from __future__ import annotations

import dataclasses
import datetime
import re
from typing import Any

import pyotp
import pytest

from tests.support.api import Answer, Api
from tests.support.mail import Mail
from tests.support.people import Member, sign_up
from tests.support.sessions import at_once
from tests.support.suite import Suite
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow
STEP_SECONDS = 30
CSRF = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


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
    before = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=STEP_SECONDS)
    code = pyotp.TOTP(begun["secret"]).at(before)
    confirmed = member.api.post("/v1/me/totp/confirmation", {"code": code}).must_be(200)
    return Holder(member=member, secret=begun["secret"], recovery_codes=confirmed.body["recovery_codes"])


def log_in(suite: Suite, holder: Holder, code: str | None = None, **changes: Any) -> Answer:
    body = {"email": holder.member.email, "password": holder.member.password, **changes}
    return suite.api.post("/v1/sessions", body if code is None else {**body, "totp": code})


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


def cancelled(suite: Suite) -> Holder:
    """Somebody with a second factor who has cancelled their account."""
    holder = switch_on(suite)
    body = {**password(holder.member), "reason": "unused", "details": "We close."}
    holder.member.api.post("/v1/account/cancellation", body).must_be(200)
    return holder


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


# The second page of the log-in.


class Browser:
    """Keeps cookies and sends forms."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.jar: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._kept(self.api.get(path, cookies=self.jar))

    def post(self, path: str, page: str | None = None, **fields: str) -> Answer:
        found = CSRF.search(self.get(page or path).text)
        assert found
        data = {**fields, "csrf_token": found[1]}
        return self._kept(self.api.send("POST", path, data=data, cookies=self.jar))

    def _kept(self, answer: Answer) -> Answer:
        for header in answer.set_cookies:
            name, _, rest = header.partition("=")
            value = rest.partition(";")[0]
            if value and "Max-Age=0" not in header:
                self.jar[name] = value
            else:
                self.jar.pop(name, None)
        return answer


def at_the_second_page(suite: Suite, holder: Holder, **fields: str) -> Browser:
    browser = Browser(suite.api)
    given = {"email": holder.member.email, "password": holder.member.password, **fields}
    answer = browser.post("/log-in", **given).must_be(303)
    assert answer.headers["Location"].partition("?")[0] == "/log-in/code"
    assert "sid" not in browser.jar
    return browser


def test_the_second_page_asks_for_the_code_alone(suite: Suite) -> None:
    holder = switch_on(suite)
    browser = at_the_second_page(suite, holder)
    page = browser.get("/log-in/code").must_be(200)
    assert 'type="password"' not in page.text
    assert holder.member.email not in page.text
    wrong = browser.post("/log-in/code", code=holder.wrong_code)
    assert wrong.status == 401
    done = browser.post("/log-in/code", code=holder.code).must_be(303)
    assert done.headers["Location"] == "/account"
    assert "challenge" not in browser.jar
    browser.get("/account").must_be(200)


def test_the_second_page_comes_before_the_way_back_to_a_cancelled_account(suite: Suite) -> None:
    browser = at_the_second_page(suite, holder := cancelled(suite))
    assert browser.post("/log-in/code", code=holder.wrong_code).status == 401
    browser.get("/reactivate").must_be(403)
    shown = browser.post("/log-in/code", code=holder.code).must_be(403)
    assert 'href="/reactivate"' in shown.text
    assert "challenge" not in browser.jar
    assert holder.member.email in browser.get("/reactivate").must_be(200).text
    query = "SELECT facts FROM audit_log WHERE account_id = %s AND action = 'log_in_refused'"
    assert len(suite.rows("accounts", query, holder.member.account["id"])) == 1


def test_what_was_chosen_on_the_first_page_holds_after_the_second(suite: Suite) -> None:
    holder = switch_on(suite)
    browser = at_the_second_page(suite, holder, is_remembered="yes")
    done = browser.post(
        "/log-in/code", "/log-in/code?is_remembered=yes", code=holder.code, is_remembered="yes"
    ).must_be(303)
    [cookie] = [header for header in done.set_cookies if header.startswith("sid=")]
    assert "Max-Age" in cookie


def test_a_challenge_works_once_and_in_its_own_browser(suite: Suite) -> None:
    holder = switch_on(suite)
    browser, stranger = at_the_second_page(suite, holder), Browser(suite.api)
    challenge = browser.jar["challenge"]
    stranger.get("/log-in/code").must_be(303)
    browser.post("/log-in/code", code=holder.code).must_be(303)
    thief = Browser(suite.api)
    thief.jar["challenge"] = challenge
    again = thief.post("/log-in/code", code=holder.next_code)
    assert again.status == 401
    assert "sid" not in thief.jar
    thief.get("/log-in/code").must_be(303)


def test_of_two_codes_for_one_challenge_at_once_one_succeeds(suite: Suite) -> None:
    holder = switch_on(suite)
    browser = at_the_second_page(suite, holder)
    token = CSRF.search(browser.get("/log-in/code").text)
    assert token
    codes = (holder.code, holder.next_code)

    def send(number: int) -> Answer:
        data = {"code": codes[number], "csrf_token": token[1]}
        return Api(suite.base_url).send("POST", "/log-in/code", data=data, cookies=dict(browser.jar))

    answers = at_once(2, send)
    assert sorted(answer.status for answer in answers if isinstance(answer, Answer)) == [303, 401]


def test_five_wrong_codes_end_the_flow(suite: Suite) -> None:
    holder = switch_on(suite)
    browser = at_the_second_page(suite, holder)
    for _ in range(5):
        assert browser.post("/log-in/code", code=holder.wrong_code).status == 401
    assert browser.post("/log-in/code", code=holder.code).status == 429
    assert "sid" not in browser.jar
    browser.get("/log-in/code").must_be(303)


def test_a_recovery_code_works_on_the_second_page_too(suite: Suite) -> None:
    holder = switch_on(suite)
    browser = at_the_second_page(suite, holder)
    browser.post("/log-in/code", code=holder.recovery_codes[0]).must_be(303)
    browser.get("/account").must_be(200)


def test_a_changed_password_ends_the_flow(suite: Suite) -> None:
    holder = switch_on(suite)
    browser = at_the_second_page(suite, holder)
    changed = {
        "current_password": holder.member.password,
        "new_password": "another plum rocket tide",
        "new_password_repeat": "another plum rocket tide",
    }
    holder.member.api.send("PUT", "/v1/me/password", body=changed).must_be(204)
    assert browser.post("/log-in/code", code=holder.code).status == 401
    assert "sid" not in browser.jar
