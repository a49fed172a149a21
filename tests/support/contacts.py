"""Contacts in a test: added by a member of an account, and let in to its portal."""

from __future__ import annotations

import dataclasses
from typing import Any

from tests.support.api import Answer, Api
from tests.support.people import Member, new_email
from tests.support.suite import Suite
from tests.support.waiting import eventually

GIVEN_PASSWORD = "marble tunnel pepper cloud"
OWN_PASSWORD = "lantern orbit cactus drum"
KNOWN_SECONDS = 10.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class PortalVisitor:
    """A contact that is logged in to its portal: `api` asks on its behalf, `path` is the portal's."""

    contact: dict[str, Any]
    email: str
    password: str
    token: str
    path: str
    api: Api


def add_contact(by: Member, *, email: str | None = None, **changes: Any) -> dict[str, Any]:
    """A new contact of this member's account."""
    body = {"name": "Cora Client", "email": email or new_email(), **changes}
    found: dict[str, Any] = by.api.post("/v1/contacts", body).must_be(201).body
    return found


def portal_path(suite: Suite, member: Member) -> str:
    """The API's path of the account's portal, once contacts has heard of the account."""
    path = f"/v1/portals/{member.account['slug']}"
    eventually(lambda: suite.api.get(path).status == 200, KNOWN_SECONDS, f"{path} is there")
    return path


def set_password(by: Member, contact: dict[str, Any], password: str = GIVEN_PASSWORD) -> Answer:
    """By an admin."""
    return by.api.send("PUT", f"/v1/contacts/{contact['id']}/password", body={"password": password})


def log_in(suite: Suite, path: str, email: str, password: str) -> Answer:
    return suite.api.post(f"{path}/sessions", {"email": email, "password": password})


def change_password(api: Api, path: str, current: str, new: str) -> Answer:
    body = {"current_password": current, "new_password": new, "new_password_repeat": new}
    return api.send("PUT", f"{path}/me/password", body=body)


def visitor(suite: Suite, member: Member, **changes: Any) -> PortalVisitor:
    """A new contact with a password of its own, logged in."""
    path, contact = portal_path(suite, member), add_contact(member, **changes)
    set_password(member, contact).must_be(204)
    opened = log_in(suite, path, contact["email"], GIVEN_PASSWORD).must_be(201).body
    api = suite.api.with_token(opened["token"])
    change_password(api, path, GIVEN_PASSWORD, OWN_PASSWORD).must_be(204)
    return PortalVisitor(
        contact=contact,
        email=contact["email"],
        password=OWN_PASSWORD,
        token=opened["token"],
        path=path,
        api=api,
    )
