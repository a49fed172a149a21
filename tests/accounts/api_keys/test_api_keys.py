"""API keys: who may make one, what it may do, and when it is over."""

from __future__ import annotations

import datetime
import uuid

import pytest
from sqlalchemy.orm import Session

from accounts.api_keys import api_keys
from accounts.api_keys.models import ApiKeyRow
from accounts.models import UserRow
from identity import tokens
from tests.accounts.conftest import NOW, store
from tests.support.sessions import at_once, committed
from tests.support.suite import Templates
from wire.accounts.api_keys import (
    ApiKeyLimitReached,
    ApiKeyNotFound,
    ApiKeyUnknown,
    CreateApiKey,
    CreatedApiKey,
    ExpiryPassed,
    KeyIdentity,
    ScopeNotAllowed,
)
from wire.permissions import OF_KEYS, Permission

MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
SCOPES = (Permission.INVOICES_READ, Permission.CONTACTS_READ)


def create(
    session: Session,
    user: UserRow,
    *,
    scopes: tuple[Permission, ...] = SCOPES,
    expires_at: datetime.datetime | None = None,
    name: str = "Nightly export",
    now: datetime.datetime = NOW,
) -> CreatedApiKey:
    asked = CreateApiKey(name=name, scopes=scopes, expires_at=expires_at)
    _, created = api_keys.create(session, asked, by=user.id, now=now)
    return created


def identify(session: Session, token: str, *, now: datetime.datetime = NOW) -> KeyIdentity:
    return api_keys.identify(session, tokens.digest(token), now=now)


def test_a_key_speaks_for_its_account_within_its_scopes(session: Session) -> None:
    account, user = store(session, locale="ko")
    created = create(session, user)
    identity = identify(session, created.token)
    assert (identity.account_id, identity.scopes, identity.locale) == (account.id, SCOPES, "ko")
    assert identity.api_key_id == created.api_key.id


def test_a_key_is_known_by_how_it_begins_and_kept_as_a_digest(session: Session) -> None:
    _, user = store(session)
    created = create(session, user)
    row = session.get_one(ApiKeyRow, created.api_key.id)
    assert created.token.startswith("fd_live_")
    assert len(created.token) >= len("fd_live_") + 43, "256 bits"
    assert row.prefix == created.api_key.prefix == created.token[:12]
    assert row.token_digest == tokens.digest(created.token)
    assert created.token not in str(vars(row))


def test_every_key_is_another(session: Session) -> None:
    _, user = store(session)
    assert len({create(session, user).token for _ in range(3)}) == 3


def test_scopes_are_kept_once_and_in_one_order(session: Session) -> None:
    _, user = store(session)
    created = create(session, user, scopes=(*reversed(SCOPES), *SCOPES))
    assert created.api_key.scopes == SCOPES


@pytest.mark.parametrize("role", ["owner", "admin"])
@pytest.mark.parametrize("scope", Permission)
def test_no_key_gets_what_no_key_may_have(session: Session, role: str, scope: Permission) -> None:
    _, user = store(session)
    user.role = role
    session.flush()
    if scope in OF_KEYS:
        assert create(session, user, scopes=(scope,)).api_key.scopes == (scope,)
        return
    with pytest.raises(ScopeNotAllowed) as refused:
        create(session, user, scopes=(Permission.CONTACTS_READ, scope))
    assert [error.pointer for error in refused.value.errors] == ["/scopes/1"]


@pytest.mark.parametrize("role", ["billing", "agent"])
def test_nobody_gives_a_key_more_than_they_have(session: Session, role: str) -> None:
    _, user = store(session)
    user.role = role
    session.flush()
    create(session, user, scopes=(Permission.CONTACTS_READ,))
    with pytest.raises(ScopeNotAllowed):
        create(session, user, scopes=(Permission.USERS_WRITE,))


def test_a_key_ends_when_it_should(session: Session) -> None:
    _, user = store(session)
    created = create(session, user, expires_at=NOW + DAY)
    assert identify(session, created.token, now=NOW + DAY - MINUTE).expires_at == NOW + DAY
    with pytest.raises(ApiKeyUnknown):
        identify(session, created.token, now=NOW + DAY)


def test_a_key_cannot_end_before_it_begins(session: Session) -> None:
    _, user = store(session)
    for moment in (NOW, NOW - DAY):
        with pytest.raises(ExpiryPassed):
            create(session, user, expires_at=moment)


def test_a_revoked_key_is_over_and_is_revoked_once(session: Session) -> None:
    account, user = store(session)
    created, other = create(session, user), create(session, user)
    revoked = api_keys.revoke(session, created.api_key.id, account_id=account.id, now=NOW)
    assert revoked is not None
    assert api_keys.revoke(session, created.api_key.id, account_id=account.id, now=NOW) is None
    with pytest.raises(ApiKeyUnknown):
        identify(session, created.token)
    assert identify(session, other.token).api_key_id == other.api_key.id


def test_nobody_revokes_another_accounts_key(session: Session) -> None:
    _, user = store(session)
    stranger, _ = store(session, owner_email="bob@example.com")
    created = create(session, user)
    for key_id, account_id in ((created.api_key.id, stranger.id), (uuid.uuid4(), user.account_id)):
        with pytest.raises(ApiKeyNotFound):
            api_keys.revoke(session, key_id, account_id=account_id, now=NOW)
    assert identify(session, created.token)


def test_no_key_works_for_a_cancelled_account(session: Session) -> None:
    account, user = store(session)
    created = create(session, user)
    account.status = "cancelled"
    session.flush()
    with pytest.raises(ApiKeyUnknown):
        identify(session, created.token)
    account.status = "active"
    session.flush()
    assert identify(session, created.token).account_id == account.id


def test_being_used_is_noted_once_a_minute_at_most(session: Session) -> None:
    _, user = store(session)
    created = create(session, user)
    row = session.get_one(ApiKeyRow, created.api_key.id)
    noted = []
    for moment in (NOW, NOW + MINUTE, NOW + 2 * MINUTE):
        identify(session, created.token, now=moment)
        session.refresh(row)
        noted.append(row.last_used_at)
    assert noted == [NOW, NOW, NOW + 2 * MINUTE]


def test_an_account_sees_the_keys_that_can_be_used_the_newest_first(session: Session) -> None:
    account, user = store(session)
    _, stranger = store(session, owner_email="bob@example.com")
    create(session, stranger)
    first = create(session, user, name="  First ")
    revoked, expired = create(session, user), create(session, user, expires_at=NOW + DAY)
    last = create(session, user, now=NOW + DAY, name="Last")
    api_keys.revoke(session, revoked.api_key.id, account_id=account.id, now=NOW)
    found = api_keys.living(session, account.id, now=NOW + DAY)
    assert [key.id for key in found] == [last.api_key.id, first.api_key.id]
    assert [(key.name, key.created_by) for key in found] == [("Last", user.name), ("First", user.name)]
    assert expired.api_key.id not in {key.id for key in found}


def test_an_account_has_fifty_keys_at_most_also_when_many_are_made_at_once(templates: Templates) -> None:
    url = templates.new("accounts")
    with committed(url) as database:
        account, user = store(database)
        for _ in range(api_keys.LIVING_MAX - 3):
            create(database, user)

    def make(_: int) -> CreatedApiKey:
        with committed(url) as database:
            return create(database, user)

    made = at_once(8, make)
    assert sum(isinstance(one, CreatedApiKey) for one in made) == 3
    refused = [one for one in made if isinstance(one, ApiKeyLimitReached)]
    assert [dict(one.facts) for one in refused] == [{"limit": 50}] * 5
    with committed(url) as database:
        newest = api_keys.living(database, account.id, now=NOW)[0]
        api_keys.revoke(database, newest.id, account_id=account.id, now=NOW)
        create(database, user)
