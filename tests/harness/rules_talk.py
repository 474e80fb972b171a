"""Known mistakes with connections, requests and replies: stages 01 to 04."""

import re

from . import wire
from .probe import LONG, UNKNOWN
from .transport import NOTED

HOW = {
    "error": "a made-up name gets the same error",
    "reply": "a made-up name gets the same reply",
    "silence": "a made-up name is not answered either",
    "closed": "a made-up name gets its connection closed, too",
    "end": "a made-up name ends the server, too",
}
NO_TEXT = re.compile(r"unicode(decode|encode)?error|utf8error|fromutf8error|"
                     r"invalid utf-?8|not valid utf-?8|malformedinput|"
                     r"contain valid utf-?8|invalid byte sequence|decoding error|"
                     r"invalid (start|continuation) byte")
ENDS = b" \t\r\n\v\0"      # what trim takes away, in one language or another
MOST_OF_A_READ = 100000


OPTIONS = (b"NX", b"XX", b"GET", b"EX", b"PX", b"EXAT", b"PXAT", b"KEEPTTL")


def not_known(case):
    """Returns true if the command must not be there."""
    return case.words_due.startswith('an error reply like "ERR unknown command')


def nobody_knows(case):
    """Returns true if a command that must not be there is not answered."""
    return (UNKNOWN.match(case.due) or not_known(case)) and not (
        case.came or case.pipelined) and case.cut[0] == "whole"


def another_name(case):
    """Returns true if the error of a request in one packet says that it does not know the command,
    and names another word of it."""
    said = re.match(rb"-[^'\"`\r]*(?:command|cmd)[^'\"`\r]*['\"`]([^'\"`\r]+)", case.came, re.I)
    name = said.group(1) if said else b""
    return bool(UNKNOWN.match(case.came) and name) and case.cut[0] == "whole" and (
        not case.pipelined and len(case.request) <= LONG and case.request[:1] == b"*"
        and not case.name.startswith(name.upper())
        and any(word.startswith(name) for word in case.last[1:]))


def missing_command(case):
    if another_name(case):
        return False
    if UNKNOWN.match(case.due) or not_known(case) or (
            case.saw.tail and (case.came or b"-")[:1] != b"-"):
        return False        # a made-up name was asked for; or it was answered
    if case.saw.missing:
        name, how = case.saw.missing
        if how == "error" and re.search("an error reply(?! like)", case.words_due):
            return False        # that would be right
        # Why stages 01 and 02 send a command at all.
        early = (" (from stage 03 on a server is asked for ECHO where one of stages 01 and 02 "
                 "sends the bytes back)") if case.point < "03" else ""
        return "the command %s is not there: %s%s" % (name, HOW[how], early)
    # The server could not be asked again, so its own words must do.
    return (not case.probed and case.cut[0] == "whole"
            and any(words[0] == words[0].upper() for words in case.commands)
            and bool(UNKNOWN.match(case.came)))


def bad_header(request):
    """Returns true if there is an impossible length or count where one is expected. It
    walks along the request, so that bytes inside an argument are not taken for a
    length."""
    at = 0
    while at < len(request):
        head = re.compile(rb"([*$])([^\r\n]*)(\r?\n|$)").match(request, at)
        if not head:
            return False
        kind, digits, end = head.groups()
        good = re.fullmatch(rb"[0-9]{0,9}|-1" if kind == b"*" else
                            rb"[0-9]{0,9}", digits)
        if not good or digits and int(digits) > 512 << 20:
            return True
        if not digits or not end:
            return False
        at = head.end() + (int(digits) + 2 if kind == b"$" else 0)
    return False


def beside_others(case):
    """Returns true if this client has never been answered, and others are there."""
    others = {event[1] for event in case.timeline} - {case.conn}
    left = {event[1] for event in case.timeline if event[3] in ("closes", "resets")}
    heard = any(event[1] == case.conn and event[2] == "<" for event in case.timeline)
    return bool(others - left) and not heard and not case.came


def goes_on(case):
    """Returns true if the last write goes on with a request that an earlier one has begun.
    Of a long one the timeline has only the beginning."""
    *earlier, _ = [event[4] for event in case.timeline if event[1:3] == (case.conn, ">")] or [b""]
    begun = b"".join(earlier)
    whole = [0, *(end for _, end in wire.replies(begun))][-1]
    return begun[:1] == b"*" and whole < len(begun) and NOTED not in map(len, earlier)


def long_before(case):
    """Returns true if this connection has sent a long request before: who reads only a part of it
    takes the rest for the next one."""
    return any(len(event[4]) >= NOTED for event in case.timeline
               if event[1:3] == (case.conn, ">"))


def trimmed(case):
    """Returns true if only the ends of a string are missing, and neither its first line end nor its
    first zero byte can be what has ended it."""
    due, came = case.due_string, case.came_string
    return came not in (b"", due) and came in (
        due.strip(ENDS), due.rstrip(ENDS), due.strip(), due.rstrip()) and (
        not due.startswith(came) or re.search(rb"[\r\n\0]", came) is not None
        or due.rstrip(b" ") == came)


def others_bytes(case):
    """Returns true if a client of many gets what another one has said: see judges/poll.py."""
    own, came = (re.search(rb"(?:^|\n)(\d+) of \d+: ", data) for data in (case.due, case.came))
    return bool(own and came) and own.group(1) != came.group(1)


def one_key_for_two(case):
    if len(case.last) != 2 or case.name != b"GET" or not case.got:
        return False
    key = case.last[1]
    for name, *rest in reversed(case.asked):
        if name.upper() != b"SET" or len(rest) < 2 or rest[0] == key or (
                rest[1] != case.got[1]):
            continue
        if rest[0].lower() == key.lower():
            return ("two keys that differ by case are taken for one: the names "
                    "of commands match in any case, keys and values do not")
        if rest[0].decode("utf-8", "replace") == key.decode("utf-8", "replace"):
            return "two keys that are no UTF-8 are taken for one: a key is bytes, and no text"
        return rest[0].startswith(key) or key.startswith(rest[0])
    return False


def lengths_in_characters(data):
    """Returns the heads of a bulk string whose length counts characters, as JavaScript does, or
    others (to some \r\n is one); none if that is as many as there are bytes."""
    text = data.decode("utf-8", "replace")
    counts = {len(text), len(text.encode("utf-16-le")) // 2, len(text.replace("\r\n", "\n"))}
    return tuple(b"$%d\r\n" % count for count in counts - {len(data)})


KINDS = (
    ("arity", rb"wrong num|number of arg|argument|arity|too (few|many)"),
    ("syntax", rb"syntax|option"),
    ("unknown", rb"unknown|unsupported|not supported|unrecogni[sz]ed"),
    ("integer", rb"not an int|integer|not a number|out of range"),
    ("float", rb"float|double"),
    ("overflow", rb"overflow"),
    ("nan", rb"nan|infinity"),
    ("type", rb"wrong ?type|wrong kind|against a key"),
    ("expire", rb"expire"),
    ("key", rb"no such key"),
    ("protocol", rb"protocol"),
    ("inline", rb"inline"),
    ("count", rb"multi-?bulk|mbulk|array"),
    ("quotes", rb"quote"),
)


def kinds_of(text):
    """Returns the kinds of mistake that an error names, as far as its words tell."""
    return {kind for kind, words in KINDS if re.search(words, text, re.I)}


def error_text(case):
    due = case.due or case.words_due.encode()
    if case.came[:1] != b"-" or case.due == case.came or not (
            case.due[:1] == b"-" or case.words_due.startswith("an error reply like")):
        return False
    if due.lower().split() == case.came.lower().split():
        return True
    if due == b"-ERR " + case.came[1:].lstrip():
        return "the right error, but without the word ERR at its beginning"
    if due[:1] == b"-" and due.partition(b" ")[2] == case.came.partition(b" ")[2] != b"":
        return ("the right words behind another first word, at which clients look: %s is due"
                % due[1:].split()[0].decode())
    same = kinds_of(due) & kinds_of(case.came)
    return bool(same) and (same != {"protocol"}
                           or kinds_of(case.came) == {"protocol"})
