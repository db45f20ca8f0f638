"""Proofs as bytes and as words."""

import pytest

from winze.circuits import MalformedProof, Proof

DATA = bytes(range(256))


def test_words_are_the_bytes_in_eight_pieces() -> None:
    proof = Proof(DATA)
    assert proof == DATA
    assert proof.words == tuple(int.from_bytes(DATA[32 * i : 32 * i + 32], "big") for i in range(8))
    assert Proof.from_words(proof.words) == proof


@pytest.mark.parametrize("size", [0, 255, 257])
def test_another_size_is_no_proof(size: int) -> None:
    with pytest.raises(MalformedProof, match=f"256 bytes; {size} were"):
        Proof(bytes(size))


@pytest.mark.parametrize("count", [7, 9])
def test_another_number_of_words_is_no_proof(count: int) -> None:
    with pytest.raises(MalformedProof, match="256 bytes"):
        Proof.from_words([1] * count)


@pytest.mark.parametrize("word", [-1, 1 << 256])
def test_a_word_has_256_bits(word: int) -> None:
    Proof.from_words([*[1] * 7, (1 << 256) - 1])
    with pytest.raises(MalformedProof, match="2\\^256"):
        Proof.from_words([*[1] * 7, word])
