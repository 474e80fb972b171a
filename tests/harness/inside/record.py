"""The traffic as events: the last ones are kept, for pages that draw them.

An event is a dict that JSON can hold, with its number n and its time t in seconds:
    {"what": "open", "lane": 1, "name": "A", "who": "127.0.0.1:50312"}
    {"what": "read", "lane": 1, "from": "client", "size": 31, "pieces": [...],
     "messages": [...], "wrong": ""}
    {"what": "ends" | "closes" | "resets" | "closed" | "refused", "lane": 1}
All bytes in it are escaped, and cut where they are long.
"""

import asyncio
import collections
import itertools
import string
import time

from .. import wire
from .keep import Keeper
from .look import key_of
from .pieces import Pieces

EVENTS = 500
PIECES = 40             # of a read that are shown
BYTES = 72              # of a piece that are shown
ROWS = 120              # of the trees of a read that are shown
ASKED = 10000           # requests of a client that can wait for their answers
PUSHED = {b"message", b"pmessage", b"smessage", b"invalidate"}


def shown(data):
    """Returns bytes, escaped. Long ones are cut, and their number is given."""
    if len(data) <= BYTES:
        return wire.show(data)[1:-1]
    return "%s … %d bytes … %s" % (wire.show(data[:BYTES // 2])[1:-1], len(data),
                                   wire.show(data[-BYTES // 4:])[1:-1])


def pushed(message):
    """Returns true if it is a reply that nobody has asked for. The confirmation of a subscription
    is an answer."""
    kind, _, word, *_ = [*bytes(message.raw[:64]).split(wire.CRLF), b"", b""]
    if kind[:1] == b"*":
        return word in PUSHED
    return kind[:1] == b">" and not word.endswith(b"subscribe")


def some(messages):
    """Returns the first of the messages, as many as have no more than ROWS rows together."""
    rows = itertools.accumulate(len(message["tree"]) for message in messages)
    return [message for message, sum_ in zip(messages, rows) if sum_ <= ROWS]


class Lane:
    """A client's connection. name is what a session calls it."""

    def __init__(self, number, name, who):
        self.number = number
        self.name = name
        self.who = who
        self.streams = {"client": Pieces(True), "server": Pieces(False)}
        # Requests without an answer: (when it was whole, whether the session has it).
        self.asked = collections.deque(maxlen=ASKED)
        self.kept = 0           # bytes of the unfinished request that the session has
        self.silent = False     # the client has ended, and the session need not say so


def names():
    """A, B, ... Z, A1, B1, ..."""
    number = 0
    while True:
        for letter in string.ascii_uppercase:
            yield letter + (str(number) if number else "")
        number += 1


class Record:
    """The events, and the readers that wait for more of them."""

    def __init__(self, file=None):
        self.events = collections.deque(maxlen=EVENTS)
        self.count = 0
        self.begin = time.monotonic()
        self.lanes = {}
        self.names = names()
        self.keeper = Keeper(file)
        self.news = asyncio.Event()
        self.look = None        # who wants to know the key that was named last

    def add(self, what, lane, **fields):
        self.events.append({"n": self.count, "t": round(self.now(), 6), "what": what,
                            "lane": lane.number, **fields})
        self.count += 1
        self.news.set()

    def now(self):
        return time.monotonic() - self.begin

    def since(self, number):
        """Returns the events from this number on that are still there."""
        first = self.count - len(self.events)
        return list(self.events)[max(number - first, 0):]

    async def more(self, number, seconds):
        """Waits until there is an event of that number, or for so long."""
        while self.count <= number:
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), seconds)
            except asyncio.TimeoutError:
                return

    # Reports of the relay.

    def open(self, who):
        """A client has come; its lane is the first that is free."""
        number = next(n for n in range(1, len(self.lanes) + 2) if n not in self.lanes)
        lane = self.lanes[number] = Lane(number, next(self.names), who)
        self.add("open", lane, name=lane.name, who=who)
        self.keeper.event(lane, "opens")
        return lane

    def read(self, lane, side, data):
        """This many bytes came in one read, from the client or the server."""
        stream, now = lane.streams[side], self.now()
        before = stream.wrong
        pieces, messages = stream.feed(data)
        if side == "client":
            told = [self._request(lane, message, now) for message in messages]
        else:
            told = [self._reply(lane, message, now) for message in messages]
        if stream.wrong:
            self._strange(lane, side, data if before else bytes(stream.message.raw), now)
        fit = some(told)
        self.add("read", lane, size=len(data), messages=fit, others=len(told) - len(fit),
                 pieces=[[piece.kind, shown(data[piece.start:piece.end]), piece.begins,
                          piece.ends] for piece in pieces[:PIECES]],
                 more=max(len(pieces) - PIECES, 0), wrong=stream.wrong, **{"from": side})

    def end(self, lane, what):
        """The client ends, closes or resets; the server has closed; or the connection was refused.
        """
        if what == "ends":
            self._keep_unfinished(lane)
            lane.silent = not lane.asked
        if what in ("closes", "resets") or what != "refused" and not lane.silent:
            self.keeper.event(lane, what)
        self.add(what, lane)

    def leave(self, lane):
        """Both sides are closed: the lane is free."""
        self.keeper.forget(lane)
        del self.lanes[lane.number]

    def _request(self, lane, message, now):
        data, lane.kept = bytes(message.raw[lane.kept:]), 0
        kept = self.keeper.request(lane, data, message.whole, now) if data else True
        if not message.empty:
            lane.asked.append((now, kept))
            if self.look:
                self.look.used = key_of(message) or self.look.used
        return self._told(message)

    def _reply(self, lane, message, now):
        """Assigns replies to requests, in their order."""
        self._keep_unfinished(lane)
        if not lane.asked or pushed(message):
            self.keeper.reply(lane, message)
            return self._told(message, unasked=True)
        when, kept = lane.asked.popleft()
        if kept:
            self.keeper.reply(lane, message)
        return self._told(message, took=round(now - when, 6))

    def _keep_unfinished(self, lane):
        """Keeps an unfinished request if the server answers, or the client ends, in the middle of
        it."""
        message = lane.streams["client"].message
        if message and message.whole and message.size > lane.kept and \
                not lane.streams["client"].wrong:
            self.keeper.request(lane, bytes(message.raw[lane.kept:]), True, self.now())
            lane.kept = message.size

    def _strange(self, lane, side, data, now):
        if side == "client":
            self.keeper.request(lane, data[lane.kept:], True, now)
            lane.kept = 0
        else:
            self._keep_unfinished(lane)
            self.keeper.strange(lane, data)

    @staticmethod
    def _told(message, **fields):
        return {"tree": message.tree, "more": max(message.items - len(message.tree), 0),
                "size": message.size, "reads": message.reads, **fields}
