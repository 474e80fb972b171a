"""changes.py PORT OTHER: how many changes each write command counts as, in INFO's
rdb_changes_since_last_save, on a server at PORT and on a redis-server at OTHER.

Save points depend on that number, so both must count alike, for every command
that our server has with the flag "write": in its typical case, when there is
nothing to do, with several elements, and when a key is emptied. What changes
the data must count, too: the log relies on it. INFO keyspace must name as many
keys afterwards; time passes only for those that a command finds expired, since
nobody else frees them here.

The dialogues stand in tables/changes.txt. All differences are printed; then the
program ends with 1.
"""

import collections
import re
import shlex
import sys
import time

from common import connect, eventually, finish, lines

# The result of a step: the number of changes, whether the data differs after it, its answer, and
# what INFO says of the databases.
Result = collections.namedtuple("Result", "changes changed reply keyspace")


class Server:
    """One of the two servers, with two kinds of clients."""

    def __init__(self, port):
        self.port = port
        self.client = connect(port)
        self.ask = self.client.ask
        self.payload = b""
        self.waiters = []

    def changes(self):
        return int(self.client.info("rdb_changes_since_last_save", "persistence"))

    def keyspace(self):
        return re.sub(rb",avg_ttl=\d+\r\n", b" ", self.ask("INFO", "keyspace")[1])

    def digest(self):
        return self.ask("DEBUG", "DIGEST")

    def step(self, words):
        if words[0] == "sleep":
            time.sleep(int(words[1]) / 1000)
        elif words[0] == "dump":
            self.payload = self.ask("DUMP", words[1])[1]
        elif words[0] == "later":
            self.wait(words[1:])
        else:
            return self.ask(*(self.payload if word == "{dump}" else word for word in words))
        return None

    def wait(self, words):
        self.waiters.append(connect(self.port))
        self.waiters[-1].send(*words)
        assert eventually(lambda: self.ask("CLIENT", "LIST")[1].count(b"flags=b")
                          == len(self.waiters), 30), "nobody waits for " + " ".join(words)

    def count(self, steps):
        """Returns the number of changes of the last step, after the others."""
        self.ask("FLUSHALL")
        self.ask("SELECT", "0")
        for words in steps[:-1]:
            self.step(words)
        digest, changes = self.digest(), self.changes()
        reply = self.step(steps[-1])
        self.ask("PING")
        changed = self.digest() != digest
        result = Result(self.changes() - changes, changed, reply, self.keyspace())
        for waiter in self.waiters:
            waiter.close()
        self.waiters = []
        return result


def rows():
    """Returns (dialogue, its steps, the count of the last one if 7.0 is no guide) of the table."""
    beginnings = {}
    for row in lines("changes"):
        name, is_one, dialogue = row.partition(" = ")
        first, bar, others = (dialogue or name).partition(" | ")
        row = beginnings.get(first, first) + bar + others
        if is_one:
            beginnings[name] = row
            continue
        begin, bar, last = row.rpartition(" | ")
        for one in last.split(" ; "):
            one, _, count = one.partition(" => ")
            steps = [shlex.split(step) for step in (begin + bar + one).split(" | ")]
            yield begin + bar + one, steps, int(count or -1)


def judge(steps, known, ours, other):
    """Returns what is wrong with the count of a row, or None."""
    mine, due = ours.count(steps), other.count(steps)
    count = due.changes if known < 0 else known
    if mine.changes != count:
        return f"counts as {mine.changes}, in Redis as {count}; it answered {mine.reply!r}"
    # Ours deletes a key at once if its expiry is set to the past.
    if mine.keyspace != due.keyspace and steps[-1] != ["SET", "k", "v", "PXAT", "1"]:
        return f"leaves {mine.keyspace!r}, in Redis {due.keyspace!r}"
    # An expired key has changed the data without being counted.
    excused = "POPULATE" in steps[-1] or any(words[0] == "sleep" for words in steps)
    if mine.changed and not mine.changes and not excused:
        return "counts as nothing, but the data have changed"
    return None


def commands_that_write(server):
    return {row[0][1].decode() for _, row in server.ask("COMMAND")[1]
            if ("+", b"write") in row[2][1]}


def differences(*ports):
    ours, other = map(Server, ports)
    for server in (ours, other):
        server.ask("CONFIG", "SET", "save", "")
        server.ask("DEBUG", "SET-ACTIVE-EXPIRE", "0")
    missed = commands_that_write(ours)
    for row, steps, known in rows():
        said = judge(steps, known, ours, other)
        if said:
            yield f"{row}\n  {said}"
        missed.discard(steps[-1][0].lower())
    yield from (f"{name} is not in the table" for name in sorted(missed))


if __name__ == "__main__":
    finish(differences(*sys.argv[1:]))
