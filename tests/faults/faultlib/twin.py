"""The model of the values of clients' keys: a server of the same sort that never
crashes, and gets the same commands.

Whatever the first server chose itself (SPOP, XADD *) is taken from its reply or, where
none came, from the data after the crash. Relative times become points in time. Keys
that live for some milliseconds are gone when anybody looks, so the twin never gets
them.

"""

from harness import wire
from harness.held import EVER, held

from .place import check

OPTIONS = ("--appendonly", "no", "--save", "")
TOGETHER = 100          # commands that the twin is sent at once


class Twin:
    """A client of the server that never crashes."""

    def __init__(self, place):
        self.client = place.start().client()
        self.slack = 0          # the ms by which the times of keys may differ

    def forget(self):
        """Begins again without any commands."""
        self.client.ask("FLUSHALL")
        self.slack = 3

    def play(self, entries, seen):
        """Executes these commands. Raises Wrong if one that was answered gets another
        answer. seen holds the client's keys after the crash."""
        asked = []
        for entry in entries:
            if entry.reply is None or len(asked) > TOGETHER:
                self.ask(asked)
                asked = []
            asked += self.again(entry, seen)
        self.ask(asked)

    def ask(self, asked):
        replies = self.client.ask_all([words for words, _ in asked])
        for (words, due), reply in zip(asked, replies):
            check(due in (None, reply), "%.200s: %r was answered, %r is due",
                  b" ".join(words), due, reply)

    def again(self, entry, seen):
        """Returns [(words, the expected reply or None)] that do the same again."""
        name, key, *rest = words = list(entry.words)
        if name == b"SPOP":
            return self.popped(entry, seen)
        if name == b"XADD":
            at = words.index(b"*")
            words[at] = (entry.reply[1] if entry.reply
                         else self.new_id(key, words[at + 1:], seen))
        elif name == b"SET" and rest[1:2] == [b"PX"]:
            return []
        elif name == b"SET" and rest[1:2] == [b"EX"]:
            words[3:] = [b"PXAT", self.moment(entry, rest[2])]
        elif name == b"EXPIRE":
            words = [b"PEXPIREAT", key, self.moment(entry, rest[0])]
        return [(words, entry.reply)]

    def moment(self, entry, seconds):
        """Returns the earliest moment that is this many seconds after the command."""
        begun, done = entry.when()
        self.slack = max(self.slack, done - begun + 3)
        return b"%d" % (begun + 1000 * int(seconds))

    def popped(self, entry, seen):
        """Returns an SPOP as an SREM of the members it removed. They must have been
        there, as many as were asked for, or all."""
        _, key, count = entry.words
        if entry.reply:
            gone = wire.plain(entry.reply)
        else:
            members = set(wire.plain(self.client.ask("SMEMBERS", key)))
            kept = members & seen.get(key, ("set", set()))[1]
            gone = (sorted(members - kept) + sorted(kept))[:int(count)]
        asked = [([b"SREM", key, *gone], (":", len(gone)))] if gone else []
        if len(gone) < int(count):
            asked.append(([b"EXISTS", key], (":", 0)))
        return asked

    def new_id(self, key, fields, seen):
        """Returns the ID that XADD gave an entry, as it was found; * if it was not
        found."""
        known = {ident for ident, _ in wire.plain(
            self.client.ask("XRANGE", key, "-", "+"))}
        found = seen.get(key, ("stream", [[]]))[1][0]
        return next((ident for ident, there in found
                     if there == fields and ident not in known), b"*")

    def difference(self, pattern, seen):
        """Returns (a key that is not as it was found, the difference) among the keys
        that match the pattern; None if there is none."""
        due = held(self.client, pattern)
        for key in sorted(due.keys() | seen.keys()):
            mine, there = due.get(key, (None,) * 3), seen.get(key, (None,) * 3)
            if mine[:2] != there[:2]:
                return key, "%s is due, %s is there" % (show(mine[1]), show(there[1]))
            if EVER in (mine[2], there[2]) and mine[2] != there[2] or not (
                    -3 <= there[2] - mine[2] <= self.slack):
                return key, "it expires at %d; %d is due, or up to %d ms later" % (
                    there[2], mine[2], self.slack)
        return None


def show(value):
    """Returns a value as text that is not too long."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) < 300 else text[:140] + " ... " + text[-140:]
