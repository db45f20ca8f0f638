"""A desk within this process, without any safety: what the village's own tests are made with."""

from dataclasses import replace

from tests.networks import prover
from tests.node.faults.desk import Refusal
from tests.node.faults.users import Place
from winze.chain import Builder, RpcSource
from winze.contracts import Receipt, Relay
from winze.protocol import EthAddress, Field, Timestamp, Transferred, Unpaid, Wei
from winze.wire import Payout, Quote, Rejection, RelayRequest, RequestState, RequestStatus

CLERK = 1
FEE = Wei(10**14)
FAR = Timestamp(2**39)
NEVER = Timestamp(0)


class Clerk:
    """Executes each request as soon as it comes, and builds when it is asked anything."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._sender = place.sender(CLERK)
        self._pool, self._relay = place.pool, Relay(place.devnet.w3, place.network.relay)
        self._known: dict[str, RequestStatus] = {}
        source = RpcSource(place.devnet.w3, place.network)
        self._builder = Builder(source, place.follower, self._pool, prover(), self._sender)

    @property
    def address(self) -> EthAddress:
        """Whose gas it burns."""
        return self._sender.address

    async def quote(self) -> Quote:
        """See `Desk`."""
        return Quote(transfer=FEE, claim=FEE, relayer=self.address, valid_until=FAR)

    async def submit(self, request: RelayRequest) -> RequestStatus:
        """See `Desk`."""
        if request.id not in self._known:
            transfer = request.transfer
            if transfer is None or await self._pool.spent(Field(transfer.nullifier1)):
                raise Refusal(Rejection.SPENT, "it is spent")
            now = self._place.now
            received = RequestStatus(request.id, RequestState.RECEIVED, now, NEVER, NEVER)
            self._known[request.id] = received
            self._known[request.id] = await self._execute(received, request)
        return self._known[request.id]

    async def status(self, request_id: str) -> RequestStatus | None:
        """See `Desk`."""
        return self._known.get(request_id)

    async def build(self) -> None:
        """Do one step of building."""
        await self._builder.step()

    async def _execute(self, received: RequestStatus, request: RelayRequest) -> RequestStatus:
        claims = [] if request.claim is None else [request.claim]
        claim_proofs = [] if request.claim_proof is None else [request.claim_proof]
        assert request.transfer is not None
        assert request.transfer_proof is not None
        transfers, proofs = [request.transfer], [request.transfer_proof]
        call = self._relay.relay(claims, claim_proofs, transfers, proofs)
        return self._done(received, request, await self._sender.send(call))

    def _done(
        self, received: RequestStatus, request: RelayRequest, receipt: Receipt
    ) -> RequestStatus:
        pools = [log for log in receipt.logs if log.address == self._pool.address]
        events = [self._pool.event(log) for log in pools]
        executed = any(isinstance(event, Transferred) for event in events)
        refused = any(isinstance(event, Unpaid) for event in events)
        nowhere = {EthAddress.zero(), self._pool.address}
        paid = request.transfer is not None and request.transfer.recipient not in nowhere
        payout = Payout.WITHDRAWABLE if refused else Payout.PAID
        return replace(
            received,
            state=RequestState.DONE if executed else RequestState.SKIPPED,
            transaction=bytes.fromhex(receipt.transaction[2:]),
            chain_block=receipt.block,
            payout=payout if paid else None,
        )
