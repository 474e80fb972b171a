"""The cases of damaged and missing files."""

import os
import re
import shutil

from harness import aof_format, wire
from harness.rdb_codec import Damage

from . import load, model
from .cases import ALWAYS, case, rewrite
from .place import Wrong, read

TAIL = 4096
COMMANDS = 240
FOLDER, MANIFEST = "appendonlydir", "appendonly.aof.manifest"


def part_of(place, kind):
    """The name of the last file of this kind that the manifest names."""
    return [os.path.join(FOLDER, part.name) for part in parts_of(place)
            if part.kind == kind][-1]


def parts_of(place):
    return aof_format.read_manifest(read(place.path(FOLDER, MANIFEST)))


def read_log(data):
    """The commands of a whole log."""
    log = aof_format.parse(data)
    if log.damage:
        raise Wrong("the log is damaged: %s" % log.damage)
    return log.commands


def command(rng, n):
    """The n-th of commands that each add one thing of their own."""
    word = b"w%d" % n + b"." * rng.choice((0, 3, 30))
    return ([b"SET", b"key%d" % n, word], [b"RPUSH", b"list", word],
            [b"HSET", b"hash", b"f%d" % n, word], [b"SADD", b"set", word],
            [b"ZADD", b"zset", b"%d" % n, word],
            [b"XADD", b"stream", b"%d-1" % (n + 1), b"f", word])[n % 6]


def atom_of(words):
    """The thing that one of our commands adds."""
    name, key = words[:2]
    if name == b"HSET":
        return key, (words[2], words[3])
    if name == b"ZADD":
        return key, (words[3], float(words[2]))
    if name == b"XADD":
        return key, (words[2], (words[3], words[4]))
    return key, words[2]


def atoms(place):
    """All single things that the server holds."""
    with place.client() as client:
        found = load.Found(client)
    result = set()
    for key, value in found.values.items():
        if isinstance(value, bytes):
            value = [value]
        elif isinstance(value, model.Stream):
            value = value.entries
        elif isinstance(value, dict):
            value = value.items()
        result |= {(key, item) for item in value}
    return result


class Known:
    """A place with a base and a log of known commands; another one takes its
    files, which are damaged there."""

    def __init__(self, judge):
        self.judge = judge
        self.place = judge.place(*ALWAYS).start()
        self.other = judge.place(*ALWAYS)
        self.commands = [command(judge.rng, n) for n in range(COMMANDS)]
        self.in_base = COMMANDS // 4
        with self.place.client() as client:
            client.ask_all(self.commands[:self.in_base])
            rewrite(client)
            client.ask_all(self.commands[self.in_base:])
        self.place.finish()
        self.due = [atom_of(words) for words in self.commands]
        self.base = part_of(self.place, "b")
        self.log = part_of(self.place, "i")
        self.manifest = os.path.join(FOLDER, MANIFEST)
        # Of each command of the log: which one of ours it is, or None.
        self.entries, self.numbers = read_log(read(self.place.path(self.log))), []
        number = self.in_base
        for entry in self.entries:
            ours = entry.words[0].upper() not in (b"SELECT", b"MULTI", b"EXEC")
            self.numbers.append(number if ours else None)
            number += ours
        if number != COMMANDS:
            raise Wrong("%d commands made %d entries of the log"
                        % (COMMANDS - self.in_base, number - self.in_base))

    def path(self, name):
        """A file, to be damaged: the others are as they were."""
        self.other.take_files(self.place)
        return self.other.path(name)


@case("cut", "the log cut at any of its last 4096 bytes: all whole commands "
      "before it are loaded and that is told, or it is refused if "
      "aof-load-truncated is no",
      "{cuts} cuts, {halves} of them in a transaction")
def cut(judge):
    known = Known(judge)
    size = os.path.getsize(known.place.path(known.log))
    cuts = range(max(0, size - TAIL), size + 1)
    if not judge.full:
        whole = [entry.end for entry in known.entries if entry.end > cuts[0]]
        cuts = sorted({*judge.rng.sample(cuts, 20),
                       *judge.rng.sample(whole, 2),
                       *range(size - 4, size + 1)})
    for at in cuts:
        for allowed in ("no", "yes"):
            check_cut(known, at, allowed)
    whole = b"".join(wire.request(*words) for words in (
        ("MULTI",), ("SET", "half", "1"), ("RPUSH", "half-list", "a", "b"),
        ("DEL", "key0"), ("EXEC",)))
    halves = judge.rng.sample(range(1, len(whole)), judge.rounds(5, 60))
    for at in halves:
        check_transaction(known, whole[:at])
    judge.seen.update(cuts=len(cuts) + len(halves), halves=len(halves))


def check_transaction(known, torn):
    """A transaction of which the end is missing: nothing of it is done."""
    with open(known.path(known.log), "ab") as file:
        file.write(torn)
    what, _ = known.other.outcome()
    if what != "serves" or atoms(known.other) != set(known.due):
        raise Wrong("a transaction, cut at byte %d: it %s, %s; it said: %s" % (
            len(torn), what, "the data are not those before it"
            if what == "serves" else "which loses all",
            known.other.last_words()))


def check_cut(known, at, allowed):
    """One cut, loaded with truncation allowed or without."""
    other = known.other
    before = [n for n, entry in enumerate(known.entries) if entry.end <= at]
    last = max([known.numbers[n] for n in before
                if known.numbers[n] is not None],
               default=known.in_base - 1)
    due = set(known.due[:last + 1])
    clean = at == (known.entries[before[-1]].end if before else 0)
    os.truncate(known.path(known.log), at)
    what, _ = other.outcome("--aof-load-truncated", allowed)
    if (what == "serves") != (clean or allowed == "yes"):
        raise Wrong("cut at byte %d, aof-load-truncated %s: it %s; it "
                    "said: %s" % (at, allowed, what, other.last_words()))
    if other.crashed():
        raise Wrong("cut at byte %d: %s" % (at, other.last_words()))
    if not clean and not re.search("trunc|unexpected end|short|cut",
                                   other.said(), re.I):
        raise Wrong("cut at byte %d: nothing is said about it: %s"
                    % (at, other.last_words()))
    if what == "serves":
        there = atoms(other)
        if there != due:
            raise Wrong("cut at byte %d: %d things are lost, %d too many"
                        % (at, len(due - there), len(there - due)))
        if not clean:
            grows_again(other, due, at)


def grows_again(other, due, at):
    """What is written behind the cut must be there after another start."""
    other.ask("SET", "after", "the cut")
    other.restart()
    if atoms(other) != due | {(b"after", b"the cut")}:
        raise Wrong("cut at byte %d: what was written after it is not there "
                    "after the next start" % at)


@case("flip", "one bit flipped anywhere in base, log or manifest: refused with "
      "a clear message, or loaded as the file now says; never a crash",
      "{serves} loaded, {refused} refused", redis_fails="killed by|BUG REPORT")
def flip(judge):
    judge.try_all(flips(judge, Known(judge)))


def flips(judge, known):
    """The bits to be flipped."""
    for name, few, many in ((known.log, 30, 3000), (known.base, 15, 1500),
                            (known.manifest, 15, 700)):
        data = read(known.place.path(name))
        for _ in range(judge.rounds(few, many)):
            at, bit = judge.rng.randrange(len(data)), judge.rng.randrange(8)
            yield ("bit %d of byte %d of %s" % (bit, at, name), check_flip,
                   known, name, at, flipped(data, at, bit))


def flipped(data, at, bit):
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


def check_flip(known, name, at, data):
    """Start on a file that is damaged at a byte."""
    other = known.other
    with open(known.path(name), "wb") as file:
        file.write(data)
    what, _ = other.outcome()
    if other.crashed():
        raise Wrong("BUG REPORT or a sanitizer's: " + other.last_words())
    if what == "refused":
        message_is_clear(known, name)
    elif name == known.base:
        raise Wrong("loaded, in spite of the base's checksum")
    elif name == known.manifest:
        check_manifest(known)
    else:
        hit = next(n for n, entry in enumerate(known.entries)
                   if entry.end > at)
        if known.numbers[hit] is not None:  # else SELECT: another database
            check_served(known, known.numbers[hit])
    known.judge.seen[what] += 1


def message_is_clear(known, name):
    """A refusal names the file; for the log where in it."""
    said = known.other.said()
    if not re.search(r"\.base\.|\.incr\.|manifest", said):
        raise Wrong("refused, but does not name the file: "
                    + known.other.last_words())
    if name == known.log and not known.judge.is_redis and not re.search(
            r"(offset|byte|position)\D{0,12}\d+", said, re.I):
        raise Wrong("refused, but does not tell where: "
                    + known.other.last_words())


def check_served(known, hit):
    """All but the damaged command's effect; all after it may have gone, if
    that was told."""
    there = atoms(known.other)
    names = [words[0] for words in known.commands]
    lost = [n for n, atom in enumerate(known.due) if atom not in there]
    if "trunc" in known.other.said().lower():
        if any(n < hit for n in lost):
            raise Wrong("command %d is lost, which stands before the damage "
                        "in command %d" % (lost[0], hit))
    elif any(n != hit and not (names[hit] == names[n] == b"XADD"
                               and n > hit) for n in lost) or (
            len(there - set(known.due)) > 2):
        # A damaged ID may be so high that those after it are refused.
        raise Wrong("it serves, but lost commands %s, where %d was damaged"
                    % (lost[:5], hit))


def check_manifest(known):
    """With the same files in the manifest, the same data."""
    try:
        now = parts_of(known.other)
    except (OSError, Damage):
        return
    if ([(part.name, part.kind) for part in now]
            == [(part.name, part.kind) for part in parts_of(known.place)]
            and atoms(known.other) != set(known.due)):
        raise Wrong("the manifest names all files, yet something is lost")


@case("missing", "the manifest, the base, the log or the folder is not there: "
      "refused with a clear message, and nothing else is destroyed",
      "base, log, manifest, folder, and a file in the folder's place",
      redis_fails="the manifest is missing")
def missing(judge):
    known = Known(judge)
    other = known.other
    for what, name in (("the base", known.base), ("the log", known.log),
                       ("the manifest", known.manifest)):
        os.unlink(known.path(name))
        kept = other.contents()
        outcome, _ = other.outcome()
        now = other.contents()
        lost = [name for name in kept if now.get(name) != kept[name]
                and not name.endswith("manifest")]
        if outcome == "serves" or lost:
            raise Wrong("%s is missing: it %s, and changed %s" % (
                what, outcome, lost or "nothing"))
        if not re.search("exist|missing|no such|not there", other.said(),
                         re.I):
            raise Wrong("%s is missing, and that is not said: %s"
                        % (what, other.last_words()))
    shutil.rmtree(known.path(FOLDER))
    if other.outcome()[0] != "serves" or atoms(other):
        raise Wrong("without its folder it should begin anew")
    other.clear()
    with open(other.path(FOLDER), "w") as file:
        file.write("no folder\n")
    if other.outcome()[0] != "refused":
        raise Wrong("a file stands where the folder should, and it serves")
    if FOLDER not in other.said():
        raise Wrong("a file stands where the folder should, and it is not "
                    "named: " + other.last_words())
