"""Who tries too often? Counters in the database, which restarts and replicas do not reset.

A try is counted before the password is looked at: of many tries at once no more get through than of as many one after
the other. Who gets in has their counter taken away. Keys are digests under the service's key and name nobody.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import hmac
import ipaddress
import math
import uuid
from enum import StrEnum
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from accounts.throttles.limits import Limits
from wire.accounts.throttles import QuotaExceeded


class Rule(StrEnum):
    """What is counted."""

    LOG_IN = "log_in"
    LOG_IN_DEVICE = "log_in_device"
    LOG_IN_SESSION = "log_in_session"
    LOG_IN_NETWORK = "log_in_network"
    LOG_IN_ADDRESSES = "log_in_addresses"
    LOG_IN_PAIR = "log_in_pair"
    LINK_HOUR = "link_hour"
    LINK_DAY = "link_day"
    LINK_NETWORK = "link_network"
    CODE = "code"


MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
# Fails stay consecutive however much time lies between them; what nobody touches for so long is forgotten.
FAILS_KEPT = datetime.timedelta(days=90)
# A counter that has reached the hard stop waits for a reset.
STOP_KEPT = datetime.timedelta(days=3650)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Counter:
    """One counter of fails: whose password is tried, or from which of their devices or sessions."""

    rule: Rule
    key: str


def digest(secret: str, *parts: object) -> str:
    """The key of a counter: names nobody to whoever reads the table."""
    return hmac.new(secret.encode(), ":".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()


def of_address(email_key: str, *, secret: str) -> Counter:
    """The counter of an address, whether anybody has it or not."""
    return Counter(rule=Rule.LOG_IN, key=digest(secret, "address", email_key))


def of_device(user_id: uuid.UUID, device_token: str, *, kept: str | None, secret: str) -> Counter:
    """The counter of a device that this user has logged in from: strangers do not move it. `kept` is the password's
    hash: at a new password every device of the user begins anew."""
    return Counter(rule=Rule.LOG_IN_DEVICE, key=digest(secret, "device", user_id, device_token, kept))


def of_session(session_id: uuid.UUID, *, secret: str) -> Counter:
    """The counter of who is logged in and gives the password again: strangers do not move it."""
    return Counter(rule=Rule.LOG_IN_SESSION, key=digest(secret, "session", session_id))


def network(ip_address: str) -> str | None:
    """The /24 or /64 that an address belongs to; None where none is known."""
    try:
        address = ipaddress.ip_address(ip_address)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    length = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


# The wait after the n-th fail in a row is 1, 2, 4 … seconds from the last free one on.
TRY = text("""
    INSERT INTO throttles AS t (rule, key, count, window_started_at, next_allowed_at, expires_at)
    VALUES (:rule, :key, 1, :now,
            CASE WHEN 1 >= :free THEN :now + interval '1 second' * LEAST(:delay_max, POWER(2, 1 - :free)) END, :kept)
    ON CONFLICT (rule, key) DO UPDATE SET
        count = CASE WHEN t.expires_at <= :now THEN 1 ELSE t.count + 1 END,
        window_started_at = CASE WHEN t.expires_at <= :now THEN :now ELSE t.window_started_at END,
        next_allowed_at = CASE WHEN t.expires_at > :now AND t.count + 1 >= :free
            THEN :now + interval '1 second' * LEAST(:delay_max, POWER(2, LEAST(t.count + 1 - :free, 40))) END,
        expires_at = CASE WHEN t.expires_at > :now AND t.count + 1 >= :stop THEN :stop_kept ELSE :kept END
    WHERE t.expires_at <= :now OR (t.count < :stop AND COALESCE(t.next_allowed_at, :now) <= :now)
    RETURNING t.count
""")
COUNT = text("""
    INSERT INTO throttles AS t (rule, key, count, window_started_at, expires_at)
    VALUES (:rule, :key, 1, :now, :until)
    ON CONFLICT (rule, key) DO UPDATE SET
        count = CASE WHEN t.expires_at <= :now THEN 1 ELSE LEAST(t.count + 1, 1000000000) END,
        window_started_at = CASE WHEN t.expires_at <= :now THEN :now ELSE t.window_started_at END,
        expires_at = CASE WHEN t.expires_at <= :now THEN :until ELSE t.expires_at END
    RETURNING t.count, t.expires_at
""")
CLEAR = text("DELETE FROM throttles WHERE rule = :rule AND key = :key")


def admit(session: Session, counter: Counter, *, now: datetime.datetime, limits: Limits) -> int:
    """Count one more try: how many there are in a row now; 0 while the counter's delay lasts, and for good once it has
    reached the hard stop."""
    values = {
        "rule": counter.rule.value,
        "key": counter.key,
        "now": now,
        "free": limits.log_in_free_fails,
        "stop": limits.log_in_fails_max,
        "delay_max": limits.log_in_delay_max_seconds,
        "kept": now + FAILS_KEPT,
        "stop_kept": now + STOP_KEPT,
    }
    return session.scalar(TRY, values) or 0


def clear(session: Session, counter: Counter) -> None:
    """The password was right, or there is a new one: what failed before is forgotten."""
    session.execute(CLEAR, {"rule": counter.rule.value, "key": counter.key})


def check_network(
    session: Session, ip_address: str, email_key: str, *, secret: str, now: datetime.datetime, limits: Limits
) -> None:
    """Count a log-in from this network, and how many addresses are tried from it. Raises `QuotaExceeded`."""
    place = network(ip_address)
    if place is None:
        return
    count = partial(_count, session, now=now)
    made, ends_at = count(Rule.LOG_IN_NETWORK, digest(secret, "network", place), window=MINUTE)
    check("log-in", made, limits.log_ins_per_minute, window=MINUTE, ends_at=ends_at, now=now)
    known, _ = count(Rule.LOG_IN_PAIR, digest(secret, "pair", place, email_key), window=HOUR)
    if known == 1:
        tried, ends_at = count(Rule.LOG_IN_ADDRESSES, digest(secret, "network", place), window=HOUR)
        allowed = limits.log_in_addresses_per_hour
        check("log-in-addresses", tried, allowed, window=HOUR, ends_at=ends_at, now=now)


def check_sign_up(
    session: Session, ip_address: str, *, secret: str, now: datetime.datetime, limits: Limits
) -> None:
    """Count a sign-up among the links that this network asks for. Raises `QuotaExceeded`, whoever the address is of."""
    place = network(ip_address)
    if place is None:
        return
    made, ends_at = _count(session, Rule.LINK_NETWORK, digest(secret, "network", place), now=now, window=HOUR)
    check("sign-up", made, limits.link_requests_per_network, window=HOUR, ends_at=ends_at, now=now)


def admit_link(
    session: Session, ip_address: str, email_key: str, *, secret: str, now: datetime.datetime, limits: Limits
) -> bool:
    """Count a request for a link by mail; False for one too many, which nobody is told about."""
    address, place = digest(secret, "address", email_key), network(ip_address)
    count = partial(_count, session, now=now)
    asked = [
        (count(Rule.LINK_HOUR, address, window=HOUR), limits.link_requests_per_hour),
        (count(Rule.LINK_DAY, address, window=DAY), limits.link_requests_per_day),
    ]
    if place is not None:
        from_there = count(Rule.LINK_NETWORK, digest(secret, "network", place), window=HOUR)
        asked.append((from_there, limits.link_requests_per_network))
    return all(made <= allowed for (made, _), allowed in asked)


def count_code(
    session: Session, flow: uuid.UUID, *, secret: str, now: datetime.datetime, limits: Limits
) -> tuple[int, datetime.datetime]:
    """Count a try of a code in a flow (a user's log-in, an authenticator app being set up): how many there are until
    the flow's time is over, and when that is. Ask before the code is compared, refuse it beyond `limits.code_tries`,
    and `clear_codes` when it was right."""
    window = datetime.timedelta(minutes=limits.code_minutes)
    return _count(session, Rule.CODE, digest(secret, "code", flow), now=now, window=window)


def clear_codes(session: Session, flow: uuid.UUID, *, secret: str) -> None:
    clear(session, Counter(rule=Rule.CODE, key=digest(secret, "code", flow)))


def _count(
    session: Session, rule: Rule, key: str, *, now: datetime.datetime, window: datetime.timedelta
) -> tuple[int, datetime.datetime]:
    """One more of it in the present window, which begins with the first; how many, and when the window ends."""
    values = {"rule": rule.value, "key": key, "now": now, "until": now + window}
    made, ends_at = session.execute(COUNT, values).one()
    return made, ends_at


def check(
    policy: str,
    made: int,
    allowed: int,
    *,
    window: datetime.timedelta,
    ends_at: datetime.datetime,
    now: datetime.datetime,
) -> None:
    """Raise `QuotaExceeded` when there are more of it than allowed in the window, which ends at `ends_at`."""
    if made <= allowed:
        return
    raise QuotaExceeded(
        policy=policy,
        quota=allowed,
        window_seconds=int(window.total_seconds()),
        seconds_left=max(1, math.ceil((ends_at - now).total_seconds())),
    )
