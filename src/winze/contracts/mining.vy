# pragma version ~=0.4.3
"""
@title Which deposits mine, and for how many points
@license AGPL-3.0-only
@notice Protocol §6.3. The pool asks whether an amount may be mined, the rewards ask for its points; both
        answers come from this one table.
"""


@internal
@pure
def _points(amount: uint256) -> uint256:
    """
    @dev The points of a mineable note of `amount` wei; 0 for any other amount.
    """
    if amount == 10 ** 17:
        return 1
    if amount == 10 ** 18:
        return 4
    if amount == 10 ** 19:
        return 9
    if amount == 10 ** 20:
        return 16
    return 0
