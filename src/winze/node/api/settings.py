"""What an operator may set about the API: its limits, and who may ask how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class EndpointClass(StrEnum):
    """Endpoints that cost the node about the same; each class has its rate."""

    REQUESTS = "requests"
    """Handing over a request: a proof is verified and something is stored."""

    SCREENING = "screening"
    """Asking for a permit: something is signed."""

    BULK = "bulk"
    """Pages of bulk data, and keys: megabytes."""

    LIGHT = "light"
    """Everything else."""


@dataclass(frozen=True)
class Rate:
    """How often one client may ask: `burst` times at once, and `per_second` in the long run."""

    per_second: float
    burst: int

    def __post_init__(self) -> None:
        if self.per_second <= 0 or self.burst < 1:
            raise ValueError(f"a rate admits somebody at some time; {self} never does")


RATES: Final[Mapping[EndpointClass, Rate]] = MappingProxyType(
    {
        EndpointClass.REQUESTS: Rate(5, 30),
        EndpointClass.SCREENING: Rate(1, 10),
        EndpointClass.BULK: Rate(20, 300),
        EndpointClass.LIGHT: Rate(20, 100),
    }
)
"""What a wallet and an explorer never reach, and a flood soon does. A first sync of 100,000 notes
takes about 60 pages, which its burst covers."""


@dataclass(frozen=True)
class ApiSettings:
    """The API's limits; times are in seconds of the machine's clock, sizes in bytes."""

    rates: Mapping[EndpointClass, Rate] = field(default_factory=lambda: RATES)
    """How often one client may ask; a class that is left out has no limit."""

    max_clients: int = 10_000
    """Buckets of the rate limits that are kept at once: some 300 bytes each."""

    max_body: int = 64 * 1024
    """The largest body of a request; the largest that anybody needs has 5 kB."""

    max_url: int = 2048
    """The longest path and query."""

    max_headers: int = 16 * 1024
    """All headers of a request together."""

    max_unanswered: int = 256
    """Requests that are worked on at once; more are told to come back."""

    max_connections: int = 1000
    """Connections that are open at once; with twice as many, more are not even told so."""

    max_client_connections: int = 100
    """Those of one client among them; a trusted proxy has no such limit."""

    header_timeout: float = 10
    """How long a client may take to say what it wants."""

    body_timeout: float = 10
    """How long a body may take to come in."""

    answer_timeout: float = 30
    """How long the node may think before it answers."""

    send_timeout: float = 60
    """How long a client may take for the next 64 kB of an answer."""

    page_cache: int = 64 * 1024 * 1024
    """Memory for pages that never change, compressed or not."""

    cors_origins: tuple[str, ...] = ()
    """Web origins whose pages may ask; none by default, and `*` for all."""

    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose `X-Forwarded-For` is believed; without one, a client could call itself any
    name and have a fresh rate each time."""
