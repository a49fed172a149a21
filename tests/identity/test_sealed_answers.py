"""Sealed answers of idempotent calls: of no use to who stole the database, repeated to who made the call."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.exceptions import InvalidTag

from identity import encryption
from identity.sealed_answers import SealedAnswers

KEY, OLDER = "k" * 40, "o" * 40
CONTENT = '{"current_password":"plum rocket sofa tide"}'
ANSWER = b'{"token":"fd_secret"}'


def test_a_fingerprint_cannot_be_made_without_the_key() -> None:
    (found,) = SealedAnswers([KEY]).fingerprints(CONTENT)
    assert found != SealedAnswers([OLDER]).fingerprints(CONTENT)[0]
    assert found != hashlib.sha256(CONTENT.encode()).hexdigest()
    assert found == SealedAnswers([KEY]).fingerprints(CONTENT)[0]
    assert found != SealedAnswers([KEY]).fingerprints(CONTENT.replace("plum", "pear"))[0]


def test_an_answer_is_told_again_and_not_readable_where_it_lies() -> None:
    sealed = SealedAnswers([KEY]).encrypt(ANSWER, name="accounts.create_api_key 1")
    assert b"fd_secret" not in sealed
    assert SealedAnswers([KEY]).decrypt(sealed, name="accounts.create_api_key 1") == ANSWER


def test_an_answer_moved_to_another_call_opens_nothing() -> None:
    sealed = SealedAnswers([KEY]).encrypt(ANSWER, name="accounts.create_api_key 1")
    with pytest.raises(InvalidTag):
        SealedAnswers([KEY]).decrypt(sealed, name="accounts.create_api_key 2")


def test_after_a_change_of_keys_what_was_kept_before_is_still_known() -> None:
    before, after = SealedAnswers([OLDER]), SealedAnswers([KEY, OLDER])
    assert before.fingerprints(CONTENT)[0] in after.fingerprints(CONTENT)
    assert after.decrypt(before.encrypt(ANSWER, name="a call"), name="a call") == ANSWER
    with pytest.raises(encryption.NoKeyError):
        SealedAnswers([KEY]).decrypt(before.encrypt(ANSWER, name="a call"), name="a call")
