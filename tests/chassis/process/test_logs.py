"""Log lines: JSON with the correlation id, secrets hidden."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
import structlog
from chassis.process import logs
logs.configure()
log = structlog.get_logger("drill")

def fail(password):
    raise RuntimeError("it failed")

log.info("user_seen", password="hunter2", api_token="hunter2", user_id="u-1", card_count=2)
try:
    fail("hunter2")
except RuntimeError:
    log.exception("work_failed")
"""


def lines() -> list[dict[str, Any]]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert "hunter2" not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]


def test_secrets_are_hidden_in_fields_and_in_tracebacks() -> None:
    seen, failed = lines()
    assert (seen["password"], seen["api_token"], seen["user_id"], seen["card_count"]) == (
        "[hidden]",
        "[hidden]",
        "u-1",
        2,
    )
    assert failed["exception"][0]["exc_value"] == "it failed"
    assert failed["exception"][0]["frames"][-1]["name"] == "fail"
