"""Validation of bodies and queries: what was declared, of the declared type, and nothing else."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from tests.support.api import Answer
from tests.support.people import Member, mailed_token, new_account, new_email, register, sign_up
from tests.support.suite import Suite

pytestmark = pytest.mark.slow
NOTHING = object()


@pytest.fixture(scope="module")
def member(running_suite: Suite) -> Member:
    return sign_up(running_suite)


def changed(pointer: str, value: Any) -> dict[str, Any]:
    """A sign-up whose field at `pointer` is another, or absent."""
    body = new_account()
    *steps, last = pointer.strip("/").split("/")
    place = body
    for step in steps:
        place = place[step]
    if value is NOTHING:
        del place[last]
    else:
        place[last] = value
    return body


def errors(answer: Answer) -> list[tuple[str, str]]:
    answer.must_be(422)
    assert all(error["detail"] for error in answer.body["errors"])
    return sorted((error["pointer"], error["code"]) for error in answer.body["errors"])


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [
        ("/company_name", NOTHING, "missing_field"),
        ("/owner", NOTHING, "missing_field"),
        ("/owner/email", NOTHING, "missing_field"),
        ("/company_name", None, "missing_field"),
        ("/owner", None, "missing_field"),
        ("/company_name", "", "too_short"),
        ("/company_name", " \u3000 ", "too_short"),
        ("/company_name", "x" * 201, "too_long"),
        ("/owner/email", "x" * 250 + "@example.com", "too_long"),
        ("/company_name", 7, "datatype_mismatch"),
        ("/company_name", True, "datatype_mismatch"),
        ("/company_name", ["Plum"], "datatype_mismatch"),
        ("/owner", "Ann", "datatype_mismatch"),
        ("/owner", [], "datatype_mismatch"),
        ("/company_name", "Plum\x00Co", "invalid_value"),
        ("/company_name", "Plum\ud800Co", "invalid_value"),
        ("/company_name", "Plum\r\nBcc: all", "invalid_value"),
        ("/owner/name", "\u202eAnn", "invalid_value"),
        ("/owner/email", "no address", "invalid_value"),
        ("/owner/email", "ann@example.com\n", "invalid_value"),
        ("/country", "fr", "invalid_value"),
        ("/locale", "de", "invalid_value"),
        ("/time_zone", "Mars/Olympus", "invalid_value"),
        ("/time_zone", "../../etc/passwd", "invalid_value"),
        ("/plan", "free", "invalid_field"),
        ("/owner/role", "admin", "invalid_field"),
        ("/owner/a~b", 1, "invalid_field"),
        ("/owner/\ud800", 1, "invalid_field"),
    ],
    ids=itertools.count(),
)
def test_what_is_wrong_with_a_field_is_pointed_at(suite: Suite, pointer: str, value: Any, code: str) -> None:
    body = changed(pointer, value)
    answer = suite.api.post("/v1/accounts", body)
    assert answer.code == "validation_failed"
    shown = pointer.replace("a~b", "a~0b").replace("\ud800", "?")
    found = errors(answer)
    assert {found_pointer for found_pointer, _ in found} == {shown}
    assert (shown, code) in found


def test_all_that_is_wrong_is_told_at_once(suite: Suite) -> None:
    answer = suite.api.post("/v1/accounts", {"country": 1, "owner": {"phone": None}, "color": "red"})
    assert errors(answer) == [
        ("/color", "invalid_field"),
        ("/company_name", "missing_field"),
        ("/country", "datatype_mismatch"),
        ("/owner/email", "missing_field"),
        ("/owner/name", "missing_field"),
    ]


def test_a_limit_is_told_as_it_is(suite: Suite) -> None:
    answer = suite.api.post("/v1/accounts", changed("/company_name", "x" * 201))
    assert "200" in answer.must_be(422).body["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"country": "QQ"}, "country_unknown", "/country"),
        ({"owner_phone": "call me"}, "phone_invalid", "/owner/phone"),
        ({"owner_email": "ann@-example.com"}, "email_invalid", "/owner/email"),
    ],
)
def test_what_the_service_refuses_is_pointed_at_where_it_stood(
    suite: Suite, changes: dict[str, str], code: str, pointer: str
) -> None:
    answer = suite.api.post("/v1/accounts", new_account(**changes))
    if answer.code == "validation_failed":  # the shape was enough to tell
        assert errors(answer)[0][0] == pointer
        return
    assert answer.must_be(422).code == code
    assert errors(answer) == [(pointer, code)]


@pytest.mark.parametrize(
    ("password", "repeat", "code", "pointer"),
    [
        ("short", "short", "password_too_short", "/password"),
        ("password1234", "password1234", "password_too_common", "/password"),
        ("plum rocket sofa tide", "other", "password_confirmation_mismatch", "/password_repeat"),
    ],
)
def test_a_refused_password_says_why(
    suite: Suite, password: str, repeat: str, code: str, pointer: str
) -> None:
    email = new_email()
    register(suite, email).must_be(201)
    path = f"/v1/activations/{mailed_token(suite, email)}"
    answer = suite.api.post(path, {"password": password, "password_repeat": repeat})
    assert errors(answer) == [(pointer, code)]
    assert suite.api.get(path).body["state"] == "issued", "the link may still be used"


BODIES = {
    "nothing": b"",
    "half": b'{"name": "Bob"',
    "a list": b"[]",
    "a text": b'"Bob"',
    "null": b"null",
    "a number": b"1",
    "not a number": b'{"name": NaN}',
    "endless": b'{"name": Infinity}',
    "a key twice": b'{"name": "Bob", "name": "Eve"}',
    "a nested key twice": b'{"name": {"a": 1, "a": 2}}',
    "latin-1": '{"name": "Émile"}'.encode("latin-1"),
    "deep": b"[" * 100_000,
    "deep objects": b'{"name":' * 50_000,
    "a long number": b'{"name": ' + b"9" * 5000 + b"}",
    "something behind": b'{"name": "Bob"} {}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_json_object_is_refused(member: Member, body: bytes) -> None:
    answer = member.api.send("POST", "/v1/contacts", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.code) in {(400, "invalid_json"), (422, "validation_failed")}, answer.content


def test_the_same_key_twice_is_never_guessed_at(member: Member) -> None:
    body = BODIES["a key twice"]
    answer = member.api.send("POST", "/v1/contacts", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.code) == (400, "invalid_json")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_only_json_is_read_as_json(member: Member, kind: str) -> None:
    body = json.dumps({"name": "Bob"}).encode()
    answer = member.api.send("POST", "/v1/contacts", data=body, headers={"Content-Type": kind})
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON"])
def test_json_is_json_however_it_is_written(member: Member, kind: str) -> None:
    body = json.dumps({"name": "Émile", "phone": "+33142685300"}, ensure_ascii=False).encode()
    answer = member.api.send("POST", "/v1/contacts", data=body, headers={"Content-Type": kind})
    assert answer.must_be(201).body["name"] == "Émile"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=x", "/limit"),
        ("limit=", "/limit"),
        ("limit=1.0", "/limit"),
        ("limit=99999999999999999999999", "/limit"),
        ("sort=shoe_size", "/sort"),
        ("after=%00", "/after"),
        ("after=" + "x" * 3000, "/after"),
    ],
)
def test_a_query_is_checked_as_a_body_is(member: Member, query: str, pointer: str) -> None:
    assert errors(member.api.get(f"/v1/contacts?{query}"))[0][0] == pointer


@pytest.mark.parametrize("query", ["after=%ff", "after=%ED%A0%80", "limit=1&limit=1&after=a"])
def test_a_query_of_any_bytes_has_an_answer(member: Member, query: str) -> None:
    assert member.api.get(f"/v1/contacts?{query}").status in (400, 422)


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": b"\x01\x7f\xff"},
        {"User-Agent": b"x" * 6000},
        {"Accept-Language": b"\xff" * 100},
        {"Cookie": b"sid=\xff; sid; =; ;;"},
        {"Authorization": b"Bearer \xff\xfe"},
        {"Authorization": b"Basic YTpi"},
        {"X-Forwarded-For": b"not an address"},
    ],
    ids=str,
)
def test_headers_of_any_bytes_do_no_harm(suite: Suite, member: Member, headers: dict[str, bytes]) -> None:
    credentials = {"email": member.email, "password": member.password}
    suite.api.post("/v1/sessions", credentials, headers=headers).must_be(201)
