"""Callers: a user's session, a contact's at its portal or an account's API key, and what it is permitted to do."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from chassis import context
from chassis.http import Request
from gateway.problems import HttpProblem
from wire.accounts.api_keys import KeyIdentity
from wire.accounts.sessions import Identity
from wire.contacts.portal import ContactIdentity
from wire.permissions import (
    OF_CONTACT,
    OF_CONTACT_WITH_A_PASSWORD_TO_CHANGE,
    OF_KEYS,
    OF_RETURNING,
    OF_ROLE,
    Permission,
    PortalPermission,
)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """`id` is the session's or the key's. A key has no user, no name and no address. A contact is nobody but at the
    portal with `portal_slug`."""

    id: uuid.UUID
    account_id: uuid.UUID
    permissions: frozenset[Permission] | frozenset[PortalPermission]
    locale: str
    expires_at: datetime.datetime | None
    user_id: uuid.UUID | None = None
    name: str = ""
    email: str = ""
    authenticated_at: datetime.datetime | None = None
    is_returning: bool = False
    contact_id: uuid.UUID | None = None
    portal_slug: str = ""
    must_change_password: bool = False

    @property
    def is_key(self) -> bool:
        return self.user_id is None and self.contact_id is None

    @property
    def is_contact(self) -> bool:
        return self.contact_id is not None

    @classmethod
    def of_session(cls, identity: Identity) -> Caller:
        return cls(
            id=identity.session_id,
            account_id=identity.account_id,
            permissions=OF_RETURNING if identity.is_returning else OF_ROLE[identity.role],
            locale=identity.locale,
            expires_at=identity.expires_at,
            user_id=identity.user_id,
            name=identity.name,
            email=identity.email,
            authenticated_at=identity.authenticated_at,
            is_returning=identity.is_returning,
        )

    @classmethod
    def of_key(cls, identity: KeyIdentity) -> Caller:
        """A key has what it was given; what no key can be given is nothing that it has, whatever its row says."""
        return cls(
            id=identity.api_key_id,
            account_id=identity.account_id,
            permissions=frozenset(identity.scopes) & OF_KEYS,
            locale=identity.locale,
            expires_at=identity.expires_at,
        )

    @classmethod
    def of_contact(cls, identity: ContactIdentity) -> Caller:
        must_change = identity.must_change_password
        return cls(
            id=identity.session_id,
            account_id=identity.account_id,
            permissions=OF_CONTACT_WITH_A_PASSWORD_TO_CHANGE if must_change else OF_CONTACT,
            locale=identity.locale,
            expires_at=identity.expires_at,
            name=identity.name,
            email=identity.email or "",
            contact_id=identity.contact_id,
            portal_slug=identity.slug,
            must_change_password=must_change,
        )


def check(caller: Caller, needed: Permission | PortalPermission) -> None:
    """The one place where anybody's right to do something is checked. Raises `HttpProblem` 403."""
    if needed not in caller.permissions:
        raise HttpProblem(403, "password_change_required" if caller.must_change_password else "access_denied")


def enter(caller: Caller) -> None:
    """From here on the request runs on the caller's behalf."""
    context.enter(
        dataclasses.replace(
            context.current(),
            account_id=caller.account_id,
            user_id=caller.user_id,
            session_id=None if caller.is_key else caller.id,
            api_key_id=caller.id if caller.is_key else None,
            contact_id=caller.contact_id,
            locale=caller.locale,
        )
    )


def enter_place(request: Request, user_agent: str) -> None:
    """Where a request that changes something comes from, for sessions and the audit log."""
    context.enter(
        dataclasses.replace(
            context.current(),
            ip_address=(request.remote_addr or "")[:45] or None,
            user_agent=user_agent or None,
        )
    )
