"""Reaching others through a SOCKS proxy, such as Tor's, so that they do not learn who asks.

Names are looked up by the proxy: a look-up by this machine would tell its resolver whom we ask.
Every connection that is opened here has a user name of its own. Tor gives each name its own
circuit (`IsolateSOCKSAuth`, its default), so that a node and an RPC provider see two visitors.
"""

import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

from aiohttp import BaseConnector, TCPConnector
from aiohttp_socks import (
    ProxyConnectionError,
    ProxyConnector,
    ProxyError,
    ProxyTimeoutError,
)

from .errors import InvalidProxy

PROXY_ERRORS: Final = (ProxyError, ProxyConnectionError, ProxyTimeoutError)
"""What a connection through a proxy raises beside the usual; its words quote addresses."""

_SCHEME: Final = "socks5h"
_NAME_BYTES: Final = 8


@dataclass(frozen=True)
class Proxy:
    """A SOCKS5 proxy; made by `Proxy.parse`."""

    host: str
    port: int

    spare_loopback: bool = False
    """Whether what runs on this machine is asked directly: Tor reaches no loopback addresses. Said
    on purpose only, because a tunnel may stand on such an address, whose other end is elsewhere."""

    @classmethod
    def parse(cls, url: str, *, spare_loopback: bool = False) -> Self:
        """The proxy at an address such as `socks5h://127.0.0.1:9050`.

        Raises:
            InvalidProxy: it is no such address.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or not port or parts.scheme != _SCHEME or parts.path.strip("/") or parts.query:
            raise InvalidProxy("must be socks5h://host:port: the proxy is to look up the names")
        if parts.username is not None or parts.password is not None:
            raise InvalidProxy(
                "must have no user name or password: names keep what is asked through it apart"
            )
        return cls(host, port, spare_loopback)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{_SCHEME}://{host}:{self.port}"

    def carries(self, url: str) -> bool:
        """Whether what is asked at `url` goes through it."""
        return not (self.spare_loopback and is_loopback(url))


def connector(purpose: str, proxy: Proxy | None) -> BaseConnector:
    """How one client reaches others: through `proxy`, or directly where it is None.

    Args:
        purpose: What for; it begins the user name, for people who read their proxy's log.
        proxy: Through what.
    """
    if proxy is None:
        return TCPConnector()
    name = f"winze-{purpose}-{secrets.token_hex(_NAME_BYTES)}"
    # A password must not be empty; it says nothing.
    return ProxyConnector(proxy.host, proxy.port, username=name, password=name, rdns=True)


def is_loopback(url: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
