"""A way to a port of the loopback that can be slow, swallow everything, or break just before an answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

READ = 64 * 1024


class Proxy:
    """Bytes go both ways. What is wrong with the way is said by its attributes, for all connections at once."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.port = 0
        self.delay = 0.0
        """Seconds that each answer is late."""
        self.silent = False
        """Bytes are taken, and go nowhere."""
        self.cut = 0
        """So many connections break when the next answer comes by them: asked and done, but not answered."""
        self._flows: set[asyncio.Task[None]] = set()

    async def listen(self) -> asyncio.Server:
        """Take connections on a free port."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def close(self) -> None:
        """Break every connection."""
        for flow in self._flows:
            flow.cancel()
        await asyncio.gather(*self._flows, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        asking = asyncio.create_task(self._ask(reader, there_writer))
        answering = asyncio.create_task(self._answer(there_reader, writer))
        both = {asking, answering}
        self._flows |= both
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for flow in both:
                flow.cancel()
            self._flows -= both
            for one in (writer, there_writer):
                with suppress(OSError):
                    one.close()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while part := await reader.read(READ):
                if not self.silent:
                    writer.write(part)
                    await writer.drain()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while part := await reader.read(READ):
                if self.cut:
                    self.cut -= 1
                    return
                await asyncio.sleep(self.delay)
                if not self.silent:
                    writer.write(part)
                    await writer.drain()


@asynccontextmanager
async def proxied(target: int) -> AsyncIterator[Proxy]:
    """A proxy that listens, gone at the end."""
    proxy = Proxy(target)
    server = await proxy.listen()
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
