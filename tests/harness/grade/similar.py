"""Pairs of submissions that have passages in common.

Winnowing, as Schleimer, Wilkerson and Aiken published it in 2003: a source is cut
into tokens, names and values made alike, so that what somebody renamed or laid out
anew stays the same; each run of NOISE tokens gets a hash; of each WINDOW of hashes
next to each other the smallest is kept as a fingerprint, of several the last. Every
passage of NOISE + WINDOW - 1 tokens that two sources share is found, none shorter
than NOISE.

What the starter code holds is no sign of anything, nor is what many have (it comes
from the lesson). What is left is shown in pairs, with the lines: two people look at
it and judge. There is no verdict here, and no number at which one begins.
"""

import collections
import hashlib
import os
import re
import stat

from ..model import read_file

NOISE = 24              # tokens
WINDOW = 16             # hashes
LARGEST = 1 << 19       # bytes of a source; longer ones are not written by hand
MOST = 2000             # files of a submission
SHOWN = 60              # pairs
SHORTEST = 3            # fingerprints that a pair must share to be shown
SLASHES = {".c", ".h", ".cc", ".cpp", ".hpp", ".go", ".js", ".mjs", ".cjs", ".ts",
           ".rs", ".java", ".kt", ".swift", ".cs", ".php", ".zig", ".scala"}
HASHES = {".py", ".rb", ".pl", ".lua", ".ex", ".exs"}
# Folders of what others wrote or programs made; in a lab the judge is in tests/.
FOREIGN = {"node_modules", "vendor", "target", "build", "__pycache__", "venv",
           "tests/harness", "tests/checkpoints"}
KEYWORDS = frozenset("""
    if else elif for while do switch case default break continue return goto
    struct enum union typedef const static def class lambda try except finally
    catch throw raise with as import from func fn let var function new await async
    go defer chan select match impl pub use mod yield pass in not and or is
    """.split())
# A source's includes tell nothing, like its comments.
COMMENTS = {True: r"/\*.*?(?:\*/|\Z)|//[^\n]*|\#\s*include[^\n]*", False: r"\#[^\n]*"}
TOKEN = (r"(?P<space>\s+|%s)|(?P<text>\"\"\".*?\"\"\"|'''.*?'''|`[^`]*`"
         r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')"
         r"|(?P<word>[^\W\d]\w*)|(?P<number>\d[\w.]*)|(?P<mark>.)")
PATTERNS = {slashes: re.compile(TOKEN % comment, re.DOTALL)
            for slashes, comment in COMMENTS.items()}


def tokens(text, slashes):
    """Returns (token, its line) of a source, in order."""
    line = 1
    for found in PATTERNS[slashes].finditer(text):
        word, kind = found.group(), found.lastgroup
        if kind == "word":
            yield (word if word in KEYWORDS else "name"), line
        elif kind == "mark":
            yield word, line
        elif kind != "space":
            yield kind, line
        line += word.count("\n")


def fingerprints(text, slashes):
    """Returns (hash, first line, last line) of the runs of tokens that are kept."""
    found = list(tokens(text, slashes))
    hashes = [run_hash(found[at:at + NOISE])
              for at in range(len(found) - NOISE + 1)]
    kept = set()
    for start in range(max(1, len(hashes) - WINDOW + 1)):
        window = hashes[start:start + WINDOW]
        if window:
            smallest = min(window)
            kept.add(start + len(window) - 1 - window[::-1].index(smallest))
    return [(hashes[at], found[at][1], found[at + NOISE - 1][1])
            for at in sorted(kept)]


def run_hash(run):
    """Returns a hash of these tokens that fits a JSON number."""
    text = "\0".join(token for token, _ in run).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=6).digest(), "big")


def sources(folder):
    """Returns the sources below a folder, as paths in it."""
    found = []
    for base, folders, files in os.walk(os.path.abspath(folder)):
        at = os.path.basename(base)
        folders[:] = sorted(name for name in folders if name[0] != "."
                            and not FOREIGN & {name, "%s/%s" % (at, name)})
        for name in sorted(files):
            path = os.path.join(base, name)
            about = os.lstat(path)
            if (os.path.splitext(name)[1] in SLASHES | HASHES
                    and stat.S_ISREG(about.st_mode) and about.st_size <= LARGEST):
                found.append(os.path.relpath(path, folder))
    return found[:MOST]


def prints_of(folder):
    """Returns [hash, file, first line, last line] of everything below a folder."""
    found = []
    for name in sources(folder):
        text = read(folder, name).decode("utf-8", "replace")
        found += [[mark, name, first, last] for mark, first, last in fingerprints(
            text, os.path.splitext(name)[1] in SLASHES)]
    return found


def read(folder, name):
    return read_file(os.path.join(folder, name))


def pairs(prints, known, common=10):
    """What is shared by two of prints, {name: its fingerprints}, the most first.

    known is the set of hashes that mean nothing; so do those which more than
    `common` of the submissions have. Each pair is a dict: a and b, shared (how
    many fingerprints), of_a and of_b (which part of all is that, 0 to 1), and
    regions, pairs of (file, first line, last line)."""
    places = {name: places_of(found, known) for name, found in prints.items()}
    owners = collections.defaultdict(list)
    for name, marks in places.items():
        for mark in marks:
            owners[mark].append(name)
    shared = collections.defaultdict(list)
    for mark, names in owners.items():
        if len(names) > common:
            continue
        for number, a in enumerate(names):
            for b in names[number + 1:]:
                shared[a, b].append(mark)
    found = [{"a": a, "b": b, "shared": len(marks),
              "of_a": round(len(marks) / len(places[a]), 3),
              "of_b": round(len(marks) / len(places[b]), 3),
              "regions": regions(marks, places[a], places[b])}
             for (a, b), marks in shared.items() if len(marks) >= SHORTEST]
    return sorted(found, key=lambda pair: (-max(pair["of_a"], pair["of_b"]),
                                           -pair["shared"], pair["a"]))[:SHOWN]


def places_of(found, known):
    """Returns {hash: its first place} of those that are not known."""
    places = {}
    for mark, *place in found:
        if mark not in known:
            places.setdefault(mark, place)
    return places


def regions(marks, in_a, in_b):
    """Returns the passages that these fingerprints make, joined where they touch."""
    found = []
    for (file_a, first_a, last_a), (file_b, first_b, last_b) in sorted(
            (in_a[mark], in_b[mark]) for mark in marks):
        if found:
            a, b = found[-1]
            if (a[0] == file_a and b[0] == file_b and first_a <= a[2] + 2
                    and b[1] <= first_b <= b[2] + 2):
                a[2], b[2] = max(a[2], last_a), max(b[2], last_b)
                continue
        found.append(([file_a, first_a, last_a], [file_b, first_b, last_b]))
    return found
