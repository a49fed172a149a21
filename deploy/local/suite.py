"""The process supervisor: it starts, restarts and ends the wanted number of processes of each service."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.local.state import State, commands
from deploy.local.watchdog import Watchdog

BIN = Path(sys.executable).parent
LOOK_SECONDS = 0.25
STOP_SECONDS = 27.0  # a service ends within 25
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
STEADY_SECONDS = 10.0  # after which a start counts as good


@dataclass
class Slot:
    """The n-th process of one service; `popen` is None while it waits to be started again."""

    service: str
    number: int
    popen: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause_seconds: float = FIRST_PAUSE_SECONDS

    @property
    def name(self) -> str:
        return f"{self.service}.{self.number}"


class Suite:
    """The processes of one machine."""

    def __init__(self, state: State, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._state = state
        self._environment = environment
        self._say = say
        self._watchdog = Watchdog(state.folder)
        self._slots: dict[tuple[str, int], Slot] = {}
        self._ending: list[Slot] = []
        self._is_stopping = False

    def run(self) -> None:
        """Run until `request_stop` is called."""
        while not self._is_stopping:
            self._reconcile()
            time.sleep(LOOK_SECONDS)
        self._end(list(self._slots.values()))
        while self._ending:
            self._reap()
            time.sleep(LOOK_SECONDS)
        self._watchdog.close()

    def request_stop(self, *_signal: object) -> None:
        self._is_stopping = True

    def _reconcile(self) -> None:
        wanted = {
            (name, number) for name, count in self._state.wanted().items() for number in range(1, count + 1)
        }
        surplus = [self._slots.pop(key) for key in set(self._slots) - wanted]
        self._end(surplus)
        for key in sorted(wanted - set(self._slots)):
            self._slots[key] = Slot(*key)
        for slot in self._slots.values():
            self._look_after(slot)
        self._reap()
        self._state.tell_running(Counter(slot.service for slot in self._slots.values() if slot.popen))

    def _look_after(self, slot: Slot) -> None:
        now = time.monotonic()
        if slot.popen is None:
            if now >= slot.start_at:
                self._start(slot)
            return
        status = slot.popen.poll()
        if status is None:
            if now - slot.started_at > STEADY_SECONDS:
                slot.pause_seconds = FIRST_PAUSE_SECONDS
            return
        self._say(f"{slot.name} ended ({status}); again in {slot.pause_seconds:.0f} s; see {slot.name}.log")
        self._watchdog.forget(slot.name)
        slot.popen, slot.start_at = None, now + slot.pause_seconds
        slot.pause_seconds = min(slot.pause_seconds * 2, LONGEST_PAUSE_SECONDS)

    def _start(self, slot: Slot) -> None:
        program, *arguments = commands()[slot.service]
        with (self._state.logs / f"{slot.name}.log").open("ab") as log:
            slot.popen = subprocess.Popen(
                [str(BIN / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | self._environment | numbered_address(slot),
                start_new_session=True,
            )
        slot.started_at = time.monotonic()
        self._watchdog.watch(slot.name, slot.popen.pid)
        self._say(f"{slot.name} started, process {slot.popen.pid}")

    def _end(self, slots: list[Slot]) -> None:
        for slot in slots:
            if slot.popen and slot.popen.poll() is None:
                self._say(f"{slot.name} is asked to end")
                slot.popen.terminate()
                slot.start_at = time.monotonic() + STOP_SECONDS  # from now on: when to kill it
                self._ending.append(slot)

    def _reap(self) -> None:
        for slot in list(self._ending):
            if not slot.popen or slot.popen.poll() is not None:
                self._ending.remove(slot)
                self._watchdog.forget(slot.name)
            elif time.monotonic() > slot.start_at:
                self._say(f"{slot.name} did not end within {STOP_SECONDS:.0f} s: killed")
                with suppress(ProcessLookupError):
                    os.killpg(slot.popen.pid, signal.SIGKILL)


def numbered_address(slot: Slot) -> dict[str, str]:
    """Gateways cannot share a port: the second listens one above the first."""
    if slot.service != "gateway":
        return {}
    host, _, port = os.environ.get("FRONTDESK_HTTP_ADDRESS", "127.0.0.1:8000").rpartition(":")
    return {"FRONTDESK_HTTP_ADDRESS": f"{host}:{int(port) + slot.number - 1}"}
