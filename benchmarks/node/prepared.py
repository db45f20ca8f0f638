"""A network with notes in it, and a proved request for each: dear to make, so made once and kept.

Proofs name the pool, the chain and a root, which no second chain would have: so the chain itself is
kept with them, and every measurement goes on with a copy of it.
"""

import asyncio
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.rows import REQUESTS
from benchmarks.telling import Teller
from winze import contracts
from winze.chain import Builder, Follower, RpcSource
from winze.circuits import Circuit, CircuitKeys, Prover
from winze.contracts import Pool
from winze.devnet import Devnet, devnet_deployment
from winze.files import data_directory
from winze.protocol import DEV, SLOTS, EthAddress, TransferWitness, Wei, keccak
from winze.wallet import NoteFinder, Payment, Spender
from winze.wire import TRANSFER_FIELDS, RelayRequest

from . import player
from .player import DEPOSITOR, SEED, VALUE, Player

_FEE: Final = Wei(VALUE // 20)
"""More than any quote on a private chain."""

_BUILDER: Final = 6
_FILE: Final = "requests.jsonl"
_CHAIN: Final = "devnet"


@dataclass(frozen=True)
class Prepared:
    """What is kept."""

    folder: Path

    @property
    def requests(self) -> Sequence[bytes]:
        """The requests, as they are sent; each spends a note of its own."""
        return (self.folder / _FILE).read_bytes().splitlines()

    def copied_to(self, folder: Path) -> Path:
        """A copy of the chain's directory, inside `folder`: a devnet can go on with it."""
        copy = folder / _CHAIN
        shutil.copytree(self.folder / _CHAIN, copy)
        return copy


def prepared(
    teller: Teller, keys: Mapping[Circuit, CircuitKeys], count: int = REQUESTS
) -> Prepared:
    """The network and its requests; made, which takes minutes, where they are not kept yet."""
    shelf = data_directory("benchmarks")
    home = shelf / f"requests-{count}-{_digest(keys)[:16]}"
    if not home.exists():
        with tempfile.TemporaryDirectory(dir=shelf, prefix=".making-") as scratch:
            made = Path(scratch) / "made"
            made.mkdir()
            asyncio.run(_make(made, teller, keys, count))
            made.rename(home)
    return Prepared(home)


def _digest(keys: Mapping[Circuit, CircuitKeys]) -> str:
    """Names what proofs hang on: keys, contracts, and how they and requests are made."""
    sources = Path(contracts.__file__).parent
    files = [
        *(keys[circuit].verifying_key for circuit in sorted(keys)),
        *sorted((*sources.rglob("*.vy"), *sources.rglob("*.vyi"))),
        Path(player.__file__),
        Path(__file__),
    ]
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return hashlib.sha256(
        "\n".join([repr(DEV), repr(TRANSFER_FIELDS), *hashes]).encode()
    ).hexdigest()


async def _make(
    folder: Path, teller: Teller, keys: Mapping[Circuit, CircuitKeys], count: int
) -> None:
    prover = Prover(keys)
    async with Devnet(devnet_deployment(keys), folder / _CHAIN, progress=teller.tell) as devnet:
        teller.tell(f"making {count} deposits")
        await Player(devnet).play(player.notes(count), SLOTS)
        witnesses = await _witnesses(devnet, prover, count)
        requests = await asyncio.to_thread(_proved, teller, prover, witnesses)
    (folder / _FILE).write_text("".join(f"{each.to_json()}\n" for each in requests), "utf-8")


async def _witnesses(devnet: Devnet, prover: Prover, count: int) -> list[TransferWitness]:
    """A transfer of each note, once all of them are proved."""
    source = RpcSource(devnet.w3, devnet.network)
    follower = Follower(source, devnet.network.deployment_block)
    pool = Pool(devnet.w3, devnet.network.pool)
    builder = Builder(source, follower, pool, prover, devnet.sender(_BUILDER))
    while follower.ledger.proved < -(-count // SLOTS):
        await builder.step()
    own = NoteFinder(SEED, DEPOSITOR).find(follower.records(), follower.ledger)
    spender = Spender(devnet.network, follower.ledger, SEED.viewing.public)
    recipient = EthAddress.from_bytes(keccak(b"recipient")[:20])
    payment = Payment(recipient=recipient, amount=Wei(VALUE // 2), fee=_FEE)
    return [spender.transfer([each], payment, SEED.main) for each in own]


def _proved(
    teller: Teller, prover: Prover, witnesses: Sequence[TransferWitness]
) -> list[RelayRequest]:
    with (
        ThreadPoolExecutor(os.cpu_count()) as pool,
        teller.counting("proving requests, once for all measurements", len(witnesses)) as count,
    ):

        def prove(witness: TransferWitness) -> RelayRequest:
            proof = prover.prove(witness)
            count()
            return RelayRequest(transfer=witness.transfer, transfer_proof=proof)

        return list(pool.map(prove, witnesses))
