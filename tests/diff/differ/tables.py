"""The tables of what is asked in each stage, and what may differ: excuses.ini, raw.txt.
"""

import os

from commands.patterns import ROWS, Grammar
from harness import manifest, wire

from . import excuses, excuses_07, transactions
from .excuses import Excuses

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
JUDGES = {**vars(excuses), **vars(excuses_07), **excuses.BRIEF}
# Functions that take a word, and make a judge of it.
MAKERS = ("any_order", "named", "said", "same_fields", "same_scan")


def read_judge(words):
    """Returns the judge that a row names."""
    name, *taken = words
    if name not in MAKERS:
        return JUDGES[name]
    return JUDGES[name](*[int(word) if word.isdigit()
                          else JUDGES.get(word, word.encode())
                          for word in taken])


def read_excuses(number):
    """Returns (names, judge, why) for each excuse of a stage."""
    ini = manifest.read_ini(os.path.join(HERE, "excuses.ini"))
    for why in ini.sections():
        for row, names in ini[why].items():
            stages, *words = row.split()
            since, _, until = stages.partition("-")
            if since <= number <= (until or number):
                yield " ".join(names.split()), read_judge(words), why


def read_raw():
    """Returns (bytes, number of replies, whether the connection then ends)."""
    lines = manifest.read_lines(os.path.join(HERE, "raw.txt"))
    rows = [line.split(None, 2) for line in filter(None, lines)]
    return [(wire.unescape(text.strip()[1:-1]), int(replies), ends == "closes")
            for replies, ends, text in rows]


RAW = read_raw()


# Settings that sessions change, with their defaults.
LIMITS = b"""hash-max-listpack-entries 512 hash-max-listpack-value 64
zset-max-listpack-entries 128 zset-max-listpack-value 64 set-max-intset-entries 512
list-max-listpack-size -2 list-compress-depth 0 stream-node-max-entries 100
stream-node-max-bytes 4096 hll-sparse-max-bytes 3000""".split()


class Table:
    """Everything known about a stage here."""

    def __init__(self, stage):
        handshake = stage == "03" or stage.endswith("handshake")
        number = stage[:2]
        rows = [row for row in ROWS if "fuzz" not in row.tags and (
            row.stage == "connection" or row.stage <= number
            and (row.stage == "03" or "handshake" in row.tags) == handshake)]
        anywhere = [row for row in ROWS if row.stage == "any"]
        # A client that listens to channels may ask little else in version 2; and the
        # messages to tracked clients depend on where bursts end.
        self.grammar = Grammar([row for row in rows
                                if {"pubsub", "tracking"}.isdisjoint(row.tags)])
        # Sorts of commands of which alone a session may be made. Lists are in no
        # session of another sort, so no list hides behind an excuse.
        self.sorts = {sort: Grammar([row for row in rows if sort in row.tags]
                                    + anywhere)
                      for sort in dict.fromkeys(row.tags[0] for row in rows
                                                if row.tags and not handshake)}
        self.excuses = Excuses(read_excuses(number))
        # Commands that begin a session: all data goes, and limits are as they were.
        self.resets = [[b"PING"] if handshake else [b"FLUSHALL"]]
        if number >= "10" and not handshake:
            self.resets.append([b"CONFIG", b"SET", *LIMITS])
        locked = handshake and number >= "10"   # with CLIENT REPLY, AUTH
        self.before_token = [[b"CLIENT", b"REPLY", b"ON"]] if locked else []
        self.raw = RAW if handshake else []
        self.endings = (b"quit",)   # commands that close
        self.waits = stage >= "06" and not handshake    # some commands wait
        self.resp3 = number >= "10"
        self.events = number >= "10" and not handshake      # of keys, published
        self.transactions = number >= "10" and not handshake
        # Commands that compare the data at the end of a session, before the keys.
        self.digest = [b"DEBUG", b"DIGEST-VALUE"] if self.waits and stage >= "07" else None
        # Options for both servers, and the number of commands in one burst. Redis drops
        # a client that has not authenticated as soon as 1024 bytes of replies wait for
        # it.
        self.variants = [("", 40)]
        if locked:
            self.variants.append((" --requirepass secret", 1))

    def known_raw(self, data):
        """Returns the number of replies to these bytes, and whether the connection then
        ends."""
        return next(((replies, ends) for raw, replies, ends in self.raw
                     if raw == data), (1, False))

    def excused(self, step, ours, redis):
        """Returns true if the replies to this step may differ in this way."""
        if step.runs:
            return transactions.excused(self, step, ours, redis)
        return self.excuses.hold(step.name(), step.words, ours, redis)


# What stages 08 and 09 add beside values is about files: the checkpoints and
# tests/faults judge it.
TABLES = {stage: Table(stage) for stage in (
    "03", "04", "05", "06", "07", "08", "09", "10", "10-handshake")}
