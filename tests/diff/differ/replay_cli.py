"""The command line of tests/diff/replay, and the sessions that it draws."""

import argparse
import os
import random
import shutil
import sys
import time

from harness.server import adopt_orphans
from harness.model import SetupError

from .cli import ROOT, load, plain, own_path, quoted
from .replaying import Replayed, must_not_ask
from .shrink import Shrinker
from .step import Step
from .tables import TABLES
from .words import Kinds

REDIS = "redis-server --port {port}"
# Sessions end before their log is long, since it is loaded after each command.
LENGTHS = (10, 30, 30, 60)
# What is said of the clients, beside the grammar.
CLIENT_REPLY = (b"OFF", b"SKIP", b"SKIP", b"ON", b"ON")


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="tests/diff/replay", description="Random sessions on a server with "
        "an append-only file, which another server loads after each command: "
        "it must then hold the same. Exits with 0: it always did, 1: it did "
        "not, 2: it could not be tried.")
    parser.add_argument("--stage", default="09", choices=("09",),
                        help="whose commands are asked (09)")
    parser.add_argument("--commands", type=int, default=10000, metavar="N",
                        help="how many, at least (10000)")
    parser.add_argument("--seed", type=int, metavar="N",
                        help="draws the same commands again (random); what "
                        "expires does so by the clock")
    parser.add_argument("--server", metavar="CMD",
                        help="what to run, with {port}; else the stage's own "
                        "server, as it was built")
    parser.add_argument("--replay", metavar="FILE",
                        help="plays the session of a .resp file instead")
    parser.add_argument("--only", metavar="NAME",
                        help="commands of one sort alone, such as streams")
    parser.add_argument("--no-redis", action="store_true",
                        help="redis-server does not load the log, too")
    parser.add_argument("--keep-going", type=int, default=1, metavar="N",
                        help="stops after so many that parted (1)")
    options = parser.parse_args(argv)
    sorts = TABLES[options.stage].sorts
    if options.only and options.only not in sorts:
        parser.error("the sorts are: " + ", ".join(sorts))
    return options


class Briefly(Kinds):
    """Arguments of a session in which times come."""

    def briefly(self):
        return self.rng.random() < 0.25

    def draw_milliseconds(self):
        if self.briefly():
            return b"%d" % self.rng.randint(1, 30)
        return super().draw_milliseconds()

    def draw_restore_time(self):
        if self.briefly():
            return b"%d" % self.rng.randint(1, 30)
        return super().draw_restore_time()

    def draw_millimoment(self):
        if self.briefly():
            return b"%d" % (time.time() * 1000 + self.rng.randint(-20, 30))
        return super().draw_millimoment()

    def draw_elements(self):
        return super().draw_elements()[:200]

    def draw_min_idle(self):
        if self.briefly():
            return b"%d" % self.rng.randint(0, 3)
        return super().draw_min_idle()


def draw(table, rng, only):
    """The steps of a session."""
    sort = only or (rng.choice(list(table.sorts)) if rng.random() < 0.7
                    else None)
    grammar = table.sorts[sort] if sort else table.grammar
    conns = "ABCD"[:rng.choice((1, 2, 4))]
    kinds = Briefly(rng, table.names, conns, rng.choice((1, 2, 3, 5)))
    steps = [Step("A", [b"DEBUG", b"SET-ACTIVE-EXPIRE",
                        rng.choice((b"0", b"1"))])]
    silent = rng.random() < 0.2
    conn, count = "A", rng.choice(LENGTHS)
    while len(steps) < count:
        if rng.random() < 0.3:
            conn = rng.choice(conns)
        if rng.random() < 0.01:
            steps.append(Step(conn, closes=True))
        elif silent and rng.random() < 0.1:
            steps.append(Step(conn, [b"CLIENT", b"REPLY",
                                     rng.choice(CLIENT_REPLY)]))
        else:
            words = grammar.draw(rng, kinds)
            if not must_not_ask(words):
                steps.append(Step(conn, words))
    return steps


def told(steps, parted):
    """The session, and where what was replayed is another."""
    lines = []
    for at, step in enumerate(steps):
        lines.append("%s closes" % step.conn if step.closes else "%s> %s" % (
            step.conn, " ".join(map(plain, step.words))))
        if at == parted.step:
            lines += ["# " + line for line in parted.told]
    return "\n".join(lines) + "\n"


def show(options, replayed, steps, parted, asked, number):
    """Tell about it, after shrinking it."""
    steps, parted = Shrinker(replayed, steps, parted).run()
    path = os.path.join(ROOT, "out", "replay-%s-%d%s.resp" % (
        options.stage, options.seed, "-%d" % number if number > 1 else ""))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    text = told(steps, parted)
    with open(path, "w", encoding="utf-8") as file:
        file.write("# run again with: tests/diff/replay --replay %s\n"
                   "session %s\n%s" % (os.path.relpath(path, ROOT), quoted(
                       b"replayed, seed %d" % options.seed), text))
    print("replay %s: not the same after replay, at command %d, seed %d; "
          "shrunk to %d commands:\n" % (options.stage, asked, options.seed,
                                        len(steps)))
    for line in text.splitlines():
        print("    " + (line if len(line) <= 300 else line[:300] + " ..."))
    print("\nrun again with: tests/diff/replay --replay "
          + os.path.relpath(path), flush=True)


def search(options, replayed, table):
    """Play sessions; how many commands, and how often it was not the same."""
    asked = number = found = 0
    while asked < options.commands and found < options.keep_going:
        number += 1
        rng = random.Random("%d/replay/%d" % (options.seed, number))
        steps = draw(table, rng, options.only)
        parted = replayed.play(steps)
        asked += len(steps) if parted is None else parted.step + 1
        if parted:
            found += 1
            show(options, replayed, steps, parted, asked, found)
    return asked, found


def replay(options, replayed):
    """Play a stored session once."""
    steps = load(options.replay)
    parted = replayed.play(steps)
    if parted:
        print(told(steps, parted), end="")
    return len(steps), int(parted is not None)


def run(options):
    table = TABLES[options.stage]
    server = options.server or "'%s' --port {port}" % own_path(options.stage)
    redis = REDIS if shutil.which("redis-server") else None
    if options.no_redis:
        redis = None
    replayed = Replayed(server, redis)
    started = time.monotonic()
    replayed.start()
    try:
        asked, found = (replay(options, replayed) if options.replay
                        else search(options, replayed, table))
    finally:
        replayed.stop()
    if found:
        return 1
    print("replay %s: %d commands, %d replays%s: always the same (%.1f s)" % (
        options.stage, asked, replayed.replays, "" if options.replay
        else ", seed %d" % options.seed, time.monotonic() - started))
    return 0


def main(argv=None):
    options = arguments(argv)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(10 ** 6)
    adopt_orphans()
    try:
        return run(options)
    except SetupError as error:
        print("tests/diff/replay: %s" % error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 2
