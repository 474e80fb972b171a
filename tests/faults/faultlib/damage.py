"""The cases of damaged and missing files."""

import re
import shutil

from harness.held import held
from harness.rdb_codec import Damage

from .cases import case
from .changed import FOLDER, MANIFEST, Changed, flipped, parts_of, read_log
from .place import check

TAIL = 4096
COMMANDS = 240


def command(rng, n):
    """Returns the n-th of a series of commands that each add one thing of their own."""
    word = b"w%d" % n + b"." * rng.choice((0, 3, 30))
    return ([b"SET", b"key%d" % n, word], [b"RPUSH", b"list", word],
            [b"HSET", b"hash", b"f%d" % n, word], [b"SADD", b"set", word],
            [b"ZADD", b"zset", b"%d" % n, word],
            [b"XADD", b"stream", b"%d-1" % (n + 1), b"f", word])[n % 6]


def atom_of(words):
    """Returns the thing that one of our commands adds."""
    name, key = words[:2]
    if name == b"HSET":
        return key, (words[2], words[3])
    if name == b"ZADD":
        return key, (words[3], float(words[2]))
    if name == b"XADD":
        return key, (words[2], (words[3], words[4]))
    return key, words[2]


def atoms(place):
    """Returns all single things that the server holds."""
    with place.client() as client:
        found = held(client)
    result = set()
    for key, (kind, value, _) in found.items():
        if kind == "string":
            value = [value]
        elif kind == "stream":
            value = [(ident, tuple(fields)) for ident, fields in value[0]]
        elif isinstance(value, dict):
            value = value.items()
        result |= {(key, item) for item in value}
    return result


class Known(Changed):
    """A base and a log of known commands."""

    def __init__(self, judge):
        self.commands = [command(judge.rng, n) for n in range(COMMANDS)]
        self.in_base = number = COMMANDS // 4
        super().__init__(judge, self.commands[:number], self.commands[number:])
        self.due = [atom_of(words) for words in self.commands]
        # The commands of the log, and for each which one of ours it is, or None.
        self.entries, self.numbers = read_log(self.read(self.log)), []
        for entry in self.entries:
            ours = entry.words[0].upper() not in (b"SELECT", b"MULTI", b"EXEC")
            self.numbers.append(number if ours else None)
            number += ours
        check(number == COMMANDS, "%d commands made %d entries of the log",
              COMMANDS - self.in_base, number - self.in_base)


@case("cut")
def cut(judge):
    known = Known(judge)
    data = known.read(known.log)
    cuts = range(max(0, len(data) - TAIL), len(data) + 1)
    if not judge.full:
        whole = [entry.end for entry in known.entries if entry.end > cuts[0]]
        cuts = sorted({*judge.rng.sample(cuts, 20),
                       *judge.rng.sample(whole, 2), *cuts[-5:]})
    for at in cuts:
        for allowed in ("no", "yes"):
            check_cut(known, data[:at], allowed)
    judge.seen["cuts"] = len(cuts)


def check_cut(known, data, allowed):
    """Checks one cut, with loading of truncated files allowed or not."""
    place, at = known.place, len(data)
    before = [n for n, entry in enumerate(known.entries) if entry.end <= at]
    last = max([known.numbers[n] for n in before
                if known.numbers[n] is not None],
               default=known.in_base - 1)
    due = set(known.due[:last + 1])
    clean = at == (known.entries[before[-1]].end if before else 0)
    what = known.start(data, None, "--aof-load-truncated", allowed)
    place.check((what == "serves") == (clean or allowed == "yes"),
                "cut at byte %d, aof-load-truncated %s: it %s", at, allowed,
                what)
    place.check(clean or re.search("trunc|unexpected end|short|cut",
                                   place.said(), re.I),
                "cut at byte %d: nothing is said about it", at)
    if what == "serves":
        there = atoms(place)
        check(there == due, "cut at byte %d: %d things are lost, %d too many",
              at, len(due - there), len(there - due))
    if what == "serves" and not clean:
        place.ask("SET", "after", "the cut")
        check(atoms(place.restart()) == due | {(b"after", b"the cut")},
              "cut at byte %d: what was written after it is not there after the "
              "next start", at)


@case("flip")
def flip(judge):
    judge.try_all(flips(judge, Known(judge)))


def flips(judge, known):
    """Returns the bits to be flipped."""
    for name, few, many in ((known.log, 30, 3000), (known.base, 15, 1500),
                            (MANIFEST, 15, 700)):
        data = known.read(name)
        for _ in range(judge.rounds(few, many)):
            at, bit = judge.rng.randrange(len(data)), judge.rng.randrange(8)
            yield ("bit %d of byte %d of %s" % (bit, at, name), check_flip,
                   known, name, at, flipped(data, at, bit))


def check_flip(known, name, at, data):
    """Starts on a file that is damaged at a byte, and checks the result."""
    what = known.start(data, name)
    known.judge.seen[what] += 1
    if what == "refused":
        known.place.check(
            re.search(r"\.base\.|\.incr\.|manifest", known.place.said()),
            "it refuses, and does not name the file")
        if name == known.log:
            known.check_says_where()
    elif name == MANIFEST:
        check_manifest(known)
    else:
        check(name != known.base, "loaded, in spite of the base's checksum")
        hit = next(n for n, entry in enumerate(known.entries)
                   if entry.end > at)
        if known.numbers[hit] is not None:      # else SELECT: another database
            check_served(known, known.numbers[hit])


def check_served(known, hit):
    """Checks that all but the damaged command's effect is there. All commands after it
    may be missing, if that was reported."""
    there = atoms(known.place)
    lost = [n for n, atom in enumerate(known.due) if atom not in there]
    if "trunc" in known.place.said().lower():
        check(min(lost, default=hit) >= hit, "commands %s are lost, which stand "
              "before the damage in command %d", lost[:5], hit)
        return
    # A damaged ID may be so high that the IDs after it are refused.
    names = [words[0] for words in known.commands]
    lost = [n for n in lost if n != hit and not (
        n > hit and names[hit] == names[n] == b"XADD")]
    check(not lost and len(there - set(known.due)) <= 2,
          "it serves, but lost commands %s, where %d was damaged", lost[:5], hit)


def check_manifest(known):
    """Checks that the manifest still names the same files, and the data are the same.
    """
    try:
        now = parts_of(known.place)
    except (OSError, Damage):
        return
    check(now != parts_of(known.source)
          or atoms(known.place) == set(known.due),
          "the manifest names all files, yet something is lost")


@case("missing")
def missing(judge):
    known = Known(judge)
    place = known.place
    for what, name in (("the base", known.base), ("the log", known.log),
                       ("the manifest", MANIFEST)):
        outcome, now = known.start(None, name), place.contents()
        lost = [name for name in known.kept
                if now.get(name) != known.kept[name] and name != MANIFEST]
        check(outcome == "refused" and not lost, "%s is missing: it %s, and "
              "changed %s", what, outcome, lost or "nothing")
        place.check(re.search("exist|missing|no such|not there", place.said(),
                              re.I), "%s is missing, and that is not said", what)
    place.take_files(known.source)
    shutil.rmtree(place.path(FOLDER))
    check(place.outcome()[0] == "serves" and not atoms(place),
          "without its folder it should begin anew")
    place.take_files()
    with open(place.path(FOLDER), "w") as file:
        file.write("no folder\n")
    check(place.outcome()[0] == "refused",
          "a file stands where the folder should, and it serves")
    place.check(FOLDER in place.said(), "a file stands where the folder should, "
                "and it is not named")
