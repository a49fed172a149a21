"""Everything that the audit log may hold has its words, in every language."""

from __future__ import annotations

import ast
import datetime
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import accounts
import contacts
from gateway.texts import audit_log as texts
from wire.accounts.audit_log import ActorKind, AuditActor, AuditEntry, AuditObject
from wire.values import LOCALES

SOURCES = sorted(
    source for package in (accounts, contacts) for source in Path(package.__path__[0]).rglob("*.py")
)
TREES = {source: ast.parse(source.read_text()) for source in SOURCES}
RECORDERS = {"audit.record", "self.record"}
FACTS = {
    "changed": ["phone", "time_zone"],
    "email": "cleo@example.com",
    "from": "ann@example.com",
    "to": "bea@example.com",
    "left": 7,
    "name": "Bea Agent",
    "request": 100001,
    "role": "agent",
    "status": "past_due",
    "previous": {"role": "admin"},
}


def recorded(source: Path) -> Iterator[str]:
    """The actions that a module records: `self.record(…, "password_changed", …)`, or what its helpers are given."""
    functions = [node for node in ast.walk(TREES[source]) if isinstance(node, ast.FunctionDef)]
    calls = [call for tree in TREES.values() for call in ast.walk(tree) if isinstance(call, ast.Call)]
    for function in functions:
        # What these are given is found where they are called, in another service too.
        if function.name in ("record", "keep_audit_of_contacts"):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in RECORDERS:
                yield from literals(call.args[1]) or given(function, call.args[1], calls)


def given(helper: ast.FunctionDef, argument: ast.expr, calls: list[ast.Call]) -> list[str]:
    """What a helper that passes an action on is called with."""
    names = [argument.arg for argument in helper.args.args if argument.arg != "self"]
    at = names.index(ast.unparse(argument))
    called = [call for call in calls if ast.unparse(call.func).rpartition(".")[2] == helper.name]
    found = [literals(call.args[at]) for call in called]
    assert found, f"nobody calls {helper.name}"
    assert all(found), f"{helper.name} is given an action that is no literal"
    return [action for actions in found for action in actions]


def literals(expression: ast.expr) -> list[str]:
    return [str(node.value) for node in ast.walk(expression) if isinstance(node, ast.Constant)]


def actions() -> set[str]:
    return {action for source in SOURCES for action in recorded(source)}


def entry(action: str, **changes: Any) -> AuditEntry:
    values: dict[str, Any] = {
        "id": 1,
        "happened_at": datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC),
        "action": action,
        "actor": AuditActor(kind=ActorKind.USER, id=uuid.UUID(int=1), name="Ann"),
        "object": AuditObject(kind="user", id=None),
        "ip_address": "",
        "user_agent": "",
        "facts": {},
    }
    return AuditEntry(**{**values, **changes})


def test_the_actions_that_have_words_are_those_that_the_code_records() -> None:
    assert actions() == set(texts.ACTIONS)


@pytest.mark.parametrize("action", texts.ACTIONS)
def test_an_action_has_a_title_and_a_sentence_in_every_language(action: str) -> None:
    assert len({texts.title(action, locale) for locale in LOCALES}) == len(LOCALES)
    for facts in ({}, FACTS):
        said = [texts.sentence(entry(action, facts=facts), locale) for locale in LOCALES]
        assert len(set(said)) == len(LOCALES)
        assert all("%(" not in sentence for sentence in said)


@pytest.mark.parametrize("action", texts.WITH_FACTS)
def test_a_sentence_names_the_facts_that_are_known(action: str) -> None:
    for locale in LOCALES:
        said = texts.sentence(entry(action, facts=FACTS), locale)
        assert said != texts.sentence(entry(action), locale)


def test_a_role_and_a_field_are_told_in_the_readers_language() -> None:
    changed = entry("user_updated", facts=FACTS)
    assert texts.sentence(changed, "en").endswith("of Bea Agent from Administrator to Agent.")
    assert "관리자" in texts.sentence(changed, "ko")
    assert texts.sentence(entry("profile_updated", facts=FACTS), "fr").endswith("Fuseau horaire.")


@pytest.mark.parametrize(
    ("previous", "said"),
    [
        ({"name": "Beatrix"}, "Renamed Beatrix to Bea Agent."),
        ({"role": "admin"}, "Changed the role of Bea Agent from Administrator to Agent."),
        ({"external_id": None}, "Changed Bea Agent: External ID."),
        ({"role": "admin", "name": "Beatrix"}, "Changed Bea Agent: Role, Name."),
    ],
)
def test_a_changed_user_is_told_by_what_was_changed(previous: dict[str, Any], said: str) -> None:
    changed = entry("user_updated", facts={"name": "Bea Agent", "role": "agent", "previous": previous})
    assert texts.sentence(changed, "en") == said
    assert len({texts.sentence(changed, locale) for locale in LOCALES}) == len(LOCALES)


def test_an_action_of_a_newer_version_is_told_without_a_crash() -> None:
    said = {texts.sentence(entry("moon_landed", facts=FACTS), locale) for locale in LOCALES}
    assert len(said) == len(LOCALES)


@pytest.mark.parametrize("kind", ActorKind)
def test_who_acts_is_told_with_a_name_and_without(kind: ActorKind) -> None:
    for locale in LOCALES:
        assert "Zed" in texts.actor(AuditActor(kind=kind, id=None, name="Zed"), locale)
        assert texts.actor(AuditActor(kind=kind, id=None, name=""), locale)


def test_facts_of_strange_shapes_are_left_out() -> None:
    strange = {"name": None, "role": ["x"], "changed": "phone", "previous": 7, "left": True}
    for action in texts.ACTIONS:
        assert texts.sentence(entry(action, facts=strange), "en")
