"""Typed query parameters of an operation, as the method receives them and as the OpenAPI document describes them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from chassis.http import Request
from gateway import openapi, paging
from gateway.api import Api, Call, api
from wire.contract import message


@message
class SearchTickets:
    is_open: bool | None = None
    tags: tuple[str, ...] = ()
    due_on: datetime.date | None = None


@message
class FoundTickets:
    is_open: bool | None
    tags: tuple[str, ...]
    due_on: datetime.date | None


class TicketsApi:
    @api("GET", "/v1/tickets", summary="Search", tag="Tickets", query=SearchTickets, answer=FoundTickets)
    def search_tickets(self, call: Call[SearchTickets]) -> FoundTickets:
        return FoundTickets(is_open=call.body.is_open, tags=call.body.tags, due_on=call.body.due_on)


class Container:
    """A container that calls the method at once."""

    def run_here(self, entrypoint: Api, args: tuple[Any, ...], finish: Callable[..., Any]) -> None:
        finish(None, TicketsApi().search_tickets(*args), None)


def get(*pairs: tuple[str, str]) -> tuple[int, dict[str, Any]]:
    """The status and body of the operation's answer."""
    (_, operation), *_ = openapi.operations(TicketsApi)
    entrypoint = Api(
        operation.method, operation.path, summary="", tag="", query=operation.query, answer=operation.answer
    )
    entrypoint.container = Container()  # type: ignore[assignment]
    environ = EnvironBuilder(path=operation.path, query_string=urlencode(pairs)).get_environ()
    response = entrypoint.handle(Request(environ))
    return response.status_code, json.loads(response.get_data())


def test_a_boolean_a_list_and_a_date_are_read() -> None:
    query = [("is_open", "true"), ("tags", "vip"), ("tags", "late"), ("due_on", "2026-11-30"), ("lang", "fr")]
    assert get(*query) == (200, {"is_open": True, "tags": ["vip", "late"], "due_on": "2026-11-30"})
    assert get() == (200, {"is_open": None, "tags": [], "due_on": None})


@pytest.mark.parametrize(
    ("pair", "error"),
    [
        (("is_open", "yes"), ("/is_open", "datatype_mismatch")),
        (("tags", "\x00"), ("/tags/0", "invalid_value")),
        (("due_on", "2026-02-30"), ("/due_on", "invalid_value")),
        (("sort", "due_on"), ("/sort", "invalid_field")),
    ],
)
def test_what_is_wrong_is_a_problem_that_points_at_the_parameter(
    pair: tuple[str, str], error: tuple[str, str]
) -> None:
    status, problem = get(pair)
    assert (status, problem["code"]) == (422, "validation_failed")
    assert [(found["pointer"], found["code"]) for found in problem["errors"]] == [error]


def test_the_address_of_the_following_page_keeps_every_item_of_a_list() -> None:
    query = "tags=vip&tags=late&after=first&due_on=2026-11-30"
    request = Request(EnvironBuilder(path="/v1/tickets", query_string=query).get_environ())
    call = Call(request=request, body=SearchTickets(), caller=None, parameters={})
    link = paging.with_link(call, Response(), "second").headers["Link"]
    assert link == '</v1/tickets?tags=vip&tags=late&due_on=2026-11-30&after=second>; rel="next"'


def test_the_document_describes_the_parameters() -> None:
    described = openapi.document(TicketsApi)["paths"]["/v1/tickets"]["get"]["parameters"]
    assert {parameter["name"]: parameter["schema"] for parameter in described} == {
        "is_open": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "due_on": {"type": "string", "format": "date"},
    }
    # A list is a repeated parameter: OpenAPI's own way, where nothing else is said.
    assert not any("explode" in parameter or "style" in parameter for parameter in described)
