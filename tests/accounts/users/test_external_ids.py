"""External ids of users: unique in an account."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from accounts.models import UserRow
from accounts.users import users
from tests.accounts.users.people import by, change, founded, invite, remove
from tests.support.sessions import at_once, committed
from tests.support.suite import Templates
from wire.accounts.users import ExternalIdInUse, ListUsers


def test_an_external_id_names_one_user_of_an_account_whatever_its_case(session: Session) -> None:
    account, owner = founded(session)
    user = invite(session, owner, external_id=" HR-00Ä7 ")
    assert user.external_id == "HR-00Ä7"
    for taken in ("HR-00Ä7", "hr-00ä7"):
        with pytest.raises(ExternalIdInUse):
            invite(session, owner, external_id=taken)
        with pytest.raises(ExternalIdInUse):
            change(session, owner, owner, external_id=taken)
    page = users.page(session, account.id, ListUsers(external_id="hr-00ä7"))
    assert [found.id for found in page.data] == [user.id]
    assert users.page(session, account.id, ListUsers(external_id="hr-00")).data == ()


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
