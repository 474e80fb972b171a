"""What is asked in each stage, and what may differ: see excuses.ini, raw.txt."""

import os

from commands.patterns import ROWS, Grammar
from harness import manifest, wire

from . import excuses, excuses_07, transactions
from .excuses import Excuses

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
JUDGES = {**vars(excuses), **vars(excuses_07)}
# Those that take something, and make a judge of it.
MAKERS = ("any_order", "named", "said", "same_fields", "same_scan")


def read_judge(words):
    """The judge that a row names."""
    name, *taken = words
    if name not in MAKERS:
        return JUDGES[name]
    return JUDGES[name](*[int(word) if word.isdigit()
                          else JUDGES.get(word, word.encode())
                          for word in taken])


def read_excuses(number):
    """(names, judge, why) of what is excused in a stage."""
    ini = manifest.read_ini(os.path.join(HERE, "excuses.ini"))
    for why in ini.sections():
        for row, names in ini[why].items():
            since, *words = row.split()
            if since <= number:
                yield " ".join(names.split()), read_judge(words), why


def read_raw():
    """(bytes, how many replies they get, whether that is the end)."""
    lines = manifest.read_lines(os.path.join(HERE, "raw.txt"))
    rows = [line.split(None, 2) for line in filter(None, lines)]
    return [(wire.unescape(text.strip()[1:-1]), int(replies), ends == "closes")
            for replies, ends, text in rows]


RAW = read_raw()


class Table:
    """All that is known of a stage here."""

    def __init__(self, stage):
        handshake = stage == "03" or stage.endswith("handshake")
        number = stage[:2]
        rows = [row for row in ROWS if "fuzz" not in row.tags and (
            row.stage == "connection" or row.stage <= number
            and (row.stage == "03" or "handshake" in row.tags) == handshake)]
        anywhere = [row for row in ROWS if row.stage == "any"]
        # Who listens to channels may ask little else, in version 2; and what tracked
        # clients are told depends on where bursts end.
        self.grammar = Grammar([row for row in rows
                                if {"pubsub", "tracking"}.isdisjoint(row.tags)])
        # Sorts of commands that sessions may be made of alone. No list is in
        # a session of another sort, so none hides behind an excuse.
        self.sorts = {sort: Grammar([row for row in rows if sort in row.tags]
                                    + anywhere)
                      for sort in dict.fromkeys(row.tags[0] for row in rows
                                                if row.tags and not handshake)}
        self.excuses = Excuses(read_excuses(number))
        # Words that forget all data.
        self.reset = [b"PING"] if handshake else [b"FLUSHALL"]
        locked = handshake and number >= "10"   # with CLIENT REPLY, AUTH
        self.before_token = [[b"CLIENT", b"REPLY", b"ON"]] if locked else []
        self.raw = RAW if handshake else []
        self.endings = (b"quit",)   # commands that close
        self.waits = stage >= "06" and not handshake    # some commands wait
        self.resp3 = number >= "10"
        self.events = number >= "10" and not handshake      # of keys, published
        self.transactions = number >= "10" and not handshake
        # What compares the data at the end of a session, before the keys.
        self.digest = [b"DEBUG", b"DIGEST-VALUE"] if self.waits and stage >= "07" else None
        # Options for both servers, and how many commands go in one burst.
        # Redis drops a client that has not said the password as soon as 1024
        # bytes of replies wait for it.
        self.variants = [("", 40)]
        if locked:
            self.variants.append((" --requirepass secret", 1))

    def known_raw(self, data):
        """How many replies these bytes get, and whether that is the end."""
        return next(((replies, ends) for raw, replies, ends in self.raw
                     if raw == data), (1, False))

    def excused(self, step, ours, redis):
        """May the replies to this step differ in this way?"""
        if step.runs:
            return transactions.excused(self, step, ours, redis)
        return self.excuses.hold(step.name(), step.words, ours, redis)


# What stages 08 and 09 add beside values is about files: the checkpoints and
# tests/faults judge it.
TABLES = {stage: Table(stage) for stage in (
    "03", "04", "05", "06", "07", "08", "09", "10", "10-handshake")}
