"""Customers of an account for the tests of its pages, and the way to them through the navigation."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.people import Person
from tests.support.mail import Mail
from tests.support.people import Member, new_email
from tests.support.suite import Suite
from tests.support.waiting import eventually


def add_contact(member: Member, name: str, email: str | None = "", **fields: Any) -> dict[str, Any]:
    """A contact as the API answers with it; with an address of its own, unless `email` is None."""
    body = {"name": name, "email": new_email() if email == "" else email, **fields}
    found: dict[str, Any] = (
        member.api.post("/v1/contacts", {field: value for field, value in body.items() if value is not None})
        .must_be(201)
        .body
    )
    return found


def opens_contacts(person: Person) -> None:
    """As the manual says: *Customers → Contacts*."""
    person.page.locator(".area-nav").get_by_role("link", name=person.say("Customers")).click()
    person.sees("Contacts")


def chooses_view(person: Person, view: str) -> None:
    """From the menu behind the three lines."""
    person.page.locator(".view-menu > summary").click()
    person.page.locator(".view-menu").get_by_role("link", name=person.say(view), exact=True).click()
    expect(person.page.locator(".view-menu > summary")).to_contain_text(person.say(view))


def row(person: Person, name: str) -> Locator:
    return person.page.locator("tr", has=person.page.get_by_role("link", name=name, exact=True))


def ticks(person: Person, *names: str) -> None:
    for name in names:
        row(person, name).get_by_role("checkbox").check()


def uses_more(person: Person, entry: str) -> None:
    """An entry of the menu beside the page's main action."""
    person.page.locator(".page-actions summary").click()
    menu = person.page.locator(".page-actions .menu-list")
    menu.get_by_text(person.say(entry), exact=True).click()


def activation_mails(suite: Suite, email: str, count: int = 1) -> list[Mail]:
    """The mails to this address, once there are so many with a link that activates."""
    link = re.compile(r"/activat")
    return eventually(
        lambda: (
            (found := [mail for mail in suite.sink.to(email) if link.search(mail.text())])[count - 1 :]
            and found
        ),
        what=f"{count} activation mails to {email}",
    )
