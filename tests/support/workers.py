"""How the workers of a test run share the tests: a file stays whole, and the fault tests stay with one worker.

Each worker has a broker, a database server and a suite of its own. What kills processes and counts seconds by the way
would disturb its like, and no other test.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/faults/", "tests/support_test/test_rabbitmq.py")


class Units(LoadFileScheduling):
    """A unit of work is a file, or all the tests that harm a broker."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        super().__init__(config, log)  # type: ignore[arg-type]  # xdist's own log
        config.option.loadscopereorder = False  # the quick ones first, as they were collected

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return TOGETHER[0] if file.startswith(TOGETHER) else file
