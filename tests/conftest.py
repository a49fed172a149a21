"""Fixtures of all tests: a broker, databases, processes, mail, faults, a browser.

The process that runs the tests is never monkey-patched: what needs eventlet runs as a child process.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from chassis.process.ports import free_port
from tests.support.browser import launch
from tests.support.fork_server import ForkServer
from tests.support.mail import MailSink
from tests.support.postgres import Databases
from tests.support.processes import Processes
from tests.support.proxy import Proxy
from tests.support.rabbitmq import Broker, PrivateBroker, open_broker
from tests.support.suite import Suite, Suites, Templates
from tests.support.waiting import LIMIT_SECONDS
from tests.support.workers import Units

# How long an example takes says how busy the machine is.
settings.register_profile("frontdesk", settings(), deadline=None)
settings.load_profile("frontdesk")

# Folders whose tests start the suite as processes: slow by nature, and last.
SLOW_FOLDERS = {"journeys", "browser", "faults"}
LONGEST = "faults"
outcome = pytest.StashKey[pytest.TestReport]()


def pytest_configure() -> None:
    """A shell that runs us in the background has interrupts ignored, and so would every process that a test starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Units:
    """For a run by several workers: `make test`."""
    return Units(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is slow by its folder, and runs the quick tests first; of the slow ones the longest unit."""
    for item in items:
        if SLOW_FOLDERS & set(item.path.parts):
            item.add_marker(pytest.mark.slow)
        if not item.nodeid.endswith(item.name):
            # schemathesis names its tests by their operations, and gives all of them one id: of those that share an
            # id, several workers run one.
            item._id = type(item.id).parse(f"{item.nodeid.partition('::')[0]}::{item.name}")
    if len({item.nodeid for item in items}) < len(items):
        raise pytest.UsageError("two tests have one id: only one of them would be run")
    items.sort(key=order)


def order(item: pytest.Item) -> tuple[bool, bool]:
    is_slow = item.get_closest_marker("slow") is not None
    return is_slow, is_slow and LONGEST not in item.path.parts


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
def fork_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    """The process that services are forked from."""
    fork_server = ForkServer(tmp_path_factory.mktemp("fork_server"))
    yield fork_server
    fork_server.close()


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
def suites(rabbit: Broker, templates: Templates, fork_server: ForkServer) -> Suites:
    """`suites.opened(folder)` is a suite of your own."""
    return Suites(rabbit, templates, fork_server)


@pytest.fixture(scope="session")
def running_suite(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """The suite of the whole run: two gateways, each service a process. Use `suite`."""
    with suites.opened(tmp_path_factory.mktemp("suite"), gateways=2) as suite:
        yield suite


@pytest.fixture
def suite(running_suite: Suite, request: pytest.FixtureRequest) -> Iterator[Suite]:
    """The whole suite, which others use too: make an account of your own, and break nothing."""
    yield running_suite
    report = request.node.stash.get(outcome, None)
    if report is None or report.failed:
        print(running_suite.processes.tails())


@pytest.fixture(scope="module")
def module_suite(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """A suite of the module's own, to be broken and mended."""
    with suites.opened(tmp_path_factory.mktemp("module-suite")) as suite:
        yield suite


@pytest.fixture
def new_suite(
    suites: Suites, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Suite]]:
    """`new_suite()` is a suite of your own, already started, to be broken; options as `Suite` has them."""
    opened: list[Suite] = []
    with ExitStack() as stack:

        def start(**options: Any) -> Suite:
            folder = tmp_path / f"suite-{len(opened)}"
            folder.mkdir()
            opened.append(stack.enter_context(suites.opened(folder, **options)))
            return opened[-1]

        yield start
        report = request.node.stash.get(outcome, None)
        if report is None or report.failed:
            print("\n".join(suite.processes.tails() for suite in opened))


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
        expect.set_options(timeout=LIMIT_SECONDS * 1000)
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
