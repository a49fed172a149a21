"""Samples of the pages of users."""

from __future__ import annotations

import dataclasses
import uuid

from gateway import texts
from gateway.layout.contexts import Page
from gateway.users.contexts import EditUser, User, UserRemoval, Users
from tests.browser.sample_people import EMAIL, NAMES, common
from wire.values import Role

COLLEAGUES = {"en": "Alan Turing", "fr": "Blaise Pascal", "ko": "이준호"}
# The same in every language: said by these samples, or spelled alike in two.
SAME_EVERYWHERE = frozenset({*COLLEAGUES.values(), "Agent"})


def _colleague(locale: str) -> User:
    return User(
        id=uuid.UUID(int=2),
        name=COLLEAGUES[locale],
        email="colleague@harbour-and-sons.example",
        role=Role.AGENT,
        is_verified=False,
        has_second_factor=False,
        version=1,
        may_change=True,
    )


def _owner(locale: str) -> User:
    return User(
        id=uuid.UUID(int=1),
        name=NAMES[locale],
        email=EMAIL,
        role=Role.OWNER,
        is_verified=True,
        has_second_factor=True,
        version=4,
        is_self=True,
        may_change=True,
    )


def pages(locale: str) -> dict[str, Page]:
    shown = common(locale, "/account/users", is_logged_in=True)
    one = {**shown, "user": _colleague(locale)}
    roles = tuple(Role)
    return {
        "users": Users(
            **shown,
            users=(_owner(locale), _colleague(locale)),
            roles_offered=roles,
            values={"role": "agent", "locale": locale},
        ),
        "users-errors": Users(
            **shown,
            users=(_owner(locale),),
            roles_offered=roles,
            values={"name": "", "email": "colleague@", "locale": locale},
            errors={
                "name": texts.detail("missing_field", locale),
                "email": texts.detail("email_invalid", locale),
            },
        ),
        "user": EditUser(**one, roles_offered=roles, values={"name": COLLEAGUES[locale], "role": "agent"}),
        "user-self": EditUser(
            **{**one, "user": _owner(locale)}, roles_offered=roles, values={"name": NAMES[locale]}
        ),
        "user-other-owner": EditUser(
            **{**one, "user": dataclasses.replace(_owner(locale), is_self=False, may_change=False)},
            roles_offered=(),
        ),
        "user_removal": UserRemoval(**one),
        "user_removal-refused": UserRemoval(**one, problem=texts.detail("last_owner", locale)),
    }
