"""Whether a destination is a contract, asked only where nobody learns who asks (decision 23)."""

from collections.abc import Sequence

from winze.contracts import Proxy, RpcError, connected, is_loopback, request
from winze.protocol import EthAddress

from .findings import PrivacyWarning, WarningCode

_RISK = (
    "be sure that it is your own and able to receive ETH; contract and exchange addresses are at "
    "your own risk. If it refuses the payment, the amount waits for it in the withdrawable state"
)


def may_ask(rpcs: Sequence[str], proxy: Proxy | None) -> bool:
    """Whether each of these is this machine's own, or reached through a proxy only."""
    return all(is_loopback(url) or (proxy is not None and proxy.carries(url)) for url in rpcs)


async def is_contract(
    address: EthAddress, rpcs: Sequence[str], proxy: Proxy | None = None
) -> bool | None:
    """Whether code stands at an address; None where that may not be asked, or nobody answers.

    The question goes over a connection of its own, so that a proxy gives it a circuit of its own:
    on the usual one the same provider is asked for the connected wallet's balance.
    """
    if not rpcs or not may_ask(rpcs, proxy):
        return None
    try:
        async with connected(*rpcs, proxy=proxy) as w3:
            code = await request(w3, "reading code", "eth_getCode", address, "latest")
    except RpcError:
        return None
    return isinstance(code, str) and len(code) > len("0x")


def contract_warnings(found: bool | None) -> list[PrivacyWarning]:  # noqa: FBT001 - an answer
    """What is to be said about a destination, from what `is_contract` answered."""
    match found:
        case True:
            return [PrivacyWarning(WarningCode.CONTRACT, f"the destination is a contract: {_RISK}")]
        case None:
            return [
                PrivacyWarning(
                    WarningCode.PERHAPS_CONTRACT,
                    "whether the destination is a contract was not looked up, because that would "
                    f"tell an RPC provider where you withdraw to. If it is one, {_RISK}",
                )
            ]
        case False:
            return []
