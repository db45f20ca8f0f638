"""Bech32m against BIP-350's own vectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winze.protocol import InvalidAddress
from winze.protocol.bech32m import decode_bech32m, encode_bech32m

VALID = [
    "a1lqfn3a",
    "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
    "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
    "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
    "?1v759aa",
]

INVALID = {
    "\x201xj0phk": "prefix",
    "\x7f1g6xzxy": "prefix",
    "\x801vctc34": "does not use",
    "an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4": (
        "prefix"
    ),
    "qyrz8wqd2c9m": "a prefix, 1, data and a checksum",
    "1qyrz8wqd2c9m": "prefix",
    "y1b0jsk6g": "'b', which bech32m does not use",
    "lt1igcx5c0": "'i', which bech32m does not use",
    "in1muywd": "a prefix, 1, data and a checksum",
    "mm1crxm3i": "'i', which bech32m does not use",
    "au1s5cgom": "'o', which bech32m does not use",
    "M1VUXWEZ": "fails its checksum",
    "16plkw9": "prefix",
    "1p2gdwpf": "prefix",
    "A1lqfn3a": "mixes upper and lower case",
    # BIP-173's Bech32, whose checksum ends in another constant.
    "a12uel5l": "fails its checksum",
    # Right in itself, but its 410 bits are no whole number of bytes.
    "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8": (
        "bits left over"
    ),
    # The sign for kelvin, which is k in lower case.
    "ABCDEF1L7AUM6ECH\u212a45NJ3S0WDVT2FG8X9YRZPQZD3RYX": "does not use",
}

prefixes = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=83)


@pytest.mark.parametrize("text", VALID)
def test_what_the_standard_calls_valid_reads_and_writes_the_same(text: str) -> None:
    assert encode_bech32m(*decode_bech32m(text)) == text
    assert decode_bech32m(text.upper()) == decode_bech32m(text)


@pytest.mark.parametrize("text", INVALID)
def test_what_the_standard_calls_invalid_is_refused_for_its_reason(text: str) -> None:
    with pytest.raises(InvalidAddress, match=INVALID[text]):
        decode_bech32m(text)


@given(prefixes, st.binary(max_size=100))
def test_any_bytes_come_back(prefix: str, data: bytes) -> None:
    prefix = prefix.lower()
    assert decode_bech32m(encode_bech32m(prefix, data)) == (prefix, data)


@given(st.binary(min_size=64, max_size=64), st.data())
def test_one_wrong_letter_in_a_long_text_is_noticed(data: bytes, draw: st.DataObject) -> None:
    text = encode_bech32m("winze", data)
    place = draw.draw(st.integers(len("winze1"), len(text) - 1))
    letter = draw.draw(st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"))
    if letter != text[place]:
        with pytest.raises(InvalidAddress, match="fails its checksum"):
            decode_bech32m(text[:place] + letter + text[place + 1 :])


@pytest.mark.parametrize("prefix", ["", "a" * 84, "Winze", "win ze", "winzé"])
def test_a_prefix_that_the_standard_does_not_allow_is_refused(prefix: str) -> None:
    with pytest.raises(InvalidAddress, match="prefix"):
        encode_bech32m(prefix, b"")
