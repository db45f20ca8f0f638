"""Whatever a node changes in its rows is noticed, or is said here to be believed.

What happened in the last `RECENT` chain blocks is held against the chain's own events. Of what is
older, everything that the ledger holds is held against the contract's root, and points against its
sums; the rest is a node's word, and `docs/security.md` says what that can do.
"""

import asyncio
from collections.abc import Callable
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain.acts import deposit, seal
from tests.chain.fakes import BLOCK_SECONDS
from tests.index.busy_chain import BusyChain, eventful
from tests.protocol.histories import ALICE
from tests.wallet.view.fakes import NETWORK, Told, view_of
from tests.wallet.view.test_view import assert_is, honest, now_chain
from winze.protocol import Claimed, Timestamp, period_at
from winze.wallet import NoNode
from winze.wallet.view.checks import PERIODS, RECENT
from winze.wire import ROWS, Row, RowKind

COLUMNS = [(kind, each.name) for kind, row in ROWS.items() for each in fields(row)]

NEVER_CHECKED = {
    (RowKind.HEADERS, "draw"),
    (RowKind.DEPOSITS, "timestamp"),
    (RowKind.TRANSFERS, "timestamp"),
    (RowKind.CLAIMS, "timestamp"),
    (RowKind.DISTRIBUTIONS, "timestamp"),
    (RowKind.PAYOUTS, "timestamp"),
}
"""Nothing is decided by these: a block's own time stands in its header."""

BELIEVED_OF_OLD = NEVER_CHECKED | {
    *((RowKind.HEADERS, name) for name in ("chain_block",)),
    *((RowKind.MEMOS, name) for name in ("memos",)),
    *((RowKind.DEPOSITS, name) for name in ("depositor", "chain_block", "transaction")),
    *((RowKind.TRANSFERS, name) for name in ("recipient", "amount", "chain_block", "transaction")),
    *((RowKind.CLAIMS, n) for n in ("claim_id", "recipient", "chain_block", "transaction")),
    *((RowKind.DISTRIBUTIONS, each.name) for each in fields(ROWS[RowKind.DISTRIBUTIONS])),
    *((RowKind.PAYOUTS, each.name) for each in fields(ROWS[RowKind.PAYOUTS])),
}
"""Of what is older than the events that are read."""

Lie = Callable[[Told], object]


def place_of(row: type[Row], name: str) -> slice:
    """Where a column stands in a row's bytes."""
    start = row.width_before(name)
    number = [each.name for each in fields(row)].index(name)
    return slice(start, start + row.COLUMNS[number].width)


def changed(kind: RowKind, name: str, number: int = 0) -> Lie:
    """The last bit of a column is another one."""

    def lie(rows: Told) -> None:
        body = bytearray(rows[kind][number])
        body[place_of(ROWS[kind], name).stop - 1] ^= 1
        rows[kind][number] = bytes(body)

    return lie


def dropped(kind: RowKind, number: int = 0) -> Lie:
    return lambda rows: rows[kind].pop(number)


def doubled(kind: RowKind, number: int = 0) -> Lie:
    return lambda rows: rows[kind].insert(number, rows[kind][number])


def swapped(kind: RowKind, number: int = 0, other: int = 1) -> Lie:
    def lie(rows: Told) -> None:
        told = rows[kind]
        told[number], told[other] = told[other], told[number]

    return lie


def old_chain() -> BusyChain:
    """A chain on which everything happened long ago."""
    chain = eventful()
    chain.mine_empty(RECENT)
    return chain


async def is_noticed(chain: BusyChain, lie: Lie) -> bool:
    """Whether a node that tells this is found out; the next one is asked then."""
    liar, other = honest(chain, "liar"), honest(chain, "other")
    liar.lie = lie
    view = view_of(chain, liar, other)
    await view.sync()
    if view.place == "other":
        assert_is(view, chain)
    await view.close()
    return view.place == "other"


@pytest.mark.parametrize(("kind", "name"), COLUMNS)
async def test_every_column_of_what_happened_lately_is_checked(kind: RowKind, name: str) -> None:
    noticed = await is_noticed(eventful(), changed(kind, name))
    assert noticed is ((kind, name) not in NEVER_CHECKED)


@pytest.mark.parametrize(("kind", "name"), COLUMNS)
async def test_of_what_is_old_all_that_the_ledger_holds_is_checked(
    kind: RowKind, name: str
) -> None:
    noticed = await is_noticed(old_chain(), changed(kind, name))
    assert noticed is ((kind, name) not in BELIEVED_OF_OLD)


@pytest.mark.parametrize("how", [dropped, doubled, swapped])
@pytest.mark.parametrize("kind", RowKind)
async def test_rows_of_late_that_are_left_out_doubled_or_out_of_order_are_noticed(
    kind: RowKind, how: Callable[[RowKind], Lie]
) -> None:
    assert await is_noticed(eventful(), how(kind))


@pytest.mark.parametrize("how", [dropped, doubled, swapped])
@pytest.mark.parametrize("kind", RowKind)
async def test_so_are_old_ones_of_the_ledger_and_claims_that_come_or_go(
    kind: RowKind, how: Callable[[RowKind], Lie]
) -> None:
    unknown = kind in {RowKind.DISTRIBUTIONS, RowKind.PAYOUTS}
    unknown |= (kind, how) == (RowKind.CLAIMS, swapped)
    assert await is_noticed(old_chain(), how(kind)) is not unknown


@pytest.mark.parametrize("kind", RowKind)
@pytest.mark.parametrize("chain", [eventful, old_chain])
async def test_the_newest_rows_cannot_be_kept_back(
    kind: RowKind, chain: Callable[[], BusyChain]
) -> None:
    # The last claim is the only one of its period, long ago.
    believed = {RowKind.CLAIMS, RowKind.DISTRIBUTIONS, RowKind.PAYOUTS}
    noticed = await is_noticed(chain(), dropped(kind, -1))
    assert noticed is not (chain is old_chain and kind in believed)


@pytest.mark.parametrize(("ago", "noticed"), [(0, True), (PERIODS - 1, True), (PERIODS, False)])
async def test_the_newest_periods_are_checked_though_nobody_is_said_to_have_claimed_in_them(
    ago: int,
    noticed: bool,  # noqa: FBT001
) -> None:
    chain = old_chain()
    end = Timestamp(chain.next_call().now + BLOCK_SECONDS * RECENT)
    period = period_at(end, NETWORK.genesis, NETWORK.profile.period) - ago
    chain.mine(lambda _: (Claimed(99, ALICE, period, 4),))
    chain.mine_empty(RECENT)
    assert await is_noticed(chain, dropped(RowKind.CLAIMS, -1)) is noticed


@pytest.mark.parametrize(
    "lie", [dropped(RowKind.DEPOSITS, -2), changed(RowKind.DEPOSITS, "inner", -2)]
)
async def test_old_entries_of_a_block_that_was_sealed_lately_are_the_contracts(lie: Lie) -> None:
    chain = eventful()
    chain.mine(seal)
    chain.mine(deposit(50), deposit(51))
    chain.mine_empty(RECENT)
    chain.mine(deposit(52))  # which seals the block before
    assert await is_noticed(chain, lie)


async def test_a_node_that_begins_to_lie_changes_nothing_that_was_seen() -> None:
    chain = now_chain()
    node = honest(chain)
    view = view_of(chain, node)
    await view.sync()
    shown = view.rows
    chain.mine_empty(1)
    for kind, name in COLUMNS:
        node.lie = changed(kind, name)
        if not shown.seen.tail[kind]:
            continue
        node.lie = changed(kind, name, -1)
        node.generation += 1  # so that all is asked for again
        if (kind, name) in NEVER_CHECKED:
            continue
        with pytest.raises(NoNode):
            await view.sync()
        assert view.rows is shown


async def test_a_ledger_that_only_fits_itself_is_not_believed() -> None:
    chain, invented = eventful(), eventful()
    invented.mine(seal)
    chain.mine_empty(1)
    forger = honest(chain, "forger")
    forger.lie = lambda rows: rows.update(_told_of(invented))
    view = view_of(chain, forger)
    with pytest.raises(NoNode, match=r"not what happened|root|keeps something else"):
        await view.sync()
    assert view.proved == 0


def _told_of(chain: BusyChain) -> Told:
    chain.reorganise(3)
    node = honest(chain)
    node.read()
    return node.rows


changes = st.tuples(
    st.sampled_from(list(RowKind)),
    st.sampled_from(["flip", "drop", "double", "swap"]),
    st.integers(0, 30),
    st.integers(0, 1 << 12),
)


@settings(max_examples=60, deadline=None)
@given(lies=st.lists(changes, min_size=1, max_size=3))
def test_any_change_is_noticed_or_changes_nothing_that_counts(
    lies: list[tuple[RowKind, str, int, int]],
) -> None:
    asyncio.run(_lied_to(lies))


async def _lied_to(lies: list[tuple[RowKind, str, int, int]]) -> None:
    chain = now_chain()
    node = honest(chain)

    def lie(rows: Told) -> None:
        for kind, how, number, bit in lies:
            told = rows[kind]
            at = number % len(told) if told else 0
            if not told:
                continue
            if how == "drop":
                told.pop(at)
            elif how == "double":
                told.insert(at, told[at])
            elif how == "swap":
                told[at], told[0] = told[0], told[at]
            else:
                place = bit % (8 * len(told[at]))
                body = bytearray(told[at])
                body[place // 8] ^= 1 << place % 8
                told[at] = bytes(body)

    node.lie = lie
    view = view_of(chain, node)
    try:
        await view.sync()
    except NoNode:
        assert view.proved == 0
    else:
        assert_is(view, chain)
