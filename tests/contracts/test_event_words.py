"""Events as words: what was written is read back, and what is no event is refused."""

from dataclasses import astuple, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winze.contracts import (
    POOL_EVENTS,
    REWARDS_EVENTS,
    ContractEvent,
    Pool,
    Rewards,
    UnexpectedAnswer,
    decode_event,
    encode_event,
)
from winze.protocol import (
    MEMOS_BYTES,
    ClaimSkipped,
    ClaimSkipReason,
    Deposited,
    EthAddress,
    PausedSet,
    Sealed,
    Skipped,
    SkipReason,
    Transferred,
    word,
)

KINDS = {**POOL_EVENTS, **REWARDS_EVENTS}
NUMBERS = st.integers(0, (1 << 256) - 1)
ALICE = EthAddress("0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    int: NUMBERS,
    bool: st.booleans(),
    EthAddress: st.binary(min_size=20, max_size=20).map(EthAddress.from_bytes),
    SkipReason: st.sampled_from(SkipReason),
    ClaimSkipReason: st.sampled_from(ClaimSkipReason),
}
SIZES = {"memos": MEMOS_BYTES, "digest": 32}


def some(kind: type[ContractEvent]) -> st.SearchStrategy[Any]:
    """Any event of a kind."""
    return st.builds(
        kind,
        **{
            field.name: st.binary(min_size=SIZES[field.name], max_size=SIZES[field.name])
            if field.type is bytes
            else VALUES[field.type]
            for field in fields(kind)
        },
    )


@given(event=st.sampled_from(list(KINDS.values())).flatmap(some))
def test_every_event_is_read_back_as_it_was_written(event: Any) -> None:
    words = encode_event(event)
    found = decode_event(type(event), words)
    assert found == event
    assert [type(value) for value in astuple(found)] == [type(value) for value in astuple(event)]


@pytest.mark.parametrize("contract", [Pool, Rewards])
def test_the_words_are_those_that_the_contract_emits(contract: Any) -> None:
    """Field by field, in the source's order, and as many words as the ABI says."""
    for name, kind in contract.EVENTS.items():
        event = contract.artifact().abi.event(name)
        assert [field.name for field in fields(kind)] == [each for each, _, _ in event.inputs]
        topics = 32 * sum(is_topic for _, _, is_topic in event.inputs)
        several = sum(SIZES.get(field.name, 32) for field in fields(kind))
        assert sum(event.sizes) + topics == several


def test_words_are_the_abis() -> None:
    event = Deposited(ALICE, 5, 6)
    assert encode_event(event) == bytes(12) + ALICE.bytes20 + word(5) + word(6)


@pytest.mark.parametrize("size", [0, 31, 64, 95, 97, 128])
def test_another_number_of_bytes_is_refused(size: int) -> None:
    with pytest.raises(UnexpectedAnswer, match="no Deposited is 0x"):
        decode_event(Deposited, bytes(size))


@pytest.mark.parametrize("slack", [-1, 1, 31])
def test_part_of_a_word_is_refused(slack: int) -> None:
    transferred = Transferred(ALICE, 1, 2, 3, 4, 5, bytes(MEMOS_BYTES + slack))
    with pytest.raises(UnexpectedAnswer, match="no Transferred is 0x"):
        decode_event(Transferred, encode_event(transferred))
    with pytest.raises(UnexpectedAnswer, match="no Sealed is 0x"):
        decode_event(Sealed, encode_event(Sealed(1, bytes(32 + slack), 2, 3)))


@pytest.mark.parametrize("place", [0, 11])
def test_an_address_has_nothing_before_it(place: int) -> None:
    words = bytearray(encode_event(Deposited(ALICE, 5, 6)))
    words[place] = 1
    with pytest.raises(UnexpectedAnswer, match="is no address"):
        decode_event(Deposited, bytes(words))


@pytest.mark.parametrize(("reason", "known"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_reason_is_one_of_those_that_there_are(reason: int, *, known: bool) -> None:
    for kind, before in ((Skipped, word(1) + word(2)), (ClaimSkipped, word(1))):
        if known:
            assert decode_event(kind, before + word(reason)).reason == reason  # type: ignore[attr-defined]
        else:
            with pytest.raises(UnexpectedAnswer, match="is not a valid"):
                decode_event(kind, before + word(reason))


@pytest.mark.parametrize(("flag", "known"), [(0, True), (1, True), (2, False)])
def test_a_flag_is_true_or_false(flag: int, *, known: bool) -> None:
    if known:
        assert decode_event(PausedSet, word(flag)) == PausedSet(paused=bool(flag))
    else:
        with pytest.raises(UnexpectedAnswer, match="neither true nor false"):
            decode_event(PausedSet, word(flag))
