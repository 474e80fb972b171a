"""The traffic as a session that `tests/check replay` plays.

Requests and replies stand in the order in which they were complete. A message that is too long to
be kept is left out, together with the reply to it; a remark says so. If another client asks while
one waits for an answer, the waiting one has been heard first: there a barrier stands.
"""

from .. import wire

MOST = 2 << 20          # characters for the page; a file holds all
WAITS = 0.05            # seconds without an answer: the client is made to wait
HEAD = 'session "what passed"\n'
GROUP = {"*": "", "~": "~", "%": "%", ">": ">"}


def due(reply):
    """Returns a reply, as a session expects it."""
    kind, content = reply
    if content is None:
        return {"$": "nil", "*": "nil-array", "_": "null"}[kind]
    if kind in GROUP:
        return "%s[%s]" % (GROUP[kind], " ".join(map(due, content)))
    if kind == "$":
        return quoted(content)
    if kind == "=":
        return "verbatim " + quoted(content)
    if kind in "+-":
        return kind + quoted(content)
    return kind + wire.to_bytes(content).decode()


def quoted(data):
    """Returns bytes as a string of a session, in which no {name} is one."""
    return wire.show(data).replace("{", "\\x7b")


def due_line(name, message):
    """Returns the line that expects a reply."""
    data = bytes(message.raw)
    if not message.whole:
        return "# %d bytes\n%s< any" % (message.size, name)
    try:
        reply, _ = wire.parse(data)
        kind, content = reply
        if kind in "+-" and content == content.strip() and wire.show(content)[1:-1] == \
                content.decode("latin-1") and b"{" not in content:
            return "%s< %s%s" % (name, kind, content.decode())
        if kind not in "+-|" and wire.encode(reply) == data:
            return "%s< %s" % (name, due(reply))
    except wire.NoReply:
        pass
    return "%s<< %s" % (name, quoted(data))


def send_line(name, data):
    """Returns the line that sends these bytes: as words, if they are one request."""
    words = next(wire.requests(data), None)
    if words and None not in words and wire.request(*words) == data:
        return "%s> %s" % (name, " ".join(map(word, words)))
    return "%s>> %s" % (name, quoted(data))


def word(data):
    """Returns a word of a request, in quotes where it needs them."""
    plain = data.decode("latin-1")
    bare = plain.isascii() and plain and all(c.isalnum() or c in "_-.:*+" for c in plain)
    return plain if bare else quoted(data)


class Keeper:
    """Writes the session into memory, up to a limit, and into a file if there is one."""

    def __init__(self, file=None):
        self.file = file
        self.lines = []
        self.size = 0
        self.waiting = {}       # {lane: since when it has waited for an answer}
        self._write(HEAD.rstrip())

    def text(self):
        return "\n".join(self.lines) + "\n"

    def _write(self, line):
        if self.file:
            self.file.write(line + "\n")
            self.file.flush()
        if self.size > MOST:
            return
        self.size += len(line) + 1
        self.lines.append(line if self.size <= MOST else
                          "# The rest was too long for this page: see --save.")

    def request(self, lane, data, whole, now):
        """Notes bytes that a client has sent. Returns true if they are in the session."""
        if not whole:
            self._write("# %s sent a longer request, which is left out" % lane.name)
            return False
        if any(now - since > WAITS for other, since in self.waiting.items()
               if other is not lane):
            self._write("barrier Barrier")
            self.waiting.clear()
        self._write(send_line(lane.name, data))
        self.waiting.setdefault(lane, now)
        return True

    def reply(self, lane, message):
        self.waiting.pop(lane, None)
        self._write(due_line(lane.name, message))

    def strange(self, lane, data):
        """Notes bytes from the server that are no reply."""
        self.waiting.pop(lane, None)
        self._write("%s<< %s" % (lane.name, quoted(data)))

    def event(self, lane, what):
        """Notes that a client opens, ends, closes, resets, or is closed by the server."""
        self._write("%s< closed" % lane.name if what == "closed"
                    else "%s %s" % (lane.name, what))

    def forget(self, lane):
        self.waiting.pop(lane, None)
