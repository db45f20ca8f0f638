"""What a transaction does, apart from who sends it and what they pay for gas."""

from dataclasses import dataclass, field
from typing import Final

from winze.protocol import EthAddress, Wei

_NOTHING: Final = Wei(0)


@dataclass(frozen=True)
class ContractCall:
    """A call to a contract, or a deployment.

    It holds no key, nonce or fee. A `Sender` sends it, a browser's wallet may be handed it, and
    anybody can simulate it.
    """

    action: str
    """What it is, for messages: `pool.deposit`."""

    to: EthAddress | None
    """The contract; None deploys one."""

    data: bytes = field(repr=False)
    """Selector and arguments, or creation code and arguments."""

    value: Wei = _NOTHING
    """Wei sent along."""

    reserve: int = 0
    """Gas that it may need beyond its simulation, because the state can change until it is
    included: an operation seals the block that stands in its way."""

    def fields(self, sender: EthAddress | None = None) -> dict[str, str]:
        """It as JSON-RPC's transaction object, made by `sender`."""
        parts = {"data": "0x" + self.data.hex(), "value": hex(self.value)}
        if self.to is not None:
            parts["to"] = self.to
        if sender is not None:
            parts["from"] = sender
        return parts
