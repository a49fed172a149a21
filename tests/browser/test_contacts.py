"""Browser: contacts, click by click as the manual has it: activation, edit, search, and what is refused."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser import customers, people, watching
from tests.browser.customers import add_contact, chooses_view, opens_contacts, row, ticks, uses_more
from tests.browser.people import SESSION_COOKIE, Person
from tests.support.people import PASSWORD, invited, new_email
from tests.support.suite import Suite

NEW_PASSWORD = "quiet lantern over maple"


def test_a_contact_is_sent_the_activation_mail_from_its_page(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en", size=watching.DESKTOP) as (grace, member):
        contact = add_contact(member, "Ada Lovelace")
        opens_contacts(grace)
        grace.follows("Ada Lovelace")
        grace.sees("Ada Lovelace")
        grace.presses("Send activation email")
        grace.is_told("activation_sent")
        assert len(customers.activation_mails(suite, contact["email"])) == 1
        grace.reads("Primary")


def test_all_unverified_contacts_of_a_page_are_ticked_and_sent_the_mail(
    browser: Browser, suite: Suite
) -> None:
    with people.owner(browser, suite, "ko", size=watching.DESKTOP) as (seoyeon, member):
        contacts = [add_contact(member, name) for name in ("가", "나")]
        add_contact(member, "다", email=None, phone="+82 2 1234 5678")
        opens_contacts(seoyeon)
        chooses_view(seoyeon, "Unverified contacts")
        seoyeon.page.get_by_role("button", name=seoyeon.say("Select all"), exact=True).click()
        expect(seoyeon.page.locator("[data-bulk-count]")).to_have_text("3명 선택됨")
        seoyeon.page.locator("[data-bulk-button]").click()
        seoyeon.sees("Activation emails")
        seoyeon.reads("No email address")
        for contact in contacts:
            customers.activation_mails(suite, contact["email"])
        seoyeon.follows("Back to the contacts")
        expect(seoyeon.page.locator(".chip")).to_have_count(1)


def test_a_contact_that_hovers_is_sent_the_mail_again(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en", size=watching.DESKTOP) as (grace, member):
        contact = add_contact(member, "Ada Lovelace")
        add_contact(member, "Mary Somerville")
        opens_contacts(grace)
        button = row(grace, "Ada Lovelace").locator(".row-hover button")
        expect(row(grace, "Ada Lovelace").locator(".row-hover")).to_have_css("opacity", "0")
        row(grace, "Ada Lovelace").hover()
        expect(row(grace, "Ada Lovelace").locator(".row-hover")).to_have_css("opacity", "1")
        button.click()
        grace.is_told("activation_sent")
        customers.activation_mails(suite, contact["email"])


def test_more_than_thirty_cannot_be_sent_the_mail_at_once_and_the_page_says_so(
    browser: Browser, suite: Suite
) -> None:
    with people.owner(browser, suite, "en", size=watching.DESKTOP) as (grace, member):
        for number in range(31):
            add_contact(member, f"Contact {number:02}")
        grace.opens("/customers/contacts?state=unverified")
        expect(grace.page.locator("tbody tr")).to_have_count(30)
        grace.follows("Next")
        expect(grace.page.locator("tbody tr")).to_have_count(1)
        grace.follows("Previous")
        expect(grace.page.locator("tbody tr")).to_have_count(30)
        grace.follows("100")
        grace.page.get_by_role("button", name="Select all", exact=True).click()
        button = grace.page.locator("[data-bulk-button]")
        expect(button).to_have_attribute("aria-disabled", "true")
        grace.reads("At most 30 contacts at a time. Please select fewer.")
        row(grace, "Contact 00").get_by_role("checkbox").uncheck()
        expect(button).to_have_attribute("aria-disabled", "false")


def test_without_scripts_a_page_is_ticked_by_a_link_and_too_many_are_refused(
    browser: Browser, suite: Suite
) -> None:
    with people.owner(browser, suite, "fr") as (_, member):
        for number in range(31):
            add_contact(member, f"Contact {number:02}")
        with Person(browser, suite, "fr", size=watching.PHONE, has_scripts=False) as amelie:
            cookie = {"name": SESSION_COOKIE, "value": member.token, "url": suite.base_url}
            amelie.context.add_cookies([cookie])
            amelie.opens("/customers/contacts?state=unverified&limit=100")
            amelie.follows("Select all")
            expect(amelie.page.locator("[data-tick]:checked")).to_have_count(31)
            amelie.page.locator("[data-bulk-button]").click()
            amelie.reads("Please choose at least one contact and at most 30.")
            expect(amelie.page.locator("[data-tick]:checked")).to_have_count(31)


def test_a_verified_contact_is_refused_with_the_two_ways_out(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "fr", size=watching.DESKTOP) as (amelie, member):
        contact = add_contact(member, "Sophie Germain")
        opens_contacts(amelie)
        amelie.follows("Sophie Germain")
        uses_more(amelie, "Change password")
        amelie.sends("Change password", password="short")
        expect(amelie.page.locator("#password-error")).to_be_visible()
        amelie.sends("Change password", password=NEW_PASSWORD)
        amelie.is_told("contact_password_set")
        amelie.reads("Verified")
        expect(amelie.page.locator(".page-actions")).not_to_contain_text(amelie.say("Send activation email"))
        reset = amelie.page.get_by_role("link", name=amelie.say("Password reset in the portal"))
        expect(reset).to_have_attribute("href", re.compile("^/portal/.+"))
        opens_contacts(amelie)
        ticks(amelie, "Sophie Germain")
        amelie.page.locator("[data-bulk-button]").click()
        amelie.sees("Activation emails")
        amelie.reads("Already verified")
        amelie.follows("Change password")
        assert amelie.page.url.endswith(f"/customers/contacts/{contact['id']}/password")


def test_the_email_address_of_a_contact_is_changed_as_the_manual_says(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en", size=watching.DESKTOP) as (grace, member):
        old, new = new_email(), new_email()
        add_contact(member, "Ada Lovelace", email=old)
        add_contact(member, "Mary Somerville")
        opens_contacts(grace)
        grace.sends("Search", q="ada")
        expect(grace.page.locator("#q")).to_have_value("ada")
        expect(grace.page.locator("tbody tr")).to_have_count(1)
        grace.follows("Ada Lovelace")
        grace.page.locator(".page-actions").get_by_role("link", name="Edit").click()
        grace.sees("Edit contact")
        grace.sends("Save", email=new, phone="+33 1 23 45 67 89", name="Ada King")
        grace.is_told("contact_saved")
        grace.sees("Ada King")
        grace.reads(new)


def test_an_address_is_added_made_primary_and_the_old_one_removed(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "fr") as (amelie, member):
        old, new = new_email(), new_email()
        contact = add_contact(member, "Sophie Germain", email=old)
        amelie.opens(f"/customers/contacts/{contact['id']}")
        amelie.page.locator("summary", has_text=amelie.say("Add an address")).click()
        amelie.sends("Add", email=new)
        amelie.is_told("contact_email_added")
        addresses = amelie.page.locator(".addresses li")
        addresses.filter(has_text=new).get_by_role("button", name=amelie.say("Make primary")).click()
        amelie.is_told("contact_email_promoted")
        addresses.filter(has_text=old).get_by_role("button", name=amelie.say("Remove")).click()
        amelie.is_told("contact_email_removed")
        expect(addresses).to_have_count(1)
        amelie.page.locator("summary", has_text=amelie.say("Add an address")).click()
        amelie.sends("Add", email=new)
        expect(amelie.page.locator("#email-error")).to_be_visible()
        expect(amelie.page.locator("#email")).to_have_value(new)


def test_a_search_that_finds_nothing_says_so_and_is_cleared(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "fr") as (amelie, member):
        amelie.opens("/customers/contacts")
        amelie.reads("No contacts yet")
        add_contact(member, "Sophie Germain")
        amelie.opens("/customers/contacts")
        amelie.sends("Search", q="nobody-of-this-name")
        amelie.reads("Nothing found")
        expect(amelie.page.locator("#q")).to_have_value("nobody-of-this-name")
        amelie.follows("Clear the search")
        expect(amelie.page.locator("tbody tr")).to_have_count(1)
        amelie.opens("/customers/contacts?filter=colour:'red'")
        expect(amelie.page.get_by_role("alert")).to_contain_text("name")
        amelie.page.locator(".chip").click()
        expect(amelie.page.locator("tbody tr")).to_have_count(1)


def test_a_contact_is_added_with_a_field_of_the_accounts_own(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "ko") as (seoyeon, _):
        seoyeon.opens("/admin/contact-fields")
        seoyeon.sees("Contact fields")
        seoyeon.chooses(kind="choice")
        seoyeon.sends("Add the field", label="Level", choices="Basic\nPremium")
        seoyeon.is_told("contact_field_added")
        seoyeon.opens("/customers/contacts/new")
        seoyeon.sees("New contact")
        seoyeon.sends("Save", name="박지민")
        expect(seoyeon.page.get_by_role("alert")).to_be_visible()
        expect(seoyeon.page.locator("#name")).to_have_value("박지민")
        seoyeon.chooses(field_level="Premium")
        seoyeon.sends("Save", email=new_email(), tags="vip, beta")
        seoyeon.is_told("contact_added")
        seoyeon.sees("박지민")
        seoyeon.reads("Premium")
        seoyeon.follows("vip")
        expect(seoyeon.page.locator("tbody tr")).to_have_count(1)
        seoyeon.opens("/admin/contact-fields")
        seoyeon.page.locator(".row-actions a").click()
        seoyeon.presses("Delete the field")
        seoyeon.is_told("contact_field_deleted")


def test_who_was_slower_sees_both_values_and_chooses(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en") as (grace, member):
        contact = add_contact(member, "Ada Lovelace", phone="+33 1 11 11 11 11")
        path = f"/v1/contacts/{contact['id']}"
        grace.opens(f"/customers/contacts/{contact['id']}/edit")
        change = {"phone": "+33 1 22 22 22 22", "tags": ["vip"]}
        member.api.send("PATCH", path, body=change, headers={"If-Match": "*"}).must_be(200)
        grace.sends("Save", phone="+33 1 33 33 33 33", name="Ada King")
        grace.reads("Which is right for “Phone”?")
        expect(grace.page.locator("#name")).to_have_value("Ada King")
        expect(grace.page.locator("#tags")).to_have_value("vip")
        grace.ticks("stored_phone", "stored")
        grace.presses("Save")
        grace.is_told("contact_saved")
        stored = member.api.get(path).must_be(200).body
        assert (stored["name"], stored["phone"], stored["tags"]) == ("Ada King", "+33122222222", ["vip"])


def test_a_contact_is_blocked_deleted_restored_and_deleted_for_good(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "fr", size=watching.DESKTOP) as (amelie, member):
        contact = add_contact(member, "Sophie Germain")
        amelie.opens(f"/customers/contacts/{contact['id']}")
        uses_more(amelie, "Block")
        amelie.is_told("contact_blocked")
        amelie.presses("Unblock")
        amelie.is_told("contact_unblocked")
        uses_more(amelie, "Delete…")
        amelie.sees("Delete this contact?")
        amelie.presses("Delete the contact")
        amelie.is_told("contact_deleted")
        opens_contacts(amelie)
        amelie.reads("No contacts yet")
        chooses_view(amelie, "Deleted contacts")
        amelie.follows("Sophie Germain")
        amelie.presses("Restore")
        amelie.is_told("contact_restored")
        expect(amelie.page.locator("table").last).to_contain_text("Sophie Germain")
        uses_more(amelie, "Delete…")
        amelie.presses("Delete the contact")
        uses_more(amelie, "Delete for good…")
        amelie.sees("Delete this contact for good?")
        amelie.presses("Delete for good")
        amelie.is_told("contact_deleted_permanently")
        amelie.reads("No contact has been deleted.")


def test_an_agent_sees_what_an_agent_may(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en") as (_, member):
        contact = add_contact(member, "Ada Lovelace")
        agent = invited(suite, member, "agent", locale="fr")
        with Person(browser, suite, "fr", size=watching.DESKTOP) as bob:
            bob.logs_in(agent.email, PASSWORD)
            bob.sees("My Account")
            expect(bob.page.locator(".area-nav a")).to_have_text([bob.say("Customers")])
            opens_contacts(bob)
            chooses_view(bob, "Unverified contacts")
            expect(bob.page.locator("main")).not_to_contain_text(bob.say("Send to all"))
            bob.follows("Ada Lovelace")
            bob.reads("Only an administrator can change email addresses.")
            expect(bob.page.locator("main")).not_to_contain_text(bob.say("History"))
            bob.page.locator(".page-actions").get_by_role("link", name=bob.say("Edit")).click()
            expect(bob.page.locator("#email")).to_have_count(0)
            bob.sends("Save", phone="+33 1 23 45 67 89")
            bob.is_told("contact_saved")
            for path in ("/admin/contact-fields", f"/customers/contacts/{contact['id']}/password"):
                bob.opens(path)
                bob.sees("Access denied")


def test_at_phone_width_the_top_bar_is_one_menu(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "fr") as (amelie, _):
        expect(amelie.page.locator(".area-nav")).to_be_hidden()
        amelie.page.locator(".site-nav summary").last.click()
        amelie.page.locator(".site-nav").get_by_role("link", name=amelie.say("Admin"), exact=True).click()
        amelie.sees("Email notifications")
        amelie.logs_out()
