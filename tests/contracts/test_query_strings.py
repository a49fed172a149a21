"""Query strings: a message from the parameters of an address."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum
from typing import Annotated, Any

import pytest
from marshmallow import ValidationError
from marshmallow.validate import Length, Range

from chassis.field_errors import field_errors
from wire import schema
from wire.absent import ABSENT, Absent
from wire.contract import message
from wire.values import Money, PageLimit

ID = uuid.UUID(int=7)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@message
class Search:
    """A parameter of every type."""

    text: Annotated[str, Length(min=1), Length(max=5)] | None = None
    number: int | None = None
    limit: PageLimit = 30
    is_open: bool | None = None
    born_on: datetime.date | None = None
    since: datetime.datetime | None = None
    actor: uuid.UUID | None = None
    colour: Colour | None = None
    tags: tuple[str, ...] = ()
    colours: tuple[Colour, ...] | None = None
    numbers: Annotated[tuple[Annotated[int, Range(min=1)], ...], Length(max=3)] = ()
    flags: tuple[bool, ...] = ()
    from_: datetime.date | None = None
    phone: int | Absent | None = ABSENT


@message
class Required:
    except_: str
    ids: tuple[uuid.UUID, ...]


def errors(cls: type, *pairs: tuple[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as invalid:
        schema.load_query(cls, pairs)
    return [(error.pointer, error.code) for error in field_errors(invalid.value.messages)]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("text", "plum", "plum"),
        ("text", "3", "3"),
        ("text", "true", "true"),
        ("number", "3", 3),
        ("number", "-3", -3),
        ("number", "007", 7),
        ("limit", "100", 100),
        ("is_open", "true", True),
        ("is_open", "false", False),
        ("born_on", "2026-11-22", datetime.date(2026, 11, 22)),
        ("since", "2026-11-22T09:30:00Z", datetime.datetime(2026, 11, 22, 9, 30, tzinfo=datetime.UTC)),
        ("since", "2026-11-22T10:30:00+01:00", datetime.datetime(2026, 11, 22, 9, 30, tzinfo=datetime.UTC)),
        ("actor", str(ID), ID),
        ("colour", "red", Colour.RED),
        ("tags", "a,b", ("a,b",)),
        ("numbers", "3", (3,)),
        ("flags", "false", (False,)),
        ("phone", "3", 3),
    ],
)
def test_a_text_becomes_what_was_declared(name: str, text: str, value: Any) -> None:
    loaded = getattr(schema.load_query(Search, [(name, text)]), name)
    assert (loaded, type(loaded)) == (value, type(value))


def test_without_parameters_everything_is_its_default() -> None:
    assert schema.load_query(Search, []) == Search()


def test_a_repeated_parameter_of_a_list_is_its_items_in_order() -> None:
    found = schema.load_query(Search, [("tags", "b"), ("numbers", "1"), ("tags", "a"), ("numbers", "2")])
    assert (found.tags, found.numbers) == (("b", "a"), (1, 2))
    assert schema.load_query(Search, [("colours", "red"), ("colours", "blue")]).colours == tuple(Colour)


def test_the_last_of_a_repeated_scalar_counts() -> None:
    assert schema.load_query(Search, [("limit", "x"), ("limit", "1"), ("limit", "2")]).limit == 2


def test_a_name_that_is_a_keyword_of_python_is_the_field_with_an_underscore() -> None:
    assert schema.load_query(Search, [("from", "2026-11-22")]).from_ == datetime.date(2026, 11, 22)
    assert schema.load_query(Required, [("except", "a"), ("ids", str(ID))]) == Required(
        except_="a", ids=(ID,)
    )
    assert errors(Search, ("from", "soon")) == [("/from", "invalid_value")]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("text", "", "too_short"),
        ("text", "plums!", "too_long"),
        ("text", "pl\x00m", "invalid_value"),
        ("text", "pl\ud800m", "invalid_value"),
        *(("number", text, "datatype_mismatch") for text in ("", "abc", "1.0", " 3", "+3", "٣", "1" * 19)),
        ("limit", "0", "invalid_value"),
        ("limit", "101", "invalid_value"),
        *(("is_open", text, "datatype_mismatch") for text in ("", "True", "1", "yes", "on")),
        *(("born_on", text, "invalid_value") for text in ("", "2026-02-30", "22.11.2026", "soon")),
        *(("since", text, "invalid_value") for text in ("", "soon", "0001-01-01T00:00:00+14:00")),
        *(("actor", text, "invalid_value") for text in ("", "7")),
        *(("colour", text, "invalid_value") for text in ("", "RED", "green")),
        ("phone", "abc", "datatype_mismatch"),
    ],
)
def test_what_is_wrong_with_a_parameter_is_pointed_at(name: str, text: str, code: str) -> None:
    assert errors(Search, (name, text)) == [(f"/{name}", code)]


@pytest.mark.parametrize(
    ("name", "texts", "pointer", "code"),
    [
        ("numbers", ("1", "x"), "/numbers/1", "datatype_mismatch"),
        ("numbers", ("0", "1"), "/numbers/0", "invalid_value"),
        ("numbers", ("1", "2", "3", "4"), "/numbers", "too_long"),
        ("colours", ("red", "green"), "/colours/1", "invalid_value"),
        ("flags", ("yes",), "/flags/0", "datatype_mismatch"),
    ],
)
def test_a_wrong_item_of_a_list_is_pointed_at(
    name: str, texts: tuple[str, ...], pointer: str, code: str
) -> None:
    assert errors(Search, *((name, text) for text in texts)) == [(pointer, code)]


def test_a_parameter_that_is_required_is_missed_by_its_own_name() -> None:
    assert errors(Required) == [("/except", "missing_field"), ("/ids", "missing_field")]


@pytest.mark.parametrize("name", ["sort", "class", "", "a/b"])
def test_an_unknown_parameter_is_refused(name: str) -> None:
    assert errors(Search, (name, "x")) == [("/" + name.replace("/", "~1"), "invalid_field")]


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = errors(Search, ("limit", "x"), ("from", "x"), ("sort", "x"))
    assert sorted(found) == [
        ("/from", "invalid_value"),
        ("/limit", "datatype_mismatch"),
        ("/sort", "invalid_field"),
    ]


def test_a_shape_that_no_query_can_have_is_found_when_it_is_declared() -> None:
    @message
    class Priced:
        price: Money | None = None

    with pytest.raises(TypeError, match="Money"):
        schema.check_query(Priced)
    schema.check_query(Search)
