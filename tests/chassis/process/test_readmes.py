"""The generated part of a service's README."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.process import readmes, runner


def test_a_readme_says_by_topic_what_a_service_answers_listens_to_and_does_on_a_timer() -> None:
    found = readmes.topics(runner.service_class("billing"))["subscriptions"]
    assert "start_plan" in found["Answers"]
    assert "accounts.account.created" in found["Listens to"]
    assert found["On a timer"] == ["look_at_periods"]


def test_what_stands_around_the_generated_part_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "services/contacts/README.md"
    path.parent.mkdir(parents=True)
    path.write_text(f"# contacts\n\n{readmes.BEGIN}\nof yesterday\n{readmes.END}\nAfter.\n")
    monkeypatch.chdir(tmp_path)
    [(name, text)] = readmes.documents().items()
    assert name == "services/contacts/README.md"
    assert text.startswith(f"# contacts\n\n{readmes.BEGIN}\n\n| Topic |")
    assert "`create_contact`" in text
    assert "of yesterday" not in text
    assert text.endswith(f"{readmes.END}\nAfter.\n")


def test_a_readme_without_the_marks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "services/contacts/README.md"
    path.parent.mkdir(parents=True)
    path.write_text("# contacts\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="contacts"):
        readmes.documents()
