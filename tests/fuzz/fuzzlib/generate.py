"""Generates the input of a server: sessions of steps, from a seed."""

from __future__ import annotations

import random
import re

from commands.arguments import mix
from commands.patterns import ROWS, WAITING, Grammar
from harness.wire import request, show

from .breakages import mutate, noise, typed_noise
from .wild import LENGTHS, PASSWORD, Wild, bytes_of

LOGIN = request("AUTH", PASSWORD)
FEED = Grammar(row for row in ROWS if row.stage == "feed")
HUGE = b"""SETRANGE huge 536870911 x
APPEND huge y
STRLEN huge
GETRANGE huge -5 -1
LCS huge a
LCS huge huge LEN
RENAME huge other
COPY other huge
MOVE other 3
INCR huge
SETRANGE huge 536870912 x
GET huge
FLUSHALL""".splitlines()


def inline(r: random.Random, words: list[bytes]) -> bytes:
    """Returns a command as somebody types it."""
    typed = [word if re.fullmatch(rb"[!#-&(-~]+", word) and r.random() < 0.7
             else show(word).encode() for word in words]
    return b" ".join(typed) + r.choice([b"\r\n", b"\n"])


UNANSWERED = WAITING | set(b"quit reset wait waitaof sync psync replconf".split())


def is_answered(words: list[bytes]) -> bool:
    """Returns true if it gets exactly one reply, at once."""
    name = words[0].lower()
    return (name not in UNANSWERED and not name.endswith(b"subscribe")
            and [word.lower() for word in words[:2]] != [b"client", b"reply"])


def has_no_end(words: list[bytes]) -> bool:
    """Returns true if it asks for so many elements, each perhaps several times, that the
    reply would fill the memory, of Redis as well."""
    return (words[0].lower() in (b"hrandfield", b"srandmember", b"zrandmember")
            and any(re.match(rb"-\d{6}", word) for word in words[2:]))


class Generator:
    def __init__(self, stage: str, password: bool, seed: int) -> None:
        self.stage, self.password = stage, password
        self.random = random.Random(seed)
        self.echo = stage < "03"
        known = max(stage, "03")
        rows = [row for row in ROWS if "compared" not in row.tags
                and (row.stage <= known or row.stage == "connection")]
        self.grammar = Grammar(rows)
        self.waiters = Grammar(row for row in rows if row.pattern.names() & WAITING)
        self.listeners = Grammar(row for row in rows if "pubsub" in row.tags)
        self.publish = Grammar(row for row in self.listeners.rows
                               if b"publish" in row.pattern.names())
        self.wild = self.new_arguments()
        self.next_conn = self.sessions = 0

    # Requests.

    def new_arguments(self, **kinds) -> Wild:
        return Wild(self.random, self.grammar.names, **kinds)

    def words(self) -> list[bytes]:
        """Returns one command, nearly always with a permitted number of arguments."""
        while has_no_end(words := self.grammar.draw(self.wild)):
            pass
        if self.random.random() < 0.02:
            words[0] = self.wild.draw("value") or b"?"
        return words

    def encode(self, words: list[bytes]) -> bytes:
        size = sum(map(len, words))
        if size < 8000 and self.random.random() < 0.12 and words[0][:1].isalpha():
            return inline(self.random, words)
        return request(*words)

    def pipeline(self, most: int = 40) -> bytes:
        requests = [self.encode(self.words()) for _ in range(self.random.randint(1, most))]
        if self.stage >= "10" and self.random.random() < 0.2:
            requests.insert(self.random.randrange(len(requests)), request("MULTI"))
            requests.append(request(self.random.choice([b"EXEC", b"EXEC", b"DISCARD"])))
        return b"".join(requests)

    def fed(self, few: Wild, feed: Grammar) -> bytes:
        """Returns commands that may serve waiting or listening clients, sometimes all
        at once."""
        words = feed.draw(few) if self.random.random() < 0.9 else self.words()
        if self.stage < "10" or self.random.random() < 0.8:
            return request(*words)
        more = [feed.draw(few) for _ in range(self.random.randint(0, 5))]
        return b"".join(request(*each) for each in ([b"MULTI"], words, *more, [b"EXEC"]))

    # Sessions.

    def opened(self) -> tuple[int, list[tuple]]:
        conn = self.next_conn
        self.next_conn += 1
        self.sessions += 1
        return conn, [("open", conn, None)]

    def greeting(self) -> bytes:
        """Returns the beginning of a session: a correct or wrong login where there is a
        password, sometimes a switch to the third version of the protocol."""
        r, blob = self.random, self.wild.draw("value")
        hello = request("HELLO", "3") if self.stage >= "10" and r.random() < 0.3 else b""
        if not self.password:
            return hello
        others = [
            request("AUTH", "default", PASSWORD),
            request("HELLO", "2", "AUTH", "default", PASSWORD),
            request("AUTH", blob),
            request("AUTH", "default", blob),
            request("AUTH", self.wild.draw("value"), blob),
            request("AUTH", "x" * 16384) + LOGIN,
            b"*11\r\n" + LOGIN,
            b"",
        ]
        return (LOGIN if r.random() < 0.7 else r.choice(others)) + hello

    def chopped(self, conn: int, data: bytes) -> list[tuple]:
        """Returns the bytes as sends: whole, cut here and there, or in drops."""
        r, roll = self.random, self.random.random()
        if roll < 0.5 or len(data) < 2:
            cuts = []
        elif roll < 0.75:
            cuts = [r.randrange(1, len(data)) for _ in range(r.choice([1, 2, 5, 20]))]
        elif roll < 0.9:
            ends = [found.start() for found in re.finditer(rb"[\r\n*$]", data[:100000])]
            cuts = r.sample(ends, min(len(ends), 30))
        else:
            start = r.randrange(len(data))
            cuts = list(range(start, min(len(data), start + 200)))
        cuts = sorted({0, *cuts, len(data)})
        return [("send", conn, data[a:b]) for a, b in zip(cuts, cuts[1:])]

    def ending(self, conn: int) -> list[tuple]:
        how = self.random.choices(["shut", "close", "reset"], [5, 3, 2])[0]
        return [(how, conn, None)]

    def raw(self, data: bytes) -> list[tuple]:
        conn, steps = self.opened()
        if self.random.random() < 0.15:
            data = data[: self.random.randrange(len(data) + 1)]
        return steps + self.chopped(conn, self.greeting() + data) + self.ending(conn)

    def valid(self) -> list[tuple]:
        """A client whose requests are answered one by one, so that the number of
        replies is known."""
        conn, steps = self.opened()
        requests = [LOGIN] if self.password else []
        size = self.random.choice([1, 5, 30, 100])
        while len(requests) < size:
            words = self.words()
            if is_answered(words):
                requests.append(self.encode(words))
        steps += self.chopped(conn, b"".join(requests))
        if not self.echo:
            steps.append(("due", conn, len(requests)))
        return [*steps, ("shut", conn, None)]

    def deaf(self) -> list[tuple]:
        """A client that asks for much, and reads nothing."""
        r = self.random
        conn, steps = self.opened()
        if self.echo:
            times = 1300 if r.random() < 0.1 else 60
            sends = [("send", conn, r.randbytes(65536))] * times
        else:
            want = request("GET", "deaf") if self.stage >= "04" else request("ECHO", "y" * 50000)
            value = bytes_of(r, r.choice([10, 1000, 100000]))
            begin = self.greeting() + request("SET", "deaf", value)
            block = want * max(1, 60000 // len(want))
            sends = [("send", conn, begin)] + [("send", conn, block)] * r.choice([1, 5, 40])
        end = self.random.choice(["shut", "close", "reset", "reset"])
        return [*steps, ("deaf", conn, None), *sends, (end, conn, None)]

    def waiting(self) -> list[tuple]:
        return self.together(self.waiters, FEED, 0)

    def listening(self) -> list[tuple]:
        """Subscribers, some of whom never read, and a client that publishes."""
        return self.together(self.listeners, self.publish, 0.1)

    def together(self, asked: Grammar, feed: Grammar, deaf: float) -> list[tuple]:
        """Clients that wait, with more requests behind, and one that serves them."""
        r = self.random
        few = self.new_arguments(key=[b"a", b"b", b"c"][: r.randint(1, 3)],
                                 wait=mix((7, b"0"), (3, "time_out")))
        steps, ends = [], []
        for _ in range(r.choice([1, 2, 5, 30])):
            conn, opened = self.opened()
            data = self.greeting() + (self.pipeline(3) if r.random() < 0.3 else b"")
            for _ in range(r.choice([1, 1, 2, 5])):
                data += request(*asked.draw(few))
            data += self.pipeline(3) if r.random() < 0.5 else b""
            steps += opened + [("deaf", conn, None)] * (r.random() < deaf)
            steps += self.chopped(conn, data)
            ends += self.ending(conn)
        conn, opened = self.opened()
        steps += opened + [("send", conn, self.greeting())] * self.password
        r.shuffle(ends)
        for _ in range(r.choice([1, 5, 40])):
            steps += self.chopped(conn, self.fed(few, feed))
            if ends and r.random() < 0.1:
                steps.append(ends.pop())
            if r.random() < 0.02:
                steps.append(("wait", 20, None))
        return steps + self.ending(conn) + ends

    def crowd(self) -> list[tuple]:
        """Many clients that come, say a little, and leave in some order."""
        steps, ends = [], []
        data = self.greeting() + self.pipeline(3)
        for _ in range(self.random.choice([20, 60, 120])):
            conn, opened = self.opened()
            half = data[: self.random.randrange(len(data) + 1)]
            steps += [*opened, ("send", conn, half)] if half else opened
            ends += self.ending(conn)
        self.random.shuffle(ends)
        return steps + ends

    def mass(self) -> list[tuple]:
        """Thousands of keys, so that tables grow and shrink during scans."""
        r = self.random
        verb = r.choice(["SET", "DEL", "SET", "APPEND", "INCR", "ECHO"])
        if self.stage >= "06" and r.random() < 0.3:
            verb = r.choice(["RPUSH", "LPUSH", "LPOP"])
        first, count = r.randrange(4000), r.choice([500, 3000, 8000])
        valued = ("SET", "APPEND", "RPUSH", "LPUSH")
        value = [bytes_of(r, r.choice(LENGTHS[:-6]))] if verb in valued else []
        data = [request(verb, b"key:%d" % n, *value) for n in range(first, first + count)]
        if verb == "SET" and r.random() < 0.2:
            names = [b"mass:%d" % n for n in range(r.choice([5000, 15000]))]
            data += [request("SET", name, "1") for name in names]
            r.shuffle(names)
            data += [request("DEL", name) for name in names]
        elif r.random() < 0.5:
            r.shuffle(data)
        return self.raw(b"".join(data))

    def many_arguments(self) -> list[tuple]:
        r = self.random
        count = r.choice([63, 64, 65, 1000, 20000, 100000])
        verb = r.choice(["MSET", "DEL", "MGET", "EXISTS", "ECHO", "COMMAND"])
        if self.stage >= "06" and r.random() < 0.5:
            verb = r.choice(["RPUSH", "LPUSH", "BLPOP"])
        data = request(verb, *(b"%d" % (n % 500) for n in range(count)))
        return self.raw(data if r.random() < 0.7 else mutate(r, data))

    def large(self) -> list[tuple]:
        data = bytes_of(self.random, self.random.choice([1 << 20, 1 << 21, 5000000]))
        verb = self.random.choice([["SET", "large"], ["ECHO"], ["APPEND", "large"]])
        return self.raw(request(*verb, data) + request("STRLEN", "large"))

    def huge(self) -> list[tuple]:
        """The largest value that is allowed, which is rare."""
        read = self.random.random() < 0.3
        return self.raw(b"".join(request(*line.split()) for line in HUGE
                                 if read or not line.startswith(b"GET ")))

    def round(self) -> list[tuple]:
        """Returns several sessions, mixed: the steps of each stay in their order."""
        r = self.random
        self.wild = self.new_arguments()
        weights, kinds = zip(
            (25, self.valid),
            (40, lambda: self.raw(mutate(r, self.pipeline()))),
            (10, lambda: self.raw(noise(r))),
            (8, lambda: self.raw(typed_noise(r, self.grammar.names))),
            (0.5, self.deaf),
            (1, self.crowd),
            (2, self.mass),
            (1, self.many_arguments),
            (0.5, self.large),
            (0.01 * (self.stage >= "04"), self.huge),
            (12 * (self.stage >= "06"), self.waiting),
            (12 * (self.stage >= "10"), self.listening),
        )
        chosen = r.choices(kinds, weights, k=r.choice([1, 4, 10, 20]))
        sessions = [list(reversed(make())) for make in chosen]
        steps = []
        while sessions:
            one = r.choice(sessions)
            for _ in range(r.choice([1, 2, 20])):
                if one:
                    steps.append(one.pop())
            if not one:
                sessions.remove(one)
        return steps
