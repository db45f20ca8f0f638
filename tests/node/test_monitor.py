"""What a node says of itself: how it stands, why it cannot serve, and what to see to."""

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.node.relaying.requests import NOW, moving
from tests.wallet.worlds import World, seed
from winze.chain import Header
from winze.node.chain_clock import ChainClock
from winze.node.metrics import Metrics
from winze.node.monitor import NodeMonitor
from winze.node.relaying import RequestStore
from winze.node.stages import StageClock
from winze.protocol import ETHER, ChainBlock, EthAddress, Timestamp, Wei
from winze.wire import RequestState

KEY = EthAddress("0x" + "0e" * 20)
HEAD = Header(ChainBlock(9), bytes(32), NOW)


class House:
    """A monitor and what it looks at."""

    def __init__(self, engine: Engine | None) -> None:
        self.pulse = SimpleNamespace(
            balances={}, due=Timestamp(7), trouble=None, healthy=True, screened=True
        )
        self.world, self.clock = World(), ChainClock(None)  # type: ignore[arg-type]
        self.store = None if engine is None else RequestStore(engine)
        metrics = Metrics()
        follower: Any = SimpleNamespace(ledger=self.world.ledger, cursor=HEAD)
        self.monitor = NodeMonitor(
            self.pulse,  # type: ignore[arg-type]
            self.clock,
            follower,
            requests=self.store,
            stages=StageClock(metrics),
            metrics=metrics,
            low_balance=Wei(ETHER),
        )


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine)


async def test_the_snapshot_tells_heights_the_open_block_and_what_waits(house: House) -> None:
    house.clock.head = HEAD
    empty = await house.monitor.snapshot()
    assert (empty.head, empty.cursor, empty.sealed, empty.proved) == (HEAD, HEAD, 0, 0)
    assert (empty.open.entries, empty.open.due) == (0, None)
    assert house.store is not None
    house.store.add([(moving(), NOW), (moving(), NOW)])
    for number in range(2):
        note = seed().main.deposit_note(number, Wei(ETHER), mineable=False)
        house.world.deposit(note)
        if number == 0:
            house.world.prove()
    snapshot = await house.monitor.snapshot()
    assert (snapshot.sealed, snapshot.proved) == (1, 1)
    assert (snapshot.open.entries, snapshot.open.due) == (1, 7)
    assert snapshot.queue == {RequestState.RECEIVED: 2, RequestState.SENT: 0}
    assert snapshot.screened


async def test_a_node_that_relays_nothing_has_no_queue() -> None:
    assert (await House(None).monitor.snapshot()).queue == {}


async def test_it_is_ready_when_the_chain_was_read_and_the_pulse_is_healthy(house: House) -> None:
    assert len(await house.monitor.unready()) == 1
    house.clock.head = HEAD
    assert await house.monitor.unready() == []
    house.pulse.healthy, house.pulse.trouble = False, "RpcError: away"
    (reason,) = await house.monitor.unready()
    assert "RpcError: away" in reason


async def test_a_low_balance_is_warned_of_at_one_wei_below_the_mark(house: House) -> None:
    house.pulse.balances = {KEY: Wei(ETHER)}
    assert (await house.monitor.snapshot()).warnings == []
    house.pulse.balances = {KEY: Wei(ETHER - 1)}
    (warning,) = (await house.monitor.snapshot()).warnings
    assert str(KEY) in warning


async def test_the_last_trouble_is_a_warning(house: House) -> None:
    house.pulse.trouble = "DatabaseFailed: full"
    (warning,) = (await house.monitor.snapshot()).warnings
    assert "DatabaseFailed: full" in warning
