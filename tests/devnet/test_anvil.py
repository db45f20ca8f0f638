"""One anvil process: where it listens, how it fails, how it ends, what it keeps."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chains import anvil_program, eventually
from tests.devnet.programs import script
from winze.contracts import ChainUnreachable, ContractCall, Web3, connected, request, run
from winze.devnet import Anvil, Clock, PortInUse, StartFailed
from winze.protocol import ChainBlock, Seconds, word

pytestmark = pytest.mark.chain

PARENT = """
import asyncio, sys
from pathlib import Path
from winze.devnet import Anvil

async def main():
    folder = Path(sys.argv[2])
    anvil = Anvil(Path(sys.argv[1]), folder / "log", state=folder / "state.json")
    await anvil.start()
    print(anvil.url, flush=True)
    await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def answers(url: str) -> bool:
    try:
        async with connected(url) as w3:
            await request(w3, "asking", "eth_chainId")
    except ChainUnreachable:
        return False
    return True


async def test_a_chain_makes_blocks_by_itself(tmp_path: Path) -> None:
    async with Anvil(anvil_program(), tmp_path / "log") as anvil, connected(anvil.url) as w3:
        clock = Clock(w3)

        async def grown() -> bool:
            return await clock.height() >= 2

        assert await eventually(grown)
        assert await w3.eth.chain_id == 31_337


async def test_a_chain_listens_where_it_was_told(tmp_path: Path) -> None:
    port = free_port()
    async with Anvil(anvil_program(), tmp_path / "log", port=port) as anvil:
        assert anvil.url == f"http://127.0.0.1:{port}"
        assert await answers(anvil.url)


async def test_a_chain_listens_to_this_machine_only(tmp_path: Path) -> None:
    async with Anvil(anvil_program(), tmp_path / "log") as anvil:
        port = int(anvil.url.rpartition(":")[2])
        elsewhere = socket.socket()
        elsewhere.settimeout(1)
        with elsewhere, pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            elsewhere.connect(("127.0.0.2", port))


async def test_a_port_in_use_is_told_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        anvil = Anvil(anvil_program(), tmp_path / "log", port=port)
        with pytest.raises(PortInUse, match=f"port {port} .* choose another port"):
            await anvil.start()
        assert not anvil.running
        assert not (tmp_path / "log").exists()


async def test_a_port_that_is_taken_at_the_last_moment_is_told_too(tmp_path: Path) -> None:
    late = script(tmp_path / "anvil", 'echo "Error: Address already in use (os error 98)"; exit 1')
    port = free_port()
    with pytest.raises(PortInUse, match=str(port)):
        await Anvil(late, tmp_path / "log", port=port).start()


async def test_a_free_port_that_is_taken_at_the_last_moment_is_replaced(tmp_path: Path) -> None:
    once = tmp_path / "once"
    program = script(
        tmp_path / "anvil",
        f'if mkdir {once} 2>/dev/null; then echo "Address already in use"; exit 1; fi\n'
        f'exec {anvil_program()} "$@"',
    )
    async with Anvil(program, tmp_path / "log") as anvil:
        assert once.is_dir()
        assert await answers(anvil.url)


async def test_an_anvil_that_ends_at_once_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    broken = script(tmp_path / "anvil", "for i in $(seq 1 40); do echo line $i; done; exit 3")
    anvil = Anvil(broken, tmp_path / "log")
    with pytest.raises(StartFailed, match="ended while it was starting") as failed:
        await anvil.start()
    assert failed.value.log.splitlines() == [f"line {i}" for i in range(21, 41)]
    assert not anvil.running


async def test_an_anvil_that_does_not_answer_is_given_up_and_ended(tmp_path: Path) -> None:
    silent = script(tmp_path / "anvil", f"echo $$ > {tmp_path}/pid; exec sleep 600")
    anvil = Anvil(silent, tmp_path / "log", start_seconds=0.3)
    with pytest.raises(StartFailed, match=r"did not answer within 0\.3 s"):
        await anvil.start()
    assert not anvil.running
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_a_program_that_is_no_program_is_a_failed_start(tmp_path: Path) -> None:
    with pytest.raises(StartFailed):
        await Anvil(tmp_path / "absent", tmp_path / "log").start()


async def test_an_option_that_anvil_refuses_is_told_in_its_words(tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match="noon"):
        await Anvil(anvil_program(), tmp_path / "log", hardfork="noon").start()


async def test_stopping_twice_or_before_a_start_is_harmless(tmp_path: Path) -> None:
    anvil = Anvil(anvil_program(), tmp_path / "log")
    await anvil.stop()
    await anvil.start()
    assert anvil.running
    await anvil.stop()
    assert not anvil.running
    await anvil.stop()


async def test_a_chain_goes_on_where_it_stopped_and_its_clock_too(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    async with (
        Anvil(anvil_program(), tmp_path / "log", state=state) as anvil,
        connected(anvil.url) as w3,
    ):
        moved = await Clock(w3).advance(Seconds(100_000))
        height = await Clock(w3).height()
        kept = bytes((await w3.eth.get_block(height))["hash"])
    async with (
        Anvil(anvil_program(), tmp_path / "log", state=state) as anvil,
        connected(anvil.url) as w3,
    ):
        assert bytes((await w3.eth.get_block(height))["hash"]) == kept
        clock = Clock(w3)
        assert moved <= await clock.now() < moved + 60
        before = await clock.height()

        async def grown() -> bool:
            return await clock.height() > before

        assert await eventually(grown)
        assert moved < await clock.now() < moved + 60


async def seen_hash(w3: Web3, number: int) -> bytes:
    """What a contract sees as the hash of a block.

    The code is PUSH32 number, BLOCKHASH, and returns it behind a word of zeros: what an `eth_call`
    without an address returns is taken for new code, which must not begin with 0xEF.
    """
    code = b"\x7f" + word(number) + bytes.fromhex("4060205260405ff3")
    return (await run(w3, ContractCall("asking for a hash", None, code)))[32:]


async def test_contracts_never_see_another_hash_of_a_block_than_the_node_tells(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state.json"
    async with (
        Anvil(anvil_program(), tmp_path / "log", state=state) as anvil,
        connected(anvil.url) as w3,
    ):
        await Clock(w3).mine(20)
        height = await Clock(w3).height()
        assert any(await seen_hash(w3, height - 1))
    async with (
        Anvil(anvil_program(), tmp_path / "log", state=state) as anvil,
        connected(anvil.url) as w3,
    ):
        for number in range(height, height - 20, -1):  # what anvil made up would stand here
            assert not any(await seen_hash(w3, number)), number
        await Clock(w3).mine(2)
        last = await Clock(w3).height() - 1
        told = bytes((await w3.eth.get_block(ChainBlock(last)))["hash"])
        assert await seen_hash(w3, last) == told


async def test_a_chain_without_a_state_file_forgets(tmp_path: Path) -> None:
    async with Anvil(anvil_program(), tmp_path / "log") as anvil, connected(anvil.url) as w3:
        await Clock(w3).mine(50)
    async with Anvil(anvil_program(), tmp_path / "log") as anvil, connected(anvil.url) as w3:
        assert await Clock(w3).height() < 50


def start_parent(folder: Path, *, deaf: bool = False) -> "subprocess.Popen[str]":
    """A process that starts a chain and says where; it ends with us, and the chain with it."""
    deafness = "import signal; signal.signal(signal.SIGINT, lambda *_: None)" if deaf else ""
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", deafness + PARENT, str(anvil_program()), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


async def told_url(parent: "subprocess.Popen[str]") -> str:
    assert parent.stdout is not None
    return (await asyncio.to_thread(parent.stdout.readline)).strip()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_a_chain_ends_with_the_process_that_started_it_and_saves(
    tmp_path: Path, ending: signal.Signals
) -> None:
    with start_parent(tmp_path) as parent:
        url = await told_url(parent)
        assert await answers(url)
        parent.send_signal(ending)

    async def gone() -> bool:
        return not await answers(url) and (tmp_path / "state.json").exists()

    assert await eventually(gone)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of such an end")
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
async def test_a_chain_ends_and_saves_even_if_its_warden_is_killed(
    tmp_path: Path, ending: signal.Signals
) -> None:
    async with Anvil(anvil_program(), tmp_path / "log", state=tmp_path / "state.json") as anvil:
        assert anvil._process is not None
        anvil._process.send_signal(ending)

        async def gone() -> bool:
            return not await answers(anvil.url) and (tmp_path / "state.json").exists()

        assert await eventually(gone)


async def test_an_interrupt_from_the_terminal_leaves_the_chain_to_who_started_it(
    tmp_path: Path,
) -> None:
    with start_parent(tmp_path, deaf=True) as parent:
        url = await told_url(parent)
        os.killpg(parent.pid, signal.SIGINT)
        await asyncio.sleep(0.5)
        assert await answers(url)
