"""Verifiers that answer as a test tells them, in the place of the real ones."""

from collections.abc import Sequence
from typing import Final, Self

from eth_abi.abi import encode

from tests.contracts.evm.assembler import assemble
from tests.contracts.evm.chain import Chain
from winze.contracts.verifier import input_row
from winze.protocol import EthAddress, keccak

ProofWords = tuple[int, ...]

BAD: Final[ProofWords] = (0,) * 8
"""A proof that holds for nothing."""

_CODE: Final = assemble(
    """
    1 SLOAD PUSH0 PUSH0 CALLDATACOPY
    1 SLOAD PUSH0 SHA3          ; what is asked; Vyper sends zeros behind it
    PUSH0 SLOAD                 ; what we were told
    DUP1 1 EQ
    SWAP2 EQ OR                 ; told to agree with anything, or with just this
    PUSH0 MSTORE 0x20 PUSH0 RETURN
    """
)
_AGREE: Final = 1
_NEVER: Final = 0
_SELECTOR: Final = keccak(b"verify(uint256[8][],uint256[8][])")[:4]


def good_proof(number: int) -> ProofWords:
    """A proof that holds wherever it is said to; each number has its own."""
    return tuple(range(8 * number + 1, 8 * number + 9))


class Told:
    """Judges for the model, and has the contract's verifier agree with nothing but the same.

    So the contract has to ask about exactly the public signals that the model worked out: roots,
    contexts, amounts, `z`, `sum`, and in the same order.
    """

    def __init__(self, chain: Chain, address: EthAddress) -> None:
        self._chain, self.address = chain, address
        self._answer = _NEVER
        self._size = 0
        chain.place(address, _CODE)

    def __call__(self, proofs: Sequence[object], signals: Sequence[Sequence[int]]) -> bool:
        """Whether the proofs hold: all do but `BAD` ones."""
        if BAD in proofs:
            self._answer = _NEVER
            return False
        rows = [input_row(each) for each in signals]
        asked = _SELECTOR + encode(["uint256[8][]", "uint256[8][]"], [proofs, rows])
        self._answer, self._size = int.from_bytes(keccak(asked)), len(asked)
        return True

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def agree(self) -> None:
        """Agree with anything, until the model asks."""
        self._answer = _AGREE

    def doubt(self) -> None:
        """Agree with nothing that the model has not asked about."""
        if self._answer == _AGREE:
            self._answer = _NEVER

    def speak(self) -> None:
        """From now on the contract's verifier answers so."""
        self._chain.store(self.address, 0, self._answer)
        self._chain.store(self.address, 1, self._size)
