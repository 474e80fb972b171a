"""Passes bytes between clients and a server, and reports each read.

Bytes from one side are written to the other before more is read from the first, so none pile up
here: a side that does not read makes the other one wait, as without us. An end is passed on as an
end, so a side that sends no more may go on listening; a reset is passed on as a reset.
"""

import asyncio
import contextlib
import socket

from .. import wire

READ = 64 << 10


class Relay:
    """Listens on a port of this machine, for a server at an address."""

    def __init__(self, port, server, record):
        self.server = server
        self.record = record
        self.listener = socket.create_server(("127.0.0.1", port), backlog=511)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.clients = set()

    async def serve(self):
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, who = await loop.sock_accept(self.listener)
            except OSError:             # no descriptors: some client will leave
                await asyncio.sleep(0.1)
                continue
            task = asyncio.create_task(self._client(client, "%s:%d" % who[:2]))
            self.clients.add(task)
            task.add_done_callback(self.clients.discard)

    async def _client(self, client, who):
        lane = self.record.open(who)
        server = socket.socket(wire.family_of(self.server[0]))
        for sock in (client, server):
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            await self._both(lane, client, server)
        finally:
            wire.reset(client)
            wire.reset(server)
            self.record.leave(lane)

    async def _both(self, lane, client, server):
        try:
            await asyncio.get_running_loop().sock_connect(server, self.server)
        except OSError:
            self.record.end(lane, "refused")
            return
        ways = [asyncio.create_task(self._pass(lane, *way)) for way in (
            ("client", client, server), ("server", server, client))]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
            if any(way.exception() for way in done):
                return
            self.record.end(lane, "closes")
            client.close()
            server.close()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pass(self, lane, side, source, sink):
        """Passes on what comes from one side until that ends."""
        loop, other = asyncio.get_running_loop(), {"client": "server", "server": "client"}[side]
        while True:
            with self._gone(lane, side):
                data = await loop.sock_recv(source, READ)
            if not data:
                break
            self.record.read(lane, side, data)
            with self._gone(lane, other):
                await loop.sock_sendall(sink, data)
            await asyncio.sleep(0)      # let others have their turn
        self.record.end(lane, "ends" if side == "client" else "closed")
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    @contextlib.contextmanager
    def _gone(self, lane, side):
        """Handles a side that cannot be read from or written to: it has reset its connection."""
        try:
            yield
        except OSError:
            self.record.end(lane, "resets" if side == "client" else "closed")
            raise
