"""Settings: read once, with their types; whatever is wrong is named."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from chassis import settings
from chassis.settings import SettingsError, setting

ROOT = Path(__file__).parents[2]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wanted:
    name: str = setting("FRONTDESK_DRILL_NAME")
    minutes: int = setting("FRONTDESK_DRILL_MINUTES", default=30)
    share: float = setting("FRONTDESK_DRILL_SHARE", default=0.5)
    is_on: bool = setting("FRONTDESK_DRILL_ON", default=False)


def test_values_have_their_types_and_their_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_DRILL_NAME", "Ann")
    monkeypatch.setenv("FRONTDESK_DRILL_MINUTES", "5")
    monkeypatch.setenv("FRONTDESK_DRILL_ON", "true")
    assert settings.read(Wanted) == Wanted(name="Ann", minutes=5, share=0.5, is_on=True)


def test_everything_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FRONTDESK_DRILL_NAME", raising=False)
    monkeypatch.setenv("FRONTDESK_DRILL_MINUTES", "many")
    with pytest.raises(SettingsError) as wrong:
        settings.read(Wanted)
    assert "FRONTDESK_DRILL_NAME" in str(wrong.value)
    assert "FRONTDESK_DRILL_MINUTES" in str(wrong.value)


def test_a_database_is_reached_by_psycopg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_DRILL_DATABASE_URL", "postgresql://ann@here/drill")
    assert settings.database_url("drill") == "postgresql+psycopg://ann@here/drill"
    monkeypatch.delenv("FRONTDESK_DRILL_DATABASE_URL")
    with pytest.raises(SettingsError, match="FRONTDESK_DRILL_DATABASE_URL"):
        settings.database_url("drill")


def test_every_setting_is_in_the_operators_table() -> None:
    code = [
        path.read_text()
        for folder in ("libs", "services", "gateway")
        for path in (ROOT / folder).rglob("*.py")
    ]
    names = {name for text in code for name in re.findall(r'setting\(\s*"(FRONTDESK_\w+)"', text)}
    table = (ROOT / "docs/operations.md").read_text()
    assert len(names) > 20
    assert {name for name in names if f"`{name}`" not in table} == set()
