"""How one identity reaches one network."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from winze.contracts import Proxy, place_of

from ..errors import HomeError


@dataclass(frozen=True)
class Settings:
    """Addresses and choices, checked when made; addresses print without the secrets in them."""

    rpcs: tuple[str, ...]
    """Where the chain is asked, the first first: at least one, since nodes are checked by it."""
    nodes: tuple[str, ...] = ()
    """Where operators' nodes answer, the first first."""
    proxy: str = ""
    """The SOCKS proxy through which both are asked, as `socks5h://host:port`; empty for none."""
    spare_loopback: bool = False
    """Whether what runs on this machine is asked around the proxy."""
    direct: bool = False
    """Whether the ledger is read from the chain itself, without any node."""

    def __post_init__(self) -> None:
        """Refuse what could not work.

        Raises:
            HomeError: no chain, neither node nor `direct`, or an address that is no URL.
            InvalidProxy: the proxy's address is none.
        """
        if not self.rpcs:
            raise HomeError("the address of a chain's RPC is missing: nothing can be checked")
        if not self.nodes and not self.direct:
            raise HomeError("the address of a node is missing; without one, read directly")
        for url in (*self.rpcs, *self.nodes):
            if not place_of(url).startswith(("http://", "https://")):
                raise HomeError(f"{place_of(url)} cannot be asked: it takes http:// or https://")
        _ = self.way

    def __repr__(self) -> str:
        rpcs, nodes = (", ".join(map(place_of, urls)) for urls in (self.rpcs, self.nodes))
        return f"Settings(rpcs={rpcs}, nodes={nodes}, proxy={self.proxy}, direct={self.direct})"

    @property
    def way(self) -> Proxy | None:
        """Through what node and chain are asked; None asks directly."""
        return Proxy.parse(self.proxy, spare_loopback=self.spare_loopback) if self.proxy else None

    def to_json(self) -> str:
        """It as JSON text."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` made this text of.

        Raises:
            ValueError, TypeError, KeyError: it is no such text.
            HomeError, InvalidProxy: as when it is made.
        """
        form = json.loads(text)
        return cls(rpcs=tuple(form.pop("rpcs")), nodes=tuple(form.pop("nodes")), **form)
