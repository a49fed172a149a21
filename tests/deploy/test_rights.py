"""The permissions that deploy/ gives each service at broker and database: enough to work, and no more."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import amqp
import psycopg
import pytest
from amqp.exceptions import AccessRefused

from chassis.database import engines
from chassis.database.embedded_host import find_programs
from deploy.local.rabbitmq import find_scripts
from deploy.rabbitmq.rights import VHOST
from tests.deploy.files import DEPLOY, SERVICES, WITH_DATABASE
from tests.support.people import sign_up
from tests.support.postgres import Databases
from tests.support.processes import Processes
from tests.support.rabbitmq import PrivateBroker
from tests.support.suite import Suite, Suites
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow
PASSWORD = "a-password-for-tests_1"
ROLES = ("OWNER", "SERVICE", "READER")


def run(script: str, *arguments: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        ["sh", DEPLOY / script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stderr or done.stdout


def path_with(folder: Path) -> dict[str, str]:
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBroker]:
    """A node that knows the services, and nobody else."""
    with PrivateBroker(tmp_path_factory.mktemp("rights")) as node:
        passwords = {f"FRONTDESK_{name.upper()}_AMQP_PASSWORD": PASSWORD for name in SERVICES}
        definitions = {"FRONTDESK_BROKER_DEFINITIONS": str(DEPLOY / "rabbitmq" / "definitions.json")}
        for _ in range(2):  # it may be told again: passwords change
            run(
                "rabbitmq/start.sh",
                "users",
                environment=node.environment() | passwords | definitions | path_with(find_scripts()),
            )
        yield node


@pytest.fixture(scope="module")
def roles(postgres: Databases) -> Callable[..., str]:
    """`roles("billing", user="billing_reader")` is the address of that service's database, as that user."""
    server = {"PGHOST": "127.0.0.1", "PGPORT": str(postgres.port), "PGUSER": "postgres"}
    passwords = {
        f"FRONTDESK_{name.upper()}_{role}_DATABASE_PASSWORD": PASSWORD
        for name in WITH_DATABASE
        for role in ROLES
    }
    sql = {"FRONTDESK_SERVICE_SQL": str(DEPLOY / "postgres" / "service.sql")}
    for _ in range(2):
        run("postgres/services.sh", environment=server | passwords | sql | path_with(find_programs()))

    def url(database: str, *, user: str) -> str:
        return f"postgresql://{user}:{PASSWORD}@127.0.0.1:{postgres.port}/{database}"

    return url


@pytest.fixture(scope="module")
def suite(
    broker: PrivateBroker,
    roles: Callable[..., str],
    suites: Suites,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Suite]:
    """Migrated by the owners, run by the services' own users."""
    uris = {name: f"amqp://{name}:{PASSWORD}@127.0.0.1:{broker.port}/{VHOST}" for name in SERVICES}
    urls = {name: roles(name, user=name) for name in WITH_DATABASE}
    folder, own = tmp_path_factory.mktemp("rights-suite"), {"database_urls": urls, "amqp_uris": uris}
    with suites.opened(folder, is_started=False, amqp_uri="", **own) as suite:
        migrations = [migrate(suite.processes, name, uris, roles) for name in WITH_DATABASE]
        ended = [process.wait(60) for process in migrations]
        assert ended == [0] * len(WITH_DATABASE), suite.processes.tails()
        suite.start()
        yield suite


def migrate(processes: Processes, name: str, uris: dict[str, str], roles: Callable[..., str]) -> Any:
    environment = {
        "FRONTDESK_AMQP_URI": uris[name],
        f"FRONTDESK_{name.upper()}_OWNER_DATABASE_URL": roles(name, user=f"{name}_owner"),
    }
    return processes.start("frontdesk", "migrate", name, environment=environment, name=f"migrate-{name}")


def test_from_sign_up_to_the_open_trial_and_a_contact(suite: Suite) -> None:
    member = sign_up(suite)
    eventually(lambda: not member.api.get("/v1/billing").must_be(200).body["stale"], 20, "the trial is open")
    member.api.post("/v1/contacts", {"name": "Bob", "phone": "+33142685300"}).must_be(201)
    assert len(member.api.get("/v1/contacts").must_be(200).body["data"]) == 1
    for process in suite.processes.all:
        assert "ACCESS_REFUSED" not in process.output(), process.tail()
        assert "permission denied" not in process.output(), process.tail()


# The broker.


def channel_of(broker: PrivateBroker, user: str) -> Iterator[Any]:
    parts = urlsplit(broker.uri)
    with amqp.Connection(
        f"{parts.hostname}:{parts.port}",
        userid=user,
        password=PASSWORD,
        virtual_host=VHOST,
        connect_timeout=5,
    ) as connection:
        yield connection.channel()


def publish(channel: Any, exchange: str, key: str) -> None:
    channel.confirm_select()
    channel.basic_publish_confirm(amqp.Message("{}"), exchange, key)


def spy(channel: Any, exchange: str, key: str, *, name: str) -> None:
    """A queue that bears a name of one's own, bound to what is another's."""
    queue = f"rpc.reply-{name}-{uuid.uuid4()}"
    channel.queue_declare(queue, exclusive=True)
    channel.queue_bind(queue, exchange, key)


FORBIDDEN: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "to take another's calls": ("contacts", lambda c: c.basic_consume("rpc-accounts")),
    "to read another's calls": ("contacts", lambda c: c.basic_get("rpc-accounts")),
    "to empty another's queue": ("contacts", lambda c: c.queue_purge("rpc-accounts")),
    "to delete another's queue": ("contacts", lambda c: c.queue_delete("rpc-accounts")),
    "to declare a queue of another's name": (
        "contacts",
        lambda c: c.queue_declare("rpc-billing", durable=True),
    ),
    "to delete another's exchange": ("billing", lambda c: c.exchange_delete("contacts.events")),
    "to listen_broadcast calls": ("contacts", lambda c: spy(c, "nameko-rpc", "accounts.*", name="contacts")),
    "to listen_broadcast everything": (
        "notifications",
        lambda c: spy(c, "nameko-rpc", "#", name="notifications"),
    ),
    "to hear events it has no business with": (
        "contacts",
        lambda c: spy(c, "accounts.events", "account.password_changed", name="contacts"),
    ),
    "to hear more of those whose events it hears": (
        "billing",
        lambda c: spy(c, "accounts.events", "user.activation_requested", name="billing"),
    ),
    "to forge another's event": ("billing", lambda c: publish(c, "accounts.events", "account.created")),
    "to call whom it never calls": (
        "billing",
        lambda c: publish(c, "nameko-rpc", "accounts.create_account"),
    ),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_service_is_refused(what: str, suite: Suite, broker: PrivateBroker) -> None:
    user, attempt = FORBIDDEN[what]
    for channel in channel_of(broker, user):
        with pytest.raises(AccessRefused):
            attempt(channel)


@pytest.mark.parametrize(("user", "password"), [("guest", "guest"), ("billing", "wrong"), ("billing", "")])
def test_nobody_else_gets_in(user: str, password: str, broker: PrivateBroker) -> None:
    parts = urlsplit(broker.uri)
    stranger = amqp.Connection(
        f"{parts.hostname}:{parts.port}", userid=user, password=password, virtual_host=VHOST
    )
    with pytest.raises(AccessRefused):
        stranger.connect()


# The databases.


def refused(url: str, statement: str) -> str | None:
    """The SQLSTATE that refuses a statement; None when it is allowed. Nothing of it stays."""
    with psycopg.connect(url) as connection:
        try:
            connection.execute(statement.encode())
        except psycopg.Error as error:
            return error.sqlstate
        finally:
            connection.rollback()
    return None


NO_RIGHT, READ_ONLY = "42501", "25006"


@pytest.mark.parametrize("service", WITH_DATABASE)
def test_a_service_reads_and_writes_rows_and_changes_no_table(
    service: str, suite: Suite, roles: Callable[..., str]
) -> None:
    url = roles(service, user=service)
    for allowed in ("SELECT * FROM outbox", "DELETE FROM inbox", "UPDATE parked SET state = 'dropped'"):
        assert refused(url, allowed) is None, allowed
    for forbidden in (
        "CREATE TABLE mine (number int)",
        "ALTER TABLE outbox ADD COLUMN more int",
        "DROP TABLE outbox",
        "TRUNCATE outbox",
        "CREATE SCHEMA mine",
        "ALTER TABLE outbox DISABLE TRIGGER ALL",
        f"SET ROLE {service}_owner",
    ):
        assert refused(url, forbidden) == NO_RIGHT, forbidden


@pytest.mark.parametrize("service", WITH_DATABASE)
def test_a_reader_reads(service: str, suite: Suite, roles: Callable[..., str]) -> None:
    url = roles(service, user=f"{service}_reader")
    assert refused(url, "SELECT * FROM outbox") is None
    assert refused(url, "DELETE FROM outbox") == READ_ONLY
    assert refused(
        url, "SET default_transaction_read_only = off; SET TRANSACTION READ WRITE; DELETE FROM outbox"
    ) == (NO_RIGHT)


@pytest.mark.parametrize("service", WITH_DATABASE)
def test_nobody_gets_into_the_database_of_another(service: str, roles: Callable[..., str]) -> None:
    others = [name for name in WITH_DATABASE if name != service]
    for other in others:
        for user in (service, f"{service}_owner", f"{service}_reader"):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(roles(other, user=user))


@pytest.mark.parametrize("service", WITH_DATABASE)
def test_roles_are_bound_by_row_level_security_and_by_limits(service: str, roles: Callable[..., str]) -> None:
    with psycopg.connect(roles(service, user=service)) as connection:
        found = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE %s AND (rolsuper OR rolbypassrls)",
            [f"{service}%"],
        )
        assert found.fetchall() == []
        for name, milliseconds in engines.LIMITS.items():
            value = connection.execute("SELECT setting FROM pg_settings WHERE name = %s", [name]).fetchone()
            assert value == (str(milliseconds),)


# The image's own check.


@pytest.mark.parametrize(
    ("path", "status"), [("/health/live", 0), ("/health/ready", 0), ("/health/nonsense", 1)]
)
def test_the_health_check_asks_the_process(path: str, status: int, suite: Suite) -> None:
    assert healthcheck(urlsplit(suite.ops_url("billing")).netloc, path) == status


def test_the_health_check_fails_where_nobody_answers(closed_port: Callable[[], int]) -> None:
    assert healthcheck(f"127.0.0.1:{closed_port()}", "/health/live") == 1


def healthcheck(address: str, path: str) -> int:
    environment = os.environ | {"FRONTDESK_OPS_ADDRESS": address}
    return subprocess.run(
        [sys.executable, DEPLOY / "healthcheck.py", path], env=environment, check=False
    ).returncode
