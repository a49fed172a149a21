"""The portal of an account: what its contacts do there, and what an admin does for one of them."""

from __future__ import annotations

from identity.limits import Limits
from tests.support import contacts as people
from tests.support.contacts import GIVEN_PASSWORD, PortalVisitor, change_password, set_password
from tests.support.people import Member, sign_up, token_in_mail
from tests.support.scenarios import ANY_VERSION, NEW_PASSWORD, Outcome, of
from tests.support.suite import Suite
from tests.support.waiting import eventually

WRONG_PASSWORD = "not the password at all"


def let_in(suite: Suite) -> tuple[Member, PortalVisitor]:
    """An owner, and a contact of theirs who is logged in to the portal."""
    member = sign_up(suite)
    return member, people.visitor(suite, member)


def of_visitor(member: Member, visitor: PortalVisitor, *secrets: str) -> Outcome:
    return of(
        member,
        visitor.token,
        visitor.password,
        GIVEN_PASSWORD,
        *secrets,
        object_id=visitor.contact["id"],
    )


def set_contact_password(suite: Suite) -> Outcome:
    member = sign_up(suite)
    people.portal_path(suite, member)
    contact = people.add_contact(member)
    set_password(member, contact).must_be(204)
    return of(member, GIVEN_PASSWORD, object_id=contact["id"])


def log_in_to_portal(suite: Suite) -> Outcome:
    return of_visitor(*let_in(suite))


def change_portal_me(suite: Suite) -> Outcome:
    member, visitor = let_in(suite)
    path = f"{visitor.path}/me"
    visitor.api.send("PATCH", path, body={"name": "Cora C."}, headers=ANY_VERSION).must_be(200)
    return of_visitor(member, visitor)


def change_portal_password(suite: Suite) -> Outcome:
    member, visitor = let_in(suite)
    change_password(visitor.api, visitor.path, visitor.password, NEW_PASSWORD).must_be(204)
    return of_visitor(member, visitor, NEW_PASSWORD)


def asked_for_reset(suite: Suite) -> tuple[Member, PortalVisitor, str]:
    """The same, and the token of the link that was mailed."""
    member, visitor = let_in(suite)
    suite.api.post(f"{visitor.path}/password-resets", {"email": visitor.email}).must_be(202)
    return member, visitor, token_in_mail(suite, visitor.email, "/reset-password")


def request_contact_password_reset(suite: Suite) -> Outcome:
    member, visitor, token = asked_for_reset(suite)
    return of_visitor(member, visitor, token)


def reset_contact_password(suite: Suite) -> Outcome:
    member, visitor, token = asked_for_reset(suite)
    passwords = {"password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    suite.api.post(f"/v1/password-resets/{token}", passwords).must_be(204)
    return of_visitor(member, visitor, token, NEW_PASSWORD)


def give_wrong_password(suite: Suite) -> Outcome:
    member, visitor = let_in(suite)
    people.log_in(suite, visitor.path, visitor.email, WRONG_PASSWORD).must_be(401)
    return of_visitor(member, visitor, WRONG_PASSWORD)


def be_locked_out(suite: Suite) -> Outcome:
    """One more wrong password and no more are looked at."""
    member, visitor = let_in(suite)
    people.log_in(suite, visitor.path, visitor.email, WRONG_PASSWORD).must_be(401)
    query = "UPDATE throttles SET count = %s, next_allowed_at = NULL WHERE rule = 'log_in' RETURNING key"
    eventually(lambda: suite.rows("contacts", query, Limits.log_in_fails_max - 1), what="it was counted")
    people.log_in(suite, visitor.path, visitor.email, WRONG_PASSWORD).must_be(401)
    return of_visitor(member, visitor, WRONG_PASSWORD)
