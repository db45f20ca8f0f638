"""Many histories in several processes, until so many calls were accepted."""

import time
import traceback
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import count
from multiprocessing import get_context
from typing import Final

from tests.contracts.evm.deployment import artifacts
from tests.contracts.evm.fast_chain import FastChain
from tests.contracts.evm.machines.mining import MiningMachine
from tests.soak.player import Player
from tests.soak.tally import Tally

STEPS: Final = 600
"""Steps of one history."""
SLOWLY: Final = 40
"""Of so many histories, one is played on titanoboa, and the others on the faster EVM."""


class OnTitanoboa(MiningMachine):
    """Where the ordinary tests happen."""

    CALLS = MiningMachine.CALLS


class OnRevm(MiningMachine):
    """The same, faster."""

    CALLS = MiningMachine.CALLS
    chain = FastChain


class HistoryFailed(Exception):
    """Contract and model differ, or a property is broken."""


def play(seed: int, number: int, machine: type[MiningMachine] | None = None) -> Tally:
    """Play one history, of the machine that its number asks for unless another one is given.

    Raises:
        HistoryFailed: says what broke, after which steps, and how to see it again.
    """
    slowly = number % SLOWLY == 0
    began = time.process_time()
    player = Player(machine or (OnTitanoboa if slowly else OnRevm), f"{seed} {number}")
    try:
        tally = player.play(STEPS)
    except Exception as error:
        steps = "\n".join(player.last)
        again = f"python -m tests.soak --seed {seed} --history {number}"
        raise HistoryFailed(
            f"{traceback.format_exc()}\nThe last steps:\n{steps}\n\nOnce more: {again}"
        ) from error
    evm = "titanoboa" if slowly else "revm"
    tally.histories[evm] += 1
    tally.milliseconds[evm] += round(1000 * (time.process_time() - began))
    tally.calls_by_evm[evm] += tally.calls
    return tally


def soak(seed: int, calls: int, processes: int, tell: Callable[[str], None]) -> tuple[Tally, float]:
    """Play histories until `calls` were accepted; their counts, and the seconds that it took.

    Raises:
        HistoryFailed: one of them failed.
    """
    artifacts()  # compiled once, not by each process
    total, began = Tally(), time.monotonic()
    numbers = count()
    with ProcessPoolExecutor(processes, get_context("fork")) as pool:
        playing = {pool.submit(play, seed, next(numbers)) for _ in range(processes)}
        while playing:
            done, playing = wait(playing, return_when=FIRST_COMPLETED)
            for each in done:
                total.add(each.result())
                spent = time.monotonic() - began
                tell(f"{spent:.0f} s, {total.calls} calls, {total.calls / spent:.0f} a second")
                if total.calls < calls:
                    playing.add(pool.submit(play, seed, next(numbers)))
    return total, time.monotonic() - began
