"""Users: who decides about whom in an account, which never loses its last owner."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.activation import activations
from accounts.email_tokens.models import EmailTokenRow
from accounts.models import UserRow
from accounts.signup import registration
from accounts.users import users
from tests.accounts.conftest import ISSUER, NOW, store
from tests.accounts.users.people import MINUTE, by, change, founded, invite, joined, made_key, remove
from tests.support.sessions import at_once, committed
from tests.support.suite import Templates
from wire.accounts.tenancy import UserUnknown
from wire.accounts.users import ChangeUser, LastOwner, ListUsers, RoleNotAllowed
from wire.cursors import CursorInvalid
from wire.identity import EmailInUse
from wire.values import Role
from wire.versions import VersionStale

# Who decides about whom.


def test_owners_make_change_and_remove_everybody(session: Session) -> None:
    _, owner = founded(session)
    other = joined(session, owner, Role.OWNER)
    change(session, owner, other, role=Role.ADMIN)
    change(session, owner, other, role=Role.OWNER)
    remove(session, owner, other)
    assert other.removed_at == NOW


def test_administrators_decide_about_everybody_but_owners(session: Session) -> None:
    _, owner = founded(session)
    joined(session, owner, Role.OWNER)
    admin, agent = joined(session, owner, Role.ADMIN), joined(session, owner, Role.AGENT)
    change(session, admin, agent, role=Role.ADMIN)
    change(session, admin, agent, role=Role.BILLING, name="Robert")
    remove(session, admin, invite(session, admin, role=Role.ADMIN))
    for forbidden in (
        lambda: invite(session, admin, role=Role.OWNER),
        lambda: change(session, admin, agent, role=Role.OWNER),
        lambda: change(session, admin, owner, role=Role.AGENT),
        lambda: change(session, admin, owner, name="Another"),
        lambda: remove(session, admin, owner),
    ):
        with pytest.raises(RoleNotAllowed):
            forbidden()


def test_an_administrator_is_not_told_that_an_owner_is_the_last(session: Session) -> None:
    _, owner = founded(session)
    admin = joined(session, owner, Role.ADMIN)
    with pytest.raises(RoleNotAllowed):
        remove(session, admin, owner)


def test_an_api_key_has_an_administrators_rank(session: Session) -> None:
    account, owner = founded(session)
    key = made_key(session, owner)
    agent = invite(session, key, account_id=account.id)
    change(session, key, agent, role=Role.ADMIN)
    for forbidden in (
        lambda: invite(session, key, account_id=account.id, role=Role.OWNER),
        lambda: change(session, key, owner, name="Another"),
        lambda: remove(session, key, owner),
    ):
        with pytest.raises(RoleNotAllowed):
            forbidden()
    remove(session, key, agent)


@pytest.mark.parametrize("role", [Role.BILLING, Role.AGENT])
def test_who_has_lost_the_role_since_decides_nothing(session: Session, role: Role) -> None:
    _, owner = founded(session)
    former, agent = joined(session, owner, role), joined(session, owner, Role.AGENT)
    for forbidden in (
        lambda: invite(session, former),
        lambda: change(session, former, agent, role=Role.ADMIN),
        lambda: remove(session, former, agent),
    ):
        with pytest.raises(RoleNotAllowed):
            forbidden()


def test_who_was_removed_decides_nothing(session: Session) -> None:
    _, owner = founded(session)
    former = joined(session, owner, Role.ADMIN)
    remove(session, owner, former)
    with pytest.raises(RoleNotAllowed):
        invite(session, former)


def test_nobody_changes_their_own_role(session: Session) -> None:
    _, owner = founded(session)
    other, admin = joined(session, owner, Role.OWNER), joined(session, owner, Role.ADMIN)
    for oneself, role in ((other, Role.ADMIN), (admin, Role.AGENT)):
        with pytest.raises(RoleNotAllowed):
            change(session, oneself, oneself, role=role)
    assert change(session, admin, admin, role=Role.ADMIN, name="Addie").previous == {"name": "Bob"}


# The last owner.


def test_the_last_owner_is_neither_removed_nor_demoted(session: Session) -> None:
    _, owner = founded(session)
    joined(session, owner, Role.ADMIN)
    for forbidden in (
        lambda: change(session, owner, owner, role=Role.ADMIN),
        lambda: remove(session, owner, owner),
    ):
        with pytest.raises(LastOwner):
            forbidden()


def test_an_owner_who_was_only_invited_does_not_count(session: Session) -> None:
    _, owner = founded(session)
    invited = invite(session, owner, role=Role.OWNER)
    with pytest.raises(LastOwner):
        remove(session, owner, owner)
    remove(session, owner, invited)
    second = joined(session, owner, Role.OWNER)
    remove(session, owner, owner)
    with pytest.raises(LastOwner):
        remove(session, second, second)


@pytest.mark.parametrize("how", ["demote", "remove"])
def test_two_owners_cannot_unseat_each_other_at_once(templates: Templates, how: str) -> None:
    url = templates.new("accounts")
    for number in range(10):
        with committed(url) as session:
            account, first = founded(session, owner_email=f"first{number}@example.com")
            second = joined(session, first, Role.OWNER)
        pairs = ((first, second), (second, first))

        def unseat(which: int, pairs: Any = pairs, account_id: uuid.UUID = account.id) -> str:
            actor, other = pairs[which]
            with committed(url) as session:
                users.lock(session, account_id)
                if how == "remove":
                    remove(session, actor, other)
                else:
                    change(session, actor, other, role=Role.AGENT)
            return "done"

        outcomes = at_once(2, unseat)
        assert outcomes.count("done") == 1
        assert sum(isinstance(outcome, LastOwner) for outcome in outcomes) == 1
        with committed(url) as session:
            owners = session.scalars(
                select(UserRow.id).where(
                    UserRow.account_id == account.id, UserRow.role == "owner", UserRow.removed_at.is_(None)
                )
            ).all()
        assert len(owners) == 1


def test_one_address_is_invited_once_at_the_same_moment(templates: Templates) -> None:
    url = templates.new("accounts")
    with committed(url) as session:
        _, owner = founded(session)

    def again(_: int) -> uuid.UUID:
        with committed(url) as session:
            return invite(session, owner, email="bob@example.com").id

    outcomes = at_once(8, again)
    assert sum(isinstance(outcome, uuid.UUID) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, EmailInUse) for outcome in outcomes) == 7


# Changing and removing.


def test_a_change_says_what_was_different(session: Session) -> None:
    _, owner = founded(session)
    agent = joined(session, owner, Role.AGENT)
    done = change(session, owner, agent, role=Role.ADMIN, name="Robert")
    assert done.previous == {"role": "agent", "name": "Bob"}
    assert (agent.role, agent.name, agent.version) == ("admin", "Robert", 2)
    assert change(session, owner, agent, role=Role.ADMIN).previous == {}
    assert agent.version == 2


def test_a_change_of_what_was_changed_since_is_refused(session: Session) -> None:
    _, owner = founded(session)
    agent = joined(session, owner, Role.AGENT)
    change(session, owner, agent, name="Robert", version=1)
    with pytest.raises(VersionStale):
        change(session, owner, agent, name="Rob", version=1)


def test_who_is_removed_holds_nothing_any_more(session: Session) -> None:
    account, owner = founded(session)
    user = invite(session, owner, email="bob@example.com")
    requested = activations.issue(session, user, company_name="Plum & Co", issuer=ISSUER, now=NOW, hours=72)
    session.flush()
    remove(session, owner, user)
    session.flush()
    assert session.get_one(EmailTokenRow, requested.link_id, populate_existing=True).state == "revoked"
    assert (user.password_hash, user.removed_at) == (None, NOW)
    with pytest.raises(UserUnknown):
        users.find(session, account.id, user.id)
    assert remove(session, owner, user) is None


def test_the_address_of_who_was_removed_is_free_again(session: Session) -> None:
    _, owner = founded(session)
    former = joined(session, owner, Role.AGENT, email="bob@example.com")
    remove(session, owner, former)
    session.flush()
    assert invite(session, owner, email="bob@example.com").id != former.id
    _, elsewhere = store(session, owner_email="bob@example.com", company_name="Another")
    assert registration.user_of_address(session, "bob@example.com") is elsewhere


def test_another_accounts_user_is_unknown(session: Session) -> None:
    account, owner = founded(session)
    _, foreign = founded(session, owner_email="eve@example.com")
    for ask in (
        lambda: users.find(session, account.id, foreign.id),
        lambda: users.invited(session, account.id, foreign.id),
        lambda: users.change(session, account.id, ChangeUser(user_id=foreign.id, name="X"), by=by(owner)),
        lambda: users.remove(session, account.id, foreign.id, by=by(owner), now=NOW),
    ):
        with pytest.raises(UserUnknown):
            ask()


def test_a_key_ranks_no_higher_than_who_made_it(session: Session) -> None:
    _, owner = founded(session)
    maker = joined(session, owner, Role.ADMIN)
    key, bob = made_key(session, maker), invite(session, owner)
    assert change(session, key, bob, name="Robert").previous
    change(session, owner, maker, role=Role.AGENT)
    session.flush()
    with pytest.raises(RoleNotAllowed):
        change(session, key, bob, name="Rob")
    remove(session, owner, maker)
    session.flush()
    with pytest.raises(RoleNotAllowed):
        remove(session, key, bob)


# The list.


def test_the_list_is_in_the_order_in_which_they_came(session: Session) -> None:
    account, owner = founded(session)
    came = [invite(session, owner, now=NOW + number * MINUTE) for number in range(1, 8)]
    founded(session, owner_email="eve@example.com")
    remove(session, owner, came.pop(2))
    session.flush()
    seen, cursor = [], None
    for _ in range(10):
        page = users.page(session, account.id, ListUsers(limit=3, after=cursor))
        assert page.has_more is (page.next_cursor is not None)
        seen += [user.id for user in page.data]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [owner.id, *(user.id for user in came)]


@pytest.mark.parametrize("cursor", ["", "nonsense", "WyJ1c2VyczpjcmVhdGVkIiwieCIsInkiXQ", "a" * 2048])
def test_a_cursor_that_we_did_not_give_is_refused(session: Session, cursor: str) -> None:
    account, _ = founded(session)
    with pytest.raises(CursorInvalid):
        users.page(session, account.id, ListUsers(after=cursor))
