"""Three people who pay each other and never see each other's secrets (docs/privacy.md)."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.wallet.camp import Camp, new_address
from tests.wallet.stories.telling import LONG_LOCKS, mined, over, until
from winze.node import LogFormat, configure_logs
from winze.protocol import ETHER, MAIN_ACCOUNT, PrivateAddress, Wei
from winze.wallet import SessionState, Wallet

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.chain]

NAMES = ("lea", "mia", "nia")
WORDS = ("for the roof of the barn", "what I owe you since May", "the last one for this year")
"""What each notes to herself with what she sends."""

SHORTEST = 8
"""A secret of so few bytes stands anywhere by chance."""


def special(folder: Path) -> dict[str, object]:
    """What the node tells its log is in the folder."""
    log = (folder / "node.log").open("w")
    configure_logs(LogFormat.JSON, out=log)
    return {"profile": LONG_LOCKS}


@dataclass
class Wire:
    """A way to a server that remembers all that went through."""

    url: str = ""
    said: bytearray = field(default_factory=bytearray)


async def test_three_wallets_never_see_each_others_secrets(town: Camp) -> None:
    async with AsyncExitStack() as stack:
        wires, wallets = [], []
        for number, name in enumerate(NAMES):
            node = await stack.enter_async_context(tapped(town.node.url))
            chain = await stack.enter_async_context(tapped(town.devnet.url))
            asked: dict[str, Any] = {"nodes": (node.url,), "rpcs": (chain.url,), "home": name}
            wallets.append(await stack.enter_async_context(town.wallet(name, number, **asked)))
            wires.append((node, chain))
        await asyncio.gather(*(begin(each) for each in wallets))
        ring = zip(wallets, [*wallets[1:], wallets[0]], WORDS, strict=True)
        await asyncio.gather(*(pay(*each) for each in ring))
        secrets = {name: set(secrets_of(each)) for name, each in zip(NAMES, wallets, strict=True)}
    said = [bytes(wire.said) for pair in wires for wire in pair]
    for owner, hers in secrets.items():
        assert not readable(hers, said), f"of {owner} on the wire"
        assert not readable(hers, contents(town.devnet.directory)), f"of {owner} at the node"
        for name in NAMES:  # and not in her own folder either: all of it is sealed
            assert not readable(hers, contents(town.folder / name)), f"of {owner} with {name}"
        assert not readable(hers, contents(town.folder)), f"of {owner} in a log"
    # What everybody may see is found: so would the rest have been.
    public = {str(each.identity.address).lower().encode() for each in wallets}
    assert readable(public, said) == public


async def begin(wallet: Wallet) -> None:
    """A session that is canceled, and something in the main account."""
    deposit = await wallet.begin(await wallet.propose.deposit(Wei(ETHER)))
    (session,) = await mined(wallet, ETHER // 10)
    await over(wallet, deposit)
    await until(wallet, lambda: wallet.balance == ETHER)
    await wallet.begin(await wallet.propose.cancel(session.number, new_address()))


async def pay(payer: Wallet, payee: Wallet, words: str) -> None:
    """Half an ether, privately."""
    before = len(payee.holdings.of_account(MAIN_ACCOUNT))
    to = PrivateAddress.decode(payee.address, payee.network.address_prefix)
    await payer.carry_out(await payer.propose.send(Wei(ETHER // 2), to, words))
    await until(payee, lambda: len(payee.holdings.of_account(MAIN_ACCOUNT)) > before)
    await payer.wait(0, SessionState.CANCELED)
    assert any(each.text == words for each in payer.history())


# -- what is secret, and where it could stand ---------------------------------------------------


def secrets_of(wallet: Wallet) -> Iterator[bytes]:
    """All that only its owner may know, in every form in which it could be written."""
    seed = wallet.identity.seed
    yield from forms(seed.secret)
    yield from forms(seed.viewing.secret)
    for index in (MAIN_ACCOUNT, 0, 1):
        account = seed.account(index)
        yield from numbers(account.spending_key)
        yield from forms(account.deposits)
    for own in wallet.holdings.notes:
        yield from numbers(own.note.blinding)
    for intent in wallet.journal.intents():
        yield from forms(intent.text.encode())
        yield from forms(intent.to_json().encode())


def forms(secret: bytes) -> Iterator[bytes]:
    """Bytes, both ways round, and in hex."""
    if len(secret) >= SHORTEST:
        for each in (secret, secret[::-1]):
            yield each
            yield each.hex().encode()


def numbers(secret: int) -> Iterator[bytes]:
    """A number as bytes, in hex, and in decimal digits."""
    yield from forms(int(secret).to_bytes((int(secret).bit_length() + 7) // 8))
    yield str(int(secret)).encode()


def contents(folder: Path) -> Iterator[bytes]:
    """What all files below a folder hold."""
    return (each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file())


def readable(secrets: Iterable[bytes], places: Iterable[bytes]) -> set[bytes]:
    """Those of the secrets that stand in one of the places."""
    held = [(each, each.lower()) for each in places]
    return {word for word in secrets for plain, low in held if word in plain or word in low}


@asynccontextmanager
async def tapped(url: str) -> AsyncIterator[Wire]:
    """A way to `url`."""
    wire, to = Wire(), urlsplit(url)

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1 << 16):
            wire.said += piece
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(to.hostname, to.port)
        await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    wire.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield wire
    finally:
        server.close()
