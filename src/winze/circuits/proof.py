"""A Groth16 proof as the contracts take it (protocol §8)."""

from collections.abc import Sequence
from typing import Final, Self

from .errors import MalformedProof

_WORD_BYTES: Final = 32
_WORDS: Final = 8


class Proof(bytes):
    """256 bytes: the points A (2 words), B (4) and C (2), with B's imaginary parts first.

    The size is checked, nothing else: whether it proves anything is for `Prover.verify` to say.
    """

    __slots__ = ()

    def __new__(cls, data: bytes) -> Self:
        """Wrap `data`.

        Raises:
            MalformedProof: it is not 256 bytes long.
        """
        if len(data) != _WORDS * _WORD_BYTES:
            raise MalformedProof(
                f"a proof has {_WORDS * _WORD_BYTES} bytes; {len(data)} were given"
            )
        return super().__new__(cls, data)

    @classmethod
    def from_words(cls, words: Sequence[int]) -> Self:
        """The proof that these 8 words of a call or an event stand for.

        Raises:
            MalformedProof: there are not 8, or one is not a 256-bit word.
        """
        try:
            return cls(b"".join(word.to_bytes(_WORD_BYTES) for word in words))
        except OverflowError as error:
            raise MalformedProof("a proof's words are from 0 to 2^256 - 1; one is not") from error

    @property
    def words(self) -> tuple[int, ...]:
        """The 8 words that the contracts take."""
        return tuple(
            int.from_bytes(self[start : start + _WORD_BYTES])
            for start in range(0, len(self), _WORD_BYTES)
        )
