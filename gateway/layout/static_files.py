"""Static files behind `/static/…`: our own and Swagger UI's, read once."""

from __future__ import annotations

import hashlib
import importlib.util
import mimetypes
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

PREFIX = "/static/"
OWN = Path(__file__).parents[1] / "static"
SWAGGER_UI = ("swagger-ui.css", "swagger-ui-bundle.js", "LICENSE")
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    "": "text/plain; charset=utf-8",
}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


class StaticFile(NamedTuple):
    body: bytes
    content_type: str
    etag: str
    cache_control: str


def _swagger_ui() -> Path:
    """The folder of the installed wheel; found without importing it, as it would import Flask."""
    spec = importlib.util.find_spec("flask_swagger_ui")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("flask-swagger-ui is not installed: /docs has nothing to show")
    return Path(spec.submodule_search_locations[0]) / "dist"


def _sources() -> Iterator[tuple[str, Path]]:
    for path in sorted(OWN.rglob("*")):
        if path.is_file():
            yield path.relative_to(OWN).as_posix(), path
    for name in SWAGGER_UI:
        yield f"swagger-ui/{name}", _swagger_ui() / name


def _content_type(name: str) -> str:
    suffix = Path(name).suffix
    return CONTENT_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


@cache
def _files() -> dict[str, StaticFile]:
    files = {}
    for name, path in _sources():
        body = path.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        files[name] = StaticFile(body, _content_type(name), etag, FOR_EVER)
    return files


@cache
def version() -> str:
    """One hash over all files, so that a module's relative imports stay within one release."""
    digest = hashlib.sha256()
    for name, file in _files().items():
        digest.update(f"{name} {file.etag}\n".encode())
    return digest.hexdigest()[:12]


def url(name: str) -> str:
    """The address of a file as it is now; an unknown name is a mistake in a template."""
    if name not in _files():
        raise KeyError(name)
    return f"{PREFIX}{version()}/{name}"


def find(path: str) -> StaticFile | None:
    """The file behind `/static/<version>/<name>`, or None.

    Only names that were read at start are found: no path leads elsewhere. The version of another release gets
    the present file too, to be asked for again: a page drawn just before a deployment keeps its style.
    """
    given_version, _, name = path.removeprefix(PREFIX).partition("/")
    file = _files().get(name)
    if file is None or given_version == version():
        return file
    return file._replace(cache_control=ASK_AGAIN)
