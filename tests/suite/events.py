"""events.py PORT OTHER: what is published about the keys of each command, with all
classes of events wanted, on a server at PORT and on a redis-server at OTHER, which
must publish the same bytes in the same order.

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
from harness import wire

LOOKS = "keyspace_hits", "keyspace_misses"
ROWS = os.path.join(HERE, os.pardir, "unit", "09-aof", "events.tsv")


class Server:
    """One of the two servers, with a client that hears of all keys."""

    def __init__(self, port):
        self.port = port
        self.clients = {}
        self.admin = connect(port)
        self.admin.ask("CONFIG", "SET", "notify-keyspace-events", "KEAmn")
        self.admin.ask("DEBUG", "SET-ACTIVE-EXPIRE", "0")
        self.ear = connect(port)
        self.ear.ask("PSUBSCRIBE", "__key*__:*")
        self.ear.ask("SUBSCRIBE", "mark")

    def mark(self):
        """Returns everything that was heard until now."""
        self.admin.ask("PUBLISH", "mark", "here")
        end = wire.bulk("mark") + wire.bulk("here")
        while not self.ear.buf.endswith(end):
            self.ear.more()
        heard = bytes(self.ear.buf)
        self.ear.buf.clear()
        return heard

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
        self.mark()
        self.admin.ask("CONFIG", "RESETSTAT")
        self.run(command)
        heard = self.mark()
        return heard, *(int(self.admin.info(field)) for field in LOOKS)


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
        if got != due and told(got[0]) != later:
            yield "%s | %s\n  got %s, hits and misses %s\n  due %s, %s" % (
                before, command, told(got[0], b""), got[1:], told(due[0], b""), due[1:])


def told(heard, without=b"new|keymiss"):
    """Returns messages as "event key, event key@1": those of the keys' channels."""
    found = re.findall(rb"__keyspace@(\d+)__:(.*?)\r\n\$\d+\r\n(.*?)\r\n", heard, re.S)
    return ", ".join(
        "%s %s%s" % (event.decode(), key.decode(), "@" + number.decode() if number > b"0" else "")
        for number, key, event in found if not re.fullmatch(without, event))


if __name__ == "__main__":
    finish(differences(*sys.argv[1:]))
