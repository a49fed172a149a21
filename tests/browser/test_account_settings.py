"""Browser: the settings that contacts notice, found where the manual says, and the mail to a whole list."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser import customers, people, watching
from tests.browser.customers import add_contact, chooses_view, opens_contacts
from tests.browser.people import Person
from tests.support.suite import Suite
from tests.support.waiting import eventually


def opens_admin(person: Person, group: str, section: str) -> None:
    """As the manual says: *Admin → Workflows → Email notifications*."""
    person.page.locator(".area-nav").get_by_role("link", name=person.say("Admin"), exact=True).click()
    found = person.page.locator(".section-list .section-group", has_text=person.say(group))
    found.get_by_role("link", name=person.say(section), exact=True).click()
    person.sees(section)


def test_new_contacts_get_the_activation_mail_once_the_switch_is_on(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en", size=watching.DESKTOP) as (grace, member):
        opens_admin(grace, "Workflows", "Email notifications")
        grace.follows("Requester notifications")
        switch = grace.page.get_by_role("switch", name="User activation email")
        switch.uncheck()
        grace.presses("Save")
        without = add_contact(member, "Mary Somerville")
        grace.opens("/admin/workflows/email-notifications")
        expect(switch).not_to_be_checked()
        switch.check()
        grace.presses("Save")
        grace.is_told("saved")
        expect(switch).to_be_checked()
        contact = add_contact(member, "Ada Lovelace")
        customers.activation_mails(suite, contact["email"])
        assert suite.sink.to(without["email"]) == []


def test_only_logged_in_users_can_submit_tickets_once_that_is_chosen(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "ko", size=watching.DESKTOP) as (seoyeon, member):
        opens_admin(seoyeon, "Channels", "Portals")
        seoyeon.follows("Settings")
        seoyeon.ticks("ticket_submission", "logged_in")
        seoyeon.presses("Save")
        seoyeon.is_told("saved")
        expect(seoyeon.page.locator("[value=logged_in]")).to_be_checked()
        slug = member.account["slug"]
        expect(seoyeon.page.get_by_role("link", name=f"/portal/{slug}")).to_be_visible()


def test_a_whole_list_is_sent_the_mail_by_a_job_that_can_be_watched(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en", size=watching.DESKTOP) as (grace, member):
        contacts = [add_contact(member, f"Contact {number}") for number in range(3)]
        add_contact(member, "Without", email=None, phone="+33 1 23 45 67 89")
        opens_contacts(grace)
        chooses_view(grace, "Unverified contacts")
        grace.follows("Send to all 4")
        grace.sees("Send activation emails to all")
        grace.reads("No email address")
        grace.presses("Send 3 emails")
        expect(grace.page.locator("progress")).to_be_visible()
        expect(grace.page.get_by_role("heading", level=1)).to_have_text(
            "Activation emails have gone out", timeout=60_000
        )
        grace.reads("4 of 4 contacts")
        for contact in contacts:
            customers.activation_mails(suite, contact["email"])
        eventually(lambda: grace.watch.complaints == [], what="nothing is complained about")
