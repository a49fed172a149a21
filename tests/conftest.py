"""Which real things may a test ask for? A broker, databases, processes, mail, faults, a browser.

The process that runs the tests is never monkey-patched: what needs eventlet runs as a child process.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from chassis.embedded import free_port
from tests.support.browser import launch
from tests.support.mail import MailSink
from tests.support.postgres import Databases
from tests.support.processes import Processes
from tests.support.proxy import Proxy
from tests.support.rabbitmq import Broker, PrivateBroker, open_broker
from tests.support.suite import Suite, Templates

# Folders whose tests start the suite as processes: slow by nature, and last.
SLOW_FOLDERS = {"journeys", "browser", "faults"}
outcome = pytest.StashKey[pytest.TestReport]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is slow by its folder, and runs the quick tests first."""
    for item in items:
        if SLOW_FOLDERS & set(item.path.parts):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keeps the outcome where fixtures find it when they clean up."""
    report = yield
    if report.when == "call":
        item.stash[outcome] = report
    return report


@pytest.fixture(scope="session")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The broker of the whole run; use `amqp_uri` for a virtual host of your own."""
    broker = open_broker(tmp_path_factory.mktemp("rabbit"))
    yield broker
    broker.close()


@pytest.fixture
def amqp_uri(rabbit: Broker) -> str:
    """The URI of a virtual host that only this test uses."""
    return rabbit.new_vhost()


@pytest.fixture(scope="session")
def own_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBroker]:
    """A second node, for the tests that harm it."""
    with PrivateBroker(tmp_path_factory.mktemp("node")) as node:
        yield node


@pytest.fixture
def rabbit_node(own_node: PrivateBroker) -> PrivateBroker:
    """A node that may be stopped and killed, also where the other tests use somebody else's broker."""
    own_node.start()
    return own_node


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The PostgreSQL of the whole run; use `database` or `new_database`."""
    databases = Databases(tmp_path_factory.mktemp("postgres"))
    databases.start()
    yield databases
    databases.close()


@pytest.fixture
def new_database(postgres: Databases) -> Callable[[str], str]:
    """`new_database("contacts")` is the URL of an empty database that only this test uses."""
    postgres.start()  # a test may have stopped it
    return postgres.new


@pytest.fixture
def database(new_database: Callable[[str], str]) -> str:
    """The URL of one empty database."""
    return new_database("test")


@pytest.fixture
def processes(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Processes]:
    """Starts commands; they end with the test, and their logs are shown beside a failure."""
    folder = tmp_path / "processes"
    folder.mkdir()
    started = Processes(folder)
    yield started
    started.close()
    report = request.node.stash.get(outcome, None)
    if report is None or report.failed:
        print(started.tails())


@pytest.fixture
def mail_sink() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


@pytest.fixture(scope="session")
def templates(postgres: Databases) -> Templates:
    """`templates.new("contacts")` is the URL of a fresh, migrated database."""
    return Templates(postgres)


@pytest.fixture(scope="session")
def running_suite(
    rabbit: Broker, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Suite]:
    """The suite of the whole run: two gateways, each service a process. Use `suite`."""
    with MailSink() as sink:
        suite = Suite(
            tmp_path_factory.mktemp("suite"),
            amqp_uri=rabbit.new_vhost(),
            templates=templates,
            sink=sink,
            gateways=2,
        )
        try:
            suite.start()
            yield suite
        finally:
            suite.close()


@pytest.fixture
def suite(running_suite: Suite, request: pytest.FixtureRequest) -> Iterator[Suite]:
    """The whole suite, which others use too: make an account of your own, and break nothing."""
    yield running_suite
    report = request.node.stash.get(outcome, None)
    if report is None or report.failed:
        print(running_suite.processes.tails())


@pytest.fixture(scope="module")
def module_suite(
    rabbit: Broker, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Suite]:
    """A suite of the module's own, to be broken and mended."""
    with MailSink() as sink:
        folder = tmp_path_factory.mktemp("module-suite")
        suite = Suite(folder, amqp_uri=rabbit.new_vhost(), templates=templates, sink=sink)
        try:
            suite.start()
            yield suite
        finally:
            suite.close()


@pytest.fixture
def new_suite(
    rabbit: Broker, templates: Templates, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Suite]]:
    """`new_suite()` is a suite of your own, already started, to be broken; options as `Suite` has them."""
    with ExitStack() as stack:

        def start(**options: Any) -> Suite:
            folder = tmp_path / f"suite-{secrets.token_hex(2)}"
            folder.mkdir()
            sink = stack.enter_context(MailSink())
            options = {"amqp_uri": rabbit.new_vhost(), "templates": templates, "sink": sink, **options}
            suite = Suite(folder, **options)
            stack.callback(suite.close)
            suites.append(suite)
            suite.start()
            return suite

        suites: list[Suite] = []
        yield start
        report = request.node.stash.get(outcome, None)
        if report is None or report.failed:
            print("\n".join(suite.processes.tails() for suite in suites))


@pytest.fixture
def new_proxy() -> Iterator[Callable[[int], Proxy]]:
    """`new_proxy(port)` stands before that port of 127.0.0.1."""
    with ExitStack() as stack:
        yield lambda port: stack.enter_context(Proxy(port))


@pytest.fixture
def closed_port() -> Callable[[], int]:
    """`closed_port()` is a port of 127.0.0.1 where nothing listens."""
    return free_port


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def browser_context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    return browser_context.new_page()
