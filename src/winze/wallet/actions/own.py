"""Sending what no relayer shall: requests, as transactions of the connected wallet."""

from winze.contracts import ContractCall, Pool, Relay, Rewards
from winze.wire import RelayRequest

from ..errors import NotPossible
from ..holdings import Holdings
from ..journal import Intent, IntentState
from .sending import Sending


class OwnTransactions:
    """Has the connected wallet send what an intent's request asks for, and follows that.

    It shows everybody who sends it. Nobody is paid a fee.
    """

    def __init__(self, pool: Pool, rewards: Rewards, relay: Relay, sending: Sending) -> None:
        self._pool, self._rewards, self._relay = pool, rewards, relay
        self._sending = sending

    async def advance(self, intent: Intent, holdings: Holdings) -> Intent:
        """Do what can be done now; the intent's newest version.

        Where the chain or the connected wallet cannot be asked, the next call goes on.

        Raises:
            NotPossible: it has no request.
        """
        now = holdings.now
        if intent.request is None:
            raise NotPossible(f"{intent.kind} has nothing to be sent yet")
        if intent.state is IntentState.PLANNED:
            if intent.not_before > now:
                return self._sending.waiting(intent, "its time")
            return await self._sending.leave(intent, self._call(intent.request), now)
        return await self._sending.watch(intent, now)

    def _call(self, request: RelayRequest) -> ContractCall:
        transfers = [request.transfer] if request.transfer is not None else []
        paid = [request.transfer_proof] if request.transfer_proof is not None else []
        claims = [request.claim] if request.claim is not None else []
        proofs = [request.claim_proof] if request.claim_proof is not None else []
        if not claims:
            return self._pool.execute(transfers, paid)
        if not transfers:
            return self._rewards.claim(claims, proofs)
        return self._relay.relay(claims, proofs, transfers, paid)
