"""Browser: contacts, click by click as the manual has it: activation, edit, search, and what is refused."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser import customers, people, watching
from tests.browser.customers import add_contact, chooses_view, opens_contacts, row
from tests.support.people import new_email
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
