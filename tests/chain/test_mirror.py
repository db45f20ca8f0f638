"""The models beside a network: what they agree on, and every way to disagree."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from tests.chains import Deployed, deployed_chain
from tests.contracts.test_bindings import CLAIM, NO_PROOF, TRANSFER
from winze.chain import ChainChanged, Finding, Mirror, ModelMismatch, NotReplayable, Replayed
from winze.chain.mirror import _Reached
from winze.chain.models import Asked
from winze.circuits import Prover
from winze.contracts import (
    NO_REASON,
    OUT_OF_GAS,
    CallRequest,
    ContractCall,
    ContractName,
    MinedBlock,
    NetworkDescription,
    Receipt,
    Relay,
    SignedPermit,
    Transaction,
    UnexpectedAnswer,
    eth_balance,
    request,
    sign_permit,
)
from winze.devnet import deploy_refuser, funded_account
from winze.protocol import (
    HASH_WINDOW,
    Block,
    BlockIndex,
    Call,
    ChainBlock,
    Deposited,
    EthAddress,
    Event,
    Field,
    Period,
    Sealed,
    Seconds,
    SubmittedBlock,
    Timestamp,
    Transferred,
    Wei,
)

pytestmark = pytest.mark.chain

ETHER = Wei(10**18)
NOBODY_ELSE = EthAddress.from_bytes(b"\x07" * 20)
SCREENER = 8


@dataclass
class Mirrored:
    """A network of made-up keys, and its models."""

    chain: Deployed
    mirror: Mirror

    async def deposit(self, inner: int = 5, permit: SignedPermit | None = None) -> None:
        call = self.chain.pool.deposit(Field(inner), ETHER, mine=True, permit=permit)
        await self.chain.sender(1).send(call)

    async def own(self, call: ContractCall) -> Receipt:
        """Have the owner call."""
        return await self.chain.sender(0).send(call)

    def permit(self, deadline: int, inner: int = 5) -> SignedPermit:
        """For the next deposit of account 1."""
        return sign_permit(
            funded_account(SCREENER),
            self.chain.network.chain_id,
            self.chain.pool.address,
            depositor=self.chain.sender(1).address,
            value=ETHER,
            inner=Field(inner),
            deadline=Timestamp(deadline),
        )

    async def force(self, call: ContractCall, sender: int = 1, gas: int = 1_000_000) -> Replayed:
        """Send a call that nobody simulated, and have it replayed."""
        await self.chain.force(call, sender, gas)
        *_, done = await self.mirror.follow()
        return done

    async def reverted(self, call: ContractCall, sender: int = 1, gas: int = 1_000_000) -> str:
        """Why both refuse a call that nobody simulated."""
        done = await self.force(call, sender, gas)
        assert done.reverted is not None
        assert (done.events, done.transfers) == ((), ())
        assert await self.differing() == set()
        return done.reverted

    async def due(self) -> None:
        """Have time pass until the open block may be sealed."""
        await self.chain.clock.advance_to(Timestamp((await self.chain.pool.open_block()).due))

    async def differing(self) -> set[str]:
        """The names of the values on which both disagree."""
        found = await self.mirror.compare([NOBODY_ELSE])
        assert len(found) == 7
        return {finding.name for finding in found if not finding.agrees}


def mirror_of(chain: Deployed, network: NetworkDescription | None = None, owner: int = 0) -> Mirror:
    address = chain.sender(owner).address
    return Mirror(chain.w3, network or chain.network, address, Prover({}))


@asynccontextmanager
async def mirrored() -> AsyncIterator[Mirrored]:
    async with deployed_chain() as chain:
        yield Mirrored(chain, mirror_of(chain))


def test_a_finding_agrees_where_both_values_are_the_same() -> None:
    assert Finding("root", 5, Field(5)).agrees
    assert not Finding("root", 5, 6).agrees


async def test_what_happened_is_replayed_without_anybody_telling() -> None:
    async with mirrored() as both:
        assert await both.mirror.follow() == []
        await both.deposit()
        await both.due()
        await both.chain.sender(2).send(both.chain.pool.seal())
        await both.chain.clock.mine(60)  # more blocks than are asked for at once
        await both.own(both.chain.pool.set_seal_interval(Seconds(9)))
        deposit, seal, setting = await both.mirror.follow()
        assert [each.request.function for each in (deposit, seal, setting)] == [
            "deposit",
            "seal",
            "set_seal_interval",
        ]
        assert [type(event) for event in (*deposit.events, *seal.events)] == [Deposited, Sealed]
        assert (deposit.sender, deposit.caller) == (both.chain.sender(1).address,) * 2
        assert seal.sender == both.chain.sender(2).address
        assert deposit.contract == both.chain.pool.address
        assert deposit.receipt.gas_used > 0
        assert await both.differing() == set()
        assert await both.mirror.follow() == []


async def test_what_the_accounts_hold_changed_by_what_was_replayed() -> None:
    async with mirrored() as both:
        accounts = [both.chain.sender(n).address for n in (1, 2)] + [both.chain.pool.address]
        before = [await eth_balance(both.chain.w3, each) for each in accounts]
        await both.deposit()
        await both.force(both.chain.pool.seal(), sender=2)  # costs gas, and is refused
        await both.mirror.follow()
        after = [await eth_balance(both.chain.w3, each) for each in accounts]
        changes = [now - then for now, then in zip(after, before, strict=True)]
        assert changes == [both.mirror.eth[each] for each in accounts]
        assert both.mirror.eth[both.chain.pool.address] == ETHER
        assert both.mirror.eth[both.chain.sender(2).address] < 0


async def test_it_can_be_followed_up_to_a_chain_block() -> None:
    async with mirrored() as both:
        await both.deposit(1)
        middle = await both.chain.clock.height()
        await both.deposit(2)
        first = await both.mirror.follow(middle)
        assert [each.request.arguments["inner"] for each in first] == [1]
        # What is compared is the state of that moment, though the chain has gone on.
        assert await both.differing() == set()
        second = await both.mirror.follow()
        assert [each.request.arguments["inner"] for each in second] == [2]


async def test_a_block_that_was_drawn_again_is_so_in_both() -> None:
    async with mirrored() as both:
        await both.deposit()
        await both.due()
        seal = await both.force(both.chain.pool.seal())
        (sealed,) = seal.events
        assert isinstance(sealed, Sealed)
        block = Block(
            BlockIndex(0),
            both.mirror.pool.ledger.blocks[0].entries,
            Timestamp(sealed.timestamp),
            ChainBlock(sealed.draw),
        )
        assert await both.reverted(both.chain.pool.redraw(block)) == "pool: draw still known"
        await both.chain.clock.mine(HASH_WINDOW)
        again = await both.force(both.chain.pool.redraw(block), sender=3)
        assert again.reverted is None
        assert await both.differing() == set()


async def test_screened_deposits_are_replayed_with_their_permits() -> None:
    async with mirrored() as both:
        pool = both.chain.pool
        screener = EthAddress(funded_account(SCREENER).address)
        await both.own(pool.set_screener(screener))
        later = await both.chain.clock.now() + 1000
        await both.deposit(permit=both.permit(later))
        await both.mirror.follow()
        assert await both.differing() == set()
        for permit, reason in (
            (None, "pool: permit expired"),
            (both.permit(later), "pool: permit used"),
            (both.permit(later, inner=6), "pool: permit not by the screener"),
            (both.permit(later - 1001), "pool: permit expired"),
            (replace(both.permit(later), r=bytes(32)), "pool: permit not by the screener"),
        ):
            call = pool.deposit(Field(5), ETHER, mine=True, permit=permit)
            assert await both.reverted(call) == reason
        # The largest deadline that can be written is none that a time of ours could be.
        endless = replace(both.permit(later), deadline=(1 << 256) - 1)  # type: ignore[arg-type]
        call = pool.deposit(Field(5), ETHER, mine=True, permit=endless)
        assert await both.reverted(call) == "pool: permit not by the screener"


async def test_refused_calls_are_refused_by_the_models_for_the_same_reason() -> None:
    async with mirrored() as both:
        pool, rewards = both.chain.pool, both.chain.rewards
        relay = Relay(both.chain.w3, both.chain.network.relay)
        batch, proofs = [TRANSFER], [NO_PROOF]
        far = SubmittedBlock(0, 1, 10**9, 3, 4, 0, (), ((5, 6),))  # drawn in no block of the chain
        for call, reason in (
            (pool.seal(), "pool: nothing to seal"),
            (pool.withdraw(NOBODY_ELSE, NOBODY_ELSE), "pool: nothing to withdraw"),
            (pool.set_paused(paused=True), "ownable: caller is not the owner"),
            (pool.execute([], []), "pool: empty batch"),
            (pool.execute(batch, proofs), "pool: unknown root"),
            (pool.prove([far, replace(far, draw=0)], proofs * 2), "pool: not sealed"),
            (rewards.claim([CLAIM], proofs), "rewards: unknown root"),
            (rewards.distribute(Period(0), []), "rewards: no claims"),
            (relay.relay([CLAIM], [], [], []), "relay: batch sizes differ"),
            (relay.relay([], [], batch, proofs), "pool: unknown root"),
        ):
            assert await both.reverted(call) == reason


async def test_what_never_reached_the_models_is_told_by_the_node() -> None:
    async with mirrored() as both:
        deposit = both.chain.pool.deposit(Field(5), ETHER, mine=True)
        assert await both.reverted(deposit, gas=40_000) == OUT_OF_GAS
        await both.deposit()
        await both.due()
        paid = ContractCall("", both.chain.pool.address, both.chain.pool.seal().data, Wei(1))
        assert await both.reverted(paid) == NO_REASON


async def test_calls_that_ask_for_nothing_are_passed_over() -> None:
    async with mirrored() as both:
        pool = both.chain.pool
        cut_off = pool.deposit(Field(5), ETHER, mine=True).data[:40]
        for to, data, value in (
            (pool.address, pool._call("root").data, 0),
            (pool.address, b"\x01\x02\x03\x04", 0),
            (pool.address, cut_off, 0),
            (both.chain.network.relay, b"", 5),
            (NOBODY_ELSE, b"", 5),
        ):
            await both.chain.force(ContractCall("", to, data, Wei(value)))
        await deploy_refuser(both.chain.sender(1))
        assert await both.mirror.follow() == []
        assert await both.differing() == set()


async def test_a_call_through_a_contract_that_is_not_expected_is_refused() -> None:
    async with mirrored() as both:
        refuser = await deploy_refuser(both.chain.sender(1))
        await both.deposit()
        await both.due()
        await both.chain.sender(1).send(refuser.forward(both.chain.pool.seal()))
        with pytest.raises(NotReplayable, match=f"through {refuser.address}"):
            await both.mirror.follow()


async def test_a_call_through_a_contract_that_is_expected_is_that_contracts() -> None:
    async with mirrored() as both:
        refuser = await deploy_refuser(both.chain.sender(1))
        both.mirror.expect(refuser)
        await both.deposit()
        await both.due()
        await both.chain.sender(1).send(refuser.forward(both.chain.pool.seal()))
        await both.own(both.chain.pool.transfer_ownership(refuser.address))
        await both.chain.sender(1).send(refuser.forward(both.chain.pool.accept_ownership()))
        _, seal, _, accepted = await both.mirror.follow()
        assert (seal.sender, seal.caller) == (both.chain.sender(1).address, refuser.address)
        assert accepted.caller == both.mirror.pool.owner == refuser.address
        assert await both.differing() == set()
        refused = refuser.forward(both.chain.pool.seal())
        assert await both.reverted(refused) == "pool: nothing to seal"


async def test_what_was_replayed_and_is_no_longer_there_is_told() -> None:
    async with mirrored() as both:
        await both.deposit()
        await both.mirror.follow()
        await both.chain.clock.reorganise(1)
        await both.chain.clock.mine()
        with pytest.raises(ChainChanged, match="begin a new mirror"):
            await both.mirror.follow()
        fresh = mirror_of(both.chain)
        assert await fresh.follow() == []


async def test_what_the_chain_does_not_have_yet_cannot_be_replayed() -> None:
    async with mirrored() as both:
        with pytest.raises(ChainChanged):
            await both.mirror.follow(ChainBlock(await both.chain.clock.height() + 1))
        assert await both.mirror.follow() == []


class Agreeing(Mirror):
    """Takes the one transfer of a call for executed."""

    def _agreed(self, _transaction: object, _asked: object) -> tuple[Event, ...]:
        return (Transferred(NOBODY_ELSE, 2, 3, 4, 5, 6, TRANSFER.memos),)


@pytest.mark.parametrize("of_the_relay", [True, False])
async def test_what_the_relay_earns_in_its_own_call_is_its_callers(*, of_the_relay: bool) -> None:
    async with deployed_chain() as chain:
        network, sender = chain.network, chain.sender(1).address
        mirror = Agreeing(chain.w3, network, chain.sender(0).address, Prover({}))
        to = network.relay if of_the_relay else network.pool
        receipt = Receipt("0x00", ChainBlock(1), b"", 0, Wei(0), None, ())
        sent = Transaction(sender, to, b"", Wei(0), 0, succeeded=True, receipt=receipt)
        block = MinedBlock(ChainBlock(1), b"", b"", Timestamp(5), (sent,))
        for relayer in (EthAddress.zero(), network.relay):
            asked = CallRequest("", {"transfers": [replace(TRANSFER, relayer=relayer)]})
            call = Call(sender, Timestamp(5), ChainBlock(1))
            reached = _Reached(sent, Asked(to, asked, call, 0, {}), None)
            (settled,) = mirror._do(block, reached).transfers
            kept = relayer == network.relay and not of_the_relay
            assert settled.payee == (network.relay if kept else sender)


# -- where they disagree --------------------------------------------------------------------------


async def test_another_event_than_the_protocols_is_told() -> None:
    async with mirrored() as both:
        # A network that says that its blocks are due a second later than they are.
        profile = both.chain.network.profile
        later = replace(profile, seal_interval=Seconds(profile.seal_interval - 1))
        mirror = mirror_of(both.chain, replace(both.chain.network, profile=later))
        await both.deposit()
        await both.due()
        await both.chain.sender(1).send(both.chain.pool.seal())
        with pytest.raises(
            ModelMismatch, match=r"the contracts announced .*Sealed.* says .*Sealed"
        ):
            await mirror.follow()


async def test_what_the_protocol_refuses_and_the_contracts_did_is_told() -> None:
    async with mirrored() as both:
        mirror = mirror_of(both.chain, owner=5)
        receipt = await both.own(both.chain.pool.set_paused(paused=True))
        with pytest.raises(
            ModelMismatch, match=rf"{receipt.transaction}: .* the protocol refuses .ownable: caller"
        ):
            await mirror.follow()


async def test_what_the_contracts_refused_and_the_protocol_allows_is_told() -> None:
    async with mirrored() as both:
        await both.force(both.chain.pool.set_paused(paused=True), sender=5)
        mirror = mirror_of(both.chain, owner=5)
        with pytest.raises(ModelMismatch, match=r"refused what the protocol allows .ownable: call"):
            await mirror.follow()
        assert not mirror.pool.paused


async def test_an_event_of_another_network_cannot_be_read() -> None:
    async with mirrored() as both:
        await both.deposit()
        contracts = dict(both.chain.network.contracts)
        pool, rewards = ContractName.POOL, ContractName.REWARDS
        contracts[rewards], contracts[pool] = contracts[pool], contracts[rewards]
        mirror = mirror_of(both.chain, replace(both.chain.network, contracts=contracts))
        with pytest.raises(UnexpectedAnswer):
            await mirror.follow()


async def test_what_was_not_replayed_is_found_in_what_both_keep() -> None:
    async with mirrored() as both:
        await both.mirror.follow()
        pool = both.chain.pool.address
        await request(both.chain.w3, "giving", "anvil_setBalance", pool, hex(5))
        await both.mirror.follow()
        assert await both.differing() == {"pool's ETH"}
