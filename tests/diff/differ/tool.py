"""The common part of tests/diff/diff and tests/diff/replay: the command line, the
search for a session that goes wrong, and its file."""

import os
import random
import sys
import time

from harness import flags, manifest, session
from harness.model import Mismatch, SetupError
from harness.server import adopt_orphans

from .shrink import Shrinker
from .step import Step, quoted
from .tables import HERE, TABLES


class Tool:
    """One of the two tools. Each has its name, the words for what is found and for
    nothing found, and the number of commands that it asks. players() gives what plays
    sessions, and draw(rng) draws one."""

    stages = sorted(TABLES)

    def __init__(self, argv):
        self.options = self.arguments(argv)
        self.table = TABLES[self.options.stage]
        self.asked = self.differences = 0

    def arguments(self, argv):
        parser = flags.parser("tests/diff/" + self.name, os.path.join(HERE, "options.ini"))
        parser.set_defaults(commands=self.commands, stage=self.stages[-1]
                            if len(self.stages) == 1 else None)
        options = parser.parse_args(argv)
        if options.stage not in self.stages:
            parser.error("--stage is one of " + ", ".join(self.stages))
        sorts = TABLES[options.stage].sorts
        if options.only and options.only not in sorts:
            parser.error("stage %s has these sorts: %s" % (
                options.stage, ", ".join(sorts) or "none"))
        if options.seed is None:
            options.seed = random.SystemRandom().randrange(10 ** 6)
        return options

    def server(self):
        return self.options.server or manifest.own_server(self.options.stage[:2])

    def run(self):
        """Plays everything there is to play. Returns the exit status."""
        started = time.monotonic()
        players = self.players()
        for player in players:
            player.start()
            try:
                if self.options.replay:
                    self.replay(player)
                else:
                    self.search(player, self.options.commands / len(players))
            finally:
                player.stop()
            if self.differences:
                return 1
        print("%s %s: %d commands%s: %s (%.1f s)" % (
            self.name, self.options.stage, self.asked, "" if self.options.replay
            else ", seed %d" % self.options.seed, self.verdict,
            time.monotonic() - started))
        return 0

    def search(self, player, commands):
        """Plays this many commands, in sessions."""
        enough = self.asked + commands
        number = 0
        while (self.asked < enough
               and self.differences < self.options.keep_going):
            number += 1
            steps = self.draw(random.Random("%d/%s/%d" % (
                self.options.seed, self.options.stage, number)))
            difference = player.play(steps)
            self.asked += len(steps) if difference is None else (
                difference.last + 1)
            if difference:
                self.differences += 1
                self.show(player, steps, difference)

    def show(self, player, steps, difference):
        """Reports a difference, after shrinking it."""
        before = difference.last + 1
        steps, difference = Shrinker(player, steps, difference).run()
        difference = player.play(steps) or difference
        path = self.save(text_of(steps, difference))
        print("%s %s: %s after %d commands, seed %d; shrunk from %d commands "
              "to %d:\n" % (self.name, self.options.stage, self.found,
                            self.asked, self.options.seed, before, len(steps)))
        for line in text_of(steps, difference):
            print("    " + (line if len(line) <= 300 else line[:300] + " ..."))
        for server in player.servers:
            if not server.alive():
                print("\n    %s: %s" % (server.command, server.fate()))
                for line in server.last_lines(20)[1]:
                    print("      " + line)
        print("\n" + self.run_again(os.path.relpath(path)), flush=True)

    def run_again(self, path):
        return "run again with: tests/diff/%s --stage %s --replay %s" % (
            self.name, self.options.stage, path)

    def save(self, lines):
        """Writes the .resp file. Returns its path."""
        options, number = self.options, self.differences
        path = os.path.join(manifest.ROOT, "out", "%s-%s-%d%s.resp" % (
            self.name, options.stage, options.seed,
            "-%d" % number if number > 1 else ""))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        lines = ["# " + self.run_again(os.path.relpath(path, manifest.ROOT)),
                 'session "%s, seed %d"' % (self.found, options.seed), *lines]
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return path

    def replay(self, player):
        """Plays a stored session once."""
        steps = load(self.options.replay, self.table)
        difference = player.play(steps)
        self.asked += len(steps)
        if difference:
            self.differences += 1
            print("\n".join(text_of(steps, difference)))


def text_of(steps, difference):
    """Returns the lines of a session as the harness writes it, with what is to be
    reported below the step where it went wrong."""
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
            lines += difference.told(step)
    return lines


def plain(word):
    """Returns a word of a command, in quotes where it needs them."""
    text = quoted(word)
    return text[1:-1] if text[1:-1].isalnum() else text


def load(path, table):
    """Returns the steps of a .resp file. The expected replies are asked for again."""
    try:
        found = session.read_file(path)
    except OSError as error:
        raise SetupError("%s: %s" % (path, error.strerror))
    steps = []
    for line in (line for one in found for line in one.steps):
        words = [item.fill({}) for item in line.templates]
        if line.verb in ("close", "reset"):
            steps.append(Step(line.conn, closes=True))
        elif line.verb == "send" and line.raw:
            replies, ends = table.known_raw(words[0])
            steps.append(Step(line.conn, None, words[0], ends, replies))
        elif line.verb == "send":
            steps.append(Step(line.conn, words, None,
                              words[0].lower() in table.endings))
    if not steps:
        raise SetupError(path + ": there is no session in it")
    return steps


def main(tool, argv=None):
    adopt_orphans()
    try:
        return tool(argv).run()
    except (Mismatch, SetupError) as error:
        said = getattr(error, "summary", error)
        print("tests/diff/%s: %s" % (tool.name, said), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 2
