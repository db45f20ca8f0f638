"""Values to bytes and back, by what a contract's ABI says."""

import pytest
from eth_abi import encode

from winze.contracts import Abi, InvalidCall, UnexpectedAnswer
from winze.protocol import EthAddress, Field, word

ALICE = EthAddress("0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
POINT = {
    "name": "point",
    "type": "tuple",
    "components": [{"name": "x", "type": "uint256"}, {"name": "who", "type": "address"}],
}
ABI = Abi(
    [
        {
            "type": "function",
            "name": "transfer",
            "inputs": [{"name": "to", "type": "address"}, {"name": "value", "type": "uint256"}],
            "outputs": [{"name": "", "type": "bool"}],
        },
        {
            "type": "function",
            "name": "draw",
            "inputs": [POINT],
            "outputs": [{"name": "", "type": "uint256"}, {"name": "", "type": "address"}],
        },
        {"type": "function", "name": "draw", "inputs": [], "outputs": []},
        {
            "type": "event",
            "name": "Transfer",
            "inputs": [
                {"name": "from", "type": "address", "indexed": True},
                {"name": "value", "type": "uint256", "indexed": False},
                {"name": "to", "type": "address", "indexed": True},
            ],
        },
        {"type": "constructor", "inputs": [{"name": "minter", "type": "address"}]},
    ]
)


def test_a_selector_is_the_known_one() -> None:
    assert ABI.function("transfer", 2).selector.hex() == "a9059cbb"


def test_a_call_is_the_selector_and_its_values() -> None:
    data = ABI.function("transfer", 2).encode(ALICE, 7)
    assert data == bytes.fromhex("a9059cbb") + encode(["address", "uint256"], [ALICE, 7])


def test_a_quantity_is_encoded_as_its_number() -> None:
    function = ABI.function("transfer", 2)
    assert function.encode(ALICE, Field(7)) == function.encode(ALICE, 7)


def test_a_struct_is_a_tuple_in_the_signature_and_in_the_values() -> None:
    function = ABI.function("draw", 1)
    assert function.signature == "draw((uint256,address))"
    assert function.encode((3, ALICE))[4:] == encode(["(uint256,address)"], [(3, ALICE)])


def test_a_default_argument_makes_a_function_of_each_number_of_arguments() -> None:
    assert ABI.function("draw", 0).signature == "draw()"
    assert ABI.function("draw", 1).signature == "draw((uint256,address))"


def test_a_function_that_is_not_there_is_refused_by_name_and_number() -> None:
    with pytest.raises(InvalidCall, match="no function transfer takes 3 arguments"):
        ABI.function("transfer", 3)


@pytest.mark.parametrize("value", [-1, 1 << 256, "7", 7.0])
def test_a_value_that_the_type_has_no_room_for_is_refused(value: object) -> None:
    with pytest.raises(InvalidCall, match="transfer takes"):
        ABI.function("transfer", 2).encode(ALICE, value)


def test_the_greatest_value_has_room() -> None:
    assert ABI.function("transfer", 2).encode(ALICE, (1 << 256) - 1).endswith(b"\xff" * 32)


def test_too_few_values_are_refused() -> None:
    with pytest.raises(InvalidCall, match="takes 2 values, not 1"):
        ABI.function("transfer", 2).encode(ALICE)


def test_an_answer_has_addresses_with_their_checksum() -> None:
    answer = encode(["uint256", "address"], [5, ALICE])
    number, address = ABI.function("draw", 1).decode(answer)
    assert (number, address, type(address)) == (5, ALICE, EthAddress)


@pytest.mark.parametrize("cut", [0, 1, 32, 63])
def test_an_answer_that_is_too_short_is_told(cut: int) -> None:
    answer = encode(["uint256", "address"], [5, ALICE])
    with pytest.raises(UnexpectedAnswer, match="draw: "):
        ABI.function("draw", 1).decode(answer[:cut])


def test_an_event_is_known_by_the_hash_of_its_signature() -> None:
    types = ("address", "address", "uint256")
    entries = [{"name": f"p{i}", "type": kind, "indexed": False} for i, kind in enumerate(types)]
    event = Abi([{"type": "event", "name": "Transfer", "inputs": entries}]).event("Transfer")
    known = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"  # of every ERC-20
    assert event.topic.hex() == known


def test_an_events_words_stand_in_the_sources_order_wherever_the_log_has_them() -> None:
    event = ABI.event("Transfer")
    sender, value, receiver = word(7), word(9), word(8)
    assert event.words([event.topic, sender, receiver], value) == sender + value + receiver


def test_a_list_of_fixed_length_takes_as_many_words() -> None:
    kinds = ("uint256", "bytes32[5]")
    entries = [{"name": f"p{i}", "type": kind, "indexed": False} for i, kind in enumerate(kinds)]
    event = Abi([{"type": "event", "name": "Told", "inputs": entries}]).event("Told")
    assert event.words([event.topic], bytes(192)) == bytes(192)
    for size in (0, 191, 193, 224):
        with pytest.raises(UnexpectedAnswer, match="is no Told"):
            event.words([event.topic], bytes(size))


def test_a_log_of_another_event_is_refused() -> None:
    event = ABI.event("Transfer")
    words = [encode(["address"], [ALICE])] * 2
    with pytest.raises(UnexpectedAnswer, match="is no Transfer"):
        event.words([bytes(32), *words], encode(["uint256"], [9]))


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_a_log_with_other_topics_is_refused(count: int) -> None:
    event = ABI.event("Transfer")
    topics = [event.topic, *[encode(["address"], [ALICE])] * 3][:count]
    with pytest.raises(UnexpectedAnswer, match="is no Transfer"):
        event.words(topics, encode(["uint256"], [9]))


def test_the_constructor_says_what_it_takes() -> None:
    assert ABI.constructor == ("address",)
    assert Abi([]).constructor == ()
