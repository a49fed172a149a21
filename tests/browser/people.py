"""A person who uses the running suite in a browser: fields by their name, words in their language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser, Page, expect

from gateway.texts import notices
from gateway.texts.catalogues import translations
from tests.browser import watching
from tests.browser.sample_people import COMPANIES, NAMES
from tests.support.mail import Mail
from tests.support.people import PASSWORD, Member, new_email, sign_up
from tests.support.suite import Embedded, Suite
from tests.support.waiting import LIMIT_SECONDS, eventually

SESSION_COOKIE = "sid"
ADDRESS = re.compile(r"http://[^\s\"<>]+")


class Person:
    """Somebody with a browser. Every page they come to must be in their language and without error."""

    def __init__(
        self,
        browser: Browser,
        suite: Suite | Embedded,
        locale: str,
        *,
        size: tuple[int, int],
        has_scripts: bool = True,
    ) -> None:
        self.suite, self.locale = suite, locale
        self.say = translations(locale).gettext
        self.context = watching.context(browser, size=size, locale=locale, has_scripts=has_scripts)
        self.looks_at(self.context.new_page())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            print(f"{self.page.url}\n{self.page.locator('main').inner_text()}")
        self.context.close()

    def looks_at(self, page: Page) -> None:
        """From now on: another tab, for instance."""
        self.page = page
        self.page.set_default_timeout(LIMIT_SECONDS * 1000)
        self.watch = watching.Watch(page, self.suite.base_url)

    def opens(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.suite.base_url}{path}")

    def sees(self, heading: str) -> None:
        """The page has this heading, in the person's language, and does not complain."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say(heading))
        expect(self.page.locator("html")).to_have_attribute("lang", self.locale)
        assert self.watch.complaints == []

    def is_told(self, code: str) -> None:
        """The notice after a form, said once."""
        notice = self.page.locator("main > .notice-good")
        expect(notice).to_have_text(notices.text(code, self.locale) or "")
        self.page.reload()
        expect(notice).to_have_count(0)

    def reads(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(self.say(text))

    def fills(self, fields: Mapping[str, str]) -> None:
        for name, value in fields.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def chooses(self, **options: str) -> None:
        for name, value in options.items():
            self.page.locator(f"main select[name={name}]").select_option(value)

    def ticks(self, name: str, value: str) -> None:
        self.page.locator(f"main [name={name}][value='{value}']").check()

    def presses(self, button: str) -> None:
        self.page.locator("main").get_by_role("button", name=self.say(button), exact=True).click()

    def follows(self, link: str) -> None:
        self.page.locator("main").get_by_role("link", name=self.say(link), exact=True).click()

    def sends(self, button: str, **fields: str) -> None:
        self.fills(fields)
        self.presses(button)

    def logs_in(self, email: str, password: str = PASSWORD) -> None:
        self.opens("/log-in")
        self.sends("Log in", email=email, password=password)

    def mail(self, email: str, *, about: str) -> Mail:
        """The newest mail to an address whose link leads to a path that begins with `about`."""
        assert isinstance(self.suite, Suite), "the embedded suite has a mailbox page"
        sink = self.suite.sink

        def has_come() -> list[Mail]:
            return [mail for mail in sink.to(email) if self._link(mail, about)]

        return eventually(has_come, what=f"a mail to {email} that leads to {about}")[-1]

    def opens_the_link(self, email: str, about: str) -> None:
        self.opens(self._link(self.mail(email, about=about), about))
        assert "/".join(self.page.url.split("/")[:5]) == self.page.url, "the token has left the address"

    def logs_out(self) -> None:
        self.page.locator(".site-nav summary").last.click()
        self.page.get_by_role("button", name=self.say("Log out")).click()
        self.sees("Log in")

    def _link(self, mail: Mail, about: str) -> str:
        start = f"{self.suite.base_url}{about}"
        return next((link for link in ADDRESS.findall(mail.text()) if link.startswith(start)), "")


@contextmanager
def owner(
    browser: Browser, suite: Suite, locale: str, *, size: tuple[int, int] = watching.PHONE
) -> Iterator[tuple[Person, Member]]:
    """The owner of a new account who is logged in, and looks at My Account."""
    member = sign_up(
        suite,
        email=new_email(),
        locale=locale,
        company_name=COMPANIES[locale],
        owner_name=NAMES[locale],
    )
    with Person(browser, suite, locale, size=size) as person:
        person.context.add_cookies([{"name": SESSION_COOKIE, "value": member.token, "url": suite.base_url}])
        person.opens("/account")
        person.sees("My Account")
        yield person, member
