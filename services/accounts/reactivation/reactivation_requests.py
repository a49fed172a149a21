"""Reactivation requests of paying owners: a number, a state and a history."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import messages
from accounts.email_tokens.models import EmailTokenRow
from accounts.email_tokens.user_tokens import Purpose, TokenIssuer
from accounts.models import AccountRow, UserRow
from accounts.reactivation.models import ReactivationRequestRow
from wire import cursors
from wire.accounts.reactivation import (
    ListReactivationRequests,
    ReactivationRequestDecided,
    ReactivationRequestPage,
    ReactivationRequestUnknown,
    RequestActor,
    RequestState,
)

LIST = "reactivation_requests"
# The token shows a state: it may be looked at for as long as anybody asks.
TOKEN_LIFE = datetime.timedelta(days=365)
LIVING = (RequestState.OPEN.value, RequestState.APPROVED.value)


def open_one(
    session: Session, account: AccountRow, user: UserRow, *, issuer: TokenIssuer, now: datetime.datetime
) -> tuple[ReactivationRequestRow, EmailTokenRow, bool]:
    """A request for this account, which is locked, with the token that shows it; and whether it is new.

    Who asks again gets the request that is there.
    """
    known = _living(session, account.id)
    if known is not None:
        return known, _token_of(session, known.id), False
    request_id = uuid.uuid4()
    token = issuer.issue(
        session, user, Purpose.REACTIVATION_REQUEST, now=now, life=TOKEN_LIFE, subject_id=request_id
    )
    row = ReactivationRequestRow(
        id=request_id,
        account_id=account.id,
        user_id=user.id,
        token_digest=token.token_digest,
        state=RequestState.OPEN.value,
        requested_at=now,
        history=[_step(RequestState.OPEN, by=RequestActor.OWNER, at=now)],
        note="",
    )
    session.add(row)
    session.flush()
    return row, token, True


def move(
    session: Session,
    row: ReactivationRequestRow,
    to: RequestState,
    *,
    by: RequestActor,
    now: datetime.datetime,
    note: str = "",
) -> None:
    """Take a step; the row is locked. Raises `ReactivationRequestDecided` when only an open one can take it."""
    before = RequestState(row.state)
    if before is not (RequestState.APPROVED if to is RequestState.DONE else RequestState.OPEN):
        raise ReactivationRequestDecided(state=before.value)
    row.state = to.value
    if to in (RequestState.APPROVED, RequestState.REFUSED):
        row.decided_at, row.note = now, note
    row.history = [*row.history, _step(to, by=by, at=now, note=note)]
    session.flush()


def locked(session: Session, number: int) -> ReactivationRequestRow:
    """The request, which nobody else decides until the transaction ends. Raises `ReactivationRequestUnknown`."""
    row = session.scalar(
        select(ReactivationRequestRow).where(ReactivationRequestRow.number == number).with_for_update()
    )
    if row is None:
        raise ReactivationRequestUnknown
    return row


def account_of(session: Session, number: int) -> uuid.UUID:
    """Whose request it is. Raises `ReactivationRequestUnknown`."""
    account_id = session.scalar(
        select(ReactivationRequestRow.account_id).where(ReactivationRequestRow.number == number)
    )
    if account_id is None:
        raise ReactivationRequestUnknown
    return account_id


def by_token(session: Session, token_digest: str, number: int | None) -> ReactivationRequestRow:
    """The request that a token shows. Raises `ReactivationRequestUnknown`, also for another number."""
    row = session.scalar(
        select(ReactivationRequestRow).where(ReactivationRequestRow.token_digest == token_digest)
    )
    if row is None or number not in (None, row.number):
        raise ReactivationRequestUnknown
    return row


def page(session: Session, request: ListReactivationRequests) -> ReactivationRequestPage:
    """A page for support, the oldest first. Raises `CursorInvalid`."""
    which = cursors.name_of(LIST, request.state)
    query = (
        select(ReactivationRequestRow, AccountRow, UserRow)
        .join(AccountRow, AccountRow.id == ReactivationRequestRow.account_id)
        .join(UserRow, UserRow.id == ReactivationRequestRow.user_id)
        .order_by(ReactivationRequestRow.number)
        .limit(request.limit + 1)
    )
    if request.state is not None:
        query = query.where(ReactivationRequestRow.state == request.state.value)
    if request.number is not None:
        query = query.where(ReactivationRequestRow.number == request.number)
    if request.after is not None:
        (number,) = cursors.read(request.after, which, cursors.number)
        query = query.where(ReactivationRequestRow.number > number)
    rows = session.execute(query).all()
    shown = rows[: request.limit]
    has_more = len(rows) > request.limit
    return ReactivationRequestPage(
        data=tuple(messages.as_request_for_support(row, account, user) for row, account, user in shown),
        has_more=has_more,
        next_cursor=cursors.write(which, shown[-1][0].number) if has_more else None,
    )


def _step(state: RequestState, *, by: RequestActor, at: datetime.datetime, note: str = "") -> dict[str, str]:
    return {"state": state.value, "at": at.isoformat(), "by": by.value, "note": note}


def _living(session: Session, account_id: uuid.UUID) -> ReactivationRequestRow | None:
    return session.scalar(
        select(ReactivationRequestRow).where(
            ReactivationRequestRow.account_id == account_id, ReactivationRequestRow.state.in_(LIVING)
        )
    )


def _token_of(session: Session, request_id: uuid.UUID) -> EmailTokenRow:
    return session.scalars(
        select(EmailTokenRow).where(
            EmailTokenRow.subject_id == request_id,
            EmailTokenRow.purpose == Purpose.REACTIVATION_REQUEST.value,
        )
    ).one()
