"""People before and after their act: what they own, and what the chain shows of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from tests.networks import prover
from tests.wallet.camp import Camp, new_address
from winze.chain import Follower, RpcSource
from winze.contracts import Pool, eth_balance, request
from winze.devnet import set_balance
from winze.protocol import (
    ETHER,
    MAIN_ACCOUNT,
    Claimed,
    Deposited,
    EthAddress,
    Transferred,
    Wei,
    Withdrawn,
)
from winze.wallet import (
    Identity,
    LocalConnection,
    NoteFinder,
    OwnNote,
    SessionState,
    open_wallet,
    spent_at,
)

from .acts import ACTS, DENOMINATION, POCKET, SENT, Act

_RICH = Wei(1000 * ETHER)

_REFUSES = "0x60006000fd"
"""A contract that reverts whatever it is sent."""


@dataclass
class Person:
    """Somebody with a key, an act to do, and a moment at which that is interrupted."""

    name: str
    doing: str
    identity: Identity
    key: LocalAccount = field(repr=False)
    to: EthAddress
    rewards: EthAddress
    moment: str = ""
    same_machine: bool = True
    spends: int = 0

    @property
    def machine(self) -> str:
        return "here" if self.same_machine else "elsewhere"

    @property
    def act(self) -> Act:
        return ACTS[self.doing]

    def given(self, receiver: str) -> dict[str, Any]:
        return {
            "to": self.to,
            "rewards": self.rewards,
            "private": receiver,
            "spends": self.spends,
        }


async def new_person(camp: Camp, doing: str, **fields: Any) -> Person:
    """Somebody whom nobody knows, with ETH."""
    key: LocalAccount = Account.create()
    await set_balance(camp.devnet.w3, EthAddress(key.address), _RICH)
    if ACTS[doing].elsewhere:
        await request(
            camp.devnet.w3, "sending for somebody", "anvil_impersonateAccount", key.address
        )
    name = f"p{str(key.address)[2:12].lower()}"
    identity = await camp.identity(key)
    return Person(name, doing, identity, key, new_address(), new_address(), **fields)


async def endow(camp: Camp, person: Person) -> None:
    """Deposit what the person's act begins with, without a wallet."""
    network = camp.devnet.network
    pool = Pool(camp.devnet.w3, network.pool)
    connection = LocalConnection(camp.devnet.w3, person.key, network)
    seed = person.identity.seed
    wanted = [(0, DENOMINATION, 0)] * person.act.session
    wanted += [(0, SENT, 1)] * person.act.rest
    wanted += [(MAIN_ACCOUNT, POCKET, number) for number in range(person.act.pocket)]
    for account, value, number in wanted:
        mine = value == DENOMINATION
        note = seed.account(account).deposit_note(number, value, mineable=mine)
        call = pool.deposit(note.inner, value, mine=mine)
        await connection.send(call, await connection.prepare(call))


async def withdraw(camp: Camp, person: Person) -> None:
    """Withdraw the person's session, where the act begins after that, on a third machine."""
    if not person.act.withdrawn:
        return
    relayed = person.act.withdrawn == "relayed"
    if person.act.refused:
        await _has_code(camp, person.to, _REFUSES)
    entry = camp.entry(person.name, home=f"{person.name}-0")
    async with open_wallet(
        entry, person.identity, person.key, prover=prover(), claims_at_once=True
    ) as wallet:
        await wallet.wait(0, SessionState.READY)
        await wallet.carry_out(
            await wallet.propose.withdraw(0, person.to, person.rewards, relayed=relayed)
        )
        reached = SessionState.COMPLETED if relayed else SessionState.UNPAID_CLAIM_FEE
        await wallet.wait(0, reached)
        person.spends = len(wallet.holdings.spends)
    if person.act.refused:
        await _has_code(camp, person.to, "0x")


async def _has_code(camp: Camp, account: EthAddress, code: str) -> None:
    await request(camp.devnet.w3, "placing a contract", "anvil_setCode", account, code)


class Books:
    """What the chain holds of people, counted without their wallets."""

    def __init__(self, camp: Camp) -> None:
        self.camp = camp
        network = camp.devnet.network
        self.follower = Follower(RpcSource(camp.devnet.w3, network), network.deployment_block)

        self._finders: dict[str, NoteFinder] = {}

    def notes(self, person: Person) -> list[OwnNote]:
        """Everything that was ever the person's."""
        who = person.identity
        if person.name not in self._finders:
            finder = self._finders[person.name] = NoteFinder(who.seed, who.address)
            # Nobody here begins a third session, and looking at all 256 takes a second each.
            finder._accounts = [who.seed.account(index) for index in (MAIN_ACCOUNT, 0, 1, 2)]
        finder = self._finders[person.name]
        return finder.find(self.follower.records(), self.follower.ledger)

    def unspent(self, notes: Sequence[OwnNote]) -> Wei:
        ledger = self.follower.ledger
        return Wei(sum(own.note.value for own in notes if spent_at(own, ledger) is None))

    def has_begun(self, person: Person) -> bool:
        """Whether all that the person deposited before the act is in proved blocks."""
        deposits = [
            record.touches
            for record in self.follower.records()
            if isinstance(record.logged.event, Deposited)
            and record.logged.event.depositor == person.identity.address
        ]
        proved = self.follower.ledger.proved
        return len(deposits) == person.act.deposits and all(
            each is not None and each < proved for each in deposits
        )

    def check(self, person: Person) -> list[str]:
        """What is not as it would be had nothing been interrupted."""
        notes = self.notes(person)
        events = [record.logged.event for record in self.follower.records()]
        ours = {own.nullifier for own in notes}
        transfers = [
            each
            for each in events
            if isinstance(each, Transferred) and {each.nullifier1, each.nullifier2} & ours
        ]
        deposits = [
            each
            for each in events
            if isinstance(each, Deposited) and each.depositor == person.identity.address
        ]
        claims = [
            each
            for each in events
            if isinstance(each, Claimed) and each.recipient == person.rewards
        ]
        payments = [each for each in transfers if each.recipient == person.to]
        paid_out = [each for each in events if isinstance(each, Withdrawn) and each.to == person.to]
        return [
            f"{name}: {found} instead of {wanted}"
            for name, found, wanted in (
                ("transfers", len(transfers), person.spends + person.act.transfers),
                ("deposits", len(deposits), _deposits(person)),
                ("claims", len(claims), _claims(person)),
                ("payments", len(payments), _payments(person)),
                ("payouts", len(paid_out), int(person.act.refused)),
                ("mined notes", len([own for own in notes if own.note.mineable]), _mined(person)),
            )
            if found != wanted
        ]

    async def held(self) -> Wei:
        """What the pool holds."""
        return await eth_balance(self.camp.devnet.w3, self.camp.devnet.network.pool)


def _deposits(person: Person) -> int:
    makes = person.doing in {"mine", "mine elsewhere", "deposit", "top up"}
    return person.act.deposits + makes


def _claims(person: Person) -> int:
    earns = person.doing in {"withdraw", "redeposit", "claim oneself", "top up"}
    return int(earns or person.act.withdrawn == "relayed")


def _payments(person: Person) -> int:
    pays = person.doing in {
        *("withdraw", "withdraw oneself", "cancel", "rest"),
        *("transfer out", "transfer out oneself"),
    }
    return int(pays) + bool(person.act.withdrawn)


def _mined(person: Person) -> int:
    return person.act.session + (person.doing in {"mine", "mine elsewhere", "redeposit"})
