"""The portal's pages: from the mail to the portal, as a browser goes; links that are of no use, and a forced change."""

from __future__ import annotations

import re
from http.cookies import SimpleCookie

import pytest

from tests.support.api import Answer, Api
from tests.support.contacts import (
    GIVEN_PASSWORD,
    OWN_PASSWORD,
    add_contact,
    log_in,
    portal_path,
    set_password,
    visitor,
)
from tests.support.people import Member, new_email, sign_up, token_in_mail
from tests.support.suite import Suite
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow
NEW = {"password": OWN_PASSWORD, "password_repeat": OWN_PASSWORD}


class Visitor:
    """A browser without scripts: it keeps cookies by their path and sends forms with their token."""

    def __init__(self, api: Api, home: str) -> None:
        self._api = api
        self.home = home
        self.jar: dict[str, str] = {}
        self.paths: dict[str, str] = {}

    def get(self, below: str = "") -> Answer:
        return self._kept(self._api.get(self.home + below, cookies=self.jar))

    def send(self, below: str, fields: dict[str, str], *, seen_at: str | None = None) -> Answer:
        """The form of the page that was looked at."""
        found = re.search(
            r'name="csrf_token" value="([0-9a-f]+)"', self.get(below if seen_at is None else seen_at).text
        )
        assert found
        data = {**fields, "csrf_token": found[1]}
        return self._kept(self._api.send("POST", self.home + below, data=data, cookies=self.jar))

    def _kept(self, answer: Answer) -> Answer:
        for header in answer.set_cookies:
            for name, morsel in SimpleCookie(header).items():
                self.paths[name] = morsel["path"]
                self.jar.pop(name, None)
                if morsel.value:
                    self.jar[name] = morsel.value
        return answer


@pytest.fixture(scope="module")
def owner(running_suite: Suite) -> Member:
    return sign_up(running_suite)


@pytest.fixture(scope="module")
def home(running_suite: Suite, owner: Member) -> str:
    return portal_path(running_suite, owner).replace("/v1/portals/", "/portal/")


@pytest.fixture
def browser(suite: Suite, home: str) -> Visitor:
    return Visitor(suite.api, home)


def activation_token(suite: Suite, owner: Member, contact: dict[str, str]) -> str:
    owner.api.post(f"/v1/contacts/{contact['id']}/activation").must_be(202)
    return token_in_mail(suite, contact["email"], "/activate")


def test_who_gets_the_mail_sets_a_password_and_is_in_the_portal(
    suite: Suite, owner: Member, browser: Visitor
) -> None:
    contact = add_contact(owner)
    token = activation_token(suite, owner, contact)
    moved = browser.get(f"/activate/{token}").must_be(303)
    assert moved.headers["Location"] == f"{browser.home}/activate"
    assert token not in browser.get("/activate").must_be(200).text
    assert browser.send("/activate", {**NEW, "password_repeat": "another"}).must_be(422).status == 422
    done = browser.send("/activate", NEW).must_be(303)
    assert done.headers["Location"] == browser.home
    assert browser.paths["portal_sid"] == "/portal"
    page = browser.get().must_be(200)
    assert owner.account["company_name"].replace("&", "&amp;") in page.text
    assert contact["name"] in page.text
    browser.get(f"/activate/{token}").must_be(303)
    assert "already been used" in browser.get("/activate").must_be(410).text
    assert owner.api.get(f"/v1/contacts/{contact['id']}").body["state"] == "verified"


def test_a_replaced_link_offers_the_latest_to_its_address(
    suite: Suite, owner: Member, browser: Visitor
) -> None:
    contact = add_contact(owner)
    first = activation_token(suite, owner, contact)
    suite.rows(
        "contacts",
        "UPDATE contacts SET activation_sent_at = now() - interval '1 hour' WHERE id = %s RETURNING id",
        contact["id"],
    )
    owner.api.post(f"/v1/contacts/{contact['id']}/activation").must_be(202)
    suite.sink.wait_for(contact["email"], count=2)
    browser.get(f"/activate/{first}").must_be(303)
    assert "has been replaced" in browser.get("/activate").must_be(410).text
    suite.rows(
        "contacts",
        "UPDATE contacts SET activation_sent_at = now() - interval '1 hour' WHERE id = %s RETURNING id",
        contact["id"],
    )
    browser.send("/activate/latest", {}, seen_at="/activate").must_be(200)
    suite.sink.wait_for(contact["email"], count=3)
    latest = token_in_mail(suite, contact["email"], "/activate")
    browser.get(f"/activate/{latest}").must_be(303)
    browser.send("/activate", NEW).must_be(303)


def test_a_link_of_another_portal_is_unknown(suite: Suite, owner: Member, home: str) -> None:
    other = sign_up(suite)
    strange = Visitor(suite.api, portal_path(suite, other).replace("/v1/portals/", "/portal/"))
    token = activation_token(suite, owner, add_contact(owner))
    strange.get(f"/activate/{token}").must_be(303)
    strange.get("/activate").must_be(404)
    suite.api.get(f"/v1/activations/{token}").must_be(200)


def test_a_forgotten_password_is_reset_once_and_nobody_is_logged_in(
    suite: Suite, owner: Member, browser: Visitor
) -> None:
    ann = visitor(suite, owner)
    browser.send("/forgot-password", {"email": ann.email}).must_be(200)
    token = token_in_mail(suite, ann.email, "/reset-password")
    shown = suite.api.get(f"/v1/password-resets/{token}").must_be(200).body
    assert (shown["kind"], shown["state"]) == ("contact", "issued")
    browser.get(f"/reset-password/{token}").must_be(303)
    new = {"password": "velvet canyon lamp orbit", "password_repeat": "velvet canyon lamp orbit"}
    done = browser.send("/reset-password", new).must_be(303)
    assert done.headers["Location"] == browser.home
    assert "portal_sid" not in browser.jar
    assert ann.api.get(f"{ann.path}/me").status == 401
    log_in(suite, ann.path, ann.email, ann.password).must_be(401)
    log_in(suite, ann.path, ann.email, new["password"]).must_be(201)
    assert suite.api.post(f"/v1/password-resets/{token}", new).code == "link_used"


def test_who_has_to_be_activated_gets_that_mail_from_a_forgotten_password_too(
    suite: Suite, owner: Member, browser: Visitor
) -> None:
    contact = add_contact(owner)
    for email in (new_email(), contact["email"]):
        browser.send("/forgot-password", {"email": email}).must_be(200)
    assert token_in_mail(suite, contact["email"], "/activate")


def test_a_given_password_has_to_be_changed_before_anything_else(
    suite: Suite, owner: Member, browser: Visitor
) -> None:
    contact = add_contact(owner, language="ko")
    set_password(owner, contact).must_be(204)
    notice = suite.sink.wait_for(contact["email"])[-1]
    assert GIVEN_PASSWORD not in notice.text()
    assert browser.home in notice.text()
    browser.send("", {"email": contact["email"], "password": GIVEN_PASSWORD}).must_be(303)
    for below in ("", "/profile"):
        assert browser.get(below).must_be(303).headers["Location"] == f"{browser.home}/password"
    change = {"new_password": OWN_PASSWORD, "new_password_repeat": OWN_PASSWORD}
    browser.send("/password", {"current_password": "wrong", **change}).must_be(403)
    browser.send("/password", {"current_password": GIVEN_PASSWORD, **change}).must_be(303)
    page = browser.get().must_be(200)
    assert '<html lang="ko">' in page.text
    browser.send("/profile", {"name": "Cora Two", "language": "fr", "version": version(browser)}).must_be(303)
    assert '<html lang="fr">' in browser.get().must_be(200).text
    browser.send("/log-out", {}, seen_at="").must_be(303)
    assert "portal_sid" not in browser.jar


def version(browser: Visitor) -> str:
    found = re.search(r'name="version" value="([0-9]+)"', browser.get("/profile").must_be(200).text)
    assert found
    return found[1]


def test_a_contact_with_a_new_address_is_told_after_the_right_password_alone(
    suite: Suite, owner: Member, browser: Visitor
) -> None:
    ann, new = visitor(suite, owner), new_email()
    path = f"/v1/contacts/{ann.contact['id']}"
    owner.api.send("PATCH", path, body={"email": new}, headers={"If-Match": "*"}).must_be(200)
    assert owner.api.get(path).body["state"] == "unverified"
    eventually(lambda: ann.api.get(f"{ann.path}/me").status == 401, what="the session is over")
    assert log_in(suite, ann.path, new, "not the password").code == "invalid_credentials"
    refused = log_in(suite, ann.path, new, ann.password)
    assert (refused.status, refused.code) == (403, "contact_not_verified")
    assert refused.body["title"] == "You are not authorised to access the portal"
    assert refused.body["links"] == {"request-activation": f"{ann.path}/activations"}
    page = browser.send("", {"email": new, "password": ann.password}).must_be(403)
    assert "You are not authorised to access the portal" in page.text
    assert f'href="{browser.home}/activation-link"' in page.text
    browser.send("/activation-link", {"email": new}).must_be(200)
    assert token_in_mail(suite, new, "/activate")


def test_a_portal_that_is_not_there_is_a_page_of_its_own(suite: Suite) -> None:
    answer = suite.api.get("/portal/nobody-has-it", headers={"Accept": "text/html"}).must_be(404)
    assert "Portal not found" in answer.text
