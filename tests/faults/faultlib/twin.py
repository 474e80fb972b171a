"""The model of what clients' keys must hold: a server of the same sort that never
crashes, and is told the same again, command by command.

What the first server has chosen (SPOP, XADD *) is taken from its reply or, where none
came, from what was found after the crash. Times become points in time. What lives for
some milliseconds is gone when anybody looks, so the twin never hears of it.
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
        self.slack = 0          # by how many ms the times of keys may be off

    def forget(self):
        """No commands have been done."""
        self.client.ask("FLUSHALL")
        self.slack = 3

    def play(self, entries, seen):
        """Do these commands; Wrong if one that was answered is answered in
        another way. seen: what was found of the client's keys."""
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
        """[(words, the reply that is due or None)] that do the same again."""
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
        """When so many seconds have passed since the command, at the earliest."""
        begun, done = entry.when()
        self.slack = max(self.slack, done - begun + 3)
        return b"%d" % (begun + 1000 * int(seconds))

    def popped(self, entry, seen):
        """SPOP as an SREM of what went. It must have been there, and as much
        as was asked for, or all."""
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
        """The ID that XADD gave an entry, as it was found; * if it was not."""
        known = {ident for ident, _ in wire.plain(
            self.client.ask("XRANGE", key, "-", "+"))}
        found = seen.get(key, ("stream", [[]]))[1][0]
        return next((ident for ident, there in found
                     if there == fields and ident not in known), b"*")

    def difference(self, pattern, seen):
        """(a key that is not as it was found, how it differs), of the keys that
        fit the pattern; None if there is none."""
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
    """A value, not too long."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) < 300 else text[:140] + " ... " + text[-140:]
