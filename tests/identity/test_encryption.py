"""Encrypted secrets open with the key, for their owner, and not otherwise."""

from __future__ import annotations

import uuid

import pytest
from cryptography.exceptions import InvalidTag

from identity import encryption

KEY, OLDER = "k" * 48, "o" * 48
OWNER = uuid.uuid4()
SECRET = b"JBSWY3DPEHPK3PXP"


def test_what_was_sealed_opens_for_its_owner() -> None:
    sealed = encryption.seal(SECRET, owner=OWNER, key=KEY)
    assert encryption.open_sealed(sealed, owner=OWNER, keys=(KEY,)) == SECRET
    assert SECRET not in sealed


def test_the_same_secret_never_looks_the_same() -> None:
    assert len({encryption.seal(SECRET, owner=OWNER, key=KEY) for _ in range(20)}) == 20


def test_it_opens_for_nobody_else() -> None:
    sealed = encryption.seal(SECRET, owner=OWNER, key=KEY)
    with pytest.raises(InvalidTag):
        encryption.open_sealed(sealed, owner=uuid.uuid4(), keys=(KEY,))


def test_a_changed_byte_is_found_out() -> None:
    sealed = bytearray(encryption.seal(SECRET, owner=OWNER, key=KEY))
    sealed[-1] ^= 1
    with pytest.raises(InvalidTag):
        encryption.open_sealed(bytes(sealed), owner=OWNER, keys=(KEY,))


def test_the_key_before_still_opens_what_it_sealed() -> None:
    sealed = encryption.seal(SECRET, owner=OWNER, key=OLDER)
    assert encryption.open_sealed(sealed, owner=OWNER, keys=(KEY, OLDER)) == SECRET
    assert encryption.is_sealed_by(sealed, OLDER)
    assert not encryption.is_sealed_by(sealed, KEY)


def test_without_its_key_it_stays_shut() -> None:
    with pytest.raises(encryption.NoKeyError):
        encryption.open_sealed(encryption.seal(SECRET, owner=OWNER, key=OLDER), owner=OWNER, keys=(KEY,))
