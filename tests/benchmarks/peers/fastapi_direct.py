"""The ceiling of `GET /v1/me`: FastAPI with async SQLAlchemy and psycopg in one process, no bus.

Fair to FastAPI: uvloop and httptools, no access log, no response model (a ready JSONResponse), statements
prepared by psycopg, a warm pool. It runs as one process, like the gateway.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from tests.benchmarks.peers import http_serving, me


@contextlib.asynccontextmanager
async def database(_app: FastAPI) -> AsyncIterator[dict[str, object]]:
    opened = me.engine()
    yield {"sessions": me.sessions(opened)}
    await opened.dispose()


app = FastAPI(lifespan=database, openapi_url=None)


@app.get("/v1/me")
async def get_me(request: Request) -> JSONResponse:
    digest = me.digest(request.headers.get("authorization"))
    found = digest and await me.read(request.state.sessions, digest)
    return JSONResponse(found) if found else JSONResponse({"code": "session_unknown"}, status_code=401)


if __name__ == "__main__":
    http_serving.serve(app)
