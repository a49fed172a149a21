"""Browser: login, change of the password, and reset of a forgotten one."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser import people
from tests.support.people import PASSWORD, new_email
from tests.support.suite import Suite

NEW_PASSWORD = "copper lantern meadow nine"


def test_somebody_changes_their_password(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "fr") as (amelie, member):
        amelie.opens("/account/password")
        amelie.sees("Password")
        amelie.sends(
            "Change password",
            current_password="not the password at all",
            new_password=NEW_PASSWORD,
            new_password_repeat=NEW_PASSWORD,
        )
        expect(amelie.page.locator("#current_password")).to_have_attribute("aria-invalid", "true")
        amelie.sends(
            "Change password",
            current_password=PASSWORD,
            new_password=NEW_PASSWORD,
            new_password_repeat=NEW_PASSWORD,
        )
        amelie.is_told("password_changed")
        member.api.get("/v1/me").must_be(401)
        amelie.opens("/account")
        amelie.sees("My Account")


def test_somebody_who_forgot_their_password_sets_a_new_one(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "ko") as (seoyeon, member):
        seoyeon.context.clear_cookies()
        seoyeon.logs_in(member.email, "not the password at all")
        seoyeon.sees("Log in")
        seoyeon.reads("This email address and password do not match. Please check both and try again.")
        seoyeon.follows("Forgot your password?")
        seoyeon.sees("Forgot your password?")
        seoyeon.sends("Send me a link", email=member.email)
        seoyeon.sees("Check your inbox")
        seoyeon.opens_the_link(member.email, "/reset-password/")
        seoyeon.sees("Set a new password")
        seoyeon.sends("Set the new password", password=NEW_PASSWORD, password_repeat=NEW_PASSWORD)
        seoyeon.sees("Log in")
        seoyeon.is_told("password_reset")
        seoyeon.logs_in(member.email, NEW_PASSWORD)
        seoyeon.sees("My Account")


def test_a_log_in_is_refused_alike_for_known_and_unknown(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "ko") as (seoyeon, member):
        seoyeon.logs_out()
        refusals = []
        for email in (member.email, new_email()):
            seoyeon.logs_in(email, "not the password at all")
            seoyeon.sees("Log in")
            refusals.append(seoyeon.page.get_by_role("alert").inner_text())
            expect(seoyeon.page.locator("#email")).to_have_value(email)
            expect(seoyeon.page.locator("#password")).to_have_value("")
        assert refusals[0] == refusals[1]
