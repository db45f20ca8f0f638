"""What stands in calldata is read back as it was put there, whatever it is."""

from dataclasses import replace

import pytest
from eth_account import Account

from winze.circuits import Proof
from winze.contracts import (
    CallRequest,
    ContractCall,
    Pool,
    Relay,
    Rewards,
    SignedPermit,
    UnexpectedAnswer,
    Web3,
    connect,
    permit_signer,
    sign_permit,
)
from winze.protocol import (
    MEMOS_BYTES,
    Block,
    BlockIndex,
    ChainBlock,
    Claim,
    Deposit,
    Entries,
    EthAddress,
    Field,
    Period,
    PoolModel,
    RelayModel,
    RewardsModel,
    SubmittedBlock,
    Timestamp,
    Transfer,
    Wei,
    word,
)

MOST = (1 << 256) - 1
"""The largest number that calldata can say, far beyond all bounds of the protocol's types."""

ALICE, BOB = (EthAddress.from_bytes(bytes([n]) * 20) for n in (0xAA, 0xBB))
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
SCREENER = Account.from_key(b"\x05" * 32)
PROOFS = [Proof(bytes([n]) * 256) for n in (1, 2)]
CLAIMS = [Claim(1, MOST, 3, ALICE, 4, 5), Claim(6, 7, 8, BOB, 9, MOST)]
TRANSFERS = [
    Transfer(1, 2, 3, 4, 5, ALICE, 6, MOST, BOB, 8, 9, 10, 11, bytes(range(MEMOS_BYTES))),
    Transfer(21, 22, 23, 24, MOST, BOB, 26, 27, ALICE, 28, 29, 30, 31, bytes(MEMOS_BYTES)),
]
BLOCKS = [
    SubmittedBlock(0, 1, 2, 3, 4, 5, ((6, 7, 8, 9), (10, 11, 12, MOST)), ((13, 14),)),
    SubmittedBlock(1, 1, 2, 3, 4, MOST, (), ()),
]
BLOCK = Block(BlockIndex(3), Entries((Deposit(Field(1), Field(2)),)), Timestamp(4), ChainBlock(5))
PERMIT = SignedPermit(Timestamp(9), b"\x01" * 32, b"\x02" * 32)

W3: Web3 = connect("http://localhost:1")
POOL, REWARDS, RELAY = Pool(W3, ALICE), Rewards(W3, ALICE), Relay(W3, ALICE)


@pytest.mark.parametrize(
    ("call", "function", "arguments"),
    [
        (POOL.seal(), "seal", {}),
        (POOL.deposit(Field(5), Wei(1), mine=True), "deposit", {"inner": 5, "mine": True}),
        (
            POOL.deposit(Field(5), Wei(1), mine=False, permit=PERMIT),
            "deposit",
            {"inner": 5, "mine": False, "permit": PERMIT},
        ),
        (
            POOL.execute(TRANSFERS, PROOFS),
            "execute",
            {"transfers": TRANSFERS, "proofs": PROOFS},
        ),
        (POOL.execute([], []), "execute", {"transfers": [], "proofs": []}),
        (POOL.withdraw(ALICE, BOB), "withdraw", {"account": ALICE, "to": BOB}),
        (POOL.prove(BLOCKS, PROOFS), "prove", {"blocks": BLOCKS, "proofs": PROOFS}),
        (
            POOL.redraw(BLOCK),
            "redraw",
            {"index": 3, "digest": BLOCK.digest, "timestamp": 4, "draw": 5},
        ),
        (POOL.set_paused(paused=True), "set_paused", {"paused": True}),
        (POOL.set_screener(BOB), "set_screener", {"screener": BOB}),
        (POOL.transfer_ownership(BOB), "transfer_ownership", {"new_owner": BOB}),
        (REWARDS.claim(CLAIMS, PROOFS), "claim", {"claims": CLAIMS, "proofs": PROOFS}),
        (
            REWARDS.distribute(Period(3), [Field(4), Field(5)]),
            "distribute",
            {"period": 3, "claim_ids": (4, 5)},
        ),
        (
            RELAY.relay(CLAIMS, PROOFS, TRANSFERS[:1], PROOFS[:1]),
            "relay",
            {
                "claims": CLAIMS,
                "claim_proofs": PROOFS,
                "transfers": TRANSFERS[:1],
                "transfer_proofs": PROOFS[:1],
            },
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_called_is_read_back(
    call: ContractCall, function: str, arguments: dict[str, object]
) -> None:
    contract = {"pool": POOL, "rewards": REWARDS, "relay": RELAY}[call.action.split(".")[0]]
    assert contract.request(call.data) == CallRequest(function, arguments)


@pytest.mark.parametrize("data", [b"", b"\x01\x02\x03", b"\x00" * 36, POOL._call("root").data])
def test_calldata_that_changes_nothing_asks_for_nothing(data: bytes) -> None:
    assert POOL.request(data) is None


@pytest.mark.parametrize("size", [4, 35, 67])
def test_calldata_that_is_cut_off_is_told(size: int) -> None:
    data = POOL.deposit(Field(5), Wei(1), mine=True).data
    with pytest.raises(UnexpectedAnswer, match=r"a call of deposit: .* bytes are no \(uint256,"):
        POOL.request(data[:size])


@pytest.mark.parametrize(
    ("contract", "model"), [(POOL, PoolModel), (REWARDS, RewardsModel), (RELAY, RelayModel)]
)
def test_whatever_a_contract_lets_be_changed_its_model_can_do(
    contract: Pool | Rewards | Relay, model: type
) -> None:
    changing = {each.name for each in contract.abi.functions if not each.looks}
    assert changing
    assert {name for name in changing if not callable(getattr(model, name, None))} == set()


# -- who signed a permit --------------------------------------------------------------------------


def permit(**changes: int) -> SignedPermit:
    told = {"value": Wei(5), "inner": Field(6), "deadline": Timestamp(7)} | changes
    return sign_permit(SCREENER, 31337, ALICE, depositor=BOB, **told)  # type: ignore[arg-type]


def signer(signed: SignedPermit, pool: EthAddress = ALICE, **changes: object) -> EthAddress | None:
    told = {"depositor": BOB, "value": 5, "inner": 6} | changes
    return permit_signer(31337, pool, signed, **told)  # type: ignore[arg-type]


def test_who_signed_a_permit_is_found_out() -> None:
    for deadline in range(7, 11):  # both parities are among them
        assert signer(permit(deadline=Timestamp(deadline))) == SCREENER.address
    parities = {permit(deadline=Timestamp(deadline)).vs[0] >> 7 for deadline in range(7, 11)}
    assert parities == {0, 1}


@pytest.mark.parametrize(
    "changes", [{"depositor": ALICE}, {"value": 4}, {"inner": 7}, {"pool": BOB}], ids=str
)
def test_a_permit_for_another_deposit_is_by_nobody_who_counts(changes: dict[str, object]) -> None:
    assert signer(permit(), **changes) != SCREENER.address  # type: ignore[arg-type]
    assert signer(replace(permit(), deadline=Timestamp(8))) != SCREENER.address


def test_a_signature_that_is_none_is_nobodys() -> None:
    signed = permit()
    assert signer(replace(signed, r=bytes(32))) is None
    assert signer(replace(signed, r=b"\xff" * 32)) is None
    packed = int.from_bytes(signed.vs)
    parity, s = packed >> 255, packed & ((1 << 255) - 1)
    assert s <= ORDER // 2
    # Its mirror image recovers the same signer, but contracts refuse it. As a compact signature
    # has no room for most of them, the smallest that is refused is tried beside the largest taken.
    for half, is_taken in ((ORDER // 2, True), (ORDER // 2 + 1, False)):
        tried = replace(signed, vs=word(parity << 255 | half))
        assert (signer(tried) is not None) is is_taken
