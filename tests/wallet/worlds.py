"""A ledger with its records, filled without a chain, for the wallet's unit tests."""

from winze.chain import Logged, Record
from winze.circuits import Circuit, KeyKind
from winze.contracts import ContractName, DeployedContract, NetworkDescription, PinnedKeys
from winze.protocol import (
    FAST,
    GENESIS,
    MINEABLE,
    BlockIndex,
    ChainBlock,
    Deposit,
    Deposited,
    EthAddress,
    Field,
    Ledger,
    Note,
    Seed,
    Spend,
    Timestamp,
    Transferred,
    TransferWitness,
    Wei,
)

OWN = EthAddress("0x" + "0a" * 20)
STRANGER = EthAddress("0x" + "0b" * 20)


def network() -> NetworkDescription:
    names = list(ContractName)
    return NetworkDescription(
        name="testnet",
        address_prefix="winzetest",
        chain_id=31337,
        deployment_block=ChainBlock(1),
        profile=FAST,
        genesis=GENESIS,
        setup=KeyKind.DEVELOPMENT,
        contracts={
            name: DeployedContract(EthAddress("0x" + f"{i + 1:02x}" * 20), "00" * 32)
            for i, name in enumerate(names)
        },
        keys={circuit: PinnedKeys("00" * 32, "00" * 32) for circuit in Circuit},
    )


def seed(number: int = 1) -> Seed:
    return Seed(number.to_bytes(32, "big"))


class World:
    """What a follower would hold after the events that the tests make happen."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.records: list[Record] = []
        self.now = 1_800_000_000

    def deposit(self, note: Note, depositor: EthAddress = OWN) -> None:
        self.deposit_raw(note.word, note.inner, depositor)

    def deposit_raw(self, word: int, inner: Field, depositor: EthAddress = OWN) -> None:
        index = self.ledger.open_index
        self.ledger.append(Deposit(Field(word), inner))
        self._record(Deposited(depositor, word, inner), index)

    def execute(self, witness: TransferWitness) -> None:
        statement, terms = witness.statement, witness.terms
        index = self.ledger.open_index
        self.ledger.append(statement.entry)
        self._record(
            Transferred(
                recipient=terms.recipient,
                nullifier1=statement.nullifier1,
                nullifier2=statement.nullifier2,
                out1=statement.out1,
                out2=statement.out2,
                amount=terms.amount,
                memos=terms.memos,
            ),
            index,
        )

    def execute_raw(self, spend: Spend, memos: bytes) -> None:
        index = self.ledger.open_index
        self.ledger.append(spend)
        self._record(
            Transferred(OWN, spend.nullifier1, spend.nullifier2, spend.out1, spend.out2, 0, memos),
            index,
        )

    def seal(self, after: int = 0) -> None:
        """Seal the open block `after` seconds from now, without a draw."""
        self.now += after
        self.ledger.seal(Timestamp(self.now), ChainBlock(100))

    def draw(self) -> None:
        index = BlockIndex(len(self.ledger.blocks) - 1)
        self.ledger.fix_entropy(index, Field(1000 + index))

    def prove(self, after: int = 0) -> None:
        """Seal, draw and prove the open block."""
        self.seal(after)
        self.ledger.prove(Field(1000 + self.ledger.proved))

    def _record(self, event: Deposited | Transferred, index: BlockIndex) -> None:
        logged = Logged(event, ChainBlock(10 + len(self.records)), bytes(32), bytes(32))
        self.records.append(Record(logged, Timestamp(self.now), index))


def mineable_word(value: Wei) -> int:
    return value + MINEABLE
