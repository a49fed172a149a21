import socket

def listen(
    addr: tuple[str, int],
    family: int = socket.AF_INET,
    backlog: int = 50,
    reuse_addr: bool = True,
    reuse_port: bool | None = None,
) -> socket.socket: ...
