"""Single-use tokens in emails: issued, looked at, and used once.

A token has one purpose and one subject, and is bound to the address that it went to: of one purpose and subject the
newest counts. The database keeps a digest; the secret is derived again when the mail is written.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from accounts.email_tokens.models import EmailTokenRow
from accounts.models import UserRow
from identity import tokens
from wire.contract import Refusal
from wire.identity import (
    EmailTokenExpired,
    EmailTokenSuperseded,
    EmailTokenUnknown,
    EmailTokenUsed,
    RevealedEmailToken,
)
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


@dataclasses.dataclass(frozen=True, kw_only=True)
class TokenIssuer:
    """Issues tokens, whose secrets are derived under `key`: a mail that has to be sent twice holds the same one."""

    key: str

    def issue(
        self,
        session: Session,
        user: UserRow,
        purpose: Purpose,
        *,
        now: datetime.datetime,
        life: datetime.timedelta,
        subject_id: uuid.UUID | None = None,
        email_key: str | None = None,
    ) -> EmailTokenRow:
        """A new token; an older one of the same purpose and subject dies. Subject and address are the user's unless
        they are given."""
        lock(session, user.id)
        subject_id = subject_id or user.id
        _supersede(session, subject_id, purpose)
        token_id = uuid.uuid4()
        row = EmailTokenRow(
            id=token_id,
            account_id=user.account_id,
            user_id=user.id,
            purpose=purpose.value,
            subject_id=subject_id,
            email_key=email_key or user.email_key,
            token_digest=tokens.digest(tokens.derived_token(self.key, purpose.value, token_id)),
            state=TokenState.ISSUED.value,
            issued_at=now,
            expires_at=now + life,
        )
        session.add(row)
        return row

    def secret(self, row: EmailTokenRow) -> str:
        """The token itself, of which the database knows the digest."""
        return tokens.derived_token(self.key, row.purpose, row.id)

    def reveal(self, session: Session, token_id: uuid.UUID, *, now: datetime.datetime) -> RevealedEmailToken:
        """The token itself, for the mail that carries it. Raises `EmailTokenUnknown`."""
        row = session.get(EmailTokenRow, token_id)
        if row is None:
            raise EmailTokenUnknown
        found = state(row, now)
        secret = self.secret(row) if found is TokenState.ISSUED else None
        return RevealedEmailToken(token=secret, state=found, expires_at=row.expires_at)


def _supersede(session: Session, subject_id: uuid.UUID, purpose: Purpose) -> None:
    session.execute(
        update(EmailTokenRow)
        .where(
            EmailTokenRow.subject_id == subject_id,
            EmailTokenRow.purpose == purpose.value,
            EmailTokenRow.state == TokenState.ISSUED.value,
        )
        .values(state=TokenState.SUPERSEDED.value)
    )


def find(
    session: Session, token_digest: str, purpose: Purpose, *, unknown: type[Refusal] = EmailTokenUnknown
) -> EmailTokenRow:
    """The token with its user and account. Raises `unknown`, also for a token to an address that is no longer the
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
    stored = TokenState(row.state)
    return TokenState.EXPIRED if stored is TokenState.ISSUED and row.expires_at <= now else stored


def check(
    row: EmailTokenRow, now: datetime.datetime, *, refusals: Mapping[TokenState, type[Refusal]] = REFUSALS
) -> None:
    """Raise the refusal that fits a token that cannot be used any more."""
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
    """Use the token up. Of many at once one succeeds; the others get the refusal that fits."""
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
    """End what tokens of these purposes the user still has; of every purpose when none is named."""
    query = update(EmailTokenRow).where(
        EmailTokenRow.user_id == user_id, EmailTokenRow.state == TokenState.ISSUED.value
    )
    if purposes:
        query = query.where(EmailTokenRow.purpose.in_([purpose.value for purpose in purposes]))
    session.execute(query.values(state=TokenState.REVOKED.value))


def lock(session: Session, user_id: uuid.UUID) -> None:
    """One at a time changes how a user gets in."""
    session.execute(select(UserRow.id).where(UserRow.id == user_id).with_for_update())
