"""Who decides about whom in an account, and can it lose its last owner?"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import activations, links, registration, team, tokens
from accounts.audit import Actor, ActorKind
from accounts.models import AccountRow, ApiKeyRow, KeptAddressRow, LinkRow, UserRow
from tests.accounts.conftest import NOW, store
from tests.support.sessions import at_once, committed
from tests.support.suite import Templates
from wire.accounts.registration import EmailInUse, EmailInvalid
from wire.accounts.team import (
    ChangeUser,
    ExternalIdInUse,
    InviteUser,
    LastOwner,
    ListUsers,
    RoleNotAllowed,
    UserAlreadyVerified,
    UserLimitReached,
)
from wire.accounts.tenancy import UserUnknown, VersionStale
from wire.cursors import CursorInvalid
from wire.values import Role

KEY = "k" * 48
MINUTE = datetime.timedelta(minutes=1)


def by(user: UserRow) -> Actor:
    return Actor(kind=ActorKind.USER, id=user.id)


def founded(session: Session, **changes: Any) -> tuple[AccountRow, UserRow]:
    """An account whose owner has activated."""
    account, owner = store(session, **changes)
    owner.verified_at, owner.password_hash = NOW, "kept"
    session.flush()
    return account, owner


def invite(
    session: Session,
    actor: UserRow | Actor,
    *,
    maximum: int = 500,
    now: datetime.datetime = NOW,
    **changes: Any,
) -> UserRow:
    values = {
        "name": "Bob",
        "email": f"bob.{uuid.uuid4().hex[:8]}@example.com",
        "role": Role.AGENT,
        **changes,
    }
    account_id = values.pop("account_id", None) or getattr(actor, "account_id", None)
    account = team.lock(session, account_id)
    acting = actor if isinstance(actor, Actor) else by(actor)
    return team.invite(session, account, InviteUser(**values), by=acting, now=now, trial_users_max=maximum)


def joined(session: Session, actor: UserRow, role: Role, **changes: Any) -> UserRow:
    """Somebody who was invited and has activated."""
    user = invite(session, actor, role=role, **changes)
    user.verified_at, user.password_hash = NOW, "kept"
    session.flush()
    return user


def change(session: Session, actor: UserRow | Actor, user: UserRow, **changes: Any) -> team.Change:
    acting = actor if isinstance(actor, Actor) else by(actor)
    request = ChangeUser(user_id=user.id, **changes)
    return team.change(session, user.account_id, request, by=acting)


def remove(session: Session, actor: UserRow | Actor, user: UserRow) -> UserRow | None:
    acting = actor if isinstance(actor, Actor) else by(actor)
    return team.remove(session, user.account_id, user.id, by=acting, now=NOW)


def made_key(session: Session, owner: UserRow) -> Actor:
    row = ApiKeyRow(
        id=uuid.uuid4(),
        account_id=owner.account_id,
        created_by=owner.id,
        name="sync",
        prefix="fd_",
        token_digest=tokens.digest(tokens.new_token()),
        scopes=["users:write"],
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return Actor(kind=ActorKind.API_KEY, id=row.id)


# Inviting.


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
    kept = KeptAddressRow(
        email_key="old@example.com", user_id=owner.id, account_id=account.id, until=NOW + MINUTE
    )
    session.add(kept)
    session.flush()
    with pytest.raises(EmailInUse):
        invite(session, owner, email="old@example.com")
    invite(session, owner, email="old@example.com", now=NOW + MINUTE)


def test_an_address_of_another_account_is_invited_all_the_same(session: Session) -> None:
    _, owner = founded(session)
    _, elsewhere = founded(session, owner_email="eve@example.com")
    user = invite(session, owner, email="eve@example.com")
    assert team.holder_elsewhere(session, user, now=NOW) is elsewhere
    free = invite(session, owner)
    assert team.holder_elsewhere(session, free, now=NOW) is None


def test_whose_address_was_verified_elsewhere_in_the_meantime_cannot_activate(session: Session) -> None:
    _, owner = founded(session)
    user = invite(session, owner, email="eve@example.com")
    requested = activations.issue(session, user, company_name="Plum & Co", key=KEY, now=NOW, hours=72)
    session.flush()
    founded(session, owner_email="eve@example.com")
    token = links.reveal(session, requested.link_id, key=KEY, now=NOW).token
    with pytest.raises(EmailInUse):
        activations.consume(session, tokens.digest(token or ""), password_hash="kept", now=NOW)


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
    assert team.inviter(session, by(owner)) == "Ann Owner"
    assert team.inviter(session, made_key(session, owner)) == "Ann Owner"


def test_only_who_never_activated_is_invited_again(session: Session) -> None:
    account, owner = founded(session)
    user = invite(session, owner)
    assert team.invited(session, account.id, user.id) is user
    with pytest.raises(UserAlreadyVerified):
        team.invited(session, account.id, owner.id)
    remove(session, owner, user)
    with pytest.raises(UserUnknown):
        team.invited(session, account.id, user.id)


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
                team.lock(session, account_id)
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
    requested = activations.issue(session, user, company_name="Plum & Co", key=KEY, now=NOW, hours=72)
    session.flush()
    remove(session, owner, user)
    session.flush()
    assert session.get_one(LinkRow, requested.link_id, populate_existing=True).state == "revoked"
    assert (user.password_hash, user.removed_at) == (None, NOW)
    with pytest.raises(UserUnknown):
        team.find(session, account.id, user.id)
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
        lambda: team.find(session, account.id, foreign.id),
        lambda: team.invited(session, account.id, foreign.id),
        lambda: team.change(session, account.id, ChangeUser(user_id=foreign.id, name="X"), by=by(owner)),
        lambda: team.remove(session, account.id, foreign.id, by=by(owner), now=NOW),
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


# External ids.


def test_an_external_id_names_one_user_of_an_account_whatever_its_case(session: Session) -> None:
    account, owner = founded(session)
    user = invite(session, owner, external_id=" HR-00Ä7 ")
    assert user.external_id == "HR-00Ä7"
    for taken in ("HR-00Ä7", "hr-00ä7"):
        with pytest.raises(ExternalIdInUse):
            invite(session, owner, external_id=taken)
        with pytest.raises(ExternalIdInUse):
            change(session, owner, owner, external_id=taken)
    page = team.page(session, account.id, ListUsers(external_id="hr-00ä7"))
    assert [found.id for found in page.data] == [user.id]
    assert team.page(session, account.id, ListUsers(external_id="hr-00")).data == ()


def test_a_new_case_is_adopted_and_null_takes_the_external_id_away(session: Session) -> None:
    _, owner = founded(session)
    user = invite(session, owner, external_id="hr-7")
    assert change(session, owner, user, name="Robert").user.external_id == "hr-7"
    assert change(session, owner, user, external_id="HR-7").previous == {"external_id": "hr-7"}
    assert change(session, owner, user, external_id="HR-7").previous == {}
    assert change(session, owner, user, external_id=None).previous == {"external_id": "HR-7"}
    assert invite(session, owner, external_id="hr-7").external_id == "hr-7"


def test_the_external_id_of_who_was_removed_and_of_another_account_is_free(session: Session) -> None:
    _, owner = founded(session)
    _, foreign = founded(session, owner_email="eve@example.com")
    former = invite(session, owner, external_id="hr-7")
    invite(session, foreign, external_id="hr-7")
    remove(session, owner, former)
    session.flush()
    invite(session, owner, external_id="HR-7")


def test_of_two_users_at_once_one_gets_the_external_id(templates: Templates) -> None:
    url = templates.new("accounts")
    with committed(url) as session:
        account, owner = founded(session)

    def give(number: int) -> UserRow:
        with committed(url) as session:
            return invite(session, by(owner), account_id=account.id, external_id=("hr-7", "HR-7")[number])

    outcomes = at_once(2, give)
    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)) == [
        ExternalIdInUse
    ]


# The list.


def test_the_list_is_in_the_order_in_which_they_came(session: Session) -> None:
    account, owner = founded(session)
    came = [invite(session, owner, now=NOW + number * MINUTE) for number in range(1, 8)]
    founded(session, owner_email="eve@example.com")
    remove(session, owner, came.pop(2))
    session.flush()
    seen, cursor = [], None
    for _ in range(10):
        page = team.page(session, account.id, ListUsers(limit=3, after=cursor))
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
        team.page(session, account.id, ListUsers(after=cursor))
