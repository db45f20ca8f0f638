"""What a wallet asks depends on nobody's notes (protocol §7): recorded, and compared.

Two wallets look at the same chain at the same moments: one owns what happens there, the other owns
nothing. Whoever they ask must not be able to tell them apart.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.chain.acts import deposit, prove, seal
from tests.chain.fakes import Act, FakeChain
from tests.networks import make_blocks_for_transactions_only
from tests.socks import SocksServer
from tests.wallet.camp import FIRST_PERSON, Camp, camp, new_address
from tests.wallet.privacy.wiretap import Said, Wiretap
from tests.wallet.view.acts import claimed, deposited, spent
from tests.wallet.view.fakes import FakeNode, Told, ViewChain, view_of
from tests.wallet.worlds import OWN, STRANGER, seed
from winze.contracts import connected
from winze.devnet import funded_account
from winze.protocol import ETHER, MEMOS_BYTES, EthAddress, Seed, Wei
from winze.wallet import LedgerView, NodeClient, Scanner, SessionState, Wallet
from winze.wire import FINALITY, RowKind

OWNER, NOBODY = seed(1), seed(2)
TENTH = Wei(ETHER // 10)
BLOCK: tuple[tuple[Act, ...], ...] = ((seal,), (), (prove,))
HOME = EthAddress("0x" + "0c" * 20)
FIRST_BOX = 40
"""A byte of the memo to oneself (protocol §5)."""


# -- what is asked, call by call ------------------------------------------------------------------


@dataclass
class Looker:
    """One wallet's view of a chain, and whom it asks."""

    chain: FakeChain
    owner: Seed
    folder: Path
    nodes: list[FakeNode] = field(init=False)

    def __post_init__(self) -> None:
        self.nodes = [FakeNode(self.chain, name, behind=0) for name in ("first", "second")]
        self.source = ViewChain(self.chain)
        self.folder.mkdir()
        self.restart()

    def restart(self) -> None:
        self.view: LedgerView = view_of(
            self.chain, *self.nodes, path=self.folder / "rows", source=self.source
        )
        self.scanner = Scanner(self.view, self.owner, OWN, self.folder / "scan")

    async def look(self) -> int:
        """Synchronise and scan; how many notes were found."""
        await self.view.sync()
        return len((await self.scanner.scan()).notes)

    def asked(self) -> list[object]:
        """What was asked since the last time, of each."""
        every: list[object] = [list(node.asked) for node in self.nodes]
        every.append(list(self.source.questions))
        for node in self.nodes:
            node.asked.clear()
        self.source.questions.clear()
        return every


def happen(chain: FakeChain, *acts: Act) -> None:
    chain.mine(deposit(len(chain.blocks)), *acts)
    for each in BLOCK:
        chain.mine(*each)


def mined(number: int) -> Act:
    return deposited(OWNER.mining(number).deposit_note(0, TENTH, mineable=True), OWN)


async def alike(one: Looker, other: Looker, *, owns: int) -> None:
    """Both look; the first finds what it owns, the other nothing, and they ask the same."""
    assert (await one.look(), await other.look()) == (owns, 0)
    first, second = one.asked(), other.asked()
    assert first == second
    assert any(first[:2]), "no node was asked"
    assert first[2], "the chain was not asked"


@pytest.mark.parametrize("settled", [0, FINALITY + 1])
async def test_two_wallets_ask_the_same_whatever_is_theirs(tmp_path: Path, settled: int) -> None:
    chain = FakeChain()
    happen(chain, mined(0), mined(1))
    chain.mine_empty(settled)
    one, other = Looker(chain, OWNER, tmp_path / "1"), Looker(chain, NOBODY, tmp_path / "2")
    await alike(one, other, owns=2)  # the first time
    await alike(one, other, owns=2)  # nothing new
    own = (await one.scanner.scan()).notes[0]
    happen(chain, spent(own, OWNER, change=9, to=HOME, rewards=STRANGER), claimed(own, HOME, 0))
    await alike(one, other, owns=3)  # a withdrawal and its claim
    for each in (one, other):
        each.restart()
    await alike(one, other, owns=3)  # after a restart
    chain.mine_empty(2)
    await alike(one, other, owns=3)


async def test_two_wallets_ask_the_same_after_a_reorganisation(tmp_path: Path) -> None:
    chain = FakeChain()
    happen(chain, mined(0))
    one, other = Looker(chain, OWNER, tmp_path / "1"), Looker(chain, NOBODY, tmp_path / "2")
    chain.mine(mined(1))
    await alike(one, other, owns=2)
    chain.reorganise(1, (), ())  # the second deposit never was
    await alike(one, other, owns=1)


async def test_two_wallets_turn_away_from_a_liar_alike(tmp_path: Path) -> None:
    def lie(rows: Told) -> None:
        rows[RowKind.DEPOSITS].pop(0)

    chain = FakeChain()
    happen(chain, mined(0))
    one, other = Looker(chain, OWNER, tmp_path / "1"), Looker(chain, NOBODY, tmp_path / "2")
    for each in (one, other):
        each.nodes[0].lie = lie
    await alike(one, other, owns=1)
    chain.mine_empty(1)
    await alike(one, other, owns=1)


async def test_who_changes_an_old_memo_sees_its_owner_turn_away(tmp_path: Path) -> None:
    """The leak that docs/privacy.md states: only who can open a memo misses it."""

    def lie(rows: Told) -> None:
        row = bytearray(rows[RowKind.MEMOS][0])
        row[FIRST_BOX - MEMOS_BYTES] ^= 1
        rows[RowKind.MEMOS][0] = bytes(row)

    chain = FakeChain()
    happen(chain, mined(0))
    before = Looker(chain, OWNER, tmp_path / "0")
    await before.look()
    own = (await before.scanner.scan()).notes[0]
    happen(chain, spent(own, OWNER, change=9, to=HOME))
    chain.mine_empty(2_000)  # lately the chain's own events are compared, by everybody
    one, other = Looker(chain, OWNER, tmp_path / "1"), Looker(chain, NOBODY, tmp_path / "2")
    for each in (one, other):
        each.nodes[0].lie = lie
        await each.look()
    assert one.view.place == "second"
    assert other.view.place == "first"


# -- what is said, byte for byte ------------------------------------------------------------------


@dataclass
class Taps:
    """What one person's wallet says to its node and its RPC."""

    node: Wiretap
    rpc: Wiretap

    def heard(self, own: EthAddress) -> tuple[list[Said], list[Said]]:
        """What both heard, without what names the connected wallet."""
        name = own.lower().removeprefix("0x").encode()
        return (
            [each for each in self.node.heard() if name not in each.body.lower()],
            [each for each in self.rpc.heard() if name not in each.body.lower()],
        )


def secrets_of(wallet: Wallet, destination: EthAddress) -> list[bytes]:
    """What nobody is to hear, in the ways in which it may be written."""
    words: list[int] = []
    for account in (wallet.identity.seed.main, wallet.identity.seed.mining(0)):
        words += [account.owner, account.spending_key]
    words += [own.note.commitment for own in wallet.holdings.notes]
    words += [own.nullifier for own in wallet.holdings.notes]
    unmade = wallet.identity.seed.mining(0).deposit_note(1, TENTH, mineable=False)
    words += [unmade.inner, int(destination, 16), int.from_bytes(wallet.identity.seed.secret)]
    plain = [f"{word:x}".encode() for word in map(int, words)]
    plain += [str(int(word)).encode() for word in words]
    return [*plain, wallet.address.encode().lower()]


async def both_look(there: Camp, taps: Sequence[Taps], home: str, **changes: object) -> None:
    """Anna, who has a session, and Ben, who has nothing, do the same at the same time."""
    heard = []
    for person, (name, tap) in enumerate(zip(("anna", "ben"), taps, strict=True)):
        own = EthAddress(funded_account(FIRST_PERSON + person).address)
        tapped = {"rpcs": (tap.rpc.url,), "nodes": (tap.node.url,), **changes}
        async with there.wallet(name, person, home=home, **tapped) as wallet:
            await wallet.step()
            assert len(wallet.sessions()) == 1 - person
            heard.append(tap.heard(own))
            destination = new_address()
            if wallet.sessions() and wallet.sessions()[0].state is SessionState.READY:
                await wallet.propose.withdraw(0, destination, new_address(), relayed=False)
            said = [*heard[-1][0], *heard[-1][1], *tap.node.heard(), *tap.rpc.heard()]
            raw = b"".join(each.path.encode() + each.body.lower() for each in said)
            for secret in secrets_of(wallet, destination):
                assert secret not in raw
    assert heard[0][0] == heard[1][0]
    assert heard[0][1] == heard[1][1]
    assert heard[0][1], "the chain was not asked"


@pytest.mark.long
async def test_byte_for_byte_nobody_can_tell_who_owns_what(tmp_path: Path) -> None:
    async with camp(tmp_path) as there, AsyncExitStack() as stack:
        async with there.wallet("anna", 0) as anna:
            await there.matured(anna, TENTH)
            await anna.wait(0, SessionState.READY)
        w3 = await stack.enter_async_context(connected(there.devnet.url))
        await make_blocks_for_transactions_only(w3)
        await _caught_up(there)
        taps = [
            Taps(
                await stack.enter_async_context(Wiretap(there.node.url)),
                await stack.enter_async_context(Wiretap(there.devnet.url)),
            )
            for _ in range(2)
        ]
        await both_look(there, taps, "first")  # everything is read
        await both_look(there, taps, "first")  # after a restart
        await both_look(there, taps, "direct", nodes=(), direct=True)


@pytest.mark.long
async def test_through_a_proxy_everything_goes_through_it(tmp_path: Path) -> None:
    async with camp(tmp_path) as there, SocksServer() as socks:
        async with there.wallet("anna", 0, proxy=socks.url) as anna:
            await there.mined(anna, TENTH)
        ports = {int(url.rpartition(":")[2]) for url in (there.node.url, there.devnet.url)}
        assert {port for _, _, port in socks.passed} == ports
        users = {port: {user for user, _, at in socks.passed if at == port} for port in ports}
        first, second = users.values()
        assert not first & second


async def _caught_up(there: Camp) -> None:
    """The node has read all that there is."""
    async with NodeClient(there.node.url) as node:
        seen = None
        while seen != (seen := (await node.sync_state()).cursor) or seen is None:
            await there.skip(0)
