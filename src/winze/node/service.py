"""The node as a whole: everything opened, started and stopped in order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Self

import structlog
import uvicorn
from sqlalchemy import Engine

from winze.chain import ChainChanged, Follower, RpcSource
from winze.circuits import Circuit, CircuitKeys, Prover, pinned_keys
from winze.contracts import (
    FeePolicy,
    NetworkDescription,
    Pool,
    RpcError,
    Web3,
    connected,
    load_network,
)
from winze.protocol import EthAddress, Seconds

from .api import ApiSettings, EndpointClass, Ports, Rate, create_app, server_config
from .building import BlockBuilder, ProofStore
from .config import NodeConfig
from .database import migrate, open_database
from .distributing import Distributor
from .errors import NotReady
from .identity import claim_database, network_identity
from .index import Index, SqlStore
from .keystore import NodeKeys
from .metrics import Metrics
from .monitor import NodeMonitor
from .operations import Crew, Operations
from .pulse import Pulse
from .relaying import (
    Checks,
    Intake,
    QuoteBoard,
    QuotePolicy,
    Relayer,
    RelayPolicy,
    RequestStore,
    Rules,
)
from .screening import Screener
from .sending import JobStore, Outbox, OutboxPolicy
from .stages import StageClock
from .workflows import Observer, Workflows
