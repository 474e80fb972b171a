"""The command line of the differential tester."""

import argparse
import glob
import os
import random
import sys
import tempfile
import time

from harness import session, wire
from harness.server import adopt_orphans
from harness.model import SetupError

from .draw import draw_session
from .pair import Pair
from .shrink import Shrinker
from .step import Step
from .tables import ALONE, TABLES

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.realpath(__file__)))))
REDIS = "redis-server --port {port}" + ALONE


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="tests/diff/diff", description="Random sessions on a server and "
        "on redis-server: the replies must be equal byte for byte, except "
        "where a table says why not. Exits with 0: no difference, 1: one was "
        "found, 2: it could not be tried.")
    parser.add_argument("--stage", required=True, choices=sorted(TABLES))
    parser.add_argument("--commands", type=int, default=20000, metavar="N",
                        help="how many, at least (20000)")
    parser.add_argument("--seed", type=int, metavar="N",
                        help="draws the same sessions again (random)")
    parser.add_argument("--server", metavar="CMD",
                        help="what to run, with {port}; else the stage's "
                        "own server, as it was built")
    parser.add_argument("--replay", metavar="FILE",
                        help="plays the session of a .resp file instead")
    parser.add_argument("--only", metavar="NAME",
                        help="the stage's commands of one sort alone, such "
                        "as lists, hashes, streams")
    parser.add_argument("--no-digest", action="store_true",
                        help="for a server without DEBUG: don't compare the "
                        "data at the end of a session")
    parser.add_argument("--keep-going", type=int, default=1, metavar="N",
                        help="stops after so many differences (1)")
    options = parser.parse_args(argv)
    sorts = TABLES[options.stage].sorts
    if options.only and options.only not in sorts:
        parser.error("stage %s has these sorts: %s" % (
            options.stage, ", ".join(sorts) or "none"))
    return options


def own_path(stage):
    """Where the stage's server is, as it was built."""
    found = glob.glob(os.path.join(ROOT, "stages", stage + "-*"))
    if not found:
        raise SetupError("there is no stage " + stage)
    path = os.path.join(found[0], "server")
    if not os.access(path, os.X_OK):
        raise SetupError("%s is not there: run make in its folder first"
                         % os.path.relpath(path, ROOT))
    return path


def own_server(stage):
    """The command line of the stage's server."""
    path = own_path(stage)
    if stage < "08":
        return "'%s' --port {port}" % path
    # What it saves must not lie where another run would load it.
    return ("'%s' --port {port} --save '' --enable-debug-command yes --dir '%s'"
            % (path, tempfile.mkdtemp(prefix="diff-")))


def text_of(steps, difference, names):
    """A session as the harness writes it, with what each server said."""
    lines = []
    for at, step in enumerate(steps):
        if step.closes:
            lines.append("%s closes" % step.conn)
        elif step.words is None:
            lines.append("%s>> %s" % (step.conn, quoted(step.raw)))
        else:
            lines.append("%s> %s" % (step.conn, " ".join(
                plain(word) for word in step.words)))
        if at == difference.step:
            width = max(map(len, names))
            for name, said in zip(names, (difference.ours, difference.redis)):
                lines.append("# %s said: %s" % (
                    name.ljust(width), wire.show(said[:2000]) if said
                    else "nothing"))
            lines.append("%s<< %s" % (step.conn, quoted(difference.redis)))
    return "\n".join(lines) + "\n"


def quoted(data):
    return session.no_holes(wire.show(data))


def plain(word):
    """A word of a command, in quotes where it needs them."""
    text = quoted(word)
    return text[1:-1] if text[1:-1].isalnum() else text


def save(options, steps, difference, number):
    """Write the .resp file; its path."""
    folder = os.path.join(ROOT, "out")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "diff-%s-%d%s.resp" % (
        options.stage, options.seed, "-%d" % number if number > 1 else ""))
    with open(path, "w", encoding="utf-8") as file:
        file.write("# run again with: tests/diff/diff --stage %s --replay %s\n"
                   "session \"difference, seed %d\"\n" % (
                       options.stage, os.path.relpath(path, ROOT),
                       options.seed))
        file.write(text_of(steps, difference, ("ours", "redis")))
    return path


def load(path):
    """The steps of a .resp file; what is due is asked again."""
    try:
        found = session.read_file(path)
    except OSError as error:
        raise SetupError("%s: %s" % (path, error.strerror))
    steps = []
    for step in (step for one in found for step in one.steps):
        if step.verb in ("close", "reset"):
            steps.append(Step(step.conn, closes=True))
        if step.verb != "send":
            continue
        words = [item.fill({}) for item in step.templates]
        steps.append(Step(step.conn, None, words[0]) if step.raw
                     else Step(step.conn, words))
    if not steps:
        raise SetupError(path + ": there is no session in it")
    return steps


def show(options, pair, steps, difference, asked, number):
    """Tell about a difference, after shrinking it."""
    before = difference.last + 1
    steps, difference = Shrinker(pair, steps, difference).run()
    difference = pair.play(steps) or difference
    path = save(options, steps, difference, number)
    print("diff %s: a difference after %d commands, seed %d; shrunk from %d "
          "commands to %d:\n" % (options.stage, asked, options.seed, before,
                                 len(steps)))
    for line in text_of(steps, difference, ("ours", "redis")).splitlines():
        print("    " + (line if len(line) <= 300 else line[:300] + " ..."))
    dead = [server for server in pair.servers if not server.alive()]
    for server in dead:
        print("\n    %s: %s" % (server.command, server.fate()))
        for line in server.last_lines(20)[1]:
            print("      " + line)
    print("\nrun again with: tests/diff/diff --stage %s --replay %s"
          % (options.stage, os.path.relpath(path)))
    sys.stdout.flush()


def search(options, pair, table, share):
    """Play sessions; how many commands, and how many differences."""
    asked = number = found = 0
    while asked < options.commands * share and found < options.keep_going:
        number += 1
        rng = random.Random("%d/%s/%d" % (options.seed, options.stage, number))
        steps = draw_session(table, rng, options.only)
        difference = pair.play(steps)
        asked += len(steps)
        if difference:
            found += 1
            show(options, pair, steps, difference, asked, found)
    return asked, found


def replay(options, pair, table):
    """Play a stored session once, or once in each variant."""
    steps = load(options.replay)
    for step in steps:
        if step.closes:
            continue
        if step.words is None:
            step.replies, step.ends = table.known_raw(step.raw)
        else:
            step.ends = step.words[0].lower() in table.endings
    difference = pair.play(steps)
    if difference is None:
        print("diff %s: no difference in %s" % (options.stage, options.replay))
        return len(steps), 0
    print(text_of(steps, difference, ("ours", "redis")), end="")
    return len(steps), 1


def run(options):
    table = TABLES[options.stage]
    if options.no_digest:
        table.digest = None
    server = options.server or own_server(options.stage)
    started = time.monotonic()
    asked = found = 0
    for more_words, burst in table.variants:
        pair = Pair(server + more_words, REDIS + more_words, table, burst)
        pair.start()
        try:
            if options.replay:
                more = replay(options, pair, table)
            else:
                more = search(options, pair, table, 1 / len(table.variants))
        finally:
            pair.stop()
        asked, found = asked + more[0], found + more[1]
        if found:
            return 1
    if not options.replay:
        print("diff %s: %d commands, seed %d: no difference (%.1f s)"
              % (options.stage, asked, options.seed,
                 time.monotonic() - started))
    return 0


def main(argv=None):
    options = arguments(argv)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(10 ** 6)
    adopt_orphans()
    try:
        return run(options)
    except SetupError as error:
        print("tests/diff/diff: %s" % error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 2
