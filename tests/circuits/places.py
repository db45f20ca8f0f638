"""Ledgers made of chosen leaves: a forger, unlike the pool, may put anything anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from winze.circuits import Signals
from winze.protocol import BLOCK_DEPTH, DEPTH, SLOTS, Field, empty_root, poseidon


def hash_of(*inputs: int) -> int:
    """Poseidon over numbers of any size, which a circuit sees modulo p."""
    return int(poseidon(*map(Field.reduce, inputs)))


class SparseTree:
    """A Merkle tree of which a few leaves are not empty."""

    def __init__(self, depth: int, leaves: Mapping[int, int]) -> None:
        self._levels = [dict(leaves)]
        for level in range(depth):
            below = self._levels[level]
            self._levels.append(
                {
                    index: hash_of(self.node(level, 2 * index), self.node(level, 2 * index + 1))
                    for index in {index // 2 for index in below}
                }
            )

    def node(self, level: int, index: int) -> int:
        return self._levels[level].get(index, int(empty_root(level)))

    @property
    def root(self) -> int:
        return self.node(len(self._levels) - 1, 0)

    def path(self, index: int) -> list[int]:
        return [self.node(level, index >> level ^ 1) for level in range(len(self._levels) - 1)]


@dataclass(frozen=True)
class Sealed:
    """A block of chosen leaves; slot i has its note at leaf 2i, its spend at leaf 2i + 1."""

    leaves: Mapping[int, int]
    timestamp: int = 1000
    entropy: int = 77

    @cached_property
    def tree(self) -> SparseTree:
        return SparseTree(BLOCK_DEPTH, self.leaves)

    @cached_property
    def header(self) -> int:
        return hash_of(self.tree.root, self.timestamp, self.entropy)


@dataclass(frozen=True)
class Places:
    """A ledger of such blocks, by their indices."""

    blocks: Mapping[int, Sealed] = field(default_factory=dict)

    @cached_property
    def tree(self) -> SparseTree:
        return SparseTree(DEPTH, {index: block.header for index, block in self.blocks.items()})

    @property
    def root(self) -> int:
        return self.tree.root

    def signals(self, index: int, leaf: int) -> Signals:
        """The signals that say where leaf number `leaf` of block `index` stands."""
        block = self.blocks[index]
        return {
            "position": index * SLOTS + leaf // 2,
            "leaf_siblings": block.tree.path(leaf),
            "timestamp": block.timestamp,
            "entropy": block.entropy,
            "header_siblings": self.tree.path(index),
        }
