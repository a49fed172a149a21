"""Started processes are watched, signalled and always ended."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.support.processes import Process, Processes
from tests.support.waiting import eventually

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
POLITE = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("bye", flush=True), sys.exit(0)))
print("up", flush=True)
time.sleep(60)
"""
OWNER = f"""
import sys, time
from pathlib import Path
from tests.support.processes import Processes
process = Processes(Path(sys.argv[1])).start("python", "-c", {SLEEPER!r})
print("child", process.pid, "end", flush=True)
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    """A zombie that nobody has reaped does not count."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def started(processes: Processes, code: str) -> Process:
    process = processes.start("python", "-c", code)
    process.wait_for_output("up")
    return process


def test_a_polite_process_ends_on_term(processes: Processes) -> None:
    process = started(processes, POLITE)
    assert process.terminate() == 0
    assert process.output() == "up\nbye\n"


def test_a_process_can_be_killed_and_paused(processes: Processes) -> None:
    process = started(processes, SLEEPER)
    process.pause()
    process.resume()
    assert process.is_running
    process.kill()
    assert process.wait() == -signal.SIGKILL


def test_gets_its_own_variables(processes: Processes) -> None:
    code = "import os; print(os.environ['FRONTDESK_HOME'])"
    process = processes.start("python", "-c", code, environment={"FRONTDESK_HOME": "/somewhere"})
    assert process.wait() == 0
    assert process.output() == "/somewhere\n"


def test_waiting_for_output_ends_early_when_the_process_does(processes: Processes) -> None:
    process = processes.start("python", "-c", "raise SystemExit('no database')")
    with pytest.raises(RuntimeError, match="no database"):
        process.wait_for_output("ready", 60)


def test_all_end_with_the_test(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    pids = [started(processes, SLEEPER).pid for _ in range(2)]
    processes.close()
    assert not any(is_alive(pid) for pid in pids)


def test_all_end_when_the_test_run_is_killed(processes: Processes, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    owner = processes.start(sys.executable, "-c", OWNER, str(inner))
    owner.wait_for_output("end")
    child = int(owner.output().split()[1])
    assert is_alive(child)
    owner.kill()
    eventually(lambda: not is_alive(child), what="the grandchild has ended too")
