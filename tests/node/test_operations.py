"""A whole node's parts at work, beat by beat: what is due is begun, and ends as it should."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.chains import eventually
from tests.node.databases import database_url
from tests.node.relaying.requests import GOOD, Believer, paired
from tests.node.sending.desk import paying
from tests.node.town import RELAYER, Town, paid, town
from winze.circuits import Circuit, Proof
from winze.contracts import Fees, request, save_network, sign
from winze.devnet import funded_account
from winze.node import NodeKeys, load_config
from winze.node.assembly import Ground, Parts, assemble
from winze.node.errors import NotReady
from winze.node.sending import JobState, JobStore
from winze.node.workflows import Workflows
from winze.protocol import Seconds
from winze.wire import RelayRequest, RequestState

pytestmark = pytest.mark.chain


class Prover(Believer):
    """Makes proofs of nothing, which the stubs believe."""

    def circuit(self, _: Circuit) -> "Prover":
        return self

    def prove(self, _: Mapping[str, Any], __: list[int]) -> Proof:
        return GOOD


@dataclass
class Node:
    """A node whose heart is beaten by hand."""

    town: Town
    parts: Parts
    seen: list[str]

    @property
    def jobs(self) -> JobStore:
        """What its key sends."""
        return JobStore(self.town.engine, self.town.relayer_address)

    async def until(self, holds: Any) -> None:
        """Beat, and let the chain go on, until `holds`."""

        async def beaten() -> bool:
            await self.town.chain.clock.mine()
            await self.parts.pulse.beat()
            return bool(holds())

        assert await eventually(beaten, tries=200)

    def state(self, request: RelayRequest) -> RequestState | None:
        """How a request stands."""
        status = self.town.store.status(request.id)
        return None if status is None else status.state

    def done(self, *requests: RelayRequest) -> Any:
        """Whether requests are done."""
        return lambda: all(self.state(each) is RequestState.DONE for each in requests)


@asynccontextmanager
async def node(there: Town, folder: Path) -> AsyncIterator[Node]:
    """A node that builds, relays and distributes with one key."""
    save_network(there.chain.network, folder / "network.json")
    plain = {
        "network": folder / "network.json",
        "rpc": [there.chain.url],
        "database": database_url(folder),
        "keys.relayer": RELAYER,
        "batches.wait": 0,
    }
    key = funded_account(RELAYER)
    seen: list[str] = []
    ground = Ground(
        config=load_config(None, {}, plain),
        network=there.chain.network,
        signers=NodeKeys(relayer=key, builder=key, distributor=key),
        circuit_keys={},
        w3=there.chain.w3,
        source=there.source,
        engine=there.engine,
        follower=there.follower,
        prover=Prover(),  # type: ignore[arg-type]
    )
    workflows = Workflows(database_url(folder), seen.append, 1)
    parts = assemble(ground, workflows)
    await workflows.launch()
    try:
        yield Node(there, parts, seen)
    finally:
        await workflows.close()


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as there:
        yield there


async def test_a_deposit_is_sealed_proved_and_included_by_nobody_else(
    there: Town, tmp_path: Path
) -> None:
    async with node(there, tmp_path) as there_:
        await there.deposit(77)
        await there_.until(lambda: "submit:follow:recorded" in there_.seen)
        assert there.follower.ledger.proved == 2
        assert {"seal:follow:recorded", "prove:prove:recorded"} <= set(there_.seen)
        assert there_.jobs.latest("seal-1") is not None
        assert there_.jobs.latest("prove-1") is not None


async def test_requests_are_carried_out_once_and_the_node_says_so(
    there: Town, tmp_path: Path
) -> None:
    requests = [paid() for _ in range(3)] + [paired(fee=10**12)]
    await there.take(*requests)
    async with node(there, tmp_path) as there_:
        done = there_.done(*requests)
        await there_.until(lambda: done() and not there.store.open_batches())
        jobs = [each for each in range(1, 10) if there_.jobs.latest(f"batch-{each}")]
        assert len(jobs) == 2


async def test_claims_are_minted_after_their_period(there: Town, tmp_path: Path) -> None:
    request = paired(fee=10**12)
    await there.take(request)
    async with node(there, tmp_path) as there_:
        await there_.until(there_.done(request))
        await there.chain.clock.advance(Seconds(there.chain.network.profile.period))
        assert request.claim is not None
        claim_id = request.claim.claim_id

        def minted() -> bool:
            found = there.index.claim(claim_id)  # type: ignore[arg-type]
            return found is not None and found.minted

        await there_.until(minted)


async def test_a_batch_whose_nonce_was_taken_is_sent_again(there: Town, tmp_path: Path) -> None:
    """The key is used elsewhere at the wrong moment."""
    request_ = paid()
    async with node(there, tmp_path) as there_:
        await there.take(request_)
        await there.chain.hold()
        await there_.parts.pulse.beat()
        assert await eventually(lambda: _prepared(there_))
        job = there_.jobs.latest("batch-1")
        assert job is not None
        _, raw = sign(
            funded_account(RELAYER),
            paying(),
            chain_id=31_337,
            nonce=job.nonce,
            gas=50_000,
            fees=Fees(most=10**12, tip=10**11),
        )
        await request(there.chain.w3, "", "eth_sendRawTransaction", "0x" + raw.hex())
        await there.chain.let_go()
        await there_.until(there_.done(request_))
        assert there_.jobs.job(job.id).state is JobState.DISPLACED
        again = there_.jobs.latest("batch-1")
        assert again is not None
        assert again.id != job.id


async def _prepared(there_: Node) -> bool:
    return "relay:broadcast:recorded" in there_.seen


async def test_what_a_reorganisation_undid_is_done_again(there: Town, tmp_path: Path) -> None:
    request_ = paid()
    await there.take(request_)
    async with node(there, tmp_path) as there_:
        await there_.until(there_.done(request_))
        status = there.store.status(request_.id)
        assert status is not None
        assert status.chain_block is not None
        head = await there.source.head()
        await there.chain.clock.reorganise(head - status.chain_block + 1)
        await there_.until(lambda: there.index.generation() > 0)
        assert request_.transfer is not None
        nullifier = request_.transfer.nullifier1
        await there_.until(
            lambda: (
                there.index.transfer_spending(nullifier) is not None  # type: ignore[arg-type]
                and there_.done(request_)()
            )
        )


async def test_a_stored_transaction_that_no_workflow_follows_is_seen_to(
    there: Town, tmp_path: Path
) -> None:
    """It was stored, and the process ended before anything else of it was written down."""
    async with node(there, tmp_path) as there_:
        outbox = there_.parts.pulse._operations._crew.outboxes[0]
        job = await outbox.prepare("forgotten", paying())
        outbox._fresh.clear()  # nothing is remembered by the next process
        await there_.until(lambda: there_.jobs.job(job.id).state is JobState.DONE)


async def test_what_cannot_be_begun_keeps_nothing_else_waiting(there: Town, tmp_path: Path) -> None:
    request_ = paid()
    await there.take(request_)

    async def failing(_: object) -> None:
        raise NotReady("the builder has no idea")

    async with node(there, tmp_path) as there_:
        operations = there_.parts.pulse._operations
        operations._crew.builder.to_prove = failing  # type: ignore[union-attr, method-assign, assignment]
        await there_.until(there_.done(request_))
        assert there_.parts.pulse.trouble == "NotReady: the builder has no idea"
