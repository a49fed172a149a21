"""The second step of a login: the code alone, once, in the browser that gave the password."""

from __future__ import annotations

import re

import pytest

from tests.support.api import Answer, Api
from tests.support.second_factor import Holder, cancelled, switch_on
from tests.support.sessions import at_once
from tests.support.suite import Suite

pytestmark = pytest.mark.slow
CSRF = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


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
