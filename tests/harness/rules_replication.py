"""Known mistakes of primaries and replicas: stage 10.

The judge is one of the two. Its account of the stream (link.Ledger) tells what an
offset should have been; the bytes of an answer tell the rest.

"""

from . import wire
from .link import AT_ONCE, GETACK, is_ack, upper
from .rules import rule
from .rules_lists import named
from .rules_multi import own


def bytes_of(case, *words):
    """Returns how many bytes of the stream before the question were this command."""
    due = case.facts["offset_due"]
    return sum(len(segment.data) for segment in case.facts["ledger"].segments
               if segment.after <= due and segment.words
               and upper(segment.words) == list(words))


@rule("X04")
def answers_its_primary(case):
    ledger = case.facts.get("ledger")
    return (case.facts.get("link") == "lead" and bool(ledger and ledger.segments)
            and (case.came or b"")[:1] in (b"+", b"-", b":", b"$"))


@rule("X28")
def answers_reports(case):
    return (case.facts.get("link") == "follow" and (case.came or b"")[:1] in (b"+", b"-", b":")
            and any(is_ack(words) for words in case.words()))


@rule("X29")
def loses_what_follows(case):
    ledger = case.facts.get("ledger")
    if case.facts.get("link") or not ledger or not ledger.segments or not case.due or (
            case.came != b"$-1\r\n" and not case.silent()):
        return False
    # Everything that has been sent stood in one write with the file.
    sent = [data for _, name, arrow, _, data in case.mismatch.timeline
            if arrow == ">" and name == "P" and data[:11] == b"+FULLRESYNC"]
    return bool(sent) and sent[-1].endswith(b"".join(
        segment.data for segment in ledger.segments))


@rule("X05")
def line_end_behind_file(case):
    return bool(case.facts.get("behind_file")) and (
        case.came or b"").startswith(b"\r\n")


@rule("X06")
def counts_the_question(case):
    told, due = case.facts.get("told"), case.facts.get("offset_due")
    if told is None or due is None or case.facts["took"] > AT_ONCE:
        return False
    asked = [segment for segment in case.facts["ledger"].segments
             if segment.before == due and upper(segment.words or []) == GETACK]
    return bool(asked) and told == asked[-1].after


@rule("X07")
def leaves_out_ping(case):
    told, due = case.facts.get("told"), case.facts.get("offset_due")
    if told is None or due is None:
        return False
    pings = bytes_of(case, b"PING")
    return pings > 0 and told == due - pings


def acks_since(case, number):
    """Returns how many offsets replicas have sent since that event."""
    return sum(arrow == ">" and is_ack(words)
               for _, _, arrow, _, data in case.mismatch.timeline[number:]
               for words in wire.requests(data))


@rule("X08")
def takes_all_its_time(case):
    words = (own(case) or [[b""]])[-1]
    if named(words) != b"WAIT":
        return False
    if case.mismatch.note == "too late":
        return True
    asked = max((number for number, event in enumerate(case.mismatch.timeline)
                 if event[1:3] == (case.mismatch.conn, ">")), default=0)
    return case.silent() and acks_since(case, asked) >= int(words[1])
