"""Requests of all three kinds."""

from dataclasses import replace

from winze.circuits import Proof
from winze.protocol import ETHER, FIELD_ORDER, Claim, EthAddress, Transfer
from winze.wire import RelayRequest

SOMEBODY = EthAddress("0x" + "5b" * 20)
TRANSFER = Transfer(
    anchor=3,
    nullifier1=FIELD_ORDER - 2,
    nullifier2=2,
    out1=3,
    out2=4,
    recipient=SOMEBODY,
    amount=ETHER,
    fee=2 * 10**14,
    relayer=EthAddress.zero(),
    not_before=0,
    deadline=1_800_003_600,
    claim_id=0,
    inner=0,
    memos=bytes(range(160)),
)
CLAIM = Claim(anchor=5, claim_id=77, value=10 * ETHER, recipient=SOMEBODY, not_before=7, deadline=0)
PROOF = Proof(bytes(range(256)))
OTHER_PROOF = Proof(bytes(256))

TRANSFER_ALONE = RelayRequest(TRANSFER, PROOF)
CLAIM_ALONE = RelayRequest(claim=CLAIM, claim_proof=PROOF)
BOTH = RelayRequest(replace(TRANSFER, claim_id=77), PROOF, CLAIM, OTHER_PROOF)

REQUESTS = {"a transfer": TRANSFER_ALONE, "a claim": CLAIM_ALONE, "both": BOTH}
