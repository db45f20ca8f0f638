"""A request has one form for each content, and one content for each id."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.requests import (
    BOTH,
    CLAIM,
    CLAIM_ALONE,
    OTHER_PROOF,
    PROOF,
    REQUESTS,
    SOMEBODY,
    TRANSFER,
    TRANSFER_ALONE,
)
from winze.protocol import FIELD_ORDER, Claim, EthAddress, Transfer
from winze.wire import (
    CLAIM_FIELDS,
    TRANSFER_FIELDS,
    InvalidForm,
    Number,
    RelayRequest,
)

numbers = st.integers(0, FIELD_ORDER - 1)
wei = st.integers(0, 2**96 - 1)
times = st.integers(0, 2**40 - 1)
anchors = st.integers(0, 2**26 - 1)
addresses = st.binary(min_size=20, max_size=20).map(EthAddress.from_bytes)
transfers = st.builds(
    Transfer,
    anchor=anchors,
    nullifier1=numbers,
    nullifier2=numbers,
    out1=numbers,
    out2=numbers,
    recipient=addresses,
    amount=wei,
    fee=wei,
    relayer=addresses,
    not_before=times,
    deadline=times,
    claim_id=numbers,
    inner=numbers,
    memos=st.binary(min_size=160, max_size=160),
)
claims = st.builds(
    Claim,
    anchor=anchors,
    claim_id=numbers,
    value=wei,
    recipient=addresses,
    not_before=times,
    deadline=times,
)

named = pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)


@given(transfers, claims)
def test_whatever_is_written_is_read_again(transfer: Transfer, claim: Claim) -> None:
    paying = replace(transfer, claim_id=claim.claim_id)
    for request in (
        RelayRequest(transfer, PROOF),
        RelayRequest(claim=claim, claim_proof=PROOF),
        RelayRequest(paying, PROOF, claim, OTHER_PROOF),
    ):
        assert RelayRequest.from_json(request.to_json()) == request
        assert RelayRequest.decode(request.encode()) == request


def test_the_tables_name_every_field() -> None:
    assert list(TRANSFER_FIELDS) == [field.name for field in fields(Transfer)]
    assert list(CLAIM_FIELDS) == [field.name for field in fields(Claim)]


def test_ids_are_known_answers() -> None:
    """They stand in databases and journals: a change of them loses requests."""
    assert {name: request.id for name, request in REQUESTS.items()} == {
        "a transfer": "33d143440923caf40db96cf323c20b280ef329e1a4ddeed5e7f4815252526a56",
        "a claim": "00ad06a31de66f0db70d28c940867b34f6f394f6639ced4f1d6f2c6c60fd1b23",
        "both": "fe7b3c61b3b78c96784b76c6ad53e096b90de78d3a892ba717a2dc30b7098e93",
    }


def test_another_proof_of_the_same_is_the_same_request() -> None:
    assert RelayRequest(TRANSFER, OTHER_PROOF).id == TRANSFER_ALONE.id
    assert replace(BOTH, transfer_proof=OTHER_PROOF, claim_proof=PROOF).id == BOTH.id


@pytest.mark.parametrize("field", TRANSFER_FIELDS)
def test_another_transfer_is_another_request(field: str) -> None:
    transfer = changed(field, other(getattr(TRANSFER, field)))
    assert RelayRequest(transfer, PROOF).id != TRANSFER_ALONE.id


@pytest.mark.parametrize("field", CLAIM_FIELDS)
def test_another_claim_is_another_request(field: str) -> None:
    claim = replace(CLAIM, **{field: other(getattr(CLAIM, field))})
    assert RelayRequest(claim=claim, claim_proof=PROOF).id != CLAIM_ALONE.id


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, EthAddress):
        return EthAddress("0x" + "5c" * 20)
    return bytes([value[0] ^ 1]) + value[1:] if isinstance(value, bytes) else value ^ 1


def test_parts_and_their_proofs_go_together() -> None:
    assert len({request.id for request in REQUESTS.values()}) == 3
    with pytest.raises(InvalidForm, match="request asks for nothing"):
        RelayRequest()
    incomplete: dict[str, dict[str, Any]] = {
        "transfer_proof": {"transfer": TRANSFER, "claim": CLAIM, "claim_proof": PROOF},
        "claim_proof": {"transfer": TRANSFER, "transfer_proof": PROOF, "claim_proof": PROOF},
    }
    for name, parts in incomplete.items():
        with pytest.raises(InvalidForm, match=rf"^{name} must be there exactly") as caught:
            RelayRequest(**parts)
        assert caught.value.field == name


def test_a_transfer_pays_for_the_claim_beside_it() -> None:
    with pytest.raises(InvalidForm, match=r"^transfer.claim_id must be the claim's, 77; it is 78"):
        RelayRequest(replace(TRANSFER, claim_id=78), PROOF, CLAIM, PROOF)


@pytest.mark.parametrize(
    ("field", "bound"),
    [
        ("anchor", 2**26),
        ("nullifier1", FIELD_ORDER),
        ("nullifier2", FIELD_ORDER),
        ("out1", FIELD_ORDER),
        ("out2", FIELD_ORDER),
        ("amount", 2**96),
        ("fee", 2**96),
        ("not_before", 2**40),
        ("deadline", 2**40),
        ("claim_id", FIELD_ORDER),
        ("inner", FIELD_ORDER),
    ],
)
def test_numbers_are_below_their_bounds(field: str, bound: int) -> None:
    most = RelayRequest(changed(field, bound - 1), PROOF)
    assert RelayRequest.from_json(most.to_json()) == most == RelayRequest.decode(most.encode())
    for wrong in (bound, -1):
        with pytest.raises(InvalidForm, match=rf"^transfer.{field} must be at least 0 and below"):
            RelayRequest(changed(field, wrong), PROOF)
    form = json.loads(most.to_json())
    text = isinstance(TRANSFER_FIELDS[field], Number)
    form["transfer"][field] = str(bound) if text else bound
    with pytest.raises(InvalidForm, match=rf"^transfer.{field} must be at least 0 and below"):
        RelayRequest.from_json(json.dumps(form))


def changed(field: str, value: Any) -> Transfer:
    """The transfer with another value."""
    return replace(TRANSFER, **{field: value})


@pytest.mark.parametrize("size", [159, 161])
def test_memos_have_their_size(size: int) -> None:
    with pytest.raises(InvalidForm, match=rf"^transfer.memos must be 160 bytes; {size} is not"):
        RelayRequest(replace(TRANSFER, memos=bytes(size)), PROOF)


def test_plain_text_is_no_address_and_a_boolean_no_number() -> None:
    with pytest.raises(InvalidForm, match=r"^transfer.recipient must be an Ethereum address"):
        RelayRequest(replace(TRANSFER, recipient=str(SOMEBODY)), PROOF)  # type: ignore[arg-type]
    with pytest.raises(InvalidForm, match=r"^transfer.fee must be an integer, not True"):
        RelayRequest(replace(TRANSFER, fee=True), PROOF)


WRONG_VALUES: dict[str, list[Any]] = {
    "anchor": ["3", 3.0, True, None, -1, [3], {}, 1e3],
    "nullifier1": [
        2,
        "",
        "02",
        "+2",
        "-2",
        " 2",
        "2 ",
        "2.0",
        "0x2",
        "\uff12",
        "2_0",
        "9" * 79,
        None,
    ],
    "recipient": [
        SOMEBODY.lower(),
        SOMEBODY.upper(),
        SOMEBODY[2:],
        SOMEBODY[:-1],
        SOMEBODY + "0",
        SOMEBODY.swapcase(),
        "",
        0,
        None,
        [SOMEBODY],
    ],
    "memos": ["0x", "0x" + "AB" * 160, "ab" * 161, "0x" + "g0" * 160, "0X" + "ab" * 160, None, []],
    "deadline": ["0", 0.5, None, [], 2**53],
}


@pytest.mark.parametrize(
    ("field", "wrong"), [(field, each) for field, all_ in WRONG_VALUES.items() for each in all_]
)
def test_a_value_has_one_spelling(field: str, wrong: Any) -> None:
    form = json.loads(TRANSFER_ALONE.to_json())
    form["transfer"][field] = wrong
    with pytest.raises(InvalidForm) as caught:
        RelayRequest.from_json(json.dumps(form))
    assert caught.value.field in {f"transfer.{field}", "body"}
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("proof", ["0x" + "ab" * 255, "0x" + "ab" * 257, "0x" + "AB" * 256, 5])
def test_a_proof_has_one_spelling(proof: Any) -> None:
    form = json.loads(TRANSFER_ALONE.to_json()) | {"transfer_proof": proof}
    with pytest.raises(InvalidForm, match=r"^transfer_proof must be 256 bytes"):
        RelayRequest.from_json(json.dumps(form))


def without(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(form: dict[str, Any]) -> None:
        for name in path[:-1]:
            form = form[name]
        del form[path[-1]]

    return change


def with_more(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(form: dict[str, Any]) -> None:
        for name in path[:-1]:
            form = form[name]
        form[path[-1]] = 1

    return change


@pytest.mark.parametrize(
    ("change", "field"),
    [
        *((without("transfer", name), f"transfer.{name}") for name in TRANSFER_FIELDS),
        *((without("claim", name), f"claim.{name}") for name in CLAIM_FIELDS),
        (with_more("transfer", "more"), "transfer.more"),
        (with_more("claim", "more"), "claim.more"),
        (with_more("more"), "request.more"),
        (with_more("transfer"), "transfer"),
        (without("transfer_proof"), "transfer_proof"),
        (without("claim"), "claim_proof"),
        (with_more("y" * 1000), "request." + "y" * 40 + "…"),
    ],
)
def test_fields_are_all_there_and_no_others(
    change: Callable[[dict[str, Any]], None], field: str
) -> None:
    form = json.loads(BOTH.to_json())
    change(form)
    with pytest.raises(InvalidForm) as caught:
        RelayRequest.from_json(json.dumps(form))
    assert caught.value.field == field


@named
def test_bytes_are_read_to_the_last(request_: RelayRequest) -> None:
    data = request_.encode()
    with pytest.raises(InvalidForm, match="request has 1 bytes too many"):
        RelayRequest.decode(data + b"\0")
    for size in (0, 1, len(data) // 2, len(data) - 1):
        with pytest.raises(InvalidForm, match=r"^request (ends|does not begin)"):
            RelayRequest.decode(data[:size])


def test_its_parts_are_those_that_are_there_the_transfer_first() -> None:
    assert TRANSFER_ALONE.parts == (TRANSFER,)
    assert CLAIM_ALONE.parts == (CLAIM,)
    assert BOTH.parts == (BOTH.transfer, CLAIM)


@pytest.mark.parametrize("parts", [0, 4, 255])
def test_bytes_begin_with_the_parts(parts: int) -> None:
    with pytest.raises(InvalidForm, match="does not begin"):
        RelayRequest.decode(bytes([parts]) + TRANSFER_ALONE.encode()[1:])


@named
def test_the_proofs_are_not_shown(request_: RelayRequest) -> None:
    assert PROOF.hex()[:40] not in repr(request_)
    assert repr(bytes(PROOF))[2:20] not in repr(replace_memos(request_))


def replace_memos(request: RelayRequest) -> RelayRequest:
    if request.transfer is None:
        return request
    return replace(request, transfer=replace(request.transfer, memos=b"\xff" * 160))
