"""Whole networks for tests: a private chain, the contracts with real keys, and their prover."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache

from tests.chains import anvil_program
from winze.circuits import Circuit, CircuitKeys, Prover, development_keys
from winze.contracts import Web3, request
from winze.devnet import Devnet, devnet_deployment
from winze.protocol import DEV, GENESIS, Profile, Timestamp


@cache
def keys() -> dict[Circuit, CircuitKeys]:
    """The development keys, made if they are not cached."""
    return dict(development_keys())


@cache
def prover() -> Prover:
    """The prover that all tests share, so that each key is read once."""
    return Prover(keys())


@asynccontextmanager
async def network(profile: Profile = DEV, genesis: Timestamp = GENESIS) -> AsyncIterator[Devnet]:
    """A fresh network, on which a block is made every second."""
    deployment = replace(devnet_deployment(keys(), profile), genesis=genesis)
    async with Devnet(deployment, program=anvil_program()) as devnet:
        yield devnet


async def make_blocks_for_transactions_only(w3: Web3) -> None:
    """From now on the chain makes a block for each transaction at once, and no others."""
    await request(w3, "stopping", "evm_setIntervalMining", 0)
    await request(w3, "mining at once", "evm_setAutomine", *[True])
