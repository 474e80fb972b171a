"""Transactions: WATCH, perhaps changes by others, MULTI, commands, EXEC.

Everything between MULTI and its end is one burst. For the token behind a burst is a
command that no server knows, and within a transaction it would spoil that.

"""

from dataclasses import replace

from harness import wire

from . import waits
from .fair import must_not_ask
from .step import Step

ENDS = ([b"EXEC"], [b"DISCARD"], [b"RESET"], [b"EXEC", b"now"], [b"MULTI", b"x"])
OFTEN = (20, 2, 1, 1, 1)
# Redis 7.0 refuses some options of 7.2 (WITHSCORE, GETKEYS), and then runs no command.
APART = (b"zrank", b"zrevrank", b"command", b"quit", b"unsubscribe", b"punsubscribe",
         b"sunsubscribe", b"publish", b"spublish", b"hello")


def commands(rng, grammar, arguments, most, wait):
    """Draws some commands, including ones that may wait if that is wanted."""
    found = []
    for _ in range(rng.randint(0, most)):
        words = grammar.draw(arguments)
        if (not must_not_ask(words) and words[0].lower() not in APART
                and words[:2] != [b"CLIENT", b"TRACKING"]
                and (len(words) == 2 or not words[0].lower().endswith(b"subscribe"))
                and (wait or not waits.may_wait(words))):
            found.append(words)
    return found


def draw(rng, grammar, arguments, conn, others):
    """Draws the steps of a transaction on that connection. The others may come between
    WATCH and MULTI, and must not wait."""
    steps = []
    if rng.random() < 0.6:
        steps.append(Step(conn, [b"WATCH", *(
            arguments.draw("key") for _ in range(rng.choice((1, 1, 2, 4))))]))
        steps += [Step(rng.choice(others), words) for words in
                  commands(rng, grammar, arguments, rng.choice((0, 1, 4)),
                           False)]
        if rng.random() < 0.1:
            steps.append(Step(conn, [b"UNWATCH"]))
    inside = commands(rng, grammar, arguments, rng.choice((1, 4, 8)), True)
    if rng.random() < 0.1:
        inside.append([rng.choice((b"MULTI", b"UNWATCH"))])
    if rng.random() < 0.1:
        inside.append([b"WATCH", arguments.draw("key")])
    end, = rng.choices(ENDS, OFTEN)
    return steps + [Step(conn, words) for words in ([b"MULTI"], *inside, end)]


def name(step):
    return step.words[0].upper() if step.words else b""


def begins(step):
    return name(step) == b"MULTI"


def burst(steps, at):
    """Returns all steps of the transaction that begins at this step, the last of which
    knows what it runs; an empty list if none begins here."""
    if not begins(steps[at]):
        return []
    for end in range(at + 1, len(steps)):
        if steps[end].conn != steps[at].conn or not steps[end].words:
            break
        if name(steps[end]) in (b"EXEC", b"DISCARD", b"RESET"):
            inside = [step for step in steps[at + 1:end]
                      if name(step) not in (b"MULTI", b"WATCH")]
            return [*steps[at:end], replace(steps[end], runs=inside)]
    return []


def excused(table, step, ours, redis):
    """Judges replies of EXEC one by one, each by the excuses of its command."""
    try:
        ours, redis = [wire.parse(data)[0] for data in (ours, redis)]
    except (wire.Incomplete, wire.Malformed):
        return False
    if (ours[0] != "*" or redis[0] != "*" or None in (ours[1], redis[1])
            or not len(ours[1]) == len(redis[1]) == len(step.runs)):
        return False
    return all(mine == other or table.excused(
        command, wire.encode(mine), wire.encode(other))
        for command, mine, other in zip(step.runs, ours[1], redis[1]))
