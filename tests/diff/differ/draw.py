"""Sessions drawn from a stage's grammars."""

from . import waits
from .step import Step
from .words import Kinds


def draw_session(table, rng, only=None):
    """Steps on a few connections, from all of the stage's commands or from
    those of one sort with what works on any key."""
    sort = only or (rng.choice(list(table.sorts))
                    if table.sorts and rng.random() < 0.6 else None)
    grammar = table.sorts[sort] if sort else table.grammar
    if table.waits and grammar.may_wait() and rng.random() < 0.4:
        waiting = Waiting(table, rng, grammar)
        return waiting.draw() + digests(table, waiting.kinds, waiting.free)
    conns = "ABCD"[:rng.choice((1, 1, 2, 4))]
    kinds = Kinds(rng, table.names, conns)
    return (draw_plain(table, rng, grammar, kinds)
            + digests(table, kinds, rng.choice(conns)))


def digests(table, kinds, conn):
    """The data at the end, in few bytes. Sorted sets are read instead, and
    go: Redis 7.2 prints their scores otherwise than 7.0, also for a digest."""
    if not table.digest:
        return []
    keys = kinds.keys[:60]
    steps = [Step(conn, [b"ZRANGE", key, b"0", b"-1", b"WITHSCORES"]) for key in keys]
    steps += [Step(conn, [b"ZREMRANGEBYRANK", key, b"0", b"-1"]) for key in keys]
    return [*steps, Step(conn, [*table.digest, *keys])]


def draw_plain(table, rng, grammar, kinds):
    """A session in which nobody waits."""
    count = rng.choice((20, 100, 300, 1000))
    conns = kinds.conns
    conn = "A"
    steps = []
    while len(steps) < count:
        if rng.random() < 0.05:
            conn = rng.choice(conns)
        if table.raw and rng.random() < 0.1:
            raw, replies, ends = rng.choice(table.raw)
            steps.append(Step(conn, None, raw, ends, replies))
        else:
            words = grammar.draw(rng, kinds)
            if table.must_not_ask(words) or (table.waits
                                             and waits.may_wait(words)):
                continue
            steps.append(Step(conn, words, None,
                              words[0].lower() in table.endings))
            if [word.lower() for word in words[1:]] == [b"reply", b"skip"]:
                # A request without words would count as the next one in
                # Redis, and does not here.
                steps.append(Step(conn, [b"PING"]))
    return steps


class Waiting:
    """A session in which some connections wait, and one, the last, never
    does. At the end those that wait are woken, or just leave."""

    def __init__(self, table, rng, grammar):
        self.table = table
        self.rng = rng
        self.grammar = grammar
        self.conns = "ABCDEF"[:rng.choice((2, 3, 4, 6))]
        self.free = self.conns[-1]
        self.kinds = Kinds(rng, table.names, self.conns,
                           rng.choice((2, 3, 3, 8)))

    def draw(self):
        rng = self.rng
        count = rng.choice((20, 60, 60, 200))
        steps = []
        conn = self.free
        while len(steps) < count:
            if rng.random() < 0.6:
                conn = (self.free if rng.random() < 0.4
                        else rng.choice(self.conns))
            if conn != self.free and rng.random() < 0.02:
                steps.append(Step(conn, closes=True))
                continue
            words = self.grammar.draw(rng, self.kinds)
            if not self.table.must_not_ask(words) and not (
                    conn == self.free and waits.may_wait(words)):
                steps.append(Step(conn, words))
        if rng.random() < 0.7:
            steps += [Step(self.free, [b"CLIENT", b"UNBLOCK",
                                       b"id:" + conn.encode()])
                      for conn in self.conns[:-1] for _ in range(3)]
        return steps
