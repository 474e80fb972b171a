"""Excuses: reasons for which two replies may differ, as the stages' tables list them.

An excuse is (names, judge, why). It applies to commands whose name, or name and
subcommand in small letters, is in names. judge(words, ours, redis) gets parsed replies,
and returns true if they count as equal.

"""

import re

from harness import wire


class Apart(Exception):
    """The servers rightly differ, and their data differ from here on, so the session
    ends. A judge raises it."""


def lower(words):
    return [word.lower() for word in words]


def shape(reply):
    """Returns the form of a reply without its content: types, nulls and structure."""
    kind, content = reply
    if kind == "*" and content is not None:
        return (kind, [shape(item) for item in content])
    return (kind, content is None)


def same_type(_words, ours, redis):
    return ours[0] == redis[0]


def without_ids(reply):
    """Returns a reply in which the number of a connection, if there is one, is 1."""
    kind, content = reply
    if kind == ":":
        return (kind, min(content, 1))
    return (kind, list(map(without_ids, content)) if isinstance(content, list) else content)


def said(mine, other):
    """Compares given texts: one of ours, and one of Redis."""
    def judge(_words, ours, redis):
        return ours[1] == mine and redis[1] == other
    return judge


def version_2_only(_words, ours, redis):
    """Excuses replies in version 3, which no stage before the tenth speaks."""
    if ours[0] == "-" and redis[0] == "*" and b"NOPROTO" in ours[1]:
        raise Apart
    return False


def texts(items, size=1):
    """Returns the contents of an array regardless of their order: items, or rows of
    them."""
    return sorted(repr(items[at:at + size])
                  for at in range(0, len(items), size))


def any_order(size=1):
    """Compares arrays of the same items, or of the same rows of a given width."""
    def judge(_words, ours, redis):
        return (ours[0] == redis[0] == "*"
                and texts(ours[1], size) == texts(redis[1], size))
    return judge


def same_scan(at, size=1, plain=lambda reply: reply):
    """Compares scans. A scan of everything in one call gives the same; otherwise only
    the form can be compared. The cursor is the word at the given place."""
    def judge(words, ours, redis):
        (_, one), mine = ours[1]
        (_, other), theirs = redis[1]
        options = lower(words[at + 1:])
        count = b"".join(options[options.index(b"count") + 1:][:1]
                         if options.count(b"count") == 1 else [])
        if words[at] == b"0" and count.isdigit() and int(count) >= 100000:
            return one == other and any_order(size)(words, plain(mine),
                                                    plain(theirs))
        return (one.isdigit() and other.isdigit()
                and mine[0] == theirs[0] == "*")
    return judge


NUMBER = re.compile(rb"-?\d[\d.]*(e[-+]?\d+)?")


def as_numbers(reply):
    """Compares texts that look like floating-point numbers by their values."""
    kind, content = reply
    if kind == "*" and content is not None:
        return (kind, [as_numbers(item) for item in content])
    if kind == "$" and content and NUMBER.fullmatch(content):
        try:
            return (kind, float(content))
        except ValueError:
            pass
    return reply


def near_time(words, ours, redis):
    """Compares answers that depend on when each server looked at its clock. Points in
    time that were given as such are far off, and must be equal."""
    name = words[0].lower()
    one = 1000 if name.startswith(b"p") else 1
    exact = (8000000000 * one if name.endswith(b"expiretime")
             else float("inf"))
    return (ours[0] == redis[0] == ":" and 0 < ours[1] < exact
            and 0 < redis[1] < exact and abs(ours[1] - redis[1]) <= 5 * one)


def fields(reply):
    """Returns a map that came as an array."""
    items = reply[1]
    return dict(zip((i[1] for i in items[::2]), items[1::2]))


def same_fields(*names):
    """Compares maps by these fields only."""
    def judge(_words, ours, redis):
        ours, redis = fields(ours), fields(redis)
        return all(ours.get(name) == redis.get(name) for name in names)
    return judge


def same_known(words, ours, redis):
    """Compares the rows of commands that both know, and nulls for others. A request
    without names asks for all commands that a server has."""
    return (ours[0] == redis[0] == "*" and (len(words) == 2 or
            [row[1] is None for row in ours[1]]
            == [row[1] is None for row in redis[1]]))


def kinds(reply, depth=0):
    """Returns the types of version 3 in a reply, and the places where an array or a
    text is none of them. Errors and nulls may stand anywhere."""
    kind, content = reply
    found = {(depth, kind)} - {(depth, other) for other in ("", *"-+:_")}
    if not isinstance(content, list):
        return found
    return found.union(*(kinds(item, depth + 1) for item in content))


def alike(ours, redis):
    """Compares replies by their types, where both have any, or none that is new. One of
    them may lack what the other has at a depth, such as consumers."""
    ours, redis = kinds(ours), kinds(redis)
    if {kind for _, kind in ours | redis} <= {"*", "$"}:
        return True
    depths = {depth for depth, _ in ours} & {depth for depth, _ in redis}
    pairs = [[{kind for at, kind in found if at == depth} for found in (ours, redis)]
             for depth in depths]
    return all(one <= other or other <= one for one, other in pairs)


# Judges that are no more than a comparison.
BRIEF = {
    "same_shape": lambda _, ours, redis: shape(ours) == shape(redis),
    "same_but_ids": lambda _, ours, redis: without_ids(ours) == without_ids(redis),
    "same_numbers": lambda _, ours, redis: as_numbers(ours) == as_numbers(redis),
    "both_errors": lambda _, ours, redis: ours[0] == redis[0] == "-",
    "counts_expired": lambda _, ours, redis: (
        ours[0] == redis[0] == ":" and ours[1] <= redis[1]),
    "shared": lambda _, ours, redis: {ours[1], redis[1]} == {1, 2147483647},
    "newer_subcommand": lambda _, __, redis: redis[1].startswith(b"ERR unknown subcommand"),
    "newer_arity": lambda words, ours, redis: (
        (len(words) == 4 or ours == ("+", b"QUEUED"))
        and redis[1].startswith(b"ERR wrong number of")),
    "long_option": lambda words, ours, redis: (
        max(map(len, words[3:]), default=0) > 1000 and ours[1][:200] == redis[1][:200]),
    "lowest_rank": lambda words, ours, _: (
        b"-9223372036854775808" in words
        and ours[1].startswith(b"ERR value is out of range, value must")),
    "range_first": lambda _, ours, redis: ours[0] == "-" and (
        redis in ((":", 0), (":", -1)) or redis[1][:9] == b"WRONGTYPE"),
    "any_word": lambda words, _, __: not re.fullmatch(b"[01]", words[-1]),
    "has_gone": lambda _, ours, redis: ours[0] == "-" and (
        redis[1].startswith(b"UNBLOCKED") or b"was blocked on" in redis[1]),
    "too_long": said(b"ERR timeout is out of range", b"ERR timeout is negative"),
}


class Excuses:
    """The table of a stage."""

    def __init__(self, rows):
        self.by_name = {}
        for names, judge, _why in rows:
            for name in names.split(", "):
                self.by_name.setdefault(name, []).append(judge)

    def hold(self, name, words, ours, redis):
        """Returns true if one of the rows for this command accepts the replies."""
        judges = self.by_name.get(name, []) + self.by_name.get(
            name.split(" ")[0], [])
        try:
            # A client that waits has said nothing.
            ours, redis = [wire.parse(data)[0] if data else ("", b"")
                           for data in (ours, redis)]
            return same_type in judges and ours[0] == redis[0] or alike(
                ours, redis) and any(judge(words, wire.flat(ours), wire.flat(redis))
                                     for judge in judges if judge != same_type)
        except (wire.Incomplete, wire.Malformed, IndexError, TypeError,
                ValueError, AttributeError):
            return False
