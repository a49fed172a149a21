"""Permissions, and which of them roles and API keys have; the gateway checks one per operation."""

from __future__ import annotations

from enum import StrEnum

from wire.values import Role


class Permission(StrEnum):
    """`own` is what a person does with their own log-in: no API key ever has it."""

    OWN = "own"
    ACCOUNT_READ = "account:read"
    ACCOUNT_WRITE = "account:write"
    ACCOUNT_CANCEL = "account:cancel"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    API_KEYS = "api-keys"
    AUDIT_READ = "audit:read"
    BILLING_READ = "billing:read"
    BILLING_WRITE = "billing:write"
    INVOICES_READ = "invoices:read"
    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    CONTACTS_ADMIN = "contacts:admin"


class PortalPermission(StrEnum):
    """What contacts may do at their portal, and no user and no key: with their own data, and, of which a password that
    has to be changed first opens nothing else, with their password."""

    DATA = "portal"
    PASSWORD = "portal:password"  # noqa: S105  # a permission


P = Permission

_EVERYBODY = frozenset({P.OWN, P.ACCOUNT_READ, P.CONTACTS_READ, P.CONTACTS_WRITE})
_BILLING = frozenset({P.BILLING_READ, P.BILLING_WRITE, P.INVOICES_READ})
_ADMIN = frozenset(
    {
        P.ACCOUNT_WRITE,
        P.USERS_READ,
        P.USERS_WRITE,
        P.API_KEYS,
        P.AUDIT_READ,
        P.BILLING_READ,
        P.INVOICES_READ,
        P.CONTACTS_ADMIN,
    }
)

OF_ROLE: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: _EVERYBODY | _ADMIN,
    Role.BILLING: _EVERYBODY | _BILLING,
    Role.AGENT: _EVERYBODY,
}

# What a key can be given. Money, other keys and the end of the account stay with people.
OF_KEYS = frozenset(
    {
        P.ACCOUNT_READ,
        P.ACCOUNT_WRITE,
        P.USERS_READ,
        P.USERS_WRITE,
        P.AUDIT_READ,
        P.BILLING_READ,
        P.INVOICES_READ,
        P.CONTACTS_READ,
        P.CONTACTS_WRITE,
        P.CONTACTS_ADMIN,
    }
)

# What somebody whose account is cancelled may still do: come back, and read old invoices.
OF_RETURNING = frozenset({P.INVOICES_READ})

OF_CONTACT = frozenset(PortalPermission)
OF_CONTACT_WITH_A_PASSWORD_TO_CHANGE = frozenset({PortalPermission.PASSWORD})
