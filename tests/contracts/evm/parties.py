"""Recipients of ETH with wills of their own.

They are written in bytecode: a payment comes with so little gas that each unit of it counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tests.contracts.evm.assembler import assemble
from tests.contracts.evm.chain import Chain, RawLog
from winze.protocol import EthAddress

PAYMENT_GAS: Final = 10_000 + 2_300
"""What a recipient of the pool has to work with: what the pool hands over, and the EVM's own."""


ENOUGH_GAS: Final = 9_000
"""A choosy recipient wants this much; a part is gone where its code stands elsewhere."""


@dataclass
class Party:
    """An account with code, and whether it takes ETH."""

    chain: Chain
    address: EthAddress
    takes_payments: bool
    """With the little gas of a payment."""
    takes_withdrawals: bool
    """With all gas."""


def refuser(chain: Chain, address: EthAddress) -> Party:
    """Takes nothing, and costs nothing."""
    chain.place(address, assemble("PUSH0 PUSH0 REVERT"))
    return Party(chain, address, takes_payments=False, takes_withdrawals=False)


def burner(chain: Chain, address: EthAddress) -> Party:
    """Takes nothing, and burns all the gas it is given."""
    chain.place(address, assemble("INVALID"))
    return Party(chain, address, takes_payments=False, takes_withdrawals=False)


def bookkeeper(chain: Chain, address: EthAddress) -> Party:
    """Writes down what it gets, which a payment has not gas enough for.

    Each in a slot of its own: to write where something stands already is cheaper.
    """
    chain.place(address, assemble("CALLVALUE SELFBALANCE SSTORE STOP"))
    return Party(chain, address, takes_payments=False, takes_withdrawals=True)


def spender(chain: Chain, address: EthAddress, gas: int) -> Party:
    """Uses exactly `gas`, and takes what it gets if there was as much."""
    # Reading a slot for the first time costs 2,100, pushing its number 3; a JUMPDEST costs 1.
    reads, rest = divmod(gas, 2_103)
    slots = "".join(f"{slot} SLOAD " for slot in range(1, reads + 1))
    chain.place(address, assemble(slots + "JUMPDEST " * rest))
    return Party(chain, address, takes_payments=gas <= PAYMENT_GAS, takes_withdrawals=True)


@dataclass
class Fickle(Party):
    """Takes ETH or not, as it is told, and never with less gas than a payment should bring."""

    @classmethod
    def at(cls, chain: Chain, address: EthAddress) -> "Fickle":
        """One that takes ETH for now."""
        chain.place(
            address,
            assemble(
                f"""
                {ENOUGH_GAS} GAS LT 16 JUMPI
                PUSH0 SLOAD 14 JUMPI STOP
                JUMPDEST INVALID
                JUMPDEST PUSH0 PUSH0 REVERT ; at once, which leaves the sender its gas
                """
            ),
        )
        return cls(chain, address, takes_payments=True, takes_withdrawals=True)

    def decide(self, *, takes: bool) -> None:
        """Take what comes from now on, or don't."""
        self.takes_payments = self.takes_withdrawals = takes
        self.chain.store(self.address, 0, int(not takes))


@dataclass
class Reentrant(Party):
    """Makes a call whenever it is called, and goes on whatever comes of it.

    It tells by a log of one word whether its call succeeded.
    """

    @classmethod
    def at(cls, chain: Chain, address: EthAddress) -> "Reentrant":
        """One that makes no call yet."""
        return cls(chain, address, takes_payments=True, takes_withdrawals=True)

    def plan(self, target: EthAddress, data: bytes, value: int = 0) -> None:
        """Call `target` so from now on, with all gas that there is."""
        size = f"0x{len(data):04x}"
        program = f"""
            {size} CODE_END PUSH0 CODECOPY
            PUSH0 PUSH0 {size} PUSH0 0x{value:032x} {target.lower()} GAS CALL
            PUSH0 MSTORE 0x20 PUSH0 LOG0 STOP
            """
        length = len(assemble(program.replace("CODE_END", "0xff")))
        code = assemble(program.replace("CODE_END", f"0x{length:02x}"))
        self.chain.place(self.address, code + data)

    def outcomes(self, logs: Iterable[RawLog]) -> list[bool]:
        """Whether its calls succeeded, in their order."""
        return [any(data) for account, _, data in logs if account == self.address]
