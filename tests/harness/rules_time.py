"""Known mistakes about time: what a failure of stage 05 looks like.

Most of them are recognized by the earlier requests: which key was given how much time,
and by which command.

"""

import re
import time

from .rules import RULES, rule

SHORT = 1000            # milliseconds; a session waits for no longer time
WHOLE = (b"KEYS", b"SCAN", b"RANDOMKEY", b"DBSIZE")


def given(words):
    """Returns (key, unit, amount) if the command gives a key a time. The unit is s, ms,
    or at for a point in time."""
    name = words[0].upper() if words else b""
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
    commands = case.asked()
    keys = commands[-1][1:] if commands else []
    for words in reversed(commands[:-1]):
        found = given(words)
        if found and found[0] in keys:
            return found[1:]
    return None


def passed(unit, amount):
    """Returns true if that is a time after which a session finds the key gone."""
    if unit == "at":
        return amount < 2 * 10 ** 9 or 10 ** 11 < amount < 2 * 10 ** 12
    return amount * (1000 if unit == "s" else 1) <= SHORT


def over(unit, amount):
    """Returns true if that time was over before it was given."""
    return amount <= 0 if unit != "at" else True


def command_of(case):
    """Returns the name of the failed command."""
    commands = case.asked()
    return commands[-1][0].upper() if commands and commands[-1] else b""


@rule("E02")
def not_cleared(case):
    if case.due != b":-1\r\n" or not re.match(rb":\d", case.came or b""):
        return False
    commands = case.asked()
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


@rule("E07")
def time_lost(case):
    commands = case.asked()
    if case.came != b":-1\r\n" or command_of(case) not in LEFT or (
            (case.due or b"").startswith(b":-") or not any(map(given, commands))):
        return False
    key = commands[-1][1]
    about = next((words for words in reversed(commands[:-1]) if key in words[1:3]), [b""])
    name = about[0].upper()
    if name in TAKES_ALONG:
        return ("the value has come without its time: %s takes the time along"
                % name.decode())
    if name == b"SET" and b"KEEPTTL" in map(bytes.upper, about[3:]):
        return "KEEPTTL has no effect: the new value keeps the old one's time"
    return name in IN_PLACE


@rule("E08")
def point_as_span(case):
    due, came = case.due_reply(), case.reply()
    if not due or not came or due[0] != ":" or came[0] != ":":
        return False
    now = time.time()
    return any(abs(came[1] - due[1] - now * unit) < 600 * unit for unit in (1, 1000))


@rule("E03")
def still_seen(case):
    if RULES["E06"].says(case) or not case.came or case.came == b"$-1\r\n" or (
            case.came[:1] == b"-" and case.ending is None):
        return False
    if case.asked_again.get("not_kept"):
        return False
    if case.facts.get("late"):
        return True
    if case.asked_again.get("takes_ms_for_s"):
        return False
    found = [item for item in map(given, case.asked()[-4:-1]) if item]
    keys = case.asked()[-1][1:] if found else []
    seen = [(unit, amount) for key, unit, amount in found if passed(unit, amount)
            and (key in keys or command_of(case) in WHOLE)]
    if seen and all(over(*time) for time in seen):
        return ("a time that is over already has no effect: EXPIRE with 0 or less, or "
                "EXPIREAT with a point in the past, deletes the key at once")
    return bool(seen)


@rule("E01")
def units(case):
    last = time_of(case)
    if case.asked_again.get("takes_ms_for_s") is False:
        return False
    if last is None or not case.came or case.came[:1] == b"-":
        return False
    came = case.reply()
    due = re.search(r"integer from (-?\d+) to (\d+)",
                    case.mismatch.expected_text)
    if due and came and came[0] == ":":
        low, high = int(due.group(1)), int(due.group(2))
        if came[1] == -2 and low > 0:
            return True
        return (low // 1000 <= came[1] <= -(-high // 1000)
                or low <= came[1] // 1000 <= high)
    if last[0] == "s" and not passed(*last):
        return case.came in (b"$-1\r\n", b"*-1\r\n", b"_\r\n", b":-2\r\n")
    return (last[0] == "ms" and passed(*last)
            and case.checkpoint.id in ("05.1", "05.3")
            and case.due == b"$-1\r\n" and case.came[:1] in (b"$", b"+"))


@rule("E05")
def sleeps(case):
    if case.facts.get("sleeps") or case.facts.get("stall"):
        return True
    if not (case.alive and case.silent() and not case.came
            and any(given(words) for words in case.asked())):
        return False
    # Others are not served either, if they were asked at all.
    return bool(case.asked_again.get("deaf")) or not case.asked_again


@rule("S03 time")
def time_wraps(case):
    return (b"invalid expire time" in (case.due or b"")
            and (case.came or b"")[:1] in (b"+", b":", b"$")
            and bool(re.search(rb"\d{16}", case.request)))
