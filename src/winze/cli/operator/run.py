"""Running a node until it is told to stop."""

from collections.abc import Callable

from winze.node import NodeConfig, NodeKeys, NodeService, configure_logs

from .stopping import Stop


async def serve(config: NodeConfig, keys: NodeKeys, told: Callable[[str], None]) -> None:
    """Run a node until a signal; `told` is given its URL once it serves.

    Raises:
        WinzeError: it cannot start, or cannot go on.
        KeyboardInterrupt: it was told to stop while it was starting.
    """
    configure_logs(config.log.format, config.log.level)
    with Stop() as stop:
        async with NodeService(config, keys) as node:
            told(node.url)
            stop.serving()
            await node.run_until(stop.event)
