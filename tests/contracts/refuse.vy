# pragma version ~=0.4.3
"""
@title A contract for the sender's tests: each function goes wrong in its own way
"""

count: public(uint256)
used: public(bool)


@external
def once():
    assert not self.used, "refuse: used"
    self.used = True


@external
def with_reason():
    raise "refuse: never"


@external
def without_reason():
    raise


@external
def overflow(a: uint256) -> uint256:
    return a + 1


@external
def burn():
    assert self._burnt() != 0


@internal
def _burnt() -> uint256:
    sum: uint256 = 1
    for i: uint256 in range(2**200):
        sum = sum | convert(keccak256(abi_encode(sum)), uint256)
    return sum
