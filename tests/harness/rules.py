"""Known mistakes: what a failure looks like, never as a certainty.

A rule is a small function over a Case: expected and actual bytes, the way of
cutting, the time line and the server's fate. At most two are printed. The
order here is the order of preference: the special before the general.
tests/bugs/ holds a seeded bug for each, which must be named as itself.
"""

import re

from . import wire

MOST = 2
RULES = []


class Case:
    """A failure as the rules see it."""

    def __init__(self, failure, checkpoint, alive):
        mismatch = failure.mismatch
        self.mismatch = mismatch
        self.checkpoint = checkpoint
        self.facts = mismatch.facts
        self.due = mismatch.expected
        self.came = mismatch.actual
        self.at = mismatch.at or 0
        self.ending = mismatch.ending
        self.cut = failure.cut or ("whole",)
        self.sent = mismatch.sent
        self.request = b"".join(mismatch.sent)
        self.alive = alive
        self.fate = failure.fate
        self.lines = "\n".join(failure.last_lines[1]).lower()

    def both(self):
        """Are there bytes on both sides to compare?"""
        return bool(self.due) and bool(self.came)

    def starts(self, due, came):
        """Was a reply of one type due, and came one of another?"""
        return (self.both() and self.due[:len(due)] == due
                and self.came[:len(came)] == came)

    def silent(self):
        """No answer, or only its beginning."""
        return self.ending == "silence"

    def gone(self):
        """Did the server die, or drop this client?"""
        return not self.alive or self.ending in ("closed", "reset")

    def reply(self):
        """What came, parsed; None if it is no reply."""
        try:
            return wire.parse(self.came or b"")[0]
        except (wire.Incomplete, wire.Malformed):
            return None

    def due_reply(self):
        """What was due, parsed; None if it is no reply."""
        try:
            return wire.parse(self.due or b"")[0]
        except (wire.Incomplete, wire.Malformed):
            return None

    def waits(self):
        """Is silence what this connection asked for? Its last write holds a
        command that may wait (stages 06 and 07)."""
        for words in self.words():
            names = [(word or b"").upper() for word in words]
            if names and (re.fullmatch(rb"B[LRZ]\w+", names[0])
                          or names[0] in (b"XREAD", b"XREADGROUP")
                          and b"BLOCK" in names):
                return True
        return False

    def words(self):
        """The commands of the last write; [] if they are not RESP."""
        found = []
        at = 0
        try:
            while at < len(self.request):
                (kind, items), at = wire.parse(self.request, at)
                if kind != "*":
                    return []
                found.append([item[1] for item in items])
        except (wire.Incomplete, wire.Malformed):
            pass
        return found


def rule(name, text):
    """Register a rule under the mistake's name."""
    def register(function):
        RULES.append((name, text, function))
        return function
    return register


def looks_like(failure, checkpoint, alive):
    """At most two lines, "R07 what it looks like."."""
    case = Case(failure, checkpoint, alive)
    found = []
    for name, text, function in RULES:
        if len(found) < MOST and function(case):
            found.append("%s %s." % (name, text))
    return found


@rule("N01", "the port is still busy after a restart: SO_REUSEADDR is not "
             "set before bind")
def port_busy(case):
    return bool(case.facts.get("start")) and (
        bool(case.facts.get("restart"))
        or "in use" in case.lines or "eaddrinuse" in case.lines)


@rule("N03", "it listens on another port than the command line says")
def wrong_port(case):
    return bool(case.facts.get("other_ports"))


@rule("N02", "the server ends right after its start")
def exits_at_start(case):
    return (bool(case.facts.get("start")) and bool(case.facts.get("exited"))
            and not case.facts.get("restart"))


@rule("R12", "the whole buffer is read (or moved) again for each piece that "
             "arrives, so the time grows with the square of the size")
def quadratic(case):
    return bool(case.facts.get("quadratic"))


@rule("N07", "it spins: the loop turns though nothing has happened")
def spins(case):
    return bool(case.facts.get("spins"))


@rule("N08", "descriptors leak: a connection that is over is not closed")
def leaks(case):
    return bool(case.facts.get("leaked"))


@rule("N04", "a client that went away took the server with it: SIGPIPE or an "
             "error of read or write ends the process")
def died_of_client(case):
    return not case.alive and bool(
        case.facts.get("after_rude") or "SIGPIPE" in case.fate
        or case.facts.get("successor"))


@rule("R09", "a bad length in a request ends the server or makes it wait for "
             "ever")
def bad_length(case):
    bad = re.search(rb"[*$](-[0-9]|[0-9]*[^-0-9\r\n]|[0-9]{9,})", case.request)
    return bool(bad) and (case.gone() or case.ending in ("silence", "open"))


@rule("N06", "the rest of a write that was cut short is dropped: send tells "
             "how many bytes it took")
def partial_write(case):
    if case.facts.get("partial"):
        return True
    return case.both() and len(case.due) > 60000 and case.at > 1000


@rule("N09", "bytes of the client before are still in the buffer when the "
             "descriptor is used again")
def stale(case):
    return (bool(case.facts.get("successor")) and bool(case.came)
            and case.alive)


@rule("N05", "one client holds up all others: the server waits in a read (or "
             "a write) for it alone")
def blocks_on_idle(case):
    if not (case.alive and (case.silent() or case.ending == "refused")):
        return False
    if case.facts.get("beside"):
        return True
    if case.waits():
        return False
    name, events = case.mismatch.conn, case.mismatch.timeline
    others = {event[1] for event in events} - {name}
    left = {event[1] for event in events if event[3] in ("closes", "resets")}
    heard = any(event[1] == name and event[2] == "<" for event in events)
    return bool(others - left) and not heard and not case.came


@rule("R01", "lines end in \\n alone; the protocol wants \\r\\n")
def lf_only(case):
    if not case.came:
        return False
    if case.due and case.came == case.due.replace(b"\r\n", b"\n"):
        return True
    return bool(re.match(rb"[-+:$*][^\r\n]*\n", case.came))


@rule("R02", "an extra line end follows the reply before")
def extra_newline(case):
    return bool(case.came) and case.came[:1] in (b"\r", b"\n")


@rule("R07", "a \\r\\n that is split over two reads is treated as an error")
def split_crlf(case):
    if case.facts.get("crowd"):
        return False
    if case.cut[0] not in ("one", "at") or len(case.sent) < 2:
        return False
    return case.sent[0][-1:] == b"\r" and case.sent[1][:1] == b"\n"


@rule("R06", "of several commands in one packet only the first is answered")
def only_first(case):
    if case.waits():
        return False
    pipelined = len(case.words()) > 1 or case.cut[0] == "glued"
    return (pipelined and case.silent() and not case.came
            and case.cut[0] in ("whole", "glued"))


@rule("R05", "one read is taken for one whole command")
def one_read(case):
    if case.facts.get("crowd"):
        return False
    if case.cut[0] in ("one", "at", "bytes", "glued"):
        return not split_crlf(case)
    if case.mismatch.expected_text.startswith("nothing:") and case.came:
        return not case.waits() and not case.facts.get("other_waiter")
    return case.request[:1] == b"*" and len(case.request) > 1400 and (
        case.both() and case.at < 16 or case.silent())


@rule("S02", "the value ends at its first NUL byte: it is handled as a C "
             "string")
def stops_at_nul(case):
    due, reply = case.due_reply(), case.reply()
    hit = re.match(rb"\$([0-9]+)\r\n", case.came or b"")
    if due and due[0] == "$" and due[1] and b"\0" in due[1] and hit:
        if int(hit.group(1)) == len(due[1].partition(b"\0")[0]):
            return True
    if not due or not reply or due[0] != reply[0]:
        return False
    if due[0] == "$" and due[1] and reply[1] is not None:
        return (b"\0" in due[1] and len(reply[1]) < len(due[1])
                and due[1].partition(b"\0")[0] == reply[1])
    nul = b"\0" in case.request and due[0] == ":"
    return nul and reply[1] < due[1]


@rule("R04", "the length counts characters; the protocol counts bytes")
def characters(case):
    if not case.starts(b"$", b"$"):
        return False
    due = case.due_reply()
    if not due or due[1] is None:
        return False
    hit = re.match(rb"\$([0-9]+)\r\n", case.came)
    text = due[1].decode("utf-8", "replace")
    return (bool(hit) and int(hit.group(1)) == len(text) != len(due[1]))


@rule("R13", "bytes are handled as text: what is no UTF-8 is replaced")
def decoded(case):
    return (case.both() and b"\xef\xbf\xbd" in case.came
            and b"\xef\xbf\xbd" not in case.due)


@rule("S01", "an empty string is given where there is none: $0 is not $-1")
def empty_for_nil(case):
    return bool(case.due) and case.due[:5] == b"$-1\r\n" and (
        case.came or b"")[:4] == b"$0\r\n"


@rule("R03", "a simple string (+) where a bulk string ($) is due")
def simple_for_bulk(case):
    return case.starts(b"$", b"+")


@rule("R10", "an array's members come without the array around them")
def flattened(case):
    if not case.both() or case.due[:1] != b"*" or case.came[:1] == b"*":
        return False
    members = case.due.partition(b"\r\n")[2]
    return bool(members) and members.startswith(case.came)


@rule("R11", "replies come in another order than their commands")
def out_of_order(case):
    later = case.facts.get("later", [])
    return bool(case.came) and case.came in later


@rule("R08", "command names must match whatever their case")
def case_sensitive(case):
    lower = any(words and re.search(rb"[a-z]", words[0] or b"")
                for words in case.words())
    inline = re.match(rb"[A-Z]*[a-z]+[A-Za-z]*", case.request)
    return ((lower or bool(inline)) and bool(case.came)
            and case.came[:1] == b"-"
            and b"unknown" in case.came.lower()
            and not (case.due or b"-").startswith(b"-"))


@rule("S03", "the number wraps around where it should be refused")
def wraps(case):
    return (case.starts(b"-", b":") and b"overflow" in case.due)


@rule("S04", "a key that is named twice is counted wrongly")
def duplicates(case):
    if not case.starts(b":", b":"):
        return False
    for words in case.words():
        name = (words[0] or b"").upper()
        keys = words[1:]
        if (name in (b"DEL", b"UNLINK", b"EXISTS", b"TOUCH")
                and len(keys) != len(set(keys))):
            return True
    return False


@rule("S05", "the right error, in other words: clients compare its text")
def error_text(case):
    if case.starts(b"-", b"-"):
        return case.due != case.came
    return (case.mismatch.expected_text.startswith("an error reply like")
            and bool(case.came) and case.came[:1] == b"-")


# These stand behind all others.
from . import (rules_aof, rules_files, rules_lists, rules_time,  # noqa: E402,F401
               rules_types)
