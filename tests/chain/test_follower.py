"""Following a chain that stays as it is."""

import pytest

from tests.chain.acts import claim, deposit, prove, redraw, seal, spend
from tests.chain.fakes import DEPLOYED, FakeChain, FakeSource
from tests.chain.pictures import follower_of, fresh_picture, ledger_picture, picture
from winze.chain import WINDOW, Follower, LedgerMismatch, MemoryStore
from winze.protocol import BlockIndex, LedgerError, draw_entropy


def eventful() -> FakeChain:
    """A chain on which everything has happened: blocks proved, drawn again, sealed, open."""
    chain = FakeChain()
    chain.mine(deposit(1), deposit(2, mine=True))
    chain.mine(seal)
    chain.mine()
    chain.mine(deposit(3), prove)
    chain.mine(spend(1), claim(1))
    chain.mine(seal, deposit(4), spend(2))
    chain.mine(redraw())
    chain.mine(seal, claim(2))
    chain.mine(prove, spend(3), seal)
    chain.mine(deposit(1))
    return chain


async def test_before_it_reads_it_knows_nothing() -> None:
    follower, source = follower_of(eventful())
    assert (follower.cursor, list(follower.records()), follower.ledger.open_index) == (None, [], 0)
    assert source.questions == []
    with pytest.raises(LedgerError, match="not read yet"):
        _ = follower.now


async def test_the_ledger_becomes_the_contracts() -> None:
    chain = eventful()
    follower, _ = follower_of(chain)
    ledger = follower.ledger
    await follower.sync()
    assert follower.ledger is ledger
    assert (ledger.proved, ledger.open_index, len(ledger.open)) == (2, 4, 1)
    assert ledger.root == chain.pool.root
    assert ledger.open == chain.pool.ledger.open
    theirs = chain.pool.ledger.blocks
    assert [block.digest for block in ledger.blocks] == [block.digest for block in theirs]
    assert [block.draw for block in ledger.blocks] == [block.draw for block in theirs]
    assert [block.entropy for block in ledger.blocks[:2]] == [b.entropy for b in theirs[:2]]


async def test_the_time_is_the_cursors() -> None:
    chain = eventful()
    follower, _ = follower_of(chain, confirmations=2)
    await follower.sync()
    assert follower.cursor == chain.blocks[-3].header
    assert follower.now == chain.blocks[-3].header.timestamp


async def test_every_event_is_recorded_with_its_block_its_time_and_what_it_concerns() -> None:
    chain = eventful()
    follower, _ = follower_of(chain)
    await follower.sync()
    records = list(follower.records())
    assert [r.logged for r in records] == [e for block in chain.blocks for e in block.logged]
    headers = {block.header for block in chain.blocks}
    assert all(record.header in headers for record in records)
    concerned = [(type(r.logged.event).__name__, r.touches) for r in records]
    assert concerned == [
        *[("Deposited", 0), ("Deposited", 0), ("Sealed", 0)],
        *[("Deposited", 1), ("Proved", 0), ("Transferred", 1), ("Claimed", None)],
        *[("Sealed", 1), ("Deposited", 2), ("Transferred", 2), ("Redrawn", 1)],
        *[("Sealed", 2), ("Claimed", None), ("Proved", 1), ("Transferred", 3), ("Sealed", 3)],
        ("Deposited", 4),
    ]


@pytest.mark.parametrize("confirmations", [0, 1, 2, 3])
async def test_an_event_counts_from_its_last_confirmation_on(confirmations: int) -> None:
    chain = FakeChain()
    follower, _ = follower_of(chain, confirmations)
    chain.mine(deposit(1))
    for _ in range(confirmations):
        await follower.sync()
        assert len(follower.ledger.open) == 0
        chain.mine()
    await follower.sync()
    assert len(follower.ledger.open) == 1


async def test_a_chain_without_enough_confirmations_is_not_read() -> None:
    chain = FakeChain()
    for confirmations in (1, DEPLOYED, DEPLOYED + 1):
        follower, source = follower_of(chain, confirmations)
        await follower.sync()
        assert follower.cursor is None
        assert source.asked("logs") == []


async def test_nothing_before_the_deployment_is_read() -> None:
    chain = FakeChain()
    chain.mine(deposit(1))
    follower, source = follower_of(chain)
    await follower.sync()
    assert source.asked("logs") == [(DEPLOYED, DEPLOYED)]
    assert len(follower.ledger.open) == 1


@pytest.mark.parametrize("confirmed", [1, 2])
async def test_the_entropy_comes_with_the_drawn_block(confirmed: int) -> None:
    chain = FakeChain()
    chain.mine(deposit(1))
    chain.mine(seal)
    chain.mine()
    drawn = chain.head
    follower, _ = follower_of(chain, confirmations=2 - confirmed)
    await follower.sync()
    (block,) = follower.ledger.blocks
    entropy = draw_entropy(chain.blocks[drawn].header.hash, BlockIndex(0))
    assert block.draw == drawn
    assert block.entropy == (entropy if confirmed == 2 else None)


@pytest.mark.parametrize("blocks", [WINDOW - 1, WINDOW, WINDOW + 1, 2 * WINDOW, 2 * WINDOW + 1])
async def test_blocks_are_asked_for_in_windows_that_meet(blocks: int) -> None:
    chain = FakeChain()
    edges = {0, WINDOW - 1, WINDOW, 2 * WINDOW - 1, blocks - 1}
    for number in range(blocks):
        chain.mine(*([deposit(number)] if number in edges else []))
    follower, source = follower_of(chain)
    await follower.sync()
    windows = source.asked("logs")
    assert [first for first, _ in windows] == list(range(DEPLOYED, chain.head + 1, WINDOW))
    assert [last + 1 for _, last in windows[:-1]] == [first for first, _ in windows[1:]]
    assert windows[-1][1] == chain.head
    assert max(last - first + 1 for first, last in windows) <= WINDOW
    assert len(list(follower.records())) == sum(len(block.logged) for block in chain.blocks)


async def test_reading_goes_on_behind_the_cursor() -> None:
    chain = eventful()
    follower, source = follower_of(chain)
    await follower.sync()
    end = chain.head
    chain.mine(deposit(9))
    chain.mine()
    await follower.sync()
    assert source.asked("logs") == [(DEPLOYED, end), (end + 1, end + 2)]
    assert picture(follower) == await fresh_picture(chain)


async def test_where_nothing_is_new_no_events_are_asked_for_and_nothing_is_compared() -> None:
    follower, source = follower_of(eventful())
    await follower.sync()
    questions = len(source.questions)
    await follower.sync()
    assert {question[0] for question in source.questions[questions:]} == {"header", "head"}


@pytest.mark.parametrize("until", range(DEPLOYED, DEPLOYED + 10))
async def test_a_start_goes_on_from_the_store(until: int) -> None:
    whole = eventful()
    early = FakeChain()
    for block in whole.blocks[DEPLOYED:until]:
        early.mine(*block.acts)
    store = MemoryStore()
    before, source = follower_of(early, store=store)
    await before.sync()
    for block in whole.blocks[until:]:
        early.mine(*block.acts)
    after = Follower(source, DEPLOYED, store=store)
    assert ledger_picture(after.ledger)["proved"] == before.ledger.proved
    assert after.ledger.root == before.ledger.root
    assert after.cursor == before.cursor
    if before.cursor is not None:
        assert after.now == before.now
    await after.sync()
    assert source.asked("logs")[-1] == (until, early.head)
    assert picture(after) == await fresh_picture(early)


@pytest.mark.parametrize("lost", ["Deposited", "Sealed", "Proved"])
async def test_a_store_that_contradicts_itself_is_refused(lost: str) -> None:
    chain, store = eventful(), MemoryStore()
    follower, _ = follower_of(chain, store=store)
    await follower.sync()
    records = list(store.records())
    place = next(i for i, r in enumerate(records) if type(r.logged.event).__name__ == lost)
    damaged = MemoryStore()
    damaged.extend([*records[:place], *records[place + 1 :]], chain.blocks[-1].header)
    with pytest.raises(LedgerMismatch):
        Follower(FakeSource(chain), DEPLOYED, store=damaged)
