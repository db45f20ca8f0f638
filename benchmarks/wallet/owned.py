"""A synthetic ledger in which something belongs to somebody."""

from typing import Final

from benchmarks.node.synthetic import Synthetic
from winze.protocol import (
    DENOMINATIONS,
    MINEABLE,
    MINING_ACCOUNTS,
    NOTHING_TO_SAY,
    OUTPUT_BLINDING_BITS,
    Account,
    Deposit,
    Deposited,
    EthAddress,
    Field,
    Memo,
    Note,
    Seed,
    Spend,
    Transferred,
    ViewingKey,
    Wei,
    seal_memos,
)

OWNER: Final = Seed(bytes(range(32)))
"""Whose notes they are."""

DEPOSITOR: Final = EthAddress("0x" + "0d" * 20)
"""Their connected wallet."""

_EVERY: Final = 200
"""One deposit and one transfer out of so many is theirs."""

_NOBODY: Final = ViewingKey(bytes([1] * 32)).public
_WORTH: Final = next(iter(DENOMINATIONS))


class OwnedSynthetic(Synthetic):
    """With deposits into one mining account after the other, and payments to the main account."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__(seed)
        self._deposits = self._transfers = 0
        self.notes = 0
        """How many notes there are of the owner's."""

    def _deposit(self) -> Deposited:
        self._deposits += 1
        if self._deposits % _EVERY:
            return super()._deposit()
        number, account = divmod(self._deposits // _EVERY, MINING_ACCOUNTS)
        note = OWNER.mining(account).deposit_note(number, _WORTH, mineable=True)
        self.ledger.append(Deposit(Field(MINEABLE + _WORTH), note.inner))
        self.notes += 1
        return Deposited(DEPOSITOR, note.word, note.inner)

    def _transfer(self) -> Transferred:
        self._transfers += 1
        if self._transfers % _EVERY:
            return super()._transfer()
        memo = Memo(Wei(self._transfers), Field(self._random.getrandbits(OUTPUT_BLINDING_BITS)))
        out = _received(OWNER.main, memo).commitment
        spend = Spend(out, self._field(), self._field(), self._field())
        self.ledger.append(spend)
        self.notes += 1
        told = [(memo, OWNER.viewing.public), (NOTHING_TO_SAY, _NOBODY)]
        return Transferred(
            recipient=self._account(),
            nullifier1=spend.nullifier1,
            nullifier2=spend.nullifier2,
            out1=spend.out1,
            out2=spend.out2,
            amount=_WORTH,
            memos=seal_memos(told, self._random.randbytes(32)),
        )


def _received(account: Account, memo: Memo) -> Note:
    return Note(memo.value, mineable=False, owner=account.owner, blinding=memo.blinding)
