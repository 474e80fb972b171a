"""A failure between several parties: clients, the server that is judged, and perhaps a
replica or a primary, which is the judge. It is shown as a picture of who said what to
whom, with the server in the middle, and as an account of the stream's bytes."""

import re

from . import wire

FILE = re.compile(rb"(.*?)\$([0-9]+|EOF:.{40})\r\n(?=REDIS)", re.S)
CELL = 34               # columns on either side of the server
ROOM = CELL - 8         # for the words of one request or reply
ROWS = 18               # the last of them
CROWD = 5               # so many clients make no picture
SIDES = {"lead": "primary", "follow": "replica", "target": "target"}


def account(facts):
    """Returns the ledger, with the answer that was expected."""
    ledger = facts.get("ledger")
    if not ledger or not ledger.segments:
        return []
    who = {"lead": "judge", "follow": "server"}[
        facts.get("link") or facts["written_by"]]
    lines = ["  the stream, as the %s has sent it; it began at %d:"
             % (who, ledger.base)]
    lines += ledger.lines(facts.get("offset_due"))
    if "told" in facts:
        lines.append("  due: %d, the offset before the question; told: %d, %s"
                     % (facts["offset_due"], facts["told"],
                        apart(facts["told"] - facts["offset_due"])))
    return lines


def apart(bytes_more):
    """Returns how far an offset is from another."""
    return "%d %s" % (abs(bytes_more), "more" if bytes_more > 0 else "fewer")


def picture(timeline, links, words):
    """Draws what happened to several clients or on a link, the server in the middle. links
    is {connection: side}; words(data, room) returns bytes as a text of so many columns.
    """
    events = [event for event in timeline if event[3] != "connects"]
    names = sorted({event[1] for event in events})
    if not names or not links and not 1 < len(names) < CROWD:
        return []
    left, right = sides(names, links)
    start, rows = timeline[0][0], []
    for when, name, arrow, said in spoken(events, links, words):
        side = left if name in left else right
        text = (name + ": " if len(side) > 1 else "") + said
        cell = text.center(CELL) if not arrow else drawn(
            text, to_right=(arrow == ">") == (side is left))
        rows.append(("  %8.1f " % ((when - start) * 1000) + (
            cell + "|" if side is left else " " * CELL + "|" + cell)).rstrip())
    left_out = len(rows) - ROWS
    return ["  what happened (ms):", "  " + " " * 8 + title(left, links)
            + "server".center(8).strip() + title(right, links).rstrip()] + (
        ["            (%d lines before)" % left_out] if left_out > 0 else []
    ) + rows[-ROWS:]


def spoken(events, links, words):
    """Returns (when, who, arrow, text) of each thing that was said. A handshake is one
    of them, if there is more to show."""
    at_psync = {}
    for number, (_, name, _, _, data) in enumerate(events):
        if name in links and b"\r\nPSYNC\r\n" in data.upper():
            at_psync.setdefault(name, number)
    greeted = set()
    for number, (when, name, arrow, text, data) in enumerate(events):
        if number < at_psync.get(name, 0):
            if name not in greeted:
                greeted.add(name)
                yield when, name, "", "(handshake)"
            continue
        for said in [text] if text else parts_of(data, words):
            yield when, name, arrow, said


def parts_of(data, words):
    """Returns the commands and replies in these bytes, and a file by its size."""
    found = []
    file = FILE.match(data)
    if data[:5] == b"REDIS":
        return ["(a part of the file)"]
    if file:
        found = parts_of(file.group(1), words) if file.group(1) else []
        size = file.group(2)
        found.append("file, %s bytes" % size.decode() if size.isdigit()
                     else "file, and a mark at its end")
        if not size.isdigit():
            return found
        data = data[file.end() + int(size):]
    at = 0
    for _, end in wire.replies(data):
        found.append(words(data[at:end], ROOM))
        at = end
    return found + ([words(data[at:], ROOM)] if data[at:] else [])


def sides(names, links):
    """Returns who stands on which side: data flows from the left to the right."""
    lead = [name for name in names if links.get(name) == "lead"]
    follow = [name for name in names if links.get(name) in ("follow", "target")]
    others = [name for name in names if name not in links]
    if lead:
        return lead, follow + others
    return others, follow


def title(names, links):
    kinds = sorted({SIDES.get(links.get(name), "client") for name in names})
    return " ".join(["/".join(kinds)] + names).center(CELL - 2)


def drawn(text, to_right):
    """Returns an arrow with its words."""
    line = "- %s " % text
    line += "-" * max(1, CELL - 3 - len(line))
    return " %s> " % line[:CELL - 3] if to_right else " <%s " % line[:CELL - 3]
