# pragma version ~=0.4.3
"""
@title The ledger: an append-only list of blocks
@license AGPL-3.0-only
@notice Protocol §4. The open block is one running digest and a packed word of counters. Sealing replaces
        the digest by a commitment to it, its time and its draw, in the same storage word; whoever
        proves or redraws hands these three back. What is proved (that a header was appended to the
        tree) stands in `circuits/block.circom`; what the circuit leaves to this contract is the digest
        of the entries, `z`, `sum`, the block's order, time and entropy.
@dev    An entry that was accepted must always be provable. So everything about an entry is checked by
        whoever appends it, and `prove` asks for nothing that time could take away: a forgotten block
        hash can always be drawn again.
"""

from . import types
from .interfaces import IVerifier

SLOTS: constant(uint256) = 64
# The tree of headers has depth 26.
MAX_LEDGER: constant(uint256) = 2 ** 26
# A block hash can be asked for in the 256 chain blocks that follow it.
HASH_WINDOW: constant(uint256) = 256

# Added to a deposit's word, so that a deposit's entry is never 0 whatever its value, and can't be
# taken for a private output (protocol §4.1).
DEPOSIT: constant(uint256) = 2 ** 129
# Added to the value of a note that may earn ITX (protocol §3).
MINEABLE: constant(uint256) = 2 ** 128


event Sealed:
    index: indexed(uint256)
    digest: bytes32
    timestamp: uint256
    draw: uint256


event Redrawn:
    index: indexed(uint256)
    draw: uint256


event Proved:
    index: indexed(uint256)
    block_root: uint256
    entropy: uint256
    root: uint256


# The open block, unpacked. `proved` counts the blocks whose headers are in the tree.
struct Open:
    index: uint256
    notes: uint256
    spends: uint256
    due: uint256
    proved: uint256
    digest: bytes32


VERIFIER: immutable(IVerifier)

root: public(uint256)
known_root: public(HashMap[uint256, bool])
# For the open block its running digest; for a sealed block the commitment of `_commitment`; for a
# proved block nothing.
sealed: public(HashMap[uint256, bytes32])
# index (32 bits), notes (8), spends (8), due (40), proved (32), from the lowest bit up.
packed: uint256


@deploy
def __init__(verifier: address, empty_root: uint256):
    """
    @param verifier The verifier of the block circuit.
    @param empty_root The root of the tree before its first block.
    """
    VERIFIER = IVerifier(verifier)
    self.root = empty_root


@external
@view
def open_block() -> (uint256, uint256, uint256, uint256, bytes32):
    """
    @notice The open block: index, notes, spends, due time (meaningless while it is empty), digest.
    """
    block_: Open = self._load()
    return block_.index, block_.notes, block_.spends, block_.due, block_.digest


@external
@view
def proved() -> uint256:
    """
    @notice How many blocks have been proved.
    """
    return self._load().proved


@external
@nonreentrant
def seal():
    """
    @notice Seal the open block once it is due. Open to everyone.
    """
    block_: Open = self._load()
    assert unsafe_add(block_.notes, block_.spends) != 0, "pool: nothing to seal"
    assert block.timestamp >= block_.due, "pool: not due"
    self._store(self._sealed(block_))


@external
@nonreentrant
def redraw(index: uint256, digest: bytes32, timestamp: uint256, draw: uint256):
    """
    @notice Give a sealed block a new draw when the chain has forgotten the hash of the old one. Open to
            everyone, in any order.
    """
    block_: Open = self._load()
    assert index < block_.index, "pool: not sealed"
    assert index >= block_.proved, "pool: already proved"
    assert self.sealed[index] == self._commitment(digest, timestamp, draw, index), "pool: wrong seal"
    assert block.number > draw + HASH_WINDOW, "pool: draw still known"
    again: uint256 = block.number + 1
    self.sealed[index] = self._commitment(digest, timestamp, again, index)
    log Redrawn(index=index, draw=again)


@external
@nonreentrant
def prove(
    blocks: DynArray[types.Block, types.MAX_BLOCKS],
    proofs: DynArray[uint256[8], types.MAX_BLOCKS],
):
    """
    @notice Append the headers of sealed blocks to the ledger, in order. Open to everyone. Leading blocks
            that somebody else has proved meanwhile are passed over; where that leaves none, nothing
            happens.
    """
    assert len(blocks) == len(proofs), "pool: batch sizes differ"
    block_: Open = self._load()
    root_: uint256 = self.root
    inputs: DynArray[uint256, types.MAX_INPUTS] = []
    left: DynArray[uint256[8], types.MAX_BATCH] = []
    first: uint256 = block_.proved
    entropies: uint256[types.MAX_BLOCKS] = empty(uint256[types.MAX_BLOCKS])

    for i: uint256 in range(len(blocks), bound=types.MAX_BLOCKS):
        index: uint256 = blocks[i].index
        if index < first:
            continue
        assert index == block_.proved, "pool: out of order"
        assert index < block_.index, "pool: not sealed"
        digest: bytes32 = empty(bytes32)
        z: uint256 = 0
        sum: uint256 = 0
        digest = self._digest(blocks[i].words, blocks[i].kinds)
        assert self.sealed[index] == self._commitment(
            digest, blocks[i].timestamp, blocks[i].draw, index
        ), "pool: wrong entries"
        entropies[i] = self._entropy(blocks[i].draw, index)
        z = convert(keccak256(abi_encode(digest, blocks[i].block_root)), uint256) % types.FIELD_ORDER
        sum = self._sum(blocks[i].words, blocks[i].kinds, z)
        inputs.append(root_)
        inputs.append(blocks[i].new_root)
        inputs.append(index)
        inputs.append(blocks[i].block_root)
        inputs.append(blocks[i].timestamp)
        inputs.append(entropies[i])
        inputs.append(z)
        inputs.append(sum)
        left.append(proofs[i])
        root_ = blocks[i].new_root
        block_.proved = unsafe_add(block_.proved, 1)

    if len(left) == 0:
        return
    assert staticcall VERIFIER.verify(left, inputs), "pool: invalid proof"

    for i: uint256 in range(len(blocks), bound=types.MAX_BLOCKS):
        if blocks[i].index < first:
            continue
        self.known_root[blocks[i].new_root] = True
        self.sealed[blocks[i].index] = empty(bytes32)
        log Proved(
            index=blocks[i].index,
            block_root=blocks[i].block_root,
            entropy=entropies[i],
            root=blocks[i].new_root,
        )
    self.root = root_
    self._store_counters(block_)


@internal
def _deposited(open: Open, word: uint256, inner: uint256, seal_interval: uint256) -> Open:
    """
    @dev Append a deposit. The caller has checked that `word` is a value of 1 to 2^96 - 1, with or
         without `MINEABLE`, and that `inner` is below the field's order.
    """
    block_: Open = self._with_room(open, 1, 0, seal_interval)
    block_.digest = keccak256(abi_encode(block_.digest, unsafe_add(DEPOSIT, word), inner))
    block_.notes = unsafe_add(block_.notes, 1)
    return block_


@internal
def _transferred(
    open: Open,
    out1: uint256,
    out2: uint256,
    nullifier1: uint256,
    nullifier2: uint256,
    seal_interval: uint256,
) -> Open:
    """
    @dev Append a transfer. The caller has checked that all four are below the field's order.
    """
    block_: Open = self._with_room(open, 2, 2, seal_interval)
    block_.digest = keccak256(abi_encode(block_.digest, out1, out2, nullifier1, nullifier2))
    block_.notes = unsafe_add(block_.notes, 2)
    block_.spends = unsafe_add(block_.spends, 2)
    return block_


@internal
def _with_room(open: Open, notes: uint256, spends: uint256, seal_interval: uint256) -> Open:
    """
    @dev The block that the next operation goes to: the open one, unless that is due or too full. The
         first entry of a block fixes when it is due, so a change of the interval can't reach a block
         that people have already entered.
    """
    block_: Open = open
    if unsafe_add(block_.notes, block_.spends) != 0:
        if (
            block.timestamp < block_.due
            and unsafe_add(block_.notes, notes) <= SLOTS
            and unsafe_add(block_.spends, spends) <= SLOTS
        ):
            return block_
        block_ = self._sealed(block_)
    assert block_.index < MAX_LEDGER, "pool: the ledger is full"
    block_.due = unsafe_add(block.timestamp, seal_interval)
    return block_


@internal
def _sealed(open: Open) -> Open:
    """
    @dev Seal `open` and begin the next block. A block that is sealed late still bears the time at which
         it was due, so nobody can make an early spend look late by waiting.
    """
    timestamp: uint256 = min(block.timestamp, open.due)
    draw: uint256 = block.number + 1
    self.sealed[open.index] = self._commitment(open.digest, timestamp, draw, open.index)
    log Sealed(index=open.index, digest=open.digest, timestamp=timestamp, draw=draw)
    return Open(
        index=unsafe_add(open.index, 1),
        notes=0,
        spends=0,
        due=0,
        proved=open.proved,
        digest=empty(bytes32),
    )


@internal
@pure
def _commitment(digest: bytes32, timestamp: uint256, draw: uint256, index: uint256) -> bytes32:
    return keccak256(abi_encode(digest, timestamp, draw, index))


@internal
@view
def _entropy(draw: uint256, index: uint256) -> uint256:
    """
    @dev The draw's block comes after the sealing one, so it is known only when no entry can be added.
    """
    assert draw < block.number and block.number <= draw + HASH_WINDOW, "pool: draw unknown"
    drawn: bytes32 = blockhash(draw)
    assert drawn != empty(bytes32), "pool: draw unknown"
    return convert(keccak256(abi_encode(drawn, index)), uint256) >> 8


@internal
@pure
def _digest(words: DynArray[uint256, types.MAX_WORDS], kinds: uint256) -> bytes32:
    """
    @dev The running digest that these entries gave while the block was open. A wrong cut into
         operations gives another digest: a deposit hashes three words, a transfer five.
    """
    digest: bytes32 = empty(bytes32)
    at: uint256 = 0
    count: uint256 = len(words)
    for i: uint256 in range(SLOTS):
        if at >= count:
            break
        if (kinds >> i) & 1 == 1:
            digest = keccak256(
                abi_encode(digest, words[at], words[at + 1], words[at + 2], words[at + 3])
            )
            at = unsafe_add(at, 4)
        else:
            digest = keccak256(abi_encode(digest, words[at], words[at + 1]))
            at = unsafe_add(at, 2)
    assert at == count, "pool: wrong entries"
    return digest


@internal
@pure
def _sum(words: DynArray[uint256, types.MAX_WORDS], kinds: uint256, z: uint256) -> uint256:
    """
    @dev sum a_i z^(3i) + b_i z^(3i+1) + s_i z^(3i+2) over the slots (protocol §4.1). A deposit fills a
         and b of its slot; a transfer fills b of two slots and s of two. Empty slots cost nothing.
    """
    cube: uint256 = uint256_mulmod(uint256_mulmod(z, z, types.FIELD_ORDER), z, types.FIELD_ORDER)
    note: uint256 = 1  # z^(3i) of the next note
    spend: uint256 = uint256_mulmod(z, z, types.FIELD_ORDER)  # z^(3i+2) of the next spend
    sum: uint256 = 0
    at: uint256 = 0
    count: uint256 = len(words)
    for i: uint256 in range(SLOTS):
        if at >= count:
            break
        if (kinds >> i) & 1 == 1:
            for k: uint256 in range(2):
                b: uint256 = uint256_mulmod(note, z, types.FIELD_ORDER)
                sum = uint256_addmod(
                    sum, uint256_mulmod(words[at + k], b, types.FIELD_ORDER), types.FIELD_ORDER
                )
                sum = uint256_addmod(
                    sum,
                    uint256_mulmod(words[at + 2 + k], spend, types.FIELD_ORDER),
                    types.FIELD_ORDER,
                )
                note = uint256_mulmod(note, cube, types.FIELD_ORDER)
                spend = uint256_mulmod(spend, cube, types.FIELD_ORDER)
            at = unsafe_add(at, 4)
        else:
            b: uint256 = uint256_mulmod(note, z, types.FIELD_ORDER)
            sum = uint256_addmod(
                sum, uint256_mulmod(words[at], note, types.FIELD_ORDER), types.FIELD_ORDER
            )
            sum = uint256_addmod(
                sum, uint256_mulmod(words[at + 1], b, types.FIELD_ORDER), types.FIELD_ORDER
            )
            note = uint256_mulmod(note, cube, types.FIELD_ORDER)
            at = unsafe_add(at, 2)
    return sum


@internal
@view
def _load() -> Open:
    packed: uint256 = self.packed
    index: uint256 = packed & (2 ** 32 - 1)
    return Open(
        index=index,
        notes=(packed >> 32) & (2 ** 8 - 1),
        spends=(packed >> 40) & (2 ** 8 - 1),
        due=(packed >> 48) & (2 ** 40 - 1),
        proved=packed >> 88,
        digest=self.sealed[index],
    )


@internal
def _store(open: Open):
    # A block that was just begun has no digest to keep, and its storage word is still 0.
    if open.digest != empty(bytes32):
        self.sealed[open.index] = open.digest
    self._store_counters(open)


@internal
def _store_counters(open: Open):
    self.packed = (
        open.index
        | (open.notes << 32)
        | (open.spends << 40)
        | (open.due << 48)
        | (open.proved << 88)
    )
