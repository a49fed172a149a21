"""Passwords: which are taken, and how they are hashed."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher

from identity import blocklist, passwords
from wire.contract import FieldError
from wire.identity import PasswordConfirmationMismatch, PasswordRefused

PEPPER = "p" * 48
GOOD = "plum rocket sofa tide"
WORDS = ("ann.owner@example.com", "ann.owner", "example", "Ann", "Owner", "Plumworks")


def refusal(password: str, repeat: str | None = None) -> PasswordRefused:
    with pytest.raises(PasswordRefused) as refused:
        passwords.check(password, repeat=password if repeat is None else repeat, words=WORDS)
    return refused.value


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery staple",
        "tr0ub4dor&3xylophone",
        "자두 로켓 소파 조수 사과 구름",
        "  leading and trailing spaces  ",
        "z" + "qjxv7#Kd" * 15,  # 121 characters
    ],
)
def test_a_good_password_is_taken_whatever_it_is_made_of(password: str) -> None:
    passwords.check(password, repeat=password, words=WORDS)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("qjxv7#Kd9!z", "password_too_short"),
        ("qjxv7#Kd" * 16 + "z", "password_too_long"),
        ("password1234", "password_too_common"),
        ("aaaaaaaaaaaaaaaa", "password_too_common"),
        ("frontdesk1234", "password_too_common"),
        ("qwertyuiop123", "password_too_common"),
        ("liverpoolliverpool", "password_too_common"),
        ("Dragon123456", "password_too_common"),
        ("QAZWSXEDCRFV", "password_too_common"),
        ("frontdeskdesk", "password_too_common"),
        ("ann.owner@example.com", "password_contains_identity"),
        ("plumworks2026", "password_contains_identity"),
        ("OWNERowner1234", "password_contains_identity"),
    ],
)
def test_a_bad_password_is_refused_with_the_reason(password: str, code: str) -> None:
    refused = refusal(password)
    assert refused.errors == (FieldError(pointer="/password", code=code),)
    assert refused.facts["minimum"] == 12


def test_the_length_is_counted_in_characters_at_the_limits() -> None:
    shortest, longest = "qjxv7#Kd9!zR", "qjxv7#Kd" * 16
    assert (len(shortest), len(longest)) == (12, 128)
    for password in (shortest, longest, "로켓 소파 조수 사과 구름 "[:12] + "x"):
        passwords.check(password, repeat=password, words=())


def test_the_repeat_must_be_the_same() -> None:
    with pytest.raises(PasswordConfirmationMismatch) as refused:
        passwords.check(GOOD, repeat=GOOD + "!", words=())
    assert refused.value.errors[0].pointer == "/password_repeat"


def test_the_same_keys_are_the_same_password_on_every_keyboard() -> None:
    composed, decomposed = (unicodedata.normalize(form, "élan vital à Nîmes") for form in ("NFC", "NFD"))
    assert composed != decomposed
    passwords.check(composed, repeat=decomposed, words=())
    stored_hash = passwords.hashed(composed, pepper=PEPPER)
    assert passwords.matches(decomposed, stored_hash, pepper=PEPPER)
    assert passwords.matches("ｅ́lan vital à Nîmes", stored_hash, pepper=PEPPER)  # a wide e


def test_the_hash_says_how_it_was_made() -> None:
    stored_hash = passwords.hashed(GOOD, pepper=PEPPER)
    pepper_id, _, phc = stored_hash.partition("$")
    assert phc.startswith("argon2id$v=19$m=19456,t=2,p=1$")
    assert pepper_id == passwords.pepper_id(PEPPER)
    assert GOOD not in stored_hash
    assert PEPPER[:8] not in stored_hash
    assert stored_hash != passwords.hashed(GOOD, pepper=PEPPER), "a salt of its own"


def test_a_stolen_database_is_of_no_use_without_the_pepper() -> None:
    stored_hash = passwords.hashed(GOOD, pepper=PEPPER)
    assert passwords.matches(GOOD, stored_hash, pepper=PEPPER)
    assert not passwords.matches(GOOD, stored_hash, pepper="q" * 48)


@pytest.mark.parametrize("stored_hash", [None, "", "not a hash", "$argon2id$broken"])
def test_where_no_hash_is_stored_no_password_fits(stored_hash: str | None) -> None:
    assert not passwords.matches(GOOD, stored_hash, pepper=PEPPER)
    assert not passwords.matches("nobody", stored_hash, pepper=PEPPER)


def test_a_long_password_is_not_cut() -> None:
    stored_hash = passwords.hashed("qjxv7#Kd" * 16, pepper=PEPPER)
    assert not passwords.matches("qjxv7#Kd" * 15 + "qjxv7#Ke", stored_hash, pepper=PEPPER)


def test_more_common_passwords_are_known_than_anybody_asks_for() -> None:
    assert len(blocklist.COMMON) > 50_000
    assert all(len(password) >= passwords.LENGTH_MIN for password in blocklist.COMMON)


def test_a_known_password_is_refused_whatever_its_score() -> None:
    for password in sorted(blocklist.COMMON)[::4000]:
        assert refusal(password).errors[0].code in {"password_too_common", "password_too_long"}


@pytest.mark.parametrize("password", ["é" * 513, "x" * 1025, "자" * 400])
def test_what_is_far_too_long_is_refused_before_it_is_hashed(password: str) -> None:
    assert refusal(password).errors[0].code == "password_too_long"
    stored_hash = passwords.hashed(password, pepper=PEPPER)
    assert not passwords.matches(password, stored_hash, pepper=PEPPER)


def test_a_second_pepper_is_valid_while_the_first_is_on_its_way_out() -> None:
    stored_hash, newer = passwords.hashed(GOOD, pepper=PEPPER), "n" * 48
    assert not passwords.matches(GOOD, stored_hash, pepper=newer)
    assert passwords.matches(GOOD, stored_hash, pepper=newer, older_pepper=PEPPER)
    assert not passwords.matches("another " + GOOD, stored_hash, pepper=newer, older_pepper=PEPPER)
    assert passwords.is_outdated(stored_hash, pepper=newer)
    renewed = passwords.hashed(GOOD, pepper=newer)
    assert passwords.matches(GOOD, renewed, pepper=newer, older_pepper=PEPPER)
    assert not passwords.is_outdated(renewed, pepper=newer)


def test_a_weaker_hash_is_told_from_a_present_one() -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("whatever")
    assert passwords.is_outdated(passwords.pepper_id(PEPPER) + weaker, pepper=PEPPER)


def test_a_hash_from_before_peppers_had_names_still_counts() -> None:
    stored_hash = passwords.hashed(GOOD, pepper=PEPPER)[passwords.PEPPER_ID_LENGTH :]
    assert passwords.matches(GOOD, stored_hash, pepper=PEPPER)
    assert passwords.is_outdated(stored_hash, pepper=PEPPER)
