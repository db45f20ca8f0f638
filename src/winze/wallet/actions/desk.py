"""Where requests are handed over: the relayers of the nodes that this wallet knows."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from winze.contracts import GWEI, GasMarket, RpcError
from winze.protocol import Wei
from winze.wire import Quote, RelayRequest, RequestStatus

from ..errors import NodeMisbehaves, NodeRefused, NodeUnreachable, NoRelayer
from ..node_client import NodeClient

_TRANSFER_GAS: Final = 450_000
_CLAIM_GAS: Final = 950_000
_GENEROUS: Final = 10
"""How many times what the gas costs a relayer may ask. More is no mistake in reckoning, and would
empty the account that pays for claims by itself."""

_LEAST_PRICE: Final = GWEI // 10
"""The wei per gas below which gas is as good as free."""


@dataclass(frozen=True)
class Offer:
    """What one relayer asks, and where it is."""

    node: str
    """The address of its node."""
    quote: Quote


class Desk:
    """Asks nodes for fees, hands requests over, and asks what became of them."""

    def __init__(
        self, nodes: Sequence[NodeClient], market: Callable[[], Awaitable[GasMarket]]
    ) -> None:
        """Ask `nodes` in their order; `market` tells what gas costs."""
        self._nodes: Mapping[str, NodeClient] = {node.url: node for node in nodes}
        self._market = market
        self.known: Offer | None = None
        """The last offer, for whoever may not ask: asking tells that something is to be paid."""

    @property
    def open(self) -> bool:
        """Whether there is any node to be asked."""
        return bool(self._nodes)

    async def offer(self) -> Offer:
        """The first reasonable offer of a node.

        Raises:
            NoRelayer: no node makes one; the message has what each says.
        """
        self.known = None
        self.known = await self._asked()
        return self.known

    async def hand_over(self, url: str, request: RelayRequest) -> RequestStatus:
        """Hand a request over; the same one as often as one likes. Raises as `NodeClient`."""
        return await self._node(url).submit(request)

    async def status(self, url: str, request: RelayRequest) -> RequestStatus | None:
        """How it stands; None where the node knows of none. Raises as `NodeClient`."""
        return await self._node(url).request_status(request.id)

    async def _asked(self) -> Offer:
        said = []
        most_transfer, most_claim = await self._most()
        for url, node in self._nodes.items():
            try:
                quote = await node.fees()
            except (NodeUnreachable, NodeRefused, NodeMisbehaves) as problem:
                said.append(str(problem))
                continue
            if quote.transfer <= most_transfer and quote.claim <= most_claim:
                return Offer(url, quote)
            said.append(
                f"the node at {node.place} asks {quote.transfer} wei for a transfer and "
                f"{quote.claim} for a claim, far above what the gas costs"
            )
        told = "; ".join(said) or "no node is known"
        raise NoRelayer(f"no relayer can be used now: {told}")

    def _node(self, url: str) -> NodeClient:
        node = self._nodes.get(url)
        if node is None:
            raise NodeUnreachable(f"the node at {url} is not one of this wallet's any more")
        return node

    async def _most(self) -> tuple[Wei, Wei]:
        """The most that is paid for a transfer and for a claim."""
        try:
            market = await self._market()
            price = max(market.base + market.tip, _LEAST_PRICE)
        except RpcError as problem:
            raise NoRelayer(f"what gas costs is not known, so no fee is: {problem}") from problem
        return Wei(_GENEROUS * price * _TRANSFER_GAS), Wei(_GENEROUS * price * _CLAIM_GAS)
