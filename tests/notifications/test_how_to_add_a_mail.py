"""Does following docs/how-to/add-a-mail.md lead to a mail? Takes its examples at their word."""

from __future__ import annotations

import dataclasses
import datetime
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from chassis.extraction import problems, update
from notifications import catalogue
from notifications.catalogue import MAILS, Link, Mail
from notifications.rendering import HERE, Renderer
from tests.notifications.preview import write
from tests.notifications.samples import HOUSE, LOG_IN_LINK

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/add-a-mail.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```(python|jinja \S+)\n(.*?)```", PAGE, flags=re.DOTALL))


def example() -> Mail:
    """The mail that the page's Python declares."""
    names: dict[str, Any] = {
        **vars(catalogue),
        "__name__": catalogue.__name__,
        "datetime": datetime,
        "dataclasses": dataclasses,
    }
    exec(compile(BLOCKS["python"], "add-a-mail.md", "exec"), names)  # noqa: S102 (our own page)
    mail = names["PASSWORD_CHANGED"]
    assert isinstance(mail, Mail)
    return mail


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The service's folder after the page's second step."""
    for name in ("templates", "locales"):
        shutil.copytree(HERE / name, tmp_path / name)
    (tmp_path / "templates/password_changed").mkdir()
    for name, content in BLOCKS.items():
        if name.startswith("jinja"):
            (tmp_path / "templates/password_changed" / name.split()[1]).write_text(content, encoding="utf-8")
    return tmp_path


def test_the_example_can_be_sent_in_english(folder: Path) -> None:
    mail = example()
    written = Renderer(HOUSE, folder=folder, mails=(*MAILS, mail)).render(
        "password_changed",
        mail.props(
            name="Ada",  # type: ignore[call-arg] # known only from the page
            changed_at=datetime.datetime(2026, 7, 3, 13, 15, tzinfo=datetime.UTC),
            log_in_link=Link(LOG_IN_LINK),
        ),
        "en",
    )
    assert written.subject == "Your Frontdesk password was changed"
    assert "changed on Friday, July 3, 2026 at 1:15\u00a0PM (Coordinated Universal Time)." in written.text
    assert LOG_IN_LINK in written.text
    assert f'href="{LOG_IN_LINK}"' in written.html


def test_an_untranslated_example_is_noticed_and_the_update_lists_its_strings(folder: Path) -> None:
    assert "password was changed' is missing" in " ".join(problems(folder, locales=("fr", "ko")))
    update(folder)
    french = (folder / "locales/fr.po").read_text(encoding="utf-8")
    assert 'msgid "Your password was changed on %(moment)s."\nmsgstr ""' in french
    assert "password was changed' has no translation" in " ".join(problems(folder, locales=("fr", "ko")))


def test_the_preview_holds_every_mail_in_every_language(tmp_path: Path) -> None:
    pages = {path.name for path in write(tmp_path / "mails")}
    assert {f"{mail.name}.{locale}.html" for mail in MAILS for locale in ("en", "fr", "ko")} <= pages


def test_the_files_and_commands_that_the_page_names_exist() -> None:
    named = re.findall(r"`((?:services|tests)/[\w/.]+\w)`", PAGE)
    coming = {"services/notifications/templates/password_changed"}
    assert [path for path in named if path not in coming and not (ROOT / path).exists()] == []
    for module in re.findall(r"python -m ([\w.]+)", PAGE):
        path = module.replace(".", "/") + ".py"
        assert (ROOT / path).exists() or (ROOT / "libs" / path).exists()
