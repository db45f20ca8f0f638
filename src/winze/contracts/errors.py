"""What can go wrong between us and a chain.

WinzeError
└── ContractsError                  everything below
    ├── CompileError                a contract that cannot be compiled, or not be kept
    ├── ContractTooLarge            code above the limit of EIP-170
    ├── InvalidProxy                an address that is no SOCKS proxy's
    ├── InvalidNetworkDescription   a network description that breaks one of its rules
    ├── WrongNetwork                the chain is not the one that the description names
    ├── UnsupportedChain            the chain lacks something that the contracts stand on
    ├── DeploymentFailed            a contract stands elsewhere than predicted, or is another
    ├── InvalidCall                 values that the contract's ABI has no room for
    ├── UnexpectedAnswer            an answer, a log or calldata that does not fit the ABI
    ├── NoContract                  a call to an address that holds no code
    ├── RpcError                    the node could not or would not answer
    │   └── ChainUnreachable        nothing, or nothing that speaks JSON-RPC, answers there
    └── TransactionError            a transaction that did not do its work
        ├── TransactionReverted     the contract refused it (`reason`)
        │   └── OutOfGas            it ran out of gas
        ├── InsufficientFunds       the sender cannot pay for it
        ├── FeesTooHigh             the chain asks more for gas than we are willing to pay
        └── TransactionStuck        it was sent and is still not in a block
"""

from winze.protocol import EthAddress, WinzeError


class ContractsError(WinzeError):
    """Anything that can go wrong between us and a chain."""


class CompileError(ContractsError):
    """A contract that cannot be compiled, or not be kept; the message says why."""


class ContractTooLarge(ContractsError):
    """A contract's code is above the limit of EIP-170, so no chain would take it."""

    def __init__(self, name: str, size: int, limit: int) -> None:
        self.name, self.size, self.limit = name, size, limit
        super().__init__(
            f"{name} has {size} bytes of code; EIP-170 allows {limit}: move a concern out of it"
        )


class InvalidProxy(ContractsError):
    """An address that is no SOCKS proxy's. It may hold a password, so no message quotes it."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"the address of a proxy {problem}")


class InvalidNetworkDescription(ContractsError):
    """A network description that breaks one of its rules."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        super().__init__(f"network description, {field}: {problem}")


class WrongNetwork(ContractsError):
    """The chain that answers is not the one that the network description names."""


class UnsupportedChain(ContractsError):
    """The chain lacks something that the contracts stand on (protocol §10)."""


class DeploymentFailed(ContractsError):
    """A contract was deployed elsewhere than predicted, or something else stands there."""


class InvalidCall(ContractsError):
    """Values that the contract's ABI has no room for, found before anything is sent."""


class UnexpectedAnswer(ContractsError):
    """An answer, a log or calldata that does not fit the ABI we know."""


class NoContract(ContractsError):
    """A call to an address that holds no code."""

    def __init__(self, contract: str, address: EthAddress) -> None:
        self.contract, self.address = contract, address
        super().__init__(
            f"no code at {address}, where {contract} should stand: check the network description"
        )


class RpcError(ContractsError):
    """The node could not or would not answer; the message holds what it said."""


class ChainUnreachable(RpcError):
    """Nothing, or nothing that speaks JSON-RPC, answers at the node's address."""


class TransactionError(ContractsError):
    """A transaction that did not do its work."""


class TransactionReverted(TransactionError):
    """The contract refused it.

    `reason` is the contract's own revert string, or our words for a revert without one.
    `transaction` is the hash in hex where it reached a block, which costs gas, and None where a
    simulation found it out.
    """

    def __init__(self, action: str, reason: str, transaction: str | None = None) -> None:
        self.action, self.reason, self.transaction = action, reason, transaction
        where = f" in transaction {transaction}" if transaction else ""
        super().__init__(f"{action} reverted{where}: {reason}")


class OutOfGas(TransactionReverted):
    """It ran out of gas."""


class InsufficientFunds(TransactionError):
    """The sender cannot pay for the value and the gas."""


class FeesTooHigh(TransactionError):
    """The chain asks more for gas than we are willing to pay; `ceiling` is in wei per gas."""

    def __init__(self, asked: int, ceiling: int) -> None:
        self.asked, self.ceiling = asked, ceiling
        super().__init__(
            f"the chain asks {asked} wei per gas and the ceiling is {ceiling}: wait, or raise it"
        )


class TransactionStuck(TransactionError):
    """It was sent, perhaps with rising fees, and is still in no block.

    It may yet get into one: `transactions` are the hashes of all its versions, in hex.
    """

    def __init__(self, action: str, transactions: tuple[str, ...], seconds: float) -> None:
        self.action, self.transactions = action, transactions
        super().__init__(
            f"{action} is in no block after {seconds:.0f} seconds (sent as "
            f"{', '.join(transactions)}): look them up before sending it again"
        )
