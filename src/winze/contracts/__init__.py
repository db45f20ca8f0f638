"""The contracts and talking to them: compiling, deploying, calls, events, transactions.

`connected` opens a connection, `Pool` and its like describe calls and answer questions, a `Sender`
sends, and a `NetworkDescription` says where everything stands.
"""

from .abi import Abi
from .blocks import OUT_OF_GAS, MinedBlock, Transaction, fetch_block, why_reverted
from .call import ContractCall
from .calldata import CallRequest
from .chain_checks import require_features
from .compile import CODE_LIMIT, Artifact, compile_contract, compiled
from .contract import SEAL_RESERVE, Contract
from .deploy import Deployment, DeploymentKey, deploy, deployment_call, predicted_addresses
from .errors import (
    ChainUnreachable,
    CompileError,
    ContractsError,
    ContractTooLarge,
    DeploymentFailed,
    FeesTooHigh,
    InsufficientFunds,
    InvalidCall,
    InvalidNetworkDescription,
    InvalidProxy,
    NoContract,
    OutOfGas,
    RpcError,
    TransactionError,
    TransactionReverted,
    TransactionStuck,
    UnexpectedAnswer,
    UnsupportedChain,
    WrongNetwork,
)
from .event_words import decode_event, encode_event
from .events import (
    POOL_EVENTS,
    REWARDS_EVENTS,
    ContractEvent,
    ItxApproved,
    ItxTransferred,
    MinterRoleChanged,
    TokenEvent,
)
from .fees import GWEI, FeePolicy, Fees, GasMarket, current_fees, gas_market
from .itx import ItxToken
from .network import ContractName, DeployedContract, NetworkDescription, PinnedKeys
from .network_file import load_network, network_from_json, network_json, save_network
from .nodes import place_of
from .permit import SignedPermit, permit_signer, sign_permit
from .pool import Pool
from .proxy import PROXY_ERRORS, Proxy, connector, is_loopback
from .receipts import FAILED, Log, Receipt, fetch_logs
from .relay import Relay
from .reverts import NO_REASON, refusal, revert_reason
from .rewards import DISTRIBUTED_AT_ONCE, Rewards
from .rpc import (
    At,
    Web3,
    connect,
    connected,
    disconnect,
    eth_balance,
    request,
    request_each,
    rotate,
    rpc_errors,
    run,
)
from .sender import Sender
from .sent import Pace, Sent
from .transactions import broadcast, gas_limit, is_known, nonce_of, receipt_of, sign, why_it_failed
from .verifier import Verifier

__all__ = [
    "CODE_LIMIT",
    "DISTRIBUTED_AT_ONCE",
    "FAILED",
    "GWEI",
    "NO_REASON",
    "OUT_OF_GAS",
    "POOL_EVENTS",
    "PROXY_ERRORS",
    "REWARDS_EVENTS",
    "SEAL_RESERVE",
    "Abi",
    "Artifact",
    "At",
    "CallRequest",
    "ChainUnreachable",
    "CompileError",
    "Contract",
    "ContractCall",
    "ContractEvent",
    "ContractName",
    "ContractTooLarge",
    "ContractsError",
    "DeployedContract",
    "Deployment",
    "DeploymentFailed",
    "DeploymentKey",
    "FeePolicy",
    "Fees",
    "FeesTooHigh",
    "GasMarket",
    "InsufficientFunds",
    "InvalidCall",
    "InvalidNetworkDescription",
    "InvalidProxy",
    "ItxApproved",
    "ItxToken",
    "ItxTransferred",
    "Log",
    "MinedBlock",
    "MinterRoleChanged",
    "NetworkDescription",
    "NoContract",
    "OutOfGas",
    "Pace",
    "PinnedKeys",
    "Pool",
    "Proxy",
    "Receipt",
    "Relay",
    "Rewards",
    "RpcError",
    "Sender",
    "Sent",
    "SignedPermit",
    "TokenEvent",
    "Transaction",
    "TransactionError",
    "TransactionReverted",
    "TransactionStuck",
    "UnexpectedAnswer",
    "UnsupportedChain",
    "Verifier",
    "Web3",
    "WrongNetwork",
    "broadcast",
    "compile_contract",
    "compiled",
    "connect",
    "connected",
    "connector",
    "current_fees",
    "decode_event",
    "deploy",
    "deployment_call",
    "disconnect",
    "encode_event",
    "eth_balance",
    "fetch_block",
    "fetch_logs",
    "gas_limit",
    "gas_market",
    "is_known",
    "is_loopback",
    "load_network",
    "network_from_json",
    "network_json",
    "nonce_of",
    "permit_signer",
    "place_of",
    "predicted_addresses",
    "receipt_of",
    "refusal",
    "request",
    "request_each",
    "require_features",
    "revert_reason",
    "rotate",
    "rpc_errors",
    "run",
    "save_network",
    "sign",
    "sign_permit",
    "why_it_failed",
    "why_reverted",
]
