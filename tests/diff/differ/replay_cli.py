"""The command line of tests/diff/replay, and the sessions that it draws."""

import shutil
import time

from commands.arguments import KINDS, Arguments, mix

from .replaying import Replayed, must_not_ask
from .step import Step
from .tool import Tool

# Sessions end before their log is long, since it is loaded after each command.
LENGTHS = (10, 30, 30, 60)
# Options about clients, beside the grammar.
CLIENT_REPLY = (b"OFF", b"SKIP", b"SKIP", b"ON", b"ON")


def briefly(kind, soon):
    """Draws as usual, and sometimes a time that comes during the session."""
    return mix((1, soon), (3, KINDS[kind]))


def near_moment(draw):
    return b"%d" % (time.time() * 1000 + draw.rng.randint(-20, 30))


BRIEFLY = dict(
    KINDS, milliseconds=briefly("milliseconds", range(1, 31)),
    restore_time=briefly("restore_time", range(1, 31)),
    millimoment=briefly("millimoment", near_moment),
    min_idle=briefly("min_idle", range(4)),
    elements=lambda draw: draw.of(KINDS["elements"])[:200])


class Replay(Tool):
    name = "replay"
    found = "not the same after replay,"
    verdict = "always the same"
    stages = ["09"]
    commands = 10000

    def players(self):
        redis = not self.options.no_redis and shutil.which("redis-server")
        return [Replayed(self.server(),
                         redis and "redis-server --port {port}")]

    def draw(self, rng):
        table, sort = self.table, self.options.only
        if not sort and rng.random() < 0.7:
            sort = rng.choice(list(table.sorts))
        grammar = table.sorts[sort] if sort else table.grammar
        conns = "ABCD"[:rng.choice((1, 2, 4))]
        arguments = Arguments(rng, table.grammar.names, conns,
                              rng.choice((1, 2, 3, 5)), BRIEFLY)
        steps = [Step("A", [b"DEBUG", b"SET-ACTIVE-EXPIRE",
                            rng.choice((b"0", b"1"))])]
        silent = rng.random() < 0.2
        conn, count = "A", rng.choice(LENGTHS)
        while len(steps) < count:
            if rng.random() < 0.3:
                conn = rng.choice(conns)
            words = grammar.draw(arguments)
            if rng.random() < 0.01:
                steps.append(Step(conn, closes=True))
            elif silent and rng.random() < 0.1:
                steps.append(Step(conn, [b"CLIENT", b"REPLY",
                                         rng.choice(CLIENT_REPLY)]))
            elif not must_not_ask(words):
                steps.append(Step(conn, words))
        return steps
