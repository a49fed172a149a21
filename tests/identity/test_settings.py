"""Settings of identity: keys are each service's own, and all of them long enough."""

from __future__ import annotations

import pytest

from accounts.settings import AccountsSettings
from chassis.settings import SettingsError

KEYS = {"token_key": "t" * 32, "pepper": "p" * 32, "older_token_key": "", "older_pepper": ""}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_is_too_short_stops_the_process_with_its_name(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        AccountsSettings(**{**KEYS, name: "k" * 31})


def test_the_older_keys_may_be_absent_and_open_what_they_sealed() -> None:
    assert AccountsSettings(**KEYS).encryption_keys == ("t" * 32,)
    older = AccountsSettings(**{**KEYS, "older_token_key": "o" * 32})
    assert older.encryption_keys == ("t" * 32, "o" * 32)
