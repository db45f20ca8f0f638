"""The keys that a wallet proves with: this machine's where a network pins them, else a node's."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from winze.circuits import Circuit, CircuitKeys, DamagedKeys, KeysNotHere, WrongKeys, pinned_keys
from winze.contracts import NetworkDescription, PinnedKeys

from ..errors import NodeUnreachable, WalletError
from ..node_client import NodeClient

WALLET_CIRCUITS: Final = (Circuit.TRANSFER, Circuit.CLAIM)
"""What an ordinary wallet proves; the block's is for who proves blocks, and the largest."""


async def proving_keys(
    network: NetworkDescription,
    folder: Path,
    nodes: Sequence[NodeClient],
    circuits: Iterable[Circuit] = WALLET_CIRCUITS,
) -> Mapping[Circuit, CircuitKeys]:
    """The keys that a network pins for these circuits, checked against their hashes.

    What is missing is fetched from the first node that gives it, and kept in `folder`. A node
    learns nothing by that but that somebody begins: all wallets fetch the same files.

    Args:
        network: Whose keys.
        folder: Where those are kept that came from a node; made if it is missing.
        nodes: Opened; asked one after the other.
        circuits: Which ones.

    Raises:
        WalletError: a key is not here, and no node gives it.
        KeyStoreUnusable: the folder cannot be written.
    """
    found = {}
    for circuit in circuits:
        pins = network.keys[circuit]
        keys = await asyncio.to_thread(_here, circuit, pins, folder / circuit)
        found[circuit] = keys or await _fetched(circuit, pins, folder / circuit, nodes)
    return found


def _here(circuit: Circuit, pins: PinnedKeys, folder: Path) -> CircuitKeys | None:
    """The keys, where they are on this machine already and undamaged."""
    hashes = pins.proving_key_sha256, pins.verifying_key_sha256
    fetched = CircuitKeys.pinned(folder, circuit, *hashes)
    try:
        fetched.check()
    except DamagedKeys:
        try:
            return pinned_keys({circuit: hashes})[circuit]
        except (KeysNotHere, DamagedKeys, WrongKeys):
            return None
    return fetched


async def _fetched(
    circuit: Circuit, pins: PinnedKeys, folder: Path, nodes: Iterable[NodeClient]
) -> CircuitKeys:
    keys = CircuitKeys.pinned(folder, circuit, pins.proving_key_sha256, pins.verifying_key_sha256)
    failure: WalletError = NodeUnreachable(
        f"the {circuit} circuit's keys are not on this machine, and no node was named to get them"
    )
    for node in nodes:
        try:
            await node.key_file(circuit, "verifying", keys.verifying_key, pins.verifying_key_sha256)
            await node.key_file(circuit, "proving", keys.proving_key, pins.proving_key_sha256)
        except WalletError as problem:
            failure = problem
        else:
            return keys
    raise failure
