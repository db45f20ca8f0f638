"""A SOCKS5 proxy that notes who asks it for what (RFC 1928, RFC 1929)."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

_WITH_NAME, _FAILED = 2, 255


@dataclass
class SocksServer:
    """Answers on a port of this machine; `names` says where the names lead that it looks up."""

    names: dict[str, int] = field(default_factory=dict)
    """A port of this machine for each name."""
    passed: list[tuple[str, str, int]] = field(default_factory=list)
    """User name, host and port of each connection that was asked for."""
    ports: set[int] = field(default_factory=set)
    """From which ports it went on."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"socks5h://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
                await self._carry(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        named = _WITH_NAME in await reader.readexactly(methods)
        writer.write(bytes([5, _WITH_NAME if named else 0]))
        user = await self._name(reader, writer) if named else ""
        host, port = await self._wanted(reader)
        self.passed.append((user, host, port))
        target = self.names.get(host, port if host == "127.0.0.1" else 0)
        if not target:
            writer.write(bytes([5, 4, 0, 1]) + bytes(6))
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        self.ports.add(far_writer.get_extra_info("sockname")[1])
        writer.write(bytes([5, 0, 0, 1]) + bytes(6))
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        finally:
            far_writer.close()

    async def _name(self, reader: StreamReader, writer: StreamWriter) -> str:
        _, size = await reader.readexactly(2)
        user = (await reader.readexactly(size)).decode()
        (size,) = await reader.readexactly(1)
        await reader.readexactly(size)
        writer.write(bytes([1, 0]))
        return user

    async def _wanted(self, reader: StreamReader) -> tuple[str, int]:
        _, _, _, kind = await reader.readexactly(4)
        if kind == 1:
            host = ".".join(str(each) for each in await reader.readexactly(4))
        else:
            assert kind == 3, "a name, or an IPv4 address"
            (size,) = await reader.readexactly(1)
            host = (await reader.readexactly(size)).decode()
        return host, int.from_bytes(await reader.readexactly(2))


async def _pump(reader: StreamReader, writer: StreamWriter) -> None:
    while part := await reader.read(1 << 16):
        writer.write(part)
        await writer.drain()
    with suppress(OSError):
        writer.write_eof()
