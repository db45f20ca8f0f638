"""What a wallet holds, put together by hand, for unit tests without a chain."""

from dataclasses import dataclass, field

from tests.wallet.worlds import OWN, STRANGER, seed
from winze.protocol import (
    ETHER,
    MAIN_ACCOUNT,
    BlockIndex,
    ChainBlock,
    EthAddress,
    Field,
    Note,
    Position,
    Seed,
    Timestamp,
    Wei,
)
from winze.wallet import Happened, Holdings, OwnClaim, OwnNote, OwnSpend
from winze.wire import Quote

NOW = Timestamp(1_800_000_000)
HOME = EthAddress("0x" + "c0" * 20)
REWARDS = EthAddress("0x" + "c1" * 20)
RELAYER = EthAddress("0x" + "ee" * 20)
FEE, CLAIM_FEE = Wei(10**14), Wei(2 * 10**14)
QUOTE = Quote(FEE, CLAIM_FEE, RELAYER, Timestamp(NOW + 60))


def happened(at: int = NOW) -> Happened:
    return Happened(ChainBlock(100), Timestamp(at), bytes(32))


@dataclass
class Books:
    """Notes in the order in which they are entered, one block each."""

    seed: Seed = field(default_factory=seed)
    notes: list[OwnNote] = field(default_factory=list)
    spends: list[OwnSpend] = field(default_factory=list)
    claims: dict[Field, OwnClaim] = field(default_factory=dict)
    times: dict[BlockIndex, Timestamp] = field(default_factory=dict)
    maturities: dict[Position, Timestamp] = field(default_factory=dict)
    proved: int = 1_000
    now: int = NOW

    def mined(self, session: int = 0, value: int = ETHER, matures: int = NOW) -> OwnNote:
        account = self.seed.mining(session)
        note = account.deposit_note(0, Wei(value), mineable=True)
        position = self._next()
        self.maturities[position] = Timestamp(matures)
        self.times[position.block] = Timestamp(matures - 1)
        own = OwnNote(note, account, position, happened(), number=0, depositor=OWN)
        self.notes.append(own)
        return own

    def note(self, value: int, account: int = MAIN_ACCOUNT, *, proved: bool = True) -> OwnNote:
        owner = self.seed.account(account)
        number = len(self.notes)
        note = Note(Wei(value), mineable=False, owner=owner.owner, blinding=Field(number + 1))
        block = len(self.notes) if proved else self.proved + len(self.notes)
        own = OwnNote(note, owner, Position.at(BlockIndex(block), 0), happened())
        self.notes.append(own)
        return own

    def spend(
        self, *inputs: OwnNote, at: int = NOW, proved: bool = True, rewards: EthAddress = REWARDS
    ) -> OwnSpend:
        block = BlockIndex(500 + len(self.spends) if proved else self.proved + 1)
        if proved:
            self.times[block] = Timestamp(at)
        outs = Field(7_000 + len(self.spends)), Field(8_000 + len(self.spends))
        spend = OwnSpend(inputs, HOME, Wei(1), (), rewards, block, happened(at), outs)
        self.spends.append(spend)
        return spend

    @property
    def holdings(self) -> Holdings:
        return Holdings(
            now=Timestamp(self.now),
            proved=self.proved,
            times=dict(self.times),
            maturities=dict(self.maturities),
            notes=list(self.notes),
            spends=list(self.spends),
            claims=dict(self.claims),
        )

    def _next(self) -> Position:
        return Position.at(BlockIndex(len(self.notes)), 0)


__all__ = ["CLAIM_FEE", "FEE", "HOME", "NOW", "OWN", "QUOTE", "RELAYER", "REWARDS", "STRANGER"]
