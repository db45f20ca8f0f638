"""A screener's permits, asked for and looked at before they are used (protocol §7)."""

from typing import Final, Protocol

from winze.contracts import NetworkDescription, Pool, SignedPermit, permit_signer
from winze.protocol import EthAddress, Field, Timestamp, Wei

from ..errors import DepositRefused, NodeMisbehaves, NodeRefused, ScreeningRefused

SCREENED: Final = "Deposits that fail to meet AML standards cannot be accepted"
"""What a depositor is told whom the screener does not let in (flows.md)."""

_REFUSED: Final = "deposit_refused"
_NOT_OFFERED: Final = "not_offered"


class PermitSource(Protocol):
    """Who hands permits out: a node."""

    async def permit(self, depositor: EthAddress, value: Wei, inner: Field) -> SignedPermit:
        """The permit for one deposit; everything that it is asked about is public on the chain.

        Raises:
            NodeRefused: it does not let this deposit in.
            WalletError: it cannot be asked.
        """


class Permits:
    """The permits of one depositor."""

    def __init__(
        self,
        network: NetworkDescription,
        pool: Pool,
        depositor: EthAddress,
        source: PermitSource | None,
    ) -> None:
        self._network, self._pool = network, pool
        self._depositor, self._source = depositor, source

    async def permit(self, value: Wei, inner: Field, now: Timestamp) -> SignedPermit | None:
        """A permit that holds; None where the network wants none.

        Raises:
            ScreeningRefused: the screener does not let it in.
            DepositRefused: nobody can be asked for a permit.
            NodeMisbehaves: what is handed out is no permit of the pool's screener, or too old.
            WalletError: who hands them out cannot be asked.
        """
        screener = await self._pool.screener()
        if screener.is_zero:
            return None
        if self._source is None:
            raise DepositRefused(
                "this network screens deposits: connect to a node that hands out permits; nothing "
                "was sent"
            )
        try:
            permit = await self._source.permit(self._depositor, value, inner)
        except NodeRefused as refused:
            raise _explained(refused) from None
        signer = permit_signer(
            self._network.chain_id,
            self._network.pool,
            permit,
            depositor=self._depositor,
            value=value,
            inner=inner,
        )
        if signer != screener or permit.deadline <= now:
            raise NodeMisbehaves(
                f"the node hands out a permit that the pool would refuse (by {signer}, until "
                f"{permit.deadline}; the screener is {screener}, the time {now}): ask another node"
            )
        return permit


def _explained(refused: NodeRefused) -> Exception:
    if refused.code == _REFUSED:
        return ScreeningRefused(f"{SCREENED}; nothing was sent")
    if refused.code == _NOT_OFFERED:
        return DepositRefused(
            "this network screens deposits and this node hands out no permits: ask another node; "
            "nothing was sent"
        )
    return refused
