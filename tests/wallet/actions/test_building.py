"""A wallet proves its block itself, with real proofs, and no node anywhere."""

import asyncio

import pytest

from tests.networks import network, prover
from tests.wallet.actions.harbour import SEED, WALLET
from winze.chain import Follower, Proving, RpcSource, Sealing
from winze.contracts import ContractCall, Pool, TransactionReverted
from winze.devnet import Devnet, funded_account
from winze.protocol import ETHER, BlockIndex, Field, Timestamp, Wei
from winze.wallet import (
    Holdings,
    Intent,
    IntentKind,
    IntentState,
    Journal,
    NoteFinder,
    SentTransaction,
)
from winze.wallet.actions.building import Building, Builds, BuildWaiting, ConnectionSender
from winze.wallet.actions.sending import DECLINED
from winze.wallet.connection import LocalConnection
from winze.wallet.errors import Declined

pytestmark = pytest.mark.chain


class Reluctant(LocalConnection):
    """Declines what it is asked to send, as often as `refusals` says."""

    refusals = 0

    async def send(self, call: ContractCall, prepared: SentTransaction) -> SentTransaction:
        if self.refusals:
            self.refusals -= 1
            raise Declined("no")
        return await super().send(call, prepared)


def connection(devnet: Devnet) -> Reluctant:
    return Reluctant(devnet.w3, funded_account(WALLET), devnet.network)


def building(devnet: Devnet, wallet: Reluctant | None = None) -> Building:
    return Building(
        devnet.network,
        RpcSource(devnet.w3, devnet.network),
        Pool(devnet.w3, devnet.network.pool),
        prover=prover(),
        connection=wallet or connection(devnet),
    )


async def test_a_wallet_seals_and_proves_its_block_by_itself_and_resumes() -> None:
    async with network() as devnet:
        pool = Pool(devnet.w3, devnet.network.pool)
        call = pool.deposit(Field(7), Wei(ETHER), mine=True)
        await devnet.sender(3).send(call)
        index = BlockIndex(0)
        wallet = connection(devnet)
        wallet.refusals = 1
        with pytest.raises(Declined):
            async for _ in building(devnet, wallet).steps(index):
                pass
        # Whoever stops in the middle goes on where the chain stands, as somebody new.
        told: list[object] = []
        async for step in building(devnet, wallet).steps(index, pause=0.2):
            told.append(step)
            if isinstance(step, Sealing):
                break
        told += [each async for each in building(devnet).steps(index, pause=0.2)]
        done = [each for each in told if not isinstance(each, BuildWaiting)]
        assert [type(each) for each in done] == [Sealing, Proving]
        assert await pool.proved() == 1
        assert [each async for each in building(devnet).steps(index)] == []


async def test_two_builders_at_once_do_no_harm() -> None:
    async with network() as devnet:
        pool = Pool(devnet.w3, devnet.network.pool)
        await devnet.sender(3).send(pool.deposit(Field(7), Wei(ETHER), mine=True))

        async def run(index: int) -> list[object]:
            wallet = Reluctant(devnet.w3, funded_account(index), devnet.network)
            steps = building(devnet, wallet).steps(BlockIndex(0), pause=0.2)
            return [each async for each in steps if not isinstance(each, BuildWaiting)]

        one, other = await asyncio.gather(run(5), run(6))
        told = [*one, *other]
        assert sum(isinstance(each, Proving) for each in told) == 1
        assert await pool.proved() == 1


async def test_what_the_contract_refuses_is_told() -> None:
    async with network() as devnet:
        sender = ConnectionSender(devnet.w3, connection(devnet), poll=0.05)
        with pytest.raises(TransactionReverted, match="nothing to seal"):
            await sender.send(Pool(devnet.w3, devnet.network.pool).seal())


async def test_an_intent_to_prove_it_oneself_is_done_when_the_block_is_proved() -> None:
    async with network() as devnet:
        pool, journal = Pool(devnet.w3, devnet.network.pool), Journal(None, SEED)
        own = SEED.account(3).deposit_note(0, Wei(ETHER), mineable=True)
        await devnet.sender(WALLET).send(pool.deposit(own.inner, Wei(ETHER), mine=True))
        wallet = connection(devnet)

        async def made() -> Building:
            return building(devnet, wallet)

        builds = Builds(made, journal)
        intent = Intent("b" * 32, IntentKind.BUILD, Timestamp(5), account=3)
        for _ in range(60):
            intent = await builds.advance(intent, await holdings(devnet))
            if intent.state.over:
                break
            await asyncio.sleep(0.3)
        assert (intent.state, await pool.proved()) == (IntentState.DONE, 1)
        assert journal.get(intent.id) == intent
        wallet.refusals = 1
        await devnet.sender(WALLET).send(pool.deposit(own.inner, Wei(ETHER), mine=True))
        await asyncio.sleep(devnet.network.profile.seal_interval + 2)
        other = Intent("c" * 32, IntentKind.BUILD, Timestamp(6), account=3)
        other = await builds.advance(other, await holdings(devnet))
        assert (other.state, other.reason) == (IntentState.FAILED, DECLINED)


async def holdings(devnet: Devnet) -> Holdings:
    """What the chain tells now."""
    follower = Follower(RpcSource(devnet.w3, devnet.network), devnet.network.deployment_block)
    await follower.sync()
    finder = NoteFinder(SEED, connection(devnet).address)
    return Holdings(
        now=follower.now,
        proved=follower.ledger.proved,
        times={},
        maturities={},
        notes=finder.find(follower.records(), follower.ledger),
        spends=(),
        claims={},
    )
