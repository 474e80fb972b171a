"""Questions after a failure, which show what else the server would have answered.

The bytes of one failure seldom distinguish a missing command from a wrong one. So the
server is asked again, on connections of its own: the same command, the same with a name
that no server knows, and PING. If the first two get the same answer and PING does not,
the command is missing. The findings go into the failure's facts, for the rules.
"""

import collections
import contextlib
import re
import select
import socket
import tempfile
import time

from . import kernel, wire
from .case import commands_in
from .model import Mismatch
from .server import Home, Server, given

LEAST = 0.3             # seconds that an answer may take
PAUSE = 0.05            # seconds in which a server reads what it was sent
LONG = 1400             # bytes of a request that may take more than one packet
SIZES = [1 << power for power in range(9, 20)]
MOST_NAMES = 3          # commands of one write about which the server is asked
PONG = b"+PONG\r\n"
# After these, silence is no sign that a command is missing, or the connection is
# special.
WAITING = re.compile(rb"B[LRZ]\w+|XREAD(GROUP)?|(P|S)?SUBSCRIBE|WAIT\w*|"
                     rb"MONITOR|P?SYNC|SHUTDOWN|DEBUG", re.I)


class Answer(collections.namedtuple("Answer", "data ending")):
    """The bytes that came, and how that ended: "reply", "silence", "closed", "end" (the
    server is no longer there) or "refused" (there is no connection)."""

    def like(self, other, name, made_up):
        """Returns true if it is the same, except for the name that was asked."""
        return self == other or self.ending == other.ending and (
            without(self.data, name) == without(other.data, made_up))

    def is_error(self):
        return self.data[:1] == b"-"


NOTHING = Answer(b"", "silence")
# What servers call a command that they do not have.
UNKNOWN = re.compile(
    rb"-\S* ?\W*(unknown|unrecogni[sz]ed|unsupported|undefined|invalid|bad|"
    rb"unimplemented|no such) (command|cmd)\b"
    rb"|-.*\b(command|cmd)\b.* not (\w+ )?(found|known|supported|implemented|"
    rb"recogni[sz]ed)", re.I)
LINE_END = re.compile(rb"[\r\n]")


def without(data, name):
    """Returns an answer with the command's name taken out, in whatever case."""
    return re.sub(re.escape(name), b"?", data, flags=re.I)


def whole(data, count=1):
    """Returns true if this many replies are there, from the first to the last byte."""
    at = 0
    try:
        for _ in range(count):
            at = wire.parse(data, at)[1]
    except wire.NoReply as error:
        return isinstance(error, wire.Malformed)
    return True


class Probe:
    """Asks one server, which is started again if it has ended."""

    def __init__(self, server, limits):
        self.server = server
        self.patience = min(2.0, max(LEAST, 30 * limits.usual))

    def up(self):
        """Returns true if it is there, if necessary after one more start."""
        return self.server.alive() or self.afresh()

    def afresh(self):
        """Starts it again, if it is ours to start."""
        if not isinstance(self.server, Server):
            return False
        self.server.stop(0)
        try:
            self.server.start()
        except Mismatch:
            return False
        self.patience = max(self.patience, 1.0)     # the first answer may be slow
        return True

    def ask(self, *parts, count=1):
        """Sends this on a connection of its own, the parts with a pause between them,
        and takes this many replies."""
        try:
            client = self.up() and self.client()
        except OSError:
            client = None
        if not client:
            return Answer(b"", "refused")
        with client:
            ending = self._talk(client, parts, count)
        if ending == "closed" and self._is_gone():
            ending = "end"
        return Answer(bytes(client.buf), ending)

    def _is_gone(self):
        """Returns true if it has ended, which takes long on a busy machine: not before it sleeps
        is it certain that it lives."""
        def gone():
            return not self.server.alive()
        return kernel.eventually(gone, 0.1, 0.01) or kernel.eventually(
            lambda: gone() or self.server.states() <= {"S"}, 1.0, 0.01) and gone()

    def none_answered(self, *requests):
        """Returns true if none of these is answered, but PING is. They are asked at the same time,
        so it is false for a server that serves one client after the other."""
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            clients = [stack.enter_context(self.client()) for _ in requests]
            for client, data in zip(clients, requests):
                client.write(data)
            if not select.select(clients, [], [], self.patience)[0]:
                return self.says("PING") == PONG
        return False

    def says(self, *words):
        return self.ask(wire.request(*words)).data

    def only_after(self, data, then):
        """Sends this, and does something if it is not answered. Returns the bytes that
        come after that; b"" if some came before, or none at all."""
        with contextlib.suppress(OSError), self.client() as client:
            client.write(data)
            with contextlib.suppress(socket.timeout):
                client.more()
                return b""
            then(client)
            with contextlib.suppress(OSError):
                while True:
                    client.more()
            return bytes(client.buf)
        return b""

    def overheard(self, data):
        """Sends this. Returns the bytes that other connected clients get."""
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            early, asks, late = (stack.enter_context(self.client())
                                 for _ in range(3))
            asks.write(data)
            with contextlib.suppress(socket.timeout):
                asks.more()
            for other in (early, late):
                other.sock.settimeout(PAUSE)
                with contextlib.suppress(socket.timeout):
                    other.more()
                    return bytes(other.buf)
        return b""

    def beside(self, begun, data):
        """Returns the answer to one client, which is already there when another sends the
        beginning of a request; None if there is no answer."""
        with contextlib.suppress(OSError), self.client() as client, self.client() as other:
            time.sleep(PAUSE)       # both are accepted by now
            client.write(begun)
            time.sleep(PAUSE)
            self._talk(other, [data], 1)
            return bytes(other.buf) or None
        return None

    def client(self):
        """Returns a connection; raises OSError if there is none."""
        return wire.Client(self.server.address, self.patience)

    def _talk(self, client, parts, count):
        """Sends these, and takes the replies. Returns how that ended."""
        try:
            for number, part in enumerate(parts):
                time.sleep(PAUSE if number else 0)
                client.write(part)
            deadline = time.perf_counter() + self.patience
            while not whole(client.buf, count) and len(client.buf) < 1 << 20:
                left = deadline - time.perf_counter()
                if left <= 0:
                    return "silence"
                client.sock.settimeout(left)
                client.more()
        except socket.timeout:
            return "silence"
        except OSError:
            return "closed"
        return "reply"


def examine(server, limits, case):
    """Returns the facts for the rules about missing things."""
    probe = Probe(server, limits)
    if case.saw.start:
        return {"options": bool(options_unknown(server))}
    if case.ending == "refused" and not case.alive:
        # If it ended before the session began, the warm-up is to blame. In stages 01
        # and 02 that may have been no request at all.
        return {} if case.point < "03" else missing(probe, [b"ECHO", b"warm"])
    if not case.request or case.conn is None:
        return {}
    if stream_apart(probe, case):
        return {"apart": True}
    # Where a first answer was right before, no greeting stood in front of it.
    writes = sum(event[1:3] == (case.conn, ">") for event in case.timeline)
    if case.came and not limits.usual and writes < 2 and probe.ask().data:
        return {"greets": True}
    found = held_back(probe, case) or mixed_up(probe, case)
    if found:
        return found
    if not case.request.startswith(b"*"):
        return {"speaks_resp": case.point < "03" and probe.says("PING") == PONG}
    if case.saw.tail and case.came[:1] not in (b"", b"-"):
        return {"replies": replies(probe, case)}
    found = line_left(probe, case)
    if found:
        return found
    # A command that is answered when it comes in one piece is there.
    whole_failed = case.cut[0] in ("whole", "glued")
    right = len(list(wire.replies(case.came[:case.at])))
    known = {words[0] for words in case.commands[:right]} | answered(case)
    for words in distinct(case.commands) if whole_failed else []:
        if words[0] in known:
            continue
        found = missing(probe, words)
        if "deaf" in found and not limits.usual and writes < 2:     # not even at the start
            found = {**found, "mute": True} if case.silent else {}
        if found:
            return found
    return {"matters": what_matters(probe, case), "own_table": table_of_its_own(probe, case),
            "cut_anywhere": fails_when_cut(probe, case),
            "stale": stale(probe, case), **size_matters(probe, case), **expiring(probe, case),
            **other_options(probe, case), **passed_over(probe, case), **stays(probe, case)}


OFFSET = re.compile(rb"master_repl_offset:(\d+)")
BEGINS = re.compile(rb"\+FULLRESYNC \w+ (\d+)\r\n")


def stream_apart(probe, case):
    """Returns true if a WAIT has failed, and a new replica is told to count from a smaller offset
    than the one that INFO tells. (That of an earlier replica would not do: what has failed was
    tried again since then.)"""
    if not case.saw.followed or case.name != b"WAIT":
        return False
    told = OFFSET.search(probe.says("INFO", "replication"))
    begins = told and BEGINS.match(probe.says("PSYNC", "?", "-1"))
    return bool(begins) and int(begins.group(1)) < int(told.group(1))


def line_left(probe, case):
    """Returns {"line_left": True} if a request is answered when no line end stands behind the
    bytes of its words, and only then."""
    if case.cut[0] != "whole" or not any(words[0] == b"ECHO" for words in case.commands):
        return {}
    asked = b"*2\r\n$4\r\nECHO$5\r\ngrape\r\n"
    due = wire.bulk("grape")
    return {"line_left": True} if probe.ask(asked).data == due != probe.says(
        "ECHO", "grape") else {}


def stays(probe, case):
    """Returns {"stays": is the key still there?} for a command that has found nothing in it, and
    says so in another way than it should."""
    if len(case.last) < 2 or (case.due, case.came) not in (
            (b"*-1\r\n", b"*0\r\n"), (b"$-1\r\n", b"$0\r\n\r\n")):
        return {}
    said = probe.says("EXISTS", case.last[1])
    return {"stays": said == b":1\r\n"} if said[:1] == b":" else {}


# Asked alone, these are something else, or change too much.
NOT_ALONE = (b"MULTI", b"EXEC", b"PSYNC", b"REPLCONF", b"WAIT", b"QUIT", b"SHUTDOWN",
             b"CLIENT", b"DEBUG", b"SUBSCRIBE", b"UNSUBSCRIBE", b"PSUBSCRIBE",
             b"PUNSUBSCRIBE", b"PING")


def passed_over(probe, case):
    """Returns {"skipped": True} if a request gets no reply, and a PING behind it does."""
    if not case.silent or case.came or not case.due or case.waits or (
            len(case.commands) != 1 or case.cut[0] != "whole" or case.name in NOT_ALONE):
        return {}
    answer = probe.ask(case.request, wire.request("PING"))
    return {"skipped": True} if answer.data == PONG else {}


def held_back(probe, case):
    """Finds out when an unanswered request is answered: when the client ends its side
    ({"at_end": True}), or when another request begins behind it ({"when_more": True}).
    """
    if not case.silent or case.came or case.waits or not case.due:
        return {}
    if case.request.startswith(b"*") and (answered(case) or probe.says("PING") == PONG):
        return {}
    ways = [("at_end", lambda client: client.sock.shutdown(socket.SHUT_WR))]
    if case.request.startswith(b"*"):
        ways.append(("when_more", lambda client: client.write(b"*1\r\n")))
    elif case.request[-1:] != b"\n":
        ways.insert(0, ("when_line", lambda client: client.write(b"\n")))
    for fact, then in ways:
        if probe.only_after(case.request, then).startswith(case.due):
            again = probe.ask(case.request)     # or was it busy until then?
            return {} if again.data or again.ending == "refused" else {fact: True}
    return {}


def answered(case):
    """Returns the names that were answered when they were sent alone, if the request of a failure
    was not answered at all."""
    found, sent = set(), {}
    for _, conn, arrow, _, data in case.timeline if case.silent and not case.came else ():
        if arrow == ">":
            sent[conn] = commands_in(data)
        elif data and len(sent.get(conn, ())) == 1:
            found.add(sent[conn][0][0])
    return found


def mixed_up(probe, case):
    """Finds out if clients are mixed up: if one gets what another asks for
    ({"overheard": True}), or their bytes are put into one buffer ({"one_buffer":
    True})."""
    several = len({event[1] for event in case.timeline}) > 1
    if not (several or case.saw.crowd) or case.waits:
        return {}
    early = not case.request.startswith(b"*")
    asked = b"who?\n" if early else wire.request("PING")
    heard = probe.overheard(asked)
    if heard and heard in (asked, PONG):
        return {"overheard": True}
    if early or not probe.afresh():     # the bytes in that buffer stay there
        return {}
    if probe.says("PING") != PONG:
        return {}
    came = probe.beside(b"*2\r\n$4\r\nEC", wire.request("PING"))
    return {"one_buffer": True} if came not in (None, PONG) else {}


def size_matters(probe, case):
    """Finds out why a long request failed. {"small_cut": is a short one in two parts
    answered?}, and if so {"sizes": (the longest that was answered correctly, the next
    one)} if length alone makes the difference. If not, {"short_read": is it only cut
    short when the string itself is in two parts?}."""
    if len(case.request) <= LONG or case.cut[0] != "whole":
        return {}
    word = b"grape, plum and fig"
    short, due = wire.request("ECHO", word), wire.bulk(word)
    if probe.ask(short).data != due:
        return {}
    middle = len(short) - len(word) // 2
    cut = probe.ask(short[:middle], short[middle:]).data
    if cut != due:
        return {"small_cut": False, "short_read": is_begun(cut, word) and probe.ask(
            short[:5], short[5:]).data == due}
    fine = 0
    for size in SIZES:
        if probe.says("ECHO", b"x" * size) != wire.bulk(b"x" * size):
            return {"small_cut": True, **({"sizes": (fine, size)} if fine else {})}
        fine = size
    return {"small_cut": True}


def is_begun(data, word):
    """Returns true if a reply is the beginning of this word."""
    kind, content = next(wire.replies(data), (("", None),))[0]
    return kind == "$" and bool(content) and word.startswith(content)


def distinct(commands):
    """Returns the first commands of a write, each name once."""
    found = {}
    for words in commands:
        if words[0]:
            found.setdefault(words[0], words)
    return list(found.values())[:MOST_NAMES]


def missing(probe, words):
    """Returns {"missing": (name, how)} if this command is missing; {"echoes": True} if
    the server sends everything back; otherwise {}."""
    # Arguments that no parser stumbles over: one that still fails does so for its name.
    name, rest = words[0], [re.sub(rb"[^A-Za-z0-9.:+-]", b"_", (word or b"x")[:40])
                            for word in words[1:]]
    made_up = (b"QZXJVKWY" * (len(name) // 8 + 1))[:len(name)]
    if name.upper() == b"GET" and probe.ask(        # of what is there
            wire.request("SET", "zz-get", "x"), wire.request(name, "zz-get"), count=2
            ).data.startswith(b"+OK\r\n$"):
        return {}
    asked = wire.request(name, *rest)
    mine = probe.ask(asked)
    if mine.ending == "refused" or mine.ending == "silence" and WAITING.fullmatch(name):
        return {}
    if mine.data and asked.startswith(mine.data):
        return {"echoes": True}
    if re.match(rb"-.*protocol", mine.data, re.I):
        return {}       # the name was not even looked at
    if not mine.data and probe.ask(wire.request("PING")) == mine:
        return {"deaf": True}
    if name.upper() == b"ECHO" and rest and mine.data == wire.bulk(rest[0]):
        return {}       # that is right, even if other names get the same
    other = name.lower() if name == name.upper() else name.upper()
    not_this = wire.request(made_up, *rest), wire.request(other, *rest)
    if mine == NOTHING and probe.none_answered(*not_this):
        return {"missing": (name.decode("latin-1"), "silence")}
    nobody = probe.ask(not_this[0])
    if not mine.like(nobody, name, made_up):
        return {}
    otherwise = probe.ask(not_this[1])
    if otherwise.ending == "reply" and not otherwise.like(mine, name, name):
        return {"other_case": True}
    ping = probe.ask(wire.request("PING"))
    if ping.ending == "refused":
        return {}
    if ping.like(nobody, b"PING", made_up) and not UNKNOWN.match(ping.data):
        alike = mine.ending == "reply" and not mine.is_error()
        return {"alike": True} if alike else {}
    how = "error" if mine.is_error() else mine.ending
    return {"missing": (name.decode("latin-1"), how)}


# A string that may hold any bytes, and what becomes of it when it holds none of some.
CHANGES = (("newline", lambda word: LINE_END.sub(b"_", word)),
           ("nul", lambda word: word.replace(b"\0", b"_")),
           ("empty", lambda word: word or b"_"),
           ("zero", lambda word: b"_" if word == b"0" else word),
           ("bytes", lambda word: re.sub(rb"[\x80-\xff]", b"_", word)))


def what_matters(probe, case):
    """Returns the name of the change that makes a request succeed which fails by itself,
    too; None if there is none."""
    due = case.want
    if len(case.commands) != 1 or due is None or due[0] not in "$+":
        return None
    for name, change in CHANGES:
        words = list(map(change, case.last))
        right = ("$", change(due[1])) if due[0] == "$" and due[1] is not None else due
        if words != case.last and probe.says(*words) == wire.encode(right):
            again = probe.ask(case.request)
            return name if again.ending != "refused" and again.data != case.due else None
    if probe.says("PING") == PONG:
        return None
    return "carriage" if any(probe.ask(b"*%d\n" % len(case.last) + b"".join(
        b"$%d\n%s" % (len(word), word + end) for word in case.last)).data == case.due
                             for end in (wire.CRLF, b"\n")) else None


def stale(probe, case):
    """Returns true if a request fails behind a longer one, and not behind one as short."""
    def fails(first, asked):
        return probe.ask(first[0], asked[0], count=2).data != first[1] + asked[1]
    short, *longer = ((wire.request("ECHO", word), wire.bulk(word))
                      for word in (b"fig", b"figgy", b"fig and grape"))
    ping = (wire.request("PING"), PONG)
    if not any(len(event[4]) > len(case.request) for event in case.timeline
               if event[1:3] == (case.conn, ">")) or fails(ping, ping) or fails(short, short):
        return False
    return any(fails(first, asked) for first in longer for asked in (ping, short))


def table_of_its_own(probe, case):
    """Returns true if the client that has set a key gets its value, and another does not."""
    if case.name != b"GET" or len({event[1] for event in case.timeline}) < 2:
        return False
    both = probe.ask(wire.request("SET", "zz-own", "x"), wire.request("GET", "zz-own"), count=2)
    return both.data == b"+OK\r\n" + wire.bulk("x") and probe.says(
        "GET", "zz-own") != wire.bulk("x")


SETTING = (b"NX", b"XX", b"GET", b"EX", b"PX", b"EXAT", b"PXAT", b"KEEPTTL")
SECOND = 1.1            # a millisecond, for who takes it for a second
SOME = 0.3              # several
HALF = 0.5              # by then it is gone, where something else is wrong


def replies(probe, case):
    """Returns how many replies come for each command of the last write."""
    answer = probe.ask(case.request, count=1 << 16)
    if answer.ending == "refused":
        return None
    return len(list(wire.replies(answer.data))) / max(1, len(case.commands))


def expiring(probe, case):
    """Returns {"ignored": option} if SET ignores its option, and a made-up one, too;
    {"not_kept": option} if a time has no effect; {"takes_ms_for_s": bool} if the value
    of a key came after its time."""
    words = last_set(case)
    option = words[3].upper() if len(words) > 3 else b""
    if option not in SETTING or case.came[:1] in (b"", b"-"):
        return {}
    key = b"zz-" + words[1]
    timed = option.startswith((b"EX", b"PX"))
    found = after_its_time(probe, key) \
        if timed and case.due == b"$-1\r\n" else {}
    takes_all = probe.says("SET", key, "x", "QZXJ") == b"+OK\r\n"
    if takes_all and (option in case.request.upper() if not timed
                      else found.get("takes_ms_for_s") is False):
        found["ignored"] = option.decode()
    elif found.get("takes_ms_for_s") is False:
        number = b"4000000000" if option.endswith(b"AT") else b"100000"
        probe.says("SET", key, "x", option, number)
        if probe.says("TTL", key) == b":-1\r\n":
            found["not_kept"] = option.decode()
    return found


def other_options(probe, case):
    """Returns {"small_option": word} if a SET succeeds when its options are written in
    capitals, and only then; {"lacks": word} if it is refused as with a made-up one."""
    words, options = case.last[:3], case.last[3:]
    if case.name != b"SET" or not options or case.came[:1] != b"-" or case.due[:1] == b"-":
        return {}
    small = [word for word in options if word != word.upper()]
    if small and probe.says(*words, *map(bytes.upper, options)) == case.due:
        return {"small_option": small[0].decode("latin-1")}
    lacks = probe.says(*words, "QZXJ", *options[1:]) == case.came and probe.says(
        *words) == b"+OK\r\n"
    return {"lacks": options[0].decode("latin-1")} if lacks else {}


def fails_when_cut(probe, case):
    """Returns true if the failure, which came when the last write was cut at a line
    end, also comes when it is cut in the middle of its last argument."""
    word = case.last[-1] if case.last else b""
    if case.cut[0] not in ("one", "at") or not case.due or len(word) < 2:
        return None
    middle = len(case.request) - 2 - len(word) // 2
    answer = probe.ask(case.request[:middle], case.request[middle:])
    return answer.ending != "refused" and not answer.data.startswith(case.due)


def last_set(case):
    """Returns the SET that gave the failed command's key its value, which may be that
    command."""
    commands = case.asked
    if not commands or len(commands[-1]) < 2:
        return []
    for words in reversed(commands):
        if words[0].upper() == b"SET" and words[1:2] == commands[-1][1:2]:
            return words
    return []


def after_its_time(probe, key):
    """Sets keys for a millisecond, and for some. Returns {"takes_ms_for_s": True} if the first
    is gone after a second, and was there after half of one; {"comes_back": True} if the other
    is gone after half of one, and there after a second; {"stands_still": True} if time only
    passes when the server works; {"busy": True} if the machine was too busy to tell."""
    # Then the next second has begun after half of one, for servers that count whole ones.
    time.sleep((0.7 - time.time()) % 1)
    began, longer = time.perf_counter(), key + b"+"
    probe.says("SET", longer, "x", "PX", "%d" % (1000 * SOME))
    probe.says("SET", key, "x", "PX", "1")
    there = {key: [], longer: []}
    for moment in (HALF, SECOND):
        time.sleep(max(0, began + moment - time.perf_counter()))
        for each, seen in there.items():
            answer = probe.ask(wire.request("GET", each))
            if answer.ending == "refused" or len(there[longer]) < 1 and (
                    time.perf_counter() - began > 2 * HALF):
                return {"busy": True}
            seen.append(answer.data == wire.bulk("x"))
    if there[longer] == [False, True] and time.perf_counter() - began < 1 + SOME:
        return {"comes_back": True}
    if all(there[longer]):
        time.sleep(max(0, began + 2 * SECOND - time.perf_counter()))
        asked = wire.request("GET", longer)
        if probe.ask(asked).data == wire.bulk("x"):
            worked = works(probe, SOME)
            if not worked or probe.ask(asked).data == b"$-1\r\n":
                return {"stands_still" if worked else "busy": True}
    return {"takes_ms_for_s": there[key] == [True, False]}


def works(probe, seconds):
    """Lets the server use this much CPU. Returns true if it has, as far as can be seen."""
    if not isinstance(probe.server, Server):
        return True
    pid, end = probe.server.main_pid(), time.perf_counter() + 20 * seconds
    begun = kernel.cpu(pid)
    while begun is not None and time.perf_counter() < end:
        if (kernel.cpu(pid) or 0) - begun > seconds:
            return True
        probe.ask(wire.request("PING") * 2000, count=2000)
    return False


def options_unknown(server):
    """Returns true if a server that ended at its start also starts without the words
    added to its command line, and ends with them even in an empty folder."""
    if not isinstance(server, Server) or server.alive() or not server.words:
        return False
    with tempfile.TemporaryDirectory(prefix="check-") as folder:
        words = list(server.words)
        if "--dir" in words[:-1]:
            words[words.index("--dir") + 1] = given(folder)
        return starts(server, []) and not starts(server, words)


def starts(server, words):
    """Returns true if the same command listens, with these words after it. In the user's
    folder it may find files that it lacked, so a start there alone does not count."""
    other = Server(server.command, server.ready, words=words, walls=server.walls)
    needs_home = server.command in Home.needed
    try:
        other.start()
        return needs_home or other.home is None
    except Mismatch:
        return False
    finally:
        other.stop(0)
