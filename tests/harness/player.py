"""Plays one session once, against one server, with one way of cutting.

A way of cutting (a tuple):
    ("whole",)      each group of commands in one write, as it stands
    ("glued",)      everything that the session sends in one write
    ("at", K)       every group cut in two after byte K, with a gap
    ("one", G, K)   only group G cut, after byte K: what a failure reports
    ("bytes",)      one byte at a time
A group is what one connection sends before something is due.
"""

import collections
import os
import signal
import time

from . import aof_format, kernel, wire
from .expect import ANY, Soon, template
from .link import Link
from .model import RESTARTED, Mismatch, remove, write_file
from .session import in_folder
from .transport import Connection

PONG = b"+PONG\r\n"


# How a message is sent and answered, and the name of that. In stages 01 and 02 the
# server sends back what it gets; from 03 on the same checks speak RESP, with PING for
# servers that know no more.
Dialect = collections.namedtuple("Dialect", "message answer word")
Echo = Dialect(bytes, bytes, "a line")
Line = Dialect(lambda text: text + b"\n", lambda text: text + b"\n", Echo.word)
Resp = Dialect(lambda text: wire.request("ECHO", text), wire.bulk, "ECHO")
Ping = Dialect(lambda _: wire.request("PING"), lambda _: PONG, "PING")
# A subscriber's PING. A client that has left all its channels gets the same answer
# without the array.
Listener = Dialect(lambda text: wire.request("PING", text), wire.bulk, "PING")
DIALECTS = {"echo": Echo, "resp": Resp, "ping": Ping}

MARK = b"mark-%d"        # the command that proves that nothing stands behind a reply
ENDING = 10             # seconds in which a server ends that is told to
SOON = 0.02             # seconds until a question is asked again
GLANCE = 0.003          # seconds; the same with PING, whose replies are alike
BEHIND = 0.2            # seconds in which the mark's own answer follows a stray one
# Commands after which an ECHO is not answered as usual.
SPECIAL = {b"MULTI", b"MONITOR", b"SYNC", b"PSYNC", b"AUTH"}
# Commands after which it may be refused, and PING is answered with an array.
LISTENING = {b"SUBSCRIBE", b"PSUBSCRIBE", b"SSUBSCRIBE"}


def groups(session):
    """Returns the steps, with neighbouring sends of one connection made one write.

    Items are ("write", conn, steps) and ("step", conn, step)."""
    items = []
    for step in session.steps:
        if step.verb in ("send", "say"):
            last = items[-1] if items else None
            if last and last[0] == "write" and last[1] == step.conn:
                last[2].append(step)
            else:
                items.append(("write", step.conn, [step]))
        else:
            items.append(("step", step.conn, step))
    return items


def can_glue(session):
    """Returns true if all writes may be one: only with one connection and no events."""
    verbs = {step.verb for step in session.steps}
    writes = sum(item[0] == "write" for item in groups(session))
    return (len(session.connections()) == 1 and writes > 1
            and verbs <= {"send", "due"}
            and not any(step.what == "nothing" for step in session.steps))


class Own:
    """A server in a folder of its own. start() starts it with these words."""

    def __init__(self, session, values, folder, start):
        self.folder = os.path.realpath(folder)
        self.words = ["--dir", self.folder] + [
            template(word).fill(values).decode() for word in session.words]
        self.start = start
        for name, content in session.files:
            write_file(in_folder(self.folder, name.fill(values)), content.fill(values))
        self.server = start(self.words)

    def restart(self):
        """Kills it, and starts it again."""
        self.server.kill()
        self.server.end(0)
        try:
            self.server = self.start(self.words)
        except Mismatch as mismatch:
            mismatch.facts["reads_itself"] = True
            raise


class Player:
    """One run of one session. mark is the dialect of the marks; on listener the server
    calls us, if the session plays its primary or a target of MIGRATE. A barrier waits for pause
    seconds first."""

    def __init__(self, session, address, limits, dialect=Resp, values=None,
                 mark=Ping, listener=None, own=None, pause=0.0):
        self.session = session
        self.address = address
        self.limits = limits
        self.dialect = dialect
        self.values = values
        if listener:
            self.values = {**values, "port": b"%d" % address[1],
                           "target": b"%d" % listener.port}
        self.pause = pause
        self.own = own
        if own:
            self.values = {**values, "dir": own.folder.encode()}
        self.mark = Line if dialect is Echo else mark
        self.marks = 0
        self.owed = {}          # {connection: answers that are still due}
        self.special = set()    # connections that may not answer an ECHO
        # Connections that subscribe, sooner or later.
        self.listeners = {step.conn for step in session.steps
                          if step.verb == "send" and any(
                              name_of(request) in LISTENING for request, _
                              in wire.replies(self._payload(step)))}
        self.listener = listener
        self.timeline = []
        self.conns = {}
        self.links = {}         # {connection: Link}, where it is one
        self.group = -1
        self.heard = []
        self.step = None

    def play(self, cut=("whole",)):
        """Runs to the end, or raises Mismatch at the first wrong byte."""
        try:
            for item in self._items(cut):
                if item[0] == "write":
                    if cut == ("whole",):
                        self._nothing_behind(item[1], item[2])
                    self._send(item[1], item[2], cut)
                else:
                    self.step = item[2]
                    getattr(self, "_" + item[2].verb)(item[2])
                    self._count_down(item[2])
            self._tail()
        except Mismatch as mismatch:
            mismatch.step = mismatch.step or self.step
            self._hear_others(mismatch)
            if self.links:
                self._tell_of_links(mismatch.facts)
            mismatch.facts.setdefault("group", self.group)
            raise
        finally:
            for conn in self.conns.values():
                conn.close()

    def _hear_others(self, mismatch):
        """Writes down what others have got when a client got what it should not."""
        if self.step and self.step.what == "nothing":
            for conn in self.conns.values():
                if conn.name != mismatch.conn and conn.sock.fileno() >= 0:
                    conn.receive(time.perf_counter() + 0.001)
            mismatch.timeline = list(self.timeline)

    def _items(self, cut):
        items = groups(self.session)
        if cut[0] != "glued":
            return items
        sends = [step for item in items if item[0] == "write"
                 for step in item[2]]
        first = ("write", items[0][1] or sends[0].conn, sends)
        return [first] + [item for item in items if item[0] == "step"]

    def conn(self, name):
        """Returns the connection of that name, which is opened when first used."""
        if name not in self.conns:
            self.conns[name] = Connection(name, self.address, self.limits,
                                          self.timeline)
        return self.conns[name]

    def _payload(self, step):
        if step.verb == "say":
            return self.dialect.message(step.templates[0].fill(self.values))
        return step.payload(self.values)

    def _send(self, name, steps, cut):
        self.group += 1
        self.step = steps[-1]
        data = b"".join(self._payload(step) for step in steps)
        if name in self.links or b"PSYNC" in data.upper():
            self._link(name).sends(data)
        self.conn(name).send(*cut_parts(data, cut, self.group))

    def _tell_of_links(self, facts):
        """Returns which connections are links. The account of the only one is shown
        even if another connection was answered wrongly."""
        facts["links"] = {name: link.side for name, link in self.links.items()}
        facts["followed"] = any(link.side == "follow" for link in self.links.values())
        if len(self.links) == 1 and "ledger" not in facts:
            link = next(iter(self.links.values()))
            facts["ledger"], facts["written_by"] = link.ledger, link.side

    def _link(self, name):
        """Returns the replication link that a connection is, or becomes now."""
        conn = self.conn(name)
        if name not in self.links or self.links[name].conn is not conn:
            self.links[name] = Link(conn, "follow")
        return self.links[name]

    def _call(self, step):
        """Waits until the server connects to its primary, or to a target of MIGRATE."""
        old = self.links.pop(step.conn, None)
        side = "lead" if self.session.primary else "target"
        self.conns[step.conn] = self.listener.call(
            step.conn, self.limits, self.timeline, side)
        self.links[step.conn] = Link(self.conns[step.conn], side)
        if old:
            self.links[step.conn].ledger = old.ledger

    def _lead(self, step):
        """Plays the primary: the server calls, and the handshake goes on up to its
        PSYNC."""
        self._call(step)
        self.links[step.conn].greet()

    def _follow(self, step):
        """Plays a new replica: its whole handshake, and the file."""
        link = self._link(step.conn)
        link.shake_hands()
        link.due_full()
        link.due_file()

    def _history(self, step):
        """Takes a value: the ID of the history that a link is of."""
        self.values = {**self.values,
                       step.keep: self.links[step.conn].history}

    def _count(self, step):
        """Takes a value: the offset of a link in its stream, or one a few bytes from
        there."""
        ledger = self.links[step.conn].ledger
        offset = (ledger.offset if ledger else 0) + step.amount
        self.values = {**self.values, step.keep: b"%d" % offset}

    def _address(self, step):
        host, port = self.conn(step.conn).sock.getsockname()[:2]
        self.values = {**self.values, step.keep: b"%s:%d" % (host.encode(), port)}

    def _flow(self, step, node):
        """Judges what is expected on a link, beside replies."""
        link = self._link(step.conn)
        if node.flows == "rdb":
            link.due_file(node.pairs())
        elif node.flows == "ack":
            link.due_ack()
        elif node.flows == "command":
            link.due_command(node)
        else:
            self._keep(step, link.due_full())

    def _soon(self, step, node):
        """Asks again until the answer is right, or the time is over."""
        conn = self.conn(step.conn)
        deadline = time.perf_counter() + self.limits.reply
        while time.perf_counter() < deadline:
            begun = len(self.timeline)
            reply = conn.due_reply(ANY)
            if node.wrong(reply) is None:
                return
            del self.timeline[begun:]
            time.sleep(SOON)
            conn.send(*conn.parts)
            del self.timeline[begun:]
        if node.items[0].exact() is not None:
            return conn.due_bytes(node.items[0].exact())
        conn.due_reply(node)

    def _due(self, step):
        node, conn = step.node.bind(self.values), self.conn(step.conn)
        if node.flows:
            return self._flow(step, node)
        if isinstance(node, Soon):
            return self._soon(step, node)
        if step.what == "nothing" and step.conn in self.links:
            return self.links[step.conn].due_nothing()
        if step.what == "closed":
            conn.due_closed()
        elif step.what == "nothing":
            conn.due_nothing()
        elif node.exact() is not None:
            conn.due_bytes(node.exact())
            self._answered(step.conn, node.exact())
        else:
            reply = conn.due_reply(node)
            self._keep(step, reply)
            self._answered(step.conn, wire.encode(reply))
        if hasattr(node, "early"):
            self._in_time(conn, node)

    def _answered(self, name, data):
        """Takes a reply on a connection that may be a link."""
        if name in self.links:
            self.links[name].answered(data)

    def _keep(self, step, reply):
        """Keeps an answer that a later step repeats."""
        if step.keep:
            self.values = {**self.values, step.keep: wire.to_bytes(reply[1])}

    def _in_time(self, conn, node):
        """Judges an answer that must come at a certain time."""
        came = self.timeline[-1][0]
        took = (came - conn.sent_at) * 1000
        since = self.conn(node.since) if node.since else conn
        longest = (came - since.leaving_at) * 1000
        slack = 1000 * 20 * self.limits.round_trip + 50
        if longest < node.early - 1:
            raise conn.mismatch(
                "too early", expected_text="not before %d ms" % node.early,
                actual_text="after %.1f ms" % longest)
        if node.late and took > node.late + slack:
            raise conn.mismatch(
                "too late", expected_text="within %d ms" % node.late,
                actual_text="after %.1f ms" % took)

    def _hear(self, step):
        payload = step.templates[0].fill(self.values)
        self.conn(step.conn).due_bytes(self.dialect.answer(payload))

    def _open(self, step):
        self.conns.pop(step.conn, None)
        self.conn(step.conn)

    def _close(self, step):
        getattr(self.conn(step.conn), step.verb)()
        self.conns.pop(step.conn)

    _reset = _close

    def _end(self, step):
        self.conn(step.conn).end()

    def _wait(self, step):
        time.sleep(step.amount)
        self._note("%d ms pass" % (step.amount * 1000))

    def _note(self, text):
        """Writes what happened on no connection beside what the last one did."""
        if self.timeline:
            self.timeline.append((time.perf_counter(), self.timeline[-1][1], "", text, b""))

    def _restart(self, _step):
        for conn in self.conns.values():
            conn.close()
        self.conns, self.owed = {}, {}
        self.own.restart()
        self._note(RESTARTED)
        self.address = self.own.server.address

    def _sigterm(self, _step):
        self.own.server.signal(signal.SIGTERM)

    def _exits(self, _step):
        """Waits until the server, which was told to end, has done so."""
        for conn in self.conns.values():
            conn.close()
        self.conns, self.owed = {}, {}
        if self.own.server.wait_exit(ENDING) != 0:
            raise Mismatch("", summary="the server was told to end",
                           expected_text="it ends with status 0",
                           actual_text=self.own.server.fate())

    def _file(self, step):
        """Returns (name, text of the step, path) of a file in the server's folder."""
        name, text = (item.fill(self.values) for item in step.templates)
        return name.decode(), text, in_folder(self.own.folder, name)

    def _write(self, step):
        _, text, path = self._file(step)
        write_file(path, text)

    def _holds(self, step, is_right=bytes.__eq__, due="the file %s with these bytes: %s"):
        """Judges a file in the server's folder."""
        name, text, path = self._file(step)
        try:
            with open(path, "rb") as file:
                data = file.read()
            actual = "it has %d bytes: %s" % (len(data), wire.show(data))
        except OSError as error:
            data, actual = None, "%s; there is: %s" % (error.strerror, " ".join(
                os.path.relpath(each, self.own.folder)
                for each in kernel.files_below(self.own.folder)) or "no file at all")
        if data is None or not is_right(data, text):
            raise Mismatch("", summary="a file in the folder of --dir",
                           expected_text=due % (name, wire.show(text)), actual_text=actual)

    def _remove(self, step):
        self._there(step)
        remove(self._file(step)[2])

    def _has(self, step):
        self._holds(step, bytes.__contains__, "the file %s, and in it: %s")

    def _logs(self, step):
        """Judges the commands in the log of a folder, besides SELECT."""
        name, text, path = self._file(step)
        due = [command.split() for command in text.split(b";") if command]
        try:
            folder = aof_format.Folder(path)
            came = [[words[0].upper(), *words[1:]] for words in folder.commands()
                    if words[0].upper() != b"SELECT"]
            actual = "%s: %s" % folder.damage if folder.damage else spelled(came)
        except OSError as error:
            came, actual = None, str(error)
        if came != due or folder.damage:
            raise Mismatch("", summary="the log in the folder %s: every command was answered"
                           % name, expected_text="in the log: " + spelled(due),
                           actual_text=actual, facts={"logged": (due, came or [])})

    def _there(self, step, due=True):
        """Judges if a file or a folder is there."""
        name, _, path = self._file(step)
        if os.path.exists(path) != due:
            words = "no %s in the folder of --dir" % name, "there is one"
            raise Mismatch("", summary="what is in the folder of --dir",
                           expected_text=words[due], actual_text=words[not due])

    def _missing(self, step):
        self._there(step, False)

    def _barrier(self, step):
        time.sleep(self.pause)
        self.conn(step.conn).barrier()

    def _count_down(self, step):
        """Notes that an answer came. A step without one may change the number of
        answers that are due."""
        if step.conn in self.owed:
            answered = step.verb == "hear" or (
                step.verb == "due" and not step.what)
            if answered and self.owed[step.conn] is not None:
                self.owed[step.conn] -= 1
            elif step.verb in ("open", "close", "reset"):
                del self.owed[step.conn]

    def _nothing_behind(self, name, steps):
        """Checks, before more is sent, that the last answer was the last thing that
        came, if everything that was asked here has been answered."""
        if self.session.unmarked:
            return
        if self.owed.get(name) == 0 and not self.conns[name].ending:
            self._prove(self.conns[name])
        asked = [self._asked(step) for step in steps]
        before = self.owed.get(name, 0)
        self.owed[name] = (None if None in asked or before is None
                           else before + sum(asked))

    def _asked(self, step):
        """Returns how many answers a step asks for; None if nobody can say."""
        if step.verb == "say":
            return 1
        data = self._payload(step)
        known = list(wire.replies(data))
        for request, _ in known:
            name = name_of(request)
            if not name:
                return None
            if name in SPECIAL:
                self.special.add(step.conn)
                return None
            if step.conn in self.listeners:
                return None
        whole = known and known[-1][1] == len(data)
        return len(known) if whole else None

    def _prove(self, conn):
        """Sends a mark and takes its answer: nothing may stand between it and the last
        one."""
        last, begun = conn.parts, len(self.timeline)
        self.marks += 1
        payload = MARK % self.marks
        mark = (Ping if conn.name in self.special else
                Listener if conn.name in self.listeners else self.mark)
        conn.send(mark.message(payload))
        due = mark.answer(payload)
        if mark is Listener and conn.buf_begins(b"*"):
            due = b"*2\r\n" + wire.bulk(b"pong") + due
        try:
            conn.due_bytes(due)
        except Mismatch as mismatch:
            mismatch.facts["mark"] = True
            conn.silent(BEHIND)
            if mismatch.actual and (due in mismatch.actual or conn.buf):
                raise behind_the_last(mismatch, last, due)
            mismatch.summary = (
                "all replies so far were right; %s, which the harness sent to "
                "see that nothing stands behind them, %s" % (
                    mark.word, why_no_mark(mismatch)))
            raise
        if mark is Ping and not conn.silent(GLANCE) and conn.buf:
            raise behind_the_last(
                conn.mismatch("", actual=conn.gather(64)), last, due)
        del self.timeline[begun:]
        conn.parts = last

    def _tail(self):
        """Checks that nothing waits behind the last answer of any connection."""
        for conn in list(self.conns.values()) if not self.session.unmarked else ():
            if conn.name in self.links:
                # No mark can be sent there: it would be a command of the stream.
                if self.links[conn.name].conn is conn and conn.sock.fileno() >= 0:
                    self.links[conn.name].nothing_behind_file()
                continue
            if conn.ending or conn.sock.fileno() < 0 or self._ended(conn.name):
                continue
            self._prove(conn)

    def _ended(self, name):
        """Returns true if the session itself said the last word on this connection."""
        return any(step.verb == "end" or step.what == "closed"
                   for step in self.session.steps if step.conn == name)


def name_of(request):
    """Returns the name of a command in capitals; None for what is no command."""
    kind, items = request
    return items[0][1].upper() if kind == "*" and items and items[0][0] == "$" and items[0][1] \
        else None


def spelled(commands):
    """Returns commands as one types them."""
    return "; ".join(b" ".join(words).decode("utf-8", "backslashreplace")
                     for words in commands) or "nothing"


def why_no_mark(mismatch):
    """Describes what was wrong with the answer to a mark."""
    if mismatch.actual:
        return "is answered wrongly"
    if mismatch.ending in ("closed", "reset"):
        return "found the connection closed: it must stay open after a reply"
    return "is not answered"


def behind_the_last(mismatch, last, due):
    """Explains a wrong mark after the last reply by what came before it."""
    mismatch.facts["tail"] = True
    extra = mismatch.actual
    if due and due in extra:
        extra = extra.partition(due)[0] or extra
    mismatch.summary = ("the reply was right, but something stands behind it")
    mismatch.sent, mismatch.actual, mismatch.at = last, extra, 0
    mismatch.expected, mismatch.expected_text = None, "nothing more"
    mismatch.note = "byte 0: nobody asked for this"
    mismatch.ending = None
    return mismatch


def cut_parts(data, cut, group):
    """Returns the parts in which a group is written."""
    if cut[0] == "bytes":
        return [data[n:n + 1] for n in range(len(data))]
    if cut[0] == "at" and cut[1] < len(data):
        return [data[:cut[1]], data[cut[1]:]]
    if cut[0] == "one" and cut[1] == group and cut[2] < len(data):
        return [data[:cut[2]], data[cut[2]:]]
    return [data]
