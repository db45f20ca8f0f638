"""Getting a network's description from a node, to be shown to a person and then pinned."""

from collections.abc import Iterable

from winze.contracts import NetworkDescription, Web3

from ..errors import NodeUnreachable, WalletError
from ..node_client import NodeClient


async def described_by(nodes: Iterable[NodeClient], w3: Web3) -> NetworkDescription:
    """The network that the first node which answers serves, held against the chain.

    That the chain holds what it says does not make it the network that a person means: its name,
    chain and pool are shown, and confirmed, before it is kept.

    Args:
        nodes: Opened; asked one after the other.
        w3: The chain, by a connection of our own.

    Raises:
        WalletError: no node answers.
        WrongNetwork: the chain holds something else.
        RpcError: the chain cannot be asked.
    """
    failure: WalletError = NodeUnreachable("no node was named that could describe its network")
    for node in nodes:
        try:
            network = await node.network()
        except WalletError as problem:
            failure = problem
        else:
            await network.check(w3)
            return network
    raise failure
