"""What must be the same at the end of a history: on the chain, in the models, in the wallets."""

from collections import Counter

import pytest

from tests.chain.pictures import ledger_picture
from tests.integration.history import History
from tests.integration.people import Person, identity_of
from tests.integration.town import Town
from winze.chain import Follower
from winze.contracts import eth_balance
from winze.devnet import funded_account
from winze.protocol import (
    BlockIndex,
    ClaimTerms,
    EthAddress,
    Field,
    InvalidStatement,
    lock_period,
    maturity,
)
from winze.wallet import NoteFinder, maturity_of, spent_at


async def assert_ledgers_agree(town: Town) -> None:
    """The follower's ledger is the model's, and the contract keeps the same of it."""
    await town.follower.sync()
    theirs, ours = town.mirror.pool.ledger, town.follower.ledger
    assert ledger_picture(ours) == ledger_picture(theirs)
    assert theirs.proved == theirs.open_index
    for number in range(theirs.proved):
        index = BlockIndex(number)
        found, told = ours.block_witness(index), theirs.block_witness(index)
        assert found.statement.signals() == told.statement.signals()
        assert found.block.header == told.block.header
        assert await town.pool.root_after(index) == theirs.root_at(number + 1)
    assert await town.pool.root_after(BlockIndex(theirs.proved)) == 0
    for number in range(theirs.open_index + 1):
        kept = await town.pool.sealed(BlockIndex(number))
        assert kept == town.mirror.pool.sealed(number)
    for burned in theirs._spends:
        assert await town.pool.spent(Field(burned))


async def assert_points_agree(town: Town, history: History) -> None:
    """How every claim was counted, in each period, and whether its share was minted."""
    model = town.mirror.rewards
    for period, claim_ids in history.rewarded.items():
        assert await town.rewards.total_points(period) == model.total_points(period)
        for number, claim_id in enumerate(claim_ids):
            record = await town.rewards.record(claim_id)
            assert record == model.record(claim_id)
            assert record is not None
            assert (record.period, record.number) == (period, number)
            assert await town.rewards.distributed(claim_id) == model.distributed(claim_id)
    for person in history.people:
        for claim_id in person.claimed:
            assert await town.rewards.claimed(claim_id)
            assert model.claimed(claim_id)


async def assert_all_is_distributed(town: Town, history: History) -> None:
    """The share of every claim was minted."""
    claim_ids = [claim_id for period in history.rewarded.values() for claim_id in period]
    assert claim_ids
    for claim_id in claim_ids:
        assert await town.rewards.distributed(claim_id)


async def assert_values_agree(town: Town, history: History, relayer_before: int) -> None:
    """Everything that contracts and models keep, and everybody's ETH."""
    accounts = set(history.recipients)
    accounts |= town.refusing | {town.relayer.address}
    findings = await town.mirror.compare(sorted(accounts))
    assert [finding for finding in findings if not finding.agrees] == []
    for address, amount in history.paid.items():
        assert await eth_balance(town.devnet.w3, address) == amount
    relayer = await eth_balance(town.devnet.w3, town.relayer.address)
    assert relayer == relayer_before + history.fees - town.gas[town.relayer.address]
    assert relayer == relayer_before + town.mirror.eth[town.relayer.address]


async def assert_recovered(town: Town, person: Person, follower: Follower) -> None:
    """From the signature alone, exactly the notes are found that the history left."""
    identity = await identity_of(funded_account(person.number), town)
    ledger = follower.ledger
    found = NoteFinder(identity.seed, identity.address).find(follower.records(), ledger)
    assert Counter((own.account.index, own.note) for own in found) == Counter(person.book)
    assert len({own.position for own in found}) == len(found)
    for own in found:
        assert ledger.note_at(own.position) == own.note.commitment
        assert (spent_at(own, ledger) is not None) == (own.nullifier in person.spent)
    assert person.spent == {own.nullifier for own in found if spent_at(own, ledger) is not None}


async def assert_maturities_agree(town: Town, person: Person) -> None:
    """What the wallet says of each lock is what follows from the model's headers."""
    profile, model = town.network.profile, town.mirror.pool.ledger
    lock = profile.lock_min, profile.lock_range
    mined = [own for own in person.notes() if own.note.mineable]
    assert mined
    for own in mined:
        block = model.blocks[own.position.block]
        period = lock_period(block.header, own.note.blinding, *lock)
        assert profile.lock_min <= period <= profile.lock_max
        told = maturity_of(own, town.follower.ledger, lock)
        assert told == maturity(block.timestamp, period)


def assert_canceled_sessions_earn_nothing(person: Person) -> None:
    """What was spent before its maturity can be claimed by no proof."""
    terms = ClaimTerms(EthAddress.from_bytes(b"\x07" * 20))
    for own in person.canceled():
        with pytest.raises(InvalidStatement, match="the session is canceled"):
            person.claim_witness(own, terms)
