"""The service is put together of many entrypoint classes: none of them may hide another's methods."""

from __future__ import annotations

from collections import Counter

from accounts.service import AccountsService


def test_no_two_entrypoint_classes_have_a_method_of_one_name() -> None:
    own = [name for base in AccountsService.__mro__[1:-1] for name in vars(base) if not name.startswith("__")]
    assert [name for name, count in Counter(own).items() if count > 1] == []
