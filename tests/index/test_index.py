"""What the index answers, held against the records and against the models."""

from pathlib import Path

import pytest

from tests.chain.acts import deposit, prove, seal, spend
from tests.chain.fakes import DEPLOYED, FakeChain, FakeSource
from tests.index.busy_chain import ACCOUNTS, PERIODS, BusyChain, announced, eventful, header
from tests.index.databases import database
from tests.index.expected import expected_rows
from tests.protocol.histories import ALICE, BOB
from winze.chain import Follower, MemoryStore, Record
from winze.index import Index, SqlStore
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    MINEABLE,
    Claimed,
    Deposited,
    Distributed,
    EthAddress,
    Field,
    Period,
    Transferred,
    Wei,
)
from winze.wire import FINALITY, Extent, RowKind


async def indexed(folder: Path, chain: FakeChain, confirmations: int = 0) -> Index:
    engine = database(folder)
    await Follower(FakeSource(chain), DEPLOYED, store=SqlStore(engine)).sync()
    return Index(engine, confirmations)


async def records_of(chain: FakeChain) -> list[Record]:
    store = MemoryStore()
    await Follower(FakeSource(chain), DEPLOYED, store=store).sync()
    return list(store.records())


async def test_an_empty_index_answers_too(tmp_path: Path) -> None:
    index = Index(database(tmp_path))
    assert (index.cursor(), index.generation()) == (None, 0)
    assert set(index.extents().values()) == {Extent(0, 0)}
    assert index.transfer_spending(Field(1)) is None
    assert index.claim(Field(1)) is None
    assert (index.unminted(Period(9)), index.rewards_of(ALICE)) == ({}, [])
    assert index.withdrawable(ALICE) == 0
    found = index.statistics()
    assert (found.all_deposits, found.transfers, found.points) == (0, 0, {})
    assert set(found.deposits.values()) == set(found.claims.values()) == {0}


async def test_a_transfer_is_found_by_each_of_its_nullifiers(tmp_path: Path) -> None:
    chain = eventful()
    index = await indexed(tmp_path, chain)
    records = await records_of(chain)
    transfers = [each for each in records if isinstance(each.logged.event, Transferred)]
    assert len(transfers) == 4
    for record in transfers:
        event = record.logged.event
        assert isinstance(event, Transferred)
        for nullifier in (event.nullifier1, event.nullifier2):
            found = index.transfer_spending(Field(nullifier))
            assert found is not None
            assert vars(found) == {
                "nullifier1": event.nullifier1,
                "nullifier2": event.nullifier2,
                "out1": event.out1,
                "out2": event.out2,
                "transaction": record.logged.transaction,
                "chain_block": record.logged.block,
                "timestamp": record.timestamp,
            }
        assert index.transfer_spending(Field(event.out1)) is None


async def test_what_the_pool_says_is_spent_is_what_the_index_finds(tmp_path: Path) -> None:
    chain = eventful()
    index = await indexed(tmp_path, chain)
    for nullifier in range(1_000_000, 1_000_040):
        assert (index.transfer_spending(Field(nullifier)) is not None) == chain.pool.spent(
            nullifier
        )


async def test_of_several_nullifiers_one_that_is_spent_is_told(tmp_path: Path) -> None:
    chain = eventful()
    index = await indexed(tmp_path, chain)
    records = await records_of(chain)
    events = [each.logged.event for each in records]
    event = next(each for each in events if isinstance(each, Transferred))
    for spent in (event.nullifier1, event.nullifier2):
        assert index.spent([Field(event.out1), Field(spent)]) == spent
    assert index.spent([Field(event.out1), Field(event.out2)]) is None


async def test_a_claim_is_found_with_its_number_and_whether_it_was_minted(tmp_path: Path) -> None:
    chain = eventful()
    index = await indexed(tmp_path, chain)
    records = await records_of(chain)
    claims = [each for each in records if isinstance(each.logged.event, Claimed)]
    assert len(claims) == 6
    for record in claims:
        event = record.logged.event
        assert isinstance(event, Claimed)
        found = index.claim(Field(event.claim_id))
        number = chain.claims[event.period].index(event.claim_id)
        assert found is not None
        assert vars(found) == {
            "recipient": event.recipient,
            "period": event.period,
            "points": event.points,
            "number": number,
            "minted": (event.period, number) in chain.minted,
            "transaction": record.logged.transaction,
            "chain_block": record.logged.block,
            "timestamp": record.timestamp,
        }
    assert {found.minted for each in (0, 6, 9) if (found := index.claim(Field(each)))} == {
        True,
        False,
    }
    assert index.claim(Field(77)) is None


@pytest.mark.parametrize("before", range(PERIODS + 1))
async def test_what_is_left_to_mint_is_told_by_period_in_the_order_of_the_claims(
    tmp_path: Path, before: int
) -> None:
    chain = eventful()
    index = await indexed(tmp_path, chain)
    assert index.unminted(Period(before)) == {
        period: left
        for period in range(before)
        if (
            left := [
                claim
                for number, claim in enumerate(chain.claims[period])
                if (period, number) not in chain.minted
            ]
        )
    }


async def test_a_mint_that_the_chain_took_back_is_due_again(tmp_path: Path) -> None:
    chain = eventful()
    engine = database(tmp_path)
    follower = Follower(FakeSource(chain), DEPLOYED, store=SqlStore(engine))
    await follower.sync()
    index = Index(engine)
    before = index.unminted(Period(1))
    chain.reorganise(1, [], [])
    await follower.sync()
    assert before == {0: [9]}
    assert index.unminted(Period(1)) == {0: [3, 9]}
    chain.reorganise(5, [], [], [], [], [], [])
    await follower.sync()
    assert index.unminted(Period(1)) == {0: [0, 3, 6, 9]}


async def test_rewards_are_told_by_period_with_everybodys_points(tmp_path: Path) -> None:
    chain = eventful()
    index = await indexed(tmp_path, chain)
    claims = [
        each.logged.event
        for each in await records_of(chain)
        if isinstance(each.logged.event, Claimed)
    ]
    for account in ACCOUNTS:
        expected = []
        for period in range(PERIODS):
            made = [each for each in claims if each.period == period]
            own = [each for each in made if each.recipient == account]
            numbers = {each.claim_id: chain.claims[period].index(each.claim_id) for each in made}
            minted = [each for each in own if (period, numbers[each.claim_id]) in chain.minted]
            if own:
                sums = (sum(each.points for each in some) for some in (own, minted, made))
                expected.append((period, *sums))
        found = [tuple(vars(each).values()) for each in index.rewards_of(account)]
        assert found == expected
    assert index.rewards_of(EthAddress.zero()) == []


async def test_what_waits_for_an_account_is_what_it_refused_and_has_not_taken(
    tmp_path: Path,
) -> None:
    chain = eventful()
    index = await indexed(tmp_path, chain)
    assert [index.withdrawable(each) for each in (ALICE, BOB, EthAddress.zero())] == [11, 1, 0]
    assert chain.waiting == {ALICE: 11, BOB: 1}


async def test_more_may_wait_than_one_payment_can_be(tmp_path: Path) -> None:
    chain = BusyChain()
    most = Wei.bound - 1
    chain.mine(chain.refuse(ALICE, most - 1), chain.refuse(ALICE, 1))
    assert (await indexed(tmp_path, chain)).withdrawable(ALICE) == most


async def test_statistics_count_what_the_records_tell(tmp_path: Path) -> None:
    chain = eventful()
    index = await indexed(tmp_path, chain)
    events = [each.logged.event for each in await records_of(chain)]
    words = [each.word for each in events if isinstance(each, Deposited)]
    claims = [each for each in events if isinstance(each, Claimed)]
    found = index.statistics()
    assert found.deposits == {value: words.count(MINEABLE + value) for value in DENOMINATIONS}
    assert found.claims == {
        value: sum(each.points == points for each in claims)
        for value, points in DENOMINATIONS.items()
    }
    assert (found.all_deposits, found.transfers) == (len(words), 4)
    assert found.points == {
        period: sum(each.points for each in claims if each.period == period)
        for period in sorted({each.period for each in claims})
    }
    assert found.deposits[Wei(ETHER)] == 2  # one ETH that may not mine is not among them


@pytest.mark.parametrize(("blocks", "final"), [(FINALITY - 1, 0), (FINALITY, 1), (FINALITY + 1, 1)])
async def test_a_row_is_final_64_blocks_below_the_cursor(
    tmp_path: Path, blocks: int, final: int
) -> None:
    chain = FakeChain()
    chain.mine(deposit(1))
    chain.mine_empty(blocks - 1)
    chain.mine(deposit(2))
    index = await indexed(tmp_path, chain)
    assert index.extents()[RowKind.DEPOSITS] == Extent(2, final)


@pytest.mark.parametrize(("confirmations", "final"), [(69, 1), (70, 1), (71, 0)])
async def test_a_row_needs_the_networks_confirmations_to_be_final(
    tmp_path: Path, confirmations: int, final: int
) -> None:
    chain = FakeChain()
    chain.mine(deposit(1))
    chain.mine_empty(70)
    index = await indexed(tmp_path, chain, confirmations)
    assert index.extents()[RowKind.DEPOSITS] == Extent(1, final)


async def test_a_block_is_final_by_its_proof(tmp_path: Path) -> None:
    chain = FakeChain()
    chain.mine(deposit(1))
    chain.mine(seal)
    chain.mine_empty(1)
    chain.mine(prove)
    chain.mine_empty(FINALITY - 1)
    kinds = RowKind.DEPOSITS, RowKind.HEADERS
    extents = (await indexed(tmp_path / "one", chain)).extents()
    assert [extents[kind] for kind in kinds] == [Extent(1, 1), Extent(1, 0)]
    chain.mine_empty(1)
    extents = (await indexed(tmp_path / "two", chain)).extents()
    assert [extents[kind] for kind in kinds] == [Extent(1, 1)] * 2


async def test_final_rows_are_those_whose_blocks_are_deep_enough(tmp_path: Path) -> None:
    chain = eventful()
    chain.mine_empty(FINALITY - 4)
    chain.mine(spend(9))
    index = await indexed(tmp_path, chain)
    cursor = index.cursor()
    assert cursor is not None
    for kind, rows in expected_rows(await records_of(chain)).items():
        final = sum(at <= cursor.number - FINALITY for _, at in rows)
        assert index.extents()[kind] == Extent(len(rows), final)


@pytest.mark.parametrize("depth", [1, 8, FINALITY])
async def test_a_final_row_stays_as_it_is(tmp_path: Path, depth: int) -> None:
    chain, engine = eventful(), database(tmp_path)
    chain.mine_empty(FINALITY - 3)
    follower = Follower(FakeSource(chain), DEPLOYED, store=SqlStore(engine))
    await follower.sync()
    index = Index(engine)
    before = index.extents()
    pages = {kind: index.page(kind, 0, extent.final) for kind, extent in before.items()}
    assert sum(extent.final for extent in before.values()) > 10
    chain.reorganise(depth, [deposit(77), chain.claim(77)], [seal], *[[]] * depth)
    await follower.sync()
    assert index.generation() == 1
    after = index.extents()
    for kind, extent in before.items():
        assert after[kind].final >= extent.final
        assert index.page(kind, 0, extent.final) == pages[kind]


def test_one_distribution_mints_256_claims_and_the_next_ones_stand_in_another(
    tmp_path: Path,
) -> None:
    engine = database(tmp_path)
    store, index = SqlStore(engine), Index(engine)
    claims = [announced(Claimed(1000 + number, ALICE, 0, 1)) for number in range(258)]
    minted = [announced(Distributed(0, 0, 1 << 255)), announced(Distributed(0, 1, 1))]
    store.extend([*claims, *minted], header(8))
    assert index.unminted(Period(1)) == {0: [*range(1000, 1255), 1257]}
