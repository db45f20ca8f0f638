"""The contracts' owner, which changes hands in two steps (protocol §7)."""

from .calls import Call
from .encoding import EthAddress
from .errors import Refused
from .events import Events, OwnershipTransferred, OwnershipTransferStarted


class Ownership:
    """Who owns, and who has been named to own next."""

    def __init__(self, owner: EthAddress) -> None:
        self.owner = owner
        self.pending_owner = EthAddress.zero()

    def transfer_ownership(self, call: Call, new_owner: EthAddress) -> Events:
        """Name a successor; the zero address takes the offer back.

        Raises:
            Refused: the caller is not the owner.
        """
        self._only_owner(call)
        self.pending_owner = new_owner
        return (OwnershipTransferStarted(self.owner, new_owner),)

    def accept_ownership(self, call: Call) -> Events:
        """Become the owner, having been named.

        Raises:
            Refused: the caller was not named.
        """
        if call.caller != self.pending_owner:
            raise Refused("ownable_2step: caller is not the new owner")
        return self._become(call.caller)

    def renounce_ownership(self, call: Call) -> Events:
        """Leave the contract without an owner, for ever.

        Raises:
            Refused: the caller is not the owner.
        """
        self._only_owner(call)
        return self._become(EthAddress.zero())

    def _only_owner(self, call: Call) -> None:
        if call.caller != self.owner:
            raise Refused("ownable: caller is not the owner")

    def _become(self, new_owner: EthAddress) -> Events:
        previous, self.owner = self.owner, new_owner
        self.pending_owner = EthAddress.zero()
        return (OwnershipTransferred(previous, new_owner),)
