"""Table of the custom fields that accounts have defined."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import String, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from contacts.models import Base, Moment


class ContactFieldRow(Base):
    __tablename__ = "contact_fields"
    __table_args__ = (UniqueConstraint("account_id", "key", name="uq_contact_fields_key"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    key: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    choices: Mapped[list[str]] = mapped_column(ARRAY(String(100)), default=list)
    created_at: Mapped[datetime.datetime] = mapped_column(Moment)
