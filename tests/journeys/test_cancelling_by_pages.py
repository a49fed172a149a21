"""Cancellation and reactivation of an account by its pages, and by those of support."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

from tests.support.api import Answer
from tests.support.lifecycle import SUPPORT_TOKEN, WAIT_SECONDS, Life, cancellation, credentials, living
from tests.support.people import PASSWORD, Member, sign_up
from tests.support.suite import Suites
from tests.support.waiting import eventually

DETAILS = "We have to save money.\nSorry."


@pytest.fixture(scope="module")
def life(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("pages")
    with living(suites, folder) as life:
        yield life
        print(life.suite.processes.tails())


class Browser:
    """A browser without scripts: it keeps cookies, follows redirects and sends forms."""

    def __init__(self, life: Life) -> None:
        self.api = life.api.with_headers(Accept="text/html", Accept_Language="en")
        self.jar: dict[str, str] = {}
        self.path = "/"
        self.page = ""

    def open(self, path: str, *, status: int = 200) -> Browser:
        return self._arrive(path, self.api.get(path, cookies=self.jar), status)

    def send(self, action: str, *, status: int = 200, **fields: str) -> Browser:
        """Send the form of the present page that leads to `action`, with what it holds already."""
        form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', self.page, re.DOTALL)
        assert form, f"no form leads to {action} on {self.path}: {self.page[:3000]}"
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0])
        data = {name: html.unescape(value) for name, value in hidden} | fields
        return self._arrive(action, self.api.send("POST", action, data=data, cookies=self.jar), status)

    def _arrive(self, path: str, answer: Answer, status: int) -> Browser:
        for header in answer.set_cookies:
            name, _, value = header.partition(";")[0].partition("=")
            self.jar[name] = value
            if not value or "Max-Age=0" in header:
                self.jar.pop(name, None)
        if answer.status == 303:
            return self.open(answer.headers["Location"], status=status)
        self.path, self.page = path, answer.must_be(status).text
        return self

    def sees(self, *texts: str) -> None:
        shown = html.unescape(re.sub(r"\s+", " ", self.page))
        for text in texts:
            assert text in shown, f"{text!r} is not on {self.path}: {shown[:4000]}"

    def log_in(self, member: Member, *, status: int = 200) -> Browser:
        self.open("/log-in")
        return self.send("/log-in", status=status, email=member.email, password=member.password)


def cancel(browser: Browser, **fields: str) -> None:
    browser.open("/account/cancellation")
    browser.send("/account/cancellation", reason="too_expensive", details=DETAILS, **fields)
    browser.sees("Cancel the account?", "It is too expensive")
    browser.send("/account/cancellation/confirmation", current_password=PASSWORD)


def test_a_trial_ends_and_comes_back_by_the_pages(life: Life) -> None:
    member = sign_up(life.suite)
    browser = Browser(life)
    browser.log_in(member)
    browser.open("/account/cancellation")
    browser.send("/account/cancellation", status=422, reason="too_expensive", details=" ")
    browser.sees("Please tell us in your own words")
    browser.send("/account/cancellation", status=422, details=DETAILS)
    assert life.status(member) == "trial"

    browser.send("/account/cancellation", reason="too_expensive", details=DETAILS)
    browser.send("/account/cancellation/confirmation", status=403, current_password="wrong")
    browser.sees("This is not your current password.")
    assert life.status(member) == "trial"
    browser.send("/account/cancellation/confirmation", current_password=PASSWORD)
    browser.sees("Your account has been cancelled")
    assert "sid" not in browser.jar
    own = member.account["id"]
    (kept,) = life.suite.rows("accounts", "SELECT details FROM cancellations WHERE account_id = %s", own)
    assert kept["details"].replace("\r\n", "\n") == DETAILS

    browser.log_in(member, status=403)
    browser.sees("This account has been cancelled", 'href="/reactivate"')
    browser.open("/reactivate")
    browser.sees("Reactivate and log in")
    browser.send("/reactivate", status=403, password="wrong")
    browser.send("/reactivate", password=PASSWORD)
    assert browser.path == "/account"
    browser.sees("Your account is active again", member.email)
    query = "SELECT position FROM outbox WHERE account_id = %s AND routing_key = 'account.new_device_seen'"
    assert len(life.suite.rows("accounts", query, own)) == 1, "the first log-in's: the browser is known since"


def test_a_confirmation_counts_once(life: Life) -> None:
    member = sign_up(life.suite)
    life.start_plan(member)
    browser = Browser(life)
    browser.log_in(member)
    browser.open("/account/cancellation")
    later = {"reason": "unused", "details": DETAILS, "effective": "period_end"}
    browser.send("/account/cancellation", **later)
    confirmation = browser.page
    browser.send("/account/cancellation/confirmation", current_password=PASSWORD)
    browser.sees("Your account will be cancelled")
    browser.send("/account/cancellation/undo")
    assert life.status(member) == "active"

    browser.page = confirmation
    browser.send("/account/cancellation/confirmation", status=409, current_password=PASSWORD)
    account = member.api.get("/v1/account").must_be(200).body
    assert (account["status"], account["cancels_at"]) == ("active", None)


def test_a_plan_comes_back_by_the_pages_of_owner_and_support(life: Life) -> None:
    member = sign_up(life.suite)
    life.start_plan(member)
    browser = Browser(life)
    browser.log_in(member)
    cancel(browser, effective="now")
    browser.log_in(member, status=403)
    browser.open("/reactivate")
    browser.sees("Send request")
    browser.send("/reactivate", password=PASSWORD)
    number = browser.path.rpartition("/")[2]
    browser.sees(f"Request {number}", "We have received your request")
    elsewhere = Browser(life)
    elsewhere.open(f"/reactivation-requests/{number}", status=404)

    support = Browser(life)
    support.open("/support/reactivation-requests")
    assert support.path == "/support/log-in"
    support.send("/support/log-in", status=401, token="guess")
    support.send("/support/log-in", token=SUPPORT_TOKEN)
    support.sees("Reactivation requests", number)
    page = f"/support/reactivation-requests/{number}"
    support.open(page)
    support.sees(member.email, "Nothing is owed")
    support.send(f"{page}/approval", note="Welcome back.")
    support.sees("The decision has been recorded")

    life.wait_for_status(member, "active")
    browser.open(f"/reactivation-requests/{number}")
    browser.sees("Your account is active again.", "Welcome back.")
    browser.log_in(member)
    assert browser.path == "/account"


def test_the_mail_leads_to_the_request_and_the_link_leaves_the_address(life: Life) -> None:
    member = sign_up(life.suite)
    life.start_plan(member)
    member.api.post("/v1/account/cancellation", cancellation()).must_be(200)
    life.api.post("/v1/reactivations", credentials(member)).must_be(202)
    mail = eventually(
        lambda: [one for one in life.suite.sink.to(member.email) if "received your request" in one.subject],
        WAIT_SECONDS,
        "the mail about the request",
    )[0]
    found = re.search(r"http://[^/]+(/reactivation-requests/link/\S+)", mail.text())
    assert found
    browser = Browser(life).open(found[1])
    assert re.fullmatch(r"/reactivation-requests/\d+", browser.path)
    browser.send(f"{browser.path}/withdrawal")
    browser.sees("You have withdrawn this request.")


def test_the_way_back_of_a_program_opens_the_page_and_replaces_nobodys_session(life: Life) -> None:
    member, other = sign_up(life.suite), sign_up(life.suite)
    member.api.post("/v1/account/cancellation", cancellation()).must_be(200)
    token = life.api.post("/v1/sessions", credentials(member)).must_be(403).body["token"]
    browser = Browser(life).open(f"/reactivate/{token}")
    assert browser.path == "/reactivate"
    browser.sees("Reactivate the account")
    assert "sid" not in browser.jar
    browser.open("/account")
    assert browser.path == "/log-in", "the link shows the way back and nothing else"

    busy = Browser(life)
    busy.log_in(other)
    session = busy.jar["sid"]
    busy.open(f"/reactivate/{token}")
    assert (busy.path, busy.jar["sid"]) == ("/account", session)
    Browser(life).open("/reactivate", status=403).sees("Please log in again")

    browser.open("/reactivate")
    browser.send("/reactivate", password=PASSWORD)
    assert browser.path == "/account"
    browser.sees("Your account is active again", member.email)
    assert "way_back" not in browser.jar


def test_the_way_back_is_kept_for_its_own_page_and_from_scripts(life: Life) -> None:
    member = sign_up(life.suite)
    member.api.post("/v1/account/cancellation", cancellation()).must_be(200)
    token = life.api.post("/v1/sessions", credentials(member)).must_be(403).body["token"]
    (cookie,) = life.api.get(f"/reactivate/{token}").must_be(303).set_cookies
    assert cookie.startswith(f"way_back={token};")
    assert {"HttpOnly", "Path=/reactivate", "SameSite=Lax"} <= set(cookie.split("; "))


@pytest.mark.parametrize("is_living", [True, False])
def test_a_link_logs_nobody_in_by_a_session_that_somebody_else_made(life: Life, is_living: bool) -> None:
    """Who is led to a stranger's session would work, and pay, in the stranger's account."""
    stranger = sign_up(life.suite)
    token = stranger.token if is_living else "made-up"
    victim = Browser(life)
    victim.open(f"/reactivate/{token}", status=403).sees("Please log in again")
    assert not {"sid", "way_back"} & victim.jar.keys()
    victim.jar["way_back"] = token
    victim.open("/reactivate", status=403).sees("Please log in again")
    victim.open("/account")
    assert victim.path == "/log-in"
