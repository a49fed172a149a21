"""The portal over the API: log-in and log-out, one's own data and password, and what a session opens and does not."""

from __future__ import annotations

import pytest

from tests.support.api import Answer
from tests.support.contacts import (
    GIVEN_PASSWORD,
    OWN_PASSWORD,
    PortalVisitor,
    add_contact,
    change_password,
    log_in,
    portal_path,
    set_password,
    visitor,
)
from tests.support.people import Member, new_email, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

pytestmark = pytest.mark.slow
CHANGING = {"Date", "X-Request-Id", "traceparent"}
ANY_VERSION = {"If-Match": "*"}


@pytest.fixture(scope="module")
def owner(running_suite: Suite) -> Member:
    return sign_up(running_suite)


@pytest.fixture(scope="module")
def path(running_suite: Suite, owner: Member) -> str:
    return portal_path(running_suite, owner)


@pytest.fixture
def ann(suite: Suite, owner: Member) -> PortalVisitor:
    return visitor(suite, owner)


def said(answer: Answer) -> tuple[int, str, str]:
    """What an answer tells whoever compares two of them."""
    return answer.status, answer.code, answer.text.replace(answer.headers["X-Request-Id"], "")


def test_everybody_may_know_whose_portal_it_is(suite: Suite, owner: Member, path: str) -> None:
    shown = suite.api.get(path).must_be(200).body
    assert (shown["name"], shown["slug"]) == (owner.account["company_name"], owner.account["slug"])
    assert shown["languages"] == ["en", "fr", "ko"]
    assert suite.api.get("/v1/portals/no-such-portal").code == "portal_not_found"


def test_a_password_set_by_an_admin_opens_the_change_of_it_and_nothing_else(
    suite: Suite, owner: Member, path: str
) -> None:
    contact = add_contact(owner)
    set_password(owner, contact).must_be(204)
    assert owner.api.get(f"/v1/contacts/{contact['id']}").body["state"] == "verified"
    opened = log_in(suite, path, contact["email"], GIVEN_PASSWORD).must_be(201).body
    assert opened["must_change_password"]
    api = suite.api.with_token(opened["token"])
    refused = api.get(f"{path}/me")
    assert (refused.status, refused.code) == (403, "password_change_required")
    assert refused.body["links"] == {"change-password": f"{path}/me/password"}
    change_password(api, path, GIVEN_PASSWORD, GIVEN_PASSWORD).must_be(422)
    change_password(api, path, GIVEN_PASSWORD, OWN_PASSWORD).must_be(204)
    assert api.get(f"{path}/me").must_be(200).body["id"] == contact["id"]
    again = log_in(suite, path, contact["email"], OWN_PASSWORD).must_be(201).body
    assert not again["must_change_password"]


def test_every_failure_before_the_right_password_has_one_answer(
    suite: Suite, owner: Member, path: str, ann: PortalVisitor
) -> None:
    never_activated, blocked = add_contact(owner), visitor(suite, owner)
    block(owner, blocked)
    answers = [
        log_in(suite, path, new_email(), "not the password"),
        log_in(suite, path, ann.email, "not the password"),
        log_in(suite, path, never_activated["email"], "not the password"),
        log_in(suite, path, blocked.email, blocked.password),
    ]
    assert {said(answer) for answer in answers} == {said(answers[0])}
    assert (answers[0].status, answers[0].code) == (401, "invalid_credentials")
    assert answers[0].body["links"] == {
        "request-activation": f"{path}/activations",
        "reset-password": f"{path}/password-resets",
    }


def block(owner: Member, who: PortalVisitor) -> None:
    owner.api.send(
        "PATCH", f"/v1/contacts/{who.contact['id']}", body={"state": "blocked"}, headers=ANY_VERSION
    ).must_be(200)


def test_who_logs_out_is_out_at_once(ann: PortalVisitor) -> None:
    ann.api.delete(f"{ann.path}/sessions/current").must_be(204)
    assert ann.api.get(f"{ann.path}/me").code == "unauthenticated"


def test_a_contact_sees_of_itself_what_it_gave_and_nothing_that_is_kept_about_it(
    suite: Suite, owner: Member
) -> None:
    kept = {"tags": ["difficult"], "external_id": new_email(), "phone": "+33142685300"}
    ann = visitor(suite, owner, **kept)
    shown = ann.api.get(f"{ann.path}/me").must_be(200)
    assert set(shown.body) == {
        "id",
        "name",
        "emails",
        "email",
        "phone",
        "mobile",
        "language",
        "time_zone",
        "version",
    }
    assert "difficult" not in shown.text


def test_ones_own_data_is_changed_from_the_version_that_was_read(ann: PortalVisitor) -> None:
    own = f"{ann.path}/me"
    tag = ann.api.get(own).headers["ETag"]
    assert ann.api.send("PATCH", own, body={"name": "Cora"}).status == 428
    changed = ann.api.send(
        "PATCH", own, body={"name": " Cora C. ", "language": "ko"}, headers={"If-Match": tag}
    ).must_be(200)
    assert (changed.body["name"], changed.body["language"]) == ("Cora C.", "ko")
    late = ann.api.send("PATCH", own, body={"name": "Late"}, headers={"If-Match": tag})
    assert (late.status, late.code) == (412, "version_stale")
    same = ann.api.send("PATCH", own, body={"name": "Cora C."}, headers=ANY_VERSION).must_be(200)
    assert same.body["version"] == changed.body["version"]
    wrong = ann.api.send("PATCH", own, body={"mobile": "12345"}, headers=ANY_VERSION).must_be(422)
    assert [error["pointer"] for error in wrong.body["errors"]] == ["/mobile"]
    assert ann.api.send("PATCH", own, body={"tags": ["vip"]}, headers=ANY_VERSION).status == 422


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(suite: Suite, ann: PortalVisitor) -> None:
    other = suite.api.with_token(log_in(suite, ann.path, ann.email, ann.password).must_be(201).body["token"])
    other.get(f"{ann.path}/me").must_be(200)
    wrong = change_password(ann.api, ann.path, "not the password", "velvet canyon lamp orbit")
    assert (wrong.status, wrong.code) == (403, "password_incorrect")
    change_password(ann.api, ann.path, ann.password, "velvet canyon lamp orbit").must_be(204)
    eventually(lambda: other.get(f"{ann.path}/me").status == 401, BY_EVENT_SECONDS, "it is over")
    ann.api.get(f"{ann.path}/me").must_be(200)


def test_a_password_that_an_admin_sets_ends_every_session(
    suite: Suite, owner: Member, ann: PortalVisitor
) -> None:
    ann.api.get(f"{ann.path}/me").must_be(200)
    set_password(owner, ann.contact).must_be(204)
    eventually(lambda: ann.api.get(f"{ann.path}/me").status == 401, BY_EVENT_SECONDS, "it is over")
    assert log_in(suite, ann.path, ann.email, ann.password).code == "invalid_credentials"


def test_the_policy_holds_for_admins_too(owner: Member) -> None:
    refused = set_password(owner, add_contact(owner), "short")
    assert (refused.status, refused.code) == (422, "password_refused")


def test_a_portal_session_opens_nothing_of_the_account(
    suite: Suite, owner: Member, ann: PortalVisitor
) -> None:
    for path in (
        "/v1/me",
        "/v1/account",
        "/v1/contacts",
        f"/v1/contacts/{ann.contact['id']}",
        "/v1/sessions",
    ):
        assert (ann.api.get(path).status, ann.api.get(path).code) == (401, "unauthenticated"), path
    for jar in ({"sid": ann.token}, {"portal_sid": ann.token}):
        assert suite.api.get("/account", cookies=jar).status == 303


def test_no_user_and_no_key_opens_a_portal(suite: Suite, owner: Member, path: str) -> None:
    body = {"name": "all", "scopes": ["contacts:read"], "current_password": owner.password}
    key = owner.api.post("/v1/api-keys", body).must_be(201).body["token"]
    owner.api.get("/v1/me").must_be(200)
    for api in (owner.api, suite.api.with_token(key)):
        answer = api.get(f"{path}/me")
        assert (answer.status, answer.code) == (401, "unauthenticated")
        assert answer.body["links"] == {"log-in": f"{path}/sessions"}


def test_a_session_of_one_portal_is_nothing_at_another(suite: Suite, ann: PortalVisitor) -> None:
    other = portal_path(suite, sign_up(suite))
    ann.api.get(f"{ann.path}/me").must_be(200)
    assert ann.api.get(f"{other}/me").code == "unauthenticated"
    assert change_password(ann.api, other, ann.password, "velvet canyon lamp orbit").status == 401
    assert ann.api.delete(f"{other}/sessions/current").status == 401
    assert log_in(suite, other, ann.email, ann.password).code == "invalid_credentials"
    ann.api.get(f"{ann.path}/me").must_be(200)


def test_an_account_that_is_cancelled_closes_its_portal(suite: Suite) -> None:
    owner = sign_up(suite)
    ann = visitor(suite, owner)
    body = {"current_password": owner.password, "reason": "unused", "details": "We have closed."}
    owner.api.post("/v1/account/cancellation", body).must_be(200)
    eventually(lambda: ann.api.get(f"{ann.path}/me").status == 401, BY_EVENT_SECONDS, "the session is over")
    eventually(lambda: suite.api.get(ann.path).status == 404, BY_EVENT_SECONDS, "the portal is closed")
    assert log_in(suite, ann.path, ann.email, ann.password).code == "portal_not_found"
