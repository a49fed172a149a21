"""`eventually` waits, returns and fails as it says."""

from collections.abc import Iterator

import pytest

from tests.support.waiting import eventually


def test_returns_the_first_true_answer() -> None:
    answers: Iterator[object] = iter([None, [], "found"])
    assert eventually(lambda: next(answers), 5) == "found"


def test_says_what_it_waited_for() -> None:
    with pytest.raises(AssertionError, match=r"not within 0\.05 s: a miracle"):
        eventually(lambda: False, 0.05, "a miracle")


def test_shows_the_assertion_that_never_held() -> None:
    def two_is_three() -> None:
        assert 1 + 1 == 3, "still two"

    with pytest.raises(AssertionError, match="two_is_three") as failure:
        eventually(two_is_three, 0.05)
    assert "still two" in str(failure.value.__cause__)


def test_lets_other_errors_through_at_once() -> None:
    def broken() -> bool:
        raise KeyError("gone")

    with pytest.raises(KeyError):
        eventually(broken, 60)
