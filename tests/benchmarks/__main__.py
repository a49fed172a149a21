"""The command behind `make bench`: it runs every benchmark, or one, and writes docs/benchmarks.md.

`--quick` has short rounds, `--only` names one benchmark; only a full run writes the page, and
fails when a promise was not kept; the others print.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import (
    contacts,
    events,
    gateway,
    machine,
    report,
    rounds,
    rpc,
    stage,
    stall,
    start,
    targets,
)

PAGE = stage.ROOT / "docs" / "benchmarks.md"
SECTIONS = {
    "rpc": (rpc.measure, report.rpc_section),
    "gateway": (gateway.measure, report.gateway_section),
    "events": (events.measure, report.events_section),
    "stall": (stall.measure, report.stall_section),
    "start": (start.measure, report.start_section),
    "contacts": (contacts.measure, report.contacts_section),
}


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="short rounds: does it run, and roughly how fast"
    )
    parser.add_argument("--only", choices=list(SECTIONS), help="one of the benchmarks")
    return parser.parse_args()


def main() -> None:
    said = arguments()
    plan = rounds.QUICK if said.quick else rounds.FULL
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder:
        tell("starting RabbitMQ and PostgreSQL")
        with stage.opened(Path(folder)) as here:
            url = stage.plain_url(here.databases.server.admin_url)
            about = machine.description(here.amqp_uri, url)
            chosen = [said.only] if said.only else list(SECTIONS)
            told, wanted = [], []
            for name in chosen:
                measure, section = SECTIONS[name]
                found = measure(here, plan, tell)
                told.append(section(found, plan))
                wanted += targets.OF[name](found) if name in targets.OF else []
    page = report.page(about, [report.targets_section(wanted), *told], plan)
    print(page)
    if not said.quick and not said.only:
        PAGE.write_text(page)
        tell(f"written to {PAGE.relative_to(stage.ROOT)}")
        if not all(target.is_met for target in wanted):
            sys.exit("a promise was not kept: see the page")


if __name__ == "__main__":
    main()
