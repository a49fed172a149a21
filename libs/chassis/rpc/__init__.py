"""RPC between services: `@serve` on the one side of a `wire.Rpc`, `Client` on the other.

On the wire it is nameko's RPC: the queue `rpc-<service>` on the exchange `nameko-rpc`, `{"args", "kwargs"}` there and
`{"result", "error"}` back. What differs is how long things last: a request expires at its caller's deadline, late
work is refused, and every wait ends.
"""

from __future__ import annotations

from chassis.rpc.client import Client, Replies
from chassis.rpc.server import Serve, rpc_queue, serve

__all__ = ["Client", "Replies", "Serve", "rpc_queue", "serve"]
