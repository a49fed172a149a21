"""Does the same work with nothing installed? `frontdesk dev`: one process, data of its own, caught mail."""

from __future__ import annotations

import time
from pathlib import Path

from tests.support.api import Api
from tests.support.people import LINK, PASSWORD, new_account, new_email
from tests.support.processes import Processes
from tests.support.suite import Embedded
from tests.support.waiting import eventually

READY_SECONDS = 10.0


def walk(suite: Embedded, email: str) -> Api:
    """From sign-up to the open trial; the owner's API."""
    suite.api.post("/v1/accounts", new_account(email)).must_be(201)
    return finish(suite, email)


def finish(suite: Embedded, email: str) -> Api:
    """From the mail to the open trial."""
    [mail] = eventually(lambda: suite.mails_to(email), 20, "the activation mail")
    found = LINK.search(mail["text"])
    assert found
    assert f'href="{found[0]}"' in mail["html"]
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    suite.api.post(f"/v1/activations/{found[1]}", passwords).must_be(201)
    opened = suite.api.post("/v1/sessions", {"email": email, "password": PASSWORD}).must_be(201).body
    owner = suite.api.with_token(opened["token"])
    eventually(lambda: not owner.get("/v1/billing").must_be(200).body["stale"], what="the trial is open")
    created = owner.post("/v1/contacts", {"name": "Bob"}).must_be(201)
    assert owner.get("/v1/contacts").must_be(200).body["data"] == [created.body]
    return owner


def test_the_whole_journey_in_one_process(tmp_path: Path, processes: Processes) -> None:
    suite, before = Embedded(processes, tmp_path / "home"), time.monotonic()
    suite.start()
    assert time.monotonic() - before < READY_SECONDS
    walk(suite, new_email())
    assert suite.process.interrupt() == 0
    assert "Traceback" not in suite.process.output()


def test_the_mail_comes_although_the_process_is_killed_right_after_the_201(
    tmp_path: Path, processes: Processes
) -> None:
    suite = Embedded(processes, tmp_path / "home")
    suite.start()
    email = new_email()
    suite.api.post("/v1/accounts", new_account(email)).must_be(201)
    suite.process.kill()

    suite.start()
    finish(suite, email)
    assert len(suite.mails_to(email)) == 1


def test_two_copies_run_side_by_side(tmp_path: Path, processes: Processes) -> None:
    first, second = (Embedded(processes, tmp_path / name) for name in ("one", "two"))
    first.start()
    second.start()
    email = new_email()
    owner = walk(first, email)
    walk(second, email)

    assert len(first.mails_to(email)) == len(second.mails_to(email)) == 1
    assert second.api.with_token(owner.token).get("/v1/me").status == 401
