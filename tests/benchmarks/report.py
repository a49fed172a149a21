"""How are the results told? As Markdown tables with ratios, and the machine: all of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Sequence

from tests.benchmarks import gateway, rpc
from tests.benchmarks.rounds import Plan, Series, ratio

TITLE = """# Benchmarks

Written by `make bench`; change the benchmarks, not this page. Everything ran on one machine, and on two
cores the server, the client and RabbitMQ share what there is: read the ratios, not the absolute numbers.
"""

RPC = """## RPC calls per second

An echo of about 200 bytes of JSON, not persistent, one server process and one client process, on one
RabbitMQ. Each number is the median of {rounds} interleaved rounds of {seconds:g} s, with the lowest and the
highest round; "×" is how many times as fast Frontdesk is. Frontdesk's calls include schema validation on
both sides, a deadline per call and metrics; the others validate nothing. nameko runs with its settings
raised to suit it (messages not persistent, 64 workers, 64 pooled connections); "as documented" is what a
library's own documentation shows, the other rows are tuned for speed. What makes each of them fair is said
in `tests/benchmarks/peers/`.
"""

GATEWAY = """## `GET /v1/me` per second

{connections} keep-alive connections with a bearer token each; one user with its account, read from
PostgreSQL by the digest of the token. Each number is the median of {rounds} interleaved rounds of
{seconds:g} s.
"""

EVENTS = """## Events per second, from commit to committed effect

One producing transaction per event, then relay, RabbitMQ, inbox, and the handler's effect in the listening
service's database; one announcing and one listening process. Both ends are PostgreSQL's commit timestamps.
Each number is the median of {rounds} rounds of {seconds:g} s.
"""


def page(machine: Sequence[tuple[str, str]], sections: Sequence[str], plan: Plan) -> str:
    """The whole document."""
    quick = "\nA quick run: too short to be compared with.\n" if plan.is_quick else ""
    about = "\n".join(f"| {label} | {value} |" for label, value in machine)
    return "\n".join([TITLE + quick, "## Machine\n", "| | |\n| --- | --- |\n" + about + "\n", *sections])


def rpc_section(series: Sequence[Series], plan: Plan) -> str:
    ours = {one.load: one for one in series if one.name == rpc.FRONTDESK.name}
    loads = sorted(ours)
    head = ["Library"]
    for load in loads:
        callers = "1 caller" if load == 1 else f"{load} callers"
        head += [callers, "×", "p50 ms", "p99 ms"]
    rows = [head]
    for name in dict.fromkeys(one.name for one in series):
        row = [name]
        for load in loads:
            one = next(one for one in series if one.name == name and one.load == load)
            row += [rate(one), times(ours[load], one), f"{one.p50_ms:.2f}", f"{one.p99_ms:.2f}"]
        rows.append(row)
    return RPC.format(rounds=plan.rounds, seconds=plan.seconds) + "\n" + table(rows)


def gateway_section(series: Sequence[Series], plan: Plan) -> str:
    ours = next(one for one in series if one.name == gateway.FRONTDESK)
    rows = [["Stack", "requests/s", "Frontdesk / this", "p50 ms", "p99 ms"]]
    for one in series:
        share = "" if one.name in (gateway.FRONTDESK, gateway.GENERATOR) else f"{ratio(ours, one):.0%}"
        rows.append([one.name, rate(one), share, f"{one.p50_ms:.1f}", f"{one.p99_ms:.1f}"])
    about = GATEWAY.format(connections=gateway.CONNECTIONS, rounds=plan.rounds, seconds=plan.seconds)
    return about + "\n" + table(rows)


def events_section(series: Sequence[Series], plan: Plan) -> str:
    rows = [["Load", "events/s", "p50 ms", "p99 ms"]]
    rows += [[one.name, rate(one), f"{one.p50_ms:.1f}", f"{one.p99_ms:.1f}"] for one in series]
    return EVENTS.format(rounds=plan.rounds, seconds=plan.seconds) + "\n" + table(rows)


def rate(series: Series) -> str:
    return f"{series.rate:,.0f} ({series.lowest:,.0f} to {series.highest:,.0f})"


def times(ours: Series, theirs: Series) -> str:
    return "" if ours is theirs else f"{ratio(ours, theirs):.2f}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """The first row is the head; numbers stand to the right of it."""
    head, *body = rows
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
