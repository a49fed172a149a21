"""Browser: one's own data, the company's, and the email address."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser import people, watching
from tests.support.people import PASSWORD, new_email
from tests.support.suite import Suite


def test_somebody_changes_their_name_phone_and_language(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en") as (grace, member):
        grace.opens("/account/profile")
        grace.sees("Profile")
        grace.sends("Save", name="Grace B. Hopper", phone="12 monkeys")
        expect(grace.page.locator("#phone")).to_have_attribute("aria-invalid", "true")
        expect(grace.page.locator("#name")).to_have_value("Grace B. Hopper")
        assert member.api.get("/v1/me").body["user"]["name"] == people.NAMES["en"], "nothing is stored yet"
        grace.sends("Save", phone="01 42 68 53 00")
        grace.is_told("profile_saved")
        expect(grace.page.locator("#phone")).to_have_value("+33142685300")
        grace.page.locator("#locale").select_option("fr")
        grace.page.locator("#time_zone").select_option("Europe/Paris")
        grace.presses("Save")
        expect(grace.page.locator("html")).to_have_attribute("lang", "fr")
        grace.opens("/account")
        expect(grace.page.locator("main")).to_contain_text("Grace B. Hopper")


def test_an_owner_updates_the_company(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "fr", size=watching.DESKTOP) as (amelie, _):
        amelie.opens("/account/company")
        amelie.chooses(country="KR")
        amelie.sends("Save", company_name="Boulangerie Lefèvre")
        amelie.is_told("company_saved")
        expect(amelie.page.locator("#company_name")).to_have_value("Boulangerie Lefèvre")
        expect(amelie.page.locator("#country")).to_have_value("KR")


def test_whoever_was_overtaken_sees_what_there_is_now(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "fr") as (amelie, member):
        amelie.opens("/account/company")
        amelie.sees("Company details")
        body, headers = {"company_name": "Boulangerie du Coin"}, {"If-Match": "*"}
        member.api.send("PATCH", "/v1/account", body=body, headers=headers).must_be(200)
        amelie.sends("Save", company_name="Boulangerie de la Gare")
        amelie.reads(
            "Somebody has changed this since you opened it. Please look at it again and repeat your change."
        )
        expect(amelie.page.locator("#company_name")).to_have_value("Boulangerie du Coin")
        amelie.sends("Save", company_name="Boulangerie de la Gare")
        amelie.is_told("company_saved")


def test_somebody_changes_their_address_and_takes_it_back(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "ko", size=watching.DESKTOP) as (seoyeon, member):
        new = new_email()
        seoyeon.opens("/account/email")
        seoyeon.sees("Email address")
        seoyeon.sends("Send the link", email=new, current_password=PASSWORD)
        seoyeon.is_told("email_change_sent")
        seoyeon.reads("Waiting to be confirmed")
        seoyeon.opens_the_link(new, "/email-change/")
        seoyeon.sees("Confirm your new address")
        seoyeon.presses("Confirm the new address")
        seoyeon.is_told("email_change_applied")
        assert member.api.get("/v1/me").must_be(200).body["user"]["email"] == new

        seoyeon.opens_the_link(member.email, "/email-change/undo/")
        seoyeon.sees("Take your address back")
        seoyeon.presses("Take my address back")
        seoyeon.sees("Forgot your password?")
        seoyeon.is_told("email_restored")
        seoyeon.logs_in(member.email)
        seoyeon.sees("My Account")
