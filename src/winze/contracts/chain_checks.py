"""What a chain must offer before anything is deployed on it (protocol §10).

Each check runs a few instructions by `eth_call`, without deploying anything.
"""

from typing import Final

from winze.protocol import EthAddress, word

from .call import ContractCall
from .errors import ChainUnreachable, RpcError, TransactionReverted, UnsupportedChain
from .rpc import Web3, rpc_errors, run

PAIRINGS: Final = 19
"""What a batch of 16 proofs needs in one call (protocol §8)."""

_PAIRING: Final = EthAddress.from_bytes((8).to_bytes(20, "big"))
_G1: Final = (1, 2)
_MINUS_G1: Final = (1, 0x30644E72E131A029B85045B68181585D97816A916871CA8D3C208C16D87CFD45)
_G2: Final = (
    0x198E9393920D483A7260BFB731FB5D25F1AA493335A9E71297E485B7AEF312C2,
    0x1800DEEF121F1E76426A00665E5C4479674322D4F75EDADD46DEBD5CD992F6ED,
    0x090689D0585FF075EC9E99AD690C3395BC4B313370B38EF355ACDADCD122975B,
    0x12C85EA5DB8C6DEB4AAB71808DCB408FE3D1E7690C43D37B4CE6CC0166FA7DAA,
)

# TSTORE 42 at slot 0, TLOAD it, MCOPY it from word 0 to word 1, return word 1.
_CANCUN: Final = bytes.fromhex("602a5f5d5f5c5f5260205f60205e60206020f3")
_CANCUN_ANSWER: Final = 42

# Return NUMBER and BLOCKHASH(NUMBER - 1), in this order: what a call without an address returns is
# taken for new code, which must not begin with 0xEF (EIP-3541), as a hash could.
_BLOCK_HASH: Final = bytes.fromhex("435f52600143034060205260405ff3")


async def require_features(w3: Web3) -> None:
    """Make sure that the contracts can work on the chain behind `w3`.

    Checked are the EVM's version (transient storage), the pairing of 19 pairs in one call, and
    that a contract learns the hash of a block. What cannot be checked is whether its producer
    could foresee that hash: that is a property of the chain's consensus.

    Raises:
        UnsupportedChain: the chain lacks something; the message names it.
        RpcError: the node cannot be asked.
    """
    await _require_cancun(w3)
    await _require_pairings(w3)
    await _require_block_hashes(w3)


async def _require_cancun(w3: Web3) -> None:
    answer = await _run(w3, "transient storage and MCOPY (Cancun)", None, _CANCUN)
    if int.from_bytes(answer) != _CANCUN_ANSWER:
        raise UnsupportedChain("the chain's transient storage does not keep what it is given")


async def _require_pairings(w3: Web3) -> None:
    """e(G1, G2) e(-G1, G2) is one however often it is repeated, and e(0, 0) too."""
    pairs = [_G1 + _G2, _MINUS_G1 + _G2] * (PAIRINGS // 2) + [(0,) * 6] * (PAIRINGS % 2)
    data = b"".join(word(coordinate) for pair in pairs for coordinate in pair)
    feature = f"a pairing check of {PAIRINGS} pairs in one call"
    if await _run(w3, feature, _PAIRING, data) != word(1):
        raise UnsupportedChain(f"the chain fails {feature}")


async def _require_block_hashes(w3: Web3) -> None:
    answer = await _run(w3, "the hash of the block before", None, _BLOCK_HASH)
    number, seen = int.from_bytes(answer[:32]), answer[32:]
    if number == 0:
        raise UnsupportedChain("the chain has no block but its first: wait for the next one")
    with rpc_errors(f"reading block {number - 1}"):
        told = bytes((await w3.eth.get_block(number - 1))["hash"])
    if seen != told:
        raise UnsupportedChain(
            f"a contract sees 0x{seen.hex()} as the hash of block {number - 1} and the node says "
            f"0x{told.hex()}: nobody could work out what a draw gave"
        )


async def _run(w3: Web3, feature: str, to: EthAddress | None, data: bytes) -> bytes:
    try:
        return await run(w3, ContractCall(f"trying {feature}", to, data))
    except TransactionReverted as problem:
        raise UnsupportedChain(f"the chain lacks {feature}: {problem.reason}") from problem
    except ChainUnreachable:
        raise
    except RpcError as problem:
        raise UnsupportedChain(f"the chain lacks {feature}: {problem}") from problem
