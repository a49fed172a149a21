"""When are two email addresses the same, whose are they, and how is a phone number written?

The comparison form of an address: domain in lower case and IDNA, local part in lower case. Mail providers that tell
`Ann@` from `ann@` are rarer than people who type their own name both ways.
"""

from __future__ import annotations

import datetime
import uuid

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from accounts.models import KeptAddressRow, UserRow
from wire.accounts.signup import EmailInUse, EmailInvalid, PhoneInvalid


def email_key(email: str) -> str:
    """The form in which addresses are compared. Raises `EmailInvalid`."""
    try:
        checked = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise EmailInvalid(str(error)) from None
    domain = checked.ascii_domain or checked.domain
    return f"{checked.local_part}@{domain}".lower()


def known_email_key(email: str) -> str | None:
    """The comparison form; None for what is no address, which nobody has."""
    try:
        return email_key(email)
    except EmailInvalid:
        return None


def masked(email: str) -> str:
    """Enough of an address to know one's own: `a•••@example.com`."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def phone_number(phone: str, country: str) -> str:
    """The number in E.164, read as one of `country` where it has no prefix. Raises `PhoneInvalid`.

    Its prefix has to be one that is given out, not only its length right: a slip of the finger is told at once. New
    ranges come with newer versions of phonenumbers.
    """
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException as error:
        raise PhoneInvalid(str(error)) from None
    if not phonenumbers.is_valid_number(number):
        raise PhoneInvalid("not a phone number that is given out")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def lock(session: Session, email_key: str) -> None:
    """One at a time decides whose an address is; held until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(email_key, 0))))


def holder(
    session: Session, email_key: str, *, account_id: uuid.UUID | None = None, now: datetime.datetime
) -> uuid.UUID | None:
    """The user whose address this is: verified, or given up but still kept; with `account_id` also one who was only
    invited there. None when the address is free. Ask under `lock`."""
    is_own = or_(UserRow.verified_at.is_not(None), UserRow.account_id == account_id)
    user_id = session.scalar(
        select(UserRow.id)
        .where(UserRow.email_key == email_key, UserRow.removed_at.is_(None), is_own)
        .limit(1)
    )
    if user_id is not None:
        return user_id
    return session.scalar(
        select(KeptAddressRow.user_id).where(
            KeptAddressRow.email_key == email_key, KeptAddressRow.until > now
        )
    )


def claim(session: Session, email_key: str, *, for_user: uuid.UUID, now: datetime.datetime) -> None:
    """Make sure that the address may become this user's, until the transaction ends. Raises `EmailInUse`."""
    lock(session, email_key)
    if holder(session, email_key, now=now) not in (None, for_user):
        raise EmailInUse
