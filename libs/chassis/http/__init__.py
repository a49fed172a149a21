"""HTTP: `@http(method, path)` over one server per service."""

from __future__ import annotations

from chassis.http.server import Http, Request, http

__all__ = ["Http", "Request", "http"]
