"""Sealing with a passphrase."""

import pytest

from winze.wallet.errors import SealUnreadable, WrongPassphrase
from winze.wallet.sealing import COST, Cost, opened_with_passphrase, sealed_with_passphrase

CHEAP = Cost(passes=1, kib=8)
HEADER = 34


def sealed(content: bytes = b"content", words: str = "some words") -> bytes:
    return sealed_with_passphrase(content, words, CHEAP)


@pytest.mark.parametrize("content", [b"", b"x", bytes(100_000)])
def test_what_was_sealed_is_opened(content: bytes) -> None:
    assert opened_with_passphrase(sealed(content), "some words") == content


def test_by_default_a_guess_costs_a_lot_and_is_opened_as_well() -> None:
    assert (COST.passes, COST.kib) == (3, 256 * 1024)
    assert opened_with_passphrase(sealed_with_passphrase(b"x", "p"), "p") == b"x"


def test_two_seals_of_one_content_have_nothing_in_common() -> None:
    first, second = sealed(), sealed()
    assert first[18:] != second[18:]
    assert first[HEADER:] != second[HEADER:]


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(WrongPassphrase, match="another one, or the file is damaged"):
        opened_with_passphrase(sealed(), "some word")


def test_an_empty_passphrase_is_refused() -> None:
    with pytest.raises(WrongPassphrase, match="protects nothing"):
        sealed(words="")


def test_a_passphrase_is_the_same_however_a_keyboard_composes_it() -> None:
    assert opened_with_passphrase(sealed(words="z\u00fcrich"), "zu\u0308rich") == b"content"


def test_no_bit_can_be_changed() -> None:
    whole = sealed()
    for place in range(8 * len(whole)):
        if 8 * 13 <= place < 8 * 18:
            continue  # the cost: below
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises((SealUnreadable, WrongPassphrase)):
            opened_with_passphrase(bytes(changed), "some words")


@pytest.mark.parametrize(("passes", "kib"), [(0, 8), (17, 8), (1, 7), (1, (1 << 20) + 1)])
def test_a_forged_cost_is_refused_before_it_is_paid(passes: int, kib: int) -> None:
    whole = sealed()
    forged = whole[:13] + bytes([passes]) + kib.to_bytes(4) + whole[18:]
    with pytest.raises(SealUnreadable, match="no Winze seals with"):
        opened_with_passphrase(forged, "some words")


def test_another_cost_within_the_bounds_opens_nothing() -> None:
    whole = sealed()
    forged = whole[:13] + bytes([2]) + (9).to_bytes(4) + whole[18:]
    with pytest.raises(WrongPassphrase):
        opened_with_passphrase(forged, "some words")


@pytest.mark.parametrize("length", [0, 12, HEADER - 1])
def test_what_is_too_short_is_no_seal(length: int) -> None:
    with pytest.raises(SealUnreadable, match="not sealed by Winze"):
        opened_with_passphrase(sealed()[:length], "some words")


@pytest.mark.parametrize("left", [HEADER, HEADER + 1, HEADER + 39, -1])
def test_a_seal_that_was_cut_off_opens_nothing(left: int) -> None:
    with pytest.raises(WrongPassphrase):
        opened_with_passphrase(sealed()[:left], "some words")


def test_a_newer_seal_says_so() -> None:
    whole = sealed()
    with pytest.raises(SealUnreadable, match="version 2 and version 1 is understood"):
        opened_with_passphrase(whole[:12] + bytes([2]) + whole[13:], "some words")
