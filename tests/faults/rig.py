"""The rig of the fault tests: their services run over one broker, are harmed, and show what became of their effects."""

from __future__ import annotations

import json
import os
import signal
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import psycopg
import sqlalchemy as sa

from chassis.database import engines, migrations, tables
from chassis.process.ports import free_port
from tests.support.fork_server import START_SECONDS, TEST_SERVICES, ForkedProcess, ForkServer
from tests.support.waiting import LIMIT_SECONDS, eventually

LOOK_SECONDS = 0.1  # a look costs a connection and a count: not fifty a second


class Service:
    """One running process of one or several services."""

    def __init__(self, names: tuple[str, ...], forked: ForkedProcess, log: Path) -> None:
        self.names = names
        self.log = log
        self._forked = forked

    @property
    def pid(self) -> int:
        return self._forked.pid

    @property
    def is_running(self) -> bool:
        return self._forked.poll() is None

    def send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)

    def terminate(self) -> None:
        self.send(signal.SIGTERM)

    def pause(self) -> None:
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        self.send(signal.SIGCONT)

    def wait(self, timeout_seconds: float = LIMIT_SECONDS) -> int:
        """Its exit status, negative for a signal."""
        eventually(lambda: not self.is_running, timeout_seconds, f"{self.names} ends:\n{self.tail()}")
        return self._forked.wait()

    def entries(self, event: str) -> list[dict[str, Any]]:
        """The log lines of that name."""
        found = []
        for line in self.log.read_text(errors="replace").splitlines():
            with suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict) and entry.get("event") == event:
                    found.append(entry)
        return found

    def wait_for(self, event: str, *, count: int = 1, timeout_seconds: float = START_SECONDS) -> None:
        def is_there() -> bool:
            is_over = not self.is_running
            if len(self.entries(event)) >= count:
                return True
            if is_over:
                raise RuntimeError(f"{self.names} ended before {event!r}:\n{self.tail()}")
            return False

        eventually(is_there, timeout_seconds, f"{self.names} logs {event!r}:\n{self.tail()}")

    def tail(self) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-20:])


class Rig:
    """The fault tests' services over one virtual host, each with an empty database."""

    def __init__(
        self, fork_server: ForkServer, folder: Path, amqp_uri: str, new_database: Callable[[str], str]
    ) -> None:
        self._fork_server = fork_server
        self._folder = folder
        self._new_database = new_database
        self.amqp_uri = amqp_uri
        self.urls: dict[str, str] = {}
        self.started: list[Service] = []
        self.environment: dict[str, str] = {"FRONTDESK_RETRY_DELAYS": "0.2,0.4,0.6"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for service in self.started:
            service.kill()

    def url(self, name: str) -> str:
        """The service's database, made with its tables when first asked for."""
        if name not in self.urls:
            self.urls[name] = self._new_database(f"drill_{name}")
            if not (TEST_SERVICES / name).exists():
                migrations.migrate(name, url=self.urls[name])
                return self.urls[name]
            engine = sa.create_engine(self.urls[name], poolclass=sa.NullPool)
            tables.metadata.create_all(engine)
            for statement in schema(name):
                with engine.begin() as connection:
                    connection.execute(sa.text(statement))
            engine.dispose()
        return self.urls[name]

    def environment_of(self, *names: str, **extra: str) -> dict[str, str]:
        urls = {f"FRONTDESK_{name.upper()}_DATABASE_URL": plain(self.url(name)) for name in names}
        return {"FRONTDESK_AMQP_URI": self.amqp_uri} | urls | self.environment | extra

    def start(self, *names: str, is_awaited: bool = True, **extra: str) -> Service:
        """One process that runs these services; it is connected when this returns, unless not awaited."""
        environment = self.environment_of(*names, **extra)
        log = self._folder / f"{len(self.started) + 1:03}-{'-'.join(names)}.log"
        service = Service(names, self._fork_server.start(names, environment, log), log)
        self.started.append(service)
        if is_awaited:
            service.wait_for("process_started")
            links = sum(2 if name == "asker" else 3 for name in names)
            service.wait_for("link_up", count=links)
        return service

    def sql(self, name: str, statement: str, **values: Any) -> list[Any]:
        """Run a statement on a service's database; the rows, where it gives any."""
        with psycopg.connect(plain(self.url(name)), connect_timeout=10) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def sql_across_accounts(self, name: str, statement: str) -> list[Any]:
        """The same where row level security would show nothing."""
        with psycopg.connect(plain(self.url(name)), connect_timeout=10) as connection:
            connection.execute(f"SET frontdesk.scope = '{engines.ALL}'".encode())
            return connection.execute(statement.encode()).fetchall()

    def value(self, name: str, statement: str, **values: Any) -> Any:
        return self.sql(name, statement, **values)[0][0]

    # What only these services know: orders, parts, moods.

    def order(self, count: int = 1, *, aggregates: int = 1, kind: str = "made") -> list[uuid.UUID]:
        """Ask the maker for so many parts, spread over so many aggregates; the aggregates."""
        made = [uuid.uuid4() for _ in range(aggregates)]
        self.sql(
            "maker",
            """INSERT INTO orders (aggregate, kind)
               SELECT (%(made)s::uuid[])[1 + n %% %(aggregates)s], %(kind)s FROM generate_series(0, %(last)s) n
               ORDER BY n""",
            made=made,
            aggregates=aggregates,
            kind=kind,
            last=count - 1,
        )
        return made

    def order_of(self, aggregate: uuid.UUID, *, kind: str = "made", mood: str | None = None) -> int:
        """Ask for one part of that aggregate; its number, whose mood the keeper will find."""
        number: int = self.value(
            "maker",
            "INSERT INTO orders (aggregate, kind, is_done) VALUES (%(aggregate)s, %(kind)s, true) RETURNING number",
            aggregate=aggregate,
            kind=kind,
        )
        if mood is not None:
            self.set_mood(number, mood)
        self.sql("maker", "UPDATE orders SET is_done = false WHERE number = %(number)s", number=number)
        return number

    def set_mood(self, number: int, mood: str) -> None:
        self.sql("keeper", "INSERT INTO moods VALUES (%(number)s, %(mood)s)", number=number, mood=mood)

    def clear_moods(self) -> None:
        self.sql("keeper", "DELETE FROM moods")

    def kept(self) -> int:
        return int(self.value("keeper", "SELECT count(DISTINCT number) FROM journal"))

    def journal(self) -> list[int]:
        """The numbers of the applied parts, in the order of their application."""
        return [number for (number,) in self.sql("keeper", "SELECT number FROM journal ORDER BY position")]

    def wait_until_kept(self, count: int, timeout_seconds: float = LIMIT_SECONDS) -> None:
        eventually(
            lambda: self.kept() >= count,
            timeout_seconds,
            f"{count} parts are kept",
            pause_seconds=LOOK_SECONDS,
        )

    def applied_twice(self) -> int:
        repeated = "SELECT number FROM journal GROUP BY number HAVING count(*) > 1"
        return int(self.value("keeper", f"SELECT count(*) FROM ({repeated}) AS repeated"))

    def inversions(self) -> int:
        return int(self.value("keeper", "SELECT coalesce(sum(inversions), 0) FROM counters"))

    def parked(self, name: str = "keeper") -> list[Any]:
        """(id, handler, reason, body, headers) of each message that is set aside."""
        return self.sql(
            name,
            """SELECT id, handler, reason, body, headers FROM parked WHERE state = 'parked'
               ORDER BY parked_at""",
        )

    def unsent(self, name: str = "maker") -> int:
        return int(self.value(name, "SELECT count(*) FROM outbox WHERE sent_at IS NULL"))

    def assert_exactly_once(self, count: int) -> None:
        """So many parts were kept, each once and in the order of its aggregate, and the counters agree."""
        assert sorted(self.journal()) == sorted(
            number for (number,) in self.sql("maker", "SELECT number FROM orders WHERE is_done")
        )
        assert len(self.journal()) == count
        assert self.inversions() == 0
        assert self.value("keeper", "SELECT coalesce(sum(counter), 0)::int FROM counters") == count

    def tails(self, services: Iterable[Service] | None = None) -> str:
        return "\n".join(f"--- {service.log.name}\n{service.tail()}" for service in services or self.started)


def schema(name: str) -> list[str]:
    """The tables that a service of the fault tests names in its own file; importing that would need a green process."""
    source = (TEST_SERVICES / name / "service.py").read_text()
    _, found, rest = source.partition('SCHEMA = """')
    return [part for part in rest.partition('"""')[0].split(";") if part.strip()] if found else []


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def new_ops_address() -> str:
    return f"127.0.0.1:{free_port()}"


def port_of(uri: str) -> int:
    return urlsplit(uri).port or 5672


def through(uri: str, port: int) -> str:
    """The same address behind another port."""
    return uri.replace(f":{port_of(uri)}/", f":{port}/").replace("postgresql+psycopg:", "postgresql:")
