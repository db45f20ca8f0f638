"""Rows straight from the chain are those that a node would serve."""

import asyncio
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.chain.acts import deposit
from tests.chain.fakes import DEPLOYED, FakeSource
from tests.chains import Deployed, deployed_chain
from tests.index.busy_chain import BusyChain, eventful
from tests.index.databases import database
from tests.wallet.worlds import network, seed
from winze.chain import Follower, Logged, RpcSource, Source
from winze.circuits import Prover
from winze.contracts import (
    ChainUnreachable,
    NetworkDescription,
    RpcError,
    connected,
    load_network,
    rotate,
    save_network,
)
from winze.devnet import funded_account
from winze.index import Index, SqlStore, open_database, writing
from winze.protocol import ETHER, ChainBlock, EthAddress, Field, Wei
from winze.wallet import (
    Identity,
    NodeBehind,
    NodeLies,
    RowsUnreadable,
    Settings,
    SyncState,
    WalletHome,
    open_wallet,
)
from winze.wallet.direct import DirectRows
from winze.wire import Extent, Page, RowKind

NETWORK = replace(network(), deployment_block=DEPLOYED)
CONFIRMATIONS = NETWORK.profile.confirmations

Served = tuple[SyncState, dict[RowKind, bytes]]


@contextmanager
def direct(
    source: Source, path: Path | None, next_node: Callable[[], None] = lambda: None
) -> Iterator[DirectRows]:
    with closing(DirectRows(source, NETWORK, path, next_node)) as rows:
        yield rows


async def served(rows: DirectRows) -> Served:
    """All that it tells now."""
    state = await rows.sync_state()
    pages = {kind: await rows.page(kind, 0, extent.rows) for kind, extent in state.extents.items()}
    return state, {kind: page.body for kind, page in pages.items()}


async def nodes(source: Source, network: NetworkDescription, folder: Path) -> Served:
    """All that a node would tell that never read the chain before."""
    engine = database(folder)
    confirmations = network.profile.confirmations
    await Follower(
        source,
        network.deployment_block,
        confirmations=confirmations,
        store=SqlStore(engine),
    ).sync()
    index = Index(engine, confirmations)
    extents = index.extents()
    pages = {kind: index.page(kind, 0, extent.rows) for kind, extent in extents.items()}
    engine.dispose()
    bodies = {kind: Page.decode(page, kind, 0).body for kind, page in pages.items()}
    return SyncState(index.generation(), index.cursor(), extents), bodies


async def test_its_rows_are_a_nodes(tmp_path: Path) -> None:
    chain = eventful()
    chain.mine_empty(66)
    with direct(FakeSource(chain), tmp_path / "rows") as rows:
        state, bodies = await served(rows)
    assert (state, bodies) == await nodes(FakeSource(chain), NETWORK, tmp_path)
    assert state.cursor == chain.blocks[chain.head - CONFIRMATIONS].header
    assert all(bodies[kind] for kind in RowKind)
    assert state.extents[RowKind.DEPOSITS].final > 0


async def test_no_row_is_final_before_the_network_confirms_it(tmp_path: Path) -> None:
    chain = BusyChain()
    chain.mine(deposit(1))
    chain.mine_empty(139)
    for confirmations, final in ((69, 1), (70, 0)):
        profile = replace(NETWORK.profile, confirmations=confirmations)
        slow = replace(NETWORK, profile=profile)
        path = tmp_path / str(confirmations)
        with closing(DirectRows(FakeSource(chain), slow, path)) as rows:
            state = await rows.sync_state()
        assert state.extents[RowKind.DEPOSITS] == Extent(1, final)


async def test_a_page_begins_and_ends_where_it_is_asked_to(tmp_path: Path) -> None:
    chain = eventful()
    chain.mine_empty(CONFIRMATIONS)
    with direct(FakeSource(chain), tmp_path / "rows") as rows:
        state = await rows.sync_state()
        most = state.extents[RowKind.CLAIMS].rows
        whole = list(await rows.page(RowKind.CLAIMS, 0, most))
        page = await rows.page(RowKind.CLAIMS, 1, 2)
        assert (page.first, list(page)) == (1, whole[1:3])
        assert len(await rows.page(RowKind.CLAIMS, most, 5)) == 0


@pytest.mark.parametrize("depth", [1, 5])
async def test_a_reorganisation_is_rolled_back_and_the_generation_grows(
    tmp_path: Path, depth: int
) -> None:
    chain = eventful()
    chain.mine_empty(CONFIRMATIONS)
    with direct(FakeSource(chain), tmp_path / "rows") as rows:
        before = await rows.sync_state()
        depth += CONFIRMATIONS
        chain.reorganise(depth, [deposit(77), chain.claim(77)], *[[]] * depth)
        state, bodies = await served(rows)
        assert await rows.sync_state() == state
    fresh, expected = await nodes(FakeSource(chain), NETWORK, tmp_path)
    assert (replace(state, generation=0), bodies) == (fresh, expected)
    assert (before.generation, state.generation) == (0, 1)


async def test_whoever_opens_the_file_again_reads_only_what_is_new(tmp_path: Path) -> None:
    chain, path = eventful(), tmp_path / "rows"
    with direct(FakeSource(chain), path) as rows:
        cursor = (await rows.sync_state()).cursor
        assert cursor is not None
    chain.mine(deposit(5))
    chain.mine_empty(CONFIRMATIONS)
    source = FakeSource(chain)
    with direct(source, path) as rows:
        found = await served(rows)
    assert [first for first, _ in source.asked("logs")] == [cursor.number + 1]
    assert found == await nodes(FakeSource(chain), NETWORK, tmp_path)


async def test_pages_can_be_read_before_the_chain_is_asked(tmp_path: Path) -> None:
    chain, path = eventful(), tmp_path / "rows"
    with direct(FakeSource(chain), path) as rows:
        _, bodies = await served(rows)
    with direct(FakeSource(BusyChain()), path) as rows:
        assert (await rows.page(RowKind.DEPOSITS, 0, 99)).body == bodies[RowKind.DEPOSITS]


async def test_two_processes_that_share_a_file_go_on_from_each_other(tmp_path: Path) -> None:
    chain, path = eventful(), tmp_path / "rows"
    with direct(FakeSource(chain), path) as one, direct(FakeSource(chain), path) as other:
        for number in range(4):
            found = await asyncio.gather(served(one), served(other))
            assert found[0] == found[1]
            chain.mine(deposit(100 + number))
            chain.mine_empty(CONFIRMATIONS)
            await (one, other)[number % 2].sync_state()
        depth = 2 * (1 + CONFIRMATIONS)
        chain.reorganise(depth, *[[]] * depth)
        await other.sync_state()
        state, bodies = await served(one)
    fresh, expected = await nodes(FakeSource(chain), NETWORK, tmp_path)
    assert (replace(state, generation=0), bodies) == (fresh, expected)


def inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(each.stat().st_mode) for each in (folder, *folder.iterdir())}


async def test_without_a_file_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    chain = eventful()
    with direct(FakeSource(chain), None) as rows:
        found = await served(rows)
        assert len(inside(tmp_path)) == 1
    assert not inside(tmp_path)
    assert found == await nodes(FakeSource(chain), NETWORK, tmp_path)


async def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rows"
    with direct(FakeSource(eventful()), path) as rows:
        await rows.sync_state()
        assert modes(path.parent) == {0o700, 0o600}


# -- what a chain's node may do -------------------------------------------------------------------


async def test_a_node_that_leaves_something_out_is_left_for_the_next(tmp_path: Path) -> None:
    chain = eventful()
    source = FakeSource(chain)
    source.told = lambda logged: logged[1:]
    with direct(source, tmp_path / "rows", source.speak_the_truth) as rows:
        _, bodies = await served(rows)
    assert bodies == (await nodes(FakeSource(chain), NETWORK, tmp_path))[1]


async def test_where_all_lie_it_is_told_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    chain, left = eventful(), []
    chain.mine_empty(CONFIRMATIONS)
    source = FakeSource(chain)
    with direct(source, tmp_path / "rows", lambda: left.append(1)) as rows:
        before = await served(rows)
        chain.mine(deposit(5))
        chain.mine_empty(CONFIRMATIONS)
        source.wrong_root = 1
        with pytest.raises(NodeLies, match="root"):
            await rows.sync_state()
        assert len(left) == 2
        assert (await rows.page(RowKind.DEPOSITS, 0, 99)).body == before[1][RowKind.DEPOSITS]
        source.speak_the_truth()
        assert (await served(rows))[1] == (await nodes(source, NETWORK, tmp_path))[1]


@pytest.mark.parametrize(("problem", "asked"), [(RpcError, 3), (ChainUnreachable, 1)])
async def test_a_chain_that_cannot_be_asked_is_told(
    tmp_path: Path, problem: type[RpcError], asked: int
) -> None:
    def fail(_: int) -> None:
        raise problem("no")

    source = FakeSource(eventful())
    source.interrupt = fail
    with direct(source, tmp_path / "rows") as rows, pytest.raises(problem):
        await rows.sync_state()
    assert len(source.questions) == asked


async def test_a_chain_without_the_network_is_told(tmp_path: Path) -> None:
    chain = eventful()
    source = FakeSource(chain)
    with direct(source, tmp_path / "rows") as rows:
        await rows.sync_state()
        chain.reorganise(len(chain.blocks) - 2)
        with pytest.raises(NodeBehind, match="deployed"):
            await rows.sync_state()


@pytest.mark.parametrize("harm", ["no database", "no ledger"])
async def test_a_file_that_is_damaged_is_told_and_what_to_do(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "rows"
    if harm == "no database":
        path.write_bytes(b"x" * 8192)
    else:
        with direct(FakeSource(eventful()), path) as rows:
            await rows.sync_state()
        with writing(open_database(f"sqlite:///{path}")) as connection:
            connection.execute(text("DELETE FROM events WHERE id = 0"))
    with direct(FakeSource(eventful()), path) as rows:
        with pytest.raises(RowsUnreadable, match="may be removed") as told:
            await rows.sync_state()
        assert str(path) in str(told.value)


# -- a real chain ---------------------------------------------------------------------------------


@asynccontextmanager
async def on_chain(chain: Deployed, path: Path) -> AsyncIterator[DirectRows]:
    """Its rows through two addresses, of which nobody listens at the first."""
    async with connected("http://127.0.0.1:1", chain.url) as w3:
        source = RpcSource(w3, chain.network)
        with closing(DirectRows(source, chain.network, path, lambda: rotate(w3))) as rows:
            yield rows


async def happens(chain: Deployed, first: int) -> None:
    """Deposits, mining ones and others, and enough blocks for them to count."""
    for number in range(first, first + 3):
        value = Wei(ETHER + number % 2)
        await chain.sender(2).send(chain.pool.deposit(Field(number), value, mine=number % 2 == 0))
    await chain.clock.mine(chain.network.profile.confirmations)


@pytest.mark.chain
async def test_on_a_real_chain_they_are_a_nodes_through_reorganisations_and_restarts(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rows"
    async with deployed_chain() as chain:
        source = RpcSource(chain.w3, chain.network)
        await happens(chain, 1)
        async with on_chain(chain, path) as rows:
            first = await served(rows)
            assert first == await nodes(source, chain.network, tmp_path / "1")
            assert first[0].extents[RowKind.DEPOSITS].rows == 3
            await chain.clock.reorganise(2 + chain.network.profile.confirmations)
            await happens(chain, 8)
            state, bodies = await served(rows)
        fresh, expected = await nodes(source, chain.network, tmp_path / "2")
        assert (replace(state, generation=0), bodies) == (fresh, expected)
        assert state.generation == 1
        await happens(chain, 20)
        async with on_chain(chain, path) as rows:
            state, bodies = await served(rows)
        fresh, expected = await nodes(source, chain.network, tmp_path / "3")
        assert (replace(state, generation=0), bodies) == (fresh, expected)


@pytest.mark.chain
async def test_one_that_is_killed_while_it_reads_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    async with deployed_chain() as chain:
        save_network(chain.network, tmp_path / "network.json")
        for first in range(0, 12, 3):
            await happens(chain, first)
        arguments = [str(tmp_path / "network.json"), str(path), chain.url]
        head = await RpcSource(chain.w3, chain.network).head()
        for until, moment in ((head - 9, "root"), (head - 4, "logs")):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", __name__, *arguments, str(until), moment)
            )
            assert await process.wait() == -signal.SIGKILL
        async with on_chain(chain, path) as rows:
            found = await served(rows)
        source = RpcSource(chain.w3, chain.network)
        assert found == await nodes(source, chain.network, tmp_path)


@pytest.mark.chain
async def test_a_wallet_that_knows_no_node_sees_its_notes_and_where_they_come_from(
    tmp_path: Path,
) -> None:
    async with deployed_chain() as chain:
        settings = Settings(rpcs=(chain.url,), direct=True)
        entry = WalletHome(tmp_path / "home").add("alice", chain.network, settings)
        account = EthAddress(funded_account(2).address)
        identity = Identity(account, seed())
        note = identity.seed.mining(0).deposit_note(0, Wei(ETHER), mineable=True)
        await chain.sender(2).send(chain.pool.deposit(note.inner, note.value, mine=True))
        await chain.clock.mine(CONFIRMATIONS)
        async with open_wallet(entry, identity, prover=Prover({})) as wallet:
            holdings = await wallet.sync()
        assert [own.note for own in holdings.notes] == [note]
        assert {each.name for each in inside(entry.rows.parent)} >= {"rows.sqlite", "direct.sqlite"}


class _Deadly(RpcSource):
    """Knows a chain up to one of its blocks, and kills the process that asks a certain question."""

    until, moment = ChainBlock(0), ""

    async def head(self) -> ChainBlock:
        return self.until

    async def logs(self, first: ChainBlock, last: ChainBlock) -> Sequence[Logged]:
        self._die_at("logs")  # nothing is stored
        return await super().logs(first, last)

    async def root(self, at: ChainBlock) -> Field:
        self._die_at("root")  # all is stored, and nothing compared
        return await super().root(at)

    def _die_at(self, moment: str) -> None:
        if moment == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)


async def _read_and_die(description: Path, path: Path, url: str, until: int, moment: str) -> None:
    network = load_network(description)
    async with connected(url) as w3:
        source = _Deadly(w3, network)
        source.until, source.moment = ChainBlock(until), moment
        await DirectRows(source, network, path).sync_state()


if __name__ == "__main__":
    given, rows_file, address, last_block, question = sys.argv[1:]
    asyncio.run(_read_and_die(Path(given), Path(rows_file), address, int(last_block), question))
