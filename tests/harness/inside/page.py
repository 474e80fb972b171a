"""A page on this machine, to which events are sent while they happen.

    GET /           page.html
    GET /events     server-sent events: lists of what record.py tells, and each half
                    second the inside of the server, if somebody looks into it
    GET /once       the same, once, as JSON
    GET /session    what passed, as a session

It answers on the loopback address only, and to nobody who asks for another name: a page
of the web that has got its own name to mean this machine would be one of them.
"""

import asyncio
import contextlib
import json
import os

from ..model import read_text

HTML = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.html")
HEAD = 8 << 10          # bytes of a request
PATIENCE = 10.0         # seconds that a browser may take to ask or to read
ALIVE = 15.0            # seconds after which a silent stream says that it is there
TOGETHER = 0.05         # seconds that events are gathered for
LOOKS = 0.5             # seconds between two looks inside
MOST_READERS = 16
SAFE = ("default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'")


class Page:
    """The page of a record, and of the result of inside(): a dict, or None."""

    def __init__(self, port, record, inside=None):
        self.port = port
        self.record = record
        self.inside = inside
        self.readers = 0
        self.server = None

    @property
    def url(self):
        return "http://127.0.0.1:%d/" % self.port

    async def start(self):
        self.server = await asyncio.start_server(self._talk, "127.0.0.1", self.port,
                                                 limit=HEAD)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _talk(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError,
                                 asyncio.LimitOverrunError, asyncio.TimeoutError,
                                 asyncio.CancelledError):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            await self._answer(head.decode("latin-1"), writer)
        writer.close()

    async def _answer(self, head, writer):
        first, *lines = head.split("\r\n")
        method, path = (first.split(" ") + ["", ""])[:2]
        path = path.partition("?")[0]
        hosts = [line[5:].strip() for line in lines if line.lower().startswith("host:")]
        if hosts not in (["127.0.0.1:%d" % self.port], ["localhost:%d" % self.port]):
            await self._say(writer, "403 Forbidden", "text/plain", "not for this name\n")
        elif method != "GET":
            await self._say(writer, "405 Method Not Allowed", "text/plain", "only GET\n")
        elif path == "/":
            await self._say(writer, "200 OK", "text/html", read_text(HTML))
        elif path == "/session":
            await self._say(writer, "200 OK", "text/plain", self.record.keeper.text(),
                            'Content-Disposition: attachment; filename="passed.session"')
        elif path == "/once":
            await self._say(writer, "200 OK", "application/json", json.dumps(
                {"events": self.record.since(0), "inside": await self._look()}))
        elif path == "/events" and self.readers == MOST_READERS:
            await self._say(writer, "503 Service Unavailable", "text/plain", "too many\n")
        elif path == "/events":
            self.readers += 1
            try:
                await self._events(writer)
            finally:
                self.readers -= 1
        else:
            await self._say(writer, "404 Not Found", "text/plain", "not here\n")

    @staticmethod
    async def _send(writer, text):
        """Sends; gives up a browser that does not read for too long."""
        writer.write(text.encode())
        await asyncio.wait_for(writer.drain(), PATIENCE)

    async def _say(self, writer, status, kind, text, *more):
        await self._send(writer, "\r\n".join([
            "HTTP/1.1 " + status, "Content-Type: %s; charset=utf-8" % kind,
            "Content-Length: %d" % len(text.encode()), "Cache-Control: no-store",
            "Connection: close", "X-Content-Type-Options: nosniff",
            "Content-Security-Policy: " + SAFE, *more, "", ""]) + text)

    async def _events(self, writer):
        """Sends all events that are still there, and then new ones. A browser that is slower than
        the events misses some, and can tell by their numbers."""
        await self._send(writer, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                         "Cache-Control: no-store\r\nConnection: close\r\n\r\n")
        next_event = 0
        while True:
            events, text = self.record.since(next_event), ""
            if events:
                next_event = events[-1]["n"] + 1
                text = "event: passed\ndata: %s\n\n" % json.dumps(events)
            if self.inside:
                text += "event: inside\ndata: %s\n\n" % json.dumps(await self._look())
            await self._send(writer, text or ": still here\n\n")
            await self.record.more(next_event, LOOKS if self.inside else ALIVE)
            await asyncio.sleep(TOGETHER)

    async def _look(self):
        """Returns the inside of the server, which is asked outside of our loop."""
        if not self.inside:
            return None
        return await asyncio.get_running_loop().run_in_executor(None, self.inside)
