"""Transactions of the connected wallet's: sent once for an intent, and watched to their end.

Why one intent never makes two transactions that both count:

* The intent is LEAVING, with the nonce that was prepared, on the disk before anything leaves, and
  nothing is prepared for an intent that is not PLANNED. Both happen in one turn (see `turns`).
* What was signed here is stored with its signature. All that is ever sent again are those bytes,
  or a dearer version with the same nonce, and the chain takes a nonce once.
* A wallet elsewhere is asked once. What became of that is read from the chain; it is never asked
  again, since a window that is still open could be confirmed besides the new one.

An intent is given up (FAILED) only when nothing of it can be on its way any more. Where that rests
on what other people's programs do, as with a window that stays open for hours, what the chain shows
later still counts: see `arrived` in `deposits`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any, Final

from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from hexbytes import HexBytes

from winze.contracts import (
    FAILED,
    ContractCall,
    ContractsError,
    Receipt,
    RpcError,
    TransactionError,
    TransactionReverted,
    Web3,
    WrongNetwork,
    broadcast,
    is_known,
    nonce_of,
    receipt_of,
    request,
    rpc_errors,
    run,
    why_it_failed,
)
from winze.protocol import ChainBlock, EthAddress, Profile, Seconds, Timestamp, Wei

from ..connection import Connection, Raising
from ..errors import Declined, WalletError
from ..journal import Intent, IntentState, Journal, SentTransaction
from .turns import Turns

DECLINED: Final = "you declined; nothing was sent"
"""Why an intent failed whose transaction the wallet's owner did not want."""

UNANSWERED: Final = (
    "your wallet was asked and nothing of it reached the chain; should its window still be open, "
    "reject it there, then begin anew"
)
"""Why an intent failed of which a wallet elsewhere never told anything."""

ASKED: Final = "your answer: your wallet asks you for it"
"""What an intent waits for whose transaction a wallet elsewhere shows to its owner."""

BEHIND: Final = "the chain to be read, which has gone on meanwhile"
"""What an intent waits for while it is not known what stands in the newest blocks."""

OCCUPIED: Final = "your wallet, which is busy with something else of yours"
"""What an intent waits for while another one's transaction is being sent."""

_STUCK: Final = Seconds(60)
"""How long a transaction may wait before a dearer one takes its place."""

_LOOK_BACK: Final = 16
"""Blocks by which a quick chain may have gone on while what it holds was read."""

REPLACED: Final = "another transaction of this wallet took its place; nothing of it moved"
"""Why an intent failed whose nonce was used otherwise."""


class Progress(Enum):
    """What is known of a transaction."""

    WAITING = auto()
    """It may still get into a block, or is in one that is not confirmed."""
    INCLUDED = auto()
    """It is in a confirmed block, and did its work."""
    OVER = auto()
    """It never will: `reason` says why."""


@dataclass(frozen=True)
class Fate:
    """What became of an intent's transaction."""

    progress: Progress
    reason: str = ""
    """Why it is over, or what it waits for; empty where there is nothing to say."""


class Sending:
    """Sends for intents by one connection, and tells what became of it."""

    def __init__(
        self,
        w3: Web3,
        profile: Profile,
        connection: Connection,
        journal: Journal,
        turns: Turns | None = None,
    ) -> None:
        """Nothing is asked yet; `turns` is shared with what else sends by the connection."""
        self._w3, self._profile = w3, profile
        self._connection, self._journal = connection, journal
        self._turns = turns or Turns()
        # Since when, in chain time, nothing of an intent is to be seen. It begins anew after a
        # restart, which only makes the wait longer.
        self._quiet: dict[str, Timestamp] = {}
        # How many versions of an intent's transaction there are, and since when the newest waits.
        self._stuck: dict[str, tuple[int, Timestamp]] = {}

    async def leave(self, intent: Intent, call: ContractCall, now: Timestamp) -> Intent:
        """Send `call` for a PLANNED intent; for any other the newest version comes back.

        Nobody waits here for the owner of a wallet elsewhere: the intent is LEAVING until there is
        an answer. Where the chain or that wallet cannot be asked, or is being asked something else,
        the intent waits as it is, and its reason says for what.
        """
        newest = self._newest(intent)
        if newest.state is not IntentState.PLANNED:
            return newest
        if await self.is_occupied(newest):
            return self.waiting(newest, OCCUPIED)
        try:
            leaving = partial(self._leave, newest, call, now)
            # A key that is here answers by itself: what it signed has left when this is over.
            here = isinstance(self._connection, Raising)
            return await self._turns.carry_on(intent.id, leaving, to_the_end=here)
        except TimeoutError:
            return self._newest(intent)

    async def is_occupied(self, intent: Intent) -> bool:
        """Whether another intent's transaction is being sent, or its owner asked about it."""
        return not self._turns.under_way(intent.id) and await self._turns.taken()

    async def _leave(self, intent: Intent, call: ContractCall, now: Timestamp) -> Intent:
        async with self._turns.turn():
            newest = self._newest(intent)
            if newest.state is not IntentState.PLANNED:
                return newest
            try:
                prepared = await self._connection.prepare(call)
            except (Declined, TransactionError) as refused:
                return self.over(newest, str(refused), now)
            except (ContractsError, WalletError) as problem:
                return self.waiting(newest, str(problem))
            reason = ASKED if prepared.raw is None else ""
            leaving = self._keep(
                newest, state=IntentState.LEAVING, transactions=(prepared,), reason=reason
            )
            return await self._send(leaving, call, prepared, now)

    async def fate(self, intent: Intent, read_to: Timestamp) -> Fate:
        """What became of a LEAVING intent's transaction; sends again what got lost, if it is ours.

        Args:
            intent: One with a transaction.
            read_to: The chain's time up to which the caller has read what its contracts tell, and
                found no trace of it.

        Raises:
            RpcError: the chain cannot be asked.
        """
        if self._turns.under_way(intent.id):
            return Fate(Progress.WAITING, self._newest(intent).reason)
        sender = self._sender(intent)
        settled = await self._settled(read_to)
        if settled is None:
            return Fate(Progress.WAITING, BEHIND)
        # Counted before receipts are asked for: what is counted there has a receipt by then.
        count = await nonce_of(self._w3, sender, settled)
        pending = await nonce_of(self._w3, sender, "pending")
        found = await self._receipt(intent)
        if found is not None:
            return await self._included(intent, sender, found, settled)
        if all(each.raw is not None for each in intent.transactions):
            return await self._ours(intent, sender, read_to, used=count > _nonce(intent))
        return self._theirs(intent, read_to, quiet=pending == count)

    async def watch(self, intent: Intent, now: Timestamp, *, suffices: bool = False) -> Intent:
        """A LEAVING intent after a look at its transaction: over, or with what it waits for.

        Args:
            intent: One with a transaction.
            now: As `read_to` of `fate`.
            suffices: Whether it is DONE once its transaction is included; else the caller tells, by
                what it did.
        """
        try:
            fate = await self.fate(intent, now)
        except RpcError as problem:
            return self.waiting(intent, str(problem))
        match fate.progress:
            case Progress.OVER:
                return self.over(intent, fate.reason, now)
            case Progress.INCLUDED if suffices:
                return self.done(intent, now)
            case _:
                return self.waiting(intent, fate.reason)

    def over(self, intent: Intent, reason: str, now: Timestamp, **changes: Any) -> Intent:
        """The intent as FAILED, written down."""
        return self._put(self._newest(intent).ended(IntentState.FAILED, now, reason).but(**changes))

    def done(self, intent: Intent, now: Timestamp) -> Intent:
        """The intent as DONE, written down."""
        return self._put(self._newest(intent).ended(IntentState.DONE, now))

    def reopened(self, intent: Intent) -> Intent:
        """The intent as LEAVING again, for the chain has taken back what it showed."""
        return self._keep(intent, state=IntentState.LEAVING, settled_at=Timestamp(0))

    def waiting(self, intent: Intent, reason: str) -> Intent:
        """The intent with what it waits for; written down where that is new."""
        newest = self._newest(intent)
        return newest if newest.reason == reason else self._keep(newest, reason=reason)

    async def _send(
        self, leaving: Intent, call: ContractCall, prepared: SentTransaction, now: Timestamp
    ) -> Intent:
        """Send what stands in the journal, and write down what came of that."""
        kept = tuple(each for each in leaving.transactions if each.raw is not None)
        try:
            sent = await self._connection.send(call, prepared)
        except Declined:
            return self.over(leaving, DECLINED, now, transactions=())
        except (TransactionError, WrongNetwork) as refused:
            return self.over(leaving, str(refused), now, transactions=kept)
        except (ContractsError, WalletError) as problem:
            # It may have left all the same: what became of it, `fate` finds out.
            return self.waiting(leaving, str(problem))
        return self._keep(leaving, transactions=(sent,), reason="")

    def _keep(self, intent: Intent, **changes: Any) -> Intent:
        return self._put(self._newest(intent).but(**changes))

    def _newest(self, intent: Intent) -> Intent:
        return self._journal.get(intent.id) or intent

    def _put(self, intent: Intent) -> Intent:
        self._journal.put(intent)
        return intent

    async def _settled(self, read_to: Timestamp) -> ChainBlock | None:
        """The newest confirmed block that the caller has read; None where it is far behind."""
        head = int(await request(self._w3, "reading the head", "eth_blockNumber"), 16)
        newest = max(head - self._profile.confirmations, 0)
        for number in range(newest, max(newest - _LOOK_BACK, 0) - 1, -1):
            with rpc_errors("reading a block"):
                block = await self._w3.eth.get_block(number)
            if Timestamp(block["timestamp"]) <= read_to:
                return ChainBlock(number)
        return None

    async def _receipt(self, intent: Intent) -> Mapping[str, Any] | None:
        for each in intent.transactions:
            if each.hash is not None:
                found = await receipt_of(self._w3, intent.kind, each.hash)
                if found is not None:
                    return found
        return None

    async def _included(
        self, intent: Intent, sender: EthAddress, found: Mapping[str, Any], settled: ChainBlock
    ) -> Fate:
        if found["blockNumber"] > settled:
            return Fate(Progress.WAITING, "in a block that is not confirmed yet")
        if found["status"] != FAILED:
            return Fate(Progress.INCLUDED, "on the chain; being read")
        receipt = Receipt.read(found)
        made = await request(self._w3, intent.kind, "eth_getTransactionByHash", receipt.transaction)
        call = ContractCall(
            action=f"the transaction of {intent.kind}",
            to=EthAddress(made["to"]),
            data=bytes.fromhex(made["input"].removeprefix("0x")),
            value=Wei(int(made["value"], 16)),
        )
        why = await why_it_failed(self._w3, call, sender, receipt)
        return Fate(Progress.OVER, f"{why}; nothing but its gas was paid")

    async def _ours(
        self, intent: Intent, sender: EthAddress, read_to: Timestamp, *, used: bool
    ) -> Fate:
        """What was signed here: sent again unless a node has it, or it can never be taken."""
        if used:
            return Fate(Progress.OVER, REPLACED)
        newest = intent.transactions[-1]
        for each in reversed(intent.transactions):
            if each.hash is not None and await is_known(self._w3, intent.kind, each.hash):
                dearer = await self._dearer(intent, sender, read_to) if each is newest else None
                if dearer is not None:
                    await self._again(intent, sender, dearer)
                return Fate(Progress.WAITING, "waiting for its block")
        return await self._again(intent, sender, newest)

    async def _again(self, intent: Intent, sender: EthAddress, sent: SentTransaction) -> Fate:
        """Send what stands in the journal once more, unless it would only cost gas."""
        raw = bytes(HexBytes(sent.raw or ""))
        try:
            # A permit can have become too old meanwhile.
            await run(self._w3, _call_of(intent, sent), sender)
            await broadcast(self._w3, intent.kind, sent.hash or "", raw)
        except TransactionReverted as refused:
            return Fate(Progress.OVER, f"{refused}; nothing was sent")
        except (RpcError, TransactionError) as problem:
            return Fate(Progress.WAITING, str(problem))
        return Fate(Progress.WAITING, "sent again; waiting for its block")

    async def _dearer(
        self, intent: Intent, sender: EthAddress, read_to: Timestamp
    ) -> SentTransaction | None:
        """What replaces a transaction that waits for too long, written down; None before that."""
        connection = self._connection
        count = len(intent.transactions)
        known, since = self._stuck.get(intent.id, (0, read_to))
        if known != count:
            since = read_to
            self._stuck[intent.id] = count, since
        if not isinstance(connection, Raising) or connection.address != sender:
            return None
        raised = connection.raised(intent.transactions[-1]) if read_to - since >= _STUCK else None
        if raised is not None:
            self._keep(intent, transactions=(*intent.transactions, raised))
        return raised

    def _theirs(self, intent: Intent, read_to: Timestamp, *, quiet: bool) -> Fate:
        """What a wallet elsewhere was asked for, perhaps without telling us its hash.

        Quiet is: no transaction of that wallet waits for a block, and in the confirmed blocks there
        is no trace of ours. A moment of it proves little, for not every node sees what waits; it
        has to last as long as a block of the ledger does.
        """
        if not quiet:
            self._quiet.pop(intent.id, None)
            return Fate(Progress.WAITING, "waiting for the wallet, or for its block")
        since = self._quiet.setdefault(intent.id, read_to)
        if read_to - since < self._profile.seal_interval:
            return Fate(Progress.WAITING, "looking whether your wallet has sent it")
        return Fate(Progress.OVER, UNANSWERED)

    def _sender(self, intent: Intent) -> EthAddress:
        """Whose nonces count: another key than the connected one may have sent it."""
        raw = intent.transactions[-1].raw
        if raw is None:
            return self._connection.address
        return EthAddress(Account.recover_transaction(raw))


def _nonce(intent: Intent) -> int:
    return intent.transactions[-1].nonce


def _call_of(intent: Intent, sent: SentTransaction) -> ContractCall:
    """What a transaction that was signed here asks for."""
    fields = TypedTransaction.from_bytes(HexBytes(sent.raw or "")).as_dict()
    return ContractCall(
        action=f"the transaction of {intent.kind}",
        to=EthAddress.from_bytes(bytes(HexBytes(fields["to"]))),
        data=bytes(HexBytes(fields["data"])),
        value=Wei(fields["value"]),
    )
