"""What the pool's owner may set, and the deposits that it lets in (protocol §7).

Nothing here touches a transfer, a claim or a withdrawal.
"""

from typing import Final

from .calls import Call, Permit
from .encoding import EthAddress
from .errors import Refused
from .events import CapsSet, Events, PausedSet, ScreenerSet, SealIntervalSet
from .ownership import Ownership
from .types import Seconds, Wei

NO_CAP: Final = Wei(Wei.bound - 1)
"""The cap that caps nothing."""

NO_PERMIT: Final = Permit(deadline=0, by_screener=False)
"""What a deposit without a permit hands over; it expired long ago."""


class Limits(Ownership):
    """The owner's settings."""

    def __init__(
        self, owner: EthAddress, seal_interval: Seconds, interval_bounds: tuple[Seconds, Seconds]
    ) -> None:
        """Begin with `seal_interval`, without screener and caps, not paused.

        Raises:
            Refused: the interval is outside its bounds.
        """
        super().__init__(owner)
        self._interval_bounds = interval_bounds
        self._check_interval(seal_interval)
        self.seal_interval = seal_interval
        self.screener = EthAddress.zero()
        self.deposit_cap = NO_CAP
        self.balance_cap = NO_CAP
        self.paused = False
        self._used_permits: set[tuple[EthAddress, int, int, int]] = set()

    def set_screener(self, call: Call, screener: EthAddress) -> Events:
        """Require permits by `screener` for deposits; the zero address ends screening.

        Raises:
            Refused: the caller is not the owner.
        """
        self._only_owner(call)
        self.screener = screener
        return (ScreenerSet(screener),)

    def set_caps(self, call: Call, deposit_cap: int, balance_cap: int) -> Events:
        """Cap a deposit, and the pool's balance after one; `NO_CAP` is none.

        Raises:
            Refused: the caller is not the owner; a cap is not below 2^96.
        """
        self._only_owner(call)
        if max(deposit_cap, balance_cap) > NO_CAP:
            raise Refused("pool: cap out of bounds")
        self.deposit_cap, self.balance_cap = Wei(deposit_cap), Wei(balance_cap)
        return (CapsSet(deposit_cap, balance_cap),)

    def set_seal_interval(self, call: Call, seal_interval: int) -> Events:
        """Set when blocks that are begun from now on fall due.

        Raises:
            Refused: the caller is not the owner; the interval is outside its bounds.
        """
        self._only_owner(call)
        self._check_interval(seal_interval)
        self.seal_interval = Seconds(seal_interval)
        return (SealIntervalSet(seal_interval),)

    def set_paused(self, call: Call, *, paused: bool) -> Events:
        """Pause or resume deposits; spending and claiming go on.

        Raises:
            Refused: the caller is not the owner.
        """
        self._only_owner(call)
        self.paused = paused
        return (PausedSet(paused),)

    def _check_interval(self, seconds: int) -> None:
        shortest, longest = self._interval_bounds
        if not shortest <= seconds <= longest:
            raise Refused("pool: interval out of bounds")

    def _admit(self, call: Call, value: int, inner: int, permit: Permit, *, balance: int) -> None:
        """Let a deposit in that leaves the pool with `balance`, or refuse it."""
        if self.paused:
            raise Refused("pool: deposits paused")
        if value > self.deposit_cap:
            raise Refused("pool: above the deposit cap")
        if balance > self.balance_cap:
            raise Refused("pool: above the balance cap")
        if not self.screener.is_zero:
            self._use_permit(call, value, inner, permit)

    def _use_permit(self, call: Call, value: int, inner: int, permit: Permit) -> None:
        """Use up the message, not its signature, which could be written in another form."""
        message = call.caller, value, inner, permit.deadline
        if call.now > permit.deadline:
            raise Refused("pool: permit expired")
        if not permit.by_screener:
            raise Refused("pool: permit not by the screener")
        if message in self._used_permits:
            raise Refused("pool: permit used")
        self._used_permits.add(message)
