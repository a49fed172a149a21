"""Can somebody on a phone sign up, activate, log out and log in again, in their language?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from chassis.embedded import free_port
from gateway.pages.catalogues import translations
from tests.browser import samples, watching
from tests.support.processes import Processes
from tests.support.waiting import eventually

PASSWORD = "plum rocket sofa tide"
START_SECONDS = 60.0


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole suite in its embedded mode, with data of its own."""
    folder = tmp_path_factory.mktemp("journey")
    address = f"127.0.0.1:{free_port()}"
    processes = Processes(folder)
    try:
        suite = processes.start(
            "frontdesk",
            "dev",
            environment={"FRONTDESK_HOME": str(folder / "home"), "FRONTDESK_HTTP_ADDRESS": address},
        )
        suite.wait_for_output("Press Ctrl-C to stop", START_SECONDS)
        yield f"http://{address}"
    finally:
        print(processes.tails())
        processes.close()


class Visitor:
    """Somebody with a browser, who expects every page to be in order."""

    def __init__(self, page: Page, base_url: str, locale: str, *, has_scripts: bool) -> None:
        self.page, self.base_url, self.locale = page, base_url, locale
        self.has_scripts = has_scripts
        self.email = f"owner.{locale}.{'with' if has_scripts else 'without'}@example.com"
        self.watches = [watching.Watch(page, base_url)]
        page.context.on("page", lambda opened: self.watches.append(watching.Watch(opened, base_url)))
        self.say = translations(locale).gettext

    def sees(self, heading: str) -> None:
        """The page has this heading in the visitor's language, is accessible, and nothing went wrong so far."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say(heading))
        expect(self.page.locator("html")).to_have_attribute("lang", self.locale)
        assert [watch.complaints for watch in self.watches if watch.complaints] == []
        if self.has_scripts:
            assert watching.violations(self.page) == []

    def submits(self) -> None:
        self.page.locator("main form[data-form] button[type=submit]").click()

    def signs_up(self) -> None:
        page = self.page
        page.goto(f"{self.base_url}/sign-up")
        self.sees("Create your account")
        page.locator("#company_name").fill(samples.COMPANIES[self.locale])
        page.locator("#country").select_option({"en": "US", "fr": "FR", "ko": "KR"}[self.locale])
        page.locator("#name").fill(samples.NAMES[self.locale])
        page.locator("#email").fill(self.email)
        self.submits()
        self.sees("Check your inbox")
        expect(page.locator("main strong")).to_have_text(self.email)

    def opens_the_link_in_the_mail(self) -> None:
        page = self.page
        page.get_by_role("link", name=self.say("Open the mailbox")).click()
        mails = f"{self.base_url}/mailbox/messages?to={self.email}"
        eventually(lambda: page.request.get(mails).json(), what="the activation mail")
        page.reload()
        self.sees("Mailbox")
        page.locator(".mail-list li a").first.click()
        self.sees("Mailbox")
        link = page.frame_locator("iframe").locator("a[href*='/activate/']").first
        with page.context.expect_page() as opened:
            link.click()
        self.page = opened.value

    def sets_the_password(self) -> None:
        self.sees("Set your password")
        assert self.page.url == f"{self.base_url}/activate", "the token has left the address"
        expect(self.page.locator("main")).not_to_contain_text(self.email)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("#password_repeat").fill(PASSWORD)
        self.submits()

    def sees_the_account(self) -> None:
        page = self.page
        self.sees("My Account")
        expect(page.locator("main")).to_contain_text(self.email)
        expect(page.locator("main")).to_contain_text(samples.COMPANIES[self.locale])

        def has_trial() -> bool:
            page.reload()
            return page.locator(".figure strong").count() == 1

        eventually(has_trial, what="billing has opened the trial")
        expect(page.locator(".figure strong")).to_have_text("15")
        self.sees("My Account")

    def logs_out(self) -> None:
        self.page.locator(".site-nav summary").last.click()
        self.page.get_by_role("button", name=self.say("Log out")).click()
        self.sees("Log in")
        self.page.goto(f"{self.base_url}/account")
        expect(self.page.locator("#profile-title")).to_have_count(0)

    def logs_in(self) -> None:
        self.page.goto(f"{self.base_url}/log-in")
        self.page.locator("#email").fill(self.email)
        self.page.locator("#password").fill("not the password at all")
        self.submits()
        self.sees("Log in")
        wrong = "This email address and password do not match. Please check both and try again."
        expect(self.page.get_by_role("alert")).to_contain_text(self.say(wrong))
        expect(self.page.locator("#email")).to_have_value(self.email)
        expect(self.page.locator("#password")).to_have_value("")
        self.page.locator("#password").fill(PASSWORD)
        self.submits()
        self.sees("My Account")


def visit(browser: Browser, base_url: str, locale: str, *, has_scripts: bool) -> None:
    width, height = watching.PHONE
    with browser.new_context(
        viewport={"width": width, "height": height},
        locale=locale,
        java_script_enabled=has_scripts,
        reduced_motion="reduce",
    ) as context:
        visitor = Visitor(context.new_page(), base_url, locale, has_scripts=has_scripts)
        visitor.signs_up()
        visitor.opens_the_link_in_the_mail()
        visitor.sets_the_password()
        visitor.sees_the_account()
        visitor.logs_out()
        visitor.logs_in()


@pytest.mark.parametrize("locale", samples.NAMES)
def test_from_sign_up_to_the_second_log_in(browser: Browser, base_url: str, locale: str) -> None:
    visit(browser, base_url, locale, has_scripts=True)


def test_all_of_it_works_without_scripts(browser: Browser, base_url: str) -> None:
    visit(browser, base_url, "en", has_scripts=False)


def test_a_used_link_says_so_and_leads_to_the_log_in(browser: Browser, base_url: str) -> None:
    with watching.context(browser, size=watching.PHONE) as context:
        visitor = Visitor(context.new_page(), base_url, "en", has_scripts=True)
        visitor.email = "used.link@example.com"
        visitor.signs_up()
        visitor.opens_the_link_in_the_mail()
        visitor.sets_the_password()
        visitor.sees("My Account")
        mail = visitor.page.request.get(f"{base_url}/mailbox/messages?to={visitor.email}").json()[0]
        link = next(word for word in mail["text"].split() if "/activate/" in word)
        visitor.page.goto(link)
        visitor.sees("This link has already been used")


def test_a_chosen_language_stays(browser: Browser, base_url: str) -> None:
    with watching.context(browser, size=watching.DESKTOP, locale="en") as context:
        page = context.new_page()
        page.goto(f"{base_url}/log-in")
        page.locator("summary", has_text="English").click()
        page.get_by_role("link", name="한국어").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("로그인")
        page.goto(f"{base_url}/sign-up")
        expect(page.get_by_role("heading", level=1)).to_have_text("계정 만들기")


def test_a_page_that_does_not_exist_is_a_page(browser: Browser, base_url: str) -> None:
    with watching.context(browser, size=watching.PHONE, locale="fr") as context:
        page = context.new_page()
        answer = page.goto(f"{base_url}/nowhere")
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_role("heading", level=1)).to_have_text("Introuvable")
        assert watching.violations(page) == []


def test_the_api_documentation_is_drawn_from_the_document(browser: Browser, base_url: str) -> None:
    with watching.context(browser, size=watching.DESKTOP) as context:
        page = context.new_page()
        watch = watching.Watch(page, base_url)
        page.goto(f"{base_url}/docs")
        page.locator(".opblock").first.wait_for()
        assert watch.complaints == []
        assert watching.violations(page) == []
