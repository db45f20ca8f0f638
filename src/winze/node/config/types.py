"""The types of the configuration's values, each with the words for what it takes."""

import logging
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

_WEB: Final = frozenset({"http", "https"})


@dataclass(frozen=True)
class Takes:
    """What a value is, where its type and bounds do not tell."""

    words: str
    """As it stands in messages and in the reference."""

    secret: bool = False
    """Whether it may hold a password, and is never shown."""


class LogFormat(StrEnum):
    """For whom logs are written."""

    CONSOLE = "console"
    """For people: coloured where the terminal can."""
    JSON = "json"
    """For machines: one object a line."""


class LogLevel(StrEnum):
    """How important a log line is."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def number(self) -> int:
        """What Python's logging calls it."""
        return logging.getLevelNamesMapping()[self.upper()]


# These refuse without quoting the value, or what a library says of it: a URL may hold a password.


def _web_url(text: str) -> str:
    if not _is_web(text):
        raise ValueError("must begin with http:// or https:// and name a host")
    return text


def _origin(text: str) -> str:
    if text == "*":
        return text
    parts = urlsplit(text)
    if not _is_web(text) or text != f"{parts.scheme}://{parts.netloc}":
        raise ValueError("must be a scheme and a host alone, like https://app.example")
    return text


def _database_url(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError("is no database URL") from None
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError("must be of sqlite or postgresql")
    # What is accepted must be there after a restart, wherever the node is started from.
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_absolute():
        raise ValueError("must name a file from the root on, with four slashes: sqlite:////…")
    return text


def _is_web(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in _WEB and bool(parts.hostname)


def _ip_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError("must be an IP address, like 127.0.0.1") from None


Whole = Annotated[int, Field(strict=True)]
Switch = Annotated[bool, Field(strict=True)]
WebUrl = Annotated[str, AfterValidator(_web_url), Takes("an http(s) URL", secret=True)]
Origin = Annotated[str, AfterValidator(_origin), Takes("an origin like https://app.example")]
Proxy = Annotated[str, AfterValidator(_ip_address), Takes("an IP address")]
DatabaseUrl = Annotated[
    str,
    AfterValidator(_database_url),
    Takes("a URL, sqlite:////path or postgresql://…", secret=True),
]
Key = Annotated[
    Path | Annotated[int, Field(strict=True, ge=0)],
    Takes("a keystore's file, or a devnet account's number"),
]
"""An encrypted keystore's file, or, on a devnet only, a test account's number."""
