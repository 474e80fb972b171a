"""Known mistakes: what a failure looks like, never as a certainty.

A rule is a small function of a Case: expected and actual bytes, the way of cutting, the
time line and the server's fate. It returns False, True, or a text that fits better than
its usual one. The usual texts stand in rules.ini, in the order in which rules are
tried. At most two are printed.

A wrong guess costs more than none, so a rule needs evidence that excludes its
neighbours. tests/bugs/ holds a seeded bug for each, which must be named as itself and
as nothing else; `tests/check rules` tries the rules on servers with one mistake each.

"""

import os
import re

from . import manifest, probe, wire

MOST = 2
OF_REPLIES = "RSELT"    # letters of rules that a replication link cannot break


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
        self.asked_again = {}   # the findings of probe.examine()

    def both(self):
        """Returns true if there are bytes on both sides to compare."""
        return bool(self.due) and bool(self.came)

    def starts(self, due, came):
        """Returns true if a reply of one type was expected, and one of another came."""
        return (self.both() and self.due[:len(due)] == due
                and self.came[:len(came)] == came)

    def silent(self):
        """Returns true if there was no answer, or only its beginning."""
        return self.ending == "silence"

    def gone(self):
        """Returns true if the server died, or dropped this client."""
        return not self.alive or self.ending in ("closed", "reset")

    def reply(self):
        """Returns what came, parsed; None if it is no reply."""
        return next(wire.replies(self.came or b""), (None,))[0]

    def due_reply(self):
        """Returns what was expected, parsed; None if it is no reply."""
        return next(wire.replies(self.due or b""), (None,))[0]

    def waits(self):
        """Returns true if silence is what this connection asked for: its last write
        holds a command that may wait (stages 06 and 07)."""
        for words in self.words():
            names = [(word or b"").upper() for word in words]
            if names and (re.fullmatch(rb"B[LRZ]\w+", names[0])
                          or names[0] in (b"XREAD", b"XREADGROUP")
                          and b"BLOCK" in names):
                return True
        return False

    def asked(self):
        """Returns all commands of the session so far, the failed one last."""
        return [[word or b"" for word in words]
                for _, _, arrow, _, data in self.mismatch.timeline
                if arrow == ">" for words in wire.requests(data)]

    def words(self):
        """Returns the commands of the last write; [] if they are not RESP."""
        return list(wire.requests(self.request))


class Rule:
    """A section of rules.ini; says(case) is its function."""

    def __init__(self, section, fields):
        self.name = section.split()[0]
        self.text = " ".join(fields["text"].split())
        self.alone = "alone" in fields.get("marks", "")
        self.facts = fields.get("facts", "").split()
        self.replies = re.compile(fields.get("replies", "(?!)").encode(), re.S)

    def says(self, case):
        """Returns true if one of the facts is known, or the replies match."""
        known = {**case.asked_again, **case.facts}
        return any(map(known.get, self.facts)) or bool(
            self.replies.match((case.due or b"") + b" => " + (case.came or b"")))


INI = manifest.read_ini(os.path.join(os.path.dirname(__file__), "rules.ini"))
RULES = {section: Rule(section, INI[section]) for section in INI.sections()}


def rule(section):
    """Registers the function of a rule."""
    def register(function):
        RULES[section].says = function
        return function
    return register


def looks_like(failure, checkpoint, alive, server=None, limits=None):
    """Returns at most two lines, "R07 what it looks like.". If a server is given, it is
    asked again where that helps."""
    case = Case(failure, checkpoint, alive)
    if server is not None:
        case.asked_again = probe.examine(server, limits, failure.mismatch,
                                         case)
    found = []
    for each in RULES.values():
        if case.facts.get("link") and each.name[0] in OF_REPLIES:
            continue
        said = each.says(case)
        if not said:
            continue
        line = "%s %s." % (each.name,
                           said if isinstance(said, str) else each.text)
        if each.alone:
            return [line]
        found.append(line)
    return found[:MOST]


HOW = {
    "error": "a made-up name gets the same error",
    "reply": "a made-up name gets the same reply",
    "silence": "a made-up name is not answered either",
    "closed": "a made-up name gets its connection closed, too",
    "end": "a made-up name ends the server, too",
}
# What servers call a command that they do not have.
UNKNOWN = re.compile(
    rb"-\S* ?\W*(unknown|unrecogni[sz]ed|unsupported|undefined|invalid|bad|"
    rb"unimplemented|no such) (command|cmd)\b"
    rb"|-.*\b(command|cmd)\b.* not (\w+ )?(found|known|supported|implemented|"
    rb"recogni[sz]ed)", re.I)


@rule("C01")
def missing_command(case):
    if UNKNOWN.match(case.due or b"") or (
            case.facts.get("tail") and (case.came or b"-")[:1] != b"-"):
        return False        # a made-up name was asked for; or it was answered
    missing = case.asked_again.get("missing")
    if missing:
        return "the command %s is not there: %s%s" % (
            missing[0], HOW[missing[1]], also_echo(case))
    if case.asked_again.get("alike"):
        return ("the commands are not told apart: every name, even a made-up one, "
                "gets the same reply")
    # The server could not be asked again, so its own words must do.
    names = [words[0] for words in case.words() if words and words[0]]
    return (not case.asked_again and case.cut[0] == "whole"
            and any(name == name.upper() for name in names)
            and bool(UNKNOWN.match(case.came or b"")))


def also_echo(case):
    """Explains why stages 01 and 02 send a command at all."""
    if case.checkpoint.id >= "03":
        return ""
    return (" (from stage 03 on a server is asked for ECHO where one of "
            "stages 01 and 02 sends the bytes back)")


@rule("C04")
def option_ignored(case):
    lost = case.asked_again.get("not_kept")
    if lost:
        return ("the option %s of SET has no effect: a key that was set with it has "
                "no time (TTL says -1)" % lost)
    ignored = case.asked_again.get("ignored")
    return bool(ignored) and (
        "the option %s of SET has no effect: SET ignores options that it does not "
        "know (a made-up one gets +OK, too)" % ignored)


@rule("C03")
def other_stage(case):
    if case.asked_again.get("speaks_resp"):
        return "this server speaks RESP: judge it with --stage 03 or later"
    return bool(case.asked_again.get("echoes")) and (
        "this server sends back what comes, as in stages 01 and 02 "
        "(--stage 02): from 03 on a request is RESP, and has a reply")


@rule("N01")
def port_busy(case):
    return bool(case.facts.get("start")) and (
        bool(case.facts.get("restart"))
        or "in use" in case.lines or "eaddrinuse" in case.lines)


@rule("N02")
def exits_at_start(case):
    return (bool(case.facts.get("start")) and bool(case.facts.get("exited"))
            and not case.facts.get("restart") and not case.facts.get("file"))


@rule("N14")
def unhandled(case):
    return case.checkpoint.id == "01.7" and "SIGTERM" in case.fate


@rule("N04")
def died_of_client(case):
    return not case.alive and bool(
        case.facts.get("after_rude") or "SIGPIPE" in case.fate
        or case.facts.get("successor"))


@rule("R09")
def bad_length(case):
    if decoded(case):
        return False
    return bad_header(case.request) and (
        case.gone() or case.ending in ("silence", "open"))


def gave_up_early(case):
    """Returns true if a client that waits got its time-out, and an element was due."""
    due, came = case.due_reply(), case.reply()
    return (case.waits() and came in (("*", None), ("$", None), ("_", None))
            and bool(due) and due[0] == "*" and bool(due[1]))


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


MOST_OF_A_READ = 100000


@rule("N06")
def partial_write(case):
    if case.facts.get("partial"):
        return True
    # No read brings this much at once: an answer that stops there was cut by a write.
    if (case.both() and case.at > MOST_OF_A_READ
            and case.came[case.at:case.at + 2] != wire.CRLF):
        return True
    # The request was read to its end, as its length stands in front of what has come.
    return stops_short(case) and bool(case.asked_again.get("small_cut")) and (
        "the reply's length is right, and its bytes stop after %d: the rest of "
        "a write that was cut short is dropped (send returns how many bytes it "
        "took), or a buffer for replies has a fixed size" % case.at)


def stops_short(case):
    """Returns true if a long string came correctly up to a point, and no further."""
    return (case.both() and case.silent() and case.starts(b"$", b"$")
            and len(case.came) > 1000 and case.due.startswith(case.came))


@rule("N09")
def stale(case):
    return (bool(case.facts.get("successor")) and bool(case.came)
            and case.alive)


def refused(case):
    """Returns true if a server that is alive accepted no connection."""
    return (case.alive and case.ending == "refused" and not case.facts.get("start")
            and "refused" in (case.mismatch.actual_text or ""))


@rule("N15")
def listens_no_more(case):
    return refused(case)


@rule("N05")
def blocks_on_idle(case):
    if not (case.alive and (case.silent() or case.ending == "refused")) or (
            refused(case)):
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


@rule("R01")
def lf_only(case):
    if not case.came or not case.request.startswith(b"*"):
        return False
    first = (case.due or b"").partition(b"\r\n")[0]
    if first[:1] in (b"+", b"-", b":", b"$", b"*") and \
            case.came.startswith(first + b"\n"):
        return True
    # Of a line of text the newline may be the payload's; of a number never.
    return bool(re.match(rb"[:$*]-?\d+\n", case.came))


@rule("R02")
def extra_newline(case):
    return (bool(case.came) and case.came[:1] in (b"\r", b"\n")
            and case.cut[0] == "whole" and case.request.startswith(b"*"))


@rule("R15")
def too_many_replies(case):
    if not case.facts.get("tail") or not case.came:
        return False
    many = case.asked_again.get("replies")
    if many is not None:
        return many > 1
    return not case.asked_again and case.reply() is not None


@rule("R07")
def split_crlf(case):
    if case.facts.get("crowd"):
        return False
    if case.cut[0] not in ("one", "at") or len(case.sent) < 2:
        return False
    # A cut elsewhere does no harm, as far as was tried.
    return (case.sent[0][-1:] == b"\r" and case.sent[1][:1] == b"\n"
            and not case.asked_again.get("cut_anywhere"))


@rule("R06")
def only_first(case):
    if case.waits():
        return False
    pipelined = len(case.words()) > 1 or case.cut[0] == "glued"
    return (pipelined and case.silent() and not case.came
            and case.cut[0] in ("whole", "glued"))


@rule("R05")
def one_read(case):
    if case.facts.get("crowd"):
        return False
    if gave_up_early(case):
        return False        # a slow replay, and a time-out that comes too early
    if case.cut[0] in ("one", "at", "bytes", "glued"):
        return not split_crlf(case)
    if case.mismatch.expected_text.startswith("nothing:") and case.came:
        return not case.waits() and not case.facts.get("other_waiter")
    if case.request[:1] != b"*" or len(case.request) <= probe.LONG or (
            case.asked_again.get("small_cut")):
        return False
    return case.silent() or case.both() and (
        case.at < 16 and case.came[:1] == b"$"
        or case.came[case.at:case.at + 2] == wire.CRLF
        or case.came[:1] == b"-" and case.due[:1] != b"-"
        and not case.came.startswith((b"-OOM ", b"-WRONGTYPE ")))


@rule("R16")
def fixed_size(case):
    sizes = case.asked_again.get("sizes")
    return bool(sizes) and not partial_write(case) and (
        "the length matters: ECHO of %d bytes is answered rightly, of %d bytes "
        "not, as if a buffer, or a value, had a fixed size" % sizes)


@rule("R17")
def counts_line_end(case):
    if not case.starts(b"$", b"$"):
        return False
    due = case.due_reply()
    return bool(due and due[1]) and case.came.startswith(
        b"$%d\r\n%s\r\n" % (len(due[1]) + 2, due[1]))


@rule("S07")
def one_key_for_two(case):
    words = case.words()[-1:] or [[]]
    reply = case.reply()
    if len(words[0]) != 2 or words[0][0].upper() != b"GET" or not reply:
        return False
    key = words[0][1] or b""
    for name, *rest in reversed(case.asked()):
        if name.upper() != b"SET" or len(rest) < 2 or rest[0] == key or (
                rest[1] != reply[1]):
            continue
        if rest[0].lower() == key.lower():
            return ("two keys that differ by case are taken for one: the names "
                    "of commands match in any case, keys and values do not")
        return rest[0].startswith(key) or key.startswith(rest[0])
    return False


@rule("S02")
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


@rule("R04")
def characters(case):
    if not case.starts(b"$", b"$"):
        return False
    due = case.due_reply()
    if not due or due[1] is None:
        return False
    hit = re.match(rb"\$([0-9]+)\r\n", case.came)
    text = due[1].decode("utf-8", "replace")
    units = len(text.encode("utf-16-le")) // 2      # JavaScript counts those
    return (bool(hit) and len(text) != len(due[1])
            and int(hit.group(1)) in (len(text), units))


NO_TEXT = re.compile(r"unicode(decode|encode)?error|utf8error|fromutf8error|"
                     r"invalid utf-?8|not valid utf-?8|malformedinput|"
                     r"invalid (start|continuation) byte")


@rule("R13")
def decoded(case):
    odd = re.search(rb"[\x80-\xff]", case.request) is not None
    if odd and NO_TEXT.search(case.lines):
        return True
    return (case.both() and b"\xef\xbf\xbd" in case.came
            and b"\xef\xbf\xbd" not in case.due)


@rule("R14")
def cut_at_newline(case):
    if case.facts.get("successor") or case.cut[0] != "whole":
        return False
    if case.asked_again.get("cut_at_newline"):
        return True
    due = case.due_reply()
    hit = re.match(rb"\$([0-9]+)\r\n", case.came or b"")
    if not due or due[0] != "$" or b"\r\n" not in (due[1] or b"") or not hit:
        return False
    line = due[1].partition(b"\r\n")[0]
    return case.came[hit.end():].startswith(line + b"\r\n") and (
        int(hit.group(1)) == len(line))


@rule("R10")
def flattened(case):
    if not case.both() or case.due[:1] != b"*" or case.came[:1] == b"*":
        return False
    members = case.due.partition(b"\r\n")[2]
    return bool(members) and members.startswith(case.came)


@rule("R11")
def out_of_order(case):
    later = case.facts.get("later", [])
    return bool(case.came) and case.came in later


@rule("R08")
def case_sensitive(case):
    option = case.asked_again.get("small_option")
    if option:
        return ("the option %s is known in capitals only: options match in any "
                "case, as the names of commands do" % option)
    if case.asked_again.get("other_case"):
        return True
    lower = any(words and re.search(rb"[a-z]", words[0] or b"")
                for words in case.words())
    inline = re.match(rb"[A-Z]*[a-z]+[A-Za-z]*", case.request)
    return ((lower or bool(inline)) and bool(case.came)
            and case.came[:1] == b"-"
            and b"unknown" in case.came.lower()
            and not (case.due or b"-").startswith(b"-"))


@rule("S04")
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


@rule("S05")
def error_text(case):
    due = case.due or case.mismatch.expected_text.encode()
    wanted = case.starts(b"-", b"-") or (
        case.mismatch.expected_text.startswith("an error reply like")
        and (case.came or b"")[:1] == b"-")
    if not wanted or case.due == case.came:
        return False
    if lf_only(case):
        return False
    if due.lower().split() == case.came.lower().split():
        return True
    if due == b"-ERR " + case.came[1:].lstrip():
        return "the right error, but without the word ERR at its beginning"
    same = kinds_of(due) & kinds_of(case.came)
    return bool(same) and (same != {"protocol"}
                           or kinds_of(case.came) == {"protocol"})


# Each of these registers its rules.
from . import (rules_files, rules_lists, rules_multi, rules_pubsub,  # noqa: E402,F401
               rules_replication, rules_time, rules_tracking, rules_types)
