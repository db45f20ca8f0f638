"""Append-only binary Merkle trees over Poseidon, at every size they ever had (protocol §4).

An empty leaf is 0. A tree keeps the roots of its complete subtrees only. Those never change when
leaves are appended, so a root or a path of any earlier size needs just the nodes above the first
empty leaf of that size, the *right edge*, which is computed when asked for: `depth` hashes at most.
"""

from collections.abc import Iterable
from functools import cache, lru_cache

from .errors import LedgerError, NotInLedger
from .poseidon import poseidon
from .types import Field


@cache
def empty_root(height: int) -> Field:
    """The root of a tree of `height` levels above its leaves, all of which are empty."""
    if height == 0:
        return Field(0)
    below = empty_root(height - 1)
    return _above(below, below)


@lru_cache(maxsize=1 << 15)
def _above(left: Field, right: Field) -> Field:
    """The node above two others.

    Those beside the right edge are asked for again with every root, path and statement. All are
    public, so remembering them gives nothing away.
    """
    return poseidon(left, right)


def root_from_path(leaf: Field, index: int, siblings: Iterable[Field]) -> Field:
    """The root above `leaf`; bit `i` of `index` says on which side it stands at level `i`.

    A set bit means that our node is the right child, the sibling the left one.
    """
    node = leaf
    for level, sibling in enumerate(siblings):
        node = _above(sibling, node) if index >> level & 1 else _above(node, sibling)
    return node


class MerkleTree:
    """A tree of 2^`depth` leaves, filled from the left.

    `size`, wherever it is a parameter, is the number of leaves that the asked-for state of the
    tree had; without it, the present state is meant.
    """

    def __init__(self, depth: int, leaves: Iterable[Field] = ()) -> None:
        self.depth = depth
        self._levels: list[list[Field]] = [[] for _ in range(depth + 1)]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def leaf(self, index: int) -> Field:
        """The leaf `index`, which is filled.

        Raises:
            NotInLedger: it is not.
        """
        if not 0 <= index < len(self):
            raise NotInLedger(f"the tree has {len(self)} leaves; none is number {index}")
        return self._levels[0][index]

    def copy(self) -> "MerkleTree":
        """Another tree with the same leaves: what is appended to one is not in the other."""
        other = MerkleTree(self.depth)
        other._levels = [list(nodes) for nodes in self._levels]
        return other

    def append(self, leaf: Field) -> int:
        """Fill the first empty leaf and return its index.

        Raises:
            LedgerError: all 2^`depth` leaves are filled.
        """
        index = len(self)
        if index >> self.depth:
            raise LedgerError(f"a tree of depth {self.depth} holds {index} leaves; it is full")
        node = leaf
        self._levels[0].append(node)
        for level in range(self.depth):
            if not index >> level & 1:
                break
            node = _above(self._levels[level][-2], node)
            self._levels[level + 1].append(node)
        return index

    def truncate(self, size: int) -> None:
        """Return to the state of `size` leaves.

        Raises:
            LedgerError: the tree never had that many.
        """
        self._check_size(size)
        for level, nodes in enumerate(self._levels):
            del nodes[size >> level :]

    def root(self, size: int | None = None) -> Field:
        """The root that the tree had at `size` leaves.

        Raises:
            LedgerError: the tree never had that many.
        """
        size = self._check_size(size)
        return self._node(self.depth, 0, size, self._right_edge(size))

    def path(self, index: int, size: int | None = None) -> tuple[Field, ...]:
        """The siblings of leaf `index` at `size` leaves, from the leaf's level upwards.

        The leaf may be an empty one: its path is what filling it in a circuit needs.

        Raises:
            LedgerError: the tree never had that many leaves.
            NotInLedger: `index` is not one of the tree's 2^`depth` leaves.
        """
        size = self._check_size(size)
        if index < 0 or index >> self.depth:
            raise NotInLedger(f"a tree of depth {self.depth} has no leaf {index}")
        edge = self._right_edge(size)
        return tuple(
            self._node(level, index >> level ^ 1, size, edge) for level in range(self.depth)
        )

    def _node(self, level: int, index: int, size: int, edge: list[Field]) -> Field:
        """Node `index` of `level`: complete, partly filled (on the edge), or empty."""
        if (index + 1) << level <= size:
            return self._levels[level][index]
        return edge[level] if index << level < size else empty_root(level)

    def _right_edge(self, size: int) -> list[Field]:
        """For each level, the node above the first empty leaf."""
        node = empty_root(0)
        edge = [node]
        for level in range(self.depth):
            index = size >> level
            if index & 1:
                node = _above(self._levels[level][index - 1], node)
            elif index << level == size:  # nothing below is filled: no need to hash
                node = empty_root(level + 1)
            else:
                node = _above(node, empty_root(level))
            edge.append(node)
        return edge

    def _check_size(self, size: int | None) -> int:
        """`size`, or the present one; refused where the tree never had it."""
        if size is None:
            return len(self)
        if not 0 <= size <= len(self):
            raise LedgerError(f"the tree has {len(self)} leaves; it never had {size}")
        return size
