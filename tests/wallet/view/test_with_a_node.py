"""The view over a real node and a real chain."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.wallet.camp import camp
from winze.chain import Follower, RpcSource
from winze.contracts import connected
from winze.protocol import ETHER, LeafKind, Position
from winze.wallet import LedgerView, NodeClient, RowStore


@pytest.mark.long
async def test_what_a_real_node_tells_is_the_ledger_that_a_follower_reads(tmp_path: Path) -> None:
    async with camp(tmp_path) as there:
        async with there.wallet("anna", 0) as anna:
            await there.mined(anna, ETHER // 10)
        network = there.devnet.network
        async with connected(there.devnet.url) as w3, NodeClient(there.node.url) as node:
            chain = RpcSource(w3, network)
            follower = Follower(chain, network.deployment_block)
            await follower.sync()
            for _ in range(2):
                with closing(RowStore(tmp_path / "rows")) as store:
                    view = LedgerView(network, [node], chain, store)
                    await view.sync()
                    assert view.proved == follower.ledger.proved == 1
                    assert view.root_at(1) == follower.ledger.root_at(1)
                    place = view.note_membership(Position(0))
                    assert place == follower.ledger.note_membership(Position(0))
                    assert place.kind is LeafKind.NOTE
                    assert view.anonymity(ETHER // 10) == 1  # type: ignore[arg-type]
