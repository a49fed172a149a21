"""Sessions over HTTP: logging in, staying logged in, and cookies."""

from __future__ import annotations

import re
from http.cookies import Morsel, SimpleCookie

import pytest

from tests.support.api import Answer, Api
from tests.support.people import PASSWORD, Member, new_email, register, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

pytestmark = pytest.mark.slow
BOB = {"name": "Bob", "phone": "+33142685300"}
CHANGING = {"Date", "X-Request-Id", "traceparent"}


@pytest.fixture(scope="module")
def member(running_suite: Suite) -> Member:
    return sign_up(running_suite)


def cookies(answer: Answer) -> dict[str, Morsel[str]]:
    found: dict[str, Morsel[str]] = {}
    for header in answer.set_cookies:
        found |= SimpleCookie(header)
    return found


def values(answer: Answer) -> dict[str, str]:
    return {name: morsel.value for name, morsel in cookies(answer).items()}


def form_of(api: Api, path: str, jar: dict[str, str]) -> str:
    """The form token of a page; `jar` keeps what the page set."""
    page = api.get(path, cookies=jar).must_be(200)
    jar |= values(page)
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page.text)
    assert found
    return found[1]


def log_in(api: Api, member: Member, jar: dict[str, str]) -> Answer:
    """Log in as a browser does, by the form."""
    fields = {"email": member.email, "password": member.password, "csrf_token": form_of(api, "/log-in", jar)}
    answer = api.send("POST", "/log-in", data=fields, cookies=jar).must_be(303)
    jar |= values(answer)
    return answer


# The same answer to everybody who does not get in.


def refusal(api: Api, email: str, password: str) -> tuple[int, dict[str, str], str, int]:
    answer = api.post("/v1/sessions", {"email": email, "password": password})
    headers = {name: value for name, value in answer.headers.items() if name not in CHANGING}
    said = answer.text.replace(answer.headers["X-Request-Id"], "")
    return answer.status, headers, said, len(answer.content)


def test_nobody_learns_which_addresses_have_a_user(suite: Suite, member: Member) -> None:
    unverified = new_email()
    register(suite, unverified).must_be(201)
    answers = [
        refusal(suite.api, member.email, "wrong " + PASSWORD),
        refusal(suite.api, new_email(), PASSWORD),
        refusal(suite.api, unverified, PASSWORD),
        refusal(suite.api, unverified, "nobody"),
    ]
    assert answers[0][0] == 401
    assert all(answer == answers[0] for answer in answers)


def test_nobody_learns_it_from_the_form_either(suite: Suite, member: Member) -> None:
    pages = []
    for email in (member.email, new_email()):
        jar: dict[str, str] = {}
        token = form_of(suite.api, "/log-in", jar)
        fields = {"email": email, "password": "wrong", "csrf_token": token}
        page = suite.api.send("POST", "/log-in", data=fields, cookies=jar)
        assert page.status == 401
        pages.append(re.sub(rf"{email}|{token}|nonce=\S+", "", page.text))
    assert pages[0] == pages[1]


def test_the_address_is_found_in_whatever_case(suite: Suite, member: Member) -> None:
    credentials = {"email": member.email.upper(), "password": PASSWORD}
    suite.api.post("/v1/sessions", credentials).must_be(201)


# A session that ends.


def test_a_session_that_ended_is_refused_at_once_at_every_gateway(suite: Suite) -> None:
    member = sign_up(suite)
    gateways = [api.with_token(member.token) for api in suite.apis]
    assert len(gateways) >= 2
    for gateway in gateways:
        gateway.get("/v1/me").must_be(200)
    gateways[0].delete("/v1/sessions/current").must_be(204)
    gateways[0].get("/v1/me").must_be(401)
    for gateway in gateways:
        eventually(
            lambda one=gateway: one.get("/v1/me").status == 401, BY_EVENT_SECONDS, "the session is refused"
        )


def test_logging_in_gives_a_new_session_and_leaves_the_old(suite: Suite, member: Member) -> None:
    credentials = {"email": member.email, "password": PASSWORD}
    opened = [suite.api.post("/v1/sessions", credentials).must_be(201).body for _ in range(2)]
    assert opened[0]["token"] != opened[1]["token"]
    suite.api.with_token(opened[0]["token"]).delete("/v1/sessions/current").must_be(204)
    suite.api.with_token(opened[1]["token"]).get("/v1/me").must_be(200)


def test_a_session_id_that_we_did_not_give_is_not_adopted(suite: Suite, member: Member) -> None:
    jar = {"sid": "x" * 43}
    log_in(suite.api, member, jar)
    assert jar["sid"] != "x" * 43
    suite.api.get("/account", cookies={"sid": "x" * 43}).must_be(303)


def test_logging_out_ends_the_session_and_drops_the_cookie(suite: Suite, member: Member) -> None:
    jar: dict[str, str] = {}
    log_in(suite.api, member, jar)
    token = form_of(suite.api, "/account", jar)
    answer = suite.api.send("POST", "/log-out", data={"csrf_token": token}, cookies=jar).must_be(303)
    assert cookies(answer)["sid"]["max-age"] == "0"
    suite.api.get("/account", cookies=jar).must_be(303)


# What a browser keeps.


def test_the_cookies_are_kept_from_scripts_and_other_sites(suite: Suite, member: Member) -> None:
    jar: dict[str, str] = {}
    set_by_form = suite.api.get("/log-in")
    set_by_log_in = log_in(suite.api, member, jar)
    found = cookies(set_by_form) | cookies(set_by_log_in)
    assert {"form", "sid"} <= found.keys()
    for morsel in found.values():
        assert (morsel["path"], morsel["domain"], morsel["samesite"]) == ("/", "", "Lax")
        assert morsel["httponly"]
    assert len(found["sid"].value) >= 43


def test_behind_tls_the_cookies_are_this_hosts_alone(suite: Suite, member: Member) -> None:
    gateway = suite.add_gateway(FRONTDESK_PUBLIC_URL="https://desk.example.com")
    jar: dict[str, str] = {}
    found = cookies(gateway.get("/log-in")) | cookies(log_in(gateway, member, jar))
    taken = gateway.get("/activate/some-token").must_be(303)
    found |= cookies(taken)
    assert {"__Host-form", "__Host-sid", "__Host-activation"} <= found.keys()
    for name, morsel in found.items():
        assert name.startswith("__Host-")
        assert morsel["secure"]
        assert morsel["httponly"]
        assert (morsel["path"], morsel["domain"], morsel["samesite"]) == ("/", "", "Lax")


def test_the_token_of_a_link_leaves_the_address_at_once(suite: Suite) -> None:
    answer = suite.api.get("/activate/some-token").must_be(303)
    assert answer.headers["Location"] == "/activate"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert values(answer)["activation"] == "some-token"


# What other sites make a browser send.


@pytest.mark.parametrize("site", ["cross-site", "same-site", "whatever"])
def test_what_another_site_sends_is_refused(suite: Suite, member: Member, site: str) -> None:
    headers = {"Sec-Fetch-Site": site}
    answer = member.api.post("/v1/contacts", BOB, headers=headers)
    assert (answer.status, answer.code) == (403, "csrf_failed")
    jar: dict[str, str] = {}
    fields = {"email": member.email, "password": PASSWORD, "csrf_token": form_of(suite.api, "/log-in", jar)}
    suite.api.send("POST", "/log-in", data=fields, cookies=jar, headers=headers).must_be(403)


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_what_our_own_pages_send_is_taken(member: Member, site: str) -> None:
    member.api.post("/v1/contacts", BOB, headers={"Sec-Fetch-Site": site}).must_be(201)


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://evil.example", 403), ("null", 403), ("http://127.0.0.1:1", 403), ("", 403), (None, 201)],
)
def test_an_old_browser_is_judged_by_the_origin(member: Member, origin: str | None, status: int) -> None:
    headers = {} if origin is None else {"Origin": origin}
    assert member.api.post("/v1/contacts", BOB, headers=headers).status == status


def test_our_own_origin_is_taken(suite: Suite, member: Member) -> None:
    member.api.post("/v1/contacts", BOB, headers={"Origin": suite.base_url}).must_be(201)


def test_reading_needs_no_proof(member: Member) -> None:
    member.api.get("/v1/me", headers={"Sec-Fetch-Site": "cross-site"}).must_be(200)


def test_a_form_without_its_own_token_is_refused(suite: Suite, member: Member) -> None:
    mine: dict[str, str] = {}
    others: dict[str, str] = {}
    token, stolen = form_of(suite.api, "/log-in", mine), form_of(suite.api, "/log-in", others)
    assert token != stolen
    fields = {"email": member.email, "password": PASSWORD}
    for given in ({}, {"csrf_token": ""}, {"csrf_token": stolen}, {"csrf_token": "é"}):
        suite.api.send("POST", "/log-in", data={**fields, **given}, cookies=mine).must_be(403)
    suite.api.send("POST", "/log-in", data={**fields, "csrf_token": token}).must_be(403)
    suite.api.send("POST", "/log-in", data={**fields, "csrf_token": token}, cookies=mine).must_be(303)


def test_the_api_takes_the_cookie_of_a_page_too(suite: Suite, member: Member) -> None:
    jar: dict[str, str] = {}
    log_in(suite.api, member, jar)
    suite.api.get("/v1/me", cookies=jar).must_be(200)


def test_a_user_sees_and_ends_their_own_sessions(suite: Suite) -> None:
    member = sign_up(suite)
    credentials = {"email": member.email, "password": PASSWORD}
    other = suite.api.post("/v1/sessions", credentials).must_be(201).body
    gateways = [api.with_token(other["token"]) for api in suite.apis]
    for gateway in gateways:
        gateway.get("/v1/me").must_be(200)
    member.api.delete(f"/v1/sessions/{other['session']['id']}").must_be(204)
    for gateway in gateways:
        eventually(
            lambda one=gateway: one.get("/v1/me").status == 401, BY_EVENT_SECONDS, "the session is refused"
        )
    member.api.get("/v1/me").must_be(200)
