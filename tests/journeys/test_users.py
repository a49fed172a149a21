"""Users of an account, from the invitation to a log-in with the role's rights, and to their removal."""

from __future__ import annotations

import pytest

from tests.support.people import PASSWORD, link_token, new_email, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

SUBJECTS = {
    "en": "You are invited to Frontdesk",
    "fr": "Invitation à rejoindre Frontdesk",
    "ko": "Frontdesk 초대 안내",
}
# What each role may ask for, of what is told apart by role.
RIGHTS = {
    "owner": {"/v1/users": 200, "/v1/api-keys": 200, "/v1/billing": 200, "/v1/audit-log": 200},
    "admin": {"/v1/users": 200, "/v1/api-keys": 200, "/v1/billing": 200, "/v1/audit-log": 200},
    "billing": {"/v1/users": 403, "/v1/api-keys": 403, "/v1/billing": 200, "/v1/audit-log": 403},
    "agent": {"/v1/users": 403, "/v1/api-keys": 403, "/v1/billing": 403, "/v1/audit-log": 403},
}


@pytest.mark.parametrize(
    ("locale", "role"), [("en", "owner"), ("en", "admin"), ("fr", "billing"), ("ko", "agent")]
)
def test_from_the_invitation_to_the_roles_rights(suite: Suite, locale: str, role: str) -> None:
    owner, email = sign_up(suite), new_email()
    invitation = {"name": "Bob Agent", "email": email, "role": role, "locale": locale}
    invited = owner.api.post("/v1/users", invitation).must_be(201).body

    [mail] = suite.sink.wait_for(email)
    assert mail.subject == SUBJECTS[locale]
    assert mail.message["Content-Language"] == locale
    for part in (mail.text("plain"), mail.text("html")):
        assert "Ann Owner" in part
        assert "Plum &" in part
    token = link_token(mail)
    assert suite.api.get(f"/v1/activations/{token}").must_be(200).body["state"] == "issued"
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    opened = suite.api.post(f"/v1/activations/{token}", passwords).must_be(201).body
    assert opened["user"]["id"] == invited["id"]
    assert opened["account"]["id"] == owner.account["id"]

    logged_in = suite.api.post("/v1/sessions", {"email": email, "password": PASSWORD}).must_be(201).body
    member = suite.api.with_token(logged_in["token"])
    assert member.get("/v1/me").must_be(200).body["user"]["role"] == role
    assert {path: member.get(path).status for path in RIGHTS[role]} == RIGHTS[role]
    member.post("/v1/contacts", {"name": "Carol", "phone": "+33142685300"}).must_be(201)

    if role == "owner":
        member.delete(f"/v1/users/{owner.user['id']}").must_be(204)
        eventually(lambda: owner.api.get("/v1/me").status == 401, BY_EVENT_SECONDS, "the first owner is out")
    else:
        owner.api.delete(f"/v1/users/{invited['id']}").must_be(204)
        eventually(lambda: member.get("/v1/me").status == 401, BY_EVENT_SECONDS, "the member is out")
        suite.api.post("/v1/sessions", {"email": email, "password": PASSWORD}).must_be(401)


def test_every_step_is_announced_in_order(suite: Suite) -> None:
    owner, email = sign_up(suite), new_email()
    user = owner.api.post("/v1/users", {"name": "Bob", "email": email, "role": "agent"}).must_be(201).body
    token = link_token(suite.sink.wait_for(email)[0])
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    suite.api.post(f"/v1/activations/{token}", passwords).must_be(201)
    path = f"/v1/users/{user['id']}"
    owner.api.send("PATCH", path, body={"role": "admin"}, headers={"If-Match": "*"}).must_be(200)
    owner.api.delete(path).must_be(204)

    rows = suite.rows(
        "accounts",
        "SELECT body::json ->> 'type' AS type FROM outbox WHERE account_id = %s"
        " AND body::json ->> 'subject' LIKE %s ORDER BY sequence",
        owner.account["id"],
        f"%{user['id']}",
    )
    types = [row["type"].removeprefix("accounts.") for row in rows]
    assert [one for one in types if one.startswith("user.")] == [
        "user.invited",
        "user.activation_requested",
        "user.activated",
        "user.updated",
        "user.removed",
    ]
