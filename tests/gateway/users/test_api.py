"""Users over HTTP: inviting, changing and removing, and the rights that end with it."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from tests.support.people import PASSWORD, Member, invited, link_token, mailed_token, new_email, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

pytestmark = pytest.mark.slow
ROLES = ("owner", "admin", "billing", "agent")


@pytest.fixture(scope="module")
def owner(running_suite: Suite) -> Member:
    return sign_up(running_suite)


def body(**changes: Any) -> dict[str, Any]:
    return {"name": "Bob", "email": new_email(), "role": "agent", **changes}


def change(member: Member, user_id: str, values: dict[str, Any], *, version: int | str = "*") -> Any:
    tag = "*" if version == "*" else f'"{version}"'
    return member.api.send("PATCH", f"/v1/users/{user_id}", body=values, headers={"If-Match": tag})


def test_an_invited_user_is_listed_and_can_be_read(owner: Member) -> None:
    made = owner.api.post("/v1/users", body(name="Bob", role="billing", locale="ko")).must_be(201)
    user = made.body
    assert made.headers["Location"] == f"/v1/users/{user['id']}"
    assert (user["name"], user["role"], user["locale"], user["is_verified"]) == (
        "Bob",
        "billing",
        "ko",
        False,
    )
    read = owner.api.get(made.headers["Location"]).must_be(200)
    assert (read.body, read.headers["ETag"]) == (user, '"1"')
    listed = owner.api.get("/v1/users?limit=100").must_be(200).body["data"]
    assert listed[0]["id"] == owner.user["id"]
    assert user in listed


def test_the_list_is_read_a_page_at_a_time(suite: Suite) -> None:
    owner = sign_up(suite)
    for _ in range(4):
        owner.api.post("/v1/users", body()).must_be(201)
    first = owner.api.get("/v1/users?limit=3").must_be(200)
    assert (len(first.body["data"]), first.body["has_more"]) == (3, True)
    assert first.headers["Link"].endswith('rel="next"')
    following = first.headers["Link"].partition(">")[0].lstrip("<")
    second = owner.api.get(following).must_be(200).body
    assert (len(second["data"]), second["has_more"], second["next_cursor"]) == (2, False, None)
    ids = [user["id"] for user in first.body["data"] + second["data"]]
    assert len(set(ids)) == 5
    assert owner.api.get("/v1/contacts?after=" + first.body["next_cursor"]).code == "cursor_invalid"
    assert owner.api.get("/v1/users?limit=101").must_be(422).code == "validation_failed"


def test_a_user_is_found_by_what_another_system_calls_them(suite: Suite, owner: Member) -> None:
    number = uuid.uuid4().hex
    user = owner.api.post("/v1/users", body(external_id=f"hr-{number}")).must_be(201).body
    assert owner.api.get("/v1/me").body["user"]["external_id"] is None
    found = owner.api.get(f"/v1/users?external_id=HR-{number.upper()}").must_be(200).body["data"]
    assert found == [user]
    taken = owner.api.post("/v1/users", body(external_id=f"HR-{number}")).must_be(409)
    assert (taken.code, taken.body["errors"][0]["pointer"]) == ("external_id_in_use", "/external_id")
    assert change(owner, owner.user["id"], {"external_id": f"HR-{number}"}).must_be(409).code == taken.code
    adopted = change(owner, user["id"], {"external_id": f"HR-{number}"}).must_be(200).body
    assert adopted["external_id"] == f"HR-{number}"
    for locale, words in (("en", "External ID"), ("fr", "Identifiant externe"), ("ko", "외부 ID")):
        page = owner.api.get(f"/account/users/{user['id']}?lang={locale}", headers={"Accept": "text/html"})
        assert words in page.must_be(200).text
        assert f'value="HR-{number}"' in page.text
    [event] = announced(suite, owner, "accounts.user.updated")
    assert event["data"]["object"]["user"]["external_id"] == f"HR-{number}"
    assert event["data"]["changed"] == ["external_id"]
    assert event["data"]["previous"] == {"external_id": f"hr-{number}"}
    stranger = sign_up(suite)
    stranger.api.post("/v1/users", body(external_id=f"hr-{number}")).must_be(201)
    assert change(owner, user["id"], {"external_id": None}).must_be(200).body["external_id"] is None
    for wrong in ("", " ", "x" * 256, "a\nb"):
        answer = owner.api.post("/v1/users", body(external_id=wrong)).must_be(422)
        assert {error["pointer"] for error in answer.body["errors"]} == {"/external_id"}


def announced(suite: Suite, member: Member, event_type: str) -> list[dict[str, Any]]:
    """The events of this type about this member's account."""
    query = "SELECT body FROM outbox WHERE body LIKE %s"
    bodies = [json.loads(row["body"]) for row in suite.rows("accounts", query, f"%{member.account['id']}%")]
    return [body for body in bodies if body["type"] == event_type]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"email": "bob@"}, "/email"),
        ({"name": " "}, "/name"),
        ({"role": "king"}, "/role"),
        ({"locale": "xx"}, "/locale"),
        ({"account_id": str(uuid.uuid4())}, "/account_id"),
    ],
)
def test_an_invitation_that_is_not_right_says_where(
    owner: Member, changes: dict[str, Any], pointer: str
) -> None:
    answer = owner.api.post("/v1/users", body(**changes)).must_be(422)
    assert [error["pointer"] for error in answer.body["errors"]] == [pointer]


def test_an_address_of_the_account_is_in_use(owner: Member) -> None:
    answer = owner.api.post("/v1/users", body(email=owner.email.upper())).must_be(409)
    assert (answer.code, answer.body["errors"][0]["pointer"]) == ("email_in_use", "/email")


def test_an_address_of_another_account_gets_the_same_answer_and_another_mail(
    suite: Suite, owner: Member
) -> None:
    other = sign_up(suite)
    free = owner.api.post("/v1/users", body()).must_be(201)
    taken = owner.api.post("/v1/users", body(email=other.email)).must_be(201)
    assert free.body.keys() == taken.body.keys()
    assert taken.body | {"email": other.email, "is_verified": False} == taken.body
    assert taken.body["id"] != other.user["id"]
    again = owner.api.post(f"/v1/users/{taken.body['id']}/activation").must_be(202)
    assert again.body == taken.body
    mails = suite.sink.wait_for(other.email, count=3)[1:]
    for mail in mails:
        assert "/activate/" not in mail.text()
        assert owner.account["company_name"] in mail.text()
        assert f"{suite.base_url}/log-in" in mail.text()
    other.api.get("/v1/me").must_be(200)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_and_invite_users(suite: Suite, owner: Member, role: str) -> None:
    member = owner if role == "owner" else invited(suite, owner, role)
    may = role in ("owner", "admin")
    assert member.api.get("/v1/users").status == (200 if may else 403)
    assert member.api.post("/v1/users", body()).status == (201 if may else 403)
    assert member.api.get(f"/v1/users/{owner.user['id']}").status == (200 if may else 403)


def test_an_administrator_decides_about_no_owner(suite: Suite, owner: Member) -> None:
    admin = invited(suite, owner, "admin")
    agent = admin.api.post("/v1/users", body()).must_be(201).body
    for answer in (
        admin.api.post("/v1/users", body(role="owner")),
        change(admin, agent["id"], {"role": "owner"}),
        change(admin, owner.user["id"], {"role": "agent"}),
        change(admin, owner.user["id"], {"name": "Another"}),
        admin.api.delete(f"/v1/users/{owner.user['id']}"),
        change(admin, admin.user["id"], {"role": "agent"}),
    ):
        assert (answer.status, answer.code) == (403, "role_not_allowed")


def test_the_last_owner_stays(suite: Suite) -> None:
    owner = sign_up(suite)
    for answer in (
        change(owner, owner.user["id"], {"role": "admin"}),
        owner.api.delete(f"/v1/users/{owner.user['id']}"),
    ):
        assert (answer.status, answer.code) == (409, "last_owner")
    owner.api.get("/v1/me").must_be(200)


def test_another_role_ends_the_sessions_at_every_gateway(suite: Suite, owner: Member) -> None:
    member = invited(suite, owner, "admin")
    gateways = [api.with_token(member.token) for api in suite.apis]
    for gateway in gateways:
        gateway.get("/v1/users").must_be(200)
    changed = change(owner, member.user["id"], {"role": "agent"}).must_be(200)
    assert (changed.body["role"], changed.headers["ETag"]) == ("agent", f'"{changed.body["version"]}"')
    for gateway in gateways:
        eventually(
            lambda one=gateway: one.get("/v1/users").status == 401, BY_EVENT_SECONDS, "the session is refused"
        )
    opened = suite.api.post("/v1/sessions", {"email": member.email, "password": member.password}).must_be(201)
    suite.api.with_token(opened.body["token"]).get("/v1/users").must_be(403)


def test_a_new_name_ends_nothing(suite: Suite, owner: Member) -> None:
    member = invited(suite, owner, "agent")
    version = owner.api.get(f"/v1/users/{member.user['id']}").body["version"]
    changed = change(owner, member.user["id"], {"name": "Robert"}, version=version).must_be(200)
    assert changed.body["name"] == "Robert"
    assert member.api.get("/v1/me").must_be(200).body["user"]["name"] == "Robert"


def test_a_change_says_what_it_was_made_for(owner: Member) -> None:
    user = owner.api.post("/v1/users", body()).must_be(201).body
    path = f"/v1/users/{user['id']}"
    assert owner.api.send("PATCH", path, body={"name": "X"}).must_be(428).code == "precondition_required"
    change(owner, user["id"], {"name": "Robert"}, version=1).must_be(200)
    assert change(owner, user["id"], {"name": "Rob"}, version=1).must_be(412).code == "version_stale"
    assert owner.api.get(path).body["name"] == "Robert"


def test_who_is_removed_is_out_at_once_and_the_address_is_free(suite: Suite, owner: Member) -> None:
    member = invited(suite, owner, "agent")
    gateways = [api.with_token(member.token) for api in suite.apis]
    for gateway in gateways:
        gateway.get("/v1/me").must_be(200)
    path = f"/v1/users/{member.user['id']}"
    owner.api.delete(path).must_be(204)
    for gateway in gateways:
        eventually(
            lambda one=gateway: one.get("/v1/me").status == 401, BY_EVENT_SECONDS, "the session is refused"
        )
    credentials = {"email": member.email, "password": member.password}
    assert suite.api.post("/v1/sessions", credentials).must_be(401).code == "invalid_credentials"
    owner.api.get(path).must_be(404)
    owner.api.delete(path).must_be(204)
    owner.api.post("/v1/users", body(email=member.email)).must_be(201)


def test_a_link_of_who_was_removed_is_dead(suite: Suite, owner: Member) -> None:
    user = owner.api.post("/v1/users", body()).must_be(201).body
    token = mailed_token(suite, user["email"])
    owner.api.delete(f"/v1/users/{user['id']}").must_be(204)
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    assert suite.api.post(f"/v1/activations/{token}", passwords).must_be(404).code == "activation_unknown"


def test_an_invitation_sent_again_replaces_the_first(suite: Suite, owner: Member) -> None:
    user = owner.api.post("/v1/users", body()).must_be(201).body
    [first] = suite.sink.wait_for(user["email"])
    owner.api.post(f"/v1/users/{user['id']}/activation").must_be(202)
    second = suite.sink.wait_for(user["email"], count=2)[1]
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    old = suite.api.post(f"/v1/activations/{link_token(first)}", passwords).must_be(410)
    assert old.code == "activation_link_superseded"
    suite.api.post(f"/v1/activations/{link_token(second)}", passwords).must_be(201)
    again = owner.api.post(f"/v1/users/{user['id']}/activation").must_be(409)
    assert again.code == "user_already_verified"


def test_an_address_is_not_mailed_without_end(suite: Suite, owner: Member) -> None:
    user = owner.api.post("/v1/users", body()).must_be(201).body
    for _ in range(6):
        owner.api.post(f"/v1/users/{user['id']}/activation").must_be(202)
    asked = suite.rows(
        "accounts",
        "SELECT body FROM outbox WHERE account_id = %s AND body LIKE %s AND body LIKE %s",
        owner.account["id"],
        "%accounts.user.activation_requested%",
        f"%{user['email']}%",
    )
    assert len(asked) == 3
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    newest = eventually(lambda: working_link(suite, user["email"]), what="the mail with the link that counts")
    suite.api.post(f"/v1/activations/{newest}", passwords).must_be(201)


def working_link(suite: Suite, email: str) -> str:
    """The secret of a mailed link that can be used; empty while there is none."""
    tokens = [link_token(mail) for mail in suite.sink.to(email)]
    usable = [one for one in tokens if suite.api.get(f"/v1/activations/{one}").body["state"] == "issued"]
    return usable[0] if usable else ""


def test_another_accounts_users_are_not_found(suite: Suite, owner: Member) -> None:
    stranger = sign_up(suite)
    path = f"/v1/users/{owner.user['id']}"
    for answer in (
        stranger.api.get(path),
        stranger.api.delete(path),
        stranger.api.post(f"{path}/activation"),
        change(stranger, owner.user["id"], {"name": "Eve"}),
    ):
        assert (answer.status, answer.code) == (404, "user_unknown")


def test_what_was_done_is_in_the_audit_log(suite: Suite) -> None:
    owner = sign_up(suite)
    user = owner.api.post("/v1/users", body()).must_be(201).body
    owner.api.post(f"/v1/users/{user['id']}/activation").must_be(202)
    change(owner, user["id"], {"role": "billing"}).must_be(200)
    owner.api.delete(f"/v1/users/{user['id']}").must_be(204)
    entries = owner.api.get("/v1/audit-log").must_be(200).body["data"]
    about = [entry for entry in entries if entry["object"]["id"] == user["id"]]
    assert [entry["action"] for entry in about] == [
        "user_removed",
        "user_updated",
        "user_invitation_repeated",
        "user_invited",
    ]
    assert {entry["actor"]["name"] for entry in about} == {"Ann Owner"}
