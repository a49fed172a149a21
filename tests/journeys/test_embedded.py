"""The embedded suite, `frontdesk dev`: one process, data of its own, caught mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser

from tests.browser.newcomer import Newcomer
from tests.support.api import Api
from tests.support.people import LINK, PASSWORD, new_account, new_email
from tests.support.processes import Processes
from tests.support.suite import Embedded
from tests.support.waiting import eventually

KILLED = -9


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    folder = tmp_path_factory.mktemp("embedded")
    processes = Processes(folder)
    suite = Embedded(processes, folder / "home")
    try:
        suite.start()
        yield suite
        print(processes.tails())
    finally:
        processes.close()


def walk(suite: Embedded, email: str) -> Api:
    """From sign-up to the open trial; the owner's API."""
    suite.api.post("/v1/accounts", new_account(email)).must_be(201)
    return finish(suite, email)


def finish(suite: Embedded, email: str) -> Api:
    """From the mail to the open trial."""
    [mail] = eventually(lambda: suite.mails_to(email), what="the activation mail")
    found = LINK.search(mail["text"])
    assert found
    assert f'href="{found[0]}"' in mail["html"]
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    suite.api.post(f"/v1/activations/{found[1]}", passwords).must_be(201)
    opened = suite.api.post("/v1/sessions", {"email": email, "password": PASSWORD}).must_be(201).body
    owner = suite.api.with_token(opened["token"])
    eventually(lambda: not owner.get("/v1/billing").must_be(200).body["stale"], what="the trial is open")
    created = owner.post("/v1/contacts", {"name": "Bob", "phone": "+33142685300"}).must_be(201)
    assert owner.get("/v1/contacts").must_be(200).body["data"] == [created.body]
    return owner


def links_mailed(suite: Embedded, email: str) -> list[str]:
    """There are notices too, of a log-in for instance, and they come when they come."""
    return [mail["text"] for mail in suite.mails_to(email) if LINK.search(mail["text"])]


def test_the_pages_and_the_mailbox_take_somebody_in_without_scripts(
    embedded: Embedded, browser: Browser
) -> None:
    with Newcomer(browser, embedded, "en", has_scripts=False) as newcomer:
        newcomer.signs_up()
        newcomer.opens_the_mail_in_the_mailbox()
        newcomer.sets_the_password()
        newcomer.sees_the_account()
        newcomer.logs_out_for_good()
        newcomer.logs_in_at_the_second_try()


def test_a_copy_beside_it_is_a_suite_of_its_own(
    embedded: Embedded, tmp_path: Path, processes: Processes
) -> None:
    copy = Embedded(processes, tmp_path / "copy")
    copy.start()
    email = new_email()
    owner = walk(embedded, email)
    walk(copy, email)

    assert len(links_mailed(embedded, email)) == len(links_mailed(copy, email)) == 1
    assert copy.api.with_token(owner.token).get("/v1/me").status == 401
    assert copy.process.interrupt() == 0
    assert "Traceback" not in copy.process.output()


def test_the_mail_comes_although_the_process_is_killed_right_after_the_201(embedded: Embedded) -> None:
    email = new_email()
    embedded.api.post("/v1/accounts", new_account(email)).must_be(201)
    embedded.process.kill()

    embedded.start()
    finish(embedded, email)
    assert len(links_mailed(embedded, email)) == 1


def test_the_mail_comes_although_the_process_dies_with_it_in_its_hands(embedded: Embedded) -> None:
    """Nobody has to wait for what a mail server may take: there is none."""
    embedded.process.terminate()
    doomed, email = embedded.start(FRONTDESK_CRASH_AT="courier.after_claim:1"), new_email()
    with suppress(requests.ConnectionError):  # the mail may be in its hands before the answer is
        embedded.api.post("/v1/accounts", new_account(email))
    assert doomed.wait() == KILLED

    embedded.start()
    finish(embedded, email)
    assert len(links_mailed(embedded, email)) == 1
