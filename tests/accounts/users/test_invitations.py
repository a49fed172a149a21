"""Invitations: who can be invited into an account, and who again."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from accounts.activation import activations
from accounts.models import ReservedAddressRow
from accounts.users import users
from identity import tokens
from tests.accounts.conftest import ISSUER, NOW
from tests.accounts.users.people import MINUTE, by, founded, invite, made_key, remove
from wire.accounts.tenancy import UserUnknown
from wire.accounts.users import UserAlreadyVerified, UserLimitReached
from wire.identity import EmailInUse, EmailInvalid
from wire.values import Role


def test_who_is_invited_works_here_without_a_password_yet(session: Session) -> None:
    account, owner = founded(session, locale="ko")
    user = invite(session, owner, name=" Bob ", email="Bob@Example.com", role=Role.BILLING)
    assert (user.account_id, user.name, user.email, user.role) == (
        account.id,
        "Bob",
        "Bob@Example.com",
        "billing",
    )
    assert (user.verified_at, user.password_hash) == (None, None)
    assert (user.locale, user.time_zone) == (account.locale, account.time_zone)
    assert invite(session, owner, locale="fr").locale == "fr"


def test_an_address_of_this_account_is_in_use(session: Session) -> None:
    _, owner = founded(session)
    invite(session, owner, email="bob@example.com")
    for taken in ("ANN@example.com", "bob@EXAMPLE.com"):
        with pytest.raises(EmailInUse):
            invite(session, owner, email=taken)


def test_an_address_that_a_user_of_this_account_may_take_back_is_in_use(session: Session) -> None:
    account, owner = founded(session)
    reserved = ReservedAddressRow(
        email_key="old@example.com", user_id=owner.id, account_id=account.id, until=NOW + MINUTE
    )
    session.add(reserved)
    session.flush()
    with pytest.raises(EmailInUse):
        invite(session, owner, email="old@example.com")
    invite(session, owner, email="old@example.com", now=NOW + MINUTE)


def test_an_address_of_another_account_is_invited_all_the_same(session: Session) -> None:
    _, owner = founded(session)
    _, elsewhere = founded(session, owner_email="eve@example.com")
    user = invite(session, owner, email="eve@example.com")
    assert users.holder_elsewhere(session, user, now=NOW) is elsewhere
    free = invite(session, owner)
    assert users.holder_elsewhere(session, free, now=NOW) is None


def test_whose_address_was_verified_elsewhere_in_the_meantime_cannot_activate(session: Session) -> None:
    _, owner = founded(session)
    user = invite(session, owner, email="eve@example.com")
    requested = activations.issue(session, user, company_name="Plum & Co", issuer=ISSUER, now=NOW, hours=72)
    session.flush()
    founded(session, owner_email="eve@example.com")
    token = ISSUER.reveal(session, requested.link_id, now=NOW).token
    with pytest.raises(EmailInUse):
        activations.consume(session, tokens.digest(token or ""), password_hash="a hash", now=NOW)


def test_an_address_that_is_none_is_refused(session: Session) -> None:
    _, owner = founded(session)
    with pytest.raises(EmailInvalid):
        invite(session, owner, email="bob@")


def test_a_trial_is_no_way_to_mail_the_world(session: Session) -> None:
    account, owner = founded(session)
    remove(session, owner, invite(session, owner, maximum=2))
    with pytest.raises(UserLimitReached) as refused:
        invite(session, owner, maximum=2)
    assert refused.value.facts == {"limit": 2}
    account.status = "active"
    session.flush()
    invite(session, owner, maximum=2)


def test_an_invitation_names_a_person(session: Session) -> None:
    _, owner = founded(session)
    assert users.inviter(session, by(owner)) == "Ann Owner"
    assert users.inviter(session, made_key(session, owner)) == "Ann Owner"


def test_only_who_never_activated_is_invited_again(session: Session) -> None:
    account, owner = founded(session)
    user = invite(session, owner)
    assert users.invited(session, account.id, user.id) is user
    with pytest.raises(UserAlreadyVerified):
        users.invited(session, account.id, owner.id)
    remove(session, owner, user)
    with pytest.raises(UserUnknown):
        users.invited(session, account.id, user.id)
