"""Activation of contacts, from a contact without a password to one in the portal."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.mail import Mail
from tests.support.people import PASSWORD, Member, new_email, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

LINK = re.compile(r"http://[^\s\"<>]+/portal/([a-z0-9-]+)/activate/(contact_[A-Za-z0-9_-]+)")
PASSWORDS = {"password": PASSWORD, "password_repeat": PASSWORD}
SUBJECTS = {
    "en": "Set up your login for the portal of Plum & Co",
    "fr": "Activez votre accès au portail Plum & Co",
    "ko": "Plum & Co 포털 로그인 활성화 안내",
}
AT_ONCE = 50


def contact_of(owner: Member, **fields: Any) -> dict[str, Any]:
    body = {"name": "Cleo Customer", "email": new_email(), **fields}
    contact: dict[str, Any] = owner.api.post("/v1/contacts", body).must_be(201).body
    return contact


def send(owner: Member, contact: dict[str, Any]) -> None:
    owner.api.post(f"/v1/contacts/{contact['id']}/activation").must_be(202)


def link_of(mail: Mail) -> tuple[str, str]:
    """The portal's slug and the token of an activation mail."""
    found = LINK.search(mail.text())
    assert found, mail.text()
    return found[1], found[2]


def mailed(suite: Suite, contact: dict[str, Any], *, count: int = 1) -> str:
    return link_of(suite.sink.wait_for(contact["email"], count=count)[-1])[1]


def state_of(owner: Member, contact: dict[str, Any]) -> str:
    shown = owner.api.get(f"/v1/contacts/{contact['id']}").must_be(200).body
    return str(shown["activation"]["state"])


@pytest.mark.parametrize("locale", ["en", "fr", "ko"])
def test_from_the_mail_to_the_portal(suite: Suite, locale: str) -> None:
    owner = sign_up(suite)
    contact = contact_of(owner, language=locale)
    assert contact["activation"]["state"] == "never_sent"
    send(owner, contact)
    [mail] = suite.sink.wait_for(contact["email"])
    assert mail.subject == SUBJECTS[locale]
    assert mail.message["Content-Language"] == locale
    assert mail.message["From"].addresses[0].display_name == "Plum & Co"
    slug, token = link_of(mail)
    assert slug == owner.account["slug"]
    eventually(lambda: state_of(owner, contact) == "sent", BY_EVENT_SECONDS, "the mail counts as sent")

    looked = suite.api.get(f"/v1/activations/{token}").must_be(200).body
    assert (looked["state"], looked["kind"]) == ("issued", "contact")
    assert state_of(owner, contact) == "link_opened"
    opened = suite.api.post(f"/v1/activations/{token}", PASSWORDS).must_be(201).body
    assert opened["contact"]["id"] == contact["id"]
    assert opened["portal"]["slug"] == slug

    shown = owner.api.get(f"/v1/contacts/{contact['id']}").must_be(200).body
    assert (shown["state"], shown["activation"]["state"]) == ("verified", "verified")
    assert shown["emails"][0]["is_confirmed"]
    log_in = {"email": contact["email"], "password": PASSWORD}
    suite.api.post(f"/v1/portals/{slug}/sessions", log_in).must_be(201)

    refused = owner.api.post(f"/v1/contacts/{contact['id']}/activation").must_be(409).body
    assert refused["code"] == "contact_already_verified"
    assert set(refused["links"].values()) >= {f"/v1/contacts/{contact['id']}/password"}
    used = suite.api.post(f"/v1/activations/{token}", PASSWORDS).must_be(410).body
    assert used["code"] == "activation_link_used"


def test_a_contacts_history_says_what_has_become_of_each_mail(suite: Suite) -> None:
    owner = sign_up(suite)
    contact = contact_of(owner)
    send(owner, contact)
    first = mailed(suite, contact)
    let_cool_down(suite, contact)
    send(owner, contact)
    second = mailed(suite, contact, count=2)
    assert suite.sink.to(contact["email"])[-1].subject == "Your new link for the portal of Plum & Co"

    assert suite.api.get(f"/v1/activations/{first}").must_be(200).body["state"] == "superseded"
    replaced = suite.api.post(f"/v1/activations/{first}", PASSWORDS).must_be(410).body
    assert replaced["code"] == "activation_link_superseded"
    suite.api.post(f"/v1/activations/{second}", PASSWORDS).must_be(201)

    path = f"/v1/contacts/{contact['id']}/activations"
    newest, oldest = owner.api.get(path).must_be(200).body["data"]
    assert (newest["state"], newest["sent_by"]) == ("verified", owner.user["id"])
    assert (oldest["state"], oldest["is_current"]) == ("sent", False)
    page = owner.api.get(f"{path}?limit=1").must_be(200).body
    assert page["data"] == [newest]
    assert owner.api.get(f"{path}?limit=1&after={page['next_cursor']}").must_be(200).body["data"] == [oldest]


def test_a_mail_that_nobody_takes_is_bounced(suite: Suite) -> None:
    owner, email = sign_up(suite), new_email()
    suite.sink.answer(email, "550 5.1.1 unknown")
    contact = contact_of(owner, email=email)
    send(owner, contact)
    eventually(lambda: state_of(owner, contact) == "bounced", BY_EVENT_SECONDS, "the mail counts as bounced")


def test_of_many_uses_of_a_link_at_once_one_succeeds_and_looking_changes_nothing(suite: Suite) -> None:
    owner = sign_up(suite)
    contact = contact_of(owner)
    send(owner, contact)
    path = f"/v1/activations/{mailed(suite, contact)}"
    with ThreadPoolExecutor(10) as pool:
        looked = list(pool.map(lambda _: suite.api.get(path).must_be(200).body, range(AT_ONCE)))
    assert all(one == looked[0] for one in looked)
    shown = owner.api.get(f"/v1/contacts/{contact['id']}").must_be(200).body
    assert (shown["state"], shown["version"]) == ("unverified", contact["version"])
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: suite.api.post(path, PASSWORDS).status, range(AT_ONCE)))
    assert sorted(answers) == [201] + [410] * (AT_ONCE - 1)


def test_up_to_thirty_at_once_with_a_result_for_each(suite: Suite) -> None:
    owner = sign_up(suite)
    fresh, other = contact_of(owner), contact_of(owner)
    phone_only = contact_of(owner, email=None, phone="+33142685300")
    sent = contact_of(owner)
    send(owner, sent)
    stranger = sign_up(suite)
    foreign = contact_of(stranger)
    ids = [one["id"] for one in (other, phone_only, fresh, other, foreign, sent)]
    path = "/v1/contacts/activations"
    assert owner.api.post(path, {"contact_ids": ids}).must_be(400).body["code"] == "idempotency_key_required"
    answered = owner.api.post(path, {"contact_ids": ids}, key="bulk-1").must_be(200).body
    again = owner.api.post(path, {"contact_ids": ids}, key="bulk-1").must_be(200).body
    assert again == answered
    found = {
        one["contact_id"]: (one["status"], one.get("problem", {}).get("code")) for one in answered["results"]
    }
    assert list(found) == [one["id"] for one in (other, phone_only, fresh, foreign, sent)]
    assert list(found.values()) == [
        ("sent", None),
        ("refused", "contact_has_no_email"),
        ("sent", None),
        ("refused", "contact_not_found"),
        ("refused", "cooling_down"),
    ]
    assert "problem" not in answered["results"][0]
    for contact in (fresh, other, sent):
        assert len(suite.sink.wait_for(contact["email"])) == 1
    assert suite.sink.to(foreign["email"]) == []
    for ids in ([], [str(index) for index in range(31)]):
        made = [f"6f000000-0000-4000-8000-{int(one):012d}" for one in ids]
        refused = owner.api.post(path, {"contact_ids": made}, key=f"of-{len(ids)}").must_be(422).body
        assert refused["code"] == "bulk_limit_exceeded"


def test_a_second_mail_within_the_cool_down_has_to_wait(suite: Suite) -> None:
    owner = sign_up(suite)
    contact = contact_of(owner)
    send(owner, contact)
    refused = owner.api.post(f"/v1/contacts/{contact['id']}/activation").must_be(429)
    assert refused.body["code"] == "cooling_down"
    assert 0 < refused.body["seconds_left"] <= 60
    assert refused.headers["Retry-After"] == str(refused.body["seconds_left"])


def let_cool_down(suite: Suite, contact: dict[str, Any]) -> None:
    """The last mail to this contact went out an hour ago."""
    query = """
        UPDATE contacts SET activation_sent_at = activation_sent_at - interval '1 hour' WHERE id = %s RETURNING id
    """
    assert suite.rows("contacts", query, contact["id"])
