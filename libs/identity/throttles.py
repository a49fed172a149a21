"""Rate limits: counters in the database, which restarts and replicas do not reset.

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

from identity.limits import Limits
from wire.identity import QuotaExceeded


class Rule(StrEnum):
    """What is counted."""

    LOG_IN = "log_in"
    LOG_IN_DEVICE = "log_in_device"
    LOG_IN_SESSION = "log_in_session"
    LOG_IN_NETWORK = "log_in_network"
    LOG_IN_ADDRESSES = "log_in_addresses"
    LOG_IN_PAIR = "log_in_pair"
    EMAIL_HOUR = "link_hour"
    EMAIL_DAY = "link_day"
    EMAIL_NETWORK = "link_network"
    CODE = "code"
    MAILS = "mails"


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


@dataclasses.dataclass(frozen=True, kw_only=True)
class Window:
    """How often something was done in the present window of time, and how often it may be."""

    made: int
    allowed: int
    length: datetime.timedelta
    ends_at: datetime.datetime

    @property
    def has_room(self) -> bool:
        return self.made <= self.allowed

    def check(self, policy: str, *, now: datetime.datetime) -> None:
        """Raise `QuotaExceeded` when there are more of it than allowed."""
        if self.has_room:
            return
        raise QuotaExceeded(
            policy=policy,
            quota=self.allowed,
            window_seconds=int(self.length.total_seconds()),
            seconds_left=max(1, math.ceil((self.ends_at - now).total_seconds())),
        )


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
COUNT_MANY = text("""
    INSERT INTO throttles AS t (rule, key, count, window_started_at, expires_at)
    VALUES (:rule, :key, :number, :now, :until)
    ON CONFLICT (rule, key) DO UPDATE SET
        count = CASE WHEN t.expires_at <= :now THEN :number ELSE LEAST(t.count + :number, 1000000000) END,
        window_started_at = CASE WHEN t.expires_at <= :now THEN :now ELSE t.window_started_at END,
        expires_at = CASE WHEN t.expires_at <= :now THEN :until ELSE t.expires_at END
""")
COUNTED = text(
    "SELECT count, expires_at FROM throttles WHERE rule = :rule AND key = :key AND expires_at > :now"
)
CLEAR = text("DELETE FROM throttles WHERE rule = :rule AND key = :key")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Throttles:
    """The counters of the service; `key` is what their keys are digests under."""

    key: str
    limits: Limits

    def of_address(self, email_key: str) -> Counter:
        """The counter of an address, whether anybody has it or not."""
        return self._counter(Rule.LOG_IN, "address", email_key)

    def of_device(self, user_id: uuid.UUID, device_token: str, *, stored_hash: str | None) -> Counter:
        """The counter of a device that this user has logged in from: strangers do not move it. `stored_hash` is of the
        password: at a new one every device of the user begins anew."""
        return self._counter(Rule.LOG_IN_DEVICE, "device", user_id, device_token, stored_hash)

    def of_session(self, session_id: uuid.UUID) -> Counter:
        """The counter of who is logged in and gives the password again: strangers do not move it."""
        return self._counter(Rule.LOG_IN_SESSION, "session", session_id)

    def admit(self, session: Session, counter: Counter, *, now: datetime.datetime) -> int:
        """Count one more try: how many there are in a row now; 0 while the counter's delay lasts, and for good once it
        has reached the hard stop."""
        values = {
            "rule": counter.rule.value,
            "key": counter.key,
            "now": now,
            "free": self.limits.log_in_free_fails,
            "stop": self.limits.log_in_fails_max,
            "delay_max": self.limits.log_in_delay_max_seconds,
            "kept": now + FAILS_KEPT,
            "stop_kept": now + STOP_KEPT,
        }
        return session.scalar(TRY, values) or 0

    def check_network(
        self, session: Session, ip_address: str, email_key: str, *, now: datetime.datetime
    ) -> None:
        """Count a log-in from this network, and how many addresses are tried from it. Raises `QuotaExceeded`."""
        place, limits = network(ip_address), self.limits
        if place is None:
            return
        count = partial(_count, session, now=now)
        of_network = self._counter(Rule.LOG_IN_NETWORK, "network", place)
        count(of_network, allowed=limits.log_ins_per_minute, length=MINUTE).check("log-in", now=now)
        of_pair = self._counter(Rule.LOG_IN_PAIR, "pair", place, email_key)
        if count(of_pair, allowed=1, length=HOUR).has_room:
            of_addresses = self._counter(Rule.LOG_IN_ADDRESSES, "network", place)
            tried = count(of_addresses, allowed=limits.log_in_addresses_per_hour, length=HOUR)
            tried.check("log-in-addresses", now=now)

    def check_sign_up(self, session: Session, ip_address: str, *, now: datetime.datetime) -> None:
        """Count a sign-up among the mails that this network asks for. Raises `QuotaExceeded`, whoever the address is
        of."""
        place = network(ip_address)
        if place is not None:
            self._count_network(session, place, now=now).check("sign-up", now=now)

    def admit_email(
        self, session: Session, email_key: str, *, ip_address: str = "", now: datetime.datetime
    ) -> bool:
        """Count a request for a token by email; False for one too many, which nobody is told about. It counts for its
        network too where an IP address is given."""
        place, limits = network(ip_address), self.limits
        count = partial(_count, session, now=now)
        of_hour = self._counter(Rule.EMAIL_HOUR, "address", email_key)
        of_day = self._counter(Rule.EMAIL_DAY, "address", email_key)
        windows = [
            count(of_hour, allowed=limits.link_requests_per_hour, length=HOUR),
            count(of_day, allowed=limits.link_requests_per_day, length=DAY),
        ]
        if place is not None:
            windows.append(self._count_network(session, place, now=now))
        return all(window.has_room for window in windows)

    def count_code(self, session: Session, flow: uuid.UUID, *, now: datetime.datetime) -> Window:
        """Count a try of a code in a flow: a user's log-in, an authenticator app being set up. Ask before the code is
        compared, refuse it when there is no room, and `clear_codes` when it was right."""
        length = datetime.timedelta(minutes=self.limits.code_minutes)
        return _count(session, self._of_codes(flow), allowed=self.limits.code_tries, length=length, now=now)

    def count_code_of_day(self, session: Session, flow: uuid.UUID, *, now: datetime.datetime) -> Window:
        """Count it among those of the flow's day, too."""
        of_day = self._of_codes(_day_of(flow))
        return _count(session, of_day, allowed=self.limits.code_tries_per_day, length=DAY, now=now)

    def clear_codes(self, session: Session, flow: uuid.UUID) -> None:
        """A code was right: those before it are forgotten."""
        for one in (flow, _day_of(flow)):
            clear(session, self._of_codes(one))

    def room_for_mails(
        self, session: Session, account_id: uuid.UUID, *, allowed: int, now: datetime.datetime
    ) -> tuple[int | None, datetime.datetime]:
        """How many mails of this account there is room for in the present hour, and when the next one begins; None
        where `allowed` is 0, without a limit."""
        if not allowed:
            return None, now
        counter = self._of_mails(account_id)
        values = {"rule": counter.rule.value, "key": counter.key, "now": now}
        made, ends_at = session.execute(COUNTED, values).one_or_none() or (0, now)
        return allowed - made, ends_at

    def count_mails(
        self, session: Session, account_id: uuid.UUID, *, number: int, now: datetime.datetime
    ) -> None:
        """Count mails of this account among those of the present hour, which begins with the first."""
        if number:
            counter = self._of_mails(account_id)
            values = {"rule": counter.rule.value, "key": counter.key, "now": now, "until": now + HOUR}
            session.execute(COUNT_MANY, {**values, "number": number})

    def _of_mails(self, account_id: uuid.UUID) -> Counter:
        return self._counter(Rule.MAILS, "mails", account_id)

    def _of_codes(self, flow: uuid.UUID) -> Counter:
        return self._counter(Rule.CODE, "code", flow)

    def _count_network(self, session: Session, place: str, *, now: datetime.datetime) -> Window:
        of_network = self._counter(Rule.EMAIL_NETWORK, "network", place)
        return _count(
            session, of_network, allowed=self.limits.link_requests_per_network, length=HOUR, now=now
        )

    def _counter(self, rule: Rule, *parts: object) -> Counter:
        """A counter whose key names nobody to whoever reads the table."""
        content = ":".join(map(str, parts))
        return Counter(
            rule=rule, key=hmac.new(self.key.encode(), content.encode(), hashlib.sha256).hexdigest()
        )


def clear(session: Session, counter: Counter) -> None:
    """The password was right, or there is a new one: what failed before is forgotten."""
    session.execute(CLEAR, {"rule": counter.rule.value, "key": counter.key})


def _count(
    session: Session,
    counter: Counter,
    *,
    allowed: int,
    length: datetime.timedelta,
    now: datetime.datetime,
) -> Window:
    """One more of it in the present window, which begins with the first."""
    values = {"rule": counter.rule.value, "key": counter.key, "now": now, "until": now + length}
    made, ends_at = session.execute(COUNT, values).one()
    return Window(made=made, allowed=allowed, length=length, ends_at=ends_at)


def _day_of(flow: uuid.UUID) -> uuid.UUID:
    """The flow under which codes are counted by the day."""
    return uuid.uuid5(flow, "day")
