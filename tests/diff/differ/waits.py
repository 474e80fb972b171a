"""Commands that may wait: which ones these are, and for how long."""

# A time-out that is over at once: everybody waits until it is. Any other must be so
# long that it never ends, since nobody could tell what came before its end and what
# after.
SHORT = 0.05
NEVER = 1000.0
# So many seconds that their end is no 64-bit number of milliseconds: an error in Redis
# 7.2, and a wait without end in 7.0.
OVERFLOW = (9.1e15, 9.3e15)

# The place of the time-out.
TIMED = {b"blpop": -1, b"brpop": -1, b"blmove": -1, b"brpoplpush": -1,
         b"bzpopmin": -1, b"bzpopmax": -1, b"blmpop": 1, b"bzmpop": 1}
READERS = (b"xread", b"xreadgroup")


def number(text):
    """Returns a number as C reads it, or None."""
    try:
        text = text.decode()
        return (float.fromhex(text) if "x" in text.lower() else float(text))
    except (UnicodeDecodeError, ValueError, OverflowError):
        return None


def time_out(words):
    """Returns the word that says how long a command may wait; None if it does not wait.
    """
    name = words[0].lower()
    if name in TIMED:
        place = TIMED[name]
        return words[place] if len(words) > abs(place) else None
    if name in READERS:
        return reader_options(words)[0]
    return None


def reader_options(words):
    """Returns the word behind the last BLOCK of XREAD or XREADGROUP (or None), and the
    place behind STREAMS. Groups, consumers and keys may have any name."""
    at, block = 1, None
    while at < len(words):
        option = words[at].lower()
        if option == b"streams":
            return block, at + 1
        if option == b"block" and at + 1 < len(words):
            block = words[at + 1]
        at += {b"group": 3, b"count": 2, b"block": 2}.get(option, 1)
    return block, len(words)


def seconds(words):
    """Returns the seconds that a command may wait; None if it does not."""
    word = time_out(words)
    found = None if word is None else number(word)
    if found is not None and words[0].lower() in READERS:
        found /= 1000
    return found


def may_wait(words):
    """Returns true if a command may wait. Negative and malformed times are errors at
    once; times count in whole milliseconds, rounded up."""
    found = seconds(words)
    return found is not None and found > -0.0011


def is_short(words):
    found = seconds(words)
    return found is not None and 0 < found <= SHORT


def falls_due(words):
    """Returns true if the wait could end at some moment of the session."""
    found = seconds(words)
    return found is not None and (
        SHORT < found < NEVER or OVERFLOW[0] < found < OVERFLOW[1])


def is_stray(words):
    """Returns true for a CLIENT UNBLOCK with a number that may be somebody's."""
    lower = [word.lower() for word in words]
    return (lower[:2] == [b"client", b"unblock"]
            and any(word.isdigit() and 0 < len(word) < 9 for word in words))
