from collections.abc import Callable
from typing import ParamSpec

P = ParamSpec("P")

class Timer:
    def cancel(self) -> None: ...

class Hub:
    def schedule_call_global(
        self, seconds: float, cb: Callable[P, object], *args: P.args, **kwargs: P.kwargs
    ) -> Timer: ...

def get_hub() -> Hub: ...

class IOClosed(OSError): ...

def trampoline(
    fd: int,
    read: bool | None = None,
    write: bool | None = None,
    timeout: float | None = None,
    timeout_exc: type[BaseException] = ...,
) -> None: ...
