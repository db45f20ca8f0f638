"""The typed classes on a real chain: what they ask, what they send, what they read back."""

import pytest

from tests.chains import Deployed, deployed_chain
from winze.circuits import Proof
from winze.contracts import (
    InvalidCall,
    ItxToken,
    ItxTransferred,
    Pool,
    Relay,
    SignedPermit,
    TransactionReverted,
    UnexpectedAnswer,
    Verifier,
    decode_event,
    fetch_logs,
    sign_permit,
)
from winze.devnet import funded_account
from winze.protocol import (
    EMPTY_DIGEST,
    FAST,
    GENESIS,
    MEMOS_BYTES,
    MINEABLE,
    NO_CAP,
    TOTAL_SUPPLY,
    Block,
    BlockIndex,
    CapsSet,
    ChainBlock,
    Claim,
    Deposit,
    Deposited,
    Entries,
    EthAddress,
    Field,
    Itx,
    OpenBlock,
    OwnershipTransferred,
    OwnershipTransferStarted,
    PausedSet,
    Period,
    Points,
    ScreenerSet,
    Sealed,
    SealIntervalSet,
    Seconds,
    Skipped,
    SkipReason,
    SubmittedBlock,
    Timestamp,
    Transfer,
    Wei,
    issuance,
    word,
)

pytestmark = pytest.mark.chain

ETHER = Wei(10**18)
INNER = Field(12345)
NO_PROOF = Proof(bytes(256))
STRANGER = EthAddress.from_bytes(b"\x07" * 20)
TRANSFER = Transfer(
    anchor=1,
    nullifier1=2,
    nullifier2=3,
    out1=4,
    out2=5,
    recipient=STRANGER,
    amount=6,
    fee=7,
    relayer=EthAddress.zero(),
    not_before=0,
    deadline=0,
    claim_id=0,
    inner=0,
    memos=bytes(MEMOS_BYTES),
)
CLAIM = Claim(anchor=1, claim_id=2, value=ETHER, recipient=STRANGER, not_before=0, deadline=0)


async def refused(chain: Deployed, call: object, index: int = 1) -> str:
    """The reason for which the contract refuses `call`."""
    with pytest.raises(TransactionReverted) as problem:
        await chain.sender(index).simulate(call)
    return problem.value.reason


async def test_a_deposit_is_announced_and_opens_a_block() -> None:
    async with deployed_chain() as chain:
        pool, alice = chain.pool, chain.sender(1)
        receipt = await alice.send(pool.deposit(INNER, ETHER, mine=True))
        word = ETHER + MINEABLE
        assert pool.events(receipt.logs) == (Deposited(alice.address, word, INNER),)
        opened = Timestamp((await chain.w3.eth.get_block(receipt.block))["timestamp"])
        digest = Entries((Deposit(Field(word), INNER),)).digest
        assert await pool.open_block() == OpenBlock(0, 1, 0, opened + FAST.seal_interval, digest)
        assert await pool.sealed(BlockIndex(0)) == digest


async def test_a_deposit_of_any_amount_earns_nothing() -> None:
    async with deployed_chain() as chain:
        receipt = await chain.sender(1).send(chain.pool.deposit(INNER, Wei(5), mine=False))
        (event,) = chain.pool.events(receipt.logs)
        assert isinstance(event, Deposited)
        assert event.word == 5


async def test_a_question_can_be_about_an_earlier_block() -> None:
    async with deployed_chain() as chain:
        before = await chain.clock.height()
        await chain.sender(1).send(chain.pool.deposit(INNER, ETHER, mine=False))
        assert (await chain.pool.open_block(at=before)).digest == EMPTY_DIGEST
        assert (await chain.pool.open_block()).digest != EMPTY_DIGEST


async def test_a_sealed_block_is_announced_and_can_be_drawn_again_much_later() -> None:
    async with deployed_chain() as chain:
        pool, alice = chain.pool, chain.sender(1)
        await alice.send(pool.deposit(INNER, ETHER, mine=True))
        assert await refused(chain, pool.seal()) == "pool: not due"
        await chain.clock.advance(FAST.seal_interval)
        receipt = await alice.send(pool.seal())
        (sealed,) = pool.events(receipt.logs)
        assert isinstance(sealed, Sealed)
        block = Block(
            BlockIndex(sealed.index),
            Entries((Deposit(Field(ETHER + MINEABLE), INNER),)),
            Timestamp(sealed.timestamp),
            ChainBlock(sealed.draw),
        )
        assert sealed.digest == block.digest
        assert await pool.sealed(block.index) == block.seal
        assert await refused(chain, pool.redraw(block)) == "pool: draw still known"
        await chain.clock.mine(300)
        redrawn = await alice.send(pool.redraw(block))
        (event,) = pool.events(redrawn.logs)
        assert (event.index, event.draw) == (0, redrawn.block + 1)


async def test_proofs_and_structs_reach_the_contract_that_judges_them() -> None:
    async with deployed_chain() as chain:
        pool, rewards = chain.pool, chain.rewards
        relay = Relay(chain.w3, chain.network.relay)
        block = SubmittedBlock(0, 1, 2, 3, 4, 0, (), ((5, 6),))
        batch, proofs = [TRANSFER], [NO_PROOF]
        assert await refused(chain, pool.execute(batch, proofs)) == "pool: unknown root"
        assert await refused(chain, pool.execute(batch, [])) == "pool: batch sizes differ"
        assert await refused(chain, pool.prove([block], proofs)) == "pool: not sealed"
        assert await refused(chain, rewards.claim([CLAIM], proofs)) == "rewards: unknown root"
        claim_only = relay.relay([CLAIM], proofs, [], [])
        assert await refused(chain, claim_only) == "rewards: unknown root"
        transfer_only = relay.relay([], [], batch, proofs)
        assert await refused(chain, transfer_only) == "pool: unknown root"


async def test_a_batch_above_the_abis_bound_is_refused() -> None:
    async with deployed_chain() as chain:
        batch, proofs = [TRANSFER] * 17, [NO_PROOF] * 17
        with pytest.raises(TransactionReverted):
            await chain.sender(1).simulate(chain.pool.execute(batch, proofs))


async def test_a_number_outside_the_abi_is_refused_before_it_is_sent() -> None:
    async with deployed_chain() as chain:
        bad = Transfer(**{**TRANSFER.__dict__, "amount": -1})
        with pytest.raises(InvalidCall, match="execute takes"):
            chain.pool.execute([bad], [NO_PROOF])


async def test_a_verifier_judges_proofs() -> None:
    async with deployed_chain() as chain:
        for name, signals in (("transfer_verifier", 7), ("claim_verifier", 6)):
            verifier = Verifier(chain.w3, chain.network.contracts[name].address)
            assert await verifier.verify([NO_PROOF], [[1] * signals]) is False
            with pytest.raises(TransactionReverted, match="wrong number of inputs"):
                await verifier.verify([NO_PROOF], [])
            with pytest.raises(InvalidCall, match="verify takes"):
                await verifier.verify([NO_PROOF], [[1] * 9])


async def test_what_the_owner_sets_is_announced_and_shown() -> None:
    async with deployed_chain() as chain:
        pool, owner = chain.pool, chain.sender(0)
        shown = await pool.screener(), await pool.paused()
        assert shown == (EthAddress.zero(), False)
        assert (await pool.deposit_cap(), await pool.balance_cap()) == (NO_CAP, NO_CAP)
        calls = {
            pool.set_screener(STRANGER): ScreenerSet(STRANGER),
            pool.set_caps(ETHER, Wei(2 * ETHER)): CapsSet(ETHER, 2 * ETHER),
            pool.set_seal_interval(Seconds(3)): SealIntervalSet(3),
            pool.set_paused(paused=True): PausedSet(paused=True),
        }
        for call, event in calls.items():
            assert pool.events((await owner.send(call)).logs) == (event,)
            assert await refused(chain, call) == "ownable: caller is not the owner"
        assert (await pool.screener(), await pool.paused()) == (STRANGER, True)
        assert (await pool.deposit_cap(), await pool.balance_cap()) == (ETHER, 2 * ETHER)
        assert await pool.seal_interval() == 3
        deposit = pool.deposit(INNER, ETHER, mine=False)
        assert await refused(chain, deposit) == "pool: deposits paused"


async def test_ownership_passes_in_two_steps_and_can_be_given_up() -> None:
    async with deployed_chain() as chain:
        pool, first, second = chain.pool, chain.sender(0), chain.sender(1)
        named = await first.send(pool.transfer_ownership(second.address))
        assert pool.events(named.logs) == (OwnershipTransferStarted(first.address, second.address),)
        assert (await pool.owner(), await pool.pending_owner()) == (first.address, second.address)
        accepted = await second.send(pool.accept_ownership())
        assert pool.events(accepted.logs) == (OwnershipTransferred(first.address, second.address),)
        await second.send(pool.renounce_ownership())
        assert (await pool.owner()).is_zero


async def test_a_signed_permit_lets_just_its_deposit_in_and_only_once() -> None:
    async with deployed_chain() as chain:
        pool, alice, screener = chain.pool, chain.sender(1), funded_account(3)
        await chain.sender(0).send(pool.set_screener(EthAddress(screener.address)))
        deadline = Timestamp(await chain.clock.now() + 100)

        def permit(**changes: object) -> SignedPermit:
            terms = {"depositor": alice.address, "value": ETHER, "inner": INNER}
            terms |= {"deadline": deadline} | changes
            return sign_permit(screener, chain.network.chain_id, pool.address, **terms)

        def deposit(signed: SignedPermit | None) -> object:
            return pool.deposit(INNER, ETHER, mine=True, permit=signed)

        assert await refused(chain, deposit(None)) == "pool: permit expired"
        for changes in (
            {"depositor": STRANGER},
            {"value": Wei(ETHER + 1)},
            {"inner": Field(INNER + 1)},
        ):
            reason = await refused(chain, deposit(permit(**changes)))
            assert reason == "pool: permit not by the screener"
        await alice.send(deposit(permit()))
        assert await refused(chain, deposit(permit())) == "pool: permit used"


async def test_both_parities_of_a_permits_signature_are_understood() -> None:
    async with deployed_chain() as chain:
        pool, alice, screener = chain.pool, chain.sender(1), funded_account(3)
        await chain.sender(0).send(pool.set_screener(EthAddress(screener.address)))
        deadline, parities = Timestamp(await chain.clock.now() + 100), set()
        for number in range(8):
            inner = Field(number)
            signed = sign_permit(
                screener,
                chain.network.chain_id,
                pool.address,
                depositor=alice.address,
                value=ETHER,
                inner=inner,
                deadline=deadline,
            )
            parities.add(signed.vs[0] >> 7)
            await alice.simulate(pool.deposit(inner, ETHER, mine=True, permit=signed))
        assert parities == {0, 1}


async def test_the_rewards_answer_what_they_are_asked() -> None:
    async with deployed_chain() as chain:
        rewards, now = chain.rewards, await chain.clock.now()
        period = Period((now - GENESIS) // FAST.period)
        assert await rewards.current_period() == period
        assert await rewards.issuance(period) == issuance(period, FAST.period)
        assert await rewards.claimed(Field(1)) is False
        assert await rewards.record(Field(1)) is None
        assert await rewards.distributed(Field(1)) is False
        assert await rewards.total_points(period) == Points(0)
        over = rewards.distribute(period, [Field(1)])
        assert await refused(chain, over) == "rewards: period not over"
        earlier = rewards.distribute(Period(period - 1), [Field(1)])
        assert await refused(chain, earlier) == "rewards: no claims"


async def test_the_token_answers_what_it_is_asked() -> None:
    async with deployed_chain() as chain:
        itx, owner = ItxToken(chain.w3, chain.network.itx), chain.sender(1)
        assert (await itx.name(), await itx.symbol(), await itx.decimals()) == (
            "Winze ITX",
            "ITX",
            18,
        )
        assert (await itx.total_supply(), await itx.cap()) == (0, TOTAL_SUPPLY)
        assert await itx.nonces(owner.address) == 0
        assert len(await itx.domain_separator()) == 32
        approved = await owner.send(itx.approve(STRANGER, Itx(5)))
        assert len(itx.events(approved.logs)) == 1
        assert await itx.allowance(owner.address, STRANGER) == 5
        moved = await owner.send(itx.transfer(STRANGER, Itx(0)))
        assert itx.events(moved.logs) == (ItxTransferred(owner.address, STRANGER, Itx(0)),)
        assert await itx.balance_of(STRANGER) == 0
        mint = itx.mint([(STRANGER, Itx(1))])
        assert await refused(chain, mint) == "itx: only the minter"
        take = itx.transfer_from(STRANGER, owner.address, Itx(1))
        assert "erc20: insufficient allowance" in await refused(chain, take)


async def test_a_permit_of_the_token_reaches_it() -> None:
    async with deployed_chain() as chain:
        itx = ItxToken(chain.w3, chain.network.itx)
        late = itx.permit(STRANGER, STRANGER, Itx(1), Timestamp(1), v=27, r=bytes(32), s=bytes(32))
        assert await refused(chain, late) == "erc20: expired deadline"


async def test_nothing_waits_for_somebody_who_was_never_refused() -> None:
    async with deployed_chain() as chain:
        pool = chain.pool
        assert await pool.withdrawable(STRANGER) == 0
        assert await pool.spent(Field(2)) is False
        assert await pool.root_after(BlockIndex(0)) == 0
        assert await pool.proved() == 0
        assert await pool.permit_used(bytes(32)) is False
        own = pool.withdraw(STRANGER, STRANGER)
        assert await refused(chain, own) == "pool: nothing to withdraw"
        others = pool.withdraw(STRANGER, chain.sender(1).address)
        assert await refused(chain, others) == "pool: only the account"


async def test_an_operation_has_gas_for_a_seal_that_its_simulation_did_not_see() -> None:
    async with deployed_chain() as chain:
        pool, alice, bob = chain.pool, chain.sender(1), chain.sender(2)
        await alice.send(pool.deposit(INNER, ETHER, mine=True))
        await chain.hold()
        sent = await bob.submit(pool.deposit(INNER, ETHER, mine=True))
        await chain.clock.set_next(Timestamp(await chain.clock.now() + FAST.seal_interval))
        await chain.clock.mine()
        kinds = [type(event) for event in pool.events((await sent.receipt()).logs)]
        assert kinds == [Sealed, Deposited]


async def test_logs_of_other_contracts_are_passed_over_and_unknown_ones_are_not() -> None:
    async with deployed_chain() as chain:
        pool, itx = chain.pool, ItxToken(chain.w3, chain.network.itx)
        receipt = await chain.sender(1).send(pool.deposit(INNER, ETHER, mine=True))
        assert itx.events(receipt.logs) == ()
        (log,) = receipt.logs
        with pytest.raises(UnexpectedAnswer, match="no event of ItxToken"):
            itx.event(log)
        with pytest.raises(UnexpectedAnswer, match="no event of Pool"):
            Pool(chain.w3, STRANGER).event(log)
        with pytest.raises(UnexpectedAnswer, match="no event of ItxToken"):
            type(itx)(chain.w3, pool.address).events(receipt.logs)


async def test_logs_come_in_the_order_of_the_chain() -> None:
    async with deployed_chain() as chain:
        pool, alice = chain.pool, chain.sender(1)
        first = ChainBlock(await chain.clock.height() + 1)
        for number in range(3):
            await alice.send(pool.deposit(Field(number), ETHER, mine=False))
        logs = await fetch_logs(chain.w3, [pool.address], first, await chain.clock.height())
        inners = [event.inner for event in pool.events(logs)]
        assert inners == [0, 1, 2]
        assert [log.block for log in logs] == sorted(log.block for log in logs)
        block = await chain.w3.eth.get_block(logs[0].block)
        assert logs[0].block_hash == bytes(block["hash"])


def test_a_reason_to_skip_is_read_as_its_name() -> None:
    words = word(1) + word(2) + word(3)
    assert decode_event(Skipped, words) == Skipped(1, 2, SkipReason.TOO_LATE)
