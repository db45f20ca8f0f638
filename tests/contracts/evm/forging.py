"""The statement that the block circuit proves for whatever stands in its slots (protocol §4.1).

It says what a prover can prove, not what the contract meant: from two columns of numbers to the
public signals, without any of the ledger's own checks.
"""

from dataclasses import dataclass

from tests.contracts.evm.samples import Town
from winze.contracts.contract import struct
from winze.protocol import (
    BLOCK_DEPTH,
    DEPOSIT,
    DEPTH,
    SLOTS,
    BlockIndex,
    Field,
    MerkleTree,
    Slots,
    SubmittedBlock,
    Timestamp,
    block_header,
    draw_entropy,
    keccak,
    poseidon,
    word,
)


@dataclass(frozen=True)
class OneEntry:
    """A block of one deposit, right after the first, as prover and contract see it."""

    town: Town
    a: int
    """What the prover puts into the first slot."""
    b: int
    words: tuple[int, int]
    """What the contract was given, and hashed."""
    timestamp: int
    draw: int

    @property
    def note(self) -> Field:
        """The commitment that comes to stand in the ledger."""
        if self.a == 0:
            return Field(self.b)
        return poseidon(Field(self.a - DEPOSIT), Field(self.b))

    @property
    def digest(self) -> bytes:
        """The digest that the contract keeps."""
        return keccak(bytes(32) + word(self.words[0]) + word(self.words[1]))

    @property
    def block_root(self) -> Field:
        return MerkleTree(BLOCK_DEPTH, [self.note]).root()

    @property
    def roots(self) -> tuple[Field, Field]:
        """Of the ledger, before and after."""
        headers = MerkleTree(DEPTH, [self.town.pool_model.ledger.blocks[0].header])
        before = headers.root()
        headers.append(block_header(self.block_root, Timestamp(self.timestamp), self.entropy))
        return before, headers.root()

    @property
    def entropy(self) -> Field:
        return draw_entropy(self.town.chain.blockhash(self.draw), BlockIndex(1))

    @property
    def signals(self) -> list[int]:
        """The public signals that the circuit proves."""
        before, after = self.roots
        z = Field.reduce(int.from_bytes(keccak(self.digest + word(self.block_root))))
        rest = (Field(0),) * (SLOTS - 1)
        slots = Slots((Field(self.a), *rest), (Field(self.b), *rest), (Field(0), *rest))
        return [
            before,
            after,
            1,
            self.block_root,
            self.timestamp,
            self.entropy,
            z,
            slots.sum(z),
        ]

    @property
    def submission(self) -> tuple[object, ...]:
        """The pool's struct."""
        return struct(
            SubmittedBlock(
                index=1,
                timestamp=self.timestamp,
                draw=self.draw,
                block_root=self.block_root,
                new_root=self.roots[1],
                kinds=0,
                transfers=(),
                deposits=(self.words,),
            )
        )
