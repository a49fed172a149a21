"""The how-to pages on operations, events and pages, followed word by word in a copy of the source tree.

The copy runs as `frontdesk dev`; what the pages add to it is used over HTTP.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from chassis import extraction
from tests.docs import pages
from tests.support.api import Answer, Api
from tests.support.people import LINK, PASSWORD, new_account, new_email
from tests.support.processes import Processes
from tests.support.suite import Embedded
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow

OPERATION, EVENT, PAGE = "add-an-operation.md", "add-an-event-and-a-listener.md", "add-a-page.md"
FOLLOWED = (OPERATION, EVENT, PAGE)
COST_CENTRE = "/v1/billing/cost-centre"
CSRF_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source tree after the pages."""
    folder = tmp_path_factory.mktemp("copy")
    pages.copy_sources(folder)
    for page in FOLLOWED:
        pages.apply(page, folder)
    return folder


@pytest.fixture(scope="module")
def suite(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The suite of the copy, in one process."""
    folder = tmp_path_factory.mktemp("suite-of-the-copy")
    processes = Processes(folder)
    suite = Embedded(processes, folder / "home")
    try:
        suite.start(**pages.python_path(copy))
        yield suite
        print(processes.tails())
    finally:
        processes.close()


@pytest.fixture(scope="module")
def owner(suite: Embedded) -> Api:
    """The API of somebody with an account of their own."""
    email = new_email()
    suite.api.post("/v1/accounts", new_account(email)).must_be(201)
    [mail] = eventually(lambda: suite.mails_to(email), what="the activation mail")
    found = LINK.search(mail["text"])
    assert found
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    opened = suite.api.post(f"/v1/activations/{found[1]}", passwords).must_be(201).body
    return suite.api.with_token(opened["token"])


@pytest.fixture(scope="module")
def browser(suite: Embedded, owner: Api) -> requests.Session:
    """The cookies of a browser in which the owner is logged in."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set("sid", str(owner.token))
    return session


@pytest.fixture(autouse=True)
def known_to_billing(request: pytest.FixtureRequest) -> None:
    """Billing has heard of the owner's account, where a test has an owner."""
    if "owner" in request.fixturenames:
        owner: Api = request.getfixturevalue("owner")
        eventually(lambda: owner.get(COST_CENTRE).status == 200, what="billing knows the account")


def book_to(owner: Api, cost_centre: object) -> Answer:
    return owner.send("PUT", COST_CENTRE, body={"cost_centre": cost_centre})


def booked_to(owner: Api) -> object:
    return owner.get(COST_CENTRE).must_be(200).body["cost_centre"]


def test_the_operation_of_the_page_changes_the_cost_centre(owner: Api) -> None:
    assert book_to(owner, " 4711 ").must_be(200).body == {"cost_centre": "4711"}
    assert booked_to(owner) == "4711"
    assert book_to(owner, None).must_be(200).body == {"cost_centre": None}
    assert booked_to(owner) is None


def test_the_operation_of_the_page_refuses_what_its_messages_refuse(owner: Api) -> None:
    assert book_to(owner, " ").must_be(422).code == "validation_failed"
    assert owner.send("PUT", COST_CENTRE, body={"center": "4711"}).must_be(422).code == "validation_failed"


def test_the_operation_of_the_page_is_in_the_openapi_document(suite: Embedded) -> None:
    document = suite.api.get("/openapi.json").must_be(200).body
    operation = document["paths"][COST_CENTRE]["put"]
    assert operation["description"] == "Needs the permission `billing:write`."
    assert "`billing_unknown`" in operation["responses"]["404"]["description"]


def test_the_listener_of_the_page_writes_the_event_into_the_audit_log(owner: Api) -> None:
    book_to(owner, "Support").must_be(200)
    book_to(owner, "Support and sales").must_be(200)

    def recorded() -> list[dict[str, Any]]:
        entries = owner.get("/v1/audit-log?action=cost_centre_changed").must_be(200).body["data"]
        return [entry for entry in entries if entry["facts"]["cost_centre"] == "Support and sales"]

    [entry] = eventually(recorded, what="the audit log holds the new cost centre")
    assert entry["actor"]["kind"] == "user"
    assert entry["object"]["kind"] == "account"
    assert entry["facts"]["previous"] == {"cost_centre": "Support"}


def open_page(suite: Embedded, browser: requests.Session) -> str:
    answer = browser.get(f"{suite.base_url}/account/cost-centre", timeout=20)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def send_form(suite: Embedded, browser: requests.Session, cost_centre: str) -> requests.Response:
    token = CSRF_TOKEN.search(open_page(suite, browser))
    assert token
    form = {"csrf_token": token[1], "cost_centre": cost_centre}
    return browser.post(f"{suite.base_url}/account/cost-centre", data=form, timeout=20)


def test_the_page_changes_the_cost_centre_and_says_so(
    suite: Embedded, owner: Api, browser: requests.Session
) -> None:
    book_to(owner, "4711").must_be(200)
    assert 'value="4711"' in open_page(suite, browser)
    answer = send_form(suite, browser, "4712")
    assert (answer.status_code, answer.history[0].status_code) == (200, 303)
    assert "The cost centre has been changed." in html.unescape(answer.text)
    assert booked_to(owner) == "4712"
    send_form(suite, browser, "")
    assert booked_to(owner) is None


def test_the_page_says_what_is_wrong_beside_the_field_and_keeps_what_was_entered(
    suite: Embedded, browser: requests.Session, owner: Api
) -> None:
    answer = send_form(suite, browser, "x" * 300)
    assert answer.status_code == 422
    assert "Please use at most 200 characters." in answer.text
    assert "x" * 300 in answer.text
    assert booked_to(owner) != "x" * 300


def test_what_is_not_translated_yet_is_noticed_and_the_update_lists_its_strings(copy: Path) -> None:
    missing = list(extraction.problems(copy / "gateway", locales=("fr", "ko")))
    assert any("The cost centre has been changed." in line for line in missing)
    assert any("Changed the cost centre." in line for line in missing)
    extraction.update(copy / "gateway")
    french = (copy / "gateway/locales/fr.po").read_text(encoding="utf-8")
    assert 'msgid "The cost centre has been changed."\nmsgstr ""' in french


def test_the_documents_of_the_copy_are_written_and_break_no_promise(copy: Path, tmp_path: Path) -> None:
    """`make docs` in a folder with the snapshots of the tree: it refuses where a contract would break them."""
    snapshots = tmp_path / "tests/contracts/snapshots"
    snapshots.mkdir(parents=True)
    for path in (pages.ROOT / "tests/contracts/snapshots").glob("*.json"):
        (snapshots / path.name).write_text(path.read_text())
    command = [sys.executable, "-W", "ignore", "-m", "chassis.process.cli", "docs"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | pages.python_path(copy),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "billing.customer.cost_centre_changed" in (tmp_path / "docs/asyncapi.yaml").read_text()


@pytest.mark.parametrize("page", FOLLOWED)
def test_the_files_that_a_page_names_exist(page: str) -> None:
    text = (pages.PAGES / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:libs|services|gateway|tests|docs)/[\w/.-]+\w)`", text)
    named += [f"{module.replace('.', '/')}.py" for module in re.findall(r"python -m (tests[\w.]+)", text)]
    assert [name for name in named if not (pages.ROOT / name).exists()] == []


@pytest.mark.parametrize(("page", "most"), [(OPERATION, 6), (EVENT, 4), (PAGE, 4)])
def test_a_page_touches_few_files(page: str, most: int, tmp_path: Path) -> None:
    pages.copy_sources(tmp_path)
    for followed in FOLLOWED[: FOLLOWED.index(page)]:
        pages.apply(followed, tmp_path)
    assert len(pages.apply(page, tmp_path)) <= most
