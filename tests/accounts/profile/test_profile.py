"""Profile and company: who may change what, and who wins when two do at once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy.orm import Session

from accounts.models import AccountRow, UserRow
from accounts.profile import profile
from accounts.profile.profile import Change
from tests.accounts.conftest import store
from tests.support.sessions import at_once, committed
from tests.support.suite import Templates
from wire.accounts.profile import AccountUnknown, SlugInUse, UpdateAccount, UpdateMe
from wire.accounts.signup import CountryUnknown
from wire.accounts.tenancy import UserUnknown
from wire.identity import PhoneInvalid
from wire.versions import VersionStale


def update(user: UserRow, **changes: Any) -> Change:
    return profile.update_user(user, UpdateMe(**changes))


def stored(row: UserRow | AccountRow) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


# A user's own data.


def test_what_is_given_changes_and_the_rest_stays(session: Session) -> None:
    _, user = store(session, owner_phone="01 42 68 53 00", locale="fr", time_zone="Europe/Paris")
    before = stored(user)
    change = update(user, name=" Anne Owner ", time_zone="Asia/Seoul")
    assert stored(user) == {**before, "name": "Anne Owner", "time_zone": "Asia/Seoul", "version": 2}
    assert (change.fields, change.previous) == (
        ("name", "time_zone"),
        {"name": "Ann Owner", "time_zone": "Europe/Paris"},
    )


def test_a_phone_number_is_kept_in_the_form_that_every_country_can_dial(session: Session) -> None:
    _, user = store(session, country="KR")
    update(user, phone="02-312-3456")
    assert user.phone == "+8223123456"
    update(user, phone="+33 1 42 68 53 00")
    assert user.phone == "+33142685300"


def test_a_phone_number_is_taken_away_by_null_and_by_nothing_else(session: Session) -> None:
    _, user = store(session, owner_phone="01 42 68 53 00")
    update(user, name="Anne")
    assert user.phone == "+33142685300"
    change = update(user, phone=None)
    assert user.phone is None
    assert change.previous == {"phone": "+33142685300"}


def test_what_is_no_phone_number_changes_nothing_else_either(session: Session) -> None:
    _, user = store(session)
    before = stored(user)
    with pytest.raises(PhoneInvalid):
        update(user, name="Anne", locale="ko", phone="call me")
    assert stored(user) == before


@pytest.mark.parametrize("changes", [{}, {"name": "Ann Owner"}, {"phone": "+33 142685300", "locale": "en"}])
def test_a_change_that_changes_nothing_leaves_the_version(session: Session, changes: dict[str, Any]) -> None:
    _, user = store(session, owner_phone="01 42 68 53 00")
    assert not update(user, **changes)
    assert user.version == 1


@pytest.mark.parametrize("versions", [{"user_version": 2}, {"account_version": 2}, {"user_version": 7}])
def test_a_change_made_from_an_older_state_is_refused(session: Session, versions: dict[str, int]) -> None:
    _, user = store(session)
    before = stored(user)
    with pytest.raises(VersionStale):
        update(user, name="Anne", **versions)
    assert stored(user) == before
    update(user, name="Anne", user_version=1, account_version=1)


def test_a_new_phone_or_address_needs_the_password_and_a_name_does_not(session: Session) -> None:
    _, user = store(session, owner_phone="01 42 68 53 00")

    def needs(**changes: Any) -> bool:
        return profile.needs_password(user, UpdateMe(**changes))

    assert needs(email="new@example.com")
    assert needs(phone=None)
    assert needs(phone="01 42 68 53 01")
    assert not needs(phone="+33 1 42 68 53 00"), "it is the same number"
    assert not needs(name="Anne", locale="ko", time_zone="UTC")


def test_a_user_who_was_removed_changes_nothing(session: Session) -> None:
    _, user = store(session)
    user.removed_at = user.created_at
    session.flush()
    for user_id in (user.id, uuid.uuid4(), None):
        with pytest.raises(UserUnknown):
            profile.locked_user(session, user_id)


def test_of_two_editors_at_once_exactly_one_wins(templates: Templates) -> None:
    url = templates.new("accounts")
    with committed(url) as session:
        _, user = store(session)

    def edit(number: int) -> str:
        with committed(url) as session:
            locked = profile.locked_user(session, user.id)
            update(locked, name=f"Editor {number}", user_version=1, account_version=1)
            return f"Editor {number}"

    outcomes = at_once(10, edit)
    winners = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(winners) == 1
    assert sum(isinstance(outcome, VersionStale) for outcome in outcomes) == 9
    with committed(url) as session:
        row = session.get_one(UserRow, user.id)
        assert (row.name, row.version) == (winners[0], 2)


def test_editors_who_do_not_ask_come_one_after_the_other(templates: Templates) -> None:
    url = templates.new("accounts")
    with committed(url) as session:
        _, user = store(session)

    def edit(number: int) -> None:
        with committed(url) as session:
            update(profile.locked_user(session, user.id), name=f"Editor {number}")

    assert at_once(10, edit) == [None] * 10
    with committed(url) as session:
        assert session.get_one(UserRow, user.id).version == 11


# The account's data.


def test_an_accounts_data_changes_as_far_as_it_is_given(session: Session) -> None:
    account, _ = store(session)
    before = stored(account)
    change = profile.update_account(session, account, UpdateAccount(company_name=" Pear & Co ", slug="pear"))
    assert stored(account) == {**before, "company_name": "Pear & Co", "slug": "pear", "version": 2}
    assert change.previous == {"company_name": "Plum & Co", "slug": before["slug"]}
    assert not profile.update_account(session, account, UpdateAccount(slug="pear", version=2))


def test_an_account_is_changed_from_its_present_state_only(session: Session) -> None:
    account, _ = store(session)
    with pytest.raises(VersionStale):
        profile.update_account(session, account, UpdateAccount(company_name="Pear", version=2))
    assert account.company_name == "Plum & Co"


def test_a_country_is_one_that_there_is(session: Session) -> None:
    account, _ = store(session)
    with pytest.raises(CountryUnknown):
        profile.update_account(session, account, UpdateAccount(company_name="Pear", country="XX"))
    assert (account.company_name, account.country) == ("Plum & Co", "FR")


def test_a_portals_address_is_one_accounts_alone(session: Session) -> None:
    account, _ = store(session)
    other, _ = store(session, owner_email="bob@example.com")
    with pytest.raises(SlugInUse):
        profile.update_account(session, other, UpdateAccount(company_name="Pear", slug=account.slug))
    session.refresh(other)
    assert (other.company_name, other.version) == ("Plum & Co", 1), "all or nothing"


def test_of_two_accounts_that_want_one_portal_address_at_once_one_gets_it(templates: Templates) -> None:
    url = templates.new("accounts")
    with committed(url) as session:
        ids = [store(session, owner_email=f"owner{number}@example.com")[0].id for number in range(6)]

    def take(number: int) -> str:
        with committed(url) as session:
            row = profile.locked_account(session, ids[number])
            profile.update_account(session, row, UpdateAccount(slug="pear"))
            return "taken"

    outcomes = at_once(len(ids), take)
    assert outcomes.count("taken") == 1
    assert sum(isinstance(outcome, SlugInUse) for outcome in outcomes) == 5


def test_an_account_that_is_not_there_is_not_changed(session: Session) -> None:
    for account_id in (uuid.uuid4(), None):
        with pytest.raises(AccountUnknown):
            profile.locked_account(session, account_id)
