"""Rate limits: the refusal of a request that comes too often."""

from __future__ import annotations

from wire.contract import Refusal


class QuotaExceeded(Refusal):
    """Too many tries from one network, or of one user's codes. `policy` names the limit, `quota` per `window_seconds`;
    in `seconds_left` there is room again."""

    code = "quota_exceeded"
