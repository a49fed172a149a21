"""The server of the FastAPI peers: uvicorn at its fastest, until the parent closes standard input."""

from __future__ import annotations

import os
import threading

import uvicorn
from fastapi import FastAPI

from tests.benchmarks.peers import calling

PORT = "BENCH_HTTP_PORT"


def serve(app: FastAPI) -> None:
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=int(os.environ[PORT]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        ws="none",
    )
    server = uvicorn.Server(config)
    threading.Thread(target=end_with_parent, args=(server,), daemon=True).start()
    server.run()


def end_with_parent(server: uvicorn.Server) -> None:
    calling.wait_for_parent()
    server.should_exit = True
