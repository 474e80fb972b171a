"""The part of the bench in which a reply is not due to each request: transactions
beside pipelines of the same commands, and messages to subscribers and patterns.

CPU is that of the whole server. What is compared takes turns on the same server
and, where it can, on the same connections.
"""

import random
from statistics import median

from harness import wire

from .stats import judged, ratios

TURNS = 60              # a round
COUNT = 16              # commands of a transaction
KEYS = 100000
# The replies to each of these are always of the same size.
COMMANDS = {"GET": lambda key: ("GET", key),
            "SET": lambda key: ("SET", key, "x" * 32)}
TOGETHER = 8            # messages that are published at once
MESSAGE = "x" * 100
# Who listens: so many subscribers, or one to many patterns of which three fit.
LISTENERS = {"1 subscriber": (1, 0), "50 subscribers": (50, 0),
             "1,000 subscribers": (1000, 0), "3 of 10,000 patterns": (1, 10000)}


def turn(server, talks):
    """CPU seconds in which all of [(client, what it sends, how many bytes come
    to it)] are served."""
    before = server.cpu()
    for client, data, _ in talks:
        client.write(data)
    for client, _, size in talks:
        while size > 0:
            size -= len(client.sock.recv(min(size, 1 << 20)))
    return server.cpu() - before


def clients_of(server, count):
    return [wire.Client(server.address) for _ in range(count)]


def size_of(client, replies):
    """How many bytes the next replies have."""
    return sum(len(wire.encode(client.reply())) for _ in range(replies))


def transactions_of(bench, server):
    """Microseconds a command, of a pipeline and of a transaction."""
    taken = {}
    clients_of(server, 1)[0].ask_all([COMMANDS["SET"]("k%09d" % number)
                                      for number in range(KEYS)])
    for name, command in COMMANDS.items():
        bench.say(f"{server.name}: {name} in transactions")
        ways = {"pipeline": [], "MULTI": []}
        for client in clients_of(server, bench.options.clients):
            plain = b"".join(wire.request(*command("k%09d" % number))
                             for number in random.sample(range(KEYS), COUNT))
            whole = wire.request("MULTI") + plain + wire.request("EXEC")
            for way, data, replies in (("pipeline", plain, COUNT),
                                       ("MULTI", whole, COUNT + 2)):
                client.write(data)
                ways[way].append((client, data, size_of(client, replies)))
        for _ in range(TURNS * bench.options.rounds):
            for way, talks in ways.items():
                taken.setdefault(f"{name} in a {way}, us", []).append(
                    turn(server, talks) * 1e6 / COUNT / len(talks))
    return taken


def messages_of(bench, server):
    """Nanoseconds for each message that is delivered."""
    taken = {}
    batch = wire.request("PUBLISH", "news", MESSAGE) * TOGETHER
    for name, (count, patterns) in LISTENERS.items():
        bench.say(f"{server.name}: messages to {name}")
        publisher, *listeners = clients_of(server, count + 1)
        for client in listeners:
            client.ask_all([("PSUBSCRIBE", "user:%d:*" % number) for number
                            in range(patterns - 3)] + [
                ("PSUBSCRIBE", word) for word in ("n*", "ne*", "new?")]
                if patterns else [("SUBSCRIBE", "news")])
        publisher.write(batch)
        each = 3 if patterns else 1
        talks = [(publisher, batch, size_of(publisher, TOGETHER))] + [
            (client, b"", size_of(client, TOGETHER * each)) for client in listeners]
        taken[f"a message to {name}, ns"] = [
            turn(server, talks) * 1e9 / (TOGETHER * each * count)
            for _ in range(TURNS * bench.options.rounds)]
        for client in listeners:
            client.close()
    return taken


def talks(bench):
    """What both cost, ours and theirs."""
    taken = {}
    for side in bench.sides:
        with bench.server(side) as server:
            taken[side[0]] = {**transactions_of(bench, server),
                              **messages_of(bench, server)}
    return [judged({"part": "talks", "name": what,
                    "sides": {name: median(each[what])
                              for name, each in taken.items()}},
                   ratios([each[what] for each in taken.values()]), None)
            for what in taken[bench.sides[0][0]]]
