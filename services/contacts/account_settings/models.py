"""Table of the accounts' settings; an account without a row has the defaults."""

from __future__ import annotations

import uuid

from sqlalchemy import String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from contacts.models import Base


class AccountSettingsRow(Base):
    __tablename__ = "account_settings"

    account_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    user_activation_email: Mapped[bool] = mapped_column(default=False)
    ticket_submission: Mapped[str] = mapped_column(String(10), default="anyone")
    version: Mapped[int] = mapped_column(default=1)
