"""The Prometheus metrics of the chassis."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

LATENCY = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

rpc_served = Histogram("frontdesk_rpc_served_seconds", "RPCs answered", ["rpc", "outcome"], buckets=LATENCY)
rpc_called = Histogram("frontdesk_rpc_called_seconds", "RPCs asked", ["rpc", "outcome"], buckets=LATENCY)
rpc_waiting = Gauge("frontdesk_rpc_waiting", "Calls waiting for their reply", ["service"])
events_handled = Histogram(
    "frontdesk_event_handled_seconds", "Events handled", ["handler", "outcome"], buckets=LATENCY
)
event_age = Histogram(
    "frontdesk_event_age_seconds", "From announcement to handling", ["handler"], buckets=LATENCY
)
outbox_sent = Counter("frontdesk_outbox_sent_total", "Events confirmed by the broker", ["service"])
outbox_returned = Counter(
    "frontdesk_outbox_returned_total", "Owed events with no queue to go to", ["service"]
)
outbox_unsent = Gauge("frontdesk_outbox_unsent", "Events not sent yet", ["service"])
outbox_oldest = Gauge("frontdesk_outbox_oldest_seconds", "Age of the oldest event not sent yet", ["service"])
inbox_waiting = Gauge("frontdesk_inbox_waiting", "Events that wait for another attempt", ["service"])
parked_now = Gauge("frontdesk_parked_now", "Messages set aside and not settled", ["service"])
parked = Counter("frontdesk_parked_total", "Messages set aside", ["service", "handler"])
http_answered = Histogram(
    "frontdesk_http_answered_seconds",
    "HTTP requests answered",
    ["method", "route", "status"],
    buckets=LATENCY,
)
connection_up = Gauge("frontdesk_link_up", "1 while connected to the broker", ["service", "link"])
loop_stall = Gauge("frontdesk_loop_stall_seconds", "Longest stall of the event loop in the last 10 s")
