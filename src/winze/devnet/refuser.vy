# pragma version ~=0.4.3
"""
@title A contract that refuses ETH
@license AGPL-3.0-only
@notice For demonstrations and tests: a payment to it fails, as it has no default function, but its owner
        can have it call others, and so have what waits for it in the pool paid elsewhere.
"""

owner: public(address)


@deploy
def __init__():
    self.owner = msg.sender


@external
def call(target: address, data: Bytes[1024]):
    """
    @notice Call `target` with `data`, in this contract's name.
    """
    assert msg.sender == self.owner, "refuser: only the owner"
    raw_call(target, data)
