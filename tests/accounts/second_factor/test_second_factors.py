"""Codes of authenticator apps work once and for a short time, recovery codes once at all."""

from __future__ import annotations

import datetime
import uuid

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import UserRow
from accounts.second_factor import recovery_codes, second_factors
from accounts.second_factor.models import RecoveryCodeRow, SecondFactorRow
from accounts.second_factor.second_factors import Proof
from identity import encryption
from tests.accounts.conftest import NOW, store
from tests.support.sessions import at_once, committed
from tests.support.suite import Templates
from wire.accounts.second_factor import SecondFactorAlreadyOn, SecondFactorOff, TotpCodeRefused, TotpIncorrect

KEY = "k" * 48
STEP = datetime.timedelta(seconds=30)
LATER = NOW + 10 * STEP


def code_at(secret: str, moment: datetime.datetime) -> str:
    return str(pyotp.TOTP(secret).at(moment))


def switch_on(session: Session, user: UserRow) -> tuple[str, tuple[str, ...]]:
    """The secret and the recovery codes."""
    secret = second_factors.begin(session, user, key=KEY, now=NOW).secret
    codes = second_factors.confirm(session, user, code_at(secret, NOW), keys=(KEY,), now=NOW)
    session.flush()
    return secret, codes


def check(session: Session, user: UserRow, code: str, *, now: datetime.datetime = LATER) -> Proof:
    return second_factors.check(session, user.id, code, keys=(KEY,), now=now)


def test_it_is_on_when_the_first_code_was_right(session: Session) -> None:
    _, user = store(session)
    draft = second_factors.begin(session, user, key=KEY, now=NOW)
    assert (user.has_second_factor, second_factors.seen(session, user.id).is_on) == (False, False)
    codes = second_factors.confirm(session, user, code_at(draft.secret, NOW), keys=(KEY,), now=NOW)
    seen = second_factors.seen(session, user.id)
    assert (user.has_second_factor, seen.is_on, seen.confirmed_at) == (True, True, NOW)
    assert (len(codes), len(set(codes)), seen.recovery_codes_left) == (10, 10, 10)
    assert user.version == 2


def test_the_app_learns_whose_it_is_and_for_what(session: Session) -> None:
    _, user = store(session)
    draft = second_factors.begin(session, user, key=KEY, now=NOW)
    parsed = pyotp.parse_uri(draft.uri)
    assert (parsed.issuer, parsed.name) == ("Frontdesk", "ann@example.com")
    assert parsed.secret == draft.secret
    assert len(draft.secret) == 32, "160 bits"


def test_a_wrong_first_code_leaves_it_off(session: Session) -> None:
    _, user = store(session)
    secret = second_factors.begin(session, user, key=KEY, now=NOW).secret
    for wrong in ("000000", code_at(secret, LATER), "not a code", "", "１２３４５６"):
        with pytest.raises(TotpCodeRefused):
            second_factors.confirm(session, user, wrong, keys=(KEY,), now=NOW)
    assert user.has_second_factor is False


def test_beginning_again_replaces_what_was_begun(session: Session) -> None:
    _, user = store(session)
    first = second_factors.begin(session, user, key=KEY, now=NOW).secret
    second = second_factors.begin(session, user, key=KEY, now=NOW).secret
    with pytest.raises(TotpCodeRefused):
        second_factors.confirm(session, user, code_at(first, NOW), keys=(KEY,), now=NOW)
    second_factors.confirm(session, user, code_at(second, NOW), keys=(KEY,), now=NOW)


def test_what_was_begun_can_be_confirmed_for_a_quarter_of_an_hour(session: Session) -> None:
    _, user = store(session)
    secret = second_factors.begin(session, user, key=KEY, now=NOW).secret
    too_late = NOW + second_factors.DRAFT_LIFE + STEP
    with pytest.raises(SecondFactorOff):
        second_factors.confirm(session, user, code_at(secret, too_late), keys=(KEY,), now=too_late)


def test_nothing_can_be_confirmed_that_was_not_begun(session: Session) -> None:
    _, user = store(session)
    with pytest.raises(SecondFactorOff):
        second_factors.confirm(session, user, "123456", keys=(KEY,), now=NOW)


def test_one_that_is_on_is_neither_begun_nor_confirmed_again(session: Session) -> None:
    _, user = store(session)
    secret, _ = switch_on(session, user)
    with pytest.raises(SecondFactorAlreadyOn):
        second_factors.begin(session, user, key=KEY, now=NOW)
    with pytest.raises(SecondFactorAlreadyOn):
        second_factors.confirm(session, user, code_at(secret, LATER), keys=(KEY,), now=LATER)


def test_a_code_works_once(session: Session) -> None:
    _, user = store(session)
    secret, _ = switch_on(session, user)
    assert check(session, user, code_at(secret, LATER)) is Proof.APP
    with pytest.raises(TotpIncorrect):
        check(session, user, code_at(secret, LATER))


def test_the_code_that_switched_it_on_is_used_up(session: Session) -> None:
    _, user = store(session)
    secret, _ = switch_on(session, user)
    with pytest.raises(TotpIncorrect):
        check(session, user, code_at(secret, NOW), now=NOW)


def test_an_older_code_is_refused_once_a_newer_one_was_used(session: Session) -> None:
    _, user = store(session)
    secret, _ = switch_on(session, user)
    check(session, user, code_at(secret, LATER + STEP))
    with pytest.raises(TotpIncorrect):
        check(session, user, code_at(secret, LATER))


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(session: Session, steps: int, is_taken: bool) -> None:
    _, user = store(session)
    secret, _ = switch_on(session, user)
    code = code_at(secret, LATER + steps * STEP)
    if is_taken:
        assert check(session, user, code) is Proof.APP
    else:
        with pytest.raises(TotpIncorrect):
            check(session, user, code)


def test_a_code_may_be_typed_with_a_space(session: Session) -> None:
    _, user = store(session)
    secret, _ = switch_on(session, user)
    code = code_at(secret, LATER)
    assert check(session, user, f"{code[:3]} {code[3:]}") is Proof.APP


def test_a_recovery_code_works_once_however_it_is_typed(session: Session) -> None:
    _, user = store(session)
    _, codes = switch_on(session, user)
    assert check(session, user, codes[3].upper().replace("-", " ")) is Proof.RECOVERY_CODE
    assert second_factors.seen(session, user.id).recovery_codes_left == 9
    with pytest.raises(TotpIncorrect):
        check(session, user, codes[3])
    assert check(session, user, codes[4]) is Proof.RECOVERY_CODE


def test_a_recovery_code_is_its_users_alone(session: Session) -> None:
    _, user = store(session)
    _, other = store(session, owner_email="bob@example.com")
    _, codes = switch_on(session, user)
    switch_on(session, other)
    with pytest.raises(TotpIncorrect):
        check(session, other, codes[0])


def test_new_recovery_codes_replace_the_old(session: Session) -> None:
    _, user = store(session)
    _, before = switch_on(session, user)
    after = second_factors.renew_codes(session, user, key=KEY)
    assert not set(before) & set(after)
    with pytest.raises(TotpIncorrect):
        check(session, user, before[0])
    assert check(session, user, after[0]) is Proof.RECOVERY_CODE


def test_switched_off_it_is_forgotten(session: Session) -> None:
    _, user = store(session)
    secret, codes = switch_on(session, user)
    second_factors.disable(session, user)
    assert user.has_second_factor is False
    for code in (code_at(secret, LATER), codes[0]):
        with pytest.raises(TotpIncorrect):
            check(session, user, code)
    for switch in (
        lambda: second_factors.disable(session, user),
        lambda: second_factors.renew_codes(session, user, key=KEY),
    ):
        with pytest.raises(SecondFactorOff):
            switch()


def test_the_database_holds_neither_the_secret_nor_a_code(session: Session) -> None:
    _, user = store(session)
    secret, codes = switch_on(session, user)
    row = session.scalars(select(SecondFactorRow)).one()
    kept = row.secret + "".join(session.scalars(select(RecoveryCodeRow.code_digest))).encode()
    assert not [
        one for one in (secret, *codes) if one.encode() in kept or one.replace("-", "").encode() in kept
    ]
    digests = set(session.scalars(select(RecoveryCodeRow.code_digest)))
    assert recovery_codes.digest(codes[0], user.id, KEY) in digests
    assert recovery_codes.digest(codes[0], user.id, "another key" * 5) not in digests


def test_a_changed_key_is_taken_in_with_the_next_code(session: Session) -> None:
    _, user = store(session)
    secret, codes = switch_on(session, user)
    keys = ("n" * 48, KEY)
    assert second_factors.check(session, user.id, code_at(secret, LATER), keys=keys, now=LATER) is Proof.APP
    assert encryption.is_sealed_by(session.scalars(select(SecondFactorRow)).one().secret, keys[0])
    proof = second_factors.check(session, user.id, codes[0], keys=keys, now=LATER)
    assert proof is Proof.RECOVERY_CODE


@pytest.mark.parametrize("kind", ["code", "recovery code"])
def test_of_ten_uses_at_once_one_succeeds(templates: Templates, kind: str) -> None:
    url = templates.new("accounts")
    with committed(url) as session:
        _, user = store(session)
        secret, codes = switch_on(session, user)
    code = code_at(secret, LATER) if kind == "code" else codes[0]

    def use(_: int) -> Proof:
        with committed(url) as session:
            return check(session, user, code)

    outcomes = at_once(10, use)
    assert sum(isinstance(outcome, Proof) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, TotpIncorrect) for outcome in outcomes) == 9


def test_who_has_none_has_no_code(session: Session) -> None:
    with pytest.raises(TotpIncorrect):
        second_factors.check(session, uuid.uuid4(), "123456", keys=(KEY,), now=NOW)
