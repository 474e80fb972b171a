"""A failure as lines of text, 80 columns wide: the main product.

The same lines go to the terminal, to TAP, JUnit and JSON.
"""

import re
import textwrap

from . import parties, wire
from .model import RESTARTED

WIDTH = 80
LABEL = 19              # columns before the bytes
ROOM = WIDTH - LABEL
WHOLE = 1200            # up to this many bytes are all shown;
PART = 400              # of more, this many around the fault, or at the beginning:
LITTLE = 100            # if nothing came
STDERR = 12             # lines of it
BEFORE = 4              # what was asked before: so many commands
IN_FULL = 300           # below the picture: so many bytes of a request,
FULL_LINES = 8          # so many lines
DECIDES = ("ACL SETUSER", "CONFIG SET", "CLIENT ", "HELLO ", "MULTI", "WATCH ", "SUBSCRIBE ",
           "PSUBSCRIBE ")


def spread(left, right):
    """Puts left and right on one line if there is room, otherwise on two."""
    if not right:
        return [left]
    gap = WIDTH - len(left) - len(right)
    if gap >= 2:
        return [left + " " * gap + right]
    return [left, "  " + right]


def label(conn, word):
    """Returns the left edge of a line about bytes."""
    head = "  conn %s  " % conn if conn else "          "
    if len(head) > 10:
        head = head.rstrip() + " "
    return (head.ljust(10) + word).ljust(LABEL)


def wrap(text, first, rest):
    return textwrap.wrap(text, WIDTH, initial_indent=first,
                         subsequent_indent=rest, break_on_hyphens=False)


def sent_text(parts):
    """Shows the bytes that were sent, with a bar where they were cut."""
    parts = [part for part in parts if part]
    if not parts:
        return "nothing"
    if len(parts) == 1:
        return sized(parts[0], ROOM)
    if len(parts) > 2:
        whole = b"".join(parts)
        return sized(whole, ROOM - 26) + " (one byte at a time)"
    texts = [wire.show(part) for part in parts]
    if sum(map(len, texts)) + 3 <= ROOM:
        return " | ".join(texts)
    half = (ROOM - 3) // 2
    left_room = max(half, ROOM - 3 - len(texts[1]))
    left = wire.brief(parts[0], left_room, end=True)
    right = wire.brief(parts[1], ROOM - 3 - len(left))
    return left + " | " + right


def in_words(parts):
    """Shows the commands as one would type them, where the bytes do not fit."""
    data = b"".join(parts)
    if len(wire.show(data)) <= ROOM or data[:1] != b"*" or len(data) > 4000:
        return []
    return [label(None, "that is") + short(data, ROOM)]


def sized(data, room):
    """Shows bytes, and their number if not all are shown."""
    if len(wire.show(data)) <= room:
        return wire.show(data)
    note = " (%d bytes)" % len(data)
    return wire.brief(data, room - len(note)) + note


def cut_words(cut, parts):
    """Describes how the session was cut when it failed."""
    if cut is None or cut[0] == "whole":
        return ""
    if cut[0] == "glued":
        return ("passes when each command waits for its reply; fails when "
                "all come in one packet")
    if cut[0] == "bytes":
        return ("passes when sent whole; fails when sent one byte at a time, "
                "2 ms apart")
    text = "passes when sent whole; fails when cut after byte %d" % cut[2]
    if len(parts) == 2 and parts[0] and parts[1]:
        if parts[0][-1:] == b"\r" and parts[1][:1] == b"\n":
            return text + " (between \\r and \\n)"
        return text + " (%s | %s)" % (wire.escape_byte(parts[0][-1]),
                                      wire.escape_byte(parts[1][0]))
    return text


def head_number(data):
    """Returns the text between a reply's type and the end of its first line."""
    return data[1:].partition(b"\r")[0].partition(b"\n")[0]


def difference(due, came, at):
    """Describes what is wrong at byte `at`."""
    if at >= len(came):
        return ""
    if came[at:at + 1] == b"\n" and due[at:at + 2] == b"\r\n":
        return "byte %d: \\n alone, \\r\\n is due" % at
    if at == 0 and came[:1] in (b"\r", b"\n"):
        return "byte 0: an empty line before the reply"
    if at == 0 and due[:1] != came[:1] and chr(due[0]) in wire.KIND:
        if chr(came[0]) not in wire.KIND:
            return 'byte 0: %s begins no reply; %s (%s) is due' % (
                wire.escape_byte(came[0]), wire.kind_of(due), chr(due[0]))
        return "byte 0: %s where %s was due" % (
            wire.kind_of(came), wire.kind_of(due))
    head = due.find(b"\r")
    if due[:1] == came[:1] and due[:1] in b"$*~%>" and at <= head:
        if wire.kind_of(due) != wire.kind_of(came):
            return "byte %d: %s where %s was due" % (
                at, wire.kind_of(came), wire.kind_of(due))
        return "byte %d: " % at + other_size(due, came)
    if due[:1] == came[:1] == b":":
        return "byte %d: %s is due, %s came" % (
            at, head_number(due).decode("latin-1"),
            head_number(came).decode("latin-1")[:24])
    if due[:1] == came[:1] == b"-":
        return "byte %d: the text of the error differs from here on" % at
    return "byte %d: %s is due, %s came" % (
        at, wire.escape_byte(due[at]), wire.escape_byte(came[at]))


def other_size(due, came):
    """Describes a bulk string or an array with another number than expected: is it
    another value, or is the number wrong?"""
    number = head_number(came).decode("latin-1")[:20]
    wanted = head_number(due).decode("latin-1")
    if due[:1] != b"$":
        return "the number of members is %s, %s is due" % (number, wanted)
    if next(wire.replies(came), (None, 0))[1] == len(came):
        return "another string, of %s bytes; %s are due" % (number, wanted)
    return "the length is %s, %s is due" % (number, wanted)


def ending_words(mismatch):
    """Describes how the waiting ended, if bytes are missing."""
    if mismatch.ending == "silence":
        return "nothing more came within %.1f s" % mismatch.waited
    if mismatch.ending == "closed":
        return "the server closed the connection"
    if mismatch.ending == "reset":
        return "the server reset the connection"
    return mismatch.ending or ""


def missing(mismatch, at):
    """Describes an answer that is right so far, but not complete."""
    rest = mismatch.expected[at:]
    if rest == wire.CRLF:
        if mismatch.ending == "silence":
            return ("no \\r\\n at the end, and nothing more in %.1f s"
                    % mismatch.waited)
        return "no \\r\\n at the end: " + ending_words(mismatch)
    return "%s; %d of %d bytes came" % (ending_words(mismatch), at,
                                        len(mismatch.expected))


def actual_lines(mismatch):
    """Shows what came, with a caret where it goes wrong."""
    first = label(None, "actual")
    came = mismatch.actual
    if came is None:
        return wrap(mismatch.actual_text or "nothing", first, " " * LABEL)
    if not came:
        words = ending_words(mismatch)
        if mismatch.ending == "silence":
            words = ("no answer within %.1f s (for a slow server: --patience 3)"
                     % mismatch.waited)
        elif words:
            words += " without a reply"
        return [first + (words or "no bytes")]
    at = mismatch.at or 0
    lines, row, column = shown(came, first, at)
    note = mismatch.note
    if mismatch.expected is not None:
        note = difference(mismatch.expected, came, at)
        if at >= len(came):
            note = missing(mismatch, at)
    elif mismatch.ending:
        note = ending_words(mismatch)
    if note:
        lines[row + 1:row + 1] = caret(column, note)
    return lines


def caret(column, note):
    """Shows the caret under a column, with its note beside it or below."""
    column += LABEL
    if column + 2 + len(note) <= WIDTH:
        return [" " * column + "^ " + note]
    if column - 1 - len(note) >= 2:
        return [" " * (column - 1 - len(note)) + note + " ^"]
    return [" " * column + "^"] + wrap(note, " " * LABEL, " " * LABEL)


def expected_lines(mismatch):
    first = label(None, "expected")
    if mismatch.expected is None:
        return wrap(mismatch.expected_text, first, " " * LABEL)
    return shown(mismatch.expected, first, mismatch.at or 0,
                 PART if mismatch.actual else LITTLE)[0]


def shown(data, first, focus, part=PART):
    """Shows the bytes, over as many lines as they take; of more than WHOLE, the part
    around byte `focus`, and which part that is. Returns the lines, and the line and
    column of that byte."""
    begin, end = 0, len(data)
    if len(data) > WHOLE:
        begin = max(0, min(focus - part // 2, len(data) - part))
        end = begin + part
    pieces = [[]]
    used = row = column = 0
    for number in range(begin, end):
        cell = wire.escape_byte(data[number])
        if used + len(cell) + 2 > ROOM:
            pieces.append([])
            used = 0
        if number == focus:
            row, column = len(pieces) - 1, used
        pieces[-1].append(cell)
        used += len(cell)
    if focus >= end:
        row, column = len(pieces) - 1, used
    lines = [(" " * LABEL if number else first) + '"' + "".join(piece) + '"'
             for number, piece in enumerate(pieces)]
    if len(data) > WHOLE:
        lines.append(" " * LABEL + "(bytes %d to %d of %d)"
                     % (begin, end - 1, len(data)))
    return lines, row, column + 1


def oracle_lines(who, said, at, due):
    """Shows the answer of Redis to the same."""
    first = ("  %s said" % who).ljust(LABEL - 1) + " "
    if isinstance(said, str):
        words = {"closed": "it closes the connection",
                 "nothing": "nothing yet"}.get(said, said)
        return [first + words]
    if len(wire.show(said)) > ROOM and said == due:
        return [first + "just what is expected"]
    return shown(said, first.ljust(LABEL), at or 0, PART if at else LITTLE)[0]


# The line where the last error of a program begins, and whether its first lines say
# most (Go, Rust, Java, Node, Ruby, PHP, C#, the sanitizers) or its last (Python).
ERROR_BEGINS = re.compile(
    r"(?P<top>panic: |fatal error: |thread '.*' (\(\d+\) )?panicked at |"
    r"\S+\.rb:\d+:in .*\([\w:]+\)$|(PHP )?(Fatal|Parse) error: |Unhandled exception\. |"
    r"Exception in thread \"|.*ERROR: \w+Sanitizer|.*: runtime error: |"
    r"Uncaught |(\w+\.)*\w*(Error|Exception)( \[\w+\])?: )|"
    r"Traceback \(most recent call last\):")


def last_error(lines):
    """Returns the lines that matter most: the whole last error, as far as STDERR lines
    hold it, otherwise the last few."""
    begins = [number for number, line in enumerate(lines)
              if ERROR_BEGINS.match(line)]
    traces = [number for number in begins
              if not ERROR_BEGINS.match(lines[number]).group("top")]
    if traces and traces[-1] >= max(begins[:-1] or [0]):
        block = lines[traces[-1]:]
        if len(block) <= STDERR:
            return block
        return block[:1] + ["..."] + block[2 - STDERR:]
    if not begins:
        return lines[-3:]
    first = begins[-1]
    while first and first - 1 in begins:        # a panic that follows a panic
        first -= 1
    return lines[first:][:STDERR]


def server_lines(failure):
    """Says whether the server is alive, and shows what it printed last."""
    text = "  server: " + failure.fate
    stream, lines = failure.last_lines
    lines = last_error(lines) if failure.fate.startswith("alive") or any(
        map(ERROR_BEGINS.match, lines)) else lines[-STDERR:]
    if not lines:
        return [text + ", nothing on stderr"]
    if len(lines) == 1:
        text += ", last line on %s: " % stream
        shown_line = '"%s"' % lines[-1]
        if len(text) + len(shown_line) <= WIDTH:
            return [text + shown_line]
        return [text.rstrip()] + wrap(shown_line, "    ", "    ")[:3]
    found = [text + ", last lines on %s:" % stream]
    for line in lines:
        # A message is shown whole, a line of a trace as far as it fits.
        if ERROR_BEGINS.match(line) or line is lines[-1]:
            found += wrap(line, "    ", "      ")[:4]
        else:
            found.append("    " + line[:WIDTH - 4])
    return found


def started_lines(failure):
    """Shows the options that the session has the server started with."""
    if not failure.words or failure.words[0] == "--dir" and len(failure.words) == 2:
        return []
    return wrap("started with: " + " ".join(failure.words), "  ", "    ")


def before_lines(mismatch):
    """Shows the earlier requests of this connection, and their answers, if it is the
    only one that talks (otherwise there is a picture)."""
    if len({event[1] for event in mismatch.timeline}) != 1 \
            or mismatch.facts.get("links"):
        return []
    asked = []
    for _, _, arrow, text, data in mismatch.timeline:
        if text.endswith(" ms pass") or text == RESTARTED:
            asked.append([b"", text])
        elif arrow == ">":
            asked.append([data, b""])
        elif arrow == "<" and asked and asked[-1][0]:
            asked[-1][1] += data
    lines = []
    for sent, came in asked[:-1][-BEFORE:]:
        if isinstance(came, str):
            lines.append(label(None, "" if lines else "before")
                         + "(%s)" % came)
            continue
        right = " -> " + short(came, 20) if came else ""
        lines.append(label(None, "" if lines else "before")
                     + short(sent, ROOM - len(right)) + right)
    return lines


def short(data, room):
    """Shows bytes in a narrow column: commands without their RESP framing."""
    found = list(wire.replies(data))
    whole = not data or found and found[-1][1] == len(data)
    text = "; ".join(plain(reply) for reply, _ in found) if whole \
        else wire.show(data)
    return text if len(text) <= room else text[:room - 3] + "..."


def plain(reply):
    """Shows a request or reply as one would say it."""
    kind, content = reply
    if content is None:
        return "nil"
    if isinstance(content, list):
        return " ".join(map(plain_item, content)) or "(empty array)"
    if isinstance(content, int):
        return str(content)
    text = "".join(map(wire.escape_byte, content))
    return ("-" if kind == "-" else "") + (text or '""')


def plain_item(reply):
    """Shows one item of a list. A string with a space in it stands in quotes."""
    kind, content = reply
    text = plain(reply)
    return '"%s"' % text if kind == "$" and content and b" " in content \
        else text


def picture(timeline, links):
    """Draws who said what, and shows below it what that has cut short."""
    lines = parties.picture(timeline, links, short)
    return lines + in_full(timeline) if lines and not links else lines


def in_full(timeline):
    """Shows requests that the picture has cut short, or left out although they decide what
    comes later. The last one stands in the message's head."""
    asked = [event for event in timeline if event[2] == ">" and event[4]]
    shown, found = timeline[-parties.ROWS:], []
    for event in asked[:-1]:
        text = short(event[4], IN_FULL)
        if len(text) > parties.ROOM if event in shown else text.upper().startswith(DECIDES):
            lines = wrap("%s > %s" % (event[1], text), "    ", "        ")
            if lines not in found:
                found.append(lines)
    while sum(map(len, found)) > FULL_LINES:
        del found[0]
    return ["  in full:"] + sum(found, []) if found else []


def hand_lines(failure):
    """Shows the shell command, if it fits; the .resp file always has it."""
    text = failure.by_hand
    if not text:
        return []
    if len(text) <= WIDTH - 11:
        return ["  by hand: " + text]
    if len(text) <= WIDTH - 4:
        return ["  by hand:", "    " + text]
    return ["  by hand: tests/check send, see the head of " + failure.artefact]


def failure_lines(result):
    """Returns the whole message of a failed checkpoint."""
    checkpoint, failure = result.checkpoint, result.failure
    mismatch = failure.mismatch
    lines = spread("FAIL %s %s" % (checkpoint.id, checkpoint.title),
                   checkpoint.lesson and "lesson: " + checkpoint.lesson)
    summary = cut_words(failure.cut, mismatch.sent)
    for text in (summary, mismatch.summary):
        if text:
            lines += wrap(text, "  ", "  ")
    if failure.session:
        lines += wrap('session: %s' % failure.session.name, "  ", "    ")
    if mismatch.conn and mismatch.sent:
        lines += before_lines(mismatch)
        lines.append(label(mismatch.conn, "sent") + sent_text(mismatch.sent))
        lines += in_words(mismatch.sent)
    elif mismatch.conn and mismatch.ending != "refused":
        lines.append(label(mismatch.conn, "sent") + "nothing yet")
    lines += expected_lines(mismatch)
    lines += actual_lines(mismatch)
    if failure.oracle:
        lines += oracle_lines(failure.oracle[0], failure.oracle[1],
                              mismatch.at, mismatch.expected)
    evidence = mismatch.facts.get("file")       # see dissect.Evidence
    lines += evidence.lines(failure.kept) if evidence else []
    for look in failure.looks:
        lines += wrap("Looks like: " + look, "  ", "    ")
    lines += parties.account(mismatch.facts)
    lines += picture(mismatch.timeline, mismatch.facts.get("links", {}))
    lines += server_lines(failure) + started_lines(failure)
    lines += hand_lines(failure)
    lines += spread("  replay: tests/check replay " + failure.artefact,
                    checkpoint.lesson and
                    "hint: tests/check hint %s (1 of 3)" % checkpoint.id)
    return lines


def told(failure):
    """Returns the message without the lines about the judge and its files, for readers
    who did not run it."""
    lines = [failure.lines[0].partition("  lesson:")[0].rstrip()]
    for line in failure.lines[1:]:
        if line.startswith(("  server:", "  by hand:", "  replay:")):
            break
        if not line.lstrip().startswith("lesson:"):
            lines.append(line)
    if not failure.fate.startswith("alive"):
        lines.append("  the server: " + failure.fate)
    return lines
