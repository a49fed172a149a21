"""Device tokens prove that a user was there before, and nothing else."""

from __future__ import annotations

import uuid

import pytest

from identity import devices

KEY = "k" * 32
ANN, BOB = uuid.uuid4(), uuid.uuid4()


def test_a_device_is_known_to_the_user_it_was_issued_for() -> None:
    assert devices.knows(devices.issue(ANN, KEY), ANN, KEY)


def test_every_device_gets_a_token_of_its_own() -> None:
    assert len({devices.issue(ANN, KEY) for _ in range(3)}) == 3


def test_a_device_of_one_user_is_unknown_to_another() -> None:
    assert not devices.knows(devices.issue(BOB, KEY), ANN, KEY)


def test_a_token_made_under_another_key_is_unknown() -> None:
    assert not devices.knows(devices.issue(ANN, "x" * 32), ANN, KEY)


@pytest.mark.parametrize("token", [None, "", ".", "nonce", "nonce.", ".proof", "é.é", "a.b.c"])
def test_what_we_did_not_issue_is_unknown(token: str | None) -> None:
    assert not devices.knows(token, ANN, KEY)


def test_another_nonce_under_the_same_proof_is_unknown() -> None:
    _, _, proof = devices.issue(ANN, KEY).partition(".")
    assert not devices.knows(f"another.{proof}", ANN, KEY)
