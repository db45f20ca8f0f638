"""The protocol's models kept in step with a network, to hold the one against the other.

The mirror reads from the chain itself what every transaction asked of our contracts, has the models
of `winze.protocol` do the same, and compares what the contracts announced, and at the end what they
keep. Nobody has to tell it anything, so it does not matter who sent what.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from winze.circuits import Prover
from winze.contracts import (
    NO_REASON,
    OUT_OF_GAS,
    CallRequest,
    Contract,
    ItxToken,
    MinedBlock,
    NetworkDescription,
    Pool,
    Relay,
    Rewards,
    Transaction,
    UnexpectedAnswer,
    Web3,
    eth_balance,
    fetch_block,
    why_reverted,
)
from winze.protocol import (
    Accepts,
    Call,
    ChainBlock,
    EthAddress,
    Event,
    PoolModel,
    Refused,
    RewardsModel,
    everyone_accepts,
)

from .errors import ChainChanged, ModelMismatch, NotReplayable
from .models import Asked, Models, draws_of
from .replayed import Replayed, settle
from .source import RpcSource, headers

_AT_ONCE: Final = 50
"""How many chain blocks are asked for at once."""

_NOT_MODELLED: Final = frozenset(
    {
        NO_REASON,
        OUT_OF_GAS,
        "pool: not enough gas",
        "pool: the ledger is full",
        "relay: the caller refuses its fees",
    }
)
"""Reasons of the contracts that the models know nothing of."""


@dataclass(frozen=True)
class Finding:
    """One value that contracts and models must agree on."""

    name: str
    chain: object
    model: object

    @property
    def agrees(self) -> bool:
        """Whether they do."""
        return self.chain == self.model


@dataclass(frozen=True)
class _Reached:
    """A transaction that called one of our contracts."""

    transaction: Transaction
    asked: Asked
    reason: str | None
    """Why it was reverted, as far as the node can tell; None where it was not."""


class Mirror:
    """The models of one network's pool, rewards and relay, beside the network itself."""

    def __init__(
        self,
        w3: Web3,
        network: NetworkDescription,
        owner: EthAddress,
        prover: Prover,
        accepts: Accepts = everyone_accepts,
    ) -> None:
        """Begin where the network began; nothing is read yet.

        Args:
            w3: A node that still knows all blocks since, and their states.
            network: The network.
            owner: Who deployed it.
            prover: Verifies proofs for the models, so that they decide by themselves.
            accepts: Which accounts take payments.
        """
        self._w3, self._network = w3, network
        self._source = RpcSource(w3, network)
        self._models = Models(network, owner, prover, accepts)
        self._pool, self._rewards = Pool(w3, network.pool), Rewards(w3, network.rewards)
        ours = (self._pool, self._rewards, Relay(w3, network.relay))
        self._ours: dict[EthAddress, Contract] = {each.address: each for each in ours}
        self._forwarders: dict[EthAddress, Contract] = {}
        self._last: MinedBlock | None = None
        self.eth: Counter[EthAddress] = Counter()
        """By how many wei all transactions so far changed what each account holds."""
        self._following = asyncio.Lock()

    @property
    def pool(self) -> PoolModel:
        """The model of the pool."""
        return self._models.pool

    @property
    def rewards(self) -> RewardsModel:
        """The model of the rewards."""
        return self._models.rewards

    @property
    def at(self) -> ChainBlock:
        """The last chain block that was replayed; that of the deployment before the first."""
        return self._last.number if self._last else self._network.deployment_block

    def expect(self, forwarder: Contract) -> None:
        """Read what comes through `forwarder`: its `call(target, data)` calls `target` with `data`.

        Calls that come through other contracts stand in no calldata that could be read.
        """
        self._forwarders[forwarder.address] = forwarder

    async def follow(self, last: ChainBlock | None = None) -> list[Replayed]:
        """Have the models do what the chain did since the last time, and compare the events.

        Args:
            last: The last chain block to be read; by default the newest.

        Returns:
            The transactions to our contracts, in the chain's order.

        Raises:
            ModelMismatch: contracts and models announce different things, or one of them refuses
                what the other does.
            NotReplayable: our contracts were called through another one.
            ChainChanged: what was replayed is no longer on the chain: begin anew.
            RpcError: the node could not be asked; what was replayed until then stays so.
        """
        async with self._following:
            first = self._last.number + 1 if self._last else self._network.deployment_block
            end = await self._source.head() if last is None else last
            replayed: list[Replayed] = []
            for start in range(first, end + 1, _AT_ONCE):
                numbers = [ChainBlock(n) for n in range(start, min(start + _AT_ONCE, end + 1))]
                blocks = await asyncio.gather(*(fetch_block(self._w3, each) for each in numbers))
                for number, block in zip(numbers, blocks, strict=True):
                    replayed += await self._replay(number, block)
            return replayed

    async def _replay(self, number: ChainBlock, block: MinedBlock | None) -> list[Replayed]:
        if block is None or (self._last is not None and block.parent != self._last.hash):
            raise ChainChanged(f"the chain was reorganised at block {number}: begin a new mirror")
        found = [await self._reached(block, each) for each in block.transactions]
        # From here on nothing waits, so a block is replayed as a whole or not at all.
        done = [self._do(block, each) for each in found if each is not None]
        self._last = block
        for each in done:
            self.eth.update(each.eth(self._network.pool))
        return done

    async def _reached(self, block: MinedBlock, transaction: Transaction) -> _Reached | None:
        """What a transaction asked of our contracts; None where it did nothing with them."""
        caller, to, request = self._requested(transaction)
        if to is None or request is None:
            self._check_silent(transaction)
            return None
        found = await headers(self._source, draws_of(request, block.number))
        asked = Asked(
            contract=to,
            request=request,
            call=Call(caller, block.timestamp, block.number),
            value=transaction.value,
            hashes={number: header.hash for number, header in found.items()},
        )
        reason = None if transaction.succeeded else await why_reverted(self._w3, transaction)
        return _Reached(transaction, asked, reason)

    def _requested(
        self, transaction: Transaction
    ) -> tuple[EthAddress, EthAddress | None, CallRequest | None]:
        """Who asked which contract for what; None where it is nothing, or none of ours."""
        caller, to, data = transaction.sender, transaction.to, transaction.data
        try:
            if to in self._forwarders and (passed := self._forwarders[to].request(data)):
                caller, to, data = to, passed.arguments["target"], passed.arguments["data"]
            return caller, to, self._ours[to].request(data) if to in self._ours else None
        except UnexpectedAnswer:
            if transaction.succeeded:
                raise
            return caller, to, None  # calldata that no contract can read is refused by itself

    def _check_silent(self, transaction: Transaction) -> None:
        receipt = transaction.receipt
        created = receipt.created in {each.address for each in self._network.contracts.values()}
        if self._announced(transaction) and not created:
            raise NotReplayable(
                f"transaction {receipt.transaction} reached our contracts through "
                f"{transaction.to or receipt.created}; what it asked of them stands in no calldata "
                f"that can be read. A contract that passes calls on has to be expected"
            )

    def _do(self, block: MinedBlock, reached: _Reached) -> Replayed:
        transaction, asked = reached.transaction, reached.asked
        events: tuple[Event, ...] = ()
        reverted = None
        if transaction.succeeded:
            events = self._agreed(transaction, asked)
        else:
            reverted = self._refused(transaction, asked, reached.reason)
        anybody = asked.call.caller
        payees = {EthAddress.zero(): anybody}
        if asked.contract == self._network.relay:
            # What the relay earns it hands to its caller.
            payees[self._network.relay] = anybody
        return Replayed(
            contract=asked.contract,
            request=asked.request,
            sender=transaction.sender,
            caller=anybody,
            timestamp=block.timestamp,
            receipt=transaction.receipt,
            value=asked.value,
            events=events,
            reverted=reverted,
            transfers=settle(asked.request, events, payees) if reverted is None else (),
        )

    def _agreed(self, transaction: Transaction, asked: Asked) -> tuple[Event, ...]:
        """What contracts and models both announce."""
        name = f"transaction {transaction.receipt.transaction}"
        try:
            expected = self._models.do(asked)
        except Refused as refused:
            raise ModelMismatch(
                f"{name}: the contracts did what the protocol refuses ({refused.reason})"
            ) from refused
        announced = self._announced(transaction)
        if announced != expected:
            raise ModelMismatch(
                f"{name}: the contracts announced {announced}, the protocol says {expected}"
            )
        return expected

    def _refused(self, transaction: Transaction, asked: Asked, reason: str | None) -> str:
        """Why contracts and models both refuse; what the models do not know, the node has told."""
        try:
            # A refused relay leaves models half done, and what is not refused must be undone.
            deepcopy(self._models).do(asked)
        except Refused as refused:
            return refused.reason
        if reason is None or reason not in _NOT_MODELLED:
            raise ModelMismatch(
                f"transaction {transaction.receipt.transaction}: the contracts refused what the "
                f"protocol allows ({reason or 'a repetition goes through'})"
            )
        return reason

    def _announced(self, transaction: Transaction) -> tuple[object, ...]:
        contracts = (self._pool, self._rewards)
        ours = {each.address: each for each in contracts}
        logs = transaction.receipt.logs
        return tuple(ours[log.address].event(log) for log in logs if log.address in ours)

    async def compare(self, accounts: Iterable[EthAddress]) -> list[Finding]:
        """What contracts and models keep, value by value, after the last block that was replayed.

        Raises:
            RpcError: the node could not be asked.
        """
        at, pool, token = self.at, self._pool, ItxToken(self._w3, self._network.itx)
        held = await eth_balance(self._w3, pool.address, at)
        findings = [
            Finding("root", await pool.root(at), self.pool.root),
            Finding("proved blocks", await pool.proved(at), self.pool.proved),
            Finding("open block", await pool.open_block(at), self.pool.open_block),
            Finding("pool's ETH", held, self.pool.balance),
            Finding("ITX minted", await token.total_supply(at), self.rewards.total_itx),
        ]
        for account in accounts:
            waiting, itx = self.pool.withdrawable(account), self.rewards.itx(account)
            findings += [
                Finding(
                    f"withdrawable by {account}", await pool.withdrawable(account, at), waiting
                ),
                Finding(f"ITX of {account}", await token.balance_of(account, at), itx),
            ]
        return findings
