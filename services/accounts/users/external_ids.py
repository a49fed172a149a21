"""External ids of users, as a tenant's own systems call them: unique in an account, whatever their case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc
from sqlalchemy.orm import Session

from wire.accounts.users import ExternalIdInUse
from wire.contract import FieldError
from wire.values import external_id_key

CONSTRAINT = "uq_users_account_external_id"


def tidy(external_id: str | None) -> str | None:
    """As it is kept and shown: in the letters that were given."""
    return None if external_id is None else external_id.strip()


def key(external_id: str | None) -> str | None:
    """The form in which it is compared."""
    return None if external_id is None else external_id_key(external_id)


@contextmanager
def unique(session: Session) -> Iterator[None]:
    """What is changed within is stored at once. Raises `ExternalIdInUse` when another user of the account has it."""
    try:
        with session.begin_nested():
            yield
            session.flush()
    except exc.IntegrityError as error:
        if CONSTRAINT not in str(error.orig):
            raise
        raise ExternalIdInUse(
            errors=(FieldError(pointer="/external_id", code=ExternalIdInUse.code),)
        ) from None
