"""Navigation: the areas and sections of each role, and the open one marked."""

from __future__ import annotations

import re

import pytest

from gateway.layout import navigation, views
from gateway.layout.contexts import Page
from gateway.system import contexts
from tests.browser import samples
from tests.browser.sample_people import common
from wire.values import Role

OWN = [
    "/account",
    *(f"/account/{name}" for name in ("profile", "email", "password", "second-factor", "sessions")),
]
ADMIN = [
    "/admin/workflows/email-notifications",
    "/admin/channels/portals/settings",
    "/account/company",
    "/admin/contact-fields",
    *(f"/account/{name}" for name in ("users", "api-keys", "audit-log")),
]
CUSTOMERS = ["/customers/contacts"]
CANCELLATION = "/account/cancellation"


def page(path: str, role: Role = Role.OWNER) -> Page:
    return contexts.Docs(**common("en", path, is_logged_in=True, role=role))


def offered(role: Role) -> dict[str, list[str]]:
    areas = navigation.areas_for(page("/account", role))
    return {area.label: [section.path for section in area.sections] for area in areas}


@pytest.mark.parametrize(
    ("role", "areas"),
    [
        (Role.OWNER, {"Customers": CUSTOMERS, "Admin": ADMIN, "My Account": [*OWN, CANCELLATION]}),
        (Role.ADMIN, {"Customers": CUSTOMERS, "Admin": ADMIN, "My Account": OWN}),
        (Role.BILLING, {"Customers": CUSTOMERS, "My Account": OWN}),
        (Role.AGENT, {"Customers": CUSTOMERS, "My Account": OWN}),
    ],
)
def test_a_role_is_offered_what_it_may_open(role: Role, areas: dict[str, list[str]]) -> None:
    assert offered(role) == areas


def test_the_top_bar_leads_to_the_first_page_of_each_area() -> None:
    areas = navigation.main_areas_for(page("/account"))
    assert [(area.label, area.path) for area in areas] == [("Customers", CUSTOMERS[0]), ("Admin", ADMIN[0])]


def test_somebody_unknown_is_offered_nothing() -> None:
    nobody = contexts.Docs(**common("en", "/account"))
    assert navigation.areas_for(nobody) == ()
    assert navigation.groups_for(nobody) == ()


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/account", "/account"),
        ("/account?lang=ko", "/account"),
        ("/account/users", "/account/users"),
        ("/account/users/invitation?x=1", "/account/users"),
        ("/account/users-and-more", "/account"),
        ("/account/cancellation/confirmation", "/account/cancellation"),
        ("/customers/contacts?state=unverified", "/customers/contacts"),
        ("/admin/channels/portals/settings", "/admin/channels/portals/settings"),
    ],
)
def test_a_page_belongs_to_the_section_above_it(path: str, section: str) -> None:
    assert navigation.current(page(path)).path == section


@pytest.mark.parametrize("name", [name for name, page in samples.pages("en").items() if page.viewer])
def test_the_open_section_is_marked_once_in_each_list(name: str) -> None:
    """Beside the page and in the menu above it; where an area has one section, there is no list."""
    shown = samples.pages("en")[name]
    has_list = sum(len(group.sections) for group in navigation.groups_for(shown)) > 1
    drawn = views.draw(shown, locale="en", nonce="n0nce")
    marked = re.findall(rf'href="{navigation.current(shown).path}" aria-current="page"', drawn)
    assert len(marked) == (2 + drawn.count('class="tabs"') if has_list else 0)


def test_the_open_area_is_marked_in_the_top_bar_and_in_the_menu() -> None:
    drawn = views.draw(samples.pages("en")["contacts"], locale="en", nonce="n0nce")
    assert drawn.count('href="/customers/contacts" aria-current="true"') == 2 + 1  # and the view of all
