"""The report: Markdown tables with ratios, and the machine, as docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Sequence

from tests.benchmarks import contacts, gateway, rpc, stall, start
from tests.benchmarks.contacts import Pages, percentile
from tests.benchmarks.rounds import Plan, Series, ratio
from tests.benchmarks.stall import Stalls
from tests.benchmarks.start import Start
from tests.benchmarks.targets import Target

TITLE = """# Benchmarks

Written by `make bench`; change the benchmarks, not this page. Everything ran on one machine, and on two
cores the server, the client and RabbitMQ share what there is: read the ratios, not the absolute numbers. Nobody logs
single requests, calls or events here; Frontdesk does in production, a line each.
"""

TARGETS = """## What is promised
"""

RPC = """## RPC calls per second

An echo of about 200 bytes of JSON, not persistent, one server process and one client process, on one
RabbitMQ. Each number is the median of {rounds} interleaved rounds of {seconds:g} s, with the lowest and the
highest round; "×" is how many times as fast Frontdesk is. In Frontdesk's calls the server checks the request
against its schema, each call has a deadline, and all are counted; the others check and count nothing. "As
documented" is what a library's own documentation shows, the other rows are tuned for speed: nameko with messages
that are not persistent, 64 workers and 64 pooled connections. What makes each of them fair is said in
`tests/benchmarks/peers/`.
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

STALL = """## Stalls of the event loop while people log in

{rate} log-ins a second over HTTP, each with its argon2id hash, for {seconds:.0f} s: the worst time that the loop of
each process was late, as the process itself measures it all the time (`frontdesk_loop_stall_seconds`). Wanted: under
{limit} ms. The control hashes on the loop: each hash is a stall of its own length, and log-ins wait for each other. On
two cores the hashes, RabbitMQ, PostgreSQL and the client share what there is.
"""

START = """## Start

`make run` once it is set up: the whole suite in one process, with PostgreSQL. The first start makes the databases.
Ready is when it has printed where to go. Wanted: within {limit:.0f} s.
"""

CONTACTS = """## Lists of contacts

An account with {large:,} contacts and one with {small:,}, in one database: pages of 30, measured by turns, in
milliseconds, with all statements of a list, under row level security, without gateway and bus. Wanted: a p99 at most
{limit:g} times that of the small account. Below stands what PostgreSQL read for a page of the large one.
"""


def page(machine: Sequence[tuple[str, str]], sections: Sequence[str], plan: Plan) -> str:
    """The whole document."""
    quick = "\nA quick run: too short to be compared with.\n" if plan.is_quick else ""
    about = "\n".join(f"| {label} | {value} |" for label, value in machine)
    return "\n".join([TITLE + quick, "## Machine\n", "| | |\n| --- | --- |\n" + about + "\n", *sections])


def targets_section(wanted: Sequence[Target]) -> str:
    rows = [["Promise", "Measured", "Kept"]]
    rows += [[one.promise, one.measured, "yes" if one.is_met else "**no**"] for one in wanted]
    return TARGETS + "\n" + table(rows)


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


def stall_section(found: Sequence[Stalls], plan: Plan) -> str:
    rows = [["", "accounts: worst stall ms", "gateway: worst stall ms", "log-ins/s", "refused", "p99 ms"]]
    for one in found:
        worst = [f"{one.accounts_ms:.1f}", f"{one.gateway_ms:.1f}"]
        rows.append([one.name, *worst, f"{one.rate:.1f}", str(one.failed), f"{one.p99_ms:.0f}"])
    longest = max(one.seconds for one in found)
    about = STALL.format(rate=stall.LOG_INS_PER_SECOND, seconds=longest, limit=stall.LIMIT_MS)
    return about + "\n" + table(rows)


def start_section(found: Sequence[Start], _plan: Plan) -> str:
    rows = [["", "seconds"], *([one.name, f"{one.seconds:.1f}"] for one in found)]
    return START.format(limit=start.LIMIT_SECONDS) + "\n" + table(rows)


def contacts_section(found: Sequence[Pages], plan: Plan) -> str:
    rows = [["List", "p50, small", "p99, small", "p50, large", "p99, large", "×"]]
    for one in found:
        times = [percentile(part, share) for part in (one.small, one.large) for share in (0.5, 0.99)]
        rows.append([one.name, *(f"{time:.1f}" for time in times), f"{one.ratio:.2f}"])
    sizes = contacts.QUICK_SIZES if plan.is_quick else contacts.SIZES
    about = CONTACTS.format(
        large=sizes[contacts.LARGE], small=sizes[contacts.SMALL], limit=contacts.RATIO_LIMIT
    )
    plans = "".join(f"- {one.name}: {'; '.join(one.plan)}\n" for one in found)
    return about + "\n" + table(rows) + "\n" + plans


def rate(series: Series) -> str:
    return f"{series.rate:,.0f} ({series.lowest:,.0f} to {series.highest:,.0f})"


def times(ours: Series, theirs: Series) -> str:
    return "" if ours is theirs else f"{ratio(ours, theirs):.2f}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """The first row is the head; numbers stand to the right of it."""
    head, *body = rows
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
