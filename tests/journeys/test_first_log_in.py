"""From sign-up over HTTP to a first log-in, an open trial and a contact."""

from __future__ import annotations

import json
import secrets

import pytest

from tests.support.people import PASSWORD, link_token, new_account, new_email, sign_up
from tests.support.suite import Suite
from tests.support.waiting import eventually

SUBJECTS = {
    "en": "Activate your Frontdesk login",
    "fr": "Activez votre accès à Frontdesk",
    "ko": "Frontdesk 사용자 활성화 안내",
}


@pytest.mark.parametrize("locale", SUBJECTS)
def test_from_sign_up_to_a_first_log_in_and_a_contact(suite: Suite, locale: str) -> None:
    email, api = new_email(), suite.api
    signed_up = api.post("/v1/accounts", new_account(email, locale=locale)).must_be(201)
    assert signed_up.body["account"]["status"] == "trial"
    assert signed_up.body["owner"] | {"email": email, "is_verified": False} == signed_up.body["owner"]

    [mail] = suite.sink.wait_for(email)
    token = link_token(mail)
    link = f"{suite.base_url}/activate/{token}"
    assert mail.subject == SUBJECTS[locale]
    assert mail.message["Content-Language"] == locale
    assert link in mail.text("plain")
    assert f'href="{link}"' in mail.text("html")
    assert f'lang="{locale}"' in mail.text("html")

    looked = api.get(f"/v1/activations/{token}").must_be(200).body
    assert (looked["state"], looked["email_masked"]) == ("issued", "o•••@example.com")
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    opened = api.post(f"/v1/activations/{token}", passwords).must_be(201).body
    assert opened["user"]["is_verified"] is True

    logged_in = api.post("/v1/sessions", {"email": email, "password": PASSWORD}).must_be(201).body
    assert logged_in["token"] != opened["token"]
    owner = api.with_token(logged_in["token"])
    me = owner.get("/v1/me").must_be(200).body
    assert me["user"]["email"] == email
    assert me["account"] == signed_up.body["account"]

    def trial() -> dict[str, object]:
        billing: dict[str, object] = owner.get("/v1/billing").must_be(200).body
        return {} if billing["stale"] else billing

    billing = eventually(trial, what="billing has opened the trial")
    assert (billing["plan"], billing["status"]) == ("trial", "trial")
    assert billing["trial_ends_at"] == me["account"]["trial_ends_at"]

    created = owner.post("/v1/contacts", {"name": "Bob", "email": "bob@example.org"}).must_be(201)
    assert owner.get(created.headers["Location"]).must_be(200).body == created.body
    assert owner.get("/v1/contacts").must_be(200).body == {
        "data": [created.body],
        "has_more": False,
        "next_cursor": None,
        "previous_cursor": None,
    }


def test_one_correlation_id_leads_from_the_request_to_the_mail(suite: Suite) -> None:
    email, request_id = new_email(), f"journey-{secrets.token_hex(8)}"
    asked = suite.api.with_headers(X_Request_Id=request_id)
    signed_up = asked.post("/v1/accounts", new_account(email)).must_be(201)
    assert signed_up.headers["X-Request-Id"] == request_id
    suite.sink.wait_for(email)

    for service in ("gateway", "accounts", "notifications"):
        lines = eventually(
            lambda name=service: suite.logged(name, request_id), what=f"{service} logs {request_id}"
        )
        assert all(json.loads(line)["correlation_id"] == request_id for line in lines)
    owed = suite.rows("accounts", "SELECT body FROM outbox WHERE body LIKE %s", f"%{request_id}%")
    envelopes = [json.loads(row["body"]) for row in owed]
    assert {envelope["type"] for envelope in envelopes} == {
        "accounts.account.created",
        "accounts.user.activation_requested",
    }
    assert {envelope["correlation_id"] for envelope in envelopes} == {request_id}

    def sent() -> list[dict[str, object]]:
        return suite.rows("notifications", "SELECT body FROM outbox WHERE body LIKE %s", f"%{request_id}%")

    [announced] = eventually(sent, what="notifications announces that the mail was sent")
    assert json.loads(str(announced["body"]))["type"] == "notifications.notification.sent"


def test_no_log_line_holds_an_address_a_password_or_a_token(suite: Suite) -> None:
    member = sign_up(suite)
    member.api.get("/v1/me").must_be(200)
    suite.api.post("/v1/sessions", {"email": member.email, "password": "not the password"}).must_be(401)
    token = link_token(suite.sink.wait_for(member.email)[0])

    for process in suite.processes.all:
        for secret in (member.email, PASSWORD, member.token, token):
            assert secret not in process.output(), process.name


def test_signing_up_again_says_the_same_and_mails_something_else(suite: Suite) -> None:
    member = sign_up(suite, locale="fr")
    first = suite.api.post("/v1/accounts", new_account(new_email(), locale="fr")).must_be(201)
    again = suite.api.post("/v1/accounts", new_account(member.email, locale="fr")).must_be(201)

    assert again.headers["Location"] == first.headers["Location"]
    assert again.body["account"].keys() == first.body["account"].keys()
    assert again.body["owner"]["id"] != member.user["id"]
    mails = suite.sink.wait_for(member.email, count=2)
    assert "/activate/" not in mails[1].text()
    assert f"{suite.base_url}/log-in" in mails[1].text()


def test_who_never_activated_gets_a_new_link_and_the_old_one_dies(suite: Suite) -> None:
    email = new_email()
    suite.api.post("/v1/accounts", new_account(email)).must_be(201)
    [first] = suite.sink.wait_for(email)
    suite.api.post("/v1/accounts", new_account(email, company_name="Another name")).must_be(201)
    second = suite.sink.wait_for(email, count=2)[1]

    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    old = suite.api.post(f"/v1/activations/{link_token(first)}", passwords)
    assert (old.status, old.code) == (410, "activation_link_superseded")
    opened = suite.api.post(f"/v1/activations/{link_token(second)}", passwords).must_be(201)
    assert opened.body["account"]["company_name"] == "Plum & Co"
