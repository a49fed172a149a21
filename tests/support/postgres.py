"""Empty databases for tests, of one PostgreSQL server for the whole run."""

import itertools
from pathlib import Path

from chassis.database.embedded import EmbeddedPostgres


class Databases:
    """A PostgreSQL on a TCP port (a proxy can stand before it) that hands out new databases."""

    def __init__(self, folder: Path) -> None:
        self.server = EmbeddedPostgres(folder, tcp=True, is_durable=False)
        self._numbers = itertools.count(1)

    @property
    def port(self) -> int:
        return self.server.port

    def new(self, name: str = "test") -> str:
        """The SQLAlchemy URL of an empty database; its user owns it and is no superuser."""
        return self.server.ensure_database(f"{name}_{next(self._numbers)}")

    def start(self) -> None:
        self.server.start()

    def close(self) -> None:
        self.server.stop()
