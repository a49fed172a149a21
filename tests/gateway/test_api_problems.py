"""Problem documents: a code that stays, and words that are translated."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.support.people import PASSWORD, Member, mailed_token, new_account, new_email, register, sign_up
from tests.support.suite import Suite, superuser

pytestmark = pytest.mark.slow
FIELDS = {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}
CAUSES = ("Traceback", "Error(", "Exception", "psycopg", "sqlalchemy", "nameko", "werkzeug", "File ")


@pytest.fixture(scope="module")
def member(running_suite: Suite) -> Member:
    return sign_up(running_suite)


def assert_is_problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    """A document of RFC 9457 that tells nothing of the cause."""
    assert (answer.status, answer.code) == (status, code), answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.body
    assert problem.keys() >= FIELDS
    assert problem["status"] == status
    assert problem["type"] == f"urn:frontdesk:problem:{code}"
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert problem["instance"].endswith(problem["request_id"])
    assert problem["title"]
    assert problem["detail"]
    assert not any(cause in answer.text for cause in CAUSES)
    return problem


def test_a_refusal_links_to_what_may_be_done_next(suite: Suite, member: Member) -> None:
    used = used_link(suite).body["links"]
    assert used == {"log-in": "/v1/sessions", "reset-password": "/v1/password-resets"}
    unknown = suite.api.get("/v1/activations/nothing").body["links"]
    suite.api.post(unknown["request-activation"], {"email": new_email()}).must_be(202)
    stale = member.api.send("PATCH", "/v1/account", body={"locale": "fr"}, headers={"If-Match": '"99"'})
    assert (stale.status, stale.body["links"]) == (412, {"current": "/v1/account"})
    assert "links" not in suite.api.get("/v1/nothing").body


def used_link(suite: Suite) -> Answer:
    email = new_email()
    register(suite, email).must_be(201)
    path = f"/v1/activations/{mailed_token(suite, email)}"
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    suite.api.post(path, passwords).must_be(201)
    return suite.api.post(path, passwords)


def as_agent(suite: Suite) -> Answer:
    """What somebody is told who may not see billing."""
    member = sign_up(suite)
    with superuser(suite.database_urls["accounts"]) as connection:
        connection.execute("UPDATE users SET role = 'agent' WHERE id = %s", [member.user["id"]])
    opened = suite.api.post("/v1/sessions", {"email": member.email, "password": PASSWORD}).must_be(201)
    return suite.api.with_token(opened.body["token"]).get("/v1/billing")


def twice(member: Member) -> Answer:
    contact = {"name": "Bob", "email": new_email()}
    member.api.post("/v1/contacts", contact).must_be(201)
    return member.api.post("/v1/contacts", {**contact, "email": contact["email"].upper()})


def raw(api: Api, content: bytes, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.send("POST", "/v1/accounts", data=content, headers=named)


JSON = "application/json"
CASES: dict[str, tuple[int, str, Callable[[Suite, Member], Answer]]] = {
    "not JSON": (400, "invalid_json", lambda s, _m: raw(s.api, b"{", Content_Type=JSON)),
    "a cursor of nothing": (400, "cursor_invalid", lambda _s, m: m.api.get("/v1/contacts?after=x")),
    "nobody logged in": (401, "unauthenticated", lambda s, _m: s.api.get("/v1/me")),
    "a token of nobody": (401, "unauthenticated", lambda s, _m: s.api.with_token("x" * 43).get("/v1/me")),
    "a wrong password": (
        401,
        "invalid_credentials",
        lambda s, m: s.api.post("/v1/sessions", {"email": m.email, "password": "wrong"}),
    ),
    "a role that may not": (403, "access_denied", lambda s, _m: as_agent(s)),
    "another site": (
        403,
        "csrf_failed",
        lambda _s, m: m.api.post("/v1/contacts", {"name": "B"}, headers={"Sec-Fetch-Site": "cross-site"}),
    ),
    "no such address": (404, "not_found", lambda s, _m: s.api.get("/v1/nothing")),
    "no such contact": (404, "contact_not_found", lambda _s, m: m.api.get(f"/v1/contacts/{uuid.uuid4()}")),
    "no id": (404, "not_found", lambda _s, m: m.api.get("/v1/contacts/no-id")),
    "no such link": (404, "activation_unknown", lambda s, _m: s.api.get("/v1/activations/nothing")),
    "a closed mailbox": (404, "mailbox_closed", lambda s, _m: s.api.get("/mailbox/messages")),
    "another method": (405, "method_not_allowed", lambda s, _m: s.api.send("PUT", "/v1/me")),
    "an address in use": (409, "email_in_use", lambda _s, m: twice(m)),
    "a used link": (410, "activation_link_used", lambda s, _m: used_link(s)),
    "too large": (
        413,
        "payload_too_large",
        lambda s, _m: raw(s.api, b'"' + b"x" * 1_100_000 + b'"', Content_Type=JSON),
    ),
    "an address too long": (414, "uri_too_long", lambda s, _m: s.api.get("/v1/contacts?after=" + "x" * 9000)),
    "a form": (415, "unsupported_media_type", lambda s, _m: raw(s.api, b"a=1")),
    "a country nobody knows": (
        422,
        "country_unknown",
        lambda s, _m: s.api.post("/v1/accounts", new_account(country="QQ")),
    ),
    "a field missing": (422, "validation_failed", lambda s, _m: s.api.post("/v1/accounts", {})),
    "headers too large": (
        431,
        "headers_too_large",
        lambda s, _m: s.api.get("/v1/me", headers={f"X-{n}": "x" * 4000 for n in range(20)}),
    ),
}


@pytest.mark.parametrize(("status", "code", "provoke"), CASES.values(), ids=CASES)
def test_every_no_is_a_problem_with_its_status_and_code(
    suite: Suite, member: Member, status: int, code: str, provoke: Callable[[Suite, Member], Answer]
) -> None:
    if status in (414, 431):  # refused before there is a request that could have an id
        answer = provoke(suite, member)
        assert (answer.status, answer.code) == (status, code)
        return
    assert_is_problem(provoke(suite, member), status, code)


@pytest.mark.parametrize(
    ("asked", "locale", "title"),
    [
        ("fr", "fr", "Veuillez vous connecter"),
        ("ko-KR,ko;q=0.9,en;q=0.5", "ko", "로그인이 필요합니다"),
        ("de, en;q=0.5", "en", "Please log in"),
        ("", "en", "Please log in"),
        ("*", "en", "Please log in"),
        (";;;q=,,fr;q=x", "en", "Please log in"),
    ],
)
def test_the_words_are_in_the_readers_language_and_the_code_is_not(
    suite: Suite, asked: str, locale: str, title: str
) -> None:
    answer = suite.api.get("/v1/me", headers={"Accept-Language": asked})
    problem = assert_is_problem(answer, 401, "unauthenticated")
    assert answer.headers["Content-Language"] == locale
    assert "Accept-Language" in answer.headers["Vary"]
    assert problem["title"] == title


def test_a_401_says_how_to_log_in_and_a_405_what_is_allowed(suite: Suite, member: Member) -> None:
    assert suite.api.get("/v1/me").headers["WWW-Authenticate"].startswith("Bearer")
    assert suite.api.post("/v1/me", {}).headers["Allow"] == "GET, HEAD, PATCH"


def test_a_person_gets_a_page_and_a_program_a_document(suite: Suite) -> None:
    page = suite.api.get("/nothing", headers={"Accept": "text/html"})
    assert (page.status, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    for accept in ("*/*", "application/json", ""):
        assert_is_problem(suite.api.get("/nothing", headers={"Accept": accept}), 404, "not_found")


@pytest.mark.parametrize("given", ["an-id.of_mine-1", "A" * 128])
def test_a_request_keeps_the_id_it_came_with(suite: Suite, given: str) -> None:
    answer = suite.api.get("/v1/me", headers={"X-Request-Id": given})
    assert answer.headers["X-Request-Id"] == given
    assert answer.body["request_id"] == given


@pytest.mark.parametrize("given", ["", "A" * 129, "two words", "é", '"quoted"', "a/b"])
def test_a_request_without_a_usable_id_gets_one(suite: Suite, given: str) -> None:
    answers = [suite.api.get("/v1/me", headers={"X-Request-Id": given.encode()}) for _ in range(2)]
    made = {answer.headers["X-Request-Id"] for answer in answers}
    assert len(made) == 2
    assert given not in made
