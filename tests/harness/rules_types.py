"""Known mistakes with the other types: stage 07.

Most are recognized by what the two answers have in common: the same members in another
order, the same number in another spelling, another kind of nothing.
"""

import math

from .case import elements, named

STREAMS = (b"XREAD", b"XREADGROUP")
RANGES = (b"ZRANGE", b"ZREVRANGE", b"ZRANGEBYSCORE")
PLACES = (b"GEOADD", b"GEOSEARCHSTORE", b"GEORADIUS")
WITH_COORDINATES = (b"GEOPOS", b"GEOSEARCH", b"GEORADIUS", b"GEORADIUSBYMEMBER")
LETTERS = b"0123456789bcdefghjkmnpqrstuvwxyz"
ONE_BY_ONE = (b"HDEL", b"SREM", b"ZREM", b"DEL", b"UNLINK", b"XDEL", b"EXISTS", b"TOUCH", b"LPUSH",
              b"RPUSH", b"SADD", b"ZADD", b"HSET")
NOTHING = (("*", []), ("*", None), ("$", None))
LONGEST_ID = 41         # bytes
STEPS = 26              # bits of each coordinate in a geohash
WORLD = (-180.0, 180.0, -85.05112878, 85.05112878)


def leaves(reply):
    """Returns everything that is no array, in order: (type, content)."""
    if not reply or reply[0] != "*" or reply[1] is None:
        return [reply] if reply else []
    return [leaf for item in reply[1] for leaf in leaves(item)]


def differing(case):
    """Returns pairs of leaves (expected, actual) that differ; [] if the shapes differ.
    """
    due, came = leaves(case.want), leaves(case.got)
    if not due or len(due) != len(came):
        return []
    return [pair for pair in zip(due, came) if pair[0] != pair[1]]


def number_in(leaf):
    """Returns a leaf as a number; None if it is none."""
    kind, content = leaf
    if kind == ":":
        return float(content)
    try:
        return float(content) if kind == "$" and content else None
    except ValueError:
        return None


def scores(case):
    """Returns members and scores, as ZADD gave them in this session."""
    found = {}
    for words in case.asked:
        if named(words) != b"ZADD":
            continue
        for score, member in zip(words[2:], words[3:]):
            value = number_in(("$", score))
            if value is not None:
                found[member] = value
    return found


def tie_order(case):
    if not case.name.startswith(b"Z"):
        return False
    given, pairs = scores(case), differing(case)
    due = [pair[0] for pair in pairs]
    if not due or sorted(due, key=repr) != sorted(
            (pair[1] for pair in pairs), key=repr):
        return rank_within_tie(case, given)
    return all(given.get(one[1]) == given.get(other[1])
               for one, other in pairs)


def rank_within_tie(case, given):
    """Returns true if a rank is that of another member with the same score, and no range
    has shown that their order is right."""
    if case.name not in (b"ZRANK", b"ZREVRANK") or case.before(RANGES) or not case.ints:
        return False
    score = given.get(case.last[2])
    return abs(case.got[1] - case.want[1]) < sum(each == score for each in given.values())


def counts_all(case):
    name, many = case.name, len(case.last) - 2
    if many < 1:
        return False
    if name == b"HSET" or name == b"ZADD" and number_in(("$", case.last[2])) is not None:
        many //= 2
    elif name != b"SADD":
        return False
    # The second: as many as are in it.
    total = {word for words in case.asked if named(words) == name and words[1:2] == case.last[1:2]
             for word in words[2::2 if name == b"HSET" else 1]}
    return case.ints and case.want[1] < case.got[1] and case.got[1] in (
        many, len(total) if name != b"ZADD" else many)


def nested_otherwise(case):
    """Returns true if the right members come in other arrays than they should."""
    found = leaves(case.got)
    if case.name == b"HGETALL" and case.words_due.startswith("an array of %d," % len(found)):
        return len(elements(case.got) or found) < len(found)
    return case.want != case.got and "*" in {(case.want or "?")[0], (case.got or "?")[0]} and (
        None not in (case.want, case.got)) and len(leaves(case.want)) > 0 and (
        leaves(case.want) == found) and NOTHING[1] not in leaves(case.want)


def one_of_several(case):
    """Returns true if only one of several names of a request counts."""
    many = len(case.last) - (1 if case.name in (b"DEL", b"UNLINK", b"EXISTS", b"TOUCH") else 2)
    if case.name not in ONE_BY_ONE or not case.ints or many < 2:
        return False
    missing = case.want[1] - case.got[1]
    return missing == many - 1 if case.name in (b"LPUSH", b"RPUSH") else case.got[1] == 1 <= missing


def distance_off(case):
    """Returns the text for a distance that is wrong by a known factor."""
    due, came = number_in(case.want or ("?", 0)), number_in(case.got or ("?", 0))
    if case.name != b"GEODIST" or not due or not came:
        return False
    ratio = came / due
    if 0.997 < ratio < 1.003:
        return ("the earth is a ball here whose radius is 6372797.560856 m (others take 6371 km, "
                "or 6378 km)")
    return min(abs(ratio * 1000 - 1), abs(ratio / 1000 - 1)) < 0.003 and (
        "a distance is in metres if the request names no unit")


def places_turned(case):
    """Returns true if longitude and latitude of a place have changed places."""
    pairs = differing(case)
    if case.name != b"GEOPOS" or len(pairs) < 2:
        return False
    (x, other_x), (y, other_y) = [list(map(number_in, pair)) for pair in pairs[:2]]
    return None not in (x, y, other_x, other_y) and (
        abs(x - other_y) < 1e-4 and abs(y - other_x) < 1e-4)


def bits_turned(case):
    """Returns true if bit 0 is the lowest one of its byte."""
    turned = bytes(int("{:08b}".format(byte)[::-1], 2) for byte in case.due_string)
    return b"SETBIT" in map(named, case.asked) and (
        case.due_string != case.came_string == turned)


def without_scores(case):
    due, came = elements(case.want), elements(case.got)
    if b"WITHSCORES" not in map(bytes.upper, case.last) or not due:
        return False
    turned = [due[at ^ 1] for at in range(len(due) & -2)]
    return came == due[::2] or came == turned and "the score comes behind its member, not before it"


def count_ignored(case):
    """Returns true if more entries come than COUNT says."""
    return b"COUNT" in map(bytes.upper, case.last) and case.name in (
        b"XREAD", b"XRANGE", b"XREVRANGE") and len(leaves(case.got)) > len(leaves(case.want))


def same_number(one, other):
    """Returns true if two leaves are the same number, to a few digits."""
    a, b = number_in(one), number_in(other)
    if a is None or b is None:
        return False
    return a == b or abs(a - b) <= 1e-5 * max(abs(a), abs(b))


def float_text(case):
    pairs = differing(case)
    if not pairs or not all(
            due[0] == came[0] == "$" and same_number(due, came)
            and (number_in(due) == number_in(came) or b"." in came[1] + due[1])
            for due, came in pairs):
        return False
    due, came = pairs[0]
    if number_in(due) == number_in(came):
        return True
    if case.name in WITH_COORDINATES:
        return ("the middle of a cell, computed in another order: each edge is low + part / "
                "2^26 * (high - low), and the middle is half of the sum of both edges")
    if len(came[1]) < len(due[1]):
        return ("a number with too few digits: printed so that it reads back "
                "as the same double, it has up to 17 of them")
    return ("a sum of doubles with all its 17 digits (0.1 + 0.2 is "
            "0.30000000000000004): round it to 15 digits, and no zeros at the "
            "end")


def swapped(bits):
    """Returns a geohash with the bits of both coordinates exchanged."""
    odd = bits & int("01" * STEPS, 2)
    return odd << 1 | bits >> 1 & int("01" * STEPS, 2)


def geohash(longitude, latitude):
    """Returns the 52 bits of a place."""
    west, east, south, north = WORLD
    x = int((longitude - west) / (east - west) * (1 << STEPS))
    y = int((latitude - south) / (north - south) * (1 << STEPS))
    bits = 0
    for step in reversed(range(STEPS)):
        bits = bits << 2 | (x >> step & 1) << 1 | (y >> step & 1)
    return bits


def bits_of_text(text):
    """Returns the first 50 bits of a geohash in letters; None if it is none."""
    bits = 0
    for letter in text[:10]:
        if letter not in LETTERS:
            return None
        bits = bits << 5 | LETTERS.index(letter)
    return bits if len(text) == 11 else None


def place_in(due, came):
    """Returns the geohashes of two leaves that are texts or scores."""
    if due[0] == "$" and due[1] and came[0] == "$" and came[1]:
        one, other = bits_of_text(due[1]), bits_of_text(came[1])
        if one is not None and other is not None:
            return one << 2, other << 2
    one, other = number_in(due), number_in(came)
    if one is None or other is None or not 0 <= min(one, other) <= max(one, other) < math.inf:
        return None
    return int(one), int(other)


def near(one, other):
    """Returns true if two geohashes begin with the same bits."""
    return one >> 12 == other >> 12


def bit_order(case):
    if not case.before(PLACES):
        return False
    pairs = differing(case)
    if case.name == b"GEOPOS":
        if len(pairs) < 2:
            return False
        (x, other_x), (y, other_y) = [
            [number_in(leaf) for leaf in pair] for pair in pairs[:2]]
        if None in (x, y, other_x, other_y) or not (
                math.isfinite(other_x) and abs(other_y) <= WORLD[3]):
            return False
        return near(swapped(geohash(x, y)), geohash(other_x, other_y))
    places = [place_in(*pair) for pair in pairs]
    return bool(places) and all(
        place and near(swapped(place[0]), place[1]) for place in places)


def id_of(text):
    """Returns a stream ID as two numbers; None if it is none."""
    ms, dash, seq = (text or b"").partition(b"-")
    if not ms.isdigit() or dash and not seq.isdigit() or len(text) > LONGEST_ID:
        return None
    return int(ms), int(seq or 0)


def reading(words):
    """Returns {key: ID} of an XREAD or XREADGROUP, with IDs as they were written."""
    names = [(word or b"").upper() for word in words]
    if named(words) not in STREAMS or b"STREAMS" not in names:
        return {}
    rest = words[names.index(b"STREAMS") + 1:]
    half = len(rest) // 2
    return dict(zip(rest[:half], rest[half:]))


def inclusive(case):
    wanted = reading(case.last)
    for leaf in leaves(case.got):
        known = id_of(leaf[1]) if leaf[0] == "$" else None
        if known and b"-" in leaf[1] and known != (0, 0) and any(
                id_of(text) == known for text in wanted.values()):
            return True
    return False


def range_too_short(case):
    """Returns true if XRANGE leaves out entries at one of its ends."""
    due, came = elements(case.want), elements(case.got)
    if case.name not in (b"XRANGE", b"XREVRANGE") or not due or came is None or (
            len(came) >= len(due) or b"COUNT" in map(bytes.upper, case.last)):
        return False
    if came not in (due[:len(came)], due[len(due) - len(came):], due[1:-1]):
        return False
    return "an ID without its second number covers all of its millisecond: as an end of XRANGE " \
        "it means the last one of it, and as a begin the first" \
        if any(word.isdigit() for word in case.last[2:4]) else True


def one_reader(case):
    """Returns true if another client was told of the entry that this one waits for."""
    entry = b"".join(case.due.split(b"\r\n")[2:])
    return case.name == b"XREAD" and case.silent and bool(entry) and any(
        event[1] != case.conn and event[2] == "<" and entry in b"".join(
            event[4].split(b"\r\n")) for event in case.timeline)


def late_dollar(case):
    wanted = reading(case.last)
    if b"$" not in wanted.values():
        for words in reversed(case.asked):
            if b"$" in reading(words).values():
                wanted = reading(words)
                break
    if b"$" not in wanted.values() or not case.due or one_reader(case):
        return False
    return case.silent and case.due[:2] == b"*1"


def same_but_nothings(due, came):
    """Returns true if two replies are equal once all kinds of nothing count as the
    same."""
    if due in NOTHING and came in NOTHING:
        return True
    if not due or not came or due[0] != "*" or came[0] != "*":
        return due == came and due is not None
    if due[1] is None or came[1] is None or len(due[1]) != len(came[1]):
        return False
    return all(map(same_but_nothings, due[1], came[1]))
