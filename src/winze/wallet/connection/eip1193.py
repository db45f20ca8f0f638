"""A wallet that signs elsewhere, as EIP-1193 has it: a browser's, a hardware wallet's program."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

REJECTED: Final = 4001
"""Its owner said no."""

UNAUTHORIZED: Final = 4100
"""Its owner has not given us the account or the method."""


class Eip1193(Protocol):
    """An external signer; its owner is asked there."""

    async def request(self, method: str, params: Sequence[Any] | Mapping[str, Any]) -> Any:
        """The result of a method such as `personal_sign`.

        Raises:
            ProviderError: it answers with an error instead.
        """
