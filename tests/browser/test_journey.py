"""Browser: from sign-up to the second login, on a phone, in three languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import watching
from tests.browser.newcomer import Newcomer
from tests.support.suite import Suite
from wire.values import LOCALES


@pytest.mark.parametrize("locale", LOCALES)
def test_from_sign_up_to_the_second_log_in(browser: Browser, suite: Suite, locale: str) -> None:
    with Newcomer(browser, suite, locale) as newcomer:
        newcomer.signs_up()
        newcomer.opens_the_link_in_the_mail()
        newcomer.sets_the_password()
        newcomer.sees_the_account()
        newcomer.logs_out_for_good()
        newcomer.logs_in_at_the_second_try()


def test_a_used_link_says_so_and_leads_to_the_log_in(browser: Browser, suite: Suite) -> None:
    with Newcomer(browser, suite, "en") as newcomer:
        newcomer.signs_up()
        newcomer.opens_the_link_in_the_mail()
        newcomer.sets_the_password()
        newcomer.sees("My Account")
        newcomer.opens_the_link_in_the_mail()
        newcomer.sees("This link has already been used")
        newcomer.follows("Log in")
        newcomer.sees("My Account")


def test_a_chosen_language_stays(browser: Browser, suite: Suite) -> None:
    with watching.context(browser, size=watching.DESKTOP, locale="en") as context:
        page = context.new_page()
        page.goto(f"{suite.base_url}/log-in")
        page.locator("summary", has_text="English").click()
        page.get_by_role("link", name="한국어").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("로그인")
        page.goto(f"{suite.base_url}/sign-up")
        expect(page.get_by_role("heading", level=1)).to_have_text("계정 만들기")


def test_a_page_that_does_not_exist_is_a_page(browser: Browser, suite: Suite) -> None:
    with watching.context(browser, size=watching.PHONE, locale="fr") as context:
        page = context.new_page()
        answer = page.goto(f"{suite.base_url}/nowhere")
        assert answer is not None
        assert answer.status == 404
        expect(page.get_by_role("heading", level=1)).to_have_text("Introuvable")
        assert watching.violations(page) == []


def test_the_api_documentation_is_drawn_from_the_document(browser: Browser, suite: Suite) -> None:
    with watching.context(browser, size=watching.DESKTOP) as context:
        page = context.new_page()
        watch = watching.Watch(page, suite.base_url)
        page.goto(f"{suite.base_url}/docs")
        page.locator(".opblock").first.wait_for()
        assert watch.complaints == []
        assert watching.violations(page) == []
