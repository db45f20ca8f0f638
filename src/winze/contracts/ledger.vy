# pragma version ~=0.4.3
"""
@title The ledger: an append-only list of blocks
@license AGPL-3.0-only
@notice Protocol §4. The open block is one running digest and a packed word of counters. Sealing replaces
        the digest by a commitment to it, its time and its draw, in the same storage word; whoever
        proves or redraws hands these three back; and proving replaces the commitment by the root that
        stands after the block. What is proved (that a header was appended to the tree) stands in
        `circuits/block.circom`; what the circuit leaves to this contract is the digest of the entries,
        `z`, `sum`, the block's order, time and entropy.
@dev    An entry that was accepted must always be provable. So everything about an entry is checked by
        whoever appends it, and `prove` asks for nothing that time could take away: a forgotten block
        hash can always be drawn again.
"""

from snekmate.auth import ownable
from . import entries
from . import types
from .interfaces import IVerifier

uses: ownable

# The tree of headers has depth 26.
MAX_LEDGER: constant(uint256) = 2 ** 26
# A block hash can be asked for in the 256 chain blocks that follow it.
HASH_WINDOW: constant(uint256) = 256

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


event SealIntervalSet:
    seal_interval: uint256


# The open block, unpacked. `proved` counts the blocks whose headers are in the tree.
struct Open:
    index: uint256
    notes: uint256
    spends: uint256
    due: uint256
    proved: uint256
    seal_interval: uint256
    digest: bytes32


VERIFIER: immutable(IVerifier)
EMPTY_ROOT: immutable(uint256)
MIN_INTERVAL: immutable(uint256)
MAX_INTERVAL: immutable(uint256)

# A block's word: while it is open, the running digest of its entries; while it is sealed, the
# commitment of `_commitment`; once it is proved, the root that stands after it.
words: HashMap[uint256, bytes32]
# index (32 bits), notes (8), spends (8), due (40), proved (32), seal interval (16), from the lowest
# bit up: all that an operation has to read and write besides its block's word.
packed: uint256


@deploy
def __init__(
    verifier: address,
    empty_root: uint256,
    seal_interval_: uint256,
    min_interval: uint256,
    max_interval: uint256,
):
    """
    @param verifier The verifier of the block circuit.
    @param empty_root The root of the tree before its first block.
    """
    assert 0 < min_interval and max_interval < 2 ** 16, "pool: interval out of bounds"
    VERIFIER = IVerifier(verifier)
    EMPTY_ROOT = empty_root
    MIN_INTERVAL = min_interval
    MAX_INTERVAL = max_interval
    block_: Open = self._load()
    block_.seal_interval = self._bounded(seal_interval_)
    self._store_counters(block_)


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
@view
def root() -> uint256:
    """
    @notice The root of the header tree now.
    """
    return self._root(self._load().proved)


@external
@view
def root_after(index: uint256) -> uint256:
    """
    @notice The root that stands after block `index`, for good; 0 while that block is not proved. Only
            under such a root can a note be spent or claimed.
    """
    return self._root_after(index, self._load().proved)


@external
@view
def sealed(index: uint256) -> bytes32:
    """
    @notice The commitment to a sealed block, the open block's digest, or nothing for any other block.
    """
    if index < self._load().proved:
        return empty(bytes32)
    return self.words[index]


@external
@view
def seal_interval() -> uint256:
    """
    @notice How long a block that is begun now stays open, in seconds.
    """
    return self._load().seal_interval


@external
@view
def seal_interval_bounds() -> (uint256, uint256):
    """
    @notice The least and the most that the owner can set it to.
    """
    return MIN_INTERVAL, MAX_INTERVAL


@external
@nonreentrant
def set_seal_interval(seal_interval: uint256):
    """
    @notice Set how long a block stays open, for blocks that are begun from now on. Only the owner.
    """
    ownable._check_owner()
    block_: Open = self._load()
    block_.seal_interval = self._bounded(seal_interval)
    self._store_counters(block_)
    log SealIntervalSet(seal_interval=seal_interval)


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
    assert self.words[index] == self._commitment(digest, timestamp, draw, index), "pool: wrong seal"
    assert block.number > draw + HASH_WINDOW, "pool: draw still known"
    again: uint256 = block.number + 1
    self.words[index] = self._commitment(digest, timestamp, again, index)
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
    first: uint256 = block_.proved
    root_: uint256 = self._root(first)
    inputs: DynArray[uint256[types.MAX_PUBLIC], types.MAX_BATCH] = []
    left: DynArray[uint256[8], types.MAX_BATCH] = []
    for i: uint256 in range(len(blocks), bound=types.MAX_BLOCKS):
        if blocks[i].index < first:
            continue
        assert blocks[i].index == block_.proved, "pool: out of order"
        assert blocks[i].index < block_.index, "pool: not sealed"
        inputs.append(self._statement(blocks[i], root_))
        left.append(proofs[i])
        root_ = blocks[i].new_root
        # What the proofs are good for is recorded before they are checked: without them, nothing of
        # this call stays.
        self.words[block_.proved] = convert(root_, bytes32)
        block_.proved = unsafe_add(block_.proved, 1)
    if len(left) == 0:
        return
    assert staticcall VERIFIER.verify(left, inputs), "pool: invalid proof"
    self._store_counters(block_)


@internal
def _statement(block_: types.Block, old_root: uint256) -> uint256[types.MAX_PUBLIC]:
    """
    @dev What a proof has to say of this block, in the order of the circuit's public signals; reverts
         unless the block is what was sealed.
    """
    digest: bytes32 = entries._digest(block_)
    assert self.words[block_.index] == self._commitment(
        digest, block_.timestamp, block_.draw, block_.index
    ), "pool: wrong entries"
    entropy: uint256 = self._entropy(block_.draw, block_.index)
    z: uint256 = (
        convert(keccak256(abi_encode(digest, block_.block_root)), uint256) % types.FIELD_ORDER
    )
    log Proved(
        index=block_.index,
        block_root=block_.block_root,
        entropy=entropy,
        root=block_.new_root,
    )
    return [
        old_root,
        block_.new_root,
        block_.index,
        block_.block_root,
        block_.timestamp,
        entropy,
        z,
        entries._sum(block_, z),
    ]


@internal
def _deposited(open: Open, word: uint256, inner: uint256) -> Open:
    """
    @dev Append a deposit. The caller has checked that `word` is a value of 1 to 2^96 - 1, with or
         without `MINEABLE`, and that `inner` is below the field's order.
    """
    block_: Open = open
    if self._is_closed(block_.due, unsafe_add(block_.notes, 1), block_.spends):
        block_ = self._next(block_)
    block_.digest = keccak256(
        abi_encode(block_.digest, unsafe_add(entries.DEPOSIT, word), inner)
    )
    block_.notes = unsafe_add(block_.notes, 1)
    return block_


@internal
def _transferred(open: Open, row: uint256[4]) -> Open:
    """
    @dev Append a transfer: out1, out2, nullifier1, nullifier2. The caller has checked that all four are
         below the field's order.
    """
    block_: Open = open
    if self._is_closed(block_.due, unsafe_add(block_.notes, 2), unsafe_add(block_.spends, 2)):
        block_ = self._next(block_)
    block_.digest = keccak256(abi_encode(block_.digest, row))
    block_.notes = unsafe_add(block_.notes, 2)
    block_.spends = unsafe_add(block_.spends, 2)
    return block_


@internal
@view
def _is_closed(due: uint256, notes: uint256, spends: uint256) -> bool:
    """
    @dev Whether an operation that would bring the open block to so many notes and spends goes to the
         next block: this one is due, as a block without entries always is, or has too few slots left.
    """
    return block.timestamp >= due or notes > types.SLOTS or spends > types.SLOTS


@internal
def _next(open: Open) -> Open:
    """
    @dev The block that follows `open`, which is sealed unless it is empty. The first entry of a block
         fixes when it is due, so a change of the interval can't reach a block that people have already
         entered.
    """
    block_: Open = open
    if unsafe_add(block_.notes, block_.spends) != 0:
        block_ = self._sealed(block_)
    assert block_.index < MAX_LEDGER, "pool: the ledger is full"
    block_.due = unsafe_add(block.timestamp, block_.seal_interval)
    return block_


@internal
def _sealed(open: Open) -> Open:
    """
    @dev Seal `open` and begin the next block. A block that is sealed late still bears the time at which
         it was due, so nobody can make an early spend look late by waiting.
    """
    timestamp: uint256 = min(block.timestamp, open.due)
    draw: uint256 = block.number + 1
    self.words[open.index] = self._commitment(open.digest, timestamp, draw, open.index)
    log Sealed(index=open.index, digest=open.digest, timestamp=timestamp, draw=draw)
    return Open(
        index=unsafe_add(open.index, 1),
        notes=0,
        spends=0,
        due=0,
        proved=open.proved,
        seal_interval=open.seal_interval,
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
@view
def _root(proved: uint256) -> uint256:
    if proved == 0:
        return EMPTY_ROOT
    return convert(self.words[unsafe_sub(proved, 1)], uint256)


@internal
@view
def _root_after(index: uint256, proved: uint256) -> uint256:
    """
    @dev 0 is never a root that somebody could prove anything under: it would take a preimage.
    """
    if index >= proved:
        return 0
    return convert(self.words[index], uint256)


@internal
@view
def _bounded(seal_interval: uint256) -> uint256:
    assert (
        MIN_INTERVAL <= seal_interval and seal_interval <= MAX_INTERVAL
    ), "pool: interval out of bounds"
    return seal_interval


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
        proved=(packed >> 88) & (2 ** 32 - 1),
        seal_interval=packed >> 120,
        digest=self.words[index],
    )


@internal
def _store(open: Open):
    # A block that was just begun has no digest to keep, and its storage word is still 0.
    if open.digest != empty(bytes32):
        self.words[open.index] = open.digest
    self._store_counters(open)


@internal
def _store_counters(open: Open):
    self.packed = (
        open.index
        | (open.notes << 32)
        | (open.spends << 40)
        | (open.due << 48)
        | (open.proved << 88)
        | (open.seal_interval << 120)
    )
