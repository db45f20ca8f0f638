# pragma version ~=0.4.3
"""
@title Paying ETH out, so that no recipient can hold up anybody else
@license AGPL-3.0-only
@notice Protocol §5.1. A payment is sent with little gas; where the recipient refuses it, the amount waits
        in `withdrawable` until the recipient takes it, or has it sent elsewhere.
"""

# Enough for a common smart wallet to accept ETH, too little to do harm. The EVM adds 2,300.
PAYMENT_GAS: constant(uint256) = 10_000
# What must be left before a send: the send's own cost (a new account 25,000, the value 9,000, a cold
# account 2,600), the gas handed over, and the 1/64 that stays behind. With less, whoever sends the
# transaction could choose its gas limit such that the payment fails.
RESERVE_GAS: constant(uint256) = 60_000


event Unpaid:
    account: indexed(address)
    amount: uint256


event Withdrawn:
    account: indexed(address)
    to: address
    amount: uint256


withdrawable: public(HashMap[address, uint256])


@external
@nonreentrant
def withdraw(account: address, to: address):
    """
    @notice Pay out what waits for `account`: to itself whoever calls, to another address only when the
            account itself calls. All gas is handed over.
    """
    assert to != empty(address), "pool: zero address"
    assert to == account or msg.sender == account, "pool: only the account"
    amount: uint256 = self.withdrawable[account]
    assert amount != 0, "pool: nothing to withdraw"
    self.withdrawable[account] = 0
    assert raw_call(to, b"", value=amount, revert_on_failure=False), "pool: payment refused"
    log Withdrawn(account=account, to=to, amount=amount)


@internal
def _pay(account: address, amount: uint256):
    """
    @dev Send `amount`, or keep it withdrawable if `account` refuses. Only a refusal may end there, so
         everything else that could make the send fail is ruled out first.
    """
    if amount == 0:
        return
    assert msg.gas >= RESERVE_GAS, "pool: not enough gas"
    assert self.balance >= amount, "pool: insolvent"
    if not raw_call(account, b"", gas=PAYMENT_GAS, value=amount, revert_on_failure=False):
        self.withdrawable[account] += amount
        log Unpaid(account=account, amount=amount)
