"""Tables of authenticator apps and recovery codes."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Base, Moment


class SecondFactorRow(Base):
    """A user's authenticator app: its secret encrypted, and the last time step that was used."""

    __tablename__ = "second_factors"

    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", name="fk_second_factors_user"), primary_key=True
    )
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_second_factors_account"))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    begun_at: Mapped[datetime.datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCodeRow(Base):
    """One way in for who lost the authenticator app; works once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_digest", name="uq_recovery_codes_user_digest"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", name="fk_recovery_codes_account"))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", name="fk_recovery_codes_user"))
    code_digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
