# pragma version ~=0.4.3
"""
@title ITX, the token that mining earns
@license AGPL-3.0-only
@notice An ERC-20 with EIP-2612 permits. Its only minter is the rewards contract, fixed when it is deployed;
        there is no owner. The cap is the sum of the whole issuance (protocol §6.3).
"""

from snekmate.auth import ownable
from snekmate.tokens import erc20
from . import types
from .interfaces import IItx

implements: IItx

initializes: ownable
initializes: erc20[ownable := ownable]

# Burning, minting by role, and ownership are left out on purpose.
exports: (
    erc20.name,
    erc20.symbol,
    erc20.decimals,
    erc20.totalSupply,
    erc20.balanceOf,
    erc20.allowance,
    erc20.transfer,
    erc20.approve,
    erc20.transferFrom,
    erc20.permit,
    erc20.nonces,
    erc20.DOMAIN_SEPARATOR,
    erc20.eip712Domain,
)

CAP: public(constant(uint256)) = 1_001_000_000 * 10 ** 18

minter: public(immutable(address))


@deploy
def __init__(minter_: address):
    """
    @param minter_ The rewards' address, which is deployed next.
    """
    ownable.__init__()
    erc20.__init__("Winze ITX", "ITX", 18, "Winze ITX", "1")
    # The modules give the deployer a role and the ownership; nobody shall have either.
    erc20.is_minter[msg.sender] = False
    ownable._transfer_ownership(empty(address))
    minter = minter_


@external
def mint(shares: DynArray[uint256, types.MAX_RECIPIENTS]):
    """
    @notice Mint each share to its recipient. Only the minter.
    @param shares Each a recipient (160 bits, from the lowest up) and its amount (96).
    """
    assert msg.sender == minter, "itx: only the minter"
    for share: uint256 in shares:
        erc20._mint(convert(share & (2 ** 160 - 1), address), share >> 160)
    assert erc20.totalSupply <= CAP, "itx: above the cap"
