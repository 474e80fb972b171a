"""Why two replies may differ: the reasons that the stages' tables give.

An excuse is (names, judge, why). It holds for commands whose name, or name and
subcommand in small letters, is in names; judge(words, ours, redis) gets parsed
replies and returns whether they are as good as equal.
"""

import re

from harness import wire


def shape(reply):
    """A reply without what it says: types, nulls and structure."""
    kind, content = reply
    if kind == "*" and content is not None:
        return (kind, [shape(item) for item in content])
    return (kind, content is None)


def same_shape(_words, ours, redis):
    return shape(ours) == shape(redis)


def same_type(_words, ours, redis):
    return ours[0] == redis[0]


def both_errors(_words, ours, redis):
    return ours[0] == redis[0] == "-"


def any_order(_words, ours, redis):
    """Arrays of the same strings."""
    return (ours[0] == redis[0] == "*"
            and sorted(i[1] for i in ours[1]) == sorted(i[1] for i in redis[1]))


def same_scan(words, ours, redis):
    """A scan of everything in one call gives the same keys; of a part of it
    only the form can be compared."""
    if shape(ours)[0] != "*" or shape(redis)[0] != "*":
        return False
    options = [word.lower() for word in words[2:]]
    count = (words[2 + options.index(b"count") + 1]
             if options.count(b"count") == 1 else b"10")
    if words[1] == b"0" and count.isdigit() and int(count) >= 100000:
        return (ours[1][0] == redis[1][0] == ("$", b"0")
                and any_order(words, ours[1][1], redis[1][1]))
    return all(len(reply[1]) == 2 and reply[1][0][0] == "$"
               and reply[1][0][1].isdigit() and reply[1][1][0] == "*"
               for reply in (ours, redis))


def chunks(items, size):
    return [items[at:at + size] for at in range(0, len(items), size)]


def texts(items):
    return sorted(map(repr, items))


def same_members(_words, ours, redis):
    """Arrays of the same things, in any order."""
    return ours[0] == redis[0] == "*" and texts(ours[1]) == texts(redis[1])


def same_pairs(_words, ours, redis):
    """Flat arrays of the same pairs, in any order."""
    return (ours[0] == redis[0] == "*"
            and texts(chunks(ours[1], 2)) == texts(chunks(redis[1], 2)))


def same_scan_of(size, numbers=False):
    """A scan of one value in one call gives the same; of a part, only the
    form can be compared."""
    def judge(words, ours, redis):
        if shape(ours)[0] != "*" or shape(redis)[0] != "*":
            return False
        if numbers:
            ours, redis = as_numbers(ours), as_numbers(redis)
        lower = [word.lower() for word in words]
        if words[2] != b"0" or b"100000" not in lower:
            return all(len(reply[1]) == 2 and reply[1][1][0] == "*"
                       for reply in (ours, redis))
        return (ours[1][0] == redis[1][0]
                and texts(chunks(ours[1][1][1], size))
                == texts(chunks(redis[1][1][1], size)))
    return judge


NUMBER = re.compile(rb"-?\d[\d.]*(e[-+]?\d+)?")


def as_numbers(reply):
    """What looks like a floating point number, by its value."""
    kind, content = reply
    if kind == "*" and content is not None:
        return (kind, [as_numbers(item) for item in content])
    if kind == "$" and content and NUMBER.fullmatch(content):
        try:
            return (kind, float(content))
        except ValueError:
            pass
    return reply


def same_numbers(_words, ours, redis):
    return as_numbers(ours) == as_numbers(redis)


def shared_integer(_words, ours, redis):
    """How many users an integer has: Redis copies those that it shares."""
    return {ours[1], redis[1]} == {1, 2147483647}


def near_time(words, ours, redis):
    """What depends on when each server looked at its clock. Points in time
    that were given as such are far off, and must be equal."""
    one = 1000 if words[0].lower().startswith(b"p") else 1
    if words[0].lower().endswith(b"expiretime"):
        exact = 8000000000 * one
    else:
        exact = float("inf")
    return (ours[0] == redis[0] == ":" and 0 < ours[1] < exact
            and 0 < redis[1] < exact and abs(ours[1] - redis[1]) <= 5 * one)


def at_most(_words, ours, redis):
    return ours[0] == redis[0] == ":" and ours[1] <= redis[1]


def fields(reply):
    """A map that came as an array."""
    items = reply[1]
    return dict(zip((i[1] for i in items[::2]), items[1::2]))


def same_fields(*names):
    """Maps of which these fields are equal."""
    def judge(_words, ours, redis):
        if ours[0] != "*" or redis[0] != "*":
            return False
        ours, redis = fields(ours), fields(redis)
        return all(ours.get(name) == redis.get(name) for name in names)
    return judge


# Commands that take fewer arguments since 7.2.
OTHER_ARITY = (b"command|getkeys", b"command|getkeysandflags")


def command_row(reply):
    """What COMMAND INFO says of a command, without its free texts. Key
    specifications lose their notes, and subcommands are compared apart."""
    if reply[1] is None:
        return None
    row = reply[1]
    specs = []
    for spec in row[8][1]:
        spec = fields(spec)
        spec.pop(b"notes", None)
        specs.append(sorted((name, str(value))
                            for name, value in spec.items()))
    flags = {flag[1] for flag in row[2][1]}
    if b"blocking" in flags:
        flags.discard(b"noscript")  # until 7.2
    return (row[:1] + (row[1:2] if row[0][1] not in OTHER_ARITY else [])
            + [sorted(flags)] + row[3:6] + [sorted(map(str, row[6][1])), specs])


def same_commands(words, ours, redis):
    """COMMAND INFO: the same rows, for those commands that we have."""
    if len(words) == 2:
        return ours[0] == redis[0]
    if ours[0] != "*" or redis[0] != "*" or len(ours[1]) != len(redis[1]):
        return False
    for mine, other in zip(ours[1], redis[1]):
        if command_row(mine) != command_row(other):
            return False
        if mine[1] is None:
            continue
        subs = {row[1][0][1]: command_row(row) for row in other[1][9][1]}
        for row in mine[1][9][1]:
            if command_row(row) != subs.get(row[1][0][1], command_row(row)):
                return False
    return True


def error_texts(pairs):
    """Errors that Redis 7.2 words in another way than the Redis asked."""
    def judge(_words, ours, redis):
        return ours[0] == redis[0] == "-" and any(
            re.fullmatch(old, redis[1]) and re.fullmatch(new, ours[1])
            for old, new in pairs)
    return judge


NOTHING = ("", b"")     # a client that waits has said nothing


class Apart(Exception):
    """The servers rightly differ, and have not the same data from here on:
    the session is over. A judge raises it."""


class Excuses:
    """The table of a stage."""

    def __init__(self, rows):
        self.by_name = {}
        for names, judge, why in rows:
            for name in names.split(","):
                self.by_name.setdefault(name.strip(), []).append((judge, why))

    def hold(self, name, words, ours, redis):
        """Is one of the rows for this command content?"""
        rows = self.by_name.get(name, []) + self.by_name.get(
            name.split(" ")[0], [])
        try:
            ours, redis = [wire.parse(said)[0] if said else NOTHING
                           for said in (ours, redis)]
            return any(judge(words, ours, redis) for judge, _ in rows)
        except (wire.Incomplete, wire.Malformed, IndexError, TypeError,
                AttributeError):
            return False
