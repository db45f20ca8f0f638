"""Sealed blocks and the statement that proves one."""

from dataclasses import replace

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.histories import deposits, entry_lists, spends
from tests.protocol.naive import naive_root, naive_sum
from tests.protocol.strategies import fields
from winze.protocol import (
    DEPTH,
    FIELD_ORDER,
    Block,
    BlockIndex,
    BlockWitness,
    ChainBlock,
    Deposit,
    Entries,
    Entry,
    Field,
    InvalidStatement,
    LedgerError,
    MerkleTree,
    Spend,
    Timestamp,
    block_header,
    draw_entropy,
    keccak,
    poseidon,
)

BLOCK = Block(
    index=BlockIndex(3),
    entries=Entries((Deposit(Field(10**18), Field(77)),)),
    timestamp=Timestamp(1_700_000_000),
    draw=ChainBlock(55),
    entropy=Field(99),
)
BEFORE = [Field(11), Field(12), Field(13)]
SIBLINGS = MerkleTree(DEPTH, BEFORE).path(3)


def test_the_seal_is_the_contracts_word() -> None:
    encoded = encode(
        ["bytes32", "uint256", "uint256", "uint256"], [BLOCK.digest, 1_700_000_000, 55, 3]
    )
    assert BLOCK.seal == keccak(encoded)


def test_the_entropy_is_drawn_for_one_block() -> None:
    drawn = bytes(range(32))
    for index in (0, 3):
        hashed = int.from_bytes(keccak(encode(["bytes32", "uint256"], [drawn, index])))
        assert draw_entropy(drawn, BlockIndex(index)) == hashed >> 8


def test_a_header_hashes_root_time_and_entropy() -> None:
    assert BLOCK.header == poseidon(BLOCK.root, Field(1_700_000_000), Field(99))
    assert BLOCK.header == block_header(BLOCK.root, BLOCK.timestamp, Field(99))


def test_a_block_that_was_not_drawn_has_no_header() -> None:
    with pytest.raises(LedgerError, match=r"block 3 has no entropy yet: .* chain block 55"):
        _ = replace(BLOCK, entropy=None).header


def test_an_entropy_of_zero_is_one() -> None:
    block = replace(BLOCK, entropy=Field(0))
    assert block.header == block_header(block.root, block.timestamp, Field(0))


@given(
    st.lists(fields, max_size=9),
    entry_lists.filter(bool),
    st.builds(Timestamp, st.integers(0, Timestamp.bound - 1)),
    fields,
)
def test_a_statement_appends_the_header_and_binds_the_entries(
    before: list[Field], items: list[Entry], timestamp: Timestamp, entropy: Field
) -> None:
    index = BlockIndex(len(before))
    block = Block(index, Entries(tuple(items)), timestamp, ChainBlock(1), entropy)
    witness = BlockWitness(block, MerkleTree(DEPTH, before).path(index))
    root = word_of(block.root)
    z = int.from_bytes(keccak(block.digest + root)) % FIELD_ORDER
    slots = witness.slots
    assert witness.statement.signals() == [
        naive_root(before, DEPTH),
        naive_root([*before, block.header], DEPTH),
        index,
        block.root,
        timestamp,
        entropy,
        z,
        naive_sum(slots.a, slots.b, slots.s, z),
    ]


@given(deposits, spends)
def test_what_is_submitted_is_what_was_sealed(deposit: Deposit, spend: Spend) -> None:
    witness = BlockWitness(replace(BLOCK, entries=Entries((deposit, spend, deposit))), SIBLINGS)
    submitted = witness.submission
    assert (submitted.index, submitted.timestamp, submitted.draw) == (3, 1_700_000_000, 55)
    assert submitted.block_root == witness.block.root
    assert submitted.new_root == witness.statement.new_root
    assert submitted.kinds == 0b010
    assert submitted.transfers == (spend.words,)
    assert submitted.deposits == (deposit.words, deposit.words)


def test_a_block_without_its_draw_cannot_be_proved() -> None:
    with pytest.raises(InvalidStatement, match="block 3 cannot be proved before chain block 55"):
        BlockWitness(replace(BLOCK, entropy=None), SIBLINGS)


@pytest.mark.parametrize("siblings", [SIBLINGS[1:], (*SIBLINGS, Field(0))])
def test_a_path_of_another_length_is_refused(siblings: tuple[Field, ...]) -> None:
    with pytest.raises(InvalidStatement, match=f"has 26 siblings; {len(siblings)} were given"):
        BlockWitness(BLOCK, siblings)


def word_of(value: int) -> bytes:
    return encode(["uint256"], [value])
