"""What the contracts show: their events, and their state beside the models'."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from tests.contracts.evm.chain import RawLog
from tests.contracts.evm.deployment import Deployed
from winze.contracts import POOL_EVENTS, REWARDS_EVENTS, decode_event
from winze.protocol import EthAddress, Event, Events

if TYPE_CHECKING:
    from tests.contracts.evm.pairing import Pairing

Pair = tuple[str, Any, Any]
"""What is compared, what the contract shows, and what the model has."""


def events_of(pool: Deployed, rewards: Deployed, logs: Iterable[RawLog]) -> Events:
    """What pool and rewards announced, in order, as the protocol's events."""
    found: list[Event] = []
    for account, topics, data in logs:
        for contract, kinds in ((pool, POOL_EVENTS), (rewards, REWARDS_EVENTS)):
            if account == contract.address:
                event = next(each for each in contract.abi.events if each.topic == topics[0])
                found.append(decode_event(kinds[event.name], event.words(topics, data)))  # type: ignore[arg-type]
    return tuple(found)


class Differs(AssertionError):
    """Contract and model say different things.

    Raised and not asserted: pytest would take minutes to compare two long lists of events.
    """

    def __init__(self, what: str, shown: object, expected: object) -> None:
        super().__init__(f"{what}\n on chain: {shown}\nthe model: {expected}")


def compare(pairs: Iterable[Pair]) -> None:
    """Hold what the contracts show against what the models have.

    Raises:
        Differs: the first pair that is not equal.
    """
    for what, shown, expected in pairs:
        if shown != expected:
            raise Differs(what, shown, expected)


def after_a_call(world: "Pairing") -> Iterator[Pair]:
    """What nearly every call changes."""
    block = world.pool_model.open_block
    shown = dict(
        zip(("index", "notes", "spends", "due", "digest"), _open_block(world), strict=True)
    )
    yield "the open block", shown, vars(block)
    for account, amount in world.received.items():
        yield f"the balance of {account}", world.chain.balance(account), amount
    balance = world.chain.balance(world.pool.address)
    yield "the pool's balance", balance, world.pool_model.balance


def everything(world: "Pairing") -> Iterator[Pair]:
    """All that the contracts show."""
    yield from after_a_call(world)
    yield from _settings(world)
    yield from _ledger(world)
    yield from _spending(world)
    yield from _rewards(world)


def _open_block(world: "Pairing") -> tuple[Any, ...]:
    index, notes, spends, due, digest = world.pool.ask("open_block")
    return index, notes, spends, due if notes or spends else 0, digest


def _settings(world: "Pairing") -> Iterator[Pair]:
    model, pool = world.pool_model, world.pool
    yield "screener", pool.ask("screener"), model.screener
    yield (
        "caps",
        (pool.ask("deposit_cap"), pool.ask("balance_cap")),
        (
            model.deposit_cap,
            model.balance_cap,
        ),
    )
    yield "seal interval", pool.ask("seal_interval"), model.seal_interval
    yield "paused", pool.ask("paused"), model.paused
    owners = pool.ask("owner"), pool.ask("pending_owner")
    yield "owners", owners, (model.owner, model.pending_owner)


def _ledger(world: "Pairing") -> Iterator[Pair]:
    model, pool = world.pool_model, world.pool
    ledger = model.ledger
    yield "root", pool.ask("root"), model.root
    yield "proved", pool.ask("proved"), model.proved
    for index in range(ledger.open_index + 1):
        yield f"sealed {index}", pool.ask("sealed", index), model.sealed(index)
    for index in range(ledger.open_index + 2):
        yield f"root after {index}", pool.ask("root_after", index), model.root_after(index)


def _spending(world: "Pairing") -> Iterator[Pair]:
    model, pool = world.pool_model, world.pool
    for nullifier in world.seen.nullifiers:
        yield f"spent {nullifier}", pool.ask("spent", nullifier), model.spent(nullifier)
    for account in world.seen.accounts:
        waiting = pool.ask("withdrawable", account)
        yield f"withdrawable by {account}", waiting, model.withdrawable(account)


def _rewards(world: "Pairing") -> Iterator[Pair]:
    model, rewards, itx = world.rewards_model, world.rewards, world.itx
    for claim_id in world.seen.claim_ids:
        yield f"claimed {claim_id}", rewards.ask("claimed", claim_id), model.claimed(claim_id)
        record = model.record(claim_id)
        expected = astuple(record) if record else (EthAddress.zero(), 0, 0, 0)
        account, *rest = rewards.ask("record", claim_id)
        yield f"record {claim_id}", (EthAddress(account), *rest), expected
        minted = rewards.ask("distributed", claim_id)
        yield f"distributed {claim_id}", minted, model.distributed(claim_id)
    for period in world.seen.periods:
        total = rewards.ask("total_points", period)
        yield f"points of period {period}", total, model.total_points(period)
    for account in world.seen.earners:
        yield f"ITX of {account}", itx.ask("balanceOf", account), model.itx(account)
    yield "all ITX", itx.ask("totalSupply"), model.total_itx
