"""Limits of the throttles, each a setting with its default."""

from __future__ import annotations

import dataclasses

from chassis.settings import setting


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limits:
    """What the throttles go by. A network is an IPv4 /24 or an IPv6 /64."""

    log_in_free_fails: int = setting("FRONTDESK_LOG_IN_FREE_FAILS", default=5)
    log_in_delay_max_seconds: int = setting("FRONTDESK_LOG_IN_DELAY_MAX_SECONDS", default=900)
    log_in_fails_max: int = setting("FRONTDESK_LOG_IN_FAILS_MAX", default=100)
    log_ins_per_minute: int = setting("FRONTDESK_LOG_INS_PER_MINUTE", default=20)
    log_in_addresses_per_hour: int = setting("FRONTDESK_LOG_IN_ADDRESSES_PER_HOUR", default=50)
    link_requests_per_hour: int = setting("FRONTDESK_LINK_REQUESTS_PER_HOUR", default=3)
    link_requests_per_day: int = setting("FRONTDESK_LINK_REQUESTS_PER_DAY", default=10)
    link_requests_per_network: int = setting("FRONTDESK_LINK_REQUESTS_PER_NETWORK", default=20)
    code_tries: int = setting("FRONTDESK_CODE_TRIES", default=5)
    code_minutes: int = setting("FRONTDESK_CODE_MINUTES", default=15)
    code_tries_per_day: int = setting("FRONTDESK_CODE_TRIES_PER_DAY", default=20)
