"""The commands behind `make up`, `scale`, `logs` and `down`: the suite as processes on one machine."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path

from deploy.local.follow import follow
from deploy.local.servers import start_servers
from deploy.local.state import State, commands
from deploy.local.suite import BIN, Suite

START_LIMIT_SECONDS = 120.0
ANSWER_LIMIT_SECONDS = 30.0
STOP_LIMIT_SECONDS = 60.0
ROOT = Path(__file__).parents[2]


def say(text: str) -> None:
    print(f"\033[1m==>\033[0m {text}" if sys.stdout.isatty() else text, flush=True)


def up() -> int:
    """Starts the supervisor in the background and waits until every process runs."""
    state = State.here()
    if state.supervisor():
        say("The suite is up already")
    else:
        state.tell_running({})
        start = state.supervisor_log.stat().st_size if state.supervisor_log.exists() else 0
        with state.supervisor_log.open("ab") as log:
            supervisor = subprocess.Popen(
                [sys.executable, "-m", "deploy.local", "supervise"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,
                env=os.environ | {"FRONTDESK_HOME": str(state.folder.parent)},
            )
        if not show_progress(state, supervisor, start):
            say(f"The suite did not start; see {state.supervisor_log}")
            return 1
    return await_answer(state)


def await_answer(state: State) -> int:
    """Waits until the gateway answers that everything is ready; returns the exit status."""
    address = f"http://{os.environ.get('FRONTDESK_HTTP_ADDRESS', '127.0.0.1:8000')}"
    deadline = time.monotonic() + ANSWER_LIMIT_SECONDS
    while state.supervisor() and time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"{address}/health/ready", timeout=2):
            say(f"Frontdesk is at {address} · make logs · make scale billing=3 · make down")
            return 0
        time.sleep(0.1)
    say(f"Frontdesk does not answer at {address}/health/ready yet: make logs tells why, make down stops it")
    return 1


def show_progress(state: State, supervisor: subprocess.Popen[bytes], offset: int) -> bool:
    """Copies the supervisor's log until all runs; False when it ended or took too long."""
    deadline = time.monotonic() + START_LIMIT_SECONDS
    with state.supervisor_log.open() as log:
        log.seek(offset)
        while time.monotonic() < deadline:
            is_up = state.is_as_wanted()
            is_over = supervisor.poll() is not None
            for line in log:
                print(f"    {line}", end="", flush=True)
            if is_up or is_over:
                return is_up
            time.sleep(0.1)
    return False


def supervise() -> int:
    """Runs the supervisor in the foreground until TERM: bus, databases, migrations, then the processes."""
    state = State.here()
    lock = state.become_supervisor()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with ExitStack() as until:
        variables = start_servers(state.folder, until, say)
        state.tell_environment(variables)
        say("Migrating the databases")
        frontdesk = [str(BIN / "frontdesk"), "migrate"]
        if subprocess.run(frontdesk, check=False, env=os.environ | variables).returncode:
            return 1
        suite = Suite(state, variables, say)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, suite.request_stop)
        suite.run()
    os.close(lock)
    return 0


def down() -> int:
    state = State.here()
    supervisor = state.supervisor()
    if supervisor is None:
        say("Nothing is up")
        return 0
    say("Stopping the suite")
    os.kill(supervisor, signal.SIGTERM)
    deadline = time.monotonic() + STOP_LIMIT_SECONDS
    while state.supervisor():
        if time.monotonic() > deadline:
            say(f"It takes too long; killing process {supervisor}, its watchdogs end the rest")
            os.kill(supervisor, signal.SIGKILL)
        time.sleep(0.1)
    return 0


def scale(*pairs: str) -> int:
    """Sets the number of processes by pairs like `billing=3`; waits until the supervisor has started or ended them."""
    state = State.here()
    counts: dict[str, int] = {}
    for pair in pairs:
        name, _, number = pair.partition("=")
        if name not in commands() or not number.isdigit():
            print(
                f"{pair!r}: say how many of {', '.join(commands())}, as in: make scale billing=3",
                file=sys.stderr,
            )
            return 2
        counts[name] = int(number)
    state.want(counts)
    if state.supervisor():
        deadline = time.monotonic() + STOP_LIMIT_SECONDS
        while not state.is_as_wanted() and time.monotonic() < deadline:
            time.sleep(0.1)
    say(" ".join(f"{name}={count}" for name, count in sorted(state.wanted().items())))
    return 0


def logs() -> int:
    state = State.here()
    with suppress(KeyboardInterrupt, BrokenPipeError):
        follow(state.logs)
    return 0


def with_servers(*command: str) -> int:
    """Runs a command against the bus and databases of the running suite, or starts them for it."""
    state = State.here()
    with ExitStack() as until:
        variables = state.environment() if state.supervisor() else start_servers(state.folder, until, say)
        return subprocess.run(command, check=False, env=os.environ | variables).returncode


COMMANDS = {
    "up": up,
    "supervise": supervise,
    "down": down,
    "scale": scale,
    "logs": logs,
    "with-servers": with_servers,
}

if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]](*sys.argv[2:]))
