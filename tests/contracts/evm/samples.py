"""People, and transfers, claims and blocks for them."""

from dataclasses import replace
from typing import Any, Final

from tests.contracts.evm.chain import Answer
from tests.contracts.evm.world import World
from winze.protocol import (
    ETHER,
    FIELD_ORDER,
    MEMOS_BYTES,
    Claim,
    EthAddress,
    Events,
    Transfer,
    keccak_field,
    word,
)

NOBODY: Final = EthAddress.zero()
ALICE: Final = EthAddress("0x" + "a1" * 20)
BOB: Final = EthAddress("0x" + "b0" * 20)
CAROL: Final = EthAddress("0x" + "ca" * 20)
RELAYER: Final = EthAddress("0x" + "4e" * 20)
BUILDER: Final = EthAddress("0x" + "bb" * 20)
OWNER: Final = EthAddress("0x" + "d0" * 20)

HIGHEST: Final = 2**96 - 1
"""The largest value, amount, fee and cap."""
LAST: Final = FIELD_ORDER - 1
"""The field's largest element."""
MEMOS: Final = bytes(MEMOS_BYTES)


class Numbers:
    """Field elements that look random, and never repeat."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self) -> int:
        self._count += 1
        return int(keccak_field(word(self._count)))


class Town(World):
    """A world in which there is a proved block, and 1000 ETH to pay out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.fresh = Numbers()
        self.deposit(ALICE, 1000 * ETHER, self.fresh())
        self.build()

    def transfer(self, **changes: Any) -> Transfer:
        """A transfer of nothing to nobody; `changes` replace its parts."""
        nothing = Transfer(
            anchor=self.pool_model.ledger.anchor,
            nullifier1=self.fresh(),
            nullifier2=self.fresh(),
            out1=self.fresh(),
            out2=self.fresh(),
            recipient=NOBODY,
            amount=0,
            fee=0,
            relayer=NOBODY,
            not_before=0,
            deadline=0,
            claim_id=0,
            inner=0,
            memos=MEMOS,
        )
        return replace(nothing, **changes)

    def claim_of(self, **changes: Any) -> Claim:
        """A claim of 1 ETH for Alice; `changes` replace its parts."""
        plain = Claim(
            anchor=self.pool_model.ledger.anchor,
            claim_id=self.fresh(),
            value=ETHER,
            recipient=ALICE,
            not_before=0,
            deadline=0,
        )
        return replace(plain, **changes)

    def pause(self, *, paused: bool = True) -> Events:
        """The owner pauses or resumes deposits."""
        return self.own(self.pool_model.owner, "set_paused", paused)

    def deposit_on_chain(
        self, sender: EthAddress, value: int, inner: int, permit: object = None
    ) -> Answer:
        """A deposit that the model is not told of, with whatever for a permit."""
        arguments = [inner, False] if permit is None else [inner, False, permit]
        return self.pool.call("deposit", *arguments, sender=sender, value=value)

    def close(self) -> None:
        """Seal the open block, and wait until its draw is known."""
        self.wait(max(0, self.pool_model.open_block.due - self.chain.now))
        self.seal(BUILDER)
        self.wait(blocks=2)

    def build(self) -> None:
        """Close the open block, and prove all that are sealed."""
        self.close()
        self.build_sealed()

    def build_sealed(self) -> None:
        """Prove all sealed blocks; their draws are known."""
        ledger = self.pool_model.ledger
        while ledger.proved < ledger.open_index:
            until = min(ledger.open_index, ledger.proved + 4)
            self.prove(BUILDER, [self.submission(i) for i in range(ledger.proved, until)])
