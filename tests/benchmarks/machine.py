"""The machine that was measured on: hardware, system, servers and library versions."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

import amqp
import psycopg
from kombu.utils.url import url_to_parts

LIBRARIES = (
    "nameko",
    "kombu",
    "amqp",
    "eventlet",
    "aio-pika",
    "aiormq",
    "faststream",
    "uvloop",
    "fastapi",
    "uvicorn",
    "httptools",
    "sqlalchemy",
    "psycopg",
)


def description(amqp_uri: str, postgres_url: str) -> list[tuple[str, str]]:
    """What a reader needs in order to compare, as pairs of a label and a value."""
    return [
        ("Measured", datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("CPU", f"{cpu_model()}, {usable_cores()} cores for everything together"),
        ("Memory", f"{memory_gib():.0f} GiB"),
        ("System", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ("Load average before", f"{os.getloadavg()[0]:.2f}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("RabbitMQ", rabbitmq_version(amqp_uri)),
        ("PostgreSQL", postgres_version(postgres_url)),
        ("Libraries", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)),
    ]


def cpu_model() -> str:
    if platform.system() == "Darwin":
        done = subprocess.run(
            ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_gib() -> float:
    size: int = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return size / 2**30


def rabbitmq_version(amqp_uri: str) -> str:
    """As the broker names itself on connecting."""
    parts = url_to_parts(amqp_uri)
    with amqp.Connection(
        f"{parts.hostname}:{parts.port or 5672}",
        userid=parts.username or "guest",
        password=parts.password or "guest",
        virtual_host=parts.path or "/",
    ) as connection:
        properties = connection.server_properties
        return f"{properties['version']} ({properties['platform']})"


def postgres_version(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return f"{row[0]}, commits durable (fsync on)" if row else "unknown"
