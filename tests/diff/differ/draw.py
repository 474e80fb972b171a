"""Sessions drawn from a stage's grammars."""

from commands.arguments import Arguments
from commands.patterns import WAITING

from . import transactions, waits
from .fair import must_not_ask
from .step import Step


def draw_session(table, rng, only=None):
    """Draws the steps of a session on a few connections: of all commands of the stage,
    or of one sort and those that work on any key."""
    sort = only or (rng.choice(list(table.sorts))
                    if table.sorts and rng.random() < 0.6 else None)
    grammar = table.sorts[sort] if sort else table.grammar
    waiting = (not WAITING.isdisjoint(grammar.names)
               and rng.random() < 0.4)
    conns = ("ABCDEF"[:rng.choice((2, 3, 4, 6))] if waiting
             else "ABCD"[:rng.choice((1, 1, 2, 4))])
    arguments = Arguments(rng, table.grammar.names, conns,
                          rng.choice((2, 3, 3, 8)) if waiting or sort == "tracking" else None)
    draw = draw_waiting if waiting else draw_plain
    last = conns[-1] if waiting else rng.choice(conns)
    steps = [Step(conn, [b"HELLO", b"3"]) for conn in conns
             if table.resp3 and rng.random() < (0.8 if sort == "tracking" else 0.5)]
    steps += draw(table, rng, grammar, arguments, conns)
    if sort in ("pubsub", "tracking"):  # messages come before answers
        steps += [Step(conn, words) for conn in conns
                  for words in ([b"PING"], [b"RESET"])]
    return steps + digests(table, arguments.keys[:60], last)


def digests(table, keys, conn):
    """Returns commands that compare the data at the end in few bytes. Sorted sets are
    read and deleted instead, since Redis 7.2 writes their scores differently from 7.0,
    in a digest as well."""
    if not table.digest:
        return []
    return [*(Step(conn, [b"ZRANGE", key, b"0", b"-1", b"WITHSCORES"])
              for key in keys),
            *(Step(conn, [b"ZREMRANGEBYRANK", key, b"0", b"-1"])
              for key in keys), Step(conn, [*table.digest, *keys])]


def draw_plain(table, rng, grammar, arguments, conns):
    """Draws a session in which nobody waits."""
    count = rng.choice((20, 100, 300, 1000))
    leaves = 0.01 if b"subscribe" in grammar.names else 0
    conn = "A"
    steps = []
    while len(steps) < count:
        if rng.random() < 0.05:
            conn = rng.choice(conns)
        if table.raw and rng.random() < 0.1:
            raw, replies, ends = rng.choice(table.raw)
            steps.append(Step(conn, None, raw, ends, replies))
            continue
        if table.transactions and rng.random() < 0.04:
            steps += transactions.draw(rng, grammar, arguments, conn, conns)
            continue
        if rng.random() < leaves:
            steps.append(Step(conn, closes=True))
            continue
        words = grammar.draw(arguments)
        if must_not_ask(words) or waits.may_wait(words):
            continue
        steps.append(Step(conn, words, None, words[0].lower() in table.endings))
        if [word.lower() for word in words[1:]] == [b"reply", b"skip"]:
            # In Redis a request without words would be counted as a part of the next
            # one; here it is not.
            steps.append(Step(conn, [b"PING"]))
    return steps


def draw_waiting(table, rng, grammar, arguments, conns):
    """Draws a session in which some connections wait, and the last one never does. At
    the end the waiting ones are woken, or simply leave."""
    *others, free = conns
    count = rng.choice((20, 60, 60, 200))
    steps = []
    conn = free
    while len(steps) < count:
        if rng.random() < 0.6:
            conn = free if rng.random() < 0.4 else rng.choice(conns)
        if conn != free and rng.random() < 0.02:
            steps.append(Step(conn, closes=True))
            continue
        if table.transactions and rng.random() < 0.08:
            steps += transactions.draw(rng, grammar, arguments,
                                       rng.choice((free, conn)), [free])
            continue
        words = grammar.draw(arguments)
        if not must_not_ask(words) and not (conn == free
                                            and waits.may_wait(words)):
            steps.append(Step(conn, words))
    if rng.random() < 0.7:
        steps += [Step(free, [b"CLIENT", b"UNBLOCK", b"id:" + conn.encode()])
                  for conn in others for _ in range(3)]
    return steps
