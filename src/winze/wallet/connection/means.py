"""What must hold before a wallet is asked to send, whichever it is."""

from winze.contracts import (
    ContractCall,
    FeePolicy,
    Fees,
    InsufficientFunds,
    Web3,
    current_fees,
    eth_balance,
    gas_limit,
)
from winze.protocol import EthAddress


async def gas_and_fees(
    w3: Web3, call: ContractCall, sender: EthAddress, policy: FeePolicy
) -> tuple[int, Fees]:
    """The gas limit and the fees of a call that goes through now and that `sender` can pay.

    Raises:
        TransactionReverted: the contract refuses it.
        InsufficientFunds: it cannot be paid for, gas included.
        FeesTooHigh: the chain asks more for gas than the policy allows.
        RpcError: the chain cannot be asked.
    """
    gas = await gas_limit(w3, call, sender)
    fees = await current_fees(w3, policy)
    # Chains take no transaction whose sender could not pay the most that it may cost.
    held, needed = await eth_balance(w3, sender), call.value + gas * fees.most
    if held < needed:
        raise InsufficientFunds(
            f"{call.action}: {sender} holds {held} wei; {call.value} and up to "
            f"{needed - call.value} for gas take {needed}: {needed - held} are missing; nothing "
            "was sent"
        )
    return gas, fees
