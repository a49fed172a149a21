import socket
from typing import Any

class HttpProtocol:
    protocol_version: str
    timeout: float | None
    def __getattr__(self, name: str) -> Any: ...

def server(
    sock: socket.socket, site: Any, log: Any = None, environ: dict[str, Any] | None = None, **options: Any
) -> None: ...
def __getattr__(name: str) -> Any: ...
