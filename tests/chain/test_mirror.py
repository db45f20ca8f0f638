"""The models beside a network: what they agree on, and every way to disagree."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

import pytest

from tests.chains import Deployed, deployed_chain
from winze.chain import Finding, Mirror, ModelMismatch, RpcSource, Sealing
from winze.circuits import Prover
from winze.contracts import ItxToken, Receipt
from winze.protocol import BlockIndex, EthAddress, Field, Refused, Timestamp, Wei

pytestmark = pytest.mark.chain

ETHER = Wei(10**18)
NOBODY_ELSE = EthAddress.from_bytes(b"\x07" * 20)


@dataclass
class Mirrored:
    """A network of made-up keys, and its models."""

    chain: Deployed
    mirror: Mirror

    async def deposit(self, inner: int = 5) -> Receipt:
        """Make a deposit; the models are not told."""
        call = self.chain.pool.deposit(Field(inner), ETHER, mine=True)
        return await self.chain.sender(1).send(call)

    async def follow(self, receipt: Receipt, caller: int = 1, **changes: object) -> None:
        """Tell the models of the deposit, with `changes`."""
        told = {"value": ETHER, "inner": 5, "mine": True} | changes
        act = partial(self.mirror.pool.deposit, **told)
        address = self.chain.sender(caller).address
        await self.mirror.follow([self.chain.pool], receipt, address, act)

    async def differing(self) -> set[str]:
        """The names of the values on which both disagree."""
        token = ItxToken(self.chain.w3, self.chain.network.itx)
        found = await self.mirror.compare(self.chain.pool, token, [NOBODY_ELSE])
        assert len(found) == 7
        return {finding.name for finding in found if not finding.agrees}


@asynccontextmanager
async def mirrored() -> AsyncIterator[Mirrored]:
    async with deployed_chain() as chain:
        source = RpcSource(chain.w3, chain.network)
        mirror = Mirror(source, chain.network, chain.sender(0).address, Prover({}))
        yield Mirrored(chain, mirror)


def test_a_finding_agrees_where_both_values_are_the_same() -> None:
    assert Finding("root", 5, Field(5)).agrees
    assert not Finding("root", 5, 6).agrees


async def test_what_was_done_on_both_sides_agrees() -> None:
    async with mirrored() as both:
        assert await both.differing() == set()
        await both.follow(await both.deposit())
        assert await both.differing() == set()
        due = (await both.chain.pool.open_block()).due
        await both.chain.clock.advance_to(Timestamp(due))
        sender = both.chain.sender(2)
        receipt = await sender.send(both.chain.pool.seal())
        step = Sealing(BlockIndex(0), receipt)
        await both.mirror.follow_builder(both.chain.pool, sender.address, step)
        assert await both.differing() == set()


@pytest.mark.parametrize(
    ("caller", "changes"),
    [(2, {}), (1, {"inner": 6}), (1, {"value": 10 * ETHER}), (1, {"mine": False})],
)
async def test_another_event_than_the_protocols_is_told(
    caller: int, changes: dict[str, object]
) -> None:
    async with mirrored() as both:
        receipt = await both.deposit()
        with pytest.raises(ModelMismatch, match=f"transaction {receipt.transaction}: .*Deposited"):
            await both.follow(receipt, caller, **changes)


async def test_an_event_that_is_missing_is_told() -> None:
    async with mirrored() as both:
        receipt = replace(await both.deposit(), logs=())
        with pytest.raises(ModelMismatch):
            await both.follow(receipt)


async def test_an_event_of_nobodys_doing_is_told() -> None:
    async with mirrored() as both:
        receipt = await both.deposit()
        with pytest.raises(ModelMismatch):
            await both.mirror.follow([both.chain.pool], receipt, both.chain.sender(1).address)


async def test_events_of_other_contracts_are_passed_over() -> None:
    async with mirrored() as both:
        receipt = await both.deposit()
        await both.mirror.follow([both.chain.rewards], receipt, both.chain.sender(1).address)


async def test_what_the_protocol_refuses_and_the_contracts_did_is_told() -> None:
    async with mirrored() as both:
        with pytest.raises(ModelMismatch, match=r"the protocol refuses .pool: value is zero"):
            await both.follow(await both.deposit(), value=0)
        receipt = await both.deposit()
        step = Sealing(BlockIndex(0), receipt)
        with pytest.raises(ModelMismatch, match="pool: nothing to seal") as told:
            await both.mirror.follow_builder(both.chain.pool, NOBODY_ELSE, step)
        assert isinstance(told.value.__cause__, Refused)


async def test_what_the_models_were_not_told_is_found_in_what_both_keep() -> None:
    async with mirrored() as both:
        await both.deposit()
        assert await both.differing() == {"open block", "pool's ETH"}
