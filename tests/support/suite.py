"""The real suite for a test: every service as a process, over RabbitMQ, PostgreSQL and SMTP.

`Suite` is several processes over a virtual host and databases of its own; `Embedded` is `frontdesk dev`.
"""

from __future__ import annotations

import secrets
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from chassis.database import migrations
from chassis.process.ports import free_port
from tests.support.api import Api
from tests.support.fork_server import ForkServer
from tests.support.mail import MailSink
from tests.support.postgres import Databases
from tests.support.processes import Process, Processes
from tests.support.rabbitmq import Broker
from tests.support.waiting import eventually

SERVICES = ("accounts", "billing", "contacts", "notifications")
START_SECONDS = 60.0
APART: tuple[tuple[str, ...], ...] = (*((name,) for name in SERVICES), ("gateway",))
# Every test comes from one network: what a network may do is out of their way, and tests of their own prove it.
ROOMY = {
    "FRONTDESK_LOG_INS_PER_MINUTE": "1000000",
    "FRONTDESK_LOG_IN_ADDRESSES_PER_HOUR": "1000000",
    "FRONTDESK_LINK_REQUESTS_PER_NETWORK": "1000000",
    "FRONTDESK_REQUESTS_PER_MINUTE": "1000000",
}
TOGETHER: tuple[tuple[str, ...], ...] = (SERVICES, ("gateway",))


class Templates:
    """Migrates each service's database once; copies of it are made in a blink."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._made: dict[str, str] = {}

    def new(self, service: str) -> str:
        """The URL of a fresh, migrated database of this service, as its owner, who is no superuser."""
        template = self._made.get(service) or self._migrated(service)
        name = f"{service}_{secrets.token_hex(4)}"
        self._databases.server.psql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{template}"')
        return self._databases.server.url(name, user=template)

    def _migrated(self, service: str) -> str:
        name = f"{service}_template"
        migrations.migrate(service, url=self._databases.server.ensure_database(name))
        self._made[service] = name
        return name


class Suite:
    """The services as processes, `groups` of them in one process each, and so many gateways.

    `base_url` and `api` are the first gateway's. What a test breaks (`kill`, `pause`) it does in a suite of its own.
    """

    def __init__(
        self,
        folder: Path,
        *,
        amqp_uri: str,
        templates: Templates,
        sink: MailSink,
        fork_server: ForkServer,
        groups: Sequence[tuple[str, ...]] = APART,
        gateways: int = 1,
        environment: Mapping[str, str] | None = None,
        database_urls: Mapping[str, str] | None = None,
        amqp_uris: Mapping[str, str] | None = None,
    ) -> None:
        """`database_urls` and `amqp_uris` give each service its own; else the databases are made from templates, and
        all are the same user of the broker."""
        self.sink = sink
        self.groups = [*groups]
        self.ports = [free_port() for _ in range(gateways)]
        self.database_urls = dict(database_urls or {service: templates.new(service) for service in SERVICES})
        self._amqp_uris = amqp_uris or {}
        self.environment = {
            "FRONTDESK_AMQP_URI": amqp_uri,
            "FRONTDESK_SMTP_URL": f"{sink.url}?starttls=none",
            "FRONTDESK_PUBLIC_URL": self.base_url,
            "FRONTDESK_LOG_LEVEL": "INFO",
            "FRONTDESK_LOG_FORMAT": "json",
            **{f"FRONTDESK_{name.upper()}_DATABASE_URL": url for name, url in self.database_urls.items()},
            **made_secrets(),
            **ROOMY,
            **(environment or {}),
        }
        self.processes = Processes(folder)
        self._fork_server = fork_server
        self._running: dict[str, tuple[Process, int]] = {}

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def api(self) -> Api:
        """The first gateway, asked by nobody in particular."""
        return Api(self.base_url)

    @property
    def support(self) -> Api:
        """The first gateway, asked by the operators."""
        return Api(self.base_url, token=self.environment["FRONTDESK_SUPPORT_TOKEN"])

    @property
    def apis(self) -> list[Api]:
        """Every gateway."""
        return [Api(f"http://127.0.0.1:{port}") for port in self.ports]

    def start(self) -> None:
        """Start everything, and wait until everything says that it is ready."""
        for group in self.groups:
            if group == ("gateway",):
                for number, port in enumerate(self.ports):
                    self._start(group, name="gateway" if number == 0 else f"gateway-{number}", port=port)
            else:
                self._start(group)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        for process, port in list(self._running.values()):
            _wait_until_ready(process, port)

    def add_gateway(self, **environment: str) -> Api:
        """One more gateway, with settings of its own."""
        self.ports.append(free_port())
        number = len(self.ports) - 1
        self._start(("gateway",), name=f"gateway-{number}", port=self.ports[-1], environment=environment)
        _wait_until_ready(*self._running[f"gateway-{number}"])
        return self.apis[-1]

    def restart(self, name: str) -> None:
        """Start a process again that was killed or has ended, and wait until it is ready."""
        group = self._group_of(name)
        number = int(name.partition("-")[2] or 0) if name.startswith("gateway") else 0
        self._start(group, name=name, port=self.ports[number])
        _wait_until_ready(*self._running[self._key(name)])

    def process(self, name: str) -> Process:
        """The process that runs this service; `gateway-1` is the second gateway."""
        return self._running[self._key(name)][0]

    def kill(self, name: str) -> None:
        self.process(name).kill()

    def ops_url(self, name: str) -> str:
        """Where this service's process answers `/metrics` and `/health/ready`."""
        return f"http://127.0.0.1:{self._running[self._key(name)][1]}"

    def rows(self, service: str, query: str, *parameters: object) -> list[dict[str, Any]]:
        """Rows of a service's database, as a superuser sees them."""
        with superuser(self.database_urls[service]) as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    def logged(self, name: str, text: str) -> list[str]:
        """The log lines of a service's process that hold `text`."""
        return [line for line in self.process(name).output().splitlines() if text in line]

    def close(self) -> None:
        self.processes.close()

    def _start(
        self,
        group: tuple[str, ...],
        *,
        name: str = "",
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        name = name or "+".join(group)
        ops_port = free_port()
        own = {"FRONTDESK_OPS_ADDRESS": f"127.0.0.1:{ops_port}", **(environment or {})}
        variables = {**self.environment, **own}
        if group[0] in self._amqp_uris:
            variables["FRONTDESK_AMQP_URI"] = self._amqp_uris[group[0]]
        if "gateway" in group:
            variables["FRONTDESK_HTTP_ADDRESS"] = f"127.0.0.1:{port or self.ports[0]}"
        process = self.processes.fork(self._fork_server, *group, environment=variables, name=name)
        self._running[name] = (process, ops_port)

    def _key(self, name: str) -> str:
        return name if name in self._running else "+".join(self._group_of(name))

    def _group_of(self, name: str) -> tuple[str, ...]:
        return next(group for group in self.groups if name.partition("-")[0] in group)


class Suites:
    """Opens suites over the broker, the databases and the fork server of a run of tests."""

    def __init__(self, broker: Broker, templates: Templates, fork_server: ForkServer) -> None:
        self._broker = broker
        self._templates = templates
        self._fork_server = fork_server

    @contextmanager
    def opened(self, folder: Path, *, is_started: bool = True, **options: Any) -> Iterator[Suite]:
        """A suite of your own with `options` as `Suite` has them, ready to be used; it ends with the block."""
        options.setdefault("amqp_uri", self._broker.new_vhost())
        with MailSink() as sink:
            suite = Suite(
                folder, templates=self._templates, sink=sink, fork_server=self._fork_server, **options
            )
            try:
                if is_started:
                    suite.start()
                yield suite
            finally:
                suite.close()


class Embedded:
    """`frontdesk dev` with data under `home`, at an address of its own."""

    def __init__(self, processes: Processes, home: Path, *, port: int | None = None) -> None:
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.api = Api(self.base_url)
        self._home = home
        self._processes = processes

    def start(self, timeout_seconds: float = START_SECONDS, **environment: str) -> Process:
        self.process = self._processes.start(
            "frontdesk",
            "dev",
            environment={
                "FRONTDESK_HOME": str(self._home),
                "FRONTDESK_HTTP_ADDRESS": f"127.0.0.1:{self.port}",
                **ROOMY,
                **environment,
            },
        )
        self.process.wait_for_port(self.port, timeout_seconds)
        eventually(
            lambda: self.api.get("/health/ready").status == 200,
            timeout_seconds,
            "the embedded suite is ready",
        )
        return self.process

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        mails: list[dict[str, Any]] = self.api.get(f"/mailbox/messages?to={address}").must_be(200).body
        return mails


@contextmanager
def superuser(url: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """A connection to the database of `url`, as somebody whom row level security does not bind."""
    parts = psycopg.conninfo.conninfo_to_dict(url.replace("postgresql+psycopg", "postgresql"))
    parts["user"] = "postgres"
    with psycopg.connect(autocommit=True, row_factory=dict_row, **parts) as connection:  # type: ignore[arg-type]
        yield connection


def made_secrets() -> dict[str, str]:
    names = (
        "ACCOUNTS_TOKEN_KEY",
        "ACCOUNTS_PEPPER",
        "CONTACTS_TOKEN_KEY",
        "CONTACTS_PEPPER",
        "GATEWAY_KEY",
        "SUPPORT_TOKEN",
    )
    return {f"FRONTDESK_{name}": secrets.token_urlsafe(48) for name in names}


def tails(processes: Iterable[Process]) -> str:
    return "\n".join(f"--- {process.name}\n{process.tail()}" for process in processes)


def _wait_until_ready(process: Process, port: int) -> None:
    process.wait_for_port(port, START_SECONDS)

    def is_ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.HTTPError, OSError):
            return False

    eventually(is_ready, START_SECONDS, f"{process.name} is ready")
