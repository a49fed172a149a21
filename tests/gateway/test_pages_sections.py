"""Navigation of the account area: the sections of each role, and the open one marked."""

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
COMPANY = [f"/account/{name}" for name in ("company", "users", "api-keys", "audit-log")]
CANCELLATION = "/account/cancellation"


def page(path: str, role: Role = Role.OWNER) -> Page:
    return contexts.Docs(**common("en", path, is_logged_in=True, role=role))


def offered(role: Role) -> list[str]:
    groups = navigation.groups_for(page("/account", role))
    return [section.path for group in groups for section in group.sections]


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (Role.OWNER, [*OWN, *COMPANY, CANCELLATION]),
        (Role.ADMIN, [*OWN, *COMPANY]),
        (Role.BILLING, OWN),
        (Role.AGENT, OWN),
    ],
)
def test_a_role_is_offered_what_it_may_open(role: Role, paths: list[str]) -> None:
    assert offered(role) == paths


def test_somebody_unknown_is_offered_nothing() -> None:
    assert navigation.groups_for(contexts.Docs(**common("en", "/account"))) == ()


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/account", "/account"),
        ("/account?lang=ko", "/account"),
        ("/account/users", "/account/users"),
        ("/account/users/invitation?x=1", "/account/users"),
        ("/account/users-and-more", "/account"),
        ("/account/cancellation/confirmation", "/account/cancellation"),
    ],
)
def test_a_page_belongs_to_the_section_above_it(path: str, section: str) -> None:
    assert navigation.current(page(path)).path == section


@pytest.mark.parametrize("name", [name for name, page in samples.pages("en").items() if page.viewer])
def test_the_open_section_is_marked_once_in_each_list(name: str) -> None:
    drawn = views.draw(samples.pages("en")[name], locale="en", nonce="n0nce")
    assert len(re.findall(r'href="/account[^"]*" aria-current="page"', drawn)) == 2
