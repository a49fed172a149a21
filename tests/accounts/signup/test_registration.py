"""Registration: one owner, a trial, a slug, and an address that nobody else has."""

from __future__ import annotations

import datetime
import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import AccountRow, UserRow
from accounts.signup import registration
from tests.accounts.conftest import NOW, sign_up_request, store
from tests.support.people import new_account, new_email
from tests.support.sessions import at_once
from tests.support.suite import Suite
from wire.accounts.signup import CountryUnknown
from wire.identity import EmailInvalid, PhoneInvalid
from wire.values import AccountStatus, Role


def test_an_account_begins_with_a_trial_and_an_owner_who_is_not_verified(session: Session) -> None:
    account, owner = store(session, owner_phone="01 42 68 53 00", locale="fr", time_zone="Europe/Paris")
    assert account.status == AccountStatus.TRIAL.value
    assert account.trial_ends_at == NOW + datetime.timedelta(days=15)
    assert (owner.role, owner.verified_at, owner.password_hash) == (Role.OWNER.value, None, None)
    assert owner.phone == "+33142685300"
    assert (owner.locale, owner.time_zone) == ("fr", "Europe/Paris")


@pytest.mark.parametrize(
    ("company_name", "words"),
    [
        ("Plum & Co", "plum-co"),
        ("  Ünïcode Émile GmbH ", "unicode-emile-gmbh"),
        ("주식회사 한국", "account"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 200, "x" * 40),
        ("a" * 39 + "---b", "a" * 39),
    ],
)
def test_the_slug_is_the_name_as_an_address_holds_it(company_name: str, words: str) -> None:
    slug = registration.slug_of(company_name)
    assert re.fullmatch(rf"{words}-[0-9a-f]{{10}}", slug)
    assert len(slug) <= 60


def test_two_companies_may_share_a_name(session: Session) -> None:
    first, _ = store(session, owner_email="one@example.com")
    second, _ = store(session, owner_email="two@example.com")
    assert first.slug != second.slug


@pytest.mark.parametrize(
    "email", ["ann@example.com", "ANN@example.com", "Ann@EXAMPLE.com"], ids=["same", "upper", "mixed"]
)
def test_an_address_that_has_a_user_stores_nothing(session: Session, email: str) -> None:
    store(session)
    account, owner = registration.draft(sign_up_request(owner_email=email), now=NOW, trial_days=15)
    assert registration.store(session, account, owner, now=NOW) is not None
    assert session.scalar(select(func.count()).select_from(UserRow)) == 1
    assert session.scalar(select(func.count()).select_from(AccountRow)) == 1


def test_an_international_domain_is_one_domain_in_either_spelling(session: Session) -> None:
    store(session, owner_email="ann@exämple.com")
    account, owner = registration.draft(
        sign_up_request(owner_email="ann@xn--exmple-cua.com"), now=NOW, trial_days=15
    )
    assert registration.store(session, account, owner, now=NOW) is not None


def test_the_address_is_kept_as_it_was_typed(session: Session) -> None:
    _, owner = store(session, owner_email="Ann.Owner@Example.COM")
    assert owner.email == "Ann.Owner@Example.COM"
    assert owner.email_key == "ann.owner@example.com"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"country": "QQ"}, CountryUnknown),
        ({"owner_email": "ann@-example.com"}, EmailInvalid),
        ({"owner_phone": "12"}, PhoneInvalid),
        ({"owner_phone": "call me"}, PhoneInvalid),
        ({"owner_phone": "+1 000 555 0199"}, PhoneInvalid),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, str], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        registration.draft(sign_up_request(**changes), now=NOW, trial_days=15)


@pytest.mark.slow
def test_twenty_sign_ups_of_one_address_at_once_make_one_account(suite: Suite) -> None:
    email = new_email()
    answers = at_once(20, lambda _: suite.api.post("/v1/accounts", new_account(email)).status)
    assert answers == [201] * 20
    users = suite.rows("accounts", "SELECT account_id FROM users WHERE email_key = %s", email)
    assert len(users) == 1
    owned = "SELECT count(*) FROM outbox WHERE account_id = %s AND routing_key = 'account.created'"
    assert suite.rows("accounts", owned, users[0]["account_id"]) == [{"count": 1}]
    issued = "SELECT count(*) FROM links WHERE account_id = %s AND state = 'issued'"
    assert suite.rows("accounts", issued, users[0]["account_id"]) == [{"count": 1}]
