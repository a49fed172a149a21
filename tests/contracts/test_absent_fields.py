"""Absent fields: not given, null and given are three different things."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from wire import codec, schema
from wire.absent import ABSENT, given
from wire.accounts.profile import UpdateMe
from wire.jsonschema import Schemas


@pytest.mark.parametrize(
    "data", [{}, {"phone": None}, {"phone": "0142685300"}, {"name": "Ann", "phone": None, "locale": "fr"}]
)
def test_what_is_absent_stays_absent_on_its_way(data: dict[str, Any]) -> None:
    message = schema.load(UpdateMe, data)
    dumped = schema.dump(message)
    named = {
        name: value for name, value in dumped.items() if name in ("name", "phone", "locale", "time_zone")
    }
    assert named == data
    assert schema.load(UpdateMe, dumped) == message
    assert codec.revive(UpdateMe, dumped) == message


def test_none_is_not_absent() -> None:
    assert schema.load(UpdateMe, {"phone": None}).phone is None
    assert schema.load(UpdateMe, {}).phone is ABSENT
    assert given(schema.load(UpdateMe, {"phone": None})).get("phone", ABSENT) is None


@pytest.mark.parametrize("name", ["name", "locale", "time_zone", "email"])
def test_what_cannot_be_none_is_refused_as_none(name: str) -> None:
    with pytest.raises(ValidationError):
        schema.load(UpdateMe, {name: None})


def test_the_document_says_what_may_be_none_and_requires_nothing() -> None:
    schemas = Schemas()
    schemas.refer(UpdateMe)
    found = schemas.found["UpdateMe"]
    assert "required" not in found
    assert found["properties"]["phone"]["type"] == ["string", "null"]
    assert found["properties"]["name"]["type"] == "string"
    assert "default" not in found["properties"]["name"]
