"""What the tables of the contacts service have in common."""

from __future__ import annotations

from sqlalchemy import DateTime
from sqlalchemy.orm import DeclarativeBase

Moment = DateTime(timezone=True)


class Base(DeclarativeBase):
    pass
