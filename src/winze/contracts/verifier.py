"""The verifier of one circuit's proofs (protocol §8)."""

from collections.abc import Sequence
from typing import ClassVar, Final

from winze.circuits import Proof

from .contract import Contract
from .rpc import At

MAX_PUBLIC: Final = 8
"""Public signals that the contract has room for; a row that needs fewer ends in zeros."""


class Verifier(Contract):
    """`verifier.vy`, deployed once for each circuit."""

    SOURCE: ClassVar = "verifier"

    async def verify(
        self, proofs: Sequence[Proof], signals: Sequence[Sequence[int]], at: At = "latest"
    ) -> bool:
        """Whether every proof holds for its public signals; 16 at most.

        Raises:
            TransactionReverted: a proof is no points of the curve at all.
        """
        rows = [input_row(each) for each in signals]
        return bool(await self._one("verify", [proof.words for proof in proofs], rows, at=at))

    async def public_inputs(self, at: At = "latest") -> int:
        """How many public signals a proof has."""
        return int(await self._one("public_inputs", at=at))


def input_row(signals: Sequence[int]) -> list[int]:
    """Public signals as the contract takes them: zeros stand in the places that they leave."""
    return [int(value) for value in signals] + [0] * (MAX_PUBLIC - len(signals))
