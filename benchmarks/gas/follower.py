"""How fast a history is followed, once there is one."""

from time import perf_counter

from benchmarks.figures import Figures
from winze.chain import Follower

from .scene import ALONE, Scene


async def measure(scene: Scene, figures: Figures) -> None:
    """Follow the whole history into a new ledger, over JSON-RPC."""
    scene.teller.tell("following the history")
    for _ in range(ALONE):
        follower = Follower(scene.source, scene.network.deployment_block)
        begun = perf_counter()
        await follower.sync()
        seconds = perf_counter() - begun
        figures.add("follower.events_per_second", len(list(follower.records())) / seconds)
