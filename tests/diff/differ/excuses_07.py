"""Excuses for lists and the types behind them."""

import re

from harness import wire
from harness.held import CLOCK_FIELDS, is_map

from .excuses import (Apart, any_order, fields, lower, shape)


def asks_again(words, ours, redis):
    """Excuses a waiting command with several keys: one of them has another type when
    another one is fed, or an earlier one has got an element as well. An XREAD that has
    waited takes nothing: it tells of more streams than the one that woke it."""
    if redis[0] not in ("*", ""):
        return False
    if ours[1][:9] == b"WRONGTYPE":
        raise Apart
    if not ours[1] or not redis[1]:     # one of them waits
        return False
    if lower(words)[0] == b"xread":
        return b"block" in lower(words) and len(redis[1]) == 1 and redis[1][0] in ours[1]
    mine, other = ours[1][0][1], redis[1][0][1]
    if mine != other and words.index(mine) < words.index(other):
        raise Apart
    return False


def emptied(_words, ours, redis):
    """Excuses an entry that was added and trimmed in one XADD with MAXLEN 0."""
    if ours[0] == "" and wire.encode(redis).endswith(b"*0\r\n"):
        raise Apart
    return False


def set_back(_words, ours, redis):
    """Excuses an XSETID below what was deleted, which 7.0 accepts."""
    if b"max_deleted_entry_id" in ours[1] and redis == ("+", b"OK"):
        raise Apart
    return False


def unbalanced(_words, ours, redis):
    """Accepts the same error with the command's name and its special ID as 7.2 writes them.
    """
    return (b"list of streams: for each" in ours[1]
            and re.sub(b"'xread(group)?'", b"XREAD", ours[1]).replace(b"'>'", b"'$'")
            == redis[1])


def own_order(words, ours, redis):
    """Excuses the order of SORT by weights that are texts, and may be equal, or by none,
    and with LIMIT which elements come. Numbers that are equal are sorted as texts."""
    options = lower(words[2:])
    weights = [weight for word, weight in zip(options, options[1:]) if word == b"by"]
    if not weights or b"alpha" not in options and all(b"*" in weight for weight in weights):
        return False
    return (ours[0] == redis[0] if b"limit" in options
            else any_order()(words, ours, redis))


def drawn(words, ours, redis):
    """Compares what chance has chosen: fewer than were asked for, and not less than none,
    are all there are, and none comes twice."""
    asked = int(words[2]) if len(words) > 2 else -1
    if shape(ours) != shape(redis) or ours[0] != "*" or asked < 0:
        return shape(ours) == shape(redis)
    mine, other = ([repr(item[1][0] if item[0] == "*" else item) for item in items]
                   for items in (firsts(words, ours), firsts(words, redis)))
    return len(set(mine)) == len(mine) and (
        len(mine) == asked or words[1][:4] == b"pop:" or sorted(mine) == sorted(other))


def firsts(words, reply):
    """Returns the rows of pairs that version 3 has, or the first words of such in 2."""
    items = reply[1]
    return items[::2] if len(words) > 3 and items and items[0][0] != "*" else items


def old_error(words, ours, redis):
    """Excuses an error about a number that was out of range for an earlier SORT."""
    if ours[0] == "-" or redis[1][:22] != b"ERR One or more scores":
        return False
    if b"store" in lower(words):
        raise Apart
    return True


def alike_up_to_nul(words, ours, redis):
    if b"alpha" not in lower(words) or ours[0] != "*" or redis[0] != "*":
        return False
    mine, other = ([(text or b"").partition(b"\0")[0] for _, text in reply[1]]
                   for reply in (ours, redis))
    return mine == other


def named(prefix, judge):
    """Returns a judge for keys with names of their own."""
    def judged(words, ours, redis):
        return words[1].startswith(prefix) and judge(words, ours, redis)
    return judged


def found_places(words, ours, redis):
    """Compares the places found, in any order unless one was asked for. Places at the
    same distance may come in either order."""
    options = lower(words)
    if b"any" in options:
        return shape(ours) == shape(redis)
    if b"withdist" in options and (b"asc" in options or b"desc" in options):
        if [row[1][1] for row in ours[1]] != [row[1][1] for row in redis[1]]:
            return False
    return any_order()(words, ours, redis)


def ages(_words, ours, redis):
    """Compares replies of XPENDING, in which the third item of each row is an age."""
    if ours[0] != "*" or redis[0] != "*" or len(ours[1]) != len(redis[1]):
        return False
    return all(mine[1][:2] + mine[1][3:] == other[1][:2] + other[1][3:]
               and abs(mine[1][2][1] - other[1][2][1]) < 10000
               for mine, other in zip(ours[1], redis[1]))


def same_info(_words, ours, redis):
    """Compares replies of XINFO, maps within maps, without clocks, fields new in 7.2,
    the layout of the tree, and consumers without pending entries: 7.2 creates them in
    cases in which 7.0 did not."""
    return plain_info(ours) == plain_info(redis)


def plain_info(reply, name=b""):
    kind, content = reply
    if name == b"consumers" and kind == ":":
        return None
    if kind != "*" or not content:
        return reply
    if name in (b"pending", b"pel"):
        return ("pel", [plain_pel(row) for row in content])
    if is_map(content):
        return {key: plain_info(value, key)
                for key, value in fields(reply).items()
                if key not in CLOCK_FIELDS}
    items = [plain_info(item, name) for item in content]
    return (kind, [item for item in items if not has_nothing(item)])


def has_nothing(item):
    """A consumer without entries."""
    return isinstance(item, dict) and (
        b"pending" in item and b"consumers" not in item
        and item[b"pending"] in ((":", 0), ("*", []), ("pel", []))
        or item.get(b"pel-count") == (":", 0) and b"consumers" not in item)


def plain_pel(row):
    """Returns a pending entry without the time of its delivery."""
    return [item for item in row[1] if item[0] != ":" or item[1] < 10 ** 9]
