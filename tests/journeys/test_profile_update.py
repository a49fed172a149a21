"""Changes of one's own data by the page: nothing is stored before Save."""

from __future__ import annotations

import html
import re
from http.cookies import SimpleCookie

import pytest

from tests.support.api import Answer, Api
from tests.support.people import PASSWORD, Member, new_email, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
VALUE = re.compile(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"')
CHOSEN = re.compile(r'<select[^>]* name="(\w+)".*?<option value="([^"]*)" selected', re.DOTALL)
LINK = re.compile(r"http://[^\s\"<>/]+(/email-change/\S+)")


class Visitor:
    """A browser without scripts: it keeps cookies, and sends forms as they stand on the page."""

    def __init__(self, api: Api, token: str = "") -> None:
        self.api = api
        self.cookies = {"sid": token} if token else {}

    def get(self, path: str) -> Answer:
        return self._kept(self.api.get(path, cookies=self.cookies))

    def fields(self, path: str) -> dict[str, str]:
        """What the form on a page holds."""
        page = self.get(path).must_be(200).text
        main = page[page.index("<main") :]
        found = dict(VALUE.findall(main)) | dict(CHOSEN.findall(main))
        return {name: html.unescape(value) for name, value in found.items()}

    def send(self, path: str, form: dict[str, str], *, page: str = "") -> Answer:
        token = TOKEN.search(self.get(page or path).text)
        assert token
        data = {**form, "csrf_token": token[1]}
        return self._kept(self.api.send("POST", path, data=data, cookies=self.cookies))

    def change(self, path: str, **changes: str) -> Answer:
        """Open the page, type something else into some fields, save."""
        return self.send(path, {**self.fields(path), **changes})

    def _kept(self, answer: Answer) -> Answer:
        for header in answer.set_cookies:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return answer


@pytest.fixture
def member(suite: Suite) -> Member:
    return sign_up(suite)


@pytest.fixture
def visitor(suite: Suite, member: Member) -> Visitor:
    return Visitor(suite.api, member.token)


def user(member: Member) -> dict[str, object]:
    found: dict[str, object] = member.api.get("/v1/me").must_be(200).body["user"]
    return found


def long_ago(suite: Suite, member: Member) -> None:
    """As if the password had been given ten minutes ago."""
    aged = (
        "UPDATE sessions SET authenticated_at = now() - interval '10 minutes' WHERE user_id = %s RETURNING id"
    )
    assert suite.rows("accounts", aged, member.user["id"])


def mailed_link(suite: Suite, email: str, start: str, *, count: int = 1) -> str:
    """The newest of `count` links of this kind that were mailed to an address."""

    def found() -> list[str]:
        paths = [match[1] for mail in suite.sink.to(email) if (match := LINK.search(mail.text()))]
        wanted = [path for path in paths if path.startswith(start)]
        return wanted if len(wanted) >= count else []

    return eventually(found, 30.0, f"{count} link(s) to {start} for {email}")[-1]


def test_a_profile_is_changed_by_its_page(member: Member, visitor: Visitor) -> None:
    filled = visitor.fields("/account/profile")
    assert (filled["name"], filled["locale"], filled["time_zone"]) == ("Ann Owner", "en", "UTC")
    changes = {"name": "Anne & Co", "phone": "01 42 68 53 00", "locale": "ko", "time_zone": "Asia/Seoul"}
    saved = visitor.change("/account/profile", **changes).must_be(303)
    assert saved.headers["Location"] == "/account/profile"
    assert user(member) | changes | {"phone": "+33142685300"} == user(member)
    page = visitor.get("/account").must_be(200).text
    assert "Anne &amp; Co" in page
    assert 'lang="ko"' in page


def test_nothing_is_stored_before_save(member: Member, visitor: Visitor) -> None:
    before = user(member)
    for path in ("/account/profile", "/account/company", "/account/email"):
        visitor.get(path).must_be(200)
    assert user(member) == before


def test_one_wrong_field_leaves_everything_as_it_was_and_the_form_as_it_was_filled(
    member: Member, visitor: Visitor
) -> None:
    before = user(member)
    refused = visitor.change("/account/profile", name="Anne", locale="fr", phone="call me").must_be(422)
    assert user(member) == before
    for kept in ('value="Anne"', 'value="call me"', 'id="phone-error"'):
        assert kept in refused.text
    assert 'id="name-error"' not in refused.text
    visitor.change("/account/profile", name="  ").must_be(422)
    visitor.send("/account/profile", {}).must_be(422)
    assert user(member) == before


def test_who_is_overtaken_sees_what_there_is_now(member: Member, visitor: Visitor) -> None:
    mine = visitor.fields("/account/profile")
    headers = {"If-Match": "*"}
    member.api.send("PATCH", "/v1/me", body={"name": "Somebody Newer"}, headers=headers).must_be(200)
    overtaken = visitor.send("/account/profile", {**mine, "name": "Anne"}).must_be(412)
    assert "Somebody has changed this since you opened it." in overtaken.text
    assert 'value="Somebody Newer"' in overtaken.text
    assert user(member)["name"] == "Somebody Newer"
    visitor.change("/account/profile", name="Anne").must_be(303)
    assert user(member)["name"] == "Anne"


def test_a_new_phone_number_asks_for_the_password_once_it_was_long_ago(
    suite: Suite, member: Member, visitor: Visitor
) -> None:
    long_ago(suite, member)
    visitor.change("/account/profile", name="Anne").must_be(303)
    form = {**visitor.fields("/account/profile"), "phone": "0142685300"}
    asked = visitor.send("/account/profile", form).must_be(403)
    assert 'name="current_password"' in asked.text
    assert 'value="0142685300"' in asked.text
    wrong = visitor.send("/account/profile", {**form, "current_password": "wrong"}).must_be(403)
    assert 'id="current_password-error"' in wrong.text
    assert "wrong" not in re.sub(r'id="[^"]*"', "", wrong.text).split("<main")[1].split('type="password"')[1]
    visitor.send("/account/profile", {**form, "current_password": PASSWORD}).must_be(303)
    assert user(member)["phone"] == "+33142685300"


def test_saving_what_is_there_already_says_so(visitor: Visitor) -> None:
    visitor.change("/account/profile").must_be(303)
    assert "There was nothing to change." in visitor.get("/account/profile").text


def test_a_company_is_changed_by_its_page(suite: Suite, member: Member, visitor: Visitor) -> None:
    slug = f"pear-{member.account['id'][:8]}"
    visitor.change("/account/company", company_name="Pear & Co", slug=slug, country="KR").must_be(303)
    account = member.api.get("/v1/account").body
    assert (account["company_name"], account["slug"], account["country"]) == ("Pear & Co", slug, "KR")

    other = sign_up(suite)
    refused = Visitor(suite.api, other.token).change("/account/company", slug=slug).must_be(422)
    assert 'id="slug-error"' in refused.text
    assert other.api.get("/v1/account").body["slug"] != slug


def test_an_agent_sees_no_company_and_no_billing(suite: Suite, member: Member) -> None:
    """The database is told that the member is an agent: who invites people has tests of their own."""
    suite.rows("accounts", "UPDATE users SET role = 'agent' WHERE id = %s RETURNING id", member.user["id"])
    credentials = {"email": member.email, "password": PASSWORD}
    token = suite.api.post("/v1/sessions", credentials).must_be(201).body["token"]
    agent = Visitor(suite.api, token)
    page = agent.get("/account").must_be(200).text
    assert 'href="/account/profile"' in page
    assert 'id="billing-title"' not in page
    assert "/account/company" not in page
    agent.get("/account/company").must_be(403)
    agent.change("/account/profile", name="Al Agent").must_be(303)


def test_an_address_is_changed_and_taken_back_by_the_pages(
    suite: Suite, member: Member, visitor: Visitor
) -> None:
    new = new_email()
    wrong = {"email": new, "current_password": "wrong"}
    assert 'id="current_password-error"' in visitor.send("/account/email", wrong).must_be(403).text
    same = {"email": member.email, "current_password": PASSWORD}
    assert 'id="email-error"' in visitor.send("/account/email", same).must_be(422).text

    form = {"email": new, "current_password": PASSWORD}
    visitor.send("/account/email", form).must_be(303)
    waiting = visitor.get("/account/email").must_be(200).text
    assert new in waiting
    mailed_link(suite, new, "/email-change/")
    visitor.send("/account/email/cancel", {}, page="/account/email").must_be(303)
    assert new not in visitor.get("/account/email").text
    visitor.send("/account/email", form).must_be(303)

    elsewhere = Visitor(suite.api)
    taken = elsewhere.get(mailed_link(suite, new, "/email-change/", count=2)).must_be(303)
    assert taken.headers["Location"] == "/email-change"
    for _ in range(3):
        elsewhere.get("/email-change").must_be(200)
    assert user(member)["email"] == member.email, "looking changes nothing"
    elsewhere.send("/email-change", {}).must_be(303)
    assert user(member)["email"] == new
    assert new in visitor.get("/account/email").text

    back = mailed_link(suite, member.email, "/email-change/undo/")
    assert elsewhere.get(back).must_be(303).headers["Location"] == "/email-change/undo"
    elsewhere.get("/email-change/undo").must_be(200)
    undone = elsewhere.send("/email-change/undo", {}).must_be(303)
    assert undone.headers["Location"] == "/forgot-password"
    elsewhere.get("/email-change/undo").must_be(404)
    eventually(lambda: visitor.get("/account").status == 303, BY_EVENT_SECONDS, "the session has ended")
    credentials = {"email": member.email, "password": PASSWORD}
    suite.api.post("/v1/sessions", credentials).must_be(201)


def test_a_link_that_is_of_no_use_says_why(suite: Suite) -> None:
    visitor = Visitor(suite.api)
    for start in ("/email-change", "/email-change/undo"):
        visitor.get(start).must_be(404)
        visitor.get(f"{start}/no-such-token").must_be(303)
        assert "This link does not work" in visitor.get(start).must_be(404).text
