"""Known mistakes about time: what a failure of stage 05 looks like.

Most of them are recognized by the earlier requests: which key was given how much time,
and by which command.
"""

import re

from .case import elements, named

SHORT = 1000            # milliseconds; a session waits for no longer time
WHOLE = (b"KEYS", b"SCAN", b"RANDOMKEY", b"DBSIZE")


def given(words):
    """Returns (key, unit, amount) if the command gives a key a time. The unit is s, ms,
    or at for a point in time."""
    name = named(words)
    units = {b"EXPIRE": "s", b"PEXPIRE": "ms", b"SETEX": "s", b"PSETEX": "ms",
             b"EXPIREAT": "at", b"PEXPIREAT": "at"}
    options = {b"EX": "s", b"PX": "ms", b"EXAT": "at", b"PXAT": "at"}
    try:
        if name in units:
            return words[1], units[name], int(words[2])
        if name in (b"SET", b"GETEX"):
            for word, amount in zip(words[2:], words[3:]):
                if word.upper() in options:
                    return words[1], options[word.upper()], int(amount)
    except (IndexError, ValueError):
        pass
    return None


def time_of(case):
    """Returns the time that the failed command's key was last given: (unit, amount)."""
    keys = case.asked[-1][1:] if case.asked else []
    return next((found[1:] for found in map(given, reversed(case.asked[:-1]))
                 if found and found[0] in keys), None)


def passed(unit, amount):
    """Returns true if that is a time after which a session finds the key gone."""
    if unit == "at":
        return amount < 2 * 10 ** 9 or 10 ** 11 < amount < 2 * 10 ** 12
    return amount * (1000 if unit == "s" else 1) <= SHORT


def over(unit, amount):
    """Returns true if that time was over before it was given."""
    return amount <= 0 if unit != "at" else True


def over_already(case):
    """Returns true if the failed command gives a key a time that is over."""
    found = given(case.last)
    return found is not None and over(*found[1:])


def command_of(case):
    """Returns the name of the failed command."""
    return named(case.asked[-1] if case.asked else [])


def not_cleared(case):
    if case.due != b":-1\r\n" or not re.match(rb":\d", case.came) or not any(
            map(given, case.asked)):
        return False
    commands = case.asked
    keys = commands[-1][1:] if commands else []
    makers = (b"SET", b"GETSET", b"MSET", b"APPEND", b"INCR")
    about = [words for words in reversed(commands[:-1])
             if len(words) > 1 and words[1] in keys]
    for words, before in zip(about, about[1:] + [[b""]]):
        if before[0].upper() in (b"DEL", b"UNLINK", b"GETDEL"):
            return ("a key that was deleted comes back with its old time: deleting "
                    "a key must delete its time, too")
        return words[0].upper() in makers and not given(words)
    return False


TAKES_ALONG = (b"RENAME", b"RENAMENX", b"COPY", b"MOVE")
IN_PLACE = (b"APPEND", b"SETRANGE", b"INCR", b"DECR", b"INCRBY", b"DECRBY", b"INCRBYFLOAT",
            b"SETBIT", b"LPUSH", b"RPUSH", b"LPOP", b"RPOP", b"LSET", b"LREM", b"LTRIM",
            b"HSET", b"SADD", b"ZADD")
LEFT = (b"TTL", b"PTTL", b"EXPIRETIME", b"PEXPIRETIME")


def time_lost(case):
    commands = case.asked
    if case.came != b":-1\r\n" or command_of(case) not in LEFT or (
            case.due.startswith(b":-") or not any(map(given, commands))):
        return False
    key = commands[-1][1]
    about = next((words for words in reversed(commands[:-1]) if key in words[1:3]), [b""])
    name = about[0].upper()
    if given(about) and name in (b"SET", b"SETEX", b"PSETEX"):
        return ("a key was given a time, and is said to have none: keep the point in time "
                "with the key (a timer alone does not tell how long still)")
    if name in (b"LMOVE", b"RPOPLPUSH") and about[1:2] == about[2:3]:
        return ("a list of one element that moves it to itself has lost its time: it was empty "
                "in between, and its key was deleted, and made anew")
    if name in TAKES_ALONG:
        return ("the value has come without its time: %s takes the time along"
                % name.decode())
    if name == b"SET" and b"KEEPTTL" in map(bytes.upper, about[3:]):
        return "KEEPTTL has no effect: the new value keeps the old one's time"
    return name in IN_PLACE


def no_time_given(case):
    """Returns true if a key is said to have no time right after EXPIRE has given it one."""
    commands = case.asked
    return command_of(case) in LEFT and len(commands) > 1 and named(commands[-2]) in (
        b"EXPIRE", b"PEXPIRE", b"EXPIREAT", b"PEXPIREAT") and (
        commands[-2][1:2] == commands[-1][1:2] and not over(*given(commands[-2])[1:])
        if given(commands[-2]) else False)


def lost_at_last(case):
    """Returns [(key, its commands so far)] of the values that are due, and not there."""
    command, *keys = case.asked[-1] if case.asked else [b""]
    due, came = ([case.want], [case.got]) if command.upper() == b"GET" else (
        elements(case.want), elements(case.got)) if command.upper() == b"MGET" else ([], [])
    return [(key, [words for words in case.asked[:-1] if key in words[1:]])
            for key, one, other in zip(keys, due or [], came or [])
            if one and other and one[1] is not None and other[1] is None]


def is_short(words):
    """Returns true if the command gives a key a time that a session waits for."""
    return bool(given(words)) and passed(*given(words)[1:])


def beyond_31_bits(case):
    """Returns true if a value was given a time of more milliseconds, and is not there."""
    times = [given(commands[-1]) for _, commands in lost_at_last(case) if commands]
    return any(unit != "at" and amount * (1000 if unit == "s" else 1) >= 1 << 31
               for _, unit, amount in filter(None, times))


def still_seen(case):
    if lost_at_last(case):
        return False
    if not case.came or case.came == b"$-1\r\n" or case.saw.not_kept or (
            case.came[:1] == b"-" and case.ending is None):
        return False
    if case.saw.late:
        return True
    if case.saw.takes_ms_for_s:
        return False
    found = [item for item in map(given, case.asked[-4:-1]) if item]
    keys = case.asked[-1][1:] if found else []
    seen = [(unit, amount) for key, unit, amount in found if passed(unit, amount)
            and (key in keys or command_of(case) in WHOLE)]
    if seen and all(over(*time) for time in seen):
        return ("a time that is over already has no effect: EXPIRE with 0 or less, or "
                "EXPIREAT with a point in the past, deletes the key at once (compare it with the "
                "time of day, and not with a clock that counts from the start of the machine)")
    return bool(seen)


def between(case):
    """Returns the two numbers between which an integer is due; None if another reply is."""
    found = re.match(r"an integer(?::| from) (-?\d+) to (\d+)", case.words_due)
    return found and tuple(map(int, found.groups()))


def over_at_once(case):
    """Returns true if a key has gone, and was given more time than has passed since then, whatever
    the unit."""
    last = time_of(case)
    if not last or last[0] == "at" or case.got not in (("$", None), (":", -2)) or (
            case.due == case.came):
        return False
    return last[1] > max(SHORT / 10, 1000 * (case.timeline[-1][0] - case.timeline[0][0]))


def off_by(case, seconds):
    """Returns true if a number is wrong by the time since then, in seconds or milliseconds."""
    due = case.want[1:] if case.ints else between(case)
    if not due or not case.got or case.got[0] != ":":
        return False
    off = abs(case.got[1] - due[-1])
    return any(abs(off - seconds * unit) < 60 * unit for unit in (1, 1000))


def units(case):
    last = time_of(case)
    if case.saw.takes_ms_for_s is False or case.saw.busy:
        return False
    if last is None or not case.came or case.came[:1] == b"-":
        return False
    came = case.got
    if between(case) and came and came[0] == ":":
        low, high = between(case)
        if came[1] == -2 and low > 0:
            return not over_at_once(case)
        return (low // 1000 <= came[1] <= -(-high // 1000)
                or came[1] >= 1000 and low <= came[1] // 1000 <= high)
    if last[0] == "s" and not passed(*last):
        return case.came in (b"$-1\r\n", b"*-1\r\n", b"_\r\n", b":-2\r\n")
    return (last[0] == "ms" and passed(*last)
            and case.point in ("05.1", "05.3")
            and case.due == b"$-1\r\n" and case.came[:1] in (b"$", b"+"))


def whole_seconds(case):
    """Returns true if of the milliseconds that SET has given the key only whole seconds count."""
    key = case.last[1:2]
    given_ms = next((int(words[4]) for words in reversed(case.asked) if words[1:2] == key
                     and [named(words), *map(bytes.upper, words[3:4])] == [b"SET", b"PX"]
                     and words[4:] and words[4].isdigit()), 0)
    rest = given_ms % SHORT
    if between(case) and rest and case.got and case.got[0] == ":":
        low, high = between(case)
        return low <= case.got[1] + rest <= high
    ago = re.match(r"the value: at most ([\d.]+) of (\d+) ms", case.words_due)
    return bool(ago) and case.came == b"$-1\r\n" and given_ms == rest > 0 and (
        float(ago.group(1)) < rest / 3)
