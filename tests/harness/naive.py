"""tests/check rules: does each rule fire on its own mistake, and on no other?

The servers under tests/naive/ are written as one would write them after the
lessons: with threads, with asyncio, in JavaScript and in Go. Without a mistake
they must pass what they know; with one they must be told that mistake's rule
and no other. The servers that give one reply to everything look like nothing
but commands that are not there. What the rules say to the seeded bugs is told
by tests/check bugs.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile

from . import jobs, manifest, proof
from .model import FAILED, SKIPPED, SetupError

FOLDER = os.path.join(manifest.TESTS, "naive")

# What a server of a stage must pass: it is right, and written naively.
FAIR = (
    ("oneclient.py", "01", "01.1 01.2 01.3 01.4 01.5 01.6 01.7"),
    ("threads.py", "02", "01.1 01.5 01.6 02.1 02.2 02.3 02.4 02.5 02.6"),
    ("threads.py", "03", "01.4 01.6 02.3 02.5 03.1 03.2 03.3 03.4 03.5 03.7 "
     "03.8"),
    ("threads.py", "05", "04.1 04.2 04.3 05.1 05.2"),
    ("loop.py", "02", "01.1 01.5 01.6 02.1 02.2 02.3 02.4 02.5 02.6"),
    ("loop.py", "04", "02.3 03.1 03.2 03.3 03.4 03.8 04.1 04.2"),
    ("server.mjs", "02", "01.1 01.4 01.5 01.6 02.1 02.2 02.3 02.4 02.5 02.6"),
    ("server.mjs", "05", "03.1 03.2 03.3 03.4 04.1 04.2"),
    ("server.go", "02", "01.1 01.4 01.5 01.6 02.1 02.2 02.3 02.4 02.5 02.6"),
    ("server.go", "05", "03.1 03.2 03.3 03.4 03.8 04.1 04.2"),
)

# What must be found: server, its stage, and rows of a mistake ("-": none, but
# there is more to come), the checkpoint that finds it, and the rule that must
# fire ("-": none has to).
WRONG = (
    ("oneclient.py", "01", """
        no-reuse             01.1 N01   ends                 01.1 N02
        other-port           01.1 N03   nothing              01.2 -
        one-message          01.3 -     stops-at-nul         01.4 -
        keeps                01.5 N08   dies-of-reset        01.6 N04
        -                    02.1 N05"""),
    ("threads.py", "02", """
        -                    03.1 C03   send-once            02.5 N06"""),
    ("threads.py", "03", """
        -                    e1.2 C03   without:ECHO:error   03.2 C01
        without:ECHO:silent  03.2 C01   without:ECHO:close   03.2 C01
        without:ECHO:exit    03.2 C01   -                    03.6 -
        each-line            03.1 R15   one-read             03.3 R05
        one-read             03.2 R14   first-only           03.4 R06
        newline-alone        03.1 R01   extra-newline        03.1 R02
        simple-for-bulk      03.2 R03   counts-letters       03.2 R04
        dies-of-bad-text     03.2 R13   cuts-at-newline      03.2 R14
        case-sensitive       03.5 R08   own-words            03.5 S05"""),
    ("threads.py", "04", """
        without:ECHO:error   01.2 C01   without:GET:error    04.1 C01
        without:GET:silent   04.1 C01   without:DEL:close    04.3 C01
        empty-for-nil        04.2 S01   nil-for-empty        04.2 S06
        exists-once          04.3 S04   wraps                04.4 S03
        ignores-options      04.5 C04"""),
    ("threads.py", "05", """
        without:TTL:silent   05.2 C01   without:TTL:exit     05.2 C01
        -                    06.1 C01   ignores-options      05.1 C04
        seconds              05.1 E01   get-forgets-time     05.1 E03
        exists-forgets-time  05.5 E03   swapped              05.2 E06
        set-keeps-time       05.4 E02   sleeps               05.1 E05"""),
    ("loop.py", "03", """
        one-read             03.3 R05   one-read             03.2 R14
        cuts-at-newline      03.2 R14"""),
    ("loop.py", "04", """
        -                    04.3 C01"""),
    ("server.mjs", "03", """
        one-read             03.3 R05   text-length          03.2 R04
        text                 03.2 R13   cuts-at-newline      03.2 R14"""),
    ("server.mjs", "04", """
        falsy                04.2 S06"""),
    ("server.mjs", "05", """
        ignores-options      05.1 C04   throws               04.4 C01
        -                    05.3 C01"""),
    ("server.mjs", "02", """
        dies-of-reset        01.6 N04"""),
    ("server.go", "03", """
        one-read             03.3 R05   cuts-at-newline      03.2 R14"""),
    ("server.go", "05", """
        ignores-options      05.1 C04   panics               04.3 C01
        closes               04.3 C01   -                    04.4 C01"""),
)

# The same reply to everything: what else may be said than that?
ALWAYS = ("+OK\\r\\n", "-ERR no\\r\\n", "$-1\\r\\n", ":1\\r\\n", "*0\\r\\n",
          "$0\\r\\n\\r\\n", "\\x00\\xff*", "close")
ALWAYS_AT = ("03.1", "03.2", "04.1", "05.2", "06.7")


class Row:
    """One server with one mistake, at one checkpoint. allowed are the rules
    that may fire (None: it must pass), must whether one has to."""

    def __init__(self, server, stage, mistake, ident, allowed=None, must=False):
        self.server = server
        self.stage = stage
        self.mistake = mistake.strip("-")
        self.echo = ident.startswith("e")   # judged as one that echoes
        self.ident = ident.replace("e", "0")
        self.allowed = allowed
        self.must = must

    def name(self):
        return " ".join(filter(None, (self.server, self.stage, self.mistake)))


def rows():
    """All of them; servers that cannot be run here are left out later."""
    found = [Row(server, stage, "", ident)
             for server, stage, idents in FAIR for ident in idents.split()]
    for server, stage, text in WRONG:
        words = text.split()
        found += [Row(server, stage, mistake, ident, {rule} - {"-"}, rule > "-")
                  for mistake, ident, rule
                  in zip(words[::3], words[1::3], words[2::3])]
    return found + [Row("threads.py", "05", "always:" + text, ident, {"C01"})
                    for text in ALWAYS for ident in ALWAYS_AT]


def commands(folder):
    """{file: the words that start it}; what is not installed is missing."""
    found = {name: [sys.executable, os.path.join(FOLDER, name)]
             for name in ("oneclient.py", "threads.py", "loop.py")}
    if shutil.which("node"):
        found["server.mjs"] = ["node", os.path.join(FOLDER, "server.mjs")]
    if shutil.which("go"):
        program = os.path.join(folder, "server-go")
        done = subprocess.run(
            ["go", "build", "-o", program, os.path.join(FOLDER, "server.go")],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            cwd=folder)
        if done.returncode:
            raise SetupError("go build: " + done.stdout.decode().strip())
        found["server.go"] = [program]
    return found


def command(row, known):
    """The command line of a row's server."""
    words = list(known[row.server])
    if row.server != "oneclient.py":
        words.append(row.stage)
    words.append("{port}")
    if row.mistake:
        words.append(row.mistake)
    return " ".join(word if word == "{port}" else shlex.quote(word)
                    for word in words)


def judge(row, server, checkpoint):
    """(is it as it must be, the rules that fired, what to print)"""
    number = "02" if row.echo else row.stage
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
    return good, fired, text


def rules(stages, args, words):
    """The whole table; words are parts of names of rows."""
    chosen = [row for row in rows()
              if all(word in row.name() + " " + row.ident for word in words)]
    with tempfile.TemporaryDirectory(prefix="naive-") as folder:
        known = commands(folder)
        for name in sorted({row.server for row in chosen} - set(known)):
            print("skip %s: what runs it is not installed" % name)
        chosen = [row for row in chosen if row.server in known]
        bad, table = 0, {}
        for timing, most in ((False, args.jobs), (True, 1)):
            mine = [(row, manifest.find(stages, row.ident)) for row in chosen]
            mine = [pair for pair in mine if pair[1].timing == timing]
            calls = [(judge, row, command(row, known), checkpoint)
                     for row, checkpoint in mine]
            for (row, _), (good, fired, text) in zip(
                    mine, jobs.in_order(calls, most)):
                bad += not good
                note(table, row, fired)
                print(text, flush=True)
    show(table)
    print("%d rows, %d not as they must be" % (len(chosen), bad))
    return 1 if bad or not chosen else 0


def note(table, row, fired):
    """Count a row in the table: rule x server."""
    for rule in set(fired) | (row.allowed or set()):
        cell = table.setdefault(rule, {}).setdefault(row.server, [0, 0])
        cell[0] += rule in fired
        cell[1] += 1


def show(table):
    """Where each rule fired, of how many rows it may fire on. On all other
    rows it was silent, or the run has failed."""
    servers = sorted({server for cells in table.values() for server in cells})
    print("\nfires on (of the rows where it may); elsewhere it is silent:")
    print("rule  " + "  ".join("%-12s" % server for server in servers))
    for rule in sorted(table):
        cells = [table[rule].get(server) for server in servers]
        print("%-4s  " % rule + "  ".join(
            "%-12s" % ("%d of %d" % tuple(cell) if cell else "-")
            for cell in cells))
