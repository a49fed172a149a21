"""Following docs/how-to/add-a-mail.md, to the letter, leads to a mail."""

from __future__ import annotations

import datetime
import re
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest

from chassis.events import Received
from chassis.extraction import problems, update
from notifications.mails import cancellation, entrypoints
from notifications.mails.base import Mail, props_of
from notifications.mails.entrypoints import MailEntrypoints
from notifications.mails.outgoing import OutgoingMail
from notifications.mails.table import MAILS
from notifications.rendering import HERE, Renderer
from tests.notifications.preview import write
from tests.notifications.samples import SITE, URLS, props_for
from wire.accounts.cancellation import CancellationUndone
from wire.accounts.tenancy import Account, User
from wire.values import AccountStatus, Role

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/add-a-mail.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```((?:python|jinja) \S+)\n(.*?)```", PAGE, flags=re.DOTALL))
UNDONE_AT = datetime.datetime(2026, 7, 3, 13, 15, tzinfo=datetime.UTC)
CANCELLATION_LINK = "https://frontdesk.example/account/cancellation"


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names of the topic's module after the page's first step; forgotten after the test."""
    names: dict[str, Any] = dict(vars(cancellation))
    exec(compile(BLOCKS["python mails/cancellation.py"], "add-a-mail.md", "exec"), names)  # noqa: S102 (our own page)
    monkeypatch.setattr(cancellation, "cancellation_undone", names["cancellation_undone"], raising=False)
    return names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The service's folder after the page's third step."""
    for name in ("templates", "locales"):
        shutil.copytree(HERE / name, tmp_path / name)
    (tmp_path / "templates/cancellation_undone").mkdir()
    for name, content in BLOCKS.items():
        if name.startswith("jinja"):
            path = tmp_path / name.split()[1]
            path.write_text(content, encoding="utf-8")
    return tmp_path


def queued(event: Received[CancellationUndone]) -> list[OutgoingMail]:
    """What the page's listener queues for an event."""
    names: dict[str, Any] = dict(vars(entrypoints))
    exec(compile(BLOCKS["python mails/entrypoints.py"], "add-a-mail.md", "exec"), names)  # noqa: S102 (our own page)
    mails: list[OutgoingMail] = []

    class Listener(MailEntrypoints):
        urls = URLS  # type: ignore[assignment] # of this installation
        listener = names["queue_cancellation_undone"]

        def _queue(self, *outgoing: OutgoingMail | None) -> None:
            mails.extend(mail for mail in outgoing if mail is not None)

    Listener().listener(event)
    return mails


def undone(*, locale: str = "fr-CA") -> Received[CancellationUndone]:
    account = Account(
        id=uuid.uuid4(),
        company_name="Analytical Engines Ltd",
        slug="analytical-engines",
        country="GB",
        locale="fr",
        time_zone="Europe/London",
        status=AccountStatus.ACTIVE,
        trial_ends_at=None,
        created_at=UNDONE_AT,
    )
    owner = User(
        id=uuid.uuid4(),
        account_id=account.id,
        name="Ada",
        email="ada@example.com",
        phone=None,
        locale=locale,
        time_zone="UTC",
        role=Role.OWNER,
        is_verified=True,
        created_at=UNDONE_AT,
    )
    return Received(
        id=uuid.uuid4(),
        type="accounts.account.cancellation_undone",
        time=UNDONE_AT,
        account_id=account.id,
        aggregate=str(account.id),
        sequence=1,
        correlation_id="a-request",
        causation_id=None,
        traceparent=None,
        changed=(),
        previous={},
        data=CancellationUndone(account=account, owner=owner),
    )


def test_the_example_goes_from_the_event_to_an_english_mail(topic: dict[str, Any], folder: Path) -> None:
    [outgoing] = queued(undone(locale="en"))
    mail = topic["CANCELLATION_UNDONE"]
    assert (outgoing.mail, outgoing.recipient, outgoing.locale) == (mail.name, "ada@example.com", "en")
    renderer = Renderer(SITE, (*MAILS, mail), folder=folder)
    written = renderer.render(outgoing.mail, props_of(mail, outgoing.data), outgoing.locale)
    assert written.subject == "Your Frontdesk account stays"
    assert written.text.startswith("Hello Ada,\n")
    assert (
        "On Friday, July 3, 2026 at 1:15\u00a0PM (Coordinated Universal Time) the cancellation"
        in written.text
    )
    assert CANCELLATION_LINK in written.text
    assert f'href="{CANCELLATION_LINK}"' in written.html


def test_the_example_is_addressed_in_the_readers_language(topic: dict[str, Any]) -> None:
    assert [mail.locale for mail in queued(undone(locale="de"))] == ["fr"]


def test_the_example_needs_no_sample_of_its_own(topic: dict[str, Any]) -> None:
    mail = topic["CANCELLATION_UNDONE"]
    assert isinstance(mail, Mail)
    assert isinstance(props_for(mail, "ko"), mail.props)


def test_an_untranslated_example_is_noticed_and_the_update_lists_its_strings(folder: Path) -> None:
    assert "account stays' is missing" in " ".join(problems(folder, locales=("fr", "ko")))
    update(folder)
    french = (folder / "locales/fr.po").read_text(encoding="utf-8")
    assert 'msgid "Your %(product_name)s account stays"\nmsgstr ""' in french
    assert "account stays' has no translation" in " ".join(problems(folder, locales=("fr", "ko")))


def test_the_preview_holds_every_mail_in_every_language(tmp_path: Path) -> None:
    pages = {path.name for path in write(tmp_path / "mails")}
    assert {f"{mail.name}.{locale}.html" for mail in MAILS for locale in ("en", "fr", "ko")} <= pages


def test_the_files_and_commands_that_the_page_names_exist() -> None:
    named = re.findall(r"`((?:services|tests|libs)/[\w/.]+\w)`", PAGE)
    coming = {"services/notifications/templates/cancellation_undone"}
    assert [path for path in named if path not in coming and not (ROOT / path).exists()] == []
    for module in re.findall(r"python -m ([\w.]+)", PAGE):
        path = module.replace(".", "/") + ".py"
        assert (ROOT / path).exists() or (ROOT / "libs" / path).exists()
