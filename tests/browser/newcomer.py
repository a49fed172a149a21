"""A person who signs up in a browser, page by page, and logs in again."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser import watching
from tests.browser.people import Person
from tests.browser.sample_people import COMPANIES, NAMES
from tests.support.people import LINK, PASSWORD, new_email
from tests.support.suite import Embedded, Suite
from tests.support.waiting import eventually

COUNTRIES = {"en": "US", "fr": "FR", "ko": "KR"}
WRONG = "This email address and password do not match. Please check both and try again."


class Newcomer(Person):
    """Somebody who has no account yet. With scripts, every page they come to is examined by axe once."""

    def __init__(
        self, browser: Browser, suite: Suite | Embedded, locale: str, *, has_scripts: bool = True
    ) -> None:
        super().__init__(browser, suite, locale, size=watching.PHONE, has_scripts=has_scripts)
        self.email = new_email()
        self._examined: set[str] | None = set() if has_scripts else None

    def sees(self, heading: str) -> None:
        super().sees(heading)
        if self._examined is not None and heading not in self._examined:
            self._examined.add(heading)
            assert watching.violations(self.page) == []

    def submits(self) -> None:
        self.page.locator("main form[data-form] button[type=submit]").click()

    def signs_up(self) -> None:
        self.opens("/sign-up")
        self.sees("Create your account")
        self.fills({"company_name": COMPANIES[self.locale], "name": NAMES[self.locale], "email": self.email})
        self.chooses(country=COUNTRIES[self.locale])
        self.submits()
        self.sees("Check your inbox")
        expect(self.page.locator("main strong")).to_have_text(self.email)

    def opens_the_link_in_the_mail(self) -> None:
        self.opens_the_link(self.email, "/activate/")

    def opens_the_mail_in_the_mailbox(self) -> None:
        """Of the embedded suite, which shows the mails that it has caught."""
        page = self.page
        page.get_by_role("link", name=self.say("Open the mailbox")).click()
        eventually(self.mailed_links, what="the activation mail")
        page.reload()
        self.sees("Mailbox")
        page.locator(".mail-list li a").first.click()
        self.sees("Mailbox")
        link = page.frame_locator("iframe").locator("a[href*='/activate/']").first
        with page.context.expect_page() as opened:
            link.click()
        self.looks_at(opened.value)

    def mailed_links(self) -> list[str]:
        mails = self.page.request.get(f"{self.suite.base_url}/mailbox/messages?to={self.email}").json()
        return [found[0] for mail in mails if (found := LINK.search(mail["text"]))]

    def sets_the_password(self) -> None:
        self.sees("Set your password")
        assert self.page.url == f"{self.suite.base_url}/activate", "the token has left the address"
        expect(self.page.locator("main")).not_to_contain_text(self.email)
        self.fills({"password": PASSWORD, "password_repeat": PASSWORD})
        self.submits()

    def sees_the_account(self) -> None:
        page = self.page
        self.sees("My Account")
        expect(page.locator("main")).to_contain_text(self.email)
        expect(page.locator("main")).to_contain_text(COMPANIES[self.locale])

        def has_trial() -> bool:
            page.reload()
            return page.locator(".figure strong").count() == 1

        eventually(has_trial, what="billing has opened the trial")
        expect(page.locator(".figure strong")).to_have_text("15")
        self.sees("My Account")

    def logs_out_for_good(self) -> None:
        self.logs_out()
        self.opens("/account")
        expect(self.page.locator("#profile-title")).to_have_count(0)

    def logs_in_at_the_second_try(self) -> None:
        self.logs_in(self.email, "not the password at all")
        self.sees("Log in")
        expect(self.page.get_by_role("alert")).to_contain_text(self.say(WRONG))
        expect(self.page.locator("#email")).to_have_value(self.email)
        expect(self.page.locator("#password")).to_have_value("")
        self.fills({"password": PASSWORD})
        self.submits()
        self.sees("My Account")
