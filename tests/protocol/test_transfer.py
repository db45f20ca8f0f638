"""Transfers: what can be proved, and each reason why something cannot."""

from dataclasses import astuple, replace

import pytest
from eth_abi.abi import encode

from tests.protocol.histories import (
    ALICE,
    BOB,
    CHAIN_ID,
    MEMOS,
    NOBODY,
    POOL,
    RELAYER,
    Wallet,
    dummy,
    ledger_of,
    note_of,
    spend_number,
)
from winze.protocol import (
    DENOMINATIONS,
    ETHER,
    FIELD_ORDER,
    MEMOS_BYTES,
    Field,
    InvalidStatement,
    LeafKind,
    OutOfRange,
    Position,
    SpendingKey,
    SpentNote,
    Timestamp,
    Transfer,
    TransferTerms,
    TransferWitness,
    Wei,
    keccak,
    nullifier,
)

WALLET = Wallet.new()
HIGHEST = 2**96 - 1
TERMS = TransferTerms(
    memos=MEMOS,
    recipient=BOB,
    amount=Wei(3),
    fee=Wei(4),
    relayer=RELAYER,
    not_before=Timestamp(5),
    deadline=Timestamp(6),
    claim_id=Field(7),
    inner=Field(8),
)


def refused(message: str, **changes: object) -> None:
    with pytest.raises(InvalidStatement, match=message):
        WALLET.transfer(**changes)


def paying(value: int) -> dict[str, object]:
    """Changes by which a transfer pays out `value` of the notes' 5 ETH, without a fee."""
    rest = note_of(WALLET.keys[0], 5 * ETHER - value, 8)
    outputs = rest, note_of(WALLET.keys[0], 0, 9)
    return {"amount": Wei(value), "fee": Wei(0), "outputs": outputs}


def memo_words(memos: bytes) -> list[bytes]:
    return [memos[at : at + 32] for at in range(0, 160, 32)]


# -- what is proved -----------------------------------------------------------------------------


def test_the_context_is_the_contracts() -> None:
    types = ["uint256", "address", "address", "uint256", "uint256", "address", *["uint256"] * 4]
    words = [CHAIN_ID, POOL, BOB, 3, 4, RELAYER, 5, 6, 7, 8, *memo_words(MEMOS)]
    encoded = encode([*types, *["bytes32"] * 5], words)
    assert len(encoded) == 15 * 32
    assert TERMS.context(CHAIN_ID, POOL) == int.from_bytes(keccak(encoded)) >> 8


def flipped(at: int) -> bytes:
    """The memos with one bit of byte `at` changed."""
    return MEMOS[:at] + bytes([MEMOS[at] ^ 1]) + MEMOS[at + 1 :]


def test_every_term_and_every_word_of_the_memos_changes_the_context() -> None:
    others = [
        *(replace(TERMS, memos=flipped(at)) for at in (0, 31, 32, 64, 96, 128, 159)),
        replace(TERMS, recipient=ALICE),
        replace(TERMS, amount=Wei(4)),
        replace(TERMS, fee=Wei(3)),
        replace(TERMS, relayer=ALICE),
        replace(TERMS, not_before=Timestamp(6)),
        replace(TERMS, deadline=Timestamp(5)),
        replace(TERMS, claim_id=Field(8)),
        replace(TERMS, inner=Field(7)),
    ]
    contexts = {terms.context(CHAIN_ID, POOL) for terms in [TERMS, *others]}
    contexts |= {TERMS.context(CHAIN_ID + 1, POOL), TERMS.context(CHAIN_ID, ALICE)}
    assert len(contexts) == len(others) + 3


def test_terms_that_say_nothing_move_nothing_at_any_time() -> None:
    none, never = Field(0), Timestamp(0)
    assert TransferTerms(MEMOS) == TransferTerms(
        MEMOS, NOBODY, Wei(0), Wei(0), NOBODY, never, never, none, none
    )


@pytest.mark.parametrize(
    ("amount", "fee", "expected"),
    [(0, 0, 0), (1, 0, FIELD_ORDER - 1), (HIGHEST, HIGHEST, FIELD_ORDER - 2**97 + 2)],
)
def test_the_public_amount_is_what_leaves_negated(amount: int, fee: int, expected: int) -> None:
    terms = TransferTerms(MEMOS, amount=Wei(amount), fee=Wei(fee))
    assert terms.public_amount == expected


def test_a_statement_lists_its_signals_in_the_circuits_order() -> None:
    witness = WALLET.transfer()
    positions = [WALLET.ledger.note_positions(note.commitment)[0] for note in WALLET.notes]
    assert witness.statement.signals() == [
        WALLET.ledger.root,
        FIELD_ORDER - ETHER - ETHER // 2,
        witness.terms.context(CHAIN_ID, POOL),
        nullifier(WALLET.keys[0], WALLET.notes[0].commitment, positions[0]),
        nullifier(WALLET.keys[1], WALLET.notes[1].commitment, positions[1]),
        witness.outputs[0].commitment,
        witness.outputs[1].commitment,
    ]


def test_what_is_submitted_leads_to_the_same_statement() -> None:
    witness = WALLET.transfer(not_before=Timestamp(5), deadline=Timestamp(6), claim_id=Field(7))
    statement, transfer = witness.statement, witness.transfer
    assert transfer.statement(CHAIN_ID, POOL, WALLET.ledger.root) == statement
    assert astuple(transfer) == (
        *(1, statement.nullifier1, statement.nullifier2),
        *(statement.out1, statement.out2),
        *(BOB, ETHER, ETHER // 2, RELAYER, 5, 6, 7, 0, MEMOS),
    )


def test_a_submitted_transfer_may_hold_any_word_beyond_the_proofs_own() -> None:
    root = WALLET.ledger.root
    transfer = replace(
        WALLET.transfer().transfer,
        anchor=2**256 - 1,
        not_before=2**256 - 1,
        claim_id=FIELD_ORDER,
    )
    statement = transfer.statement(CHAIN_ID, POOL, root)
    assert statement.context != WALLET.transfer().statement.context
    for name in ("not_before", "claim_id"):
        with pytest.raises(OutOfRange):
            replace(transfer, **{name: 2**256}).statement(CHAIN_ID, POOL, root)
    for name in ("nullifier1", "nullifier2", "out1", "out2"):
        assert replace(transfer, **{name: FIELD_ORDER - 1}).statement(CHAIN_ID, POOL, root)
        with pytest.raises(OutOfRange):
            replace(transfer, **{name: FIELD_ORDER}).statement(CHAIN_ID, POOL, root)


def test_a_proof_speaks_of_the_root_and_the_anchor_only_says_where_it_stands() -> None:
    witness = WALLET.transfer()
    transfer, statement = witness.transfer, witness.statement
    older = WALLET.ledger.root_at(1)
    told = transfer.statement(CHAIN_ID, POOL, older)
    assert told == replace(statement, root=older) != statement
    moved = replace(transfer, anchor=0)
    assert moved.statement(CHAIN_ID, POOL, WALLET.ledger.root) == statement


def test_the_entry_is_what_the_statement_spends_and_makes() -> None:
    statement = WALLET.transfer().statement
    entry = statement.entry
    assert entry.nullifiers == (statement.nullifier1, statement.nullifier2)
    assert entry.commitments == (statement.out1, statement.out2)


def test_a_transfer_is_provable_under_an_older_root() -> None:
    ledger = ledger_of(
        *(list(block.entries.items) for block in WALLET.ledger.blocks), [spend_number(1)]
    )
    assert ledger.root != WALLET.ledger.root
    inputs = tuple(
        replace(spent, membership=ledger.note_membership(spent.position, 2))
        for spent in map(WALLET.spent, (0, 1))
    )
    witness = WALLET.transfer(inputs=inputs)
    assert witness.statement.root == WALLET.ledger.root == ledger.root_at(2)
    assert witness.transfer.anchor == 1


def test_a_dummy_fills_an_unused_input() -> None:
    inputs = WALLET.spent(0), dummy(WALLET.keys[1])
    outputs = note_of(WALLET.keys[0], ETHER, 8), note_of(WALLET.keys[0], ETHER // 2, 9)
    witness = WALLET.transfer(inputs=inputs, outputs=outputs)
    assert witness.inputs[1].position == 0
    assert witness.statement.nullifier2 == nullifier(
        WALLET.keys[1], inputs[1].note.commitment, Position(0)
    )


def test_a_witness_prints_no_secret() -> None:
    witness = WALLET.transfer()
    printed = repr(witness) + repr(witness.inputs)
    for key, note in zip(WALLET.keys, WALLET.notes, strict=True):
        assert f"={int(key)}" not in printed
        assert str(int(note.owner)) not in printed
    assert "Membership" not in printed


# -- what cannot be proved ----------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 2])
def test_an_input_of_another_key_is_refused(number: int) -> None:
    inputs = [WALLET.spent(0), WALLET.spent(1)]
    inputs[number - 1] = replace(inputs[number - 1], spending_key=SpendingKey(1))
    refused(f"input {number} belongs to another spending key", inputs=tuple(inputs))


def test_an_input_with_value_needs_its_place() -> None:
    inputs = WALLET.spent(0), replace(WALLET.spent(1), membership=None)
    refused(f"input 2 is worth {2 * ETHER} wei, so it needs its place", inputs=inputs)


def test_an_input_at_another_place_is_refused() -> None:
    inputs = WALLET.spent(0), replace(WALLET.spent(1), membership=WALLET.spent(0).membership)
    refused("input 2 is not at position 64 under root", inputs=inputs)


def test_an_input_that_the_root_does_not_hold_is_refused() -> None:
    refused("input 1 is not at position 64 under root", root=WALLET.ledger.root_at(1))


def test_the_place_of_a_spend_is_no_place_for_a_note() -> None:
    spent = WALLET.spent(0)
    place = replace(spent.membership, kind=LeafKind.SPEND)
    inputs = replace(spent, membership=place), WALLET.spent(1)
    refused("input 1 was given the place of a spend", inputs=inputs)


def test_one_note_twice_is_refused() -> None:
    spent = WALLET.spent(0)
    outputs = note_of(WALLET.keys[0], 4 * ETHER, 8), note_of(WALLET.keys[0], ETHER // 2, 9)
    refused("nullifiers must differ", inputs=(spent, spent), outputs=outputs)


def test_equal_notes_at_two_places_are_two_notes() -> None:
    key, note = WALLET.keys[0], WALLET.notes[0]
    ledger = ledger_of([WALLET.ledger.blocks[1].entries.items[0]] * 2)
    inputs = tuple(
        SpentNote(note, key, ledger.note_membership(position))
        for position in ledger.note_positions(note.commitment)
    )
    outputs = note_of(key, 4 * ETHER, 8), note_of(key, ETHER // 2, 9)
    assert WALLET.transfer(root=ledger.root, inputs=inputs, outputs=outputs).statement


@pytest.mark.parametrize("number", [1, 2])
def test_a_mineable_output_is_refused(number: int) -> None:
    outputs = list(WALLET.transfer().outputs)
    outputs[number - 1] = replace(outputs[number - 1], mineable=True)
    refused(f"output {number} is mineable", outputs=tuple(outputs))


@pytest.mark.parametrize("off", [-1, 1])
@pytest.mark.parametrize("what", ["amount", "fee", "output"])
def test_sums_balance_to_the_wei(what: str, off: int) -> None:
    message = f"inputs are worth {5 * ETHER} wei, but .* make {5 * ETHER + off}"
    if what == "output":
        first, second = WALLET.transfer().outputs
        refused(message, outputs=(first, replace(second, value=Wei(second.value + off))))
    else:
        refused(message, **{what: Wei(getattr(WALLET.transfer().terms, what) + off)})


def test_values_that_would_wrap_are_refused() -> None:
    note = note_of(WALLET.keys[0], 1, 8)
    object.__setattr__(note, "value", HIGHEST + 1)  # no type stands in the way of a rogue caller
    message = f"value must be at least 0 and below 2\\^96 wei; {HIGHEST + 1} is not"
    refused(f"output 2's {message}", outputs=(WALLET.transfer().outputs[0], note))
    refused(f"input 2's {message}", inputs=(WALLET.spent(0), SpentNote(note, WALLET.keys[0])))


@pytest.mark.parametrize("name", ["amount", "fee"])
@pytest.mark.parametrize("value", [-1, HIGHEST + 1])
def test_an_amount_or_fee_that_would_wrap_is_refused(name: str, value: int) -> None:
    refused(f"{name} must be at least 0 and below 2\\^96 wei; {value} is not", **{name: value})


def test_the_highest_amount_passes_that_rule() -> None:
    replace(TERMS, inner=Field(0), amount=Wei(HIGHEST), fee=Wei(HIGHEST)).check(POOL)


# -- what the pool would revert -----------------------------------------------------------------


@pytest.mark.parametrize("size", [0, MEMOS_BYTES - 1, MEMOS_BYTES + 1])
def test_memos_of_another_size_are_refused(size: int) -> None:
    refused(f"memos take 160 bytes; {size} were given", memos=bytes(size))


def test_the_pool_is_no_relayer() -> None:
    refused("cannot be the relayer of its own transfer", relayer=POOL)


def test_an_amount_needs_a_recipient() -> None:
    refused(f"{ETHER} wei need a recipient", recipient=NOBODY)
    refused("1 wei need a recipient", recipient=NOBODY, **paying(1))
    assert WALLET.transfer(recipient=NOBODY, **paying(0)).statement.public_amount == 0


def test_a_payment_has_no_inner() -> None:
    refused("inner is for redeposits; 1 goes with a payment", inner=Field(1))


@pytest.mark.parametrize("value", [ETHER // 10, ETHER])
def test_a_redeposit_moves_a_denomination(value: int) -> None:
    assert Wei(value) in DENOMINATIONS
    transfer = WALLET.transfer(recipient=POOL, inner=Field(6), **paying(value)).transfer
    assert (transfer.recipient, transfer.inner) == (POOL, 6)
    for other in (value - 1, value + 1):
        message = f"a redeposit moves .* wei; {other} is none of them"
        refused(message, recipient=POOL, inner=Field(6), **paying(other))


def test_a_redeposit_of_nothing_is_refused() -> None:
    refused("a redeposit moves .* wei; 0 is none", recipient=POOL, **paying(0))


@pytest.mark.parametrize(("not_before", "deadline"), [(0, 0), (7, 0), (7, 7), (7, 8)])
def test_times_between_which_something_can_happen_are_fine(not_before: int, deadline: int) -> None:
    times = {"not_before": Timestamp(not_before), "deadline": Timestamp(deadline)}
    assert isinstance(WALLET.transfer(**times), TransferWitness)


def test_a_deadline_before_the_first_moment_is_refused() -> None:
    times = {"not_before": Timestamp(8), "deadline": Timestamp(7)}
    refused("the deadline 7 is before the first moment 8", **times)


def test_a_transfer_is_submitted_as_the_contracts_struct() -> None:
    assert list(Transfer.__dataclass_fields__) == [
        *("anchor", "nullifier1", "nullifier2", "out1", "out2", "recipient", "amount", "fee"),
        *("relayer", "not_before", "deadline", "claim_id", "inner", "memos"),
    ]
    transfer = Transfer(1, 2, 3, 4, 5, BOB, 6, 7, RELAYER, 8, 9, 10, 11, MEMOS)
    terms = BOB, 6, 7, RELAYER, 8, 9, 10, 11, tuple(memo_words(MEMOS))
    assert transfer.struct == (1, 2, 3, 4, 5, terms)
    abi = "(address,uint256,uint256,address,uint256,uint256,uint256,uint256,bytes32[5])"
    words = encode([f"(uint256,uint256,uint256,uint256,uint256,{abi})"], [transfer.struct])
    assert len(words) == 18 * 32  # all static: no word says where another stands
    assert words.endswith(MEMOS)
