import socket
from http.server import BaseHTTPRequestHandler
from typing import Any

class HttpProtocol(BaseHTTPRequestHandler):
    wfile: Any  # eventlet gives it another wrapper
    close_connection: Any  # and 0 and 1 here
    environ: dict[str, Any]
    def _read_request_line(self) -> bytes: ...
    def get_environ(self) -> dict[str, Any]: ...

def server(
    sock: socket.socket, site: Any, log: Any = None, environ: dict[str, Any] | None = None, **options: Any
) -> None: ...
def __getattr__(name: str) -> Any: ...
