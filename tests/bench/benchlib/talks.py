"""The parts of the bench in which requests and replies do not come in pairs.

These are transactions beside pipelines of the same commands, messages to patterns, and
messages to subscribers. CPU is that of the whole server. The things compared take
turns: two ways on the same server and, if possible, on the same connections, or two
servers.

"""

import random

from harness import wire

from .stats import rows_of

TURNS = 60              # a round
COUNT = 16              # commands of a transaction
KEYS = 100000
# The replies to each of these are always of the same size.
COMMANDS = {"GET": lambda key: ("GET", key),
            "SET": lambda key: ("SET", key, "x" * 32)}
MESSAGE = "x" * 100
PATTERNS = 10000        # of one client, of which three fit
TOGETHER = 8            # messages that are published to them at once
# Who listens to one channel, and how many messages are published at once.
LISTENERS = {"1 subscriber": 1, "50 subscribers": 50, "1,000 subscribers": 1000}
AT_ONCE = (1, 8, 16, 64)


def turn(server, talks):
    """Returns the CPU seconds that serving all of these takes. Each is (client, bytes
    that it sends, number of bytes that it receives)."""
    before = server.cpu()
    for client, data, _ in talks:
        client.write(data)
    for client, _, size in talks:
        while size > 0:
            size -= len(client.sock.recv(min(size, 1 << 20)))
    return server.cpu() - before


def size_of(client, replies):
    """Returns the number of bytes of the next replies."""
    return sum(len(wire.encode(client.reply())) for _ in range(replies))


def transactions_of(bench, server):
    """Returns microseconds per command, of a pipeline and of a transaction."""
    taken = {}
    server.client().ask_all([COMMANDS["SET"]("k%09d" % number) for number in range(KEYS)])
    for name, command in COMMANDS.items():
        bench.say(f"{server.name}: {name} in transactions")
        ways = {"pipeline": [], "MULTI": []}
        for _ in range(bench.options.clients):
            client = server.client()
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


def talks_of(server, listeners, at_once, each=1):
    """Returns the arguments of turn() for messages that are published at once."""
    batch = wire.request("PUBLISH", "news", MESSAGE) * at_once
    publisher = server.client()
    publisher.write(batch)
    return [(publisher, batch, size_of(publisher, at_once))] + [
        (client, b"", size_of(client, at_once * each)) for client in listeners]


def patterns_of(bench, server):
    """Returns nanoseconds per message that is delivered by a pattern."""
    bench.say(f"{server.name}: messages to patterns")
    listener = server.client()
    listener.ask_all([("PSUBSCRIBE", "user:%d:*" % number)
                      for number in range(PATTERNS - 3)] + [
        ("PSUBSCRIBE", word) for word in ("n*", "ne*", "new?")])
    talks_here = talks_of(server, [listener], TOGETHER, 3)
    return {f"a message to 3 of {PATTERNS:,} patterns, ns": [
        turn(server, talks_here) * 1e9 / (TOGETHER * 3)
        for _ in range(TURNS * bench.options.rounds)]}


def talks(bench):
    """Measures the cost of both, ours and theirs."""
    taken = {}
    for side in bench.sides:
        with bench.server(side) as server:
            taken[side[0]] = {**transactions_of(bench, server),
                              **patterns_of(bench, server)}
    return rows_of("talks", taken)


def messages(bench):
    """Returns nanoseconds per message that is delivered to a subscriber."""
    taken = {name: {} for name, _ in bench.sides}
    for who, count in LISTENERS.items():
        with bench.servers() as servers:
            listeners = [[server.client() for _ in range(count)] for server in servers]
            for client in sum(listeners, []):
                client.ask("SUBSCRIBE", "news")
            for at_once in AT_ONCE:
                bench.say(f"messages to {who}, {at_once} at once")
                what = f"{at_once} at once to {who}, ns each"
                all_talks = [talks_of(server, clients, at_once)
                             for server, clients in zip(servers, listeners)]
                for _ in range(TURNS * bench.options.rounds):
                    for server, here in zip(servers, all_talks):
                        taken[server.name].setdefault(what, []).append(
                            turn(server, here) * 1e9 / (at_once * count))
    return rows_of("messages", taken)
