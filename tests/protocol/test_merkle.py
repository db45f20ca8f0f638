"""Append-only trees, against trees built naively."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.naive import naive_root
from tests.protocol.strategies import fields
from winze.protocol import (
    DEPTH,
    Field,
    LedgerError,
    MerkleTree,
    NotInLedger,
    empty_root,
    poseidon,
    root_from_path,
)

depths_and_leaves = st.integers(0, 4).flatmap(
    lambda depth: st.tuples(st.just(depth), st.lists(fields, max_size=1 << depth))
)


def tree_of(*leaves: int, depth: int = 3) -> MerkleTree:
    return MerkleTree(depth, map(Field, leaves))


def test_a_small_tree_is_what_the_definition_says() -> None:
    left, right = poseidon(Field(5), Field(6)), poseidon(Field(7), Field(0))
    tree = tree_of(5, 6, 7, depth=2)
    assert tree.root() == poseidon(left, right)
    assert tree.path(0) == (Field(6), right)
    assert tree.path(2) == (Field(0), left)


@given(depths_and_leaves)
def test_every_root_that_a_tree_had_is_the_naive_one(given_: tuple[int, list[Field]]) -> None:
    depth, leaves = given_
    tree = MerkleTree(depth, leaves)
    for size in range(len(leaves) + 1):
        assert tree.root(size) == naive_root(leaves[:size], depth)
    assert tree.root() == naive_root(leaves, depth)


@given(depths_and_leaves)
def test_every_path_leads_to_the_root_of_its_size(given_: tuple[int, list[Field]]) -> None:
    depth, leaves = given_
    tree = MerkleTree(depth, leaves)
    for size in range(len(leaves) + 1):
        filled = leaves[:size] + [Field(0)] * ((1 << depth) - size)
        for index, leaf in enumerate(filled):
            assert root_from_path(leaf, index, tree.path(index, size)) == tree.root(size)
    assert tree.path(0) == tree.path(0, len(leaves))


@given(st.data(), st.lists(fields, max_size=16), st.lists(fields, max_size=16))
def test_a_truncated_tree_is_as_if_it_had_never_grown(
    data: st.DataObject, leaves: list[Field], others: list[Field]
) -> None:
    size = data.draw(st.integers(0, len(leaves)))
    tree = MerkleTree(5, leaves)
    tree.truncate(size)
    assert len(tree) == size
    for leaf in others:
        tree.append(leaf)
    fresh = MerkleTree(5, leaves[:size] + others)
    assert [tree.root(n) for n in range(len(tree) + 1)] == [
        fresh.root(n) for n in range(len(fresh) + 1)
    ]


def test_the_tree_of_headers_starts_from_the_empty_root_of_its_depth() -> None:
    assert MerkleTree(DEPTH).root() == naive_root([], DEPTH) == empty_root(DEPTH)


def test_the_path_of_an_empty_leaf_fills_it() -> None:
    tree = tree_of(1, 2, 3)
    path = tree.path(3)
    tree.append(Field(9))
    assert root_from_path(Field(9), 3, path) == tree.root()


def test_appending_tells_the_index() -> None:
    assert [tree_of(1, 2).append(Field(3)), tree_of().append(Field(3))] == [2, 0]


def test_a_tree_takes_its_last_leaf_and_none_after_it() -> None:
    tree = tree_of(1, 2, 3, depth=2)
    tree.append(Field(4))
    with pytest.raises(LedgerError, match="holds 4 leaves; it is full"):
        tree.append(Field(5))
    assert len(tree) == 4


@pytest.mark.parametrize("size", [-1, 3])
def test_a_size_that_the_tree_never_had_is_refused(size: int) -> None:
    tree = tree_of(1, 2)
    for ask in (tree.root, tree.truncate, lambda size: tree.path(0, size)):
        with pytest.raises(LedgerError, match=f"has 2 leaves; it never had {size}"):
            ask(size)


@pytest.mark.parametrize("index", [-1, 8])
def test_a_leaf_outside_the_tree_is_refused(index: int) -> None:
    with pytest.raises(NotInLedger, match=f"no leaf {index}"):
        tree_of(1, 2).path(index)


def test_the_last_leaf_of_a_tree_has_a_path() -> None:
    assert len(tree_of(1, 2).path(7)) == 3
