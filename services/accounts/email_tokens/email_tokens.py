"""What happens with a link that we mail? It is issued, looked at, and used once.

A link has one purpose and one subject, and is bound to the address that it went to: of one purpose and subject the
newest counts. The database keeps a digest; the secret is derived again when the mail is written.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from accounts import tokens
from accounts.email_tokens.models import EmailTokenRow
from accounts.models import UserRow
from wire.accounts.email_tokens import (
    EmailTokenExpired,
    EmailTokenSuperseded,
    EmailTokenUnknown,
    EmailTokenUsed,
    RevealedEmailToken,
)
from wire.contract import Refusal
from wire.values import TokenState


class Purpose(StrEnum):
    ACTIVATION = "activation"
    PASSWORD_RESET = "password_reset"  # noqa: S105  # a purpose, no password
    EMAIL_CHANGE = "email_change"
    EMAIL_UNDO = "email_undo"
    LOG_IN = "log_in"
    REACTIVATION_REQUEST = "reactivation_request"


# These go to the user's own address and die when the user gets another one.
TO_OWN_ADDRESS = frozenset({Purpose.ACTIVATION, Purpose.PASSWORD_RESET})

REFUSALS: Mapping[TokenState, type[Refusal]] = {
    TokenState.CONSUMED: EmailTokenUsed,
    TokenState.SUPERSEDED: EmailTokenSuperseded,
    TokenState.REVOKED: EmailTokenSuperseded,
    TokenState.EXPIRED: EmailTokenExpired,
}


def issue(
    session: Session,
    user: UserRow,
    purpose: Purpose,
    *,
    key: str,
    now: datetime.datetime,
    life: datetime.timedelta,
    subject_id: uuid.UUID | None = None,
    email_key: str | None = None,
) -> EmailTokenRow:
    """A new link; an older one of the same purpose and subject dies. Subject and address are the user's unless they
    are given."""
    lock(session, user.id)
    subject_id = subject_id or user.id
    session.execute(
        update(EmailTokenRow)
        .where(
            EmailTokenRow.subject_id == subject_id,
            EmailTokenRow.purpose == purpose.value,
            EmailTokenRow.state == TokenState.ISSUED.value,
        )
        .values(state=TokenState.SUPERSEDED.value)
    )
    link_id = uuid.uuid4()
    row = EmailTokenRow(
        id=link_id,
        account_id=user.account_id,
        user_id=user.id,
        purpose=purpose.value,
        subject_id=subject_id,
        email_key=email_key or user.email_key,
        token_digest=tokens.digest(tokens.derived_token(key, purpose.value, link_id)),
        state=TokenState.ISSUED.value,
        issued_at=now,
        expires_at=now + life,
    )
    session.add(row)
    return row


def find(
    session: Session, token_digest: str, purpose: Purpose, *, unknown: type[Refusal] = EmailTokenUnknown
) -> EmailTokenRow:
    """The link with its user and account. Raises `unknown`, also for a link to an address that is no longer the
    user's and for one of a user who was removed."""
    row = session.scalar(
        select(EmailTokenRow)
        .where(EmailTokenRow.token_digest == token_digest, EmailTokenRow.purpose == purpose.value)
        .options(joinedload(EmailTokenRow.user).joinedload(UserRow.account))
        .execution_options(populate_existing=True)
    )
    if row is None or row.user.removed_at is not None:
        raise unknown
    if purpose in TO_OWN_ADDRESS and row.email_key != row.user.email_key:
        raise unknown
    return row


def state(row: EmailTokenRow, now: datetime.datetime) -> TokenState:
    kept = TokenState(row.state)
    return TokenState.EXPIRED if kept is TokenState.ISSUED and row.expires_at <= now else kept


def check(
    row: EmailTokenRow, now: datetime.datetime, *, refusals: Mapping[TokenState, type[Refusal]] = REFUSALS
) -> None:
    """Raise the refusal that fits a link that cannot be used any more."""
    refusal = refusals.get(state(row, now))
    if refusal is not None:
        raise refusal


def consume(
    session: Session,
    row: EmailTokenRow,
    *,
    now: datetime.datetime,
    refusals: Mapping[TokenState, type[Refusal]] = REFUSALS,
) -> None:
    """Use the link up. Of many at once one succeeds; the others get the refusal that fits."""
    lock(session, row.user_id)
    taken = session.scalar(
        update(EmailTokenRow)
        .where(
            EmailTokenRow.id == row.id,
            EmailTokenRow.state == TokenState.ISSUED.value,
            EmailTokenRow.expires_at > now,
        )
        .values(state=TokenState.CONSUMED.value, consumed_at=now)
        .returning(EmailTokenRow.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        session.refresh(row, ["state"])
        check(row, now, refusals=refusals)
        raise refusals[TokenState.CONSUMED]


def revoke(session: Session, user_id: uuid.UUID, *purposes: Purpose) -> None:
    """End what links of these purposes the user still has; of every purpose when none is named."""
    query = update(EmailTokenRow).where(
        EmailTokenRow.user_id == user_id, EmailTokenRow.state == TokenState.ISSUED.value
    )
    if purposes:
        query = query.where(EmailTokenRow.purpose.in_([purpose.value for purpose in purposes]))
    session.execute(query.values(state=TokenState.REVOKED.value))


def reveal(session: Session, link_id: uuid.UUID, *, key: str, now: datetime.datetime) -> RevealedEmailToken:
    """The link's secret, for the mail that carries it. Raises `EmailTokenUnknown`."""
    row = session.get(EmailTokenRow, link_id)
    if row is None:
        raise EmailTokenUnknown
    found = state(row, now)
    token = tokens.derived_token(key, row.purpose, row.id) if found is TokenState.ISSUED else None
    return RevealedEmailToken(token=token, state=found, expires_at=row.expires_at)


def lock(session: Session, user_id: uuid.UUID) -> None:
    """One at a time changes how a user gets in."""
    session.execute(select(UserRow.id).where(UserRow.id == user_id).with_for_update())
