"""alike.py WHAT PORT OTHER: the dialogues of tables/WHAT.txt, on a server at PORT and on a
redis-server at OTHER, of which the same must be seen. WHAT is one of WAYS; each gives (what was
seen, a value that must be the same) of a dialogue on a server; ranges, of a setting. All
differences are printed; then the program ends with 1.
"""

import os
import re
import sys

from common import HERE, connect, dialogue, finish, lines, table
from harness import manifest, wire

MARK = b"the end of what was seen"
SET_UP = ("FLUSHALL ; CONFIG SET slowlog-log-slower-than 0 latency-monitor-threshold 1000 ; "
          "LATENCY RESET ; SLOWLOG RESET ; CONFIG RESETSTAT")


# The bytes of the answers, in both versions of the protocol.

def protocols(port, line):
    for version in "23":
        with connect(port) as client:
            for words in dialogue("FLUSHALL ; HELLO %s ; %s" % (version, line)):
                client.send(*words)
            client.send("ECHO", MARK)
            while not client.buf.endswith(wire.bulk(MARK)):
                client.more()
            yield "version " + version, bytes(client.buf[hello_end(client.buf):])


def hello_end(data):
    """Returns the end of the replies to FLUSHALL and HELLO, which name the server; they end with no
    modules, or with a version in fields of our own."""
    return re.search(rb"modules\r\n\*0\r\n(\$14\r\nimplementation\r\n(.*\r\n){6})?", data).end()


# What redis-py makes of them.

def typed(port, line):
    """c is a client, d another one, p listens, t is a transaction."""
    import redis    # what the others need is Python's own
    for version in (2, 3):
        options = {"port": port, "protocol": version, "decode_responses": True}
        with redis.Redis(**options, single_connection_client=True) as client, \
                redis.Redis(**options) as other, client.pubsub() as listener, \
                client.pipeline() as transaction:
            names = {"c": client, "d": other, "p": listener, "t": transaction, "redis": redis}
            client.flushall()
            for call in line.split(" ; "):
                try:
                    value = said(eval(call, names))     # the table is our own
                except redis.RedisError as error:
                    value = said(error)
                yield f"version {version}, {call}", (type(value), value)


def said(value):
    """Returns a value as it can be compared: without the address of an object, and errors with
    their texts."""
    if isinstance(value, dict):
        return {key: said(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(said, value))
    if isinstance(value, Exception):
        return type(value).__name__ + re.sub(r" at 0x\w+|Hello.*", "", f" {value}")
    return value


# What those see who look at the server: but for times and addresses.

def watching(port, line):
    watcher, client = connect(port), connect(port)
    for words in dialogue(SET_UP):
        client.ask(*words)
    watcher.ask("MONITOR")
    for words in [*dialogue(line), ["ECHO", MARK]]:
        client.ask(*words)
    yield "monitor", monitored(watcher)
    yield "statistics", statistics(client)
    yield "slow log", [(entry[1][3], entry[1][5])       # arguments and name, the oldest first
                       for entry in client.ask("SLOWLOG", "GET", "-1")[1][:0:-1]]
    yield "latency", [event[1][0] for event in client.ask("LATENCY", "LATEST")[1]]
    client.ask("CONFIG", "SET", "slowlog-log-slower-than", "10000")


def monitored(watcher):
    """Returns the lines of MONITOR, up to that of the last command."""
    seen = []
    while not seen or MARK not in seen[-1]:
        seen.append(re.sub(rb"^[\d.]+ \[(\d+) [\d.:]+\]", rb"[\1]", watcher.reply()[1]))
    return seen[:-1]


def statistics(client):
    text = client.ask("INFO", "commandstats", "errorstats")[1]
    found = re.findall(rb"(cmdstat_[^:]+:calls=\d+|errorstat_[^:]+:count=\d+)"
                       rb"(?:,usec.*(,rejected.*))?", text)
    return sorted(name + rest for name, rest in found if b"|get" not in name)


# What CONFIG SET takes for a setting, and what CONFIG GET shows then.

def settings():
    """Returns "name default" of each, but for those whose effect would end the test."""
    path = os.path.join(HERE, "../../docs/reference/settings.txt")
    return [line for line in manifest.read_lines(path)
            if not re.match(r"(port|tls-port|maxclients|maxmemory-clients)( |$)", line)]


def is_number(line):
    return re.fullmatch(r"\S+ -?\d+", line)


def taken(port, name, default, values):
    """Gives what each value is answered, a list of arguments, and what is shown then."""
    back = ["CONFIG", "SET", name, default]
    with connect(port) as client:
        if not client.ask("CONFIG", "GET", name)[1]:
            return      # its version does not have it yet
        client.ask(*back)
        replies = client.ask_all([
            request for value in values
            for request in (["CONFIG", "SET", name, *value], ["CONFIG", "GET", name], back)])
    yield from zip((f"{value} for" for value in values), zip(replies[::3], replies[1::3]))


def ranges(port, line):
    name, _, default = line.partition(" ")
    values, too_large = table("ranges")
    if name in ("maxmemory", "cluster-link-sendbuf-limit"):
        too_large = []      # Redis has 64 bits for these two
    yield from taken(port, name, default,
                     [[wire.unescape(value)] for value in values + too_large])


def words(port, line):
    """Gives what is said of texts as one argument, and as several if they have spaces."""
    name, _, default = line.partition(" ")
    common, *others = table("words")
    own = {row[0]: row[1:] for row in others}.get(name, [])
    if name == "bind":      # no word is looked up as a name, and none but this machine listens
        default, common = "127.0.0.1", []
    texts = [wire.unescape(re.sub(r"^x\*(\d+)$", lambda found: int(found[1]) * "x", text))
             for text in common + own]
    yield from taken(port, name, default, [
        value for text in texts for value in dict.fromkeys(((text,), tuple(text.split(b" "))))])


WAYS = {"protocols": protocols, "typed": typed, "watching": watching, "ranges": ranges,
        "words": words}
# Where a server is, or how it was started; and 7.0 has other words for levels of the log.
APART = re.compile("(dir|appendonly|enable-debug-command|loglevel)( |$)")


def rows(name):
    if name == "ranges":
        return filter(is_number, settings())
    if name == "words":
        return [line for line in settings() if not is_number(line) and not APART.match(line)]
    return lines(name)


def differences(name, *ports):
    for line in rows(name):
        for (what, ours), (_, due) in zip(*(list(WAYS[name](port, line)) for port in ports)):
            if ours != due:
                yield f"{what} of: {line}\n  got {ours}\n  due {due}"


if __name__ == "__main__":
    finish(differences(*sys.argv[1:]))
