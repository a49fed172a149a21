"""Second factors: codes of an authenticator app (TOTP, RFC 6238).

Six digits, SHA-1, 30 seconds: what every app takes. The code of the step before and the one after are taken too, for
clocks that differ; a step counts once, so a code that was seen by somebody else is worth nothing.
"""

from __future__ import annotations

import datetime
import hmac
import uuid
from collections.abc import Sequence
from enum import StrEnum

import pyotp
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.models import UserRow
from accounts.second_factor import recovery_codes
from accounts.second_factor.models import SecondFactorRow
from identity import encryption
from wire.accounts.second_factor import (
    SecondFactor,
    SecondFactorAlreadyOn,
    SecondFactorDraft,
    SecondFactorOff,
    TotpCodeRefused,
    TotpIncorrect,
)

ISSUER = "Frontdesk"
STEP_SECONDS = 30
WINDOW_STEPS = 1
# How long what was begun can be confirmed.
DRAFT_LIFE = datetime.timedelta(minutes=15)


class Proof(StrEnum):
    """What a user showed beside the password."""

    APP = "app"
    RECOVERY_CODE = "recovery_code"


def begin(session: Session, user: UserRow, *, key: str, now: datetime.datetime) -> SecondFactorDraft:
    """A new secret, which does nothing until it is confirmed. Raises `SecondFactorAlreadyOn`."""
    secret = pyotp.random_base32()
    values = {
        "account_id": user.account_id,
        "secret": encryption.seal(secret.encode(), owner=user.id, key=key),
        "begun_at": now,
        "last_step": 0,
    }
    begun = session.scalar(
        insert(SecondFactorRow)
        .values(user_id=user.id, **values)
        .on_conflict_do_update(
            index_elements=["user_id"], set_=values, where=SecondFactorRow.confirmed_at.is_(None)
        )
        .returning(SecondFactorRow.user_id)
    )
    if begun is None:
        raise SecondFactorAlreadyOn
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)
    return SecondFactorDraft(secret=secret, uri=uri)


def confirm(
    session: Session, user: UserRow, code: str, *, keys: Sequence[str], now: datetime.datetime
) -> tuple[str, ...]:
    """Switch it on, and give out the recovery codes.

    Raises `SecondFactorAlreadyOn`, `SecondFactorOff` when none was begun lately, or `TotpCodeRefused`.
    """
    row = _locked(session, user.id)
    if row is not None and row.confirmed_at is not None:
        raise SecondFactorAlreadyOn
    if row is None or now - row.begun_at > DRAFT_LIFE:
        raise SecondFactorOff
    step = _step_of(code, _secret(row, keys), now=now)
    if step is None:
        raise TotpCodeRefused
    row.confirmed_at, row.last_step = now, step
    user.has_second_factor = True
    user.version += 1
    return recovery_codes.renew(session, user, key=keys[0])


def abandon(session: Session, user_id: uuid.UUID) -> None:
    """Forget what was begun and not confirmed."""
    session.execute(
        delete(SecondFactorRow).where(
            SecondFactorRow.user_id == user_id, SecondFactorRow.confirmed_at.is_(None)
        )
    )


def check(
    session: Session, user_id: uuid.UUID, code: str, *, keys: Sequence[str], now: datetime.datetime
) -> Proof:
    """Use the code up: the app's, or a recovery code. Of many uses at once one succeeds. Raises `TotpIncorrect`."""
    row = _locked(session, user_id)
    if row is None or row.confirmed_at is None:
        raise TotpIncorrect
    step = _step_of(code, _secret(row, keys), now=now)
    if step is not None and step > row.last_step:
        row.last_step = step
        if not encryption.is_sealed_by(row.secret, keys[0]):
            row.secret = encryption.seal(_secret(row, keys).encode(), owner=user_id, key=keys[0])
        return Proof.APP
    if step is None and any(recovery_codes.use(session, user_id, code, key=key, now=now) for key in keys):
        return Proof.RECOVERY_CODE
    raise TotpIncorrect


def disable(session: Session, user: UserRow) -> None:
    """Switch it off. Raises `SecondFactorOff` when it is not on."""
    row = _locked(session, user.id)
    if row is None or row.confirmed_at is None:
        raise SecondFactorOff
    discard(session, user.id)
    user.has_second_factor = False
    user.version += 1


def discard(session: Session, user_id: uuid.UUID) -> None:
    """Forget the secret and the recovery codes."""
    session.execute(delete(SecondFactorRow).where(SecondFactorRow.user_id == user_id))
    recovery_codes.discard(session, user_id)


def renew_codes(session: Session, user: UserRow, *, key: str) -> tuple[str, ...]:
    """New recovery codes. Raises `SecondFactorOff`."""
    row = _locked(session, user.id)
    if row is None or row.confirmed_at is None:
        raise SecondFactorOff
    return recovery_codes.renew(session, user, key=key)


def seen(session: Session, user_id: uuid.UUID) -> SecondFactor:
    """What the user may know of it."""
    confirmed_at = session.scalar(
        select(SecondFactorRow.confirmed_at).where(SecondFactorRow.user_id == user_id)
    )
    return SecondFactor(
        is_on=confirmed_at is not None,
        confirmed_at=confirmed_at,
        recovery_codes_left=recovery_codes.left(session, user_id),
    )


def _locked(session: Session, user_id: uuid.UUID) -> SecondFactorRow | None:
    """The row, held until the transaction ends: two codes at the same moment are two codes one after the other."""
    return session.scalar(
        select(SecondFactorRow)
        .where(SecondFactorRow.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _secret(row: SecondFactorRow, keys: Sequence[str]) -> str:
    return encryption.open_sealed(row.secret, owner=row.user_id, keys=keys).decode()


def _step_of(code: str, secret: str, *, now: datetime.datetime) -> int | None:
    """The time step, of those that count now, whose code this is; None when it is no such code."""
    given = code.replace(" ", "").encode()
    present = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    found = None
    for step in range(present - WINDOW_STEPS, present + WINDOW_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given):
            found = step
    return found
