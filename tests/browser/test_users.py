"""Browser: users of an account, and two-step login."""

from __future__ import annotations

import pyotp
from playwright.sync_api import Browser, expect

from tests.browser import people, watching
from tests.browser.people import Person
from tests.support.people import PASSWORD, new_email
from tests.support.suite import Suite


def test_an_owner_invites_changes_and_removes_a_user(browser: Browser, suite: Suite) -> None:
    email = new_email()
    with people.owner(browser, suite, "fr") as (amelie, _):
        amelie.opens("/account/users")
        amelie.sees("Users")
        amelie.fills({"name": "Blaise", "email": email})
        amelie.page.get_by_role("radio", name=amelie.say("Administrator")).check()
        amelie.page.locator("#locale").select_option("ko")
        amelie.presses("Send the invitation")
        amelie.is_told("user_invited")
        expect(amelie.page.locator("table")).to_contain_text(email)

        with Person(browser, suite, "ko", size=watching.DESKTOP) as blaise:
            blaise.opens_the_link(email, "/activate/")
            blaise.sends("Set password and log in", password=PASSWORD, password_repeat=PASSWORD)
            blaise.sees("My Account")
            blaise.opens("/account/users")
            blaise.sees("Users")

            amelie.page.get_by_role("link", name="Blaise").click()
            amelie.page.get_by_role("radio", name=amelie.say("Agent"), exact=True).check()
            amelie.presses("Save")
            amelie.is_told("user_changed")
            blaise.opens("/account/users")
            blaise.sees("Log in")
            blaise.logs_in(email)
            blaise.sees("My Account")
            expect(blaise.page.locator(".section-list a[href='/account/users']")).to_have_count(0)
            blaise.opens("/account/users")
            blaise.sees("Access denied")

            amelie.page.get_by_role("link", name="Blaise").click()
            amelie.follows("Remove…")
            amelie.sees("Remove this user?")
            amelie.presses("Remove the user")
            amelie.is_told("user_removed")
            expect(amelie.page.locator("table")).not_to_contain_text(email)
            blaise.opens("/account")
            blaise.sees("Log in")


def test_an_owner_cannot_take_their_own_role(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en") as (grace, member):
        grace.opens(f"/account/users/{member.user['id']}")
        expect(grace.page.get_by_role("radio")).to_have_count(0)
        expect(grace.page.get_by_role("link", name=grace.say("Remove…"))).to_have_count(0)
        grace.opens(f"/account/users/{member.user['id']}/removal")
        grace.presses("Remove the user")
        grace.reads("An account needs at least one owner. Please make somebody else an owner first.")


def test_from_switching_it_on_to_the_recovery_code(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "ko") as (seoyeon, member):
        page = seoyeon.page
        seoyeon.opens("/account/second-factor")
        seoyeon.sees("Two-step login")
        seoyeon.sends("Set up", current_password="not the password at all")
        seoyeon.reads("This is not your current password. Please try again.")
        seoyeon.sends("Set up", current_password=PASSWORD)
        seoyeon.sees("Set up two-step login")
        secret = page.locator("#secret").input_value()
        expect(page.locator(".qr-code svg")).to_be_visible()
        seoyeon.sends("Switch on", code="000000")
        seoyeon.sees("Set up two-step login")
        assert page.locator("#secret").input_value() == secret
        seoyeon.sends("Switch on", code=pyotp.TOTP(secret).now())
        seoyeon.sees("Your recovery codes")
        codes = page.locator(".recovery-codes code").all_inner_texts()
        assert len(codes) == 10
        seoyeon.follows("I have kept them")
        seoyeon.sees("Two-step login")
        expect(page.locator("main")).not_to_contain_text(codes[0])

        seoyeon.context.clear_cookies()
        seoyeon.logs_in(member.email)
        seoyeon.sees("Enter your code")
        expect(page.locator("input[type=password]")).to_have_count(0)
        seoyeon.sends("Log in", code="000000")
        seoyeon.sees("Enter your code")
        seoyeon.sends("Log in", code=codes[0])
        seoyeon.sees("My Account")

        seoyeon.opens("/account/second-factor/recovery-codes")
        seoyeon.sends("Make new codes", current_password=PASSWORD)
        seoyeon.sees("Your recovery codes")
        assert not set(codes) & set(page.locator(".recovery-codes code").all_inner_texts())

        seoyeon.opens("/account/second-factor")
        seoyeon.follows("Switch off")
        seoyeon.sees("Switch off two-step login")
        seoyeon.sends("Switch off", current_password=PASSWORD)
        seoyeon.is_told("second_factor_off")
        seoyeon.context.clear_cookies()
        seoyeon.logs_in(member.email)
        seoyeon.sees("My Account")


def test_the_codes_can_be_copied_and_printed(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en", size=watching.DESKTOP) as (grace, _):
        grace.context.grant_permissions(["clipboard-read", "clipboard-write"])
        grace.opens("/account/second-factor")
        grace.sends("Set up", current_password=PASSWORD)
        secret = grace.page.locator("#secret").input_value()
        grace.sends("Switch on", code=pyotp.TOTP(secret).now())
        grace.sees("Your recovery codes")
        codes = grace.page.locator(".recovery-codes code").all_inner_texts()
        grace.presses("Copy")
        assert grace.page.evaluate("navigator.clipboard.readText()").split() == codes
        expect(grace.page.locator("main").get_by_role("button", name="Print")).to_be_visible()
