"""Rows of the database as messages of the contract."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import Row

from accounts.api_keys.models import ApiKeyRow
from accounts.email_changes.models import EmailChangeRow
from accounts.models import AccountRow, UserRow
from accounts.reactivation.models import ReactivationRequestRow
from accounts.sessions.models import SessionRow
from identity import user_agents
from wire.accounts.api_keys import ApiKey, KeyIdentity
from wire.accounts.audit_log import ActorKind, AuditActor, AuditEntry, AuditObject
from wire.accounts.email_changes import EmailChange, EmailChangeState
from wire.accounts.profile import Me
from wire.accounts.reactivation import (
    ReactivationRequest,
    RequestActor,
    RequestForSupport,
    RequestState,
    RequestStep,
)
from wire.accounts.sessions import Identity, Session
from wire.accounts.signup import Registration
from wire.accounts.tenancy import Account, User
from wire.permissions import Permission
from wire.values import AccountStatus, Role

# What a query of columns has found, which the ORM is not asked for.
AnyRow = Row[*tuple[Any, ...]]


def as_account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        company_name=row.company_name,
        slug=row.slug,
        country=row.country,
        locale=row.locale,
        time_zone=row.time_zone,
        status=AccountStatus(row.status),
        trial_ends_at=row.trial_ends_at,
        created_at=row.created_at,
        plan=row.plan,
        period_ends_at=row.period_ends_at,
        cancels_at=row.cancels_at,
        cancelled_at=row.cancelled_at,
        version=row.version,
        external_id=row.external_id,
    )


def as_user(row: UserRow) -> User:
    return User(
        id=row.id,
        account_id=row.account_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        locale=row.locale,
        time_zone=row.time_zone,
        role=Role(row.role),
        is_verified=row.verified_at is not None,
        created_at=row.created_at,
        has_second_factor=row.has_second_factor,
        version=row.version,
        external_id=row.external_id,
    )


def as_me(user: UserRow) -> Me:
    return Me(user=as_user(user), account=as_account(user.account))


def as_registration(account: AccountRow, owner: UserRow) -> Registration:
    return Registration(account=as_account(account), owner=as_user(owner))


def as_session(row: SessionRow) -> Session:
    return Session(
        id=row.id,
        user_id=row.user_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        user_agent=row.user_agent,
        ip_address=row.ip_address,
        last_used_at=row.last_used_at,
        is_remembered=row.is_remembered,
        browser=user_agents.browser(row.user_agent),
        system=user_agents.system(row.user_agent),
    )


def as_identity(row: AnyRow) -> Identity:
    """Of a session with its user."""
    return Identity(
        session_id=row.id,
        user_id=row.user_id,
        account_id=row.account_id,
        role=Role(row.role),
        name=row.name,
        email=row.email,
        locale=row.locale,
        expires_at=row.expires_at,
        authenticated_at=row.authenticated_at,
        is_returning=row.is_returning,
    )


def as_key_identity(row: AnyRow, *, scopes: tuple[Permission, ...]) -> KeyIdentity:
    """Of an API key with its account; `scopes` are what is left of the key's."""
    return KeyIdentity(
        api_key_id=row.id,
        account_id=row.account_id,
        scopes=scopes,
        locale=row.locale,
        expires_at=row.expires_at,
    )


def as_api_key(row: ApiKeyRow, *, scopes: tuple[Permission, ...], created_by: str) -> ApiKey:
    """`scopes` are what is left of the key's by the role of who made it."""
    return ApiKey(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        scopes=scopes,
        created_by=created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )


def as_email_change(row: EmailChangeRow) -> EmailChange:
    return EmailChange(
        id=row.id,
        state=EmailChangeState(row.state),
        old_email=row.old_email,
        new_email=row.new_email,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
    )


def as_reactivation_request(row: ReactivationRequestRow) -> ReactivationRequest:
    return ReactivationRequest(**_request_fields(row))


def as_request_for_support(
    row: ReactivationRequestRow, account: AccountRow, user: UserRow
) -> RequestForSupport:
    return RequestForSupport(**_request_fields(row), account=as_account(account), owner=as_user(user))


def _request_fields(row: ReactivationRequestRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "state": RequestState(row.state),
        "requested_at": row.requested_at,
        "decided_at": row.decided_at,
        "note": row.note,
        "history": tuple(
            RequestStep(
                state=RequestState(step["state"]),
                at=datetime.datetime.fromisoformat(step["at"]),
                by=RequestActor(step["by"]),
                note=step["note"],
            )
            for step in row.history
        ),
    }


def as_audit_entry(row: AnyRow) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        happened_at=row.happened_at,
        action=row.action,
        actor=AuditActor(kind=ActorKind(row.actor_kind), id=row.actor_id, name=row.actor_name),
        object=AuditObject(kind=row.object_kind, id=row.object_id),
        ip_address=row.ip_address,
        user_agent=row.user_agent,
        facts=row.facts,
        browser=user_agents.browser(row.user_agent),
        system=user_agents.system(row.user_agent),
    )
