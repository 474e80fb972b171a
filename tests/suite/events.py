"""events.py PORT OTHER: what is published about the keys of each command, with all
classes of events wanted, on a server at PORT and on a redis-server at OTHER, which
must publish the same bytes in the same order. Both must have looked up as many keys, too,
and count each key as used as often: with lfu-log-factor 0, OBJECT FREQ counts every use.

The commands are those of tests/unit/09-aof/events.tsv, with the events that Redis 7.2
tells, and those of tables/events.txt. Where redis-server is an older one and differs,
7.2 is right. All differences are printed; then the program ends with 1.
"""

import os
import re
import shlex
import sys
import time

from common import HERE, connect, finish, lines

sys.path.append(os.path.join(HERE, os.pardir, "diff"))
from differ.events import CLASSES, Events  # noqa: E402

LOOKS = "keyspace_hits", "keyspace_misses"
# Every use is counted. The limit is out of reach; with it Redis shares no integers, which
# would share their counters.
COUNT_USES = ("maxmemory", "1gb", "maxmemory-policy", "allkeys-lfu", "lfu-log-factor", "0",
              "lfu-decay-time", "0")
# These look a key up twice in Redis, once to see if they must wait.
LOOK_TWICE = "BLMOVE", "BRPOPLPUSH", "BZPOPMIN", "BZPOPMAX"
ROWS = os.path.join(HERE, os.pardir, "unit", "09-aof", "events.tsv")


class Server:
    """One of the two servers, with a client that hears of all keys."""

    def __init__(self, port):
        self.port = port
        self.clients = {}
        self.told = Events(("127.0.0.1", int(port)))
        self.told.begin(CLASSES)
        self.admin = self.told.mouth
        self.admin.ask("DEBUG", "SET-ACTIVE-EXPIRE", "0")
        self.admin.ask("CONFIG", "SET", *COUNT_USES)

    def begin(self):
        for client in self.clients.values():
            client.close()
        self.clients = {}
        self.admin.ask("FLUSHALL")

    def run(self, text):
        """Runs a command. [2] in front means another client, which may wait; it may be a time to
        sleep; <DUMP a> is the answer of DUMP."""
        if text.startswith("[sleep"):
            time.sleep(0.003)
            return
        number, text = re.fullmatch(r"(?:\[(\d)\] )?(.*)", text).groups()
        if number not in self.clients:
            self.clients[number] = connect(self.port)
        dumped = re.search("<DUMP (.*)>", text)
        payload = self.admin.ask("DUMP", dumped.group(1))[1] if dumped else b""
        words = shlex.split(re.sub("<DUMP .*>", "{dump}", text))
        self.clients[number].send(*(payload if word == "{dump}" else word for word in words))
        if number is None:
            self.clients[number].reply()
        self.admin.ask("PING")
        self.admin.ask("PING")

    def events(self, before, command):
        self.begin()
        for text in before:
            self.run(text)
        self.told.heard()
        self.admin.ask("CONFIG", "RESETSTAT")
        self.run(command)
        heard = self.told.heard()
        return heard, *(int(self.admin.info(field)) for field in LOOKS), self.uses()

    def uses(self):
        """Returns how often each key of the first database was used."""
        keys = sorted(key for _, key in self.admin.ask("KEYS", "*")[1])
        return {key: self.admin.ask("OBJECT", "FREQ", key)[1] for key in keys}


def rows():
    """Returns what comes before, the command, and the events of Redis 7.2, if they are known."""
    with open(ROWS, encoding="utf-8") as file:
        for line in file:
            before, command, events = line.rstrip("\n").split("\t")
            yield before, command, "" if events == "(none)" else events
    for line in lines("events"):
        before, command, *events = line.split(" | ")
        yield before, command, events[0] if events else None


def differences(port, other):
    ours, redis = Server(port), Server(other)
    for before, command, later in rows():
        commands = [text for text in before.split(" ; ") if text], command
        got, due = (server.events(*commands) for server in (ours, redis))
        # Redis 7.2 runs the command of a client that waited again, as ours does, and 7.0
        # served it without a look-up.
        if "[2]" in before or command.startswith(LOOK_TWICE):
            got, due = got[:3], due[:3]
        if got[3:] != due[3:] or got[:3] != due[:3] and told(got[0]) != later:
            yield "%s | %s\n  got %s, hits, misses, and uses %s\n  due %s, %s" % (
                before, command, told(got[0], b""), got[1:], told(due[0], b""), due[1:])


def told(heard, without=b"new|keymiss"):
    """Returns messages as "event key, event key@1": those of the keys' channels."""
    return b", ".join(
        b"%s %s%s" % (event, key, database and b"@" + database)
        for event, key, channel in heard
        for database in re.findall(rb"__keyspace@0*(\d*)__", channel)
        if not re.fullmatch(without, event)).decode()


if __name__ == "__main__":
    finish(differences(*sys.argv[1:]))
