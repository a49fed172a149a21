"""Texts of codes and strings of pages in all three languages."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

import gateway
import wire
from chassis.extraction import problems
from gateway import texts
from wire.contract import Refusal
from wire.values import LOCALES

PACKAGE = Path(gateway.__path__[0])
for module in pkgutil.iter_modules(wire.__path__):
    importlib.import_module(f"wire.{module.name}")
REFUSALS = sorted({kind.code for kind in Refusal.__subclasses__() if kind.__module__.startswith("wire.")})
OF_THE_GATEWAY = [
    "malformed_request",
    "unauthenticated",
    "csrf_failed",
    "service_unavailable",
    "deadline_exceeded",
    "internal_error",
    "not_found",
    "method_not_allowed",
    "payload_too_large",
    "rate_limited",
    "unsupported_media_type",
    "not_acceptable",
]
OF_FIELDS = [
    "missing_field",
    "invalid_value",
    "unknown_field",
    "too_long",
    "too_short",
    "password_too_short",
    "password_too_common",
    "password_contains_identity",
]


def test_every_string_of_the_pages_is_translated() -> None:
    assert list(problems(PACKAGE, locales=("fr", "ko"))) == []


@pytest.mark.parametrize("code", [*REFUSALS, *OF_THE_GATEWAY, *OF_FIELDS])
def test_a_code_has_words_of_its_own(code: str) -> None:
    assert code in texts.TEXTS


@pytest.mark.parametrize("code", texts.TEXTS)
def test_the_words_differ_from_language_to_language(code: str) -> None:
    facts = {"minimum": 12, "maximum": 200}
    assert len({texts.title(code, locale) for locale in LOCALES}) == len(LOCALES)
    assert len({texts.detail(code, locale, **facts) for locale in LOCALES}) == len(LOCALES)


def test_facts_stand_in_the_sentence() -> None:
    assert texts.detail("password_too_short", "en", minimum=12) == "Please use at least 12 characters."
    assert texts.detail("password_too_short", "ko", minimum=12) == "12자 이상 입력해 주세요."


def test_a_missing_fact_leaves_the_title() -> None:
    assert texts.detail("too_long", "fr") == "Trop long"


def test_an_unknown_code_never_shows_itself() -> None:
    assert texts.title("made_up", "en") == "Something went wrong"
    assert "made_up" not in texts.detail("made_up", "en")
