"""The embedded PostgreSQL: it starts, survives, and ends with its owner."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from chassis.database.embedded import EmbeddedPostgres, EmbeddedPostgresError
from chassis.database.embedded_host import command_prefix, runs_postgres
from tests.support.postgres import Databases
from tests.support.processes import Processes
from tests.support.proxy import Proxy
from tests.support.waiting import eventually

OWNER = """
import sys
if sys.argv[2] == "green":
    import eventlet
    eventlet.monkey_patch()
import time
from pathlib import Path
from chassis.database.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), is_durable=False)
server.start()
server.restart(immediate=True)
print("serving as", server.pid, server.psql("select 'yes'"), flush=True)
try:
    time.sleep(float(sys.argv[3]))
except KeyboardInterrupt:
    pass
"""


@pytest.fixture
def server(tmp_path: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(tmp_path / "postgres", is_durable=False)


def server_pid(output: str) -> int:
    return int(output.split("serving as ")[1].split()[0])


def test_each_database_is_new_and_its_user_is_no_superuser(new_database: Callable[[str], str]) -> None:
    urls = [new_database("contacts"), new_database("contacts")]
    assert len(set(urls)) == 2
    engine = create_engine(urls[0])
    with engine.connect() as connection:
        rows = connection.execute(text("select usesuper from pg_user where usename = current_user"))
        assert rows.scalar_one() is False
    engine.dispose()


def test_a_proxy_can_stand_before_it(postgres: Databases, new_proxy: Callable[[int], Proxy]) -> None:
    proxy = new_proxy(postgres.port)
    with psycopg.connect(host="127.0.0.1", port=proxy.port, user="postgres", dbname="postgres") as connection:
        assert connection.execute("select 1").fetchone() == (1,)
        proxy.cut()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


def test_committed_rows_survive_a_crash_and_a_kill(server: EmbeddedPostgres) -> None:
    with server:
        server.psql("create table kept (word text); insert into kept values ('one')")
        server.restart(immediate=True)
        server.psql("insert into kept values ('two')")
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
        server.restart()
        assert server.psql("select word from kept order by word") == "one\ntwo"


def test_keeps_data_over_stop_and_start(server: EmbeddedPostgres) -> None:
    server.start()
    url = server.ensure_database("billing")
    server.stop()
    assert server.pid is None
    server.start()
    assert server.ensure_database("billing") == url
    server.stop()


def test_a_stale_pid_file_with_the_number_of_another_process_is_cleared(server: EmbeddedPostgres) -> None:
    with server:
        stale = (server.data / "postmaster.pid").read_text().splitlines()
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *stale[1:], ""]))
    with server:
        assert server.psql("select 1") == "1"


def test_a_path_too_long_for_a_socket_is_no_problem(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / ("long" * 30), is_durable=False) as server:
        assert server.psql("select 1") == "1"


def test_half_of_an_initdb_is_thrown_away(server: EmbeddedPostgres) -> None:
    (server.folder / "data.new").mkdir(parents=True)
    (server.folder / "data.new" / "PG_VERSION").write_text("18\n")
    with server:
        assert server.psql("select 1") == "1"


def test_a_folder_in_use_is_refused_by_name(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.database.embedded_host.WAIT_FOR_PREDECESSOR_SECONDS", 0.1)
    with server, pytest.raises(EmbeddedPostgresError, match=f"in use by process {os.getpid()}"):
        EmbeddedPostgres(server.folder).start()


def test_only_its_owner_may_enter_the_folder_of_its_socket(server: EmbeddedPostgres) -> None:
    with server:
        assert server.data.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_in_roots_stead_runs_nobody_who_gets_into_closed_folders(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    shutil.copy("/bin/sh", closed / "sh")
    script = f"test -x {closed}/sh && id -un && grep CapPrm /proc/self/status"
    prefix = command_prefix(pwd.getpwnam("nobody"))
    output = subprocess.run([*prefix, "sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert output.split() == ["nobody", "CapPrm:", "0000000000000002"]  # CAP_DAC_OVERRIDE and nothing else


@pytest.mark.parametrize("threads", ["plain", "green"])
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, None], ids=str)
def test_ends_with_its_owner(
    processes: Processes, tmp_path: Path, threads: str, end: signal.Signals | None
) -> None:
    folder = tmp_path / "postgres"
    seconds = "60" if end else "0"
    owner = processes.start(sys.executable, "-W", "ignore", "-c", OWNER, str(folder), threads, seconds)
    owner.wait_for_output("serving as")
    if end:
        os.killpg(owner.pid, end)
    assert owner.wait() == (0 if end in (None, signal.SIGINT) else -(end or 0))
    pid = server_pid(owner.output())
    eventually(lambda: not runs_postgres(pid, folder / "data"), what="PostgreSQL has ended too")
