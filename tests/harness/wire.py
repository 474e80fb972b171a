"""Bytes: requests and replies, and bytes as text that can be read.

A reply is a pair (type, content) with the type as it stands on the wire:
("+", bytes)  ("-", bytes)  (":", int)  ("$", bytes or None)  ("*", list or
None), and in version 3 of the protocol ("_", None)  ("#", bytes)  (",", bytes)
("(", bytes)  ("=", bytes)  ("~", list)  (">", list). The list of a map, "%", has
each key before its value; that of attributes, "|", ends with the reply that they
belong to. parse() cuts one reply out of a buffer, and is strict: what Redis would
not send is Malformed, with the offset where it went wrong.

A Client is a plain connection for those who ask and wait. (Who judges each
byte, and when it came, wants a Connection: see transport.py.)
"""

import contextlib
import re
import socket
import struct

from . import variant
from .fields import Damage

CRLF = b"\r\n"
MAX_DEPTH = 32
LONGEST_LINE = 1 << 20  # some errors quote completely what they are about
KIND = {
    "+": "a simple string",
    "-": "an error reply",
    ":": "an integer",
    "$": "a bulk string",
    "*": "an array",
    "_": "a null",
    "#": "a boolean",
    ",": "a double",
    "(": "a big number",
    "=": "a verbatim string",
    "~": "a set",
    "%": "a map",
    ">": "a push",
    "|": "attributes",
}
LINES = {"_": b"", "#": b"[tf]", "(": b"-?[0-9]+",
         ",": rb"-?(inf|[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?)|nan"}
STRINGS = "$="


class NoReply(Exception):
    """These bytes are no reply, for one of two reasons."""


class Incomplete(NoReply):
    """The buffer ends before the reply does. It is no use to look at it again before it
    holds `least` bytes."""

    def __init__(self, least):
        super().__init__("a reply of at least %d bytes" % least)
        self.least = least


class Malformed(Damage, NoReply):
    """These bytes can never become a reply; `at` says from where on."""


def to_bytes(text):
    """Returns the bytes that text of a session file stands for."""
    return text if isinstance(text, bytes) else str(text).encode("utf-8")


def bulk(content):
    """Returns a bulk string, or the null bulk string for None."""
    if content is None:
        return b"$-1\r\n"
    content = to_bytes(content)
    return b"$%d\r\n%s\r\n" % (len(content), content)


def request(*words):
    """Returns a command as the array of bulk strings that clients send."""
    return b"*%d\r\n" % len(words) + b"".join(bulk(word) for word in words)


def encode(reply):
    """Returns the bytes of a parsed reply."""
    kind, content = reply
    if content is None:
        return b"_\r\n" if kind == "_" else b"%s-1\r\n" % kind.encode()
    if kind in STRINGS:
        return kind.encode() + bulk(content)[1:]
    if isinstance(content, list):
        count = len(content) // 2 if kind in "%|" else len(content)
        return b"%s%d\r\n" % (kind.encode(), count) + b"".join(map(encode, content))
    return kind.encode() + to_bytes(content) + CRLF


def plain(reply):
    """Returns the content of a reply without types: bytes, a number, a list, None."""
    content = reply[1]
    return list(map(plain, content)) if isinstance(content, list) else content


def flat(reply):
    """Returns a reply of version 3 in the form of version 2. Pairs stay arrays."""
    kind, content = reply
    if isinstance(content, list):
        return flat(content[-1]) if kind == "|" else ("*", list(map(flat, content)))
    if kind == "#":
        return (":", int(content == b"t"))
    return (kind, content) if kind in "+-:$" else ("$", content)


def _line(buf, at):
    """Returns the line that starts at `at`, without its CRLF, and what follows it."""
    end = buf.find(b"\n", at)
    if end < 0:
        if len(buf) - at > LONGEST_LINE:
            raise Malformed(at, "a line of more than 1 MiB")
        raise Incomplete(len(buf) + 1)
    if end == at or buf[end - 1] != 13:
        raise Malformed(end, "a line that ends in \\n without \\r")
    return bytes(buf[at:end - 1]), end + 1


def _number(line, at):
    if not re.fullmatch(rb"-?(0|[1-9][0-9]*)", line):
        raise Malformed(at + 1, "not a number where a number was due")
    return int(line)


def parse(buf, at=0, depth=0):
    """Parses one reply from buf at offset `at`. Returns (reply, offset after it)."""
    if at >= len(buf):
        raise Incomplete(len(buf) + 1)
    kind = chr(buf[at])
    if kind not in KIND:
        raise Malformed(at, "no reply starts with this byte")
    if depth > MAX_DEPTH:
        raise Malformed(at, "arrays nested too deep")
    line, after = _line(buf, at + 1)
    if kind in "+-":
        return (kind, line), after
    if kind in LINES:
        if not re.fullmatch(LINES[kind], line):
            raise Malformed(at + 1, "no %s looks like this" % KIND[kind][2:])
        return (kind, None if kind == "_" else line), after
    number = _number(line, at)
    if kind == ":":
        return (kind, number), after
    if number < (-1 if kind in "$*" else 0):
        raise Malformed(at + 1, "a negative length")
    if number == -1:
        return (kind, None), after
    if kind not in STRINGS:
        number = {"%": 2 * number, "|": 2 * number + 1}.get(kind, number)
        items, after = _items(buf, after, number, depth)
        return (kind, items), after
    end = after + number
    if not CRLF.startswith(bytes(buf[end:end + 2])):
        raise Malformed(
            end, "no \\r\\n where the bulk string's length says it ends")
    if len(buf) < end + 2:
        raise Incomplete(max(end, len(buf)) + 1)
    return (kind, bytes(buf[after:end])), end + 2


LEAST = len("_\r\n")     # bytes of a reply


def _items(buf, at, count, depth):
    items = []
    while len(items) < count:
        try:
            item, at = parse(buf, at, depth + 1)
        except Incomplete as short:
            raise Incomplete(short.least + LEAST * (count - len(items) - 1))
        items.append(item)
    return items, at


LONG = 64 << 10        # bytes of a reply that it takes long to look at


def connected(address, timeout):
    """Returns a socket that is connected to a host and port, or to a path."""
    if isinstance(address, str):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(timeout)
        sock.connect(address)
    else:
        sock = socket.create_connection(address, timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def family_of(host):
    """Returns IPv6 for an address with colons, otherwise IPv4."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def reset(sock):
    """Closes with a reset: bytes on their way are thrown away."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


class Client:
    """A connection that asks, and waits for what is answered.

    Who is not answered gets an OSError: ConnectionError when the server has
    closed it, TimeoutError (socket.timeout) when nothing comes for so many
    seconds. What is no reply is Malformed. Error replies are replies: ("-",
    text). Words are bytes, or text that is sent in UTF-8.
    """

    def __init__(self, address, timeout=20.0):
        self.buf = bytearray()
        self.into, self.back = variant.Stream(), variant.Stream()
        self.sock = connected(address, timeout)

    def fileno(self):
        return self.sock.fileno()

    def write(self, data):
        self.sock.sendall(self.into.put(data))

    def send(self, *words):
        """Sends a command, and waits for nothing."""
        self.write(request(*words))

    def more(self):
        """Waits until something comes, and puts it into buf."""
        data = self.sock.recv(1 << 18)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.buf += self.back.put(data)

    def reply(self):
        """Returns the next reply. A long one is looked at again only when it may be
        complete."""
        least = 0
        while True:
            try:
                if len(self.buf) < LONG or len(self.buf) >= least:
                    reply, size = parse(self.buf)
                    del self.buf[:size]
                    return reply
            except Incomplete as short:
                least = short.least
            self.more()

    def ask(self, *words):
        self.send(*words)
        return self.reply()

    def ask_all(self, commands):
        """Sends many commands at once. Returns their replies. The server must go on
        reading while we do not."""
        self.write(b"".join(request(*words) for words in commands))
        return [self.reply() for _ in commands]

    def info(self, field, section="everything"):
        """Returns one field of INFO, as text; None if it is not there."""
        text = self.ask("INFO", section)[1].decode("utf-8", "replace")
        found = re.search(r"^%s:(.*?)\r?$" % re.escape(field), text, re.M)
        return found.group(1) if found else None

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def replies(data):
    """Returns all replies at the front of some bytes, and where each of them ends."""
    at = 0
    while at < len(data):
        try:
            reply, at = parse(data, at)
        except NoReply:
            return
        yield reply, at


def requests(data):
    """Returns the words of all commands at the front of some bytes. An array that holds
    anything but bulk strings is no command."""
    for (kind, items), _ in replies(data):
        words = items or []
        if kind != "*" or any(one != "$" or word is None for one, word in words):
            return
        yield [word for _, word in words]


def kind_of(data):
    """Names the type of the reply that these bytes begin."""
    if not data:
        return "nothing"
    if data[:3] == b"$-1":
        return "a null bulk string"
    if data[:3] == b"*-1":
        return "a null array"
    return KIND.get(chr(data[0]), "something that is no reply")


ESCAPES = {10: "\\n", 13: "\\r", 9: "\\t", 34: '\\"', 92: "\\\\"}


def escape_byte(byte):
    """Returns one byte as it looks between the quotes of a shown string."""
    if byte in ESCAPES:
        return ESCAPES[byte]
    return chr(byte) if 32 <= byte < 127 else "\\x%02x" % byte


def show(data):
    """Returns all the bytes, escaped, in double quotes."""
    return '"' + "".join(map(escape_byte, data)) + '"'


def brief(data, width, end=False):
    """Returns at most `width` columns of show(data), from its beginning or its end.
    Dots outside the quotes mark what is left out, so that they are not taken for data.
    """
    if len(data) <= width and len(show(data)) <= width:
        return show(data)
    cells = list(map(escape_byte, data[-width:] if end else data[:width]))
    room = width - len('... ""')
    while sum(map(len, cells)) > room:
        cells.pop(0 if end else -1)
    text = '"' + "".join(cells) + '"'
    return "... " + text if end else text + " ..."


UNESCAPE = {"n": b"\n", "r": b"\r", "t": b"\t", "0": b"\0", "a": b"\a",
            "b": b"\b", '"': b'"', "\\": b"\\"}


def unescape(text):
    """Returns the bytes that the inside of a quoted string stands for."""
    out = bytearray()
    for plain, code, digits in re.findall(
            r"([^\\]+)|\\(x([0-9a-fA-F]{2})|.|$)", text, re.DOTALL):
        if not plain and not digits and code not in UNESCAPE:
            raise ValueError("unknown escape \\%s" % code)
        out += plain.encode("utf-8") or bytes.fromhex(digits) or UNESCAPE[code]
    return bytes(out)
