"""tests/check rules: checks that each rule fires on its own mistake, and on no other.

The servers under tests/naive/ are written as one would write them after the lessons:
with threads, with asyncio, in JavaScript and in Go. Without a mistake they must pass
everything they know; with one, only the rule of that mistake may fire, and it must.
Servers that send one reply to everything may look like nothing but missing commands.
tests/check bugs tells what the rules say about the seeded bugs.
"""

import dataclasses
import os
import re
import shlex
import shutil
import sys
import tempfile

from . import jobs, manifest, proof
from .command import ran
from .model import FAILED, SKIPPED, SetupError

FOLDER = os.path.join(manifest.TESTS, "naive")
ROWS = os.path.join(FOLDER, "rows.txt")
# For the same reply to everything: the rules that may fire besides.
ALWAYS = ("+OK\\r\\n", "-ERR no\\r\\n", "$-1\\r\\n", ":1\\r\\n", "*0\\r\\n",
          "$0\\r\\n\\r\\n", "\\x00\\xff*", "close")
ALWAYS_AT = ("03.1", "03.2", "04.1", "05.2", "06.7")


@dataclasses.dataclass
class Row:
    """One server with one mistake, at one checkpoint. allowed are the rules that may
    fire (None: the server must pass); must says whether one of them has to."""

    server: str
    stage: str
    mistake: str
    place: str              # a checkpoint; e2.1 is 02.1, judged as one that echoes
    allowed: set = None
    must: bool = False

    @property
    def ident(self):
        return re.sub("^e", "0", self.place)

    def name(self):
        return " ".join(filter(None, (self.server, self.stage, self.mistake)))


def rows():
    """Returns all of them; servers that cannot run here are left out later."""
    found = []
    lines = map(str.split, manifest.read_lines(ROWS))
    for server, stage, *rest in filter(None, lines):
        if rest[0] == "fair":
            found += [Row(server, stage, "", ident, None, False)
                      for ident in rest[1:]]
            continue
        for words in " ".join(rest).split(" ; "):
            mistake, ident, rule = words.split()
            found.append(Row(server, stage, mistake.strip("-"), ident,
                             {rule} - {"-"}, rule != "-"))
    found += [Row("threads.py", "05", "always:" + text, ident, {"C01"}, False)
              for text in ALWAYS for ident in ALWAYS_AT]
    return found


def commands(folder):
    """Returns {file: the words that start it}, without programs that are not installed."""
    found = {name: [sys.executable, os.path.join(FOLDER, name)]
             for name in os.listdir(FOLDER) if name.endswith(".py")}
    if shutil.which("node"):
        found.update({name: ["node", os.path.join(FOLDER, name)]
                      for name in ("server.mjs", "resp.mjs")})
    if shutil.which("go"):
        program = os.path.join(folder, "server-go")
        status, said = ran(["go", "build", "-o", program, os.path.join(FOLDER, "server.go")],
                           cwd=folder)
        if status:
            raise SetupError("go build: " + said.strip())
        found["server.go"] = [program]
    return found


def command(row, known):
    """Returns the command line of a row's server."""
    words = list(known[row.server])
    if row.server != "oneclient.py":
        words.append(row.stage)
    words.append("{port}")
    if row.mistake:
        words.append(row.mistake)
    return " ".join(word if word == "{port}" else shlex.quote(word)
                    for word in words)


def judge(row, server, checkpoint):
    """Returns (is the verdict wrong, the text to print)."""
    number = "02" if row.place[0] == "e" else row.stage
    result = proof.judged(checkpoint, server, number,
                          splits=row.ident[:2] == "03" or row.allowed is None)
    fired = proof.names_of(result)
    if row.allowed is None:
        good = result.status in ("passed", SKIPPED)
        said = result.status
    else:
        good = result.status == FAILED and set(fired) <= row.allowed and (
            bool(fired) or not row.must)
        said = " ".join(fired) or (
            "no guess" if result.status == FAILED else result.status)
    text = "%s %s %-40s %s" % ("ok  " if good else "BAD ", row.ident,
                               row.name(), said)
    if not good and result.failure:
        text += "\n" + "\n".join(result.failure.lines) + "\n"
    return not good, text


def rules(stages, args, words):
    """Judges the whole table; words are parts of names of rows."""
    chosen = [row for row in rows()
              if all(word in row.name() + " " + row.ident for word in words)]
    with tempfile.TemporaryDirectory(prefix="naive-") as folder:
        known = commands(folder)
        for name in sorted({row.server for row in chosen} - set(known)):
            print("skip %s: what runs it is not installed" % name)
        chosen = [row for row in chosen if row.server in known]
        bad = proof.count_bad(answer for _, answer in jobs.timing_last(
            [(row, manifest.find(stages, row.ident)) for row in chosen],
            lambda pair: pair[1].timing,
            lambda pair: (judge, pair[0], command(pair[0], known), pair[1]), args.jobs))
    print("%d rows, %d not as they must be" % (len(chosen), bad))
    return 1 if bad or not chosen else 0
