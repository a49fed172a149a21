"""Single-use tokens in emails: issued, looked at, and used once.

A token has one purpose and one subject, and is bound to the address that it went to: of one purpose and subject the
newest counts. The database keeps a digest; the secret is derived again when the mail is written. Which purposes there
are is the service's own: a `StrEnum`.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.orm.interfaces import ORMOption

from identity import tokens
from identity.tables import EmailTokenColumns
from wire.contract import Refusal
from wire.identity import (
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUsed,
    EmailTokenExpired,
    EmailTokenSuperseded,
    EmailTokenUnknown,
    EmailTokenUsed,
    RevealedEmailToken,
)
from wire.values import TokenState

Row = TypeVar("Row", bound=EmailTokenColumns)
Refusals = Mapping[TokenState, type[Refusal]]

REFUSALS: Refusals = {
    TokenState.CONSUMED: EmailTokenUsed,
    TokenState.SUPERSEDED: EmailTokenSuperseded,
    TokenState.REVOKED: EmailTokenSuperseded,
    TokenState.EXPIRED: EmailTokenExpired,
}
ACTIVATION_REFUSALS: Refusals = {
    TokenState.CONSUMED: ActivationLinkUsed,
    TokenState.SUPERSEDED: ActivationLinkSuperseded,
    TokenState.REVOKED: ActivationLinkSuperseded,
    TokenState.EXPIRED: ActivationLinkExpired,
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who gets a token, at which address; about themselves unless `subject_id` is another."""

    holder_id: uuid.UUID
    account_id: uuid.UUID
    email_key: str
    subject_id: uuid.UUID | None = None

    @property
    def subject(self) -> uuid.UUID:
        return self.subject_id or self.holder_id


class EmailTokens(Generic[Row]):
    """The email tokens of a service: `holder` is the column of their table that says whose a token is, and refers to
    `person`. Each begins with `prefix`, so that who is given one knows which service to ask."""

    def __init__(
        self,
        row: type[Row],
        *,
        holder: InstrumentedAttribute[uuid.UUID],
        person: InstrumentedAttribute[uuid.UUID],
        prefix: str = "",
    ) -> None:
        self._row = row
        self._holder = holder
        self._person = person
        self._prefix = prefix

    def issue(
        self,
        session: Session,
        recipient: Recipient,
        purpose: StrEnum,
        *,
        key: str,
        now: datetime.datetime,
        life: datetime.timedelta,
    ) -> Row:
        """A new token, whose secret is derived under `key`; an older one of the same purpose and subject dies."""
        (row,) = self.issue_all(session, [recipient], purpose, key=key, now=now, life=life)
        return row

    def issue_all(
        self,
        session: Session,
        recipients: Iterable[Recipient],
        purpose: StrEnum,
        *,
        key: str,
        now: datetime.datetime,
        life: datetime.timedelta,
    ) -> list[Row]:
        """The same for many people, in their order, with as many queries as for one."""
        recipients = list(recipients)
        self.lock(session, *(recipient.holder_id for recipient in recipients))
        self._supersede(session, [recipient.subject for recipient in recipients], purpose)
        rows = [self._draft(one, purpose, key=key, now=now, life=life) for one in recipients]
        session.add_all(rows)
        return rows

    def _draft(
        self,
        recipient: Recipient,
        purpose: StrEnum,
        *,
        key: str,
        now: datetime.datetime,
        life: datetime.timedelta,
    ) -> Row:
        token_id = uuid.uuid4()
        new: Callable[..., Row] = self._row
        return new(
            **{self._holder.key: recipient.holder_id},
            id=token_id,
            account_id=recipient.account_id,
            purpose=purpose.value,
            subject_id=recipient.subject,
            email_key=recipient.email_key,
            token_digest=tokens.digest(self._token(token_id, purpose.value, key)),
            state=TokenState.ISSUED.value,
            issued_at=now,
            expires_at=now + life,
        )

    def _supersede(self, session: Session, subject_ids: Sequence[uuid.UUID], purpose: StrEnum) -> None:
        session.execute(
            update(self._row)
            .where(
                self._row.subject_id.in_(subject_ids),
                self._row.purpose == purpose.value,
                self._row.state == TokenState.ISSUED.value,
            )
            .values(state=TokenState.SUPERSEDED.value)
        )

    def reveal(
        self, session: Session, token_id: uuid.UUID, *, key: str, now: datetime.datetime
    ) -> RevealedEmailToken:
        """The token itself, for the mail that carries it. Raises `EmailTokenUnknown`."""
        row = session.get(self._row, token_id)
        if row is None:
            raise EmailTokenUnknown
        found = state(row, now)
        token = self.secret(row, key) if found is TokenState.ISSUED else None
        return RevealedEmailToken(token=token, state=found, expires_at=row.expires_at)

    def secret(self, row: Row, key: str) -> str:
        """The token itself, of which the database knows the digest."""
        return self._token(row.id, row.purpose, key)

    def _token(self, token_id: uuid.UUID, purpose: str, key: str) -> str:
        return self._prefix + tokens.derived_token(key, purpose, token_id)

    def find(
        self,
        session: Session,
        token_digest: str,
        purpose: StrEnum,
        *options: ORMOption,
        unknown: type[Refusal] = EmailTokenUnknown,
    ) -> Row:
        """The token, and with it what `options` load. Raises `unknown`."""
        row = session.scalar(
            select(self._row)
            .where(self._row.token_digest == token_digest, self._row.purpose == purpose.value)
            .options(*options)
            .execution_options(populate_existing=True)
        )
        if row is None:
            raise unknown
        return row

    def consume(
        self, session: Session, row: Row, *, now: datetime.datetime, refusals: Refusals = REFUSALS
    ) -> None:
        """Use the token up. Of many at once one succeeds; the others get the refusal that fits."""
        self.lock(session, getattr(row, self._holder.key))
        taken = session.scalar(
            update(self._row)
            .where(
                self._row.id == row.id,
                self._row.state == TokenState.ISSUED.value,
                self._row.expires_at > now,
            )
            .values(state=TokenState.CONSUMED.value, consumed_at=now)
            .returning(self._row.id)
            .execution_options(synchronize_session=False)
        )
        if taken is None:
            session.refresh(row, ["state"])
            check(row, now, refusals=refusals)
            raise refusals[TokenState.CONSUMED]

    def revoke(
        self, session: Session, holder_id: uuid.UUID, *purposes: StrEnum, email_key: str | None = None
    ) -> None:
        """End what tokens of these purposes the person still has; of every purpose when none is named. Where an
        address is, those alone that went to it."""
        query = update(self._row).where(self._holder == holder_id, self._row.state == TokenState.ISSUED.value)
        if purposes:
            query = query.where(self._row.purpose.in_([purpose.value for purpose in purposes]))
        if email_key is not None:
            query = query.where(self._row.email_key == email_key)
        session.execute(query.values(state=TokenState.REVOKED.value))

    def lock(self, session: Session, *holder_ids: uuid.UUID) -> None:
        """One at a time changes how a person gets in."""
        query = select(self._person).where(self._person.in_(holder_ids)).order_by(self._person)
        session.execute(query.with_for_update())


def state(row: EmailTokenColumns, now: datetime.datetime) -> TokenState:
    stored = TokenState(row.state)
    return TokenState.EXPIRED if stored is TokenState.ISSUED and row.expires_at <= now else stored


def check(row: EmailTokenColumns, now: datetime.datetime, *, refusals: Refusals = REFUSALS) -> None:
    """Raise the refusal that fits a token that cannot be used any more."""
    refusal = refusals.get(state(row, now))
    if refusal is not None:
        raise refusal
