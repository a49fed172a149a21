"""Browser: sessions, the password asked again, and API keys."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser import people, watching
from tests.support.people import PASSWORD
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually


def test_somebody_ends_a_session_that_they_do_not_recognise(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "fr") as (amelie, member):
        stranger, other = (
            suite.api.with_headers(User_Agent=agent)
            .post("/v1/sessions", {"email": member.email, "password": PASSWORD})
            .must_be(201)
            .body
            for agent in ("curl/8.5.0", "python-requests/2.32")
        )
        amelie.opens("/account/sessions")
        amelie.sees("Sessions")
        amelie.reads("This session")
        rows = amelie.page.get_by_role("row").filter(has_text="127.0.0.1")
        expect(rows).to_have_count(3)
        rows.filter(has_text="curl").get_by_role("button").click()
        amelie.is_told("session_ended")
        amelie.sees("Sessions")
        eventually(
            lambda: suite.api.with_token(stranger["token"]).get("/v1/me").status == 401, BY_EVENT_SECONDS
        )
        suite.api.with_token(other["token"]).get("/v1/me").must_be(200)
        amelie.presses("End all other sessions")
        amelie.is_told("sessions_ended")
        expect(rows).to_have_count(1)
        eventually(lambda: suite.api.with_token(other["token"]).get("/v1/me").status == 401, BY_EVENT_SECONDS)


def test_somebody_proves_that_it_is_still_them(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "ko") as (seoyeon, member):
        seoyeon.opens("/account/confirm?next=/account/api-keys")
        seoyeon.sees("Please confirm that it is you")
        seoyeon.sends("Continue", password="not the password at all")
        seoyeon.sees("Please confirm that it is you")
        expect(seoyeon.page.locator("#password")).to_have_attribute("aria-invalid", "true")
        seoyeon.sends("Continue", password=PASSWORD)
        seoyeon.sees("API keys")
        eventually(lambda: member.api.get("/v1/me").status == 401, BY_EVENT_SECONDS, "the old token is over")
        seoyeon.opens("/account")
        seoyeon.sees("My Account")


def test_somebody_makes_a_key_and_revokes_it(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en", size=watching.DESKTOP) as (grace, _):
        grace.opens("/account/api-keys")
        grace.sees("API keys")
        grace.reads("No API keys yet")
        grace.sends("Create the key", name="Nightly export", current_password=PASSWORD)
        grace.sees("API keys")
        expect(grace.page.locator("#name")).to_have_value("Nightly export")
        grace.page.get_by_label("Read contacts").check()
        grace.sends("Create the key", current_password=PASSWORD)
        grace.sees("Your new API key")
        token = grace.page.locator("#token").input_value()
        program = suite.api.with_token(token)
        program.get("/v1/contacts").must_be(200)
        program.post("/v1/contacts", {"name": "Bob"}).must_be(403)
        grace.follows("Back to the API keys")
        grace.sees("API keys")
        grace.reads(token[:12])
        assert token not in grace.page.content()
        grace.page.locator("main summary").get_by_text("Revoke", exact=True).click()
        grace.page.locator("main").get_by_role("button", name="Revoke this key").click()
        grace.is_told("api_key_revoked")
        grace.reads("No API keys yet")
        eventually(lambda: program.get("/v1/contacts").status == 401, BY_EVENT_SECONDS, "the key is refused")


def test_somebody_stays_logged_in_on_their_own_device(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en") as (grace, member):
        grace.context.clear_cookies()
        grace.opens("/log-in")
        grace.page.get_by_label("Keep me logged in on this device for 30 days").check()
        grace.sends("Log in", email=member.email, password=PASSWORD)
        grace.sees("My Account")
        kept = {cookie["name"]: cookie["expires"] for cookie in grace.context.cookies()}
        assert kept["sid"] > 0, "it stays when the window is closed"
        assert kept["device"] > kept["sid"]
        grace.opens("/account/sessions")
        grace.reads("Remembered")
