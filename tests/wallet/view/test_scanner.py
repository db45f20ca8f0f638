"""What is one wallet's among everybody's rows (protocol §2, §3, §5, §10)."""

import asyncio
from pathlib import Path

import pytest

from tests.chain.acts import deposit, prove, seal
from tests.chain.fakes import Act, FakeChain
from tests.wallet.view.acts import claimed, deposited, memos_to, moved, spent
from tests.wallet.view.fakes import NETWORK, FakeNode, view_of
from tests.wallet.worlds import OWN, STRANGER, seed
from winze.protocol import (
    ETHER,
    MAIN_ACCOUNT,
    MINING_ACCOUNTS,
    Distributed,
    EthAddress,
    Field,
    Memo,
    Note,
    Position,
    Unpaid,
    Wei,
    issuance,
    lock_period,
)
from winze.wallet import GAP_LIMIT, Holdings, OwnNote, Scanner
from winze.wire import FINALITY, MemoRow, RowKind

SEED = seed()
TENTH = Wei(ETHER // 10)
BLOCK: tuple[tuple[Act, ...], ...] = ((seal,), (), (prove,))
"""Chain blocks in which the open block is sealed, drawn and proved."""
REWARDS = EthAddress("0x" + "0c" * 20)


class Wallet:
    """A chain, a node, and one wallet."""

    def __init__(self, cache: Path | None = None) -> None:
        self.chain = FakeChain()
        self.nodes = [FakeNode(self.chain, behind=0)]
        self.cache = cache
        self.view = view_of(self.chain, *self.nodes)
        self.scanner = Scanner(self.view, SEED, OWN, cache)

    def mine(self, *acts: Act, proved: bool = False) -> None:
        self.chain.mine(*acts)
        for each in BLOCK if proved else ():
            self.chain.mine(*each)

    def settle(self) -> None:
        self.chain.mine_empty(FINALITY + 1)

    async def holds(self, *expected: tuple[int, int]) -> Holdings:
        await self.view.sync()
        return await self.scanner.scan(expected)

    async def notes(self, *expected: tuple[int, int]) -> list[Note]:
        return [own.note for own in (await self.holds(*expected)).notes]


def mining(account: int, number: int = 0) -> Note:
    return SEED.mining(account).deposit_note(number, TENTH, mineable=True)


def main(number: int, value: int = TENTH) -> Note:
    return SEED.main.deposit_note(number, Wei(value), mineable=False)


def received(value: int, account: int = 3, blinding: int = 9) -> tuple[Note, Memo]:
    owner = SEED.account(account).owner
    note = Note(Wei(value), mineable=False, owner=owner, blinding=Field(blinding))
    return note, Memo(Wei(value), Field(blinding))


# -- deposits -------------------------------------------------------------------------------------


@pytest.mark.parametrize("final", [False, True])
async def test_deposits_are_found_without_a_memo_where_they_stand(final: bool) -> None:  # noqa: FBT001
    wallet = Wallet()
    wallet.mine(deposit(5), deposited(mining(7), OWN), proved=True)
    if final:
        wallet.settle()
    (own,) = (await wallet.holds()).notes
    assert (own.note, own.account.index, own.position) == (mining(7), 7, Position(1))
    assert (own.number, own.depositor, own.memo) == (0, OWN, None)
    at = wallet.chain.blocks[5].header
    assert (own.happened.chain_block, own.happened.timestamp) == (at.number, at.timestamp)
    assert bool(wallet.view.rows.seen.kept.blocks) is final


@pytest.mark.parametrize(("number", "count"), [(GAP_LIMIT - 1, 1), (GAP_LIMIT, 0)])
async def test_deposits_are_looked_for_as_far_as_the_gap_limit(number: int, count: int) -> None:
    wallet = Wallet()
    wallet.mine(deposited(main(number), OWN))
    assert len(await wallet.notes()) == count


async def test_a_deposit_that_is_found_moves_the_gap_on() -> None:
    wallet = Wallet()
    far = [main(GAP_LIMIT - 1), main(2 * GAP_LIMIT - 1), main(3 * GAP_LIMIT)]
    wallet.mine(*(deposited(each, OWN) for each in far))
    assert await wallet.notes() == far[:2]


async def test_mining_accounts_are_looked_for_as_far_beyond_the_last_one_too() -> None:
    wallet = Wallet()
    far = [mining(GAP_LIMIT - 1), mining(2 * GAP_LIMIT - 1), mining(3 * GAP_LIMIT)]
    wallet.mine(*(deposited(each, OWN) for each in far))
    assert await wallet.notes() == far[:2]


async def test_whoever_doubts_it_looks_at_every_account() -> None:
    wallet = Wallet()
    wallet.mine(deposited(mining(MINING_ACCOUNTS - 1), OWN))
    assert await wallet.notes() == []
    thorough = Scanner(wallet.view, SEED, OWN, accounts=MINING_ACCOUNTS)
    assert len((await thorough.scan()).notes) == 1


async def test_dust_from_a_stranger_is_no_note() -> None:
    wallet = Wallet()
    wallet.mine(deposited(main(0, 123), STRANGER))
    assert await wallet.notes() == []


@pytest.mark.parametrize(
    ("value", "depositor", "expected"),
    [(123, OWN, ()), (TENTH, STRANGER, ()), (123, STRANGER, ((MAIN_ACCOUNT, 0),))],
)
async def test_what_we_made_meant_or_could_mine_with_is_a_note(
    value: int, depositor: EthAddress, expected: tuple[tuple[int, int], ...]
) -> None:
    wallet = Wallet()
    wallet.mine(deposited(main(0, value), depositor))
    assert await wallet.notes(*expected) == [main(0, value)]


async def test_what_the_journal_learns_later_counts_at_once() -> None:
    wallet = Wallet()
    wallet.mine(deposited(main(0, 123), STRANGER), proved=True)
    wallet.settle()
    assert await wallet.notes((MAIN_ACCOUNT, 1)) == []
    assert await wallet.notes((MAIN_ACCOUNT, 0)) == [main(0, 123)]


async def test_dust_that_was_spent_is_told_of() -> None:
    wallet = Wallet()
    wallet.mine(deposited(main(0, 123), STRANGER), proved=True)
    (own,) = (await wallet.holds((MAIN_ACCOUNT, 0))).notes
    wallet.mine(spent(own, SEED, 100, to=STRANGER))
    assert [note.value for note in await wallet.notes()] == [123, 100]


async def test_a_redeposit_is_found_and_the_next_deposit_of_an_account_counted() -> None:
    wallet = Wallet()
    wallet.mine(deposited(mining(0), OWN), proved=True)
    (own,) = (await wallet.holds()).notes
    wallet.mine(spent(own, SEED, onward=mining(1)))
    holdings = await wallet.holds()
    again = holdings.mined(1)
    assert again is not None
    assert (again.note, again.depositor) == (mining(1), EthAddress.zero())
    assert [wallet.scanner.next_deposit(account) for account in (0, 1, 2)] == [1, 1, 0]


async def test_the_next_deposit_counts_what_strangers_made_too() -> None:
    # A stranger may front-run an inner that it saw; using it again would repeat a commitment.
    wallet = Wallet()
    wallet.mine(deposited(main(0, 1), STRANGER), deposited(main(4), OWN), deposited(main(2), OWN))
    await wallet.holds()
    assert wallet.scanner.next_deposit(MAIN_ACCOUNT) == 5


async def test_the_same_commitment_twice_is_two_notes() -> None:
    wallet = Wallet()
    wallet.mine(deposited(main(0), OWN), deposited(main(0), OWN))
    first, second = (await wallet.holds()).notes
    assert (first.position, second.position) == (Position(0), Position(1))
    assert first.nullifier != second.nullifier


# -- memos ----------------------------------------------------------------------------------------


async def test_a_private_output_is_found_by_its_memo_in_either_place() -> None:
    wallet = Wallet()
    wallet.mine(deposit(5), proved=True)
    (one, memo), (two, other) = received(5), received(6, MAIN_ACCOUNT)
    wallet.mine(
        moved((1, 2), (one.commitment, 77), memos_to(SEED, memo)),
        moved((3, 4), (78, two.commitment), memos_to(SEED, None, other)),
        moved((5, 6), (one.commitment, two.commitment), memos_to(SEED, memo, other)),
    )
    found = (await wallet.holds()).notes
    assert [own.note for own in found] == [one, two, one, two]
    assert [own.position.slot for own in found] == [0, 3, 4, 5]
    assert [own.account.index for own in found] == [3, MAIN_ACCOUNT, 3, MAIN_ACCOUNT]
    assert [own.memo for own in found] == [memo, other, memo, other]


async def test_a_memo_is_believed_only_where_it_makes_the_commitment() -> None:
    wallet = Wallet()
    wallet.mine(deposit(5), proved=True)
    note, memo = received(5)
    stranger = Note(memo.value, mineable=False, owner=seed(2).main.owner, blinding=memo.blinding)
    _, lie = received(6)
    nothing, empty = received(0)
    wallet.mine(
        moved((1, 2), (stranger.commitment, 77), memos_to(SEED, memo)),
        moved((3, 4), (note.commitment, 77), memos_to(SEED, lie)),
        moved((5, 6), (note.commitment, 77), memos_to(SEED, None, memo)),
        moved((7, 8), (nothing.commitment, 77), memos_to(SEED, empty)),
        moved((9, 10), (note.commitment, 77), memos_to(seed(2), memo)),
    )
    assert await wallet.notes() == []


# -- spends ---------------------------------------------------------------------------------------


async def with_a_mine(wallet: Wallet) -> OwnNote:
    """A mining note whose block is proved."""
    wallet.mine(deposited(mining(0), OWN), proved=True)
    (own,) = (await wallet.holds()).notes
    return own


@pytest.mark.parametrize("change", [0, 500])
async def test_a_spend_is_told_before_its_block_is_proved_and_its_time_after(change: int) -> None:
    wallet = Wallet()
    own = await with_a_mine(wallet)
    wallet.mine(spent(own, SEED, change, to=STRANGER, rewards=REWARDS))
    holdings = await wallet.holds()
    (spend,) = holdings.spends
    assert spend == holdings.spend_of(own)
    assert (spend.inputs, spend.recipient, spend.amount) == ((own,), STRANGER, TENTH - change)
    assert (spend.rewards, spend.block, spend.unaccounted) == (REWARDS, 1, 0)
    assert [each.note.value for each in spend.outputs] == ([change] if change else [])
    assert holdings.spent_at(own) is None
    wallet.mine(proved=True)
    wallet.settle()
    holdings = await wallet.holds()
    assert holdings.spent_at(own) == wallet.chain.pool.ledger.blocks[1].timestamp
    assert holdings.spend_of(own) == spend


async def test_a_spend_of_two_notes_names_both() -> None:
    wallet = Wallet()
    wallet.mine(deposited(main(0), OWN), deposited(main(1), OWN), proved=True)
    one, two = (await wallet.holds()).notes
    note, memo = received(2 * TENTH, MAIN_ACCOUNT)
    outs = (77, note.commitment)
    wallet.mine(moved((two.nullifier, one.nullifier), outs, memos_to(SEED, None, memo)))
    (spend,) = (await wallet.holds()).spends
    assert (spend.inputs, [each.note for each in spend.outputs]) == ((two, one), [note])


async def test_maturities_are_known_from_the_proof_on() -> None:
    wallet = Wallet()
    wallet.mine(deposited(mining(0), OWN), deposited(main(0), OWN))
    assert (await wallet.holds()).maturities == {}
    wallet.mine(proved=True)
    block, profile = wallet.chain.pool.ledger.blocks[0], NETWORK.profile
    lock = lock_period(block.header, mining(0).blinding, profile.lock_min, profile.lock_range)
    assert (await wallet.holds()).maturities == {Position(0): block.timestamp + lock}


# -- rewards and payouts --------------------------------------------------------------------------


async def test_a_claim_is_told_with_everybodys_points_and_when_it_was_minted() -> None:
    wallet = Wallet()
    own = await with_a_mine(wallet)
    stranger = OwnNote(mining(1), SEED.mining(1), Position(99), own.happened)
    wallet.mine(claimed(stranger, STRANGER, 4), claimed(own, REWARDS, 4))
    (claim,) = (await wallet.holds()).claims.values()
    assert (claim.claim_id, claim.recipient, claim.period) == (own.claim_id, REWARDS, 4)
    assert (claim.points, claim.total_points, claim.minted) == (1, 2, None)
    wallet.mine(lambda _: (Distributed(4, 0, 0b01), Distributed(3, 0, 0b10), Distributed(4, 1, 2)))
    assert (await wallet.holds()).claims[own.claim_id].minted is None
    wallet.mine(lambda _: (Distributed(4, 0, 0b10),))
    holdings = await wallet.holds()
    minted = holdings.claims[own.claim_id].minted
    assert minted is not None
    assert minted.chain_block == wallet.chain.head
    assert holdings.issued == {4: issuance(claim.period, NETWORK.profile.period)}


async def test_a_claims_place_goes_on_where_the_kept_ones_end() -> None:
    wallet = Wallet()
    own = await with_a_mine(wallet)
    stranger = OwnNote(mining(1), SEED.mining(1), Position(99), own.happened)
    wallet.mine(claimed(stranger, STRANGER, 4))
    wallet.settle()
    await wallet.holds()
    wallet.mine(claimed(own, REWARDS, 4), lambda _: (Distributed(4, 0, 0b10),))
    for _ in range(2):
        (claim,) = (await wallet.holds()).claims.values()
        assert (claim.total_points, claim.minted is not None) == (2, True)
        wallet.settle()


async def test_what_waits_to_be_withdrawn_is_told() -> None:
    wallet = Wallet()
    wallet.mine(lambda _: (Unpaid(STRANGER, 7), Unpaid(STRANGER, 8)))
    assert (await wallet.holds()).withdrawable == {STRANGER: 15}


# -- nodes that change memos ----------------------------------------------------------------------


def closed(rows: dict[RowKind, list[bytes]]) -> None:
    """No memo can be opened any more."""
    first = MemoRow.width_before("memos")
    rows[RowKind.MEMOS] = [
        row[:first] + bytes([1]) + row[first + 1 :] for row in rows[RowKind.MEMOS]
    ]


async def far_away(wallet: Wallet) -> OwnNote:
    """A spend so long ago that no event of it is read from the chain."""
    own = await with_a_mine(wallet)
    wallet.mine(spent(own, SEED, 500, to=STRANGER), proved=True)
    wallet.chain.mine_empty(1_100)
    return own


async def test_a_node_that_changes_memos_is_found_out_and_the_next_one_asked() -> None:
    wallet = Wallet()
    own = await far_away(wallet)
    liar, honest = (FakeNode(wallet.chain, place, behind=0) for place in ("liar", "honest"))
    liar.lie = closed
    view = view_of(wallet.chain, liar, honest)
    await view.sync()
    assert view.place == "liar"
    holdings = await Scanner(view, SEED, OWN).scan()
    assert view.place == "honest"
    spend = holdings.spend_of(own)
    assert spend is not None
    assert [each.note.value for each in spend.outputs] == [500]


async def test_where_all_nodes_say_the_same_it_is_believed() -> None:
    wallet = Wallet()
    own = await with_a_mine(wallet)
    wallet.mine(moved((own.nullifier, 5), (7, 8), memos_to(seed(2), None)))
    holdings = await wallet.holds()
    spend = holdings.spend_of(own)
    assert spend is not None
    assert spend.outputs == ()


# -- what is kept ---------------------------------------------------------------------------------


async def eventful(wallet: Wallet) -> Holdings:
    """A wallet that has done something of everything."""
    own = await with_a_mine(wallet)
    wallet.mine(deposited(main(0), OWN), deposited(mining(3), OWN), proved=True)
    wallet.mine(spent(own, SEED, 500, to=STRANGER, rewards=REWARDS), proved=True)
    wallet.mine(claimed(own, REWARDS, 4), lambda _: (Distributed(4, 0, 1),))
    wallet.settle()
    return await wallet.holds()


async def test_what_was_scanned_once_is_not_scanned_again(tmp_path: Path) -> None:
    wallet = Wallet(tmp_path / "scan")
    holdings = await eventful(wallet)
    again = Scanner(wallet.view, SEED, OWN, wallet.cache)
    told: list[object] = []
    assert await again.scan(report=told.append) == holdings
    assert told == []
    fresh = Scanner(wallet.view, SEED, OWN)
    assert await fresh.scan(report=told.append) == holdings
    assert told


async def test_the_file_is_its_owners_and_tells_nothing(tmp_path: Path) -> None:
    wallet = Wallet(tmp_path / "scan")
    await eventful(wallet)
    path = tmp_path / "scan"
    assert path.stat().st_mode & 0o077 == 0
    content = path.read_bytes()
    for word in (b"notes", str(TENTH).encode(), STRANGER.encode(), STRANGER[2:].encode()):
        assert word not in content


@pytest.mark.parametrize("damage", ["cut", "changed", "another", "empty"])
async def test_a_file_that_cannot_be_read_is_passed_over(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "scan"
    wallet = Wallet(path)
    holdings = await eventful(wallet)
    content = path.read_bytes()
    if damage == "another":
        await Scanner(wallet.view, seed(2), OWN, path).scan()
    else:
        bad = {"cut": content[:-1], "changed": content[:-1] + b"?", "empty": b""}[damage]
        path.write_bytes(bad)
    assert await Scanner(wallet.view, SEED, OWN, path).scan() == holdings


async def test_what_a_reorganisation_took_back_is_gone() -> None:
    wallet = Wallet()
    own = await with_a_mine(wallet)
    wallet.mine(spent(own, SEED, 500, to=STRANGER))
    assert len((await wallet.holds()).notes) == 2
    wallet.chain.reorganise(1, [], [])
    holdings = await wallet.holds()
    assert (len(holdings.notes), len(holdings.spends)) == (1, 0)


async def test_two_scans_at_once_find_the_same() -> None:
    wallet = Wallet()
    await with_a_mine(wallet)
    one, two = await asyncio.gather(wallet.scanner.scan(), wallet.scanner.scan())
    assert one is two


async def test_nothing_is_scanned_before_the_first_synchronisation() -> None:
    chain = FakeChain()
    with pytest.raises(Exception, match="call sync first"):
        await Scanner(view_of(chain), SEED, OWN).scan()
