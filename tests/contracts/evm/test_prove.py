"""`pool.prove`.

the blocks     are none · one to four · five
their order    is the ledger's · begins with proved ones · has a gap · goes back
a block        is sealed · is open
its entries    are what was sealed · differ in a word, a kind, their number or their order
its draw       is yet to come · is this block · was 1 to 256 blocks ago · 257 · has no hash
its proof      holds · is for another root · does not hold
"""

from dataclasses import replace

import pytest

from tests.contracts.evm.chain import NO_WORDS
from tests.contracts.evm.refusals import fails, refused
from tests.contracts.evm.samples import ALICE, BOB, BUILDER, LAST, Town
from tests.contracts.evm.told import BAD, good_proof
from winze.contracts.contract import struct
from winze.protocol import ETHER, Proved, SubmittedBlock, keccak, word


def sealed(town: Town, blocks: int = 1) -> None:
    """So many blocks of a deposit, a redeposit and a transfer are sealed, their draws not known."""
    for _ in range(blocks):
        town.deposit(ALICE, ETHER, town.fresh())
        redeposit = town.transfer(recipient=town.pool.address, amount=ETHER, inner=town.fresh())
        town.execute(BOB, [redeposit, town.transfer()])
        town.wait(60)
        town.seal(ALICE)


@pytest.fixture
def submitted(town: Town) -> SubmittedBlock:
    """Block 1, which can be proved."""
    sealed(town)
    town.wait(blocks=2)
    return town.submission(1)


# -- how many and which --------------------------------------------------------------------------


def test_no_blocks_are_proved_without_any_effect(town: Town) -> None:
    assert town.prove(ALICE, []) == ()


@pytest.mark.parametrize("proofs", [0, 2])
def test_another_number_of_proofs_is_refused(
    town: Town, submitted: SubmittedBlock, proofs: int
) -> None:
    with refused("pool: batch sizes differ"):
        town.prove(ALICE, [submitted], [good_proof(1)] * proofs)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_up_to_four_blocks_are_proved_at_once(town: Town, count: int) -> None:
    sealed(town, 4)
    town.wait(blocks=2)
    blocks = [town.submission(1 + number) for number in range(count)]
    events = town.prove(BUILDER, blocks)
    assert [event.index for event in events if isinstance(event, Proved)] == [
        each.index for each in blocks
    ]
    assert town.pool.ask("root") == blocks[-1].new_root
    assert town.pool.ask("proved") == 1 + count
    for block in blocks:
        assert town.pool.ask("root_after", block.index) == block.new_root
        assert town.pool.ask("sealed", block.index) == bytes(32)


def test_five_blocks_are_too_many(town: Town) -> None:
    sealed(town, 5)
    town.wait(blocks=2)
    blocks = [struct(town.submission(1 + number)) for number in range(5)]
    with fails(NO_WORDS):
        town.pool.call("prove", blocks, [good_proof(1)] * 5)


def test_anybody_proves(town: Town) -> None:
    sealed(town, 2)
    town.wait(blocks=2)
    town.prove(ALICE, [town.submission(1)])
    town.prove(BOB, [town.submission(2)])


def test_a_gap_is_refused(town: Town) -> None:
    sealed(town, 3)
    town.wait(blocks=2)
    with refused("pool: out of order"):
        town.prove(ALICE, [town.submission(2)])
    with refused("pool: out of order"):
        town.prove(ALICE, [town.submission(1), town.submission(3)])


def test_a_block_is_not_proved_twice_in_a_call(town: Town, submitted: SubmittedBlock) -> None:
    with refused("pool: out of order"):
        town.prove(ALICE, [submitted, submitted])


def test_blocks_that_somebody_else_has_proved_are_passed_over(town: Town) -> None:
    sealed(town, 3)
    town.wait(blocks=2)
    blocks = [town.submission(number) for number in (1, 2, 3)]
    town.prove(ALICE, blocks[:2])
    (event,) = town.prove(BOB, blocks)
    assert isinstance(event, Proved)
    assert event.index == 3
    assert town.prove(BUILDER, blocks) == ()


def test_nothing_is_asked_of_a_block_that_is_passed_over(town: Town) -> None:
    sealed(town, 2)
    town.wait(blocks=2)
    blocks = [town.submission(1), town.submission(2)]
    town.prove(ALICE, blocks[:1])
    garbage = replace(blocks[0], deposits=((1, 2),) * 3, kinds=7, draw=2**255, new_root=0)
    town.prove(BOB, [garbage, blocks[1]], [good_proof(7), good_proof(1)])
    assert town.pool.ask("root_after", 1) == blocks[0].new_root


def test_the_open_block_is_not_proved(town: Town, submitted: SubmittedBlock) -> None:
    town.prove(ALICE, [submitted])
    town.deposit(ALICE, ETHER, 5)
    with refused("pool: not sealed"):
        town.prove(ALICE, [replace(submitted, index=2)])


@pytest.mark.parametrize("index", [3, 2**32, 2**256 - 1])
def test_a_block_far_ahead_is_out_of_order(
    town: Town, submitted: SubmittedBlock, index: int
) -> None:
    with refused("pool: out of order"):
        town.prove(ALICE, [replace(submitted, index=index)])


# -- its entries ---------------------------------------------------------------------------------


Rows = tuple[tuple[int, ...], ...]


def changed(rows: Rows, row: int, column: int, by: int) -> Rows:
    """The rows with one word of them changed."""
    words = list(rows[row])
    words[column] += by
    return (*rows[:row], tuple(words), *rows[row + 1 :])


@pytest.mark.parametrize(
    ("kind", "row", "column"),
    [("transfers", row, column) for row in range(2) for column in range(4)]
    + [("deposits", row, column) for row in range(2) for column in range(2)],
)
def test_every_word_is_what_was_sealed(
    town: Town, submitted: SubmittedBlock, kind: str, row: int, column: int
) -> None:
    rows = getattr(submitted, kind)
    assert len(rows) == 2
    with refused("pool: wrong entries"):
        town.prove(ALICE, [replace(submitted, **{kind: changed(rows, row, column, -1)})])


def test_a_word_is_not_hidden_behind_the_fields_order(
    town: Town, submitted: SubmittedBlock
) -> None:
    with refused("pool: wrong entries"):
        again = changed(submitted.deposits, 0, 1, LAST + 1)
        town.prove(ALICE, [replace(submitted, deposits=again)])


@pytest.mark.parametrize("kinds", [0b0101, 0b1100, 0b0011, 0b1001, 0b0110])
def test_entries_are_of_the_kinds_that_were_sealed(
    town: Town, submitted: SubmittedBlock, kinds: int
) -> None:
    assert submitted.kinds == 0b1010
    with refused("pool: wrong entries"):
        town.prove(ALICE, [replace(submitted, kinds=kinds)])


def test_kinds_of_entries_that_there_are_none_of_mean_nothing(
    town: Town, submitted: SubmittedBlock
) -> None:
    town.prove(ALICE, [replace(submitted, kinds=submitted.kinds | 1 << 4 | 1 << 255)])


@pytest.mark.parametrize(("transfers", "deposits"), [(0, 0), (0, 1), (1, 1), (1, 2)])
def test_no_entry_is_left_out(
    town: Town, submitted: SubmittedBlock, transfers: int, deposits: int
) -> None:
    """The kinds of those that are left are the sealed ones."""
    cut = replace(
        submitted,
        transfers=submitted.transfers[:transfers],
        deposits=submitted.deposits[:deposits],
    )
    with refused("pool: wrong entries"):
        town.prove(ALICE, [cut])


@pytest.mark.parametrize("kinds", [0b0000, 0b1000, 0b0010, 0b1110, 0b1111])
def test_kinds_do_not_ask_for_more_of_one_kind_than_there_are(
    town: Town, submitted: SubmittedBlock, kinds: int
) -> None:
    """The contract stops where it would read on, and has no words for it."""
    with fails(NO_WORDS):
        town.pool.call("prove", [struct(replace(submitted, kinds=kinds))], [good_proof(1)])


def test_more_operations_than_a_block_holds_are_no_block(
    town: Town, submitted: SubmittedBlock
) -> None:
    full = replace(submitted, deposits=((2**129 + 1, 5),) * 64)
    with fails(NO_WORDS):
        town.pool.call("prove", [struct(full)], [good_proof(1)])


@pytest.mark.parametrize("kind", ["transfers", "deposits"])
def test_no_entry_is_added(town: Town, submitted: SubmittedBlock, kind: str) -> None:
    rows = getattr(submitted, kind)
    kinds = submitted.kinds | (1 << 4 if kind == "transfers" else 0)
    with refused("pool: wrong entries"):
        town.prove(ALICE, [replace(submitted, kinds=kinds, **{kind: (*rows, rows[0])})])


def test_entries_stand_in_the_order_in_which_they_came(
    town: Town, submitted: SubmittedBlock
) -> None:
    for kind in ("transfers", "deposits"):
        turned = getattr(submitted, kind)[::-1]
        with refused("pool: wrong entries"):
            town.prove(ALICE, [replace(submitted, **{kind: turned})])


@pytest.mark.parametrize("part", ["timestamp", "draw"])
@pytest.mark.parametrize("step", [-1, 1])
def test_time_and_draw_are_what_was_sealed(
    town: Town, submitted: SubmittedBlock, part: str, step: int
) -> None:
    with refused("pool: wrong entries"):
        town.prove(ALICE, [replace(submitted, **{part: getattr(submitted, part) + step})])


def test_a_full_block_is_proved(town: Town) -> None:
    for _ in range(2):
        town.execute(ALICE, [town.transfer() for _ in range(16)])
    town.build()
    for number in range(64):
        town.deposit(ALICE, 1, number)
    town.build()
    assert town.pool.ask("proved") == 3


# -- its draw ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "known"), [(-1, False), (0, False), (1, True), (2, True), (256, True), (257, False)]
)
def test_a_draw_is_known_from_the_next_block_on_for_256(
    town: Town, after: int, *, known: bool
) -> None:
    sealed(town)
    town.wait(blocks=1 + after)
    assert town.chain.number == town.submission(1).draw + after
    if known:
        town.prove(ALICE, [town.submission(1)])
    else:
        with refused("pool: draw unknown"):
            town.prove(ALICE, [town.submission(1)])


def test_a_draw_whose_hash_the_chain_does_not_tell_is_unknown(town: Town) -> None:
    sealed(town)
    town.wait(blocks=2)
    town.chain.forget_hash(town.submission(1).draw)
    with refused("pool: draw unknown"):
        town.prove(ALICE, [town.submission(1)])


# -- its proof -----------------------------------------------------------------------------------


def test_a_proof_that_does_not_hold_is_refused(town: Town, submitted: SubmittedBlock) -> None:
    with refused("pool: invalid proof"):
        town.prove(ALICE, [submitted], [BAD])


@pytest.mark.parametrize("part", ["block_root", "new_root"])
def test_other_roots_have_no_proof(town: Town, submitted: SubmittedBlock, part: str) -> None:
    with refused("pool: invalid proof"):
        town.prove(ALICE, [replace(submitted, **{part: 7})])


def test_one_proof_that_does_not_hold_refuses_all_blocks(town: Town) -> None:
    sealed(town, 2)
    town.wait(blocks=2)
    blocks = [town.submission(1), town.submission(2)]
    for proofs in ([BAD, good_proof(1)], [good_proof(1), BAD]):
        with refused("pool: invalid proof"):
            town.prove(ALICE, blocks, proofs)
    assert town.pool.ask("proved") == 1


def test_an_announced_entropy_comes_from_the_draws_hash(
    town: Town, submitted: SubmittedBlock
) -> None:
    (event,) = town.prove(ALICE, [submitted])
    assert isinstance(event, Proved)
    drawn = keccak(town.chain.blockhash(submitted.draw) + word(1))
    assert event.entropy == int.from_bytes(drawn) >> 8
    assert (event.block_root, event.root) == (submitted.block_root, submitted.new_root)
