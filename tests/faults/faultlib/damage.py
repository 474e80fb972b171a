"""The cases of damaged and missing files."""

import os
import re
import shutil

from harness import wire

from . import load, model
from .cases import ALWAYS, case, copy_data, wait_for_rewrite
from .place import Wrong

TAIL = 4096
COMMANDS = 240


def manifest_of(place):
    """[(file name, type)] of the append-only folder, and the manifest."""
    folder = os.path.join(place.data, "appendonlydir")
    path = os.path.join(folder, "appendonly.aof.manifest")
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if words and words[0] == "file":
                rows.append((os.path.join(folder, words[1]), words[5]))
    return rows, path


def last_part(place):
    """The file that is written to."""
    return [path for path, kind in manifest_of(place)[0] if kind == "i"][-1]


def base_part(place):
    return [path for path, kind in manifest_of(place)[0] if kind == "b"][0]


def command(rng, n):
    """The n-th of commands that each add one thing of their own."""
    word = b"w%d" % n + b"." * rng.choice((0, 3, 30))
    return ([b"SET", b"key%d" % n, word], [b"RPUSH", b"list", word],
            [b"HSET", b"hash", b"f%d" % n, word], [b"SADD", b"set", word],
            [b"ZADD", b"zset", b"%d" % n, word],
            [b"XADD", b"stream", b"%d-1" % (n + 1), b"f", word])[n % 6]


def atoms(place):
    """All single things that the server holds."""
    client = place.client()
    found = load.Found(client)
    client.close()
    result = set()
    for key, value in found.values.items():
        if isinstance(value, (bytes, bytearray)):
            result.add((key, value))
        elif isinstance(value, model.Stream):
            result |= {(key, row) for row in value.entries}
        elif isinstance(value, dict):
            result |= {(key, item) for item in value.items()}
        else:
            result |= {(key, item) for item in value}
    return result


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


class Entry:
    """A command of a log: where it stands, and its words."""

    def __init__(self, start, end, words):
        self.start = start
        self.end = end
        self.words = words
        self.number = None      # which of ours it is


def read_log(data):
    """The commands of a whole log."""
    entries, at = [], 0
    while at < len(data):
        head = re.compile(rb"\*(\d+)\r\n").match(data, at)
        if not head:
            raise Wrong("the log is no list of commands at byte %d: %r"
                        % (at, data[at:at + 20]))
        start, at, words = at, head.end(), []
        for _ in range(int(head.group(1))):
            size = re.compile(rb"\$(\d+)\r\n").match(data, at)
            if not size:
                raise Wrong("the log is damaged at byte %d" % at)
            at = size.end() + int(size.group(1)) + 2
            words.append(data[size.end():at - 2])
        entries.append(Entry(start, at, words))
    return entries


def prepare(judge):
    """A place with a base and a log of known commands: (place, commands,
    number of those in the base, entries of the log)."""
    place = judge.place(*ALWAYS)
    place.start()
    commands = [command(judge.rng, n) for n in range(COMMANDS)]
    client = place.client()
    first = COMMANDS // 4
    client.ask_all(commands[:first])
    client.ask("BGREWRITEAOF")
    wait_for_rewrite(client)
    client.ask_all(commands[first:])
    client.close()
    if place.finish() != 0:
        raise Wrong("SIGTERM did not end it well: " + place.last_words())
    with open(last_part(place), "rb") as file:
        entries = read_log(file.read())
    number = first
    for entry in entries:
        if entry.words[0].upper() not in (b"SELECT", b"MULTI", b"EXEC"):
            entry.number = number
            number += 1
    if number != COMMANDS:
        raise Wrong("%d commands made %d entries of the log"
                    % (COMMANDS - first, number - first))
    return place, commands, first, entries


@case("cut", "the log cut at any of its last 4096 bytes: all whole commands "
      "before it are loaded and that is told, or it is refused if "
      "aof-load-truncated is no")
def cut(judge):
    place, commands, _, entries = prepare(judge)
    path = last_part(place)
    size = os.path.getsize(path)
    cuts = list(range(max(0, size - TAIL), size + 1))
    if not judge.full:
        whole = [entry.end for entry in entries if entry.end > cuts[0]]
        cuts = sorted(set(judge.rng.sample(cuts, 20)
                          + judge.rng.sample(whole, 2)
                          + list(range(size - 4, size + 1))))
    other = judge.place(*ALWAYS)
    for at in cuts:
        check_cut(other, place, path, at, commands, entries)
    halves = cut_transactions(judge, place, other, path, commands)
    return "%d cuts, %d of them in a transaction" % (len(cuts) + halves,
                                                     halves)


def cut_transactions(judge, place, other, path, commands):
    """A transaction of which the end is missing: nothing of it is done."""
    whole = b"".join(wire.request(*words) for words in (
        ("MULTI",), ("SET", "half", "1"), ("RPUSH", "half-list", "a", "b"),
        ("DEL", "key0"), ("EXEC",)))
    due = {atom_of(words) for words in commands}
    cuts = judge.rng.sample(range(1, len(whole)), judge.rounds(5, 60))
    for at in cuts:
        copy_data(place, other)
        with open(path.replace(place.data, other.data), "ab") as file:
            file.write(whole[:at])
        what, _ = other.outcome()
        if what != "serves" or atoms(other) != due:
            raise Wrong("a transaction of %d bytes, cut at byte %d: it %s, %s;"
                        " it said: %s" % (
                            len(whole), at, what, "the data are not those "
                            "before it" if what == "serves" else "which loses "
                            "all", other.last_words()))
    return len(cuts)


def check_cut(other, place, path, at, commands, entries):
    """One cut, loaded with truncation allowed and without."""
    target = path.replace(place.data, other.data)
    whole = [entry for entry in entries if entry.end <= at]
    last = max([entry.number for entry in whole
                if entry.number is not None] or [COMMANDS // 4 - 1])
    due = {atom_of(words) for words in commands[:last + 1]}
    clean = at == (whole[-1].end if whole else 0)
    for allowed in ("no", "yes"):
        copy_data(place, other)
        os.truncate(target, at)
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
    other.kill()
    other.start()
    if atoms(other) != due | {(b"after", b"the cut")}:
        raise Wrong("cut at byte %d: what was written after it is not there "
                    "after the next start" % at)


@case("flip", "one bit flipped anywhere in base, log or manifest: refused with "
      "a clear message, or loaded as the file now says; never a crash",
      redis_fails="killed by signal|BUG REPORT")
def flip(judge):
    place, commands, first, entries = prepare(judge)
    rows, manifest = manifest_of(place)
    log, base = last_part(place), base_part(place)
    other = judge.place(*ALWAYS)
    count = {path: judge.rounds(few, many) for path, few, many in (
        (log, 30, 3000), (base, 15, 1500), (manifest, 15, 700))}
    outcomes = {"serves": 0, "refused": 0}
    failed = []
    for path, flips in count.items():
        for _ in range(flips):
            copy_data(place, other)
            at = judge.rng.randrange(os.path.getsize(path))
            bit = judge.rng.randrange(8)
            flip_bit(path.replace(place.data, other.data), at, bit)
            where = "bit %d of byte %d of %s" % (bit, at,
                                                 os.path.basename(path))
            try:
                what = after_flip(judge, other, path, at, entries, commands,
                                  log, rows)
                outcomes[what] += 1
            except Wrong as wrong:
                failed.append("%s: %s" % (where, wrong))
    if failed:
        raise Wrong("%d of %d: %s" % (len(failed), sum(count.values()),
                                      failed[0])
                    + "".join("\n     also " + text for text in failed[1:6]))
    return "%(serves)d loaded, %(refused)d refused" % outcomes


def flip_bit(path, at, bit):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))


def after_flip(judge, other, path, at, entries, commands, log, rows):
    """Start on the damaged files: "serves" or "refused"; else Wrong."""
    what, _ = other.outcome()
    if other.crashed():
        raise Wrong("BUG REPORT or a sanitizer's: " + other.last_words())
    if what == "refused":
        message_is_clear(judge, other, path, at, log)
        return what
    if path == log:
        hit = next(entry for entry in entries if entry.end > at)
        if hit.number is None:
            return what             # SELECT: another database, it now says
        check_served(other, commands, hit.number)
    elif path.endswith("manifest"):
        check_manifest(other, commands, rows)
    else:
        raise Wrong("loaded, in spite of the base's checksum")
    return what


def message_is_clear(judge, other, path, at, log):
    """A refusal names the file; for the base and the log where in it."""
    said = other.said()
    if not re.search(r"\.base\.|\.incr\.|manifest", said):
        raise Wrong("refused, but does not name the file: "
                    + other.last_words())
    if path == log and not judge.is_redis and not re.search(
            r"(offset|byte|position)\D{0,12}\d+", said, re.I):
        raise Wrong("refused, but does not tell where: "
                    + other.last_words())


def check_served(other, commands, hit):
    """All but the damaged command's effect; all after it may have gone, if
    that was told."""
    due = [atom_of(words) for words in commands]
    there = atoms(other)
    lost = [n for n, atom in enumerate(due) if atom not in there]
    if "trunc" in other.said().lower():
        if any(n < hit for n in lost):
            raise Wrong("command %d is lost, which stands before the damage "
                        "in command %d" % (lost[0], hit))
    elif any(n != hit and not (commands[hit][0] == commands[n][0] == b"XADD"
                               and n > hit) for n in lost) or (
            len(there - set(due)) > 2):
        # A damaged ID may be so high that those after it are refused.
        raise Wrong("it serves, but lost commands %s, where %d was damaged"
                    % (lost[:5], hit))


def check_manifest(other, commands, rows):
    """With the same files in the manifest, the same data."""
    try:
        now = [(os.path.basename(name), kind)
               for name, kind in manifest_of(other)[0]]
    except (OSError, IndexError, UnicodeDecodeError):
        return
    if now == [(os.path.basename(name), kind) for name, kind in rows]:
        due = {atom_of(words) for words in commands}
        if atoms(other) != due:
            raise Wrong("the manifest names all files, yet something is lost")


@case("missing", "the manifest, the base, the log or the folder is not there: "
      "refused with a clear message, and nothing else is destroyed",
      redis_fails="the manifest is missing")
def missing(judge):
    place, commands, _, _ = prepare(judge)
    rows, manifest = manifest_of(place)
    other = judge.place(*ALWAYS)
    folder = os.path.dirname(manifest)
    for what, path in (("the base", base_part(place)),
                       ("the log", last_part(place)),
                       ("the manifest", manifest)):
        copy_data(place, other)
        os.unlink(path.replace(place.data, other.data))
        kept = contents(other)
        outcome, _ = other.outcome()
        lost = [name for name in kept if contents(other).get(name)
                != kept[name] and not name.endswith("manifest")]
        if outcome == "serves" or lost:
            raise Wrong("%s is missing: it %s, and changed %s" % (
                what, outcome, lost or "nothing"))
        if not re.search("exist|missing|no such|not there", other.said(),
                         re.I):
            raise Wrong("%s is missing, and that is not said: %s"
                        % (what, other.last_words()))
    copy_data(place, other)
    moved = folder.replace(place.data, other.data)
    shutil.rmtree(moved)
    if other.outcome()[0] != "serves" or atoms(other):
        raise Wrong("without its folder it should begin anew")
    other.clear()
    with open(moved, "w") as file:
        file.write("no folder\n")
    if other.outcome()[0] != "refused":
        raise Wrong("a file stands where the folder should, and it serves")
    if "appendonlydir" not in other.said():
        raise Wrong("a file stands where the folder should, and it is not "
                    "named: " + other.last_words())
    return "base, log, manifest, folder, and a file in the folder's place"


def contents(place):
    """{relative path: bytes} of a place's folder."""
    found = {}
    for name in place.files():
        with open(os.path.join(place.data, name), "rb") as file:
            found[name] = file.read()
    return found
