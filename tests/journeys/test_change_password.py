"""Password change and password reset by the pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.texts.catalogues import translations
from tests.browser import watching
from tests.gateway.passwords.test_api import NEW, reset_token
from tests.support.people import PASSWORD, Member, sign_up
from tests.support.suite import Suite

WRONG = "This email address and password do not match. Please check both and try again."


class Visitor:
    """Somebody with a phone, in their language, who expects every page to be in order."""

    def __init__(self, page: Page, suite: Suite, member: Member, locale: str) -> None:
        self.page, self.base_url, self.member = page, suite.base_url, member
        self.say = translations(locale).gettext
        self.watch = watching.Watch(page, suite.base_url)

    def goes_to(self, path: str) -> None:
        self.page.goto(f"{self.base_url}{path}")

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say(heading))

    def fills(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"#{name}").fill(value)
        self.page.locator("main form[data-form] button[type=submit]").first.click()

    def is_told(self, text: str, *, role: str = "alert") -> None:
        expect(self.page.locator(f"[role={role}]").first).to_contain_text(self.say(text))

    def logs_in(self, password: str) -> None:
        self.goes_to("/log-in")
        self.fills(email=self.member.email, password=password)

    def session(self) -> str | None:
        cookies = {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies()}
        return cookies.get("sid")


@pytest.fixture(params=["en", "fr", "ko"])
def visitor(request: pytest.FixtureRequest, browser: Browser, suite: Suite) -> Iterator[Visitor]:
    locale = request.param
    member = sign_up(suite, locale=locale)
    with watching.context(browser, size=watching.PHONE, locale=locale) as context:
        yield Visitor(context.new_page(), suite, member, locale)


def test_nothing_is_stored_before_the_form_is_right_and_then_the_new_password_counts(
    visitor: Visitor, suite: Suite
) -> None:
    visitor.logs_in(PASSWORD)
    visitor.sees("My Account")
    visitor.goes_to("/account/password")
    visitor.sees("Password")
    before = visitor.session()
    visitor.fills(current_password="not the password", new_password=NEW, new_password_repeat=NEW)
    expect(visitor.page.locator("#current_password-error")).to_have_text(
        visitor.say("This is not your current password. Please try again.")
    )
    suite.api.post("/v1/sessions", {"email": visitor.member.email, "password": PASSWORD}).must_be(201)

    visitor.fills(current_password=PASSWORD, new_password=NEW, new_password_repeat=NEW)
    visitor.is_told("Your password has been changed. All your other sessions have been ended.", role="status")
    visitor.sees("Password")
    assert visitor.session() not in (None, before), "the session goes on under a new token"
    suite.api.get("/account", cookies={"sid": str(before)}).must_be(303)
    visitor.member.api.get("/v1/me").must_be(401)
    visitor.goes_to("/account")
    visitor.sees("My Account")


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(visitor: Visitor, suite: Suite) -> None:
    visitor.goes_to("/log-in")
    visitor.page.get_by_role("link", name=visitor.say("Forgot your password?")).click()
    visitor.sees("Forgot your password?")
    visitor.fills(email=visitor.member.email)
    visitor.sees("Check your inbox")
    token = reset_token(suite, visitor.member.email)
    visitor.goes_to(f"/reset-password/{token}")
    visitor.sees("Set a new password")
    assert visitor.page.url == f"{suite.base_url}/reset-password", "the token has left the address"
    visitor.fills(password=NEW, password_repeat=NEW)
    visitor.sees("Log in")
    visitor.is_told("Your password has been set. Please log in with it.", role="status")
    visitor.logs_in(PASSWORD)
    visitor.is_told(WRONG)
    visitor.logs_in(NEW)
    visitor.sees("My Account")
    visitor.goes_to(f"/reset-password/{token}")
    visitor.sees("This link has already been used")
