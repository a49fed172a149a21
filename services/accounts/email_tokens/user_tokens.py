"""Email tokens of users: what they are for, and what makes one unknown that is still good.

How a token is issued, looked at and used once stands in `identity.email_tokens`.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from enum import StrEnum

from sqlalchemy.orm import Session, joinedload

from accounts.email_tokens.models import EmailTokenRow
from accounts.models import UserRow
from identity.email_tokens import EmailTokens, Recipient
from wire.contract import Refusal
from wire.identity import EmailTokenUnknown, RevealedEmailToken


class Purpose(StrEnum):
    ACTIVATION = "activation"
    PASSWORD_RESET = "password_reset"  # noqa: S105  # a purpose, no password
    EMAIL_CHANGE = "email_change"
    EMAIL_UNDO = "email_undo"
    LOG_IN = "log_in"
    REACTIVATION_REQUEST = "reactivation_request"


# These go to the user's own address and die when the user gets another one.
TO_OWN_ADDRESS = frozenset({Purpose.ACTIVATION, Purpose.PASSWORD_RESET})

TOKENS = EmailTokens(EmailTokenRow, holder=EmailTokenRow.user_id, person=UserRow.id)


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
        recipient = Recipient(
            holder_id=user.id,
            account_id=user.account_id,
            email_key=email_key or user.email_key,
            subject_id=subject_id,
        )
        return TOKENS.issue(session, recipient, purpose, key=self.key, now=now, life=life)

    def secret(self, row: EmailTokenRow) -> str:
        """The token itself, of which the database knows the digest."""
        return TOKENS.secret(row, self.key)

    def reveal(self, session: Session, token_id: uuid.UUID, *, now: datetime.datetime) -> RevealedEmailToken:
        """The token itself, for the mail that carries it. Raises `EmailTokenUnknown`."""
        return TOKENS.reveal(session, token_id, key=self.key, now=now)


def find(
    session: Session, token_digest: str, purpose: Purpose, *, unknown: type[Refusal] = EmailTokenUnknown
) -> EmailTokenRow:
    """The token with its user and account. Raises `unknown`, also for a token to an address that is no longer the
    user's and for one of a user who was removed."""
    user_and_account = joinedload(EmailTokenRow.user).joinedload(UserRow.account)
    row = TOKENS.find(session, token_digest, purpose, user_and_account, unknown=unknown)
    if row.user.removed_at is not None:
        raise unknown
    if purpose in TO_OWN_ADDRESS and row.email_key != row.user.email_key:
        raise unknown
    return row
