"""Paging of lists: the addresses of the following and of the first page."""

from __future__ import annotations

import pytest

from gateway import paging


@pytest.mark.parametrize(
    ("after", "next_cursor", "next_path", "first_path"),
    [
        (None, None, "", ""),
        (None, "b=", "/account/users?state=open&after=b%3D", ""),
        ("a", None, "", "/account/users?state=open"),
        ("a", "b", "/account/users?state=open&after=b", "/account/users?state=open"),
    ],
)
def test_a_page_links_to_the_following_and_to_the_first_one(
    after: str | None, next_cursor: str | None, next_path: str, first_path: str
) -> None:
    links = paging.links("/account/users", after=after, next_cursor=next_cursor, state="open")
    assert links == {"next_path": next_path, "first_path": first_path}


def test_an_address_without_a_query_has_no_question_mark() -> None:
    assert paging.path("/account/users") == "/account/users"
